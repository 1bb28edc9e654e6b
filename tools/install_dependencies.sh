#!/usr/bin/env bash
# tools/install_dependencies.sh [--tests]
#
# Makes sure that everything needed to build and run qlbe is there (with --tests: to test it as well).
# Does nothing on a complete system. On Debian and Ubuntu, as root or through sudo, installs what is
# missing with apt-get. Everywhere else, and where PETSC_DIR names an installation of your own, says
# what is missing and ends with status 2.
set -u
cd "$(dirname "$0")/.." || exit 2

case "${1:-}" in
  "") with_tests=no ;;
  --tests) with_tests=yes ;;
  *)
    echo "usage: tools/install_dependencies.sh [--tests]" >&2
    exit 2
    ;;
esac

have() { command -v "$1" > /dev/null 2>&1; }
module() { have pkg-config && pkg-config --exists "$@"; }
debian() { have dpkg-query && [ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2> /dev/null)" = "ii " ]; }

# The search of cmake/QlbeDependencies.cmake: the named installation, or the distribution's complex one.
search=""
if [ -n "${SLEPC_DIR:-}" ]; then
  search="$SLEPC_DIR/${PETSC_ARCH:-}/lib/pkgconfig:$SLEPC_DIR/lib/pkgconfig:"
fi
if [ -n "${PETSC_DIR:-}" ]; then
  search="$search$PETSC_DIR/${PETSC_ARCH:-}/lib/pkgconfig:$PETSC_DIR/lib/pkgconfig:"
fi
petsc_module() { # petsc | slepc, with complex scalars where the distribution tells them apart
  local folders="$search"
  if [ -z "${PETSC_DIR:-}" ]; then
    # 64-complex has another integer size. The folders appear with the installation, so look again each time.
    folders="$folders$(find "/usr/lib/${1}dir" -path '*-complex/lib/pkgconfig' ! -path '*64-complex*' \
      2> /dev/null | tr '\n' ':')"
  fi
  PKG_CONFIG_PATH="$folders${PKG_CONFIG_PATH:-}" module "$1 >= 3.18"
}
recent_cmake() {
  have cmake && [ "$(printf '3.21\n%s\n' "$(cmake --version | sed -n 's/^cmake version //p')" | sort -V | head -n 1)" = 3.21 ]
}
parallel_hdf5() {
  module hdf5-openmpi || module hdf5-mpich || module hdf5-mpi || have h5pcc || [ -n "${HDF5_ROOT:-}" ]
}
gsl() { module "gsl >= 2.5" || have gsl-config || [ -n "${GSL_ROOT_DIR:-}" ]; }
compiler() {
  printf '#include <math.h>\nint main(void) { return 0; }\n' | cc -x c -o /dev/null - 2> /dev/null
}
# Any BLAS runs; Debian's default is the slow reference one. Elsewhere it is PETSc's own choice.
fast_blas() { ! have dpkg-query || [ -n "${PETSC_DIR:-}" ] || ldconfig -p | grep -q 'libopenblas'; }
python_module() { [ -x /usr/bin/python3 ] && /usr/bin/python3 -c "import $1" 2> /dev/null; }
certificates() { ! have dpkg-query || debian ca-certificates; }

# what it is | Debian packages | how to see that it is there
requirements='a C compiler (cc) and the C library headers|gcc libc6-dev|compiler
CMake 3.21 or later|cmake|recent_cmake
Ninja|ninja-build|have ninja
pkg-config|pkg-config|have pkg-config
git|git ca-certificates|have git && certificates
the MPI compiler wrapper mpicc|libopenmpi-dev|have mpicc
mpirun|openmpi-bin|have mpirun || have mpiexec
PETSc 3.18 or later with complex scalars|libpetsc-complex-dev|petsc_module petsc
SLEPc 3.18 or later on the same PETSc|libslepc-complex-dev|petsc_module slepc
parallel HDF5|libhdf5-openmpi-dev|parallel_hdf5
GSL|libgsl-dev|gsl
cJSON|libcjson-dev|module libcjson
libyaml|libyaml-dev|module yaml-0.1
OpenBLAS|libopenblas0-serial|fast_blas'
if [ $with_tests = yes ]; then
  requirements="$requirements
cmocka|libcmocka-dev|module cmocka
clang-format|clang-format|have clang-format
h5dump and h5diff|hdf5-tools|have h5dump && have h5diff
numpy for /usr/bin/python3|python3-numpy|python_module numpy
h5py for /usr/bin/python3|python3-h5py|python_module h5py"
fi

missing=""  # one per line
packages="" # separated by blanks
look() {
  missing=""
  packages=""
  while IFS='|' read -r what names check; do
    # The check may hold || and then the rest of the line is part of it.
    if ! eval "$check" < /dev/null; then
      missing="$missing  $what"$'\n'
      packages="$packages $names"
    fi
  done <<< "$requirements"
  packages=${packages# }
}

refuse() { # WHY
  {
    echo "qlbe: missing on this machine:"
    printf '%s' "$missing"
    echo "$1"
  } >&2
  exit 2
}

look
[ -z "$missing" ] && exit 0
[ -n "${PETSC_DIR:-}" ] &&
  refuse "PETSC_DIR is set (PETSC_DIR=$PETSC_DIR PETSC_ARCH=${PETSC_ARCH:-} SLEPC_DIR=${SLEPC_DIR:-}), so nothing is installed: load the modules that provide them."
have apt-get || refuse "There is no apt-get here: install them, or load your cluster's modules and set PETSC_DIR, PETSC_ARCH and SLEPC_DIR."
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  have sudo || refuse "Neither root nor sudo; an administrator could run: apt-get install $packages"
  as_root=(sudo)
fi

echo "qlbe: installing $packages"
# shellcheck disable=SC2086 # a list of words
"${as_root[@]}" apt-get update -q &&
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $packages
status=$?
look
[ -z "$missing" ] || refuse "apt-get ended with status $status and they are still missing or too old."
