#!/usr/bin/env bash
# Killed, stopped, refused and resumed: a run that went on has the same bits as one that was never disturbed.
set -eu
work=$(mktemp -d)
trap 'umount "$work/disk" 2> /dev/null || true; rm -rf "$work"' EXIT
cd "$work"
. "$QLBE_SOURCE_DIR/tests/cli/background_run.sh"

fail() { cat log; echo "FAIL: $*"; exit 1; }

run() { # RANKS STATUS DIRECTORY ARGUMENTS...
  local ranks=$1 expected=$2 directory=$3 status=0
  shift 3
  $QLBE_MPIRUN -n "$ranks" "$QLBE" "$@" -output_directory "$directory" > log 2>&1 || status=$?
  [ $status -eq "$expected" ] || fail "status $status instead of $expected of qlbe $*"
}

start() { # DIRECTORY ARGUMENTS...: two ranks in the background
  local directory=$1
  shift
  $QLBE_MPIRUN -n 2 "$QLBE" "$@" -output_directory "$directory" > log 2>&1 &
  job=$!
}

checkpointed() { # waits for the second checkpoint of $1
  for _ in $(seq 500); do
    ! ls "$1"/*.checkpoint.0.h5.previous > /dev/null 2>&1 || return 0
    sleep 0.02
  done
  fail "no two checkpoints in $1"
}

interrupted() { # SIGNAL DIRECTORY ARGUMENTS...: a run that gets the signal after two checkpoints; "mpirun" stands for USR1 to mpirun, others go to the ranks
  local signal=$1
  shift
  start "$@" -run_checkpoint_interval 1e-9 # a slow disk would make it wait for the second one
  checkpointed "$1"
  if [ "$signal" = mpirun ]; then kill -USR1 "$job"; else kill -s "$signal" $(ranks_of "$job"); fi
  finish
  [ "$status" -eq 75 ] || fail "status $status after $signal"
  grep -q "stopped by a signal" log || fail "no word of the signal"
}

rows() { grep -v '^#' "$1"; }

same() { # DIRECTORY DIRECTORY: tables and results, bit for bit
  for table in "$1"/*.csv; do
    cmp <(rows "$table") <(rows "$2/${table##*/}") || fail "$table differs from that of $2"
  done
  [ ! -e "$1/diffusion.json" ] || python3 - "$1/diffusion.json" "$2/diffusion.json" <<'PYTHON' || fail "$1 differs from $2"
import json, sys
a, b = (json.load(open(name)) for name in sys.argv[1:])
for data in (a, b):
    for key in ("wall_time", "provenance", "options", "units"):  # units lists the wall times too
        del data[key]
sys.exit(a != b)
PYTHON
  ! ls "$2"/*.checkpoint.* "$2"/*.lock 2> /dev/null | grep . || fail "these are left in $2"
}

close() { # DIRECTORY DIRECTORY WHAT: eps within 1e-11 of the escape rate
  python3 - "$1" "$2" "$3" <<'PYTHON' || fail "$3"
import csv, glob, json, sys
def rows(directory):
    return list(csv.DictReader(line for line in open(f"{directory}/spectrum.csv") if not line.startswith("#")))
scale = json.load(open(glob.glob(f"{sys.argv[1]}/*.json")[0]))["escape_rate_0"]
a, b = rows(sys.argv[1]), rows(sys.argv[2])
worst = max(abs(float(x[key]) - float(y[key])) / scale for x, y in zip(a, b) for key in ("eps_re", "eps_im"))
ok = len(a) == len(b) and worst <= 1e-11
print("ok" if ok else "FAIL", f"{sys.argv[3]}: {worst:.1e} of the escape rate, allowed 1e-11")
sys.exit(not ok)
PYTHON
}

# One rank dies without a word at random moments; the run is started again until it is done.
killed() { # NAME KILLS ARGUMENTS...
  local name=$1 most=$2 kills=0 victims began milliseconds
  shift 2
  began=$(date +%s%3N)
  run 2 0 "$name" "$@"
  milliseconds=$(($(date +%s%3N) - began))
  for attempt in $(seq 0 "$most"); do
    start "$name.killed" "$@"
    if [ "$attempt" -lt "$most" ]; then
      sleep "$(printf %09d $((RANDOM * milliseconds / 32768 * 1000)) | sed 's/......$/.&/')"
      victims=($(ranks_of "$job"))
      if [ ${#victims[@]} -gt 0 ] && kill -9 "${victims[RANDOM % ${#victims[@]}]}" 2> /dev/null; then kills=$((kills + 1)); fi
    fi
    finish
    [ "$status" -ne 0 ] || break
    # a rank may die after all is written and the checkpoint gone: the next run finds results, and leaves them alone
    if [ "$status" -eq 2 ] && grep -q " exists; choose another" log; then status=0 && break; fi
  done
  [ "$status" -eq 0 ] || fail "$name: status $status when left alone"
  same "$name" "$name.killed"
  echo "ok $name: killed $kills times, the same bits"
}

# an mpirun that does not end when its ranks are gone holds up no test
sleep 1000 &
job=$!
patience=2 finish
[ "$status" -eq 137 ] || fail "status $status of an mpirun that hangs"

physics="-interaction_radius 0.5"
# many fibers, so that a signal finds some left on a fast machine
cube="spectrum $physics -grid_points 13 -grid_extent 4 -fibers_k $(seq -s , 0.02 0.02 0.8)"
basis="spectrum $physics -grid_type spectral -grid_refinement 0.75 -spectrum_count 3 -fibers_k 0.1,0.2,0.3,0.4"
killed cube 3 $cube
killed basis 2 $basis
killed diffusion_cube 3 diffusion $physics -grid_points 11 -grid_extent 4 -grid_drop_tolerance 1e-6
killed diffusion_basis 2 diffusion $physics -grid_type spectral -grid_refinement 0.75
killed momentum 1 momentum $physics
killed scattering 1 scattering $physics

# signals, to mpirun and to ranks
for signal in mpirun USR1 TERM; do
  interrupted $signal "signal_$signal" $cube
  [ $signal = USR1 ] || continue
  cp -r signal_USR1 moved && cp -r signal_USR1 damaged && cp -r signal_USR1 again
done
run 2 0 signal_TERM $cube
grep -Eq "resuming: ([2-9]|[1-3][0-9]) of 40 fibers" log || fail "nothing was resumed"
same cube signal_TERM
run 1 75 signal_mpirun $cube -run_wall_limit 0.01
run 2 0 signal_mpirun $cube
same cube signal_mpirun
run 2 75 early $cube -run_wall_limit 1e-6
grep -q "stopped at the limit of wall time, before anything was done" log || fail "a checkpoint is promised that is not there"
[ -z "$(ls early)" ] || fail "a stop before the first step left $(ls early)"
echo "ok signals and the wall limit: status 75, the same bits"

# one run at a time; the first is held until the second has been refused
start busy $cube -run_checkpoint_interval 1e-9
checkpointed busy
ranks=$(ranks_of "$job")
kill -STOP $ranks
status=0
$QLBE_MPIRUN -n 1 "$QLBE" $cube -output_directory busy > second 2>&1 || status=$?
kill -CONT $ranks
[ $status -eq 2 ] && grep -q "another run is at work in the same directory (spectrum, process [0-9]* on .* holds busy/qlbe.lock)" second ||
  { cat second; fail "status $status of a second run in the same directory"; }
finish
[ $status -eq 0 ] || fail "status $status of the first run"
same cube busy
# what a killed run leaves besides checkpoints is no checkpoint, keeps nobody out, and goes
mkdir stale
touch stale/spectrum.checkpoint.7.h5.tmp stale/qlbe.lock
run 2 0 stale $cube
! grep -q resuming log || fail "resumed from nothing"
same cube stale
echo "ok one run at a time"

# other ranks and groups
run 3 75 moved $cube -fibers_groups 3 -run_wall_limit 0.01
run 4 0 moved $cube -fibers_groups 2
close cube moved "resumed on four ranks in two groups"
! ls moved/*checkpoint* > /dev/null 2>&1 || fail "checkpoints are left of another layout"

# another problem, program or solver is refused, and nothing is lost
run 2 2 damaged $cube -grid_drop_tolerance 1e-8
grep -q "grid_drop_tolerance is 0 there, 1e-8 here" log || fail "the message does not name what differs"
run 2 2 damaged $cube -eps_ncv 30
grep -q "petsc_options is " log || fail "options of SLEPc are not compared"
run 2 0 again $cube -run_resume never -eps_monitor_all :/dev/null
! grep -q resuming log || fail "never is never"
same cube again

# a damaged file: the one before it is taken
size=$(wc -c < damaged/spectrum.checkpoint.0.h5)
python3 -c "
with open('damaged/spectrum.checkpoint.0.h5', 'r+b') as file:
    file.seek($size * 2 // 3)
    byte = file.read(1)
    file.seek($size * 2 // 3)
    file.write(bytes([byte[0] ^ 1]))"
cp -r damaged hopeless
truncate -s 100 hopeless/spectrum.checkpoint.0.h5 hopeless/spectrum.checkpoint.0.h5.previous
run 2 0 damaged $cube
grep -q "is damaged .*: going on from the previous one" log || fail "no word of the damage"
same cube damaged
run 2 2 hopeless $cube
grep -q "so is the previous one" log || fail "no word of two damaged files"
echo "ok damaged files: noticed, the previous one used, the same bits"

# groups, and results that stand already
for groups in 1 2 4; do run 4 0 "groups$groups" $cube -fibers_groups $groups; done
close groups1 groups2 "one group against two"
close groups1 groups4 "one group against four"
run 2 2 cube $cube

# a full disk: an error, and the checkpoint is as it was
mkdir disk
if mount -t tmpfs -o size=1m qlbe disk 2> /dev/null; then
  interrupted USR1 disk/out $cube
  before=$(cksum < disk/out/spectrum.checkpoint.0.h5)
  dd if=/dev/zero of=disk/filler bs=1k 2> /dev/null || true
  status=0
  $QLBE_MPIRUN -n 2 "$QLBE" $cube -output_directory disk/out > log 2>&1 || status=$?
  case $status in 0 | 2 | 3 | 75) fail "status $status on a full disk" ;; esac
  grep -q "spectrum.checkpoint.0.h5.*No space left" log || fail "no word of the full disk"
  [ "$before" = "$(cksum < disk/out/spectrum.checkpoint.0.h5)" ] || fail "the checkpoint has changed on a full disk"
  rm disk/filler
  run 2 0 disk/out $cube
  same cube disk/out
  echo "ok full disk: an error, then the same bits"
else
  echo "no right to mount: full disk not tested"
fi
