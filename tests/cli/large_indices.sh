#!/usr/bin/env bash
# The build with 64-bit indices: the fiber operator, checkpoints, and a diffusion constant that does not know the size of an integer.
# Skipped where there is no such PETSc.
set -eu
petsc=$(find /usr/lib/petscdir -path '*/petsc64-*/*-complex/lib/pkgconfig/petsc.pc' 2> /dev/null | head -n 1)
slepc=$(find /usr/lib/slepcdir -path '*/slepc64-*/*-complex/lib/pkgconfig/slepc.pc' 2> /dev/null | head -n 1)
if [ -z "$petsc" ] || [ -z "$slepc" ]; then
  echo "no PETSc with 64-bit indices: nothing to test"
  exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
petsc=${petsc%/lib/pkgconfig/*} slepc=${slepc%/lib/pkgconfig/*}

cmake -G Ninja -S "$QLBE_SOURCE_DIR" -B "$work/build" -DCMAKE_BUILD_TYPE=Release -DQLBE_TESTS=ON -DQLBE_WERROR=ON \
  -DPETSC_DIR="${petsc%/*}" -DPETSC_ARCH="${petsc##*/}" -DSLEPC_DIR="${slepc%/*}" > "$work/log" 2>&1 || { cat "$work/log"; exit 1; }
cmake --build "$work/build" --target qlbe fiber_formats mpi_fiber test_io_checkpoint > "$work/log" 2>&1 ||
  { tail -n 40 "$work/log"; exit 1; }
ldd "$work/build/bin/qlbe" | grep -q 'petsc64' || { echo "FAIL: another PETSc was taken"; exit 1; }
ctest --test-dir "$work/build" --output-on-failure --no-tests=error -R '^(fiber_formats|mpi_fiber|test_io_checkpoint)\.n[12]$'

for indices in 32 64; do
  program=$QLBE
  [ $indices = 32 ] || program=$work/build/bin/qlbe
  $QLBE_MPIRUN -n 2 "$program" diffusion -interaction_radius 0.5 -grid_points 11 -grid_extent 4 -output_directory "$work/$indices" \
    > "$work/log" 2>&1 || { cat "$work/log"; exit 1; }
done
python3 - "$work" <<'PYTHON'
import json, sys
a, b = (json.load(open(f"{sys.argv[1]}/{n}/diffusion.json"))["D"] for n in (32, 64))
print("ok" if abs(a / b - 1) <= 1e-11 else "FAIL", f"D with 32-bit and 64-bit indices: {a / b - 1:.1e}, allowed 1e-11")
sys.exit(abs(a / b - 1) > 1e-11)
PYTHON
