#!/usr/bin/env bash
# Help and version: status 0, on standard output, once however many ranks there are, without MPI.
set -u
failures=0
. "$QLBE_SOURCE_DIR/tests/cli/singletons.sh"

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
for command in scattering momentum spectrum diffusion evolve decoherence check; do
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

# All of that needs no MPI, which login nodes refuse: here it cannot start.
without_mpi() { OMPI_MCA_pml=nonsense "$@"; }
if without_mpi "$QLBE" check > out 2> err; then
  echo "note: MPI starts here in spite of OMPI_MCA_pml (not Open MPI?); its absence is not tested"
fi
expect 0 out '^Exit status: 0 done' without_mpi "$QLBE" --help
expect 0 out '^Exit status: 0 done' without_mpi "$QLBE" -h
expect 0 out '^qlbe [0-9]+\.[0-9]+\.[0-9]+ \(.*PETSc.*SLEPc' without_mpi "$QLBE" --version
expect 0 out '^gas:' without_mpi "$QLBE" --template
expect 0 out '^\| `gas\.density` ' without_mpi "$QLBE" --help-options
for command in scattering momentum spectrum diffusion evolve decoherence check; do
  expect 0 out "^qlbe $command " without_mpi "$QLBE" $command --help
done
expect 2 err '^qlbe: error: no command; usage: qlbe COMMAND' without_mpi "$QLBE"
expect 2 err '^qlbe: error: unknown command `difusion`' without_mpi "$QLBE" difusion
expect 2 err '^qlbe: error: unknown command `two\?lines`; expected' without_mpi "$QLBE" $'two\nlines'

# Without MPI the launcher's variables tell the rank: rank 0 alone prints, the innermost launcher decides.
for name in OMPI_COMM_WORLD_RANK PMIX_RANK PMI_RANK SLURM_PROCID; do
  expect 0 out '^Exit status: 0 done' env $name=0 "$QLBE" --help
  if ! env $name=1 "$QLBE" --help > out 2> err || [ -s out ] || [ -s err ]; then
    echo "FAIL: --help with $name=1 printed or failed"
    failures=$((failures + 1))
  fi
done
expect 0 out '^Exit status: 0 done' env OMPI_COMM_WORLD_RANK=0 SLURM_PROCID=3 "$QLBE" --help
expect 0 out '^Exit status: 0 done' env SLURM_PROCID=none "$QLBE" --help
for text in --help --version --template --help-options 'evolve --help'; do
  count=$("$QLBE" $text | wc -l)
  [ "$($QLBE_MPIRUN -n 2 "$QLBE" $text | wc -l)" -eq "$count" ] || {
    echo "FAIL: $text on two ranks is not what one prints"
    failures=$((failures + 1))
  }
done

# A full disk and a closed output are system errors, not success.
cannot_write() { # what was tried, its status; the complaint in err
  if [ "$2" -ne 1 ] || ! grep -q '^qlbe: error: cannot write to standard output$' err; then
    echo "FAIL: $1 ended with status $2 and:"
    cat err
    failures=$((failures + 1))
  fi
}
for text in --help --version --template --help-options 'check -h'; do
  if [ -w /dev/full ]; then
    "$QLBE" $text > /dev/full 2> err
    cannot_write "$text on a full disk" $?
  fi
  "$QLBE" $text >&- 2> err
  cannot_write "$text with a closed output" $?
done
[ $failures -eq 0 ]
