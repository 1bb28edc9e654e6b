#!/usr/bin/env bash
# tools/lint.sh
#
# Reads the code with clang (all warnings), clang-tidy (.clang-tidy) and cppcheck (tools/cppcheck.supp).
# Every finding is an error; all three run, and the status is 1 if one of them found anything.
set -eu
cd "$(dirname "$0")/.."
# Folder whose findings are shown and are no errors. Empty it once the commands are rewritten.
shown=src/app

tools/install_dependencies.sh --tests --lint
tools/configure.sh clang -DQLBE_TESTS=ON
status=0
found() { # WHO
  echo "lint: $1 found something, see above" >&2
  status=1
}

cmake --build build/clang -j2 -- -k0 || found clang

# clang-tidy reads one file per process: version 14 takes va_list for uninitialised after the first.
files() { sed -n 's/^ *"file": "\(.*\)",\{0,1\}$/\1/p' build/clang/compile_commands.json; }
tidy() { xargs -P2 -n1 clang-tidy --quiet -p build/clang "$@" 2> build/clang/tidy.err; }
files | grep -v "/$shown/" | tidy --warnings-as-errors='*' || found clang-tidy
files | grep "/$shown/" | tidy || found clang-tidy

read_all() {
  cppcheck --quiet -j2 --project=build/clang/compile_commands.json \
    --enable=warning,performance,portability --inline-suppr --library=tools/cppcheck.cfg \
    --suppressions-list=tools/cppcheck.supp --error-exitcode=1 \
    --template='{file}:{line}: {severity}: {message} [{id}]' "$@"
}
read_all --suppress="*:*/$shown/*" || found cppcheck
read_all --file-filter="*/$shown/*" || true

[ $status -ne 0 ] || echo "lint: clang, clang-tidy and cppcheck found nothing"
exit $status
