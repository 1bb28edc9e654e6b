# qlbe_test(NAME name SOURCE file.c [RANKS 1 2 3] [LABEL unit] [TIMEOUT seconds] [ARGS ...])
#   builds one cmocka program on the whole library and registers it once for each rank count.
# qlbe_script_test(NAME name SCRIPT file.sh [LABEL cli] [TIMEOUT seconds] [PROCESSORS n])
#   runs a shell script with QLBE (the program), QLBE_MPIRUN and QLBE_SOURCE_DIR in its environment.
#
# TIMEOUT is at least ten times what the test takes on an idle machine; QLBE_TEST_TIMEOUT_FACTOR
# multiplies all of them.
set(QLBE_TEST_TIMEOUT_FACTOR 1 CACHE STRING
  "Whole number that multiplies the time limits of all tests")
if(NOT QLBE_TEST_TIMEOUT_FACTOR MATCHES "^[1-9][0-9]*$")
  message(FATAL_ERROR
    "QLBE_TEST_TIMEOUT_FACTOR is ${QLBE_TEST_TIMEOUT_FACTOR}, expected a whole number > 0")
endif()

# Idle ranks must yield and stay unbound: oversubscribed ranks crawl otherwise.
set(qlbe_test_environment OMPI_MCA_mpi_yield_when_idle=1 OMPI_MCA_hwloc_base_binding_policy=none
  OMPI_MCA_rmaps_base_oversubscribe=1 OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1)
execute_process(COMMAND id -u OUTPUT_VARIABLE qlbe_user OUTPUT_STRIP_TRAILING_WHITESPACE)
if(qlbe_user STREQUAL "0")
  list(APPEND qlbe_test_environment OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1)
endif()
# Leaks are told apart by their call stack, which the fast unwinder loses in libraries without frame
# pointers.
if(QLBE_SANITIZE)
  list(APPEND qlbe_test_environment ASAN_OPTIONS=detect_leaks=1:fast_unwind_on_malloc=0
    LSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/lsan.supp:print_suppressions=0
    UBSAN_OPTIONS=print_stacktrace=1)
endif()

# Folder for the temporary files of the test called name, into the variable result. Each test has its
# own: programs started without mpirun remove each other's session folder in a shared one. The path of
# a Unix socket below it may have 107 bytes.
function(qlbe_test_scratch name result)
  set(scratch "${PROJECT_BINARY_DIR}/tmp/${name}")
  string(LENGTH "${scratch}" length)
  if(length GREATER 64)
    string(SHA1 hash "${scratch}")
    string(SUBSTRING ${hash} 0 12 hash)
    set(scratch "/tmp/qlbe-${hash}")
  endif()
  file(MAKE_DIRECTORY "${scratch}")
  set(${result} "${scratch}" PARENT_SCOPE)
endfunction()

# What all tests have in common; further arguments are added to the environment.
function(qlbe_test_properties name label processors timeout)
  qlbe_test_scratch(${name} scratch)
  math(EXPR limit "${timeout} * ${QLBE_TEST_TIMEOUT_FACTOR}")
  set_tests_properties(${name} PROPERTIES LABELS ${label} PROCESSORS ${processors} TIMEOUT ${limit}
    ENVIRONMENT "${qlbe_test_environment};TMPDIR=${scratch};QLBE_TEST_TIMEOUT=${limit};${ARGN}")
endfunction()

function(qlbe_test)
  cmake_parse_arguments(T "" "NAME;SOURCE;LABEL;TIMEOUT" "RANKS;ARGS" ${ARGN})
  if(NOT T_RANKS)
    set(T_RANKS 1)
  endif()
  if(NOT T_LABEL)
    set(T_LABEL unit)
  endif()
  if(NOT T_TIMEOUT)
    set(T_TIMEOUT 300)
  endif()
  add_executable(${T_NAME} ${T_SOURCE})
  target_link_libraries(${T_NAME} PRIVATE qlbe_all PkgConfig::CMOCKA)
  # tests see the private headers of the discretisations, which nothing else does
  target_include_directories(${T_NAME} PRIVATE "${PROJECT_SOURCE_DIR}/tests"
    "${PROJECT_SOURCE_DIR}/src/discretisation"
    "${PROJECT_SOURCE_DIR}/src/discretisation/flight"
    "${PROJECT_SOURCE_DIR}/src/discretisation/cartesian"
    "${PROJECT_SOURCE_DIR}/src/discretisation/spectral")
  target_compile_definitions(${T_NAME} PRIVATE QLBE_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  foreach(ranks ${T_RANKS})
    add_test(NAME ${T_NAME}.n${ranks}
      COMMAND ${MPIEXEC_EXECUTABLE} ${MPIEXEC_NUMPROC_FLAG} ${ranks} ${QLBE_MPIEXEC_FLAGS}
              $<TARGET_FILE:${T_NAME}> ${T_ARGS})
    qlbe_test_properties(${T_NAME}.n${ranks} ${T_LABEL} ${ranks} ${T_TIMEOUT})
  endforeach()
endfunction()

function(qlbe_script_test)
  cmake_parse_arguments(T "" "NAME;SCRIPT;LABEL;TIMEOUT;PROCESSORS" "" ${ARGN})
  if(NOT T_LABEL)
    set(T_LABEL cli)
  endif()
  if(NOT T_TIMEOUT)
    set(T_TIMEOUT 600)
  endif()
  if(NOT T_PROCESSORS)
    set(T_PROCESSORS 2)
  endif()
  add_test(NAME ${T_NAME} COMMAND ${BASH_PROGRAM} "${CMAKE_CURRENT_SOURCE_DIR}/${T_SCRIPT}")
  list(JOIN QLBE_MPIEXEC_FLAGS " " flags)
  qlbe_test_properties(${T_NAME} ${T_LABEL} ${T_PROCESSORS} ${T_TIMEOUT} "QLBE=$<TARGET_FILE:qlbe>"
    "QLBE_SOURCE_DIR=${PROJECT_SOURCE_DIR}" "QLBE_MPIRUN=${MPIEXEC_EXECUTABLE} ${flags}")
endfunction()
