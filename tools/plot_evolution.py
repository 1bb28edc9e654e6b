#!/usr/bin/env python3
"""Plots of a run of `qlbe evolve`, from observables.csv, decoherence.csv and evolve.h5.

    tools/plot_evolution.py DIRECTORY [--output FILE.svg]

Six panels: relaxation of the momentum, growth of the covariance, purity and visibility, position density, decoherence, and the distance from the
diffusive limit next to what the next cumulants predict. Needs h5py and matplotlib; on Debian /usr/bin/python3 with the packages
python3-h5py and python3-matplotlib, if another python3 comes first.
"""
import argparse
import csv
import os

import h5py
import matplotlib
import numpy

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "qlbe"
from matplotlib import pyplot  # noqa: E402


def table(path):
    """Columns of a CSV file as arrays by name."""
    with open(path) as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    return {name: numpy.array([float(row[name]) for row in rows]) for name in rows[0]}


def plot_relaxation(axes, o):
    axes.semilogy(o["t"], o["to_equilibrium"], "o-", label=r"$\int |f - \nu|\,dp$")
    momentum = numpy.sqrt(o["p_x"] ** 2 + o["p_y"] ** 2 + o["p_z"] ** 2)
    if momentum[0] > 1e-12:
        axes.semilogy(o["t"], momentum, "s-", label="mean momentum")
    axes.set(xlabel="t", title="momentum", ylim=(1e-14, None))
    axes.legend()


def plot_covariance(axes, o, D):
    for name in ("xx", "yy", "zz"):
        axes.plot(o["t"], o["slope_" + name], label=name)
    if D is not None:
        axes.axhline(D, color="black", linewidth=0.7, linestyle="--", label="D")
    axes.set(xlabel="t", title="slope of the covariance")
    axes.legend()


def plot_coherence(axes, o):
    axes.semilogy(o["t"][1:], o["purity_diffusive"][1:], "k--", linewidth=0.7, label="purity, diffusive")
    for name in ("purity", "visibility"):
        if numpy.isfinite(o[name]).any():
            axes.semilogy(o["t"], o[name], "o-", label=name)
    axes.set(xlabel="t", title="coherence")
    axes.legend()


def plot_density(axes, file, t):
    if "density" not in file or file["density/density"].shape[1] > 5000:
        axes.set_axis_off()
        return
    x = file["density/x"][:]
    axis = x[-1] - x[0]
    along = x @ axis / numpy.linalg.norm(axis)
    density, shown = file["density/density"][:], sorted({0, len(t) // 4, len(t) // 2, len(t) - 1})
    noise = file["density/standard_error"][:] if "density/standard_error" in file else None
    for i in shown:
        (line,) = axes.plot(along, density[i], label=f"t = {t[i]:.3g}")
        if noise is not None:
            axes.fill_between(along, density[i] - noise[i], density[i] + noise[i], color=line.get_color(), alpha=0.3)
    peaks = [numpy.nanmax(density[i]) for i in shown if numpy.isfinite(density[i]).any()]
    if peaks and max(peaks) > 100 * min(peaks):  # a packet that has spread is not seen beside its beginning
        axes.set_yscale("log")
        for line, i in zip(list(axes.lines), shown):  # of the rest only the error is known
            line.set(marker=".", markersize=3)
            line.set_ydata(numpy.where(density[i] <= file["density/error"][i], numpy.nan, density[i]))
        axes.set_ylim(1e-4 * min(peaks), 3 * max(peaks))
    axes.set(xlabel="x", title="position density")
    axes.legend()


def plot_decoherence(axes, path):
    if not os.path.exists(path):
        axes.set_axis_off()
        return
    d = table(path)
    axes.loglog(d["separation"], d["rate"], "o-", label="rate")
    axes.loglog(d["separation"], d["quadratic"], "--", label="quadratic")
    axes.loglog(d["separation"], d["total"], ":", label="collisions")
    axes.set(xlabel="separation", title="decoherence", ylim=(None, 3 * d["total"][0]))
    axes.legend()


def plot_limit(axes, o):
    seen = numpy.isfinite(o["limit_distance"])
    if not seen.any():
        axes.set_axis_off()
        return
    axes.loglog(o["t"][seen], o["limit_distance"][seen], "o", label="largest distance")
    axes.loglog(o["t"][seen], o["limit_predicted"][seen], "-", label="next cumulants")
    axes.set(xlabel="t", title=r"$\tilde\mu_t(s\,t^{-1/2})$ from $e^{-Ds^2/2}$")
    axes.legend()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory")
    parser.add_argument("--output", help="default: DIRECTORY/evolution.svg")
    arguments = parser.parse_args()
    o = table(os.path.join(arguments.directory, "observables.csv"))
    figure, axes = pyplot.subplots(2, 3, figsize=(13, 7.5), constrained_layout=True)
    with h5py.File(os.path.join(arguments.directory, "evolve.h5"), "r") as file:
        D = float(file["D_closed"][0]) if "D_closed" in file else None
        plot_relaxation(axes[0, 0], o)
        plot_covariance(axes[0, 1], o, D)
        plot_coherence(axes[0, 2], o)
        plot_density(axes[1, 0], file, o["t"])
    plot_decoherence(axes[1, 1], os.path.join(arguments.directory, "decoherence.csv"))
    plot_limit(axes[1, 2], o)
    path = arguments.output or os.path.join(arguments.directory, "evolution.svg")
    figure.savefig(path, metadata={"Date": None})
    print(path)


if __name__ == "__main__":
    main()
