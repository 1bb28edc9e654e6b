#!/usr/bin/env python3
"""Reference tables of the hard sphere: writes docs/tables/diffusion.csv and docs/tables/dispersion.csv.

    tools/reference_tables.py [--program build/release/bin/qlbe] [--launcher "mpirun -n 2"] [--rows SELECTION] [--output DIRECTORY]
    tools/reference_tables.py --compare DIRECTORY ...     compare with the tables there instead of writing any

Units of the tables: hbar = kT = m_star = 1, m_star = mM/(m + M) the reduced mass. Then the mass ratio M/m and the radius a (in
units of hbar/(m_star kT)^(1/2)) are all that is left; the density enters D as A/eta + B + C eta, and eps(k) is given at
eta a^3 = 0.01. Wave numbers are in units of E(0)/v_th, v_th = (kT/M)^(1/2), and eps in units of E(0).

Each number comes with its settled digits. Of D and its parts: what the closed forms of two bases and, where it is a sum of them, the
spectral basis have in common. Of eps: what smaller bases and a finer quadrature leave.

SELECTION is M/m:a pairs separated by commas, such as 1:1,10:0.3; all of them without it.
"""
import argparse
import csv
import json
import math
import os
import shlex
import subprocess
import sys
import tempfile
from decimal import Decimal

MASS_RATIOS = (0.1, 0.5, 1.0, 2.0, 4.0, 10.0, 100.0)
RADII = (0.1, 0.3, 1.0, 3.0, 10.0)
WAVE_NUMBERS = (0.05, 0.1, 0.2, 0.5, 1.0)
DENSITY_A3 = 0.01  # eta a^3 of the dispersion table
# how eps(k) is settled: automatically, or where a fiber takes ten seconds in orders that are enough for seven digits
ORDERS = {"small": {"grid_auto": 1e-8}, "large": {"grid_radial": 12, "grid_angular": 12}}

DIFFUSION = ("mass_ratio", "radius", "A", "A_digits", "B", "B_digits", "C", "C_digits", "D_kin", "D_kin_digits", "D_jps",
             "D_jps_digits", "D", "D_digits", "D_qdc", "D_qdc_digits", "gap_over_E0", "gap_digits", "E0")
DISPERSION = ("mass_ratio", "radius", "k_vth_over_E0", "eps_over_E0", "digits", "settled", "edge_over_E0", "radial", "angular")


class Failure(Exception):
    pass


def parameters(ratio, radius, density):
    """Options of one member of the family, m_star = 1."""
    return {"particle_mass": 1.0 + ratio, "gas_mass": (1.0 + ratio) / ratio, "gas_density": density, "gas_temperature": 1.0,
            "interaction_type": "hard_sphere", "interaction_radius": radius}


def run(arguments, command, options, directory):
    words = shlex.split(arguments.launcher) + [arguments.program, command]
    for key, value in options.items():
        words += [f"-{key}", value if isinstance(value, str) else repr(value)]
    words += ["-output_directory", directory, "-output_overwrite", "true"]
    done = subprocess.run(words, capture_output=True, text=True)
    # 3, a failed check, is a result where a fiber is not isolated
    if done.returncode not in ((0, 3) if command == "spectrum" else (0,)):
        failed = "".join(line + "\n" for line in done.stdout.splitlines() if line.endswith("FAIL"))
        raise Failure(f"{shlex.join(words)}: status {done.returncode}\n{failed}{done.stderr}")
    with open(os.path.join(directory, f"{command}.json")) as file:
        return json.load(file)


def digits(value, error):
    """Significant digits that an error leaves, 0 to 15."""
    if value is None or error is None or not math.isfinite(error) or abs(value) <= error:
        return 0
    return 15 if error == 0 else min(15, math.floor(-math.log10(error / abs(value))))


def rounded(value, n):
    """A number with its settled digits, nothing where there are none."""
    return "" if value is None or n == 0 else f"{value:.{n}g}" if n < 15 else f"{value:.15g}"


def diffusion_row(arguments, ratio, radius, directory):
    options = parameters(ratio, radius, 1.0)
    options.update(grid_type="spectral", grid_radial=16, grid_angular=4)  # near k = 0 only l = 0 and 1 take part
    data = run(arguments, "diffusion", options, directory)
    row = {"mass_ratio": ratio, "radius": radius, "E0": f"{data['escape_rate_0']:.12g}"}
    spread = abs(data["D"] - data["D_closed"])
    row["gap_over_E0"] = data["gap"] / data["escape_rate_0"]
    row["gap_digits"] = digits(data["gap"], data["gap_error"])
    for name, key in (("A", "A_over_eta"), ("B", "B"), ("C", "C_eta")):  # eta = 1 here
        row[name] = data["density_dependence"][key]
        row[f"{name}_digits"] = digits(row[name], data["density_dependence"][f"{key}_error"])
    for name in ("D_kin", "D_jps", "D_qdc"):
        row[name] = data[name]
        row[f"{name}_digits"] = digits(data[name], data[f"{name}_error"])
    row["D"] = data["D_closed"]
    row["D_digits"] = digits(data["D_closed"], max(data["D_closed_error"], spread))
    for name in ("A", "B", "C", "D_kin", "D_jps", "D", "D_qdc"):
        row[name] = rounded(row[name], row[f"{name}_digits"])
    row["gap_over_E0"] = rounded(row["gap_over_E0"], row["gap_digits"])
    return row


def dispersion_rows(arguments, ratio, radius, directory):
    density = DENSITY_A3 / radius**3
    momentum = run(arguments, "momentum", {**parameters(ratio, radius, density), "momentum_l_max": 1}, directory)
    rate = momentum["escape_rate_0"]
    unit = rate * math.sqrt(1.0 + ratio)  # E(0)/v_th with kT = 1, M = 1 + ratio
    options = parameters(ratio, radius, density)
    options.update(grid_type="spectral", **ORDERS["small" if radius < 5 else "large"], fibers_k=",".join(repr(x * unit) for x in WAVE_NUMBERS))
    data = run(arguments, "spectrum", options, directory)
    for x, level in zip(WAVE_NUMBERS, data["levels"]):
        settled = level["discrete"]
        n = level["digits"] if settled else 0
        yield {"mass_ratio": ratio, "radius": radius, "k_vth_over_E0": x, "digits": n, "settled": int(settled),
               "eps_over_E0": rounded(level["value_re"] / rate, n) if settled else "",
               "edge_over_E0": f"{level['edge'] / rate:.9g}", "radial": data["grid"]["radial"], "angular": data["grid"]["angular"]}


def members(selection):
    if not selection:
        return [(ratio, radius) for radius in RADII for ratio in MASS_RATIOS]
    pairs = [tuple(float(x) for x in pair.split(":")) for pair in selection.split(",")]
    for pair in pairs:
        if len(pair) != 2 or pair[0] not in MASS_RATIOS or pair[1] not in RADII:
            raise Failure(f"no such member: {':'.join(str(x) for x in pair)}")
    return pairs


def write(path, columns, rows, head):
    with open(path + ".tmp", "w", newline="") as file:
        file.write(head)
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    os.replace(path + ".tmp", path)


def read(path):
    with open(path) as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def last_place(text):
    """Half a unit of the last digit of a printed number."""
    return 0.5 * 10.0 ** Decimal(text).as_tuple().exponent


def disagreements(old, new, keys, numbers):
    """Lines on what differs by more than the digits that the old table claims; rows are matched by keys."""
    table = {tuple(float(row[k]) for k in keys): row for row in old}
    for row in new:
        key = tuple(float(row[k]) for k in keys)
        if key not in table:
            yield f"{key} is not in the table"
            continue
        for name, n_name in numbers:
            before, after, n = table[key][name], str(row[name]), int(table[key][n_name])
            if (before == "") != (after == ""):
                yield f"{key} {name}: `{before}` against `{after}`"
            if before == "" or after == "":
                continue
            settled = 2.0 * 10.0**-min(n, int(row[n_name])) * abs(float(before))
            if abs(float(after) - float(before)) > settled + last_place(before) + last_place(after):
                yield f"{key} {name}: {before} with {n} digits against {after}"


def compare(directory, diffusion, dispersion):
    numbers = [(name, f"{name}_digits") for name in ("A", "B", "C", "D_kin", "D_jps", "D", "D_qdc")]
    numbers.append(("gap_over_E0", "gap_digits"))
    lines = list(disagreements(read(os.path.join(directory, "diffusion.csv")), diffusion, ("mass_ratio", "radius"), numbers))
    lines += disagreements(read(os.path.join(directory, "dispersion.csv")), dispersion, ("mass_ratio", "radius", "k_vth_over_E0"),
                           [("eps_over_E0", "digits")])
    for line in lines:
        print("FAIL", line)
    print(f"{len(diffusion)} members of the family compared, {len(lines)} disagreements")
    return 1 if lines else 0


def write_tables(directory, diffusion, dispersion):
    units = "# hard sphere; units hbar = kT = m_star = 1, radius in hbar/(m_star kT)^(1/2); docs/reference_values.md\n"
    write(os.path.join(directory, "diffusion.csv"), DIFFUSION, diffusion,
          units + "# D = A/eta + B + C eta; the other columns are at eta = 1\n")
    write(os.path.join(directory, "dispersion.csv"), DISPERSION, dispersion,
          units + f"# eta a^3 = {DENSITY_A3}; v_th = (kT/M)^(1/2); no number where eps(k) is not a settled eigenvalue\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    top = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    parser.add_argument("--program", default=os.path.join(top, "build/release/bin/qlbe"))
    parser.add_argument("--launcher", default="mpirun -n 2", help="how to start it, such as `srun --mpi=pmix`")
    parser.add_argument("--rows", default="", metavar="SELECTION")
    parser.add_argument("--output", default=os.path.join(top, "docs/tables"))
    parser.add_argument("--compare", metavar="DIRECTORY")
    arguments = parser.parse_args()
    diffusion, dispersion = [], []
    pairs = members(arguments.rows)
    if not arguments.compare:
        os.makedirs(arguments.output, exist_ok=True)
    with tempfile.TemporaryDirectory() as directory:
        for i, (ratio, radius) in enumerate(pairs):
            diffusion.append(diffusion_row(arguments, ratio, radius, directory))
            dispersion += dispersion_rows(arguments, ratio, radius, directory)
            print(f"{i + 1} of {len(pairs)}: M/m = {ratio}, a = {radius}: D = {diffusion[-1]['D']}, eps/E(0) = "
                  + " ".join(row["eps_over_E0"] or "-" for row in dispersion[-len(WAVE_NUMBERS):]), flush=True)
            if not arguments.compare:  # what is done so far, so that a job that ends early leaves it
                write_tables(arguments.output, diffusion, dispersion)
    return compare(arguments.compare, diffusion, dispersion) if arguments.compare else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as failure:
        sys.exit(f"reference_tables.py: {failure}")
