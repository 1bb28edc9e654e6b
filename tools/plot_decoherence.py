#!/usr/bin/env python3
"""Plot of a run of `qlbe decoherence`, from decoherence.csv and visibility.csv.

    tools/plot_decoherence.py DIRECTORY [--output FILE.svg]

Rate of decoherence against separation with its limits, the correction by recoil, and with a time of flight the visibility against the pressure.
Needs matplotlib; on Debian /usr/bin/python3 with the package python3-matplotlib, if another python3 comes first.
"""
import argparse
import csv
import os

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


def plot_rates(axes, d):
    x = d["separation"]
    axes.loglog(x, d["rate"], "o-", markersize=3, label="rate")
    axes.loglog(x, d["heavy_limit"], "+", label=r"$M \to \infty$")
    axes.loglog(x, d["quadratic"], "--", linewidth=0.8, label="quadratic")
    axes.loglog(x, d["total"], ":", label="every collision")
    axes.set(xlabel="separation", ylabel="rate", title="decoherence", ylim=(0.5 * d["rate"].min(), 3 * d["total"][0]))
    axes.legend()


def plot_recoil(axes, d):
    axes.semilogx(d["separation"], d["recoil_correction"], "o-", markersize=3)
    axes.axhline(0, color="black", linewidth=0.5)
    axes.set(xlabel="separation", title=r"rate over that of $M \to \infty$, less 1")


def plot_visibility(axes, path):
    if not os.path.exists(path):
        axes.set_axis_off()
        return
    v = table(path)
    separations = sorted(set(v["separation"]))
    for separation in separations[:: max(1, len(separations) // 6)]:
        here = v["separation"] == separation
        axes.semilogy(v["pressure"][here], v["visibility"][here], label=f"{separation:.2g}")
    axes.set(xlabel="pressure", title="visibility after the flight")
    axes.legend(title="separation")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory")
    parser.add_argument("--output", help="default: DIRECTORY/decoherence.svg")
    arguments = parser.parse_args()
    d = table(os.path.join(arguments.directory, "decoherence.csv"))
    figure, axes = pyplot.subplots(1, 3, figsize=(13, 4), constrained_layout=True)
    plot_rates(axes[0], d)
    plot_recoil(axes[1], d)
    plot_visibility(axes[2], os.path.join(arguments.directory, "visibility.csv"))
    path = arguments.output or os.path.join(arguments.directory, "decoherence.svg")
    figure.savefig(path, metadata={"Date": None})
    print(path)


if __name__ == "__main__":
    main()
