# shellcheck shell=bash
# A Slurm of one node on this machine, as root and without systemd; sourced.
#
#   cluster_start DIRECTORY CPUS   starts munged, slurmctld and slurmd with every file in DIRECTORY and free ports, and sets SLURM_CONF;
#                                  returns 1 with the logs on stderr where that does not work
#   cluster_stop                   ends all jobs, then the daemons that cluster_start has started
#
# Another Slurm on the machine is not touched: its configuration is not read, and its ports, sockets and files are not used.

cluster_pids=()

cluster_free_ports() { # COUNT
  python3 - "$1" << 'PYTHON'
import socket, sys
sockets = [socket.create_server(("", 0)) for _ in range(int(sys.argv[1]))]
print(*(s.getsockname()[1] for s in sockets))
PYTHON
}

cluster_configuration() { # DIRECTORY CPUS CONTROLLER_PORT NODE_PORT
  local host
  host=$(hostname -s)
  # Signals, kills and the scheduler act within seconds. Processes are followed by their parents: cgroups need more rights.
  cat << CONFIGURATION
ClusterName=qlbe
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$3
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$1/munge/socket
CredType=cred/munge
StateSaveLocation=$1/state
SlurmdSpoolDir=$1/spool
TmpFS=$1/spool
SlurmctldPidFile=$1/slurmctld.pid
SlurmdPidFile=$1/slurmd.pid
SlurmctldLogFile=$1/slurmctld.log
SlurmdLogFile=$1/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/backfill
SchedulerParameters=bf_interval=5,sched_interval=5
SwitchType=switch/none
MpiDefault=none
PropagateResourceLimits=NONE
SlurmdParameters=config_overrides
KillWait=5
MinJobAge=600
ReturnToService=2
NodeName=$host NodeAddr=127.0.0.1 Port=$4 CPUs=$2 RealMemory=4000 State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONFIGURATION
}

cluster_start() { # DIRECTORY CPUS
  local directory=$1 cpus=$2 controller_port node_port
  # A job of another Slurm may be running this very test.
  unset "${!SLURM_@}"
  mkdir -p "$directory/munge" "$directory/state" "$directory/spool"
  chmod 755 "$directory" "$directory/munge"
  (umask 077 && head -c 1024 /dev/urandom > "$directory/munge/key")
  read -r controller_port node_port <<< "$(cluster_free_ports 2)"
  cluster_configuration "$directory" "$cpus" "$controller_port" "$node_port" > "$directory/slurm.conf"
  export SLURM_CONF=$directory/slurm.conf

  # --force: the folder above may be writable by everybody, as /tmp is
  munged --foreground --force --key-file="$directory/munge/key" --socket="$directory/munge/socket" \
    --pid-file="$directory/munge/pid" --log-file="$directory/munge/log" --seed-file="$directory/munge/seed" \
    > "$directory/munged.out" 2>&1 &
  cluster_pids+=($!)
  cluster_await 10 test -S "$directory/munge/socket" || cluster_fail "$directory" munged || return 1
  slurmctld -D -i > "$directory/slurmctld.out" 2>&1 &
  cluster_pids+=($!)
  slurmd -D -N "$(hostname -s)" > "$directory/slurmd.out" 2>&1 &
  cluster_pids+=($!)
  cluster_await 60 cluster_is_idle || cluster_fail "$directory" "slurmctld or slurmd" || return 1
}

cluster_is_idle() { [ "$(timeout 10 sinfo --noheader --states=idle --format=%D 2> /dev/null)" = 1 ]; }

cluster_await() { # SECONDS COMMAND...
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    [ $SECONDS -lt $end ] || return 1
    sleep 0.25
  done
}

cluster_fail() { # DIRECTORY WHAT
  echo "$2 did not start:" >&2
  tail -n 15 "$1"/*.log "$1"/*.out "$1/munge/log" >&2 || true
  return 1
}

cluster_stop() {
  local pid i
  [ ${#cluster_pids[@]} -gt 0 ] || return 0
  timeout 20 scancel --user=root 2> /dev/null || true
  cluster_await 15 cluster_is_idle || true
  # last started, first ended; whoever does not listen is killed
  for ((i = ${#cluster_pids[@]} - 1; i >= 0; i--)); do
    pid=${cluster_pids[$i]}
    kill "$pid" 2> /dev/null || continue
    for _ in $(seq 40); do
      kill -0 "$pid" 2> /dev/null || break
      sleep 0.25
    done
    kill -KILL "$pid" 2> /dev/null || true
    wait "$pid" 2> /dev/null || true
  done
  cluster_pids=()
}
