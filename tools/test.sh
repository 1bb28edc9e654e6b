#!/usr/bin/env bash
# Builds everything with warnings as errors and runs all tests; installs what is missing before.
# Ends with ctest's summary and its exit status.
set -eu
cd "$(dirname "$0")/.."

tools/install_dependencies.sh --tests
tools/build.sh all -DQLBE_WERROR=ON -DQLBE_TESTS=ON
exec ctest --test-dir build/release -j2 --output-on-failure --no-tests=error
