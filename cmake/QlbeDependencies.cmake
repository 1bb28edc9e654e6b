# Open MPI, PETSc and SLEPc with complex scalars, parallel HDF5, GSL, cJSON, libyaml, Random123.
#
# PETSC_DIR, PETSC_ARCH and SLEPC_DIR (cache or environment) choose an installation of your own; with
# none of them set, the distribution's complex build is looked for, whatever its "petsc" alternative says.

foreach(variable PETSC_DIR PETSC_ARCH SLEPC_DIR)
  if(NOT DEFINED ${variable} AND DEFINED ENV{${variable}})
    set(${variable} "$ENV{${variable}}")
  endif()
  set(${variable} "${${variable}}" CACHE STRING "${variable} (empty: search with pkg-config)")
endforeach()

set(pc_dirs "")
if(SLEPC_DIR)
  list(APPEND pc_dirs "${SLEPC_DIR}/${PETSC_ARCH}/lib/pkgconfig" "${SLEPC_DIR}/lib/pkgconfig")
endif()
if(PETSC_DIR)
  list(APPEND pc_dirs "${PETSC_DIR}/${PETSC_ARCH}/lib/pkgconfig" "${PETSC_DIR}/lib/pkgconfig")
else()
  file(GLOB distribution_dirs /usr/lib/petscdir/petsc*/*-complex/lib/pkgconfig
    /usr/lib/slepcdir/slepc*/*-complex/lib/pkgconfig)
  list(FILTER distribution_dirs EXCLUDE REGEX "64-complex")
  list(APPEND pc_dirs ${distribution_dirs})
endif()
if(pc_dirs)
  list(JOIN pc_dirs ":" pc_path)
  set(ENV{PKG_CONFIG_PATH} "${pc_path}:$ENV{PKG_CONFIG_PATH}")
endif()

find_package(MPI REQUIRED COMPONENTS C)
find_package(PkgConfig REQUIRED)
# An in-tree SLEPc ships lower-case slepc.pc only; the capitalised name would find another one.
pkg_check_modules(PETSC REQUIRED IMPORTED_TARGET petsc>=3.18)
pkg_check_modules(SLEPC REQUIRED IMPORTED_TARGET slepc>=3.18)
foreach(package PETSC SLEPC)
  # pkg-config falls back on its own search path without a word when a directory holds no such package
  if(${package}_DIR)
    file(REAL_PATH "${${package}_DIR}" wanted)
    file(REAL_PATH "${${package}_PREFIX}" found)
    string(FIND "${found}/" "${wanted}/" position)
    if(NOT position EQUAL 0)
      message(FATAL_ERROR "${package}_DIR is ${wanted}, but no ${package} for PETSC_ARCH \"${PETSC_ARCH}\" is there "
        "(the next one found is in ${found})")
    endif()
  endif()
endforeach()
pkg_check_modules(CJSON REQUIRED IMPORTED_TARGET libcjson)
pkg_check_modules(YAML REQUIRED IMPORTED_TARGET yaml-0.1)
find_package(GSL REQUIRED)
find_path(RANDOM123_INCLUDE_DIR Random123/philox.h HINTS ENV RANDOM123_INCLUDE_DIR
  DOC "Folder that holds Random123/philox.h")
if(NOT RANDOM123_INCLUDE_DIR)
  message(FATAL_ERROR "Random123/philox.h was not found (Debian: librandom123-dev); where it is elsewhere, "
    "set RANDOM123_INCLUDE_DIR to the folder that holds Random123/")
endif()
add_library(qlbe_random123 INTERFACE)
target_include_directories(qlbe_random123 SYSTEM INTERFACE "${RANDOM123_INCLUDE_DIR}")

pkg_search_module(HDF5PC QUIET IMPORTED_TARGET hdf5-openmpi hdf5-mpich hdf5-mpi)
if(HDF5PC_FOUND)
  set(QLBE_HDF5_TARGET PkgConfig::HDF5PC)
else()
  set(HDF5_PREFER_PARALLEL ON)
  find_package(HDF5 REQUIRED COMPONENTS C)
  set(QLBE_HDF5_TARGET hdf5::hdf5)
endif()

# Two PETSc libraries in one program run, and give wrong answers: SLEPc must have been built on ours.
find_file(slepcconf slepcconf.h PATHS ${SLEPC_INCLUDE_DIRS} NO_DEFAULT_PATH NO_CACHE)
if(slepcconf)
  file(STRINGS "${slepcconf}" lines REGEX "define SLEPC_PETSC_(DIR|ARCH)")
  string(REGEX REPLACE ".*SLEPC_PETSC_DIR \"([^\"]*)\".*" "\\1" slepc_petsc_dir "${lines}")
  string(REGEX REPLACE ".*SLEPC_PETSC_ARCH \"([^\"]*)\".*" "\\1" slepc_petsc_arch "${lines}")
  file(REAL_PATH "${slepc_petsc_dir}/${slepc_petsc_arch}" slepc_petsc)
  file(REAL_PATH "${PETSC_PREFIX}" petsc_prefix)
  if(NOT slepc_petsc STREQUAL petsc_prefix)
    message(FATAL_ERROR "SLEPc in ${SLEPC_PREFIX} was built on PETSc in ${slepc_petsc}, but the PETSc "
      "found is in ${petsc_prefix}. Set PETSC_DIR, PETSC_ARCH and SLEPC_DIR to a matching pair.")
  endif()
endif()

include(CheckCSourceCompiles)
set(CMAKE_REQUIRED_LIBRARIES PkgConfig::PETSC MPI::MPI_C)
check_c_source_compiles("#include <petscsys.h>
#if !defined(PETSC_USE_COMPLEX)
#error real scalars
#endif
int main(void) { return 0; }" QLBE_PETSC_IS_COMPLEX)
set(CMAKE_REQUIRED_LIBRARIES ${QLBE_HDF5_TARGET} MPI::MPI_C)
check_c_source_compiles("#include <hdf5.h>
#if !defined(H5_HAVE_PARALLEL)
#error serial
#endif
int main(void) { return 0; }" QLBE_HDF5_IS_PARALLEL)
unset(CMAKE_REQUIRED_LIBRARIES)
if(NOT QLBE_PETSC_IS_COMPLEX)
  message(FATAL_ERROR "PETSc in ${PETSC_PREFIX} was built for real scalars; qlbe needs --with-scalar-type=complex "
    "(Debian: libslepc-complex-dev). Set PETSC_DIR and PETSC_ARCH to a complex build.")
endif()
if(NOT QLBE_HDF5_IS_PARALLEL)
  message(FATAL_ERROR "the HDF5 found is serial; qlbe needs a parallel build (Debian: libhdf5-openmpi-dev)")
endif()
message(STATUS "PETSc ${PETSC_VERSION} in ${PETSC_PREFIX}; SLEPc ${SLEPC_VERSION} in ${SLEPC_PREFIX}")
