#!/usr/bin/env bash
# Several runs in one directory: one at a time works, the others end with status 2 at once, and no file is lost or replaced.
set -u
failures=0
. "$QLBE_SOURCE_DIR/tests/cli/singletons.sh"
trap '[ -z "$(jobs -rp)" ] || kill $(jobs -rp); rm -rf "$scratch"' EXIT

fail() {
  echo "FAIL: $*"
  failures=$((failures + 1))
}

commands="scattering momentum spectrum diffusion evolve"
deck() { # COMMAND: the options of a small run
  case $1 in
    scattering) echo "-scattering_p 1,2" ;;
    momentum) echo "-momentum_l_max 1" ;;
    spectrum) echo "-grid_points 7 -grid_extent 3 -fibers_k 0.1" ;;
    diffusion) echo "-interaction_type classical" ;;
    evolve) echo "-grid_points 9 -grid_extent 4 -state_width 0.6 -fibers_radial 0 -evolve_times 0.1 -evolve_limit false" ;;
  esac
}
files() { # COMMAND: what it writes
  case $1 in
    scattering) echo "scattering.csv scattering.h5" ;;
    momentum) echo "momentum.csv momentum.json momentum.h5" ;;
    spectrum) echo "spectrum.csv spectrum.json spectrum.h5" ;;
    diffusion) echo "diffusion.json diffusion_spectrum.csv diffusion.h5" ;;
    evolve) echo "observables.csv decoherence.csv evolve.h5" ;;
  esac
}
run() { # COMMAND DIRECTORY [OPTIONS...]: TMPDIR of its own, since runs overlap
  local command=$1 directory=$2
  shift 2
  mkdir -p "tmp.$command"
  TMPDIR=$work/tmp.$command "$QLBE" "$command" $(deck "$command") -output_directory "$directory" "$@" > "log.$command" 2>&1
}
done_or_failed() { # STATUS: coarse grids fail checks, which is no matter here
  [ "$1" -eq 0 ] || [ "$1" -eq 3 ]
}

# A lock that is held keeps every command out; the message says who holds it.
mkdir held
/usr/bin/python3 -c '
import fcntl, os, time
file = open("held/qlbe.lock", "w")
fcntl.lockf(file, fcntl.LOCK_EX)
file.write("spectrum, process 7 on node3")
file.flush()
open("ready", "w").close()
time.sleep(60)' &
holder=$!
for _ in $(seq 100); do [ -e ready ] || sleep 0.1; done
for command in $commands; do
  run "$command" held
  [ $? -eq 2 ] || fail "$command in a locked directory: status, $(cat "log.$command")"
  [ "$(wc -l < "log.$command")" -eq 1 ] && grep -q "^qlbe: error: another run is at work in the same directory (spectrum, process 7 on node3 holds held/qlbe.lock)" \
    "log.$command" || fail "$command in a locked directory: $(cat "log.$command")"
done
[ "$(ls held)" = qlbe.lock ] || fail "in the locked directory are $(ls held)"
kill $holder
wait $holder 2> /dev/null
run scattering held
done_or_failed $? || fail "a lock that a dead process has left keeps the next one out: $(cat log.scattering)"
[ ! -e held/qlbe.lock ] || fail "the lock file is left"

# All at once in a directory that is not there yet; who finds another one at work comes again.
for try in 1 2; do
  open=$commands
  rounds=0
  : > before
  while [ -n "$open" ] && [ $rounds -lt 20 ]; do
    declare -A job=()
    left=""
    rounds=$((rounds + 1))
    for command in $open; do
      run "$command" "all$try/deep" &
      job[$command]=$!
    done
    for command in $open; do
      wait "${job[$command]}"
      status=$?
      if [ $status -eq 2 ]; then
        grep -q "another run is at work in the same directory" "log.$command" || fail "$command: $(cat "log.$command")"
        left="$left $command"
      elif ! done_or_failed $status; then
        fail "$command: status $status, $(cat "log.$command")"
      fi
    done
    [ "$left" != "$open" ] || fail "nobody got the lock"
    (cd "all$try/deep" && cksum -- * | sort) > after
    [ -z "$(comm -23 before after)" ] || fail "files were lost or replaced: $(comm -23 before after)"
    mv after before
    open=$left
  done
  expected=$(for command in $commands; do files "$command" | tr ' ' '\n'; done | sort)
  [ "$(ls -A "all$try/deep" | sort)" = "$expected" ] || fail "in the shared directory are $(ls -A "all$try/deep")"
done

# Again: refused, nothing changes. With output.overwrite: each replaces its own files only.
(cd all1/deep && cksum -- * | sort) > before
for command in $commands; do
  run "$command" all1/deep
  [ $? -eq 2 ] && grep -q 'exists; choose another -output_directory or give -output_overwrite true' "log.$command" ||
    fail "$command did not refuse to replace its files: $(cat "log.$command")"
done
(cd all1/deep && cksum -- * | sort) > after
cmp -s before after || fail "a refused run has changed files"
run diffusion all1/deep -output_overwrite true
done_or_failed $? || fail "overwriting: $(cat log.diffusion)"
(cd all1/deep && cksum -- * | sort) > after
changed=$(comm -13 before after | awk '{print $3}')
for name in $changed; do
  case " $(files diffusion) " in *" $name "*) ;; *) fail "diffusion has replaced $name" ;; esac
done

# A file that appears while a run works is not replaced, and what was computed is not lost.
slow="-grid_points 15 -fibers_k 0.05,0.1,0.15,0.2"
"$QLBE" spectrum $slow -output_directory appears > log 2>&1 &
job=$!
for _ in $(seq 500); do [ -e appears/spectrum.checkpoint.0.h5 ] || sleep 0.02; done
kill -STOP $job
[ -e appears/spectrum.checkpoint.0.h5 ] && [ ! -e appears/spectrum.json ] || fail "the run was not met at work: $(ls appears)"
echo precious > appears/spectrum.json
kill -CONT $job
wait $job
[ $? -eq 1 ] && grep -q "spectrum.json: it exists and overwriting was not asked for" log || fail "a file appeared: $(tail -3 log)"
[ "$(cat appears/spectrum.json)" = precious ] || fail "the file that appeared was replaced"
"$QLBE" spectrum $slow -output_directory appears > log 2>&1
[ $? -eq 2 ] && grep -q 'spectrum.json exists' log || fail "the file in the way: $(cat log)"
[ "$(cat appears/spectrum.json)" = precious ] || fail "the file in the way was replaced on resumption"
rm appears/spectrum.json
"$QLBE" spectrum $slow -output_directory appears > log 2>&1
done_or_failed $? && grep -q "^resuming from" log || fail "going on without the file: $(cat log)"
[ "$(ls appears | tr '\n' ' ')" = "spectrum.csv spectrum.h5 spectrum.json " ] || fail "left are $(ls appears)"

# Bad input leaves nothing behind, not even the outer directories that were made; others stay.
mkdir there
long=$(head -c 300 /dev/zero | tr '\0' x)
for directory in "new/inner/$long" "there/new/$long"; do
  run scattering "$directory"
  [ $? -eq 2 ] && grep -q "cannot write into .*File name too long" log.scattering || fail "a long name: $(cat log.scattering)"
done
[ ! -e new ] && [ -d there ] && [ -z "$(ls there)" ] || fail "bad input has left directories: $(ls -d new there/*)"

# A file system without locks, or without links: said once, and no reason to stop.
if [ -n "${QLBE_WITHOUT_LOCKS:-}" ]; then
  mkdir -p tmp.none
  TMPDIR=$work/tmp.none LD_PRELOAD=$QLBE_WITHOUT_LOCKS "$QLBE" scattering -output_directory none > log 2>&1
  done_or_failed $? || fail "without locks: $(cat log)"
  [ "$(grep -c 'qlbe: warning: the file system of none has no locks' log)" -eq 1 ] || fail "without locks: no word of it"
  [ "$(ls none | tr '\n' ' ')" = "scattering.csv scattering.h5 " ] || fail "without locks: left are $(ls none)"
fi

echo "$failures failures"
[ $failures -eq 0 ]
