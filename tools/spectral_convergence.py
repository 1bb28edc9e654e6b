#!/usr/bin/env python3
"""Errors of eps(k) in the spectral basis against its orders: docs/tables/convergence.csv and docs/figures/spectral_convergence.svg.

    tools/spectral_convergence.py [--program build/release/bin/qlbe] [--output docs]

Hard sphere and constant amplitude, m = M = beta = eta = a = hbar = 1, k = 0.5 and 2. The error is the difference to 24 radial and 18 angular
functions with refinement 1.5. Needs matplotlib for the figure (/usr/bin/python3 with python3-matplotlib).
"""
import argparse
import csv
import json
import os
import subprocess
import tempfile

RADIAL = (4, 5, 6, 7, 8, 10, 12, 14, 16)
ANGULAR = (3, 4, 5, 6, 7, 8, 10, 12, 14, 16)
FULL = (24, 18)
WAVE_NUMBERS = (0.5, 2.0)


def eps(program, interaction, radial, angular, refinement):
    """{k: eps(k)} for one pair of orders, and |eps(0)|/E(0) under the key 0."""
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run([program, "spectrum", "-interaction_type", interaction, "-grid_type", "spectral", "-grid_radial", str(radial),
                        "-grid_angular", str(angular), "-grid_refinement", str(refinement), "-spectrum_tolerance", "1e-12",
                        "-fibers_k", "0," + ",".join(str(k) for k in WAVE_NUMBERS), "-output_directory", directory],
                       check=False, stdout=subprocess.DEVNULL)
        with open(os.path.join(directory, "spectrum.json")) as file:
            data = json.load(file)
    values = {level["k"]: level["value_re"] for level in data["levels"]}
    values[0] = values[0.0] / data["escape_rate_0"]
    return values


def measure(program):
    for interaction in ("hard_sphere", "constant"):
        exact = eps(program, interaction, *FULL, 1.5)
        for varied, orders in (("radial", [(n, FULL[1]) for n in RADIAL]), ("angular", [(FULL[0], n) for n in ANGULAR])):
            for radial, angular in orders:
                found = eps(program, interaction, radial, angular, 1.0)
                for k in WAVE_NUMBERS:
                    yield {"interaction": interaction, "k": k, "varied": varied, "radial": radial, "angular": angular,
                           "eps": f"{found[k]:.15g}", "relative_error": f"{abs(found[k] / exact[k] - 1.0):.2e}",
                           "eps_0_over_E0": f"{abs(found[0]):.1e}"}


def draw(rows, path):
    import matplotlib
    matplotlib.use("svg")
    from matplotlib import pyplot
    matplotlib.rcParams["svg.hashsalt"] = "qlbe"
    figure, axes = pyplot.subplots(1, 2, figsize=(9, 3.6), sharey=True)
    for axis, varied in zip(axes, ("radial", "angular")):
        for interaction, style in (("hard_sphere", "o-"), ("constant", "s--")):
            for k, colour in zip(WAVE_NUMBERS, ("tab:blue", "tab:red")):
                points = [(row[varied], max(float(row["relative_error"]), 1e-15)) for row in rows
                          if (row["varied"], row["interaction"], row["k"]) == (varied, interaction, k)]
                axis.semilogy(*zip(*points), style, color=colour, markersize=4, label=f"{interaction.replace('_', ' ')}, k = {k}")
        axis.set_xlabel(f"{varied} functions")
        axis.grid(True, alpha=0.3)
    axes[0].set_ylabel("relative error of eps(k)")
    axes[1].legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    top = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    parser.add_argument("--program", default=os.path.join(top, "build/release/bin/qlbe"))
    parser.add_argument("--output", default=os.path.join(top, "docs"))
    arguments = parser.parse_args()
    rows = list(measure(arguments.program))
    for folder in ("tables", "figures"):
        os.makedirs(os.path.join(arguments.output, folder), exist_ok=True)
    with open(os.path.join(arguments.output, "tables/convergence.csv"), "w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    draw(rows, os.path.join(arguments.output, "figures/spectral_convergence.svg"))


if __name__ == "__main__":
    main()
