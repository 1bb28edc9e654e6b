#!/usr/bin/env bash
# The scripts in jobs/ on a real Slurm, which this test starts on this machine and ends: a run, a sweep, the reference tables, and a run that
# Slurm interrupts at its time limit and that goes on to the table of an uninterrupted run. By srun and by mpirun.
#
# Status 77, skipped, where there is no Slurm to start or this is not root: slurmd has to be.
set -eu

skip() {
  echo "skipped: $1"
  exit 77
}
PATH=$PATH:/usr/sbin:/sbin
[ "$(id -u)" -eq 0 ] || skip "only root can start slurmd"
for tool in munged slurmctld slurmd srun sbatch scontrol; do
  command -v $tool > /dev/null || skip "no $tool here; tools/install_dependencies.sh --tests installs Slurm where there is apt-get"
done

# Daemons have to be ended whatever happens: earlier than the time limit of ctest, which would just kill this script.
[ -n "${QLBE_SLURM_TEST:-}" ] || QLBE_SLURM_TEST=timed exec timeout --kill-after=60 $((${QLBE_TEST_TIMEOUT:-1200} - 120)) bash "$0"

# shellcheck source=tests/slurm/cluster.sh
source "$QLBE_SOURCE_DIR/tests/slurm/cluster.sh"
work=$(mktemp -d)
failures=0
finish() {
  cluster_stop
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' INT TERM HUP
cd "$QLBE_SOURCE_DIR" # the scripts are to be submitted from here

check() { # WHAT COMMAND...
  local what=$1
  shift
  if "$@"; then echo "$(date +%T) ok $what"; else
    echo "$(date +%T) FAIL $what"
    failures=$((failures + 1))
  fi
}

field() { # JOB NAME
  scontrol --oneliner show job "$1" | head -n 1 | sed -E "s/.*[[:space:]]$2=([^[:space:]]*).*/\1/"
}
submit() { # NAME OPTIONS... SCRIPT ARGUMENTS...; prints the number of the job
  local name=$1
  shift
  sbatch --parsable --mem-per-cpu=500M --output="$work/$name.log" "$@"
}
# Sets state and code ("status of the job:signal"). A job that was queued again need not wait for its two minutes; in the second
# in which it was queued again slurmd would refuse it as already killed.
await() { # JOB SECONDS
  local end=$((SECONDS + $2))
  while :; do
    state=$(field "$1" JobState)
    case $state in
      COMPLETED | FAILED | TIMEOUT | CANCELLED | NODE_FAIL | OUT_OF_MEMORY) break ;;
      PENDING)
        if [ "$(field "$1" Restarts)" != 0 ]; then
          sleep 3
          scontrol update jobid="$1" starttime=now 2> /dev/null || true
        fi
        ;;
    esac
    [ $SECONDS -lt $end ] || break
    sleep 0.5
  done
  code=$(field "$1" ExitCode)
}
await_checkpoint() { # NAME
  cluster_await 60 compgen -G "$work/$1/spectrum.checkpoint.*.h5" > "$work/checkpoints" || true
}
ended() { # STATE CODE LOG
  [ "$state $code" = "$1 $2" ] && return
  echo "  $state $code, expected $1 $2"
  [ ! -f "$3" ] || tail -n 20 "$3"
  return 1
}

# The rows of a spectrum.csv; `same A B N`: A and the first N fibers of B agree to rounding, and there is no row more or less.
same() {
  python3 - "$@" << 'PYTHON'
import csv, sys

def rows(path):
    table = csv.DictReader(line for line in open(path) if not line.startswith("#"))
    return [[float(row[name]) for name in ("k_x", "k_y", "k_z", "index", "eps_re", "eps_im")] for row in table]

ours, all_expected = rows(sys.argv[1]), rows(sys.argv[2])
expected = all_expected[:int(sys.argv[3])]
worst = max((abs(x - y) / max(1, abs(y)) for a, b in zip(ours, expected) for x, y in zip(a, b)), default=1)
print(f"  {len(ours)} rows of {len(expected)}, largest deviation {worst:.1e}, allowed 1e-11")
sys.exit(not (len(ours) == len(expected) > 0 and worst <= 1e-11))
PYTHON
}
option() { # FILE.json NAME VALUE: the option had this value in the run
  python3 -c 'import json, sys
value = json.load(open(sys.argv[1]))["options"][sys.argv[2]]  # "VALUE [unit] (origin)"
sys.exit(float(value.split()[0]) != float(sys.argv[3]))' "$1" "$2" "$3"
}

# About 0.1 s for each of many fibers.
deck=$work/fibers.yaml
cat > "$deck" << 'DECK'
interaction: {type: constant, radius: 1.0}
grid: {type: cartesian, points: 11, extent: 5.0}
DECK
wave_numbers() { python3 -c 'import sys; n = int(sys.argv[1]); print(*(f"{0.001 * (i + 1):.3f}" for i in range(n)), sep=",")' "$1"; }
cheap=(-grid_type spectral -grid_radial 6 -grid_angular 4 -interaction_type constant -fibers_k 0.1)

# The uninterrupted run that the interrupted ones have to agree with.
fibers=160
$QLBE_MPIRUN -n 2 "$QLBE" spectrum "$deck" -fibers_k "$(wave_numbers $fibers)" -output_directory "$work/whole" > "$work/whole.log" 2>&1 ||
  { cat "$work/whole.log"; exit 1; }

cluster_start "$work/cluster" 2
export QLBE
echo "$(date +%T) Slurm has started"

# A time limit. Slurm looks at time limits every 30 s, and sends its signal between 5 and 35 s after the start. So that the program is still
# there, on any machine, its ranks are stopped once there is a checkpoint, and go on when the signal has come to the script.
limit_job=$(QLBE_LAUNCHER=srun QLBE_SPARE=5 submit limit --ntasks=2 --time=1 --signal=B:USR1@25 jobs/requeue.sbatch \
  spectrum "$deck" -fibers_k "$(wave_numbers $fibers)" -output_directory "$work/limit")
await_checkpoint limit
scancel --signal=STOP "$limit_job.0"
cluster_await 60 grep -qs SIGUSR1 "$work/limit.log" || true
scancel --signal=CONT "$limit_job.0"
await "$limit_job" 90
check "limit, srun: ends" ended COMPLETED 0:0 "$work/limit.log"
check "limit, srun: was queued again" test "$(field "$limit_job" Restarts)" -ge 1
check "limit, srun: by Slurm's signal" grep -q SIGUSR1 "$work/limit.log"
check "limit, srun: went on" grep -q "^resuming: [1-9][0-9]* of $fibers fibers" "$work/limit.log"
check "limit, srun: the table of an uninterrupted run" same "$work/limit/spectrum.csv" "$work/whole/spectrum.csv" $fibers

# A signal by hand, and mpirun.
signal_job=$(QLBE_LAUNCHER=mpirun submit signal --ntasks=2 --time=10 jobs/requeue.sbatch \
  spectrum "$deck" -fibers_k "$(wave_numbers $fibers)" -output_directory "$work/signal")
await_checkpoint signal
scancel --batch --signal=USR1 "$signal_job"
await "$signal_job" 90
check "signal, mpirun: ends" ended COMPLETED 0:0 "$work/signal.log"
check "signal, mpirun: was queued again" test "$(field "$signal_job" Restarts)" -ge 1
check "signal, mpirun: went on" grep -q "^resuming: [1-9][0-9]* of $fibers fibers" "$work/signal.log"
check "signal, mpirun: the table of an uninterrupted run" same "$work/signal/spectrum.csv" "$work/whole/spectrum.csv" $fibers

# The time budget of three seconds, without a signal, for fibers that take longer together; and no more restarts than allowed.
budget_job=$(QLBE_LAUNCHER=srun QLBE_SPARE=57 QLBE_RESTARTS=0 submit budget --ntasks=2 --time=1 --signal=B:USR1@0 jobs/requeue.sbatch \
  spectrum "$deck" -grid_points 27 -fibers_k "$(wave_numbers $fibers)" -output_directory "$work/budget")
await "$budget_job" 60
check "budget: stops with 75" ended FAILED 75:0 "$work/budget.log"
check "budget: leaves a checkpoint" compgen -G "$work/budget/spectrum.checkpoint.*.h5"
check "budget: writes no table" test ! -e "$work/budget/spectrum.csv"

# The rest runs side by side, as far as two processors allow.
run_job=$(QLBE_LAUNCHER=srun submit run --ntasks=2 jobs/run.sbatch spectrum "$deck" "${cheap[@]}" -output_directory "$work/run")
run_mpirun_job=$(QLBE_LAUNCHER=mpirun submit run_mpirun --ntasks=2 jobs/run.sbatch spectrum "$deck" "${cheap[@]}" \
  -output_directory "$work/run_mpirun")
bad_job=$(submit bad --ntasks=1 jobs/run.sbatch spectrum "$deck" -fibers_k junk -output_directory "$work/bad")
printf '# two gases\n-gas_mass 2 -gas_density 0.5\n\n-gas_mass 3\n' > "$work/lines.txt"
values_job=$(QLBE_OUTPUT=$work/values submit values_%a --array=0-3%2 --ntasks=1 jobs/sweep.sbatch gas_density=0.25,0.5,1 \
  spectrum "$deck" "${cheap[@]}")
throttle=$(field "$values_job" ArrayTaskThrottle)
lines_job=$(QLBE_OUTPUT=$work/lines QLBE_LAUNCHER=mpirun submit lines_%a --array=0-1%2 --ntasks=1 jobs/sweep.sbatch "$work/lines.txt" \
  spectrum "$deck" "${cheap[@]}")
tables_job=$(submit tables --ntasks=2 jobs/reference_tables.sbatch --rows 1:0.1 --compare docs/tables)

await "$run_job" 60
check "run, srun: ends" ended COMPLETED 0:0 "$work/run.log"
check "run, srun: on two ranks" grep -q '"ranks":[[:space:]]*"2"' "$work/run/spectrum.json"
await "$run_mpirun_job" 60
check "run, mpirun: ends" ended COMPLETED 0:0 "$work/run_mpirun.log"
check "run, mpirun: the same table" same "$work/run_mpirun/spectrum.csv" "$work/run/spectrum.csv" 1
await "$bad_job" 60
check "run, bad input: the job has the program's status" ended FAILED 2:0 "$work/bad.log"
check "sweep: two elements at a time" test "$throttle" = 2
for i in 0 1 2; do
  await "${values_job}_$i" 60
  check "sweep of values $i: ends" ended COMPLETED 0:0 "$work/values_$i.log"
done
check "sweep of values: 0 is 0.25" option "$work/values/0/spectrum.json" gas_density 0.25
check "sweep of values: 2 is 1" option "$work/values/2/spectrum.json" gas_density 1
await "${values_job}_3" 60
check "sweep of values: no element 3" ended FAILED 2:0 "$work/values_3.log"
for i in 0 1; do
  await "${lines_job}_$i" 60
  check "sweep of lines $i: ends" ended COMPLETED 0:0 "$work/lines_$i.log"
done
check "sweep of lines: 0 has its density" option "$work/lines/0/spectrum.json" gas_density 0.5
check "sweep of lines: 1 has its mass" option "$work/lines/1/spectrum.json" gas_mass 3
await "$tables_job" 90
check "tables: end" ended COMPLETED 0:0 "$work/tables.log"
check "tables: agree with those in docs" grep -q "1 members of the family compared, 0 disagreements" "$work/tables.log"

echo "$(date +%T) $failures failures"
[ $failures -eq 0 ] || tail -n 60 "$work/cluster/slurmctld.log" "$work/cluster/slurmd.log"
[ $failures -eq 0 ]
