#!/usr/bin/env bash
# Builds everything with warnings as errors and runs all tests; installs what is missing before.
# Ends with ctest's summary and its exit status. QLBE_TEST_TIMEOUT_FACTOR in the environment, a whole
# number, multiplies all time limits, for machines that are slow or busy.
set -eu
cd "$(dirname "$0")/.."

tools/install_dependencies.sh --tests
tools/build.sh all -DQLBE_WERROR=ON -DQLBE_TESTS=ON \
  -DQLBE_TEST_TIMEOUT_FACTOR="${QLBE_TEST_TIMEOUT_FACTOR:-1}"
exec ctest --test-dir build/release -j2 --output-on-failure --no-tests=error
