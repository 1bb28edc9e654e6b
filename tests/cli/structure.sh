#!/usr/bin/env bash
# `qlbe structure`: limits of S(k, w) and F(k, t), claimed errors against true ones, any number of ranks, bad input, and a run that is stopped and
# resumed. A closed solution between the limits is that of tests/bgk.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

fail() { cat log; echo "FAIL: $*"; exit 1; }
run() { # RANKS STATUS DIRECTORY ARGUMENTS...
  local ranks=$1 expected=$2 directory=$3 status=0
  shift 3
  $QLBE_MPIRUN -n "$ranks" "$QLBE" structure "$@" -output_directory "$directory" > log 2>&1 || status=$?
  [ $status -eq "$expected" ] || fail "status $status instead of $expected of qlbe structure $*"
}
refused() { # TEXT ARGUMENTS...: one line, status 2, nothing written
  local text=$1
  shift
  run 1 2 none "$@"
  grep -q -- "$text" log || fail "expected \"$text\""
  [ ! -e none ] || fail "a refused run has written files"
}

refused "S(0, w) is a delta function" -grid_type spectral -fibers_k 0,1
refused "expected ascending numbers" -grid_type spectral -structure_times 1,0.5
refused "free flight, density 0, needs .flight" -grid_type spectral -gas_density 0
refused "structure takes the orders as they are given" -grid_type spectral -grid_auto 1e-6
refused "structure.points" -structure_points 1
refused "fibers.k: expected numbers <=" -grid_type spectral -fibers_k 1e9
refused "classical" -interaction_type classical -grid_type spectral

# collisions: Lorentzian, half width D k^2/2 to 1e-4, for both interactions
run 2 0 constant -interaction_type constant -grid_type spectral -fibers_k 0.01,0.05 -structure_points 50
run 2 0 hard -grid_type spectral -grid_refinement 0.75 -fibers_k 0.01,0.05,0.5 -structure_points 50
# free flight on both kinds of nodes: Gaussian
run 2 0 flight -gas_density 0 -grid_type auto -fibers_k 0.5
grep -q "grid/type *flight" log || fail "no exact flight without a gas"
# k v_th/E(0) = 0.58: basis and exact flight, which auto takes
between="-gas_density 0.1 -grid_refinement 0.75 -fibers_k 1 -structure_points 50"
run 1 0 basis $between -grid_type spectral
run 2 0 nodes $between -grid_type auto
grep -q "grid/type *flight" log || fail "no exact flight at k = 1"
run 2 0 cube -gas_density 0 -grid_points 31 -fibers_k 0.5 -structure_points 30
# a small basis against a large one: errors cover the difference
small="-interaction_type constant -grid_type spectral -gas_density 0.1 -structure_omega_max 6 -structure_points 40 -structure_times 0,0.2,0.5,1,2"
run 1 3 small $small -grid_radial 8 -grid_angular 6 -fibers_k 0.5,1,2
grep -q "structure_resolved .* FAIL" log || fail "the small basis resolves all"
run 1 0 large $small -grid_radial 18 -grid_angular 18 -fibers_k 0.5,1,2

# ranks, and groups of them
basis="-interaction_type constant -grid_type spectral -grid_radial 8 -grid_angular 6 -grid_refinement 0.75 -fibers_k 0.1,0.5,1 -structure_points 30"
for ranks in 1 2 3 4; do run $ranks 0 "ranks$ranks" $basis; done
run 4 0 groups $basis -fibers_groups 2
run 2 0 again $basis
cmp <(grep -v '^#' ranks2/structure.csv) <(grep -v '^#' again/structure.csv) || fail "the same run has other bits"
# stopped by the clock, and resumed: enough fibers for any machine to be at work then
many="${basis/-fibers_k 0.1,0.5,1/-fibers_k $(LC_ALL=C seq -s , 0.1 0.05 1.6)}"
run 2 75 parts $many -fibers_groups 1 -run_wall_limit 0.5
run 2 0 parts $many -fibers_groups 1
run 2 0 whole $many -fibers_groups 1
for table in structure intermediate; do
  cmp <(grep -v '^#' whole/$table.csv) <(grep -v '^#' parts/$table.csv) || fail "$table.csv of a resumed run has other bits"
done

/usr/bin/env python3 - << 'PYTHON'
"""The outputs against the limits, against each other, and errors against differences."""
import csv, json, math, sys

failures = 0


def table(path):
    with open(path) as file:
        return [{name: float(value) for name, value in row.items()} for row in csv.DictReader(line for line in file if not line.startswith("#"))]


def near(what, value, bound):
    global failures
    ok = value <= bound
    failures += not ok
    print(f"{'ok' if ok else 'FAIL'} {what}: {value:.2e}, allowed {bound:.2e}")


def fibers(name):
    return json.load(open(f"{name}/structure.json"))["fibers"]


for name in ("constant", "hard"):
    width = fibers(name)
    off = [1 - f["half_width"] / f["half_width_diffusion"] for f in width]
    for f in width[:2]:
        near(f"{name}, k = {f['k']}: half width against D k^2/2", abs(f["half_width"] / f["half_width_diffusion"] - 1), 1e-4)
        near(f"{name}, k = {f['k']}: half width against -eps", abs(f["half_width"] / -f["eps"] - 1), 1e-6)
    # eps = -D k^2/2 + O(k^4)
    near(f"{name}: fourth power of k in the half width", abs(off[1] / off[0] / 25 - 1), 0.01)
    for row in table(f"{name}/structure.csv"):
        if row["k"] != 0.01: continue
        f = width[0]
        lorentzian = 1 / (1 + (row["omega"] / f["half_width"]) ** 2)
        if abs(row["S"] / f["peak"] / lorentzian - 1) > 1e-5: near(f"{name}: Lorentzian at {row['omega']}", abs(row["S"] / f["peak"] / lorentzian - 1), 1e-5)
# docs/reference_values.md
near("hard sphere: eps(0.5)", abs(fibers("hard")[2]["eps"] + 0.39961408), 2e-8)
# a cube that ends at 5 thermal momenta is off by 1e-9, which coarser nodes do not tell
for name, bound, beyond in (("flight", 1e-10, 1e-12), ("cube", 1e-7, 1e-9)):
    peak = fibers(name)[0]["peak"]
    for file, value, scale in (("structure", "S", peak), ("intermediate", "F_re", 1.0)):
        worst = claimed = 0.0
        for row in table(f"{name}/{file}.csv"):
            k = row["k"]
            gauss = math.exp(-0.5 * (row["omega"] / k) ** 2) / (k * math.sqrt(2 * math.pi)) if value == "S" else math.exp(-0.5 * (k * row["t"]) ** 2)
            worst = max(worst, abs(row[value] - gauss) / scale)
            claimed = max(claimed, (abs(row[value] - gauss) - row["error"]) / scale)
        near(f"{name}: {value} against the Gaussian", worst, bound)
        near(f"{name}: {value} beyond its error", claimed, beyond)
    f = fibers(name)[0]
    near(f"{name}: half width against the Gaussian", abs(f["half_width"] / f["half_width_ideal"] - 1), bound)
for file, value in (("structure", "S"), ("intermediate", "F_re")):
    beyond, largest = 0.0, 0.0
    for a, b in zip(table(f"small/{file}.csv"), table(f"large/{file}.csv")):
        beyond = max(beyond, abs(a[value] - b[value]) - a["error"] - b["error"])
        largest = max(largest, abs(a[value] - b[value]))
    near(f"small basis: {value} beyond its error", beyond, 1e-12)
    near(f"small basis: 1/{value}, it is off", 1e-6 / largest, 1)
for file, value in (("structure", "S"), ("intermediate", "F_re")):
    pairs = list(zip(table(f"basis/{file}.csv"), table(f"nodes/{file}.csv")))
    near(f"basis against exact flight: {value} in units of the errors", max(abs(a[value] - b[value]) / (a["error"] + b["error"]) for a, b in pairs), 1)
    near(f"basis and exact flight: error of {value}", max(a["error"] + b["error"] for a, b in pairs), 1e-4)
for name in ("ranks2", "ranks3", "ranks4", "groups"):
    for file, value in (("structure", "S"), ("intermediate", "F_re")):
        off = max(abs(a[value] - b[value]) / (abs(a[value]) + 1e-6) for a, b in zip(table(f"ranks1/{file}.csv"), table(f"{name}/{file}.csv")))
        near(f"{name}: {value} against one rank", off, 1e-9)
sys.exit(failures > 0)
PYTHON
