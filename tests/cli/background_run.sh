# shellcheck shell=bash
# What the tests of interrupted runs share: sourced by them. They start a run in the background as process $job.

finish() { # the status of what start began
  status=0
  wait "$job" || status=$?
}

ranks_of() { # pids of the ranks of mpirun $1
  local pid name state parent
  for file in /proc/[0-9]*/stat; do
    { read -r pid name state parent _ < "$file"; } 2> /dev/null || continue
    [ "$parent" != "$1" ] || [ "$name" != "(qlbe)" ] || echo "$pid"
  done
}
