#!/usr/bin/env bash
# tools/configure.sh PRESET [-DNAME=VALUE ...]
#
# Configures the preset in build/PRESET, with the PETSc and SLEPc that the environment names.
set -eu
cd "$(dirname "$0")/.."
preset=$1
shift
tree=build/$preset

# What was found for one PETSc does not hold for another: start again when the choice has changed.
chosen="PETSC_ARCH:STRING=${PETSC_ARCH:-} PETSC_DIR:STRING=${PETSC_DIR:-} SLEPC_DIR:STRING=${SLEPC_DIR:-}"
if [ -f "$tree/CMakeCache.txt" ]; then
  before=$(grep -E '^(PETSC_DIR|PETSC_ARCH|SLEPC_DIR):STRING=' "$tree/CMakeCache.txt" | sort | tr '\n' ' ')
  [ "$before" = "$chosen " ] || rm -rf "$tree/CMakeCache.txt" "$tree/CMakeFiles"
fi

exec cmake --preset "$preset" "$@" -DPETSC_DIR="${PETSC_DIR:-}" -DPETSC_ARCH="${PETSC_ARCH:-}" \
  -DSLEPC_DIR="${SLEPC_DIR:-}"
