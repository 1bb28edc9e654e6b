#!/usr/bin/env bash
# tools/sanitize.sh [CTEST ARGUMENT ...]
#
# Builds everything with the address and undefined-behaviour sanitizers, whose first finding ends a
# program, and runs the unit tests on one and two ranks, or those that the arguments choose: more
# ranks than cores take too long for continuous integration, and so does test_derivative_chain on
# two: eight times what it takes on one, and its time limit on a busy machine.
set -eu
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- -L unit -E '\.n[34]$|^test_derivative_chain\.n2$'

tools/install_dependencies.sh --tests
tools/configure.sh sanitize -DQLBE_TESTS=ON \
  -DQLBE_TEST_TIMEOUT_FACTOR=$((3 * ${QLBE_TEST_TIMEOUT_FACTOR:-1})) # instrumented code is slower
cmake --build build/sanitize -j2
exec ctest --test-dir build/sanitize -j2 --output-on-failure --no-tests=error "$@"
