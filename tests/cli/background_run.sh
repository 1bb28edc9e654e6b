# shellcheck shell=bash
# What the tests of interrupted runs share: sourced by them. They start a run in the background as process $job.

# The status of what start began. A rank killed early in MPI_Init, while it makes itself known to mpirun, can leave mpirun in PMIx for ever, all ranks
# being dead: an mpirun that had none for ${patience:-10} s, several times what its end takes, is killed too, and its run counts as a killed one.
finish() {
  local alone=0
  while [ -n "$(jobs -rp)" ] && [ "$alone" -lt "${patience:-10}" ]; do
    for _ in $(seq 20); do
      sleep 0.05
      [ -n "$(jobs -rp)" ] || break
    done
    if [ -n "$(children_of "$job")" ]; then alone=0; else alone=$((alone + 1)); fi
  done
  if [ -n "$(jobs -rp)" ]; then
    echo "mpirun does not end after its ranks: killed"
    kill -9 "$job"
  fi
  status=0
  wait "$job" || status=$?
}

children_of() { # PROCESS [NAME]: pids of those that live
  local pid name state parent
  for file in /proc/[0-9]*/stat; do
    { read -r pid name state parent _ < "$file"; } 2> /dev/null || continue
    [ "$parent" != "$1" ] || [ "$state" = Z ] || [[ $name != \(${2:-*}\) ]] || echo "$pid"
  done
}

ranks_of() { # pids of the ranks of mpirun $1
  children_of "$1" qlbe
}
