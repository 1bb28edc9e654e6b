#!/usr/bin/env bash
# From a fresh checkout to a first result: installs what is missing, builds build/release/bin/qlbe, and
# computes the diffusion constant of inputs/quickstart.yaml on two processes. May be run again.
set -eu
cd "$(dirname "$0")/.."

tools/install_dependencies.sh
# Tests are not built here, but a build folder that has them keeps them.
tests=-DQLBE_TESTS=OFF
pkg-config --exists cmocka && tests=-DQLBE_TESTS=ON
tools/build.sh qlbe $tests

export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
# Two processes also where there are fewer cores, or where others use them.
export OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_hwloc_base_binding_policy=none
export OMPI_MCA_mpi_yield_when_idle=1
if [ "$(id -u)" -eq 0 ]; then
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi
launcher=mpirun
command -v mpirun > /dev/null || launcher=mpiexec

echo
echo "$launcher -n 2 build/release/bin/qlbe diffusion inputs/quickstart.yaml -output_overwrite true"
exec $launcher -n 2 build/release/bin/qlbe diffusion inputs/quickstart.yaml -output_overwrite true
