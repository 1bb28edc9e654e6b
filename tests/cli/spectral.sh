#!/usr/bin/env bash
# The spectral basis from a user's side: reference values, the routes to D, ranks, automatic orders, the continuum, bad input.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

run() { # RANKS STATUS ARGUMENTS...
  local ranks=$1 expected=$2 status=0
  shift 2
  $QLBE_MPIRUN -n "$ranks" "$QLBE" "$@" -grid_type spectral > log 2>&1 || status=$?
  [ $status -eq "$expected" ] || { cat log; echo "FAIL: status $status of qlbe $*"; exit 1; }
}

for ranks in 1 2 3 4; do
  run $ranks 0 spectrum -fibers_k 0.1,0.5 -output_directory "s$ranks"
  run $ranks 0 diffusion -output_directory "d$ranks"
done
run 2 0 spectrum -fibers_k 0.1,0.5 -output_directory again
run 2 0 diffusion -interaction_type constant -output_directory constant
run 2 0 spectrum -interaction_type constant -fibers_k 0.5,2 -fibers_direction 1,-2,2 -grid_auto 1e-10 -output_directory constant_auto
# from the gap of the k = 0 process to values that only the basis has; eps itself has reached the continuum at k = 6
run 1 0 spectrum -fibers_k 0,0.5 -spectrum_count 6 -output_directory levels
run 1 3 spectrum -fibers_k 1,6 -spectrum_count 2 -output_directory merged
# other masses and radii, where the closed forms are the reference
run 2 0 diffusion -particle_mass 0.3 -interaction_radius 0.5 -grid_auto 1e-9 -output_directory light
run 2 0 diffusion -particle_mass 20 -interaction_radius 2 -output_directory heavy
run 1 2 spectrum -grid_radial 3 -output_directory bad
run 1 2 spectrum -grid_angular 65 -output_directory bad
run 1 2 spectrum -grid_auto -1 -output_directory bad
run 1 2 spectrum -fibers_k 1e3 -output_directory bad
run 1 2 spectrum -interaction_type classical -output_directory bad
[ ! -e bad ] || { echo "FAIL: bad input left files"; exit 1; }

python3 - <<'PYTHON'
import csv, json, math, sys

failures = 0

def near(what, value, expected, allowed):
    global failures
    error = abs(value - expected)
    ok = error <= allowed
    failures += not ok
    print(f"{'ok' if ok else 'FAIL'} {what}: {value!r} against {expected!r}, off by {error:.1e}, allowed {allowed:.0e}")

def rows(directory):
    return list(csv.DictReader(line for line in open(f"{directory}/spectrum.csv") if not line.startswith("#")))

def eps(directory):
    return [float(row["eps_re"]) for row in rows(directory)]

def load(directory, command):
    return json.load(open(f"{directory}/{command}.json"))

# one unit of the last digit of the published values
sphere = eps("s1")
near("hard sphere eps(0.1)", sphere[0], -0.01604816, 1e-8)
near("hard sphere eps(0.5)", sphere[1], -0.39961408, 1e-8)
constant = eps("constant_auto")
near("constant eps(0.5)", constant[0], -0.45373234, 1e-8)
near("constant eps(2)", constant[1], -6.65541701, 1e-8)
third = rows("constant_auto")[1]
near("direction of k", math.dist([float(third[f"k_{axis}"]) for axis in "xyz"], [2 / 3, -4 / 3, 4 / 3]), 0.0, 1e-14)

# the routes to D; the closed forms know nothing of the basis
near("D of the constant amplitude", load("constant", "diffusion")["D"], 3.65269829, 1e-8)
for directory in ("d1", "constant", "light", "heavy"):
    data = load(directory, "diffusion")
    closed = data["D_closed"]
    for name in ("D", "D_fit", "D_perturbation"):
        near(f"{name}/D_closed of {directory}", data[name] / closed, 1.0, 1e-8)
    near(f"{directory}: D within its own error", max(abs(data["D"] - closed) - data["D_error"] - data["D_closed_error"], 0.0), 0.0, 0.0)
    near(f"{directory}: size of that error", data["D_error"] / closed, 0.0, 1e-8)

# ranks
for ranks in (2, 3, 4):
    near(f"eps on {ranks} ranks", max(abs(a / b - 1) for a, b in zip(eps(f"s{ranks}"), sphere)), 0.0, 1e-11)
    near(f"D on {ranks} ranks", load(f"d{ranks}", "diffusion")["D"] / load("d1", "diffusion")["D"], 1.0, 1e-11)
near("2 ranks twice, bit for bit", float(rows("again") != rows("s2")), 0.0, 0.0)

# levels: eigenvalues of L_0 in their multiplicity, and what is flagged
levels = load("levels", "spectrum")["levels"]
found = [level["value_re"] for level in levels if level["k"] == 0]
near("eps(0)/E(0)", found[0] / load("levels", "spectrum")["escape_rate_0"], 0.0, 1e-12)
near("gap of L_0", found[1], -8.5419, 5e-5)
for i in (2, 3, 4):
    near(f"l = 1, copy {i - 1}", found[i], -8.6617, 5e-5)
merged = load("merged", "spectrum")["levels"]
flags = [level["discrete"] for level in merged if level["index"] == 0]
near("eps(1) is an eigenvalue", float(flags[0]), 1.0, 0.0)
near("eps(6) is none", float(flags[1]), 0.0, 0.0)
near("its row holds nan", float(math.isnan(eps("merged")[2])), 1.0, 0.0)
sys.exit(1 if failures else 0)
PYTHON
