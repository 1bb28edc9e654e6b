#!/usr/bin/env bash
# Help and version: status 0, on standard output, once however many ranks there are.
set -u
failures=0
export OMPI_MCA_ess_singleton_isolated=1 # a single process need not start a daemon
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# expect STATUS STREAM REGEX COMMAND... : the stream (out or err) has exactly one line that matches
expect() {
  local status=$1 stream=$2 regex=$3 got count
  shift 3
  "$@" > out 2> err
  got=$?
  count=$(grep -cE -- "$regex" $stream)
  if [ $got -ne "$status" ] || [ "$count" -ne 1 ]; then
    echo "FAIL: $* : status $got, expected $status; $count lines match '$regex' in:"
    cat out err
    failures=$((failures + 1))
  fi
}

expect 0 out '^Exit status: 0 done' "$QLBE" --help
expect 0 out '^Exit status: 0 done' "$QLBE" -h
expect 0 out '^Exit status: 0 done' "$QLBE" -help
expect 0 out '^Exit status: 0 done' $QLBE_MPIRUN -n 2 "$QLBE" --help
# every prefix of the options that are handed on
for prefix in eps st ksp pc bv ds rg mat vec malloc options perturbation propagate; do
  expect 0 out "(^|[ (])-${prefix}_" "$QLBE" --help
done
expect 0 out '^qlbe [0-9]+\.[0-9]+\.[0-9]+ \(.*PETSc.*SLEPc' "$QLBE" --version
for command in scattering momentum spectrum diffusion evolve check; do
  expect 0 out "^  $command  " "$QLBE" --help
  expect 0 out "^qlbe $command " "$QLBE" $command --help
done
expect 0 out '^  -gas_density: a number >= 0' "$QLBE" diffusion -gas_mass 2 -help
expect 0 out '^  -scattering_p:' "$QLBE" scattering -h

# Sections that a command does not read are not in its help.
"$QLBE" scattering --help > out
if grep -q -- '-grid_points' out; then
  echo "FAIL: scattering --help speaks of the grid"
  failures=$((failures + 1))
fi
# A command that prints help does nothing else.
if [ "$(ls)" != "$(printf 'err\nout')" ]; then
  echo "FAIL: help left files behind: $(ls)"
  failures=$((failures + 1))
fi
expect 2 err '^qlbe: error: no command; usage: qlbe COMMAND' "$QLBE"
# A full disk is a system error, not success.
if [ -w /dev/full ]; then
  "$QLBE" --help > /dev/full 2> err
  status=$?
  case $status in
    0 | 2 | 3 | 75)
      echo "FAIL: --help on a full disk ended with status $status"
      failures=$((failures + 1))
      ;;
  esac
fi
[ $failures -eq 0 ]
