#!/usr/bin/env bash
# Exact flight on Cartesian nodes from a user's side: reference values in any direction, D, ranks, a
# general state, and bases that the nodes do not hold.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

run() { # RANKS STATUS ARGUMENTS...
  local ranks=$1 expected=$2 status=0
  shift 2
  $QLBE_MPIRUN -n "$ranks" "$QLBE" "$@" > log 2>&1 || status=$?
  [ $status -eq "$expected" ] || { cat log; echo "FAIL: status $status of qlbe $*"; exit 1; }
}

nodes="-grid_type flight_cartesian -grid_extent 6 -grid_radial 5 -grid_angular 4"
small="$nodes -grid_points 21"
large="-grid_type flight_cartesian -grid_points 25 -grid_extent 6 -grid_radial 6 -grid_angular 5"
for ranks in 1 2 3 4; do
  run $ranks 0 spectrum $small -interaction_type constant -fibers_k 0,0.5 -fibers_direction 1,2,3 -output_directory "s$ranks"
done
run 2 0 spectrum $small -interaction_type constant -fibers_k 0,0.5 -fibers_direction 1,2,3 -output_directory again
run 2 0 spectrum $large -fibers_k 0.5 -output_directory sphere
run 2 0 spectrum $large -fibers_k 0.5 -fibers_direction 1,2,3 -output_directory sphere_oblique
# forward peaks that a lattice sum would have to resolve
run 2 0 spectrum $small -interaction_radius 3 -fibers_k 0.5 -output_directory peak
run 2 0 spectrum -grid_type spectral -grid_radial 14 -grid_angular 12 -interaction_radius 3 -fibers_k 0.5 -output_directory peak_basis
run 2 0 diffusion $large -output_directory diffusion
# one state on nodes, where it has no symmetry axis of the lattice, and around its axis
state="-interaction_type constant -state_momentum 0.16,0.32,0.48 -fibers_tolerance 0.01 -evolve_times 0.05,0.2 -evolve_limit false -evolve_density none"
run 2 0 evolve $nodes -grid_points 23 $state -output_directory nodes
run 2 0 evolve -grid_type spectral -grid_radial 12 -grid_angular 10 $state -output_directory basis
# one even number of nodes has no node p = 0
run 2 0 spectrum $nodes -grid_points 22 -interaction_type constant -fibers_k 0.5 -output_directory even
# a basis finer than the nodes
run 1 2 spectrum -grid_type flight_cartesian -grid_points 15 -grid_radial 8 -grid_angular 8 -fibers_k 0.5 -output_directory bad
grep -q 'expected at least 31 with this extent' log || { cat log; echo "FAIL: no size that would do"; exit 1; }
run 1 2 spectrum -grid_type flight_cartesian -grid_radial 64 -grid_angular 64 -fibers_k 0.5 -output_directory bad
run 1 2 spectrum $small -fibers_k 1e3 -output_directory bad
[ ! -e bad ] || { echo "FAIL: bad input left files"; exit 1; }

/usr/bin/python3 - <<'PYTHON'
import csv, json, math, sys
import h5py, numpy

failures = 0

def near(what, value, expected, allowed):
    global failures
    error = abs(value - expected)
    ok = error <= allowed
    failures += not ok
    print(f"{'ok' if ok else 'FAIL'} {what}: {value!r} against {expected!r}, off by {error:.1e}, allowed {allowed:.0e}")

def rows(directory):
    return list(csv.DictReader(line for line in open(f"{directory}/spectrum.csv") if not line.startswith("#")))

def eps(directory, i=0):
    return float(rows(directory)[i]["eps_re"])

def error(directory, i=0):
    return float(rows(directory)[i]["eps_error"])

constant, sphere = -0.4537323415, -0.3996140717
near("eps(0) over E(0)", eps("s1") / 20.0530262, 0.0, 1e-14)
for directory, i, value in (("s1", 1, constant), ("even", 0, constant), ("sphere", 0, sphere), ("sphere_oblique", 0, sphere)):
    near(f"eps(0.5) of {directory}", eps(directory, i), value, 2e-9)
    near(f"... within its error, {error(directory, i):.1e}", max(abs(eps(directory, i) - value) - error(directory, i), 0.0), 0.0, 0.0)
    near("... which is small", error(directory, i), 0.0, 1e-7)
near("a = 3 against the basis, relative", eps("peak") / eps("peak_basis"), 1.0, 4e-8)
near("... within its error", max(abs(eps("peak") - eps("peak_basis")) - error("peak"), 0.0), 0.0, 0.0)

data = json.load(open("diffusion/diffusion.json"))
near("D of the hard sphere", data["D"], 3.210173516, 1e-8)
near("... within its error", max(abs(data["D"] - data["D_closed"]) - data["D_error"], 0.0), 0.0, 0.0)
near("... which is small", data["D_error"], 0.0, 1e-7)

for ranks in (2, 3, 4):
    near(f"eps on {ranks} ranks", eps(f"s{ranks}", 1) / eps("s1", 1), 1.0, 1e-12)
near("2 ranks twice, bit for bit", float(rows("again") != rows("s2")), 0.0, 0.0)

# the characteristic function of the position in time
mu = {}
for directory in ("nodes", "basis"):
    with h5py.File(f"{directory}/evolve.h5") as file:
        mu[directory] = numpy.array(file["fibers/characteristic_function"])
near("mu~ on nodes against the basis", float(numpy.abs(mu["nodes"] - mu["basis"]).max()), 0.0, 1e-6)
sys.exit(1 if failures else 0)
PYTHON
