#!/usr/bin/env bash
# evolve killed, stopped and started again: the bits of a run that was never disturbed, whatever the representation, also from the middle of a fiber.
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

start() { # DIRECTORY ARGUMENTS...: two ranks in the background
  local directory=$1
  shift
  $QLBE_MPIRUN -n 2 "$QLBE" evolve "$@" -output_directory "$directory" > log 2>&1 &
  job=$!
}

checkpointed() { # waits for a checkpoint in $1 that is newer than $2, or for the end of the run
  for _ in $(seq 1000); do
    kill -0 "$job" 2> /dev/null || return 0
    [ -z "$(find "$1" -name '*.checkpoint.*.h5' -newer "$2" 2> /dev/null)" ] || return 0
    sleep 0.02
  done
  fail "no checkpoint in $1"
}

cat > compare.py <<'PYTHON'
# FIRST SECOND ALLOWED: rows of observables.csv and data of evolve.h5; ALLOWED 0 asks for the same bits
import sys
import h5py
import numpy
first, second, allowed = sys.argv[1], sys.argv[2], float(sys.argv[3])
def data(directory):
    found = {}
    def visit(name, item):
        if isinstance(item, h5py.Dataset) and not name.startswith(("provenance", "wall_time", "propagation/groups")):
            value = item[()]
            for field in getattr(value.dtype, "names", None) or [None]:
                found[f"{name}/{field}"] = value if field is None else value[field]
    with h5py.File(f"{directory}/evolve.h5") as file:
        file.visititems(visit)
    return found
def rows(directory):
    return [line for line in open(f"{directory}/observables.csv") if not line.startswith("#")]
a, b = data(first), data(second)
differ = set(a) ^ set(b)
worst = 0.0
for name in set(a) & set(b):
    x, y = numpy.asarray(a[name]), numpy.asarray(b[name])
    if allowed == 0 or x.dtype.kind != "f":
        if x.tobytes() != y.tobytes() and x.dtype.kind != "O" or x.dtype.kind == "O" and (x != y).any():
            differ.add(name)
    elif "relaxation_rate" not in name:  # a difference of rounding errors, late
        scale = max(1.0, float(numpy.nanmax(numpy.abs(x), initial=0.0)))
        worst = max(worst, float(numpy.nanmax(numpy.abs(x - y), initial=0.0)) / scale)
if allowed == 0 and rows(first) != rows(second):
    differ.add("observables.csv")
ok = len(a) > 20 and not differ and worst <= allowed
print("ok" if ok else "FAIL", f"{second} against {first}: {len(a)} data sets, {len(differ)} differ {sorted(differ)[:5]}, others by {worst:.1e}, allowed {allowed}")
sys.exit(not ok)
PYTHON

same() { # DIRECTORY DIRECTORY ALLOWED
  /usr/bin/python3 compare.py "$@" || fail "$2 differs from $1"
  ! ls "$2"/*.checkpoint.* > /dev/null 2>&1 || fail "a checkpoint is left in $2"
}

# One rank dies without a word at random moments after the first checkpoint; the run is started again until it is done.
killed() { # NAME STATUS KILLS ARGUMENTS...
  local name=$1 done=$2 most=$3 kills=0 resumed=0 victims
  shift 3
  milliseconds=$(date +%s%3N)
  run 2 "$done" "$name" "$@"
  milliseconds=$(($(date +%s%3N) - milliseconds)) # of this run, for the limit below
  for attempt in $(seq 0 "$most"); do
    touch before
    start "$name.killed" "$@"
    if [ "$attempt" -lt "$most" ]; then
      checkpointed "$name.killed" before
      sleep 0.$((RANDOM % 10))
      victims=($(ranks_of "$job"))
      if [ ${#victims[@]} -gt 0 ] && kill -9 "${victims[RANDOM % ${#victims[@]}]}" 2> /dev/null; then kills=$((kills + 1)); fi
    fi
    finish
    if grep -q "^resuming from" log; then resumed=$((resumed + 1)); fi
    [ "$status" -ne "$done" ] || break
    # a rank may die after all is written and the checkpoint gone: the next run finds results, and leaves them alone
    if [ "$status" -eq 2 ] && grep -q " exists; choose another" log; then status=$done && break; fi
  done
  [ "$status" -eq "$done" ] || fail "$name: status $status when left alone"
  echo "$name: killed $kills times, gone on $resumed times"
  same "$name" "$name.killed" 0
}

gas="-interaction_type constant"
basis="$gas -grid_type spectral -grid_refinement 0.6"
general="$basis -grid_radial 6 -grid_angular 4 -state_type thermal -state_width 0.9,1,1.1 -fibers_radial 14 -fibers_angular 2 -evolve_times 0.02,0.04,0.1,0.16
  -evolve_limit false -evolve_save_fibers true"
line="$basis -grid_radial 8 -grid_angular 6 -state_type cat -state_width 0.6 -state_separation 0,0,0.1 -evolve_duration 0.3
  -evolve_outputs 6 -evolve_spacing linear -evolve_coherence_points 3 -evolve_coherence_extent 1"
cube="$gas -grid_points 9 -grid_extent 4 -state_width 0.6 -state_momentum 0,0,0.2 -fibers_radial 12 -fibers_angular 2 -evolve_times 0.1,0.3,0.5,0.6
  -evolve_limit false -evolve_save_fibers true"
refined="$basis -grid_radial 8 -grid_angular 6 -state_width 0.8 -state_momentum 0,0,0.2 -fibers_tolerance 3e-7 -evolve_times 0.02,0.04,0.1,0.16
  -evolve_limit false -evolve_coherence_points 3 -evolve_coherence_extent 1 -evolve_save_fibers true"
# so few fibers do not represent the purity of two of them, which is a failed check and status 3
killed general 3 2 $general
killed line 0 2 $line
killed refined 0 3 $refined
/usr/bin/python3 - <<'PYTHON' || fail "nothing was refined"
import sys, h5py
sys.exit(h5py.File("refined/evolve.h5")["fibers/k"].shape[0] < 150)
PYTHON
killed cube 3 2 $cube

# again and again a signal, in the middle of fibers: an end in order, soon
for attempt in $(seq 6); do
  touch before
  start stopped $general
  checkpointed stopped before
  [ "$attempt" -eq 1 ] || sleep 0.$((RANDOM % 5)) # the first one at once, before a fast machine is done
  began=$(date +%s%3N)
  kill -USR1 "$job" 2> /dev/null || true
  finish
  [ "$status" -eq 75 ] || break
  grep -q "stopped by a signal" log || fail "no word of the signal"
  echo "stopped $(($(date +%s%3N) - began)) ms after the signal"
  [ $(($(date +%s%3N) - began)) -lt 20000 ] || fail "the signal was not heard for long"
done
[ "$attempt" -gt 1 ] || fail "no signal came through"
[ "$status" -eq 3 ] || run 2 3 stopped $general
same general stopped 0

# stopped on two ranks by its time, gone on with on three in two groups
for tenths in 6 4 2; do
  start moved $cube -run_wall_limit "$(printf %04d $((milliseconds * tenths / 10)) | sed 's/...$/.&/')"
  finish
  [ "$status" -ne 75 ] || break
  rm -rf moved # it was faster than before
done
[ "$status" -eq 75 ] || fail "status $status at the limit of wall time"
grep -q "limit of wall time" log || fail "no word of the limit"
run 3 3 moved $cube -fibers_groups 2
grep -q "^resuming from" log || fail "the checkpoint was not looked at"
same cube moved 1e-11
