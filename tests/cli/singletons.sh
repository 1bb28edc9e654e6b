# shellcheck shell=bash
# For tests that start the program without mpirun: sourced by them. Goes into the empty folder $work.

# A single process need not start a daemon. All of them use, and remove, the session folder jf.0 in TMPDIR, so
# no other test may share it; one after the other can.
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
work=$scratch/work
export OMPI_MCA_ess_singleton_isolated=1 TMPDIR=$scratch/mpi
mkdir "$work" "$TMPDIR" && cd "$work" || exit 1
