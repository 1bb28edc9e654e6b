#!/usr/bin/env bash
# tools/build.sh TARGET [-DNAME=VALUE ...]
#
# Configures the release preset and builds TARGET in build/release. Shared by quickstart.sh and test.sh.
set -eu
cd "$(dirname "$0")/.."
target=$1
shift

tools/configure.sh release "$@"
cmake --build build/release --target "$target"
