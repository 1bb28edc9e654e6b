# shellcheck shell=bash
# How the batch scripts of this folder start qlbe, and how they stop it: sourced by them, not run.
#
#   qlbe_program           the program, build/release/bin/qlbe; QLBE in the environment names another one
#   qlbe_launcher          the words that start a program on all ranks of the job: srun, or mpirun where srun cannot speak PMIx;
#                          QLBE_LAUNCHER=srun or QLBE_LAUNCHER=mpirun in the environment decides, and QLBE_LAUNCHER_OPTIONS
#                          takes the place of --mpi=pmix or is added to mpirun's, such as "--mpi=pmi2 --cpu-bind=cores"
#   qlbe_run ARGUMENTS     runs `qlbe ARGUMENTS` and returns its status. SIGUSR1 or SIGTERM to the batch shell asks the ranks to
#                          finish their step and to leave a checkpoint, status 75
#   qlbe_time_left         seconds until the job's time limit; nothing where there is none
#   qlbe_wall_limit SPARE  the option -run_wall_limit for the time left, less SPARE seconds; nothing where there is no limit
#   qlbe_finish STATUS     after status 75 queues the job again, QLBE_RESTARTS times at most (default 100); otherwise, and where the
#                          job was asked to go away (SIGTERM: scancel), ends the script with STATUS

# One rank per core, one thread per rank: the matrix is shared among the ranks, not among threads.
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1

qlbe_program=${QLBE:-build/release/bin/qlbe}
qlbe_pid=""         # of srun or mpirun, while it runs
qlbe_asked=""       # the last signal that came
qlbe_terminated=no  # whether one of them was SIGTERM
qlbe_interrupted=no # whether a signal has come since the last look

# srun and mpirun hand SIGUSR1 on to the ranks. On SIGTERM mpirun would kill them, so the ranks never get that one from here.
qlbe_on_signal() { # NAME
  qlbe_asked=$1
  qlbe_interrupted=yes
  [ "$1" != TERM ] || qlbe_terminated=yes
  echo "$(date +%T) SIG$1: qlbe is asked to stop with a checkpoint" >&2
  [ -z "$qlbe_pid" ] || kill -USR1 "$qlbe_pid" 2> /dev/null || true
}
trap 'qlbe_on_signal USR1' USR1
trap 'qlbe_on_signal TERM' TERM

# Open MPI starts through PMIx; where srun has no PMIx (srun --mpi=list), mpirun reads the allocation itself.
if [ -z "${QLBE_LAUNCHER:-}" ]; then
  if srun --mpi=list 2>&1 | grep -w pmix > /dev/null; then QLBE_LAUNCHER=srun; else QLBE_LAUNCHER=mpirun; fi
fi
case $QLBE_LAUNCHER in
  # shellcheck disable=SC2206 # options are words
  srun) qlbe_launcher=(srun ${QLBE_LAUNCHER_OPTIONS:---mpi=pmix}) ;;
  # shellcheck disable=SC2206
  mpirun) qlbe_launcher=(mpirun -n "${SLURM_NTASKS:-2}" ${QLBE_LAUNCHER_OPTIONS:-}) ;;
  *)
    echo "QLBE_LAUNCHER=$QLBE_LAUNCHER: expected srun or mpirun" >&2
    exit 2
    ;;
esac

qlbe_run() { # ARGUMENTS...
  local status
  [ -z "$qlbe_asked" ] || return 75 # asked before there was anything to stop
  "${qlbe_launcher[@]}" "$qlbe_program" "$@" &
  qlbe_pid=$!
  # A signal ends `wait`, and not the program: wait again for its status.
  while :; do
    qlbe_interrupted=no
    status=0
    wait "$qlbe_pid" || status=$?
    [ $qlbe_interrupted = yes ] || break
  done
  qlbe_pid=""
  return $status
}

qlbe_time_left() {
  local left days=0 hours=0 minutes seconds job=${SLURM_JOB_ID:-}
  [ -n "$job" ] || return 0
  # The number of an array may be that of its last element too.
  [ -z "${SLURM_ARRAY_TASK_ID:-}" ] || job=${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID
  left=$(squeue --noheader --jobs="$job" --format=%L) || return 0
  [[ $left =~ ^(([0-9]+)-)?(([0-9]+):)?([0-9]+):([0-9]+)$ ]] || return 0 # UNLIMITED and the like
  days=${BASH_REMATCH[2]:-0} hours=${BASH_REMATCH[4]:-0} minutes=${BASH_REMATCH[5]} seconds=${BASH_REMATCH[6]}
  echo $((((10#$days * 24 + 10#$hours) * 60 + 10#$minutes) * 60 + 10#$seconds))
}

qlbe_wall_limit() { # SPARE
  local left
  left=$(qlbe_time_left)
  [ -n "$left" ] || return 0
  left=$((left - $1))
  echo "-run_wall_limit $((left > 1 ? left : 1))"
}

qlbe_finish() { # STATUS
  local restarts=${SLURM_RESTART_COUNT:-0}
  [ "$1" -eq 75 ] || exit "$1"
  if [ $qlbe_terminated = yes ]; then
    echo "stopped by SIGTERM: a checkpoint is there, submit the same again to go on" >&2
    exit 75
  fi
  if [ "$restarts" -ge "${QLBE_RESTARTS:-100}" ]; then
    echo "queued again $restarts times already: a checkpoint is there, submit the same again to go on" >&2
    exit 75
  fi
  echo "$(date +%T) stopped with a checkpoint: the job is queued again" >&2
  scontrol requeue "$SLURM_JOB_ID" || exit 75
  # Slurm ends this script now.
  exit 0
}
