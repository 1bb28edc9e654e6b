#!/usr/bin/env python3
"""Plot of a run of `qlbe structure`, from structure.json.

    tools/plot_structure.py DIRECTORY [--output FILE.svg]

S(k, w) relative to its peak against the frequency in units of its half width, one line for each k, with the Lorentzian of diffusion and the
Gaussian of free flight; F(k, t) against time in the same units; and half widths against k with both limits. Needs matplotlib; on Debian
/usr/bin/python3 with the package python3-matplotlib, if another python3 comes first.
"""
import argparse
import json
import os

import matplotlib
import numpy

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "qlbe"
from matplotlib import pyplot  # noqa: E402


def columns(rows):
    """A table as arrays by name; what has no value is nan."""
    return {name: numpy.array([numpy.nan if row[name] is None else row[name] for row in rows], float) for name in rows[0]}


def label(fiber, i):
    path = fiber["free_path_over_wavelength"][i]
    return f"$k$ = {fiber['k'][i]:.3g}" if numpy.isnan(path) else f"$k v/E(0)$ = {path:.3g}"


def plot_spectra(axes, fiber, spectrum):
    for i, k in enumerate(fiber["k"]):
        here = (spectrum["k"] == k) & (spectrum["omega"] > 0) & (spectrum["S"] > 10 * spectrum["error"])
        axes.loglog(spectrum["omega"][here] / fiber["half_width"][i], spectrum["S"][here] / fiber["peak"][i], label=label(fiber, i))
    x = numpy.geomspace(0.03, 10, 400)
    axes.loglog(x, 1 / (1 + x**2), "k--", linewidth=0.8, label="Lorentzian")
    axes.loglog(x, numpy.exp(-numpy.log(2) * x**2), "k:", linewidth=0.8, label="Gaussian")
    axes.set(xlabel=r"$\omega$ / half width", ylabel=r"$S(k,\omega)/S(k,0)$", xlim=(0.03, 10), ylim=(1e-6, 2))
    axes.legend(fontsize="small")


def plot_functions(axes, fiber, function):
    for i, k in enumerate(fiber["k"]):
        here = (function["k"] == k) & (function["t"] > 0) & (function["F_re"] > 10 * function["error"])
        axes.semilogx(function["t"][here] * fiber["half_width"][i], function["F_re"][here])
    x = numpy.geomspace(1e-3, 10, 400)
    axes.semilogx(x, numpy.exp(-x), "k--", linewidth=0.8)
    axes.semilogx(x, numpy.exp(-(x**2) / (4 * numpy.log(2))), "k:", linewidth=0.8)
    axes.set(xlabel=r"$t$ x half width", ylabel=r"$F(k,t)$")


def plot_widths(axes, fiber):
    axes.loglog(fiber["k"], fiber["half_width"], "o", label="half width of $S$")
    axes.loglog(fiber["k"], fiber["half_width_diffusion"], "k--", linewidth=0.8, label="$D k^2/2$")
    axes.loglog(fiber["k"], fiber["half_width_ideal"], "k:", linewidth=0.8, label=r"$k\,v\,(2 \ln 2)^{1/2}$")
    low = fiber["half_width"].min()
    axes.set(xlabel="$k$", ylim=(low / 3, 3 * fiber["half_width_ideal"].max()))
    axes.legend(fontsize="small")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", help="output directory of the run")
    parser.add_argument("--output", help="file to write (default: DIRECTORY/structure.svg)")
    arguments = parser.parse_args()
    with open(os.path.join(arguments.directory, "structure.json")) as file:
        run = json.load(file)
    fiber, spectrum, function = (columns(run[name]) for name in ("fibers", "structure", "intermediate"))
    figure, axes = pyplot.subplots(1, 3, figsize=(15, 4.5))
    plot_spectra(axes[0], fiber, spectrum)
    plot_functions(axes[1], fiber, function)
    plot_widths(axes[2], fiber)
    figure.tight_layout()
    figure.savefig(arguments.output or os.path.join(arguments.directory, "structure.svg"), metadata={"Date": None})


if __name__ == "__main__":
    main()
