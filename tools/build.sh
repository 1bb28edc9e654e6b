#!/usr/bin/env bash
# tools/build.sh TARGET [-DNAME=VALUE ...]
#
# Configures the release preset and builds TARGET in build/release. Shared by quickstart.sh and test.sh.
set -eu
cd "$(dirname "$0")/.."
target=$1
shift
cache=build/release/CMakeCache.txt

# What was found for one PETSc does not hold for another: start again when the choice has changed.
chosen="PETSC_ARCH:STRING=${PETSC_ARCH:-} PETSC_DIR:STRING=${PETSC_DIR:-} SLEPC_DIR:STRING=${SLEPC_DIR:-}"
if [ -f $cache ]; then
  before=$(grep -E '^(PETSC_DIR|PETSC_ARCH|SLEPC_DIR):STRING=' $cache | sort | tr '\n' ' ')
  [ "$before" = "$chosen " ] || rm -rf $cache build/release/CMakeFiles
fi

cmake --preset release "$@" -DPETSC_DIR="${PETSC_DIR:-}" -DPETSC_ARCH="${PETSC_ARCH:-}" \
  -DSLEPC_DIR="${SLEPC_DIR:-}"
cmake --build build/release --target "$target"
