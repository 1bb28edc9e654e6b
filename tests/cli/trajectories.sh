#!/usr/bin/env bash
# evolve by random walkers: within its standard errors of the spectral basis and of free flight, the same bits on any number of
# ranks, also after a kill and after a signal; and bad input.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
. "$QLBE_SOURCE_DIR/tests/cli/background_run.sh"

fail() { cat log; echo "FAIL: $*"; exit 1; }

run() { # RANKS STATUS DIRECTORY ARGUMENTS...
  local ranks=$1 expected=$2 directory=$3 status=0
  shift 3
  $QLBE_MPIRUN -n "$ranks" "$QLBE" evolve "$@" -output_directory "$directory" > log 2>&1 || status=$?
  [ $status -eq "$expected" ] || fail "status $status instead of $expected of qlbe evolve $*"
}

cat > compare.py <<'PYTHON'
# EXACT WALKERS: how far apart in standard errors. One number of many is 4 off once in 16000; all together
# are 1 on the average, up to what errors of the errors make of it.
import csv, sys
import h5py
import numpy
exact, walkers = sys.argv[1:3]
def rows(directory):
    with open(f"{directory}/observables.csv") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))
def judge(name, z, most):
    z = numpy.asarray(z)
    largest, mean = float(numpy.max(numpy.abs(z))), float(numpy.sqrt(numpy.mean(z * z)))
    ok = bool(largest <= most)
    print("ok" if ok else "FAIL", f"{walkers} {name}: {z.size} numbers, largest {largest:.2f}, root mean square {mean:.2f}")
    return ok, mean
good, squares = True, []
a, b = rows(exact), rows(walkers)
compared = 0
for column in a[0]:
    if column == "t" or column in ("purity", "to_equilibrium", "relaxation_rate", "limit_predicted"):
        continue
    z = []
    for x, y in zip(a, b):
        difference, error = float(y[column]) - float(x[column]), float(y[column + "_error"])
        if not numpy.isnan(difference) and abs(difference) > 1e-6: z.append(difference / error)
    if z:
        ok, mean = judge(column, z, 4.0)
        good, compared = good and ok, compared + 1
        squares.append(mean)
with h5py.File(f"{exact}/evolve.h5") as x, h5py.File(f"{walkers}/evolve.h5") as y:
    for name in ("fibers/characteristic_function", "limit/characteristic_function"):
        if name not in x: continue
        error = y[name + "_error"][1:]
        there = error > 0
        z = (y[name][1:] - x[name][1:])[there] / error[there]
        ok, mean = judge(name, z, 4.5)
        good, compared = good and ok, compared + 1
        squares.append(mean)
    for name in ("density/density", "coherence/rho"):
        if name not in x: continue
        error = y[name.split("/")[0] + "/standard_error"][1:]
        difference = y[name][1:] - x[name][1:]
        if difference.ndim == 4: difference = numpy.hypot(difference[..., 0], difference[..., 1])
        # errors of 16 draws are 18 % off, and the set of fibers leaves something too
        ok, mean = judge(name, numpy.abs(difference).ravel() / (error.ravel() + 2e-4 * numpy.abs(y[name][:]).max()), 4.5)
        good, compared = good and ok, compared + 1
mean = float(numpy.sqrt(numpy.mean(numpy.square(squares))))
print(f"{compared} quantities, {mean:.2f} on the average")
sys.exit(not (good and compared >= int(sys.argv[3]) and 0.5 < mean < 1.5))
PYTHON

basis="-grid_type spectral -grid_radial 14 -grid_angular 12 -grid_refinement 0.7"
walkers="-evolve_method trajectories -trajectories_count 16000 -grid_points 5" # no grid is made
packet="-state_width 1 -state_momentum 0,0,0.6 -evolve_times 0.05,0.2,0.5 -fibers_radial 12 -fibers_angular 2 -fibers_tolerance 0.1 -evolve_density_points 9"
line="-evolve_coherence_points 5 -evolve_coherence_extent 2"
cat="-interaction_type constant -state_type cat -state_width 0.8 -state_separation 0,0,1.2 -state_momentum_separation 0.4,0,0 -state_position 0.1,0,0.3
  -fibers_radial 0 -evolve_times 0.02,0.1 -evolve_limit false"

run 2 0 packet.basis $packet $line $basis
run 2 0 packet $packet $line $walkers
/usr/bin/python3 compare.py packet.basis packet 14 || fail "the packet is off"
run 2 0 cat.basis $cat $basis
run 2 0 cat $cat $walkers
/usr/bin/python3 compare.py cat.basis cat 19 || fail "two packets are off"
# free flight: the phases alone
run 2 0 free.grid $packet -gas_density 0 -grid_points 41 -grid_extent 6 -evolve_limit false
run 2 0 free $packet -gas_density 0 $walkers -evolve_limit false
/usr/bin/python3 compare.py free.grid free 7 || fail "free flight is off"

cat > same.py <<'PYTHON'
# FIRST SECOND: the same rows and data, to the bit
import sys
import h5py
import numpy
def data(directory):
    found = {}
    def visit(name, item):
        if isinstance(item, h5py.Dataset) and not name.startswith(("provenance", "wall_time", "propagation/groups")):
            value = item[()]
            for field in getattr(value.dtype, "names", None) or [None]:
                found[f"{name}/{field}"] = numpy.asarray(value if field is None else value[field])
    with h5py.File(f"{directory}/evolve.h5") as file:
        file.visititems(visit)
    return found
def rows(directory):
    return [line for line in open(f"{directory}/observables.csv") if not line.startswith("#")]
a, b = data(sys.argv[1]), data(sys.argv[2])
differ = set(a) ^ set(b) | {name for name in set(a) & set(b) if a[name].dtype.kind == "f" and a[name].tobytes() != b[name].tobytes()}
if rows(sys.argv[1]) != rows(sys.argv[2]): differ.add("observables.csv")
print("FAIL" if differ else "ok", f"{sys.argv[2]} against {sys.argv[1]}: {len(a)} data sets, {sorted(differ)[:5]} differ")
sys.exit(bool(differ) or len(a) < 30)
PYTHON
same() { /usr/bin/python3 same.py "$@" || fail "$2 differs from $1"; }
for ranks in 1 3 4; do
  run $ranks 0 "packet.$ranks" $packet $line $walkers
  same packet "packet.$ranks"
done
run 2 0 seed $packet $line $walkers -trajectories_seed 2
! /usr/bin/python3 same.py packet seed > /dev/null || fail "another seed has the same numbers"

# until the errors are small enough: walkers of a round before are part of the next
few="-state_width 1 -evolve_times 0.1,0.3 -fibers_radial 6 -fibers_angular 1 -fibers_tolerance 0.1 -evolve_density none -evolve_limit false -evolve_method trajectories
  -trajectories_count 640"
run 2 0 tolerance $few -trajectories_tolerance 4e-3
grep -q "twice as many walkers" log || fail "no word of more walkers"
run 3 0 tolerance.3 $few -trajectories_tolerance 4e-3
same tolerance tolerance.3
/usr/bin/python3 - <<'PYTHON' || fail "the tolerance is not kept"
import h5py, numpy, sys
error = h5py.File("tolerance/evolve.h5")["fibers/characteristic_function_error"][:]
worst = float(numpy.hypot(error[..., 0], error[..., 1]).max())
print("largest standard error", worst)
sys.exit(not 1e-3 < worst <= 4e-3)
PYTHON

# a rank dies, a signal comes: the run is started again, on other ranks, until it is done
long="$packet -evolve_method trajectories -trajectories_count 64000"
run 2 0 long $long
for attempt in 1 2 3; do
  touch before
  $QLBE_MPIRUN -n 2 "$QLBE" evolve $long -output_directory long.killed > log 2>&1 &
  job=$!
  for _ in $(seq 1000); do
    kill -0 "$job" 2> /dev/null || break
    [ -z "$(find long.killed -name '*.checkpoint.*.h5' -newer before 2> /dev/null)" ] || break
    sleep 0.02
  done
  victims=($(ranks_of "$job"))
  if [ ${#victims[@]} -gt 0 ]; then
    if [ $attempt = 2 ]; then kill -USR1 "$job" 2> /dev/null || true; else kill -9 "${victims[0]}" 2> /dev/null || true; fi
  fi
  finish
  echo "attempt $attempt ended with status $status"
  [ "$status" -ne 0 ] || break
done
if [ "$status" -ne 0 ]; then
  run 3 0 long.killed $long
  grep -q "^resuming from" log || fail "the checkpoint was not looked at"
fi
same long long.killed
! ls long.killed/*.checkpoint.* > /dev/null 2>&1 || fail "a checkpoint is left"

# bad input: status 2, one line, nothing written
refused() { # REGEX ARGUMENTS...
  local text=$1
  shift
  run 1 2 refused -evolve_method trajectories "$@"
  grep -qE "$text" log || fail "expected '$text'"
  [ ! -e refused ] || fail "something was written"
}
refused "trajectories.tolerance: expected 0" -fibers_radial 0 -trajectories_tolerance 0.01
refused "evolve.save_fibers: trajectories" -evolve_save_fibers true
refused "interaction.type: evolve needs" -interaction_type classical
refused "trajectories.seed" -trajectories_seed -1
refused "trajectories.count" -trajectories_count -5
refused "interaction.radius: expected" -interaction_radius 100
