#!/usr/bin/env bash
# tools/install_dependencies.sh [--tests] [--lint]
#
# Makes sure that everything needed to build and run qlbe is there (with --tests: to test it as well;
# with --lint: what tools/lint.sh reads the code with).
# Does nothing on a complete system. On Debian and Ubuntu, as root or through sudo, installs what is
# missing with apt-get. Everywhere else, and where PETSC_DIR names an installation of your own, says
# what is missing and ends with status 2.
set -u
cd "$(dirname "$0")/.." || exit 2

with_tests=no
with_lint=no
for argument in "$@"; do
  case "$argument" in
    --tests) with_tests=yes ;;
    --lint) with_lint=yes ;;
    *)
      echo "usage: tools/install_dependencies.sh [--tests] [--lint]" >&2
      exit 2
      ;;
  esac
done

have() { command -v "$1" > /dev/null 2>&1; }
module() { have pkg-config && pkg-config --exists "$@"; }

# Folders of .pc files, ended by colons: those of an installation of your own, or Debian's with complex
# scalars (64-complex has another integer size), which appear while this script runs.
own_folders() { # DIR
  [ -z "$1" ] || printf '%s:' "${1%/}/${PETSC_ARCH:-}/lib/pkgconfig" "${1%/}/lib/pkgconfig"
}
debian_folders() { # petsc | slepc
  find "/usr/lib/${1}dir" -path '*-complex/lib/pkgconfig' ! -path '*64-complex*' 2> /dev/null | tr '\n' ':'
}
petsc_module() { # petsc | slepc, and the variable that names its installation or nothing
  local folders found
  if [ -n "${PETSC_DIR:-}" ]; then
    folders="$(own_folders "${SLEPC_DIR:-}")$(own_folders "$PETSC_DIR")"
  else
    folders="$(own_folders "${SLEPC_DIR:-}")$(debian_folders "$1")"
  fi
  PKG_CONFIG_PATH="$folders${PKG_CONFIG_PATH:-}" module "$1 >= 3.18" || return 1
  # pkg-config goes on to the system's folders; another one than the one named is none at all.
  [ -z "$2" ] && return 0
  found=$(PKG_CONFIG_PATH="$folders${PKG_CONFIG_PATH:-}" pkg-config --variable=pcfiledir "$1")
  [[ ":$folders" == *":$found:"* ]]
}
recent_cmake() {
  have cmake && [ "$(printf '3.21\n%s\n' "$(cmake --version | sed -n 's/^cmake version //p')" | sort -V | head -n 1)" = 3.21 ]
}
parallel_hdf5() {
  module hdf5-openmpi || module hdf5-mpich || module hdf5-mpi || have h5pcc || [ -n "${HDF5_ROOT:-}" ]
}
gsl() { module "gsl >= 2.5" || have gsl-config || [ -n "${GSL_ROOT_DIR:-}" ]; }
# Headers alone, without a .pc file: looked for where the compiler looks.
random123() {
  [ -n "${RANDOM123_INCLUDE_DIR:-}" ] ||
    printf '#include <Random123/philox.h>\nint main(void) { return 0; }\n' | cc -x c -o /dev/null - 2> /dev/null
}
compiler() {
  printf '#include <math.h>\nint main(void) { return 0; }\n' | cc -x c -o /dev/null - 2> /dev/null
}
# Only tests of the scripts in jobs/ need Slurm, and skip where it is not: nothing to ask of a cluster's administrator.
slurm() { ! have apt-get || [ -n "${PETSC_DIR:-}" ] || (PATH=$PATH:/usr/sbin:/sbin && have slurmctld && have slurmd && have munged); }
# Any BLAS runs; Debian's default is the slow reference one. Elsewhere it is PETSc's own choice.
fast_blas() { ! have dpkg-query || [ -n "${PETSC_DIR:-}" ] || PATH=$PATH:/usr/sbin:/sbin ldconfig -p | grep -q libopenblas; }

# For a test that builds with them; elsewhere than on Debian it is left out.
large_indices() {
  ! have dpkg-query || [ -n "${PETSC_DIR:-}" ] || [ -n "$(find /usr/lib/slepcdir -path '*/slepc64-*/*-complex/lib/pkgconfig/slepc.pc' 2> /dev/null)" ]
}

# what it is | Debian packages | how to see that it is there
# shellcheck disable=SC2016 # expanded where they are looked at
requirements='a C compiler (cc) and the C library headers|gcc libc6-dev|compiler
CMake 3.21 or later|cmake|recent_cmake
Ninja|ninja-build|have ninja
pkg-config|pkg-config|have pkg-config
git|git|have git
the MPI compiler wrapper mpicc|libopenmpi-dev|have mpicc
mpirun|openmpi-bin|have mpirun || have mpiexec
PETSc 3.18 or later with complex scalars|libpetsc-complex-dev|petsc_module petsc "${PETSC_DIR:-}"
SLEPc 3.18 or later on the same PETSc|libslepc-complex-dev|petsc_module slepc "${SLEPC_DIR:-}"
parallel HDF5|libhdf5-openmpi-dev|parallel_hdf5
GSL|libgsl-dev|gsl
cJSON|libcjson-dev|module libcjson
libyaml|libyaml-dev|module yaml-0.1
Random123|librandom123-dev|random123
OpenBLAS|libopenblas0-serial|fast_blas'
if [ $with_tests = yes ]; then
  requirements="$requirements
cmocka|libcmocka-dev|module cmocka
clang-format|clang-format|have clang-format
python3|python3|have python3
h5py for the python3 of the system|python3-h5py|/usr/bin/python3 -c 'import h5py'
matplotlib for the python3 of the system|python3-matplotlib|/usr/bin/python3 -c 'import matplotlib'
PETSc and SLEPc with 64-bit indices|libslepc64-complex-dev|large_indices
Slurm|slurm-wlm munge|slurm"
fi
if [ $with_lint = yes ]; then
  requirements="$requirements
clang|clang|have clang
clang-tidy|clang-tidy|have clang-tidy
cppcheck|cppcheck|have cppcheck"
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
