#!/usr/bin/env bash
# tools/lint.sh [PATTERN]
#
# Reads the code with clang (all warnings), clang-tidy (.clang-tidy) and cppcheck (tools/cppcheck.supp).
# Every finding is an error; all three run, and the status is 1 if one of them found anything. With
# PATTERN, a part of a path, clang-tidy and cppcheck read the files that have it in theirs.
set -euo pipefail
cd "$(dirname "$0")/.."
pattern=${1:-/}
# Folder whose findings are shown and are no errors. Empty it once the commands are rewritten.
shown=

tools/install_dependencies.sh --tests --lint
tools/configure.sh clang -DQLBE_TESTS=ON
status=0
found() { # WHO
  echo "lint: $1 found something, see above" >&2
  status=1
}

cmake --build build/clang -j2 -- -k0 || found clang

files() { # 0 | 1: outside or inside of the folder
  sed -n 's/^ *"file": "\(.*\)",\{0,1\}$/\1/p' build/clang/compile_commands.json |
    awk -v pattern="$pattern" -v folder="/$shown/" -v inside="$1" \
      'index($0, pattern) && (index($0, folder) > 0) == inside'
}
# One file per process: after the first, version 14 takes every va_list for uninitialised.
tidy() {
  xargs -r -P2 -n1 clang-tidy --quiet -p build/clang "$@" 2>&1 |
    sed '/^[0-9]* warnings\{0,1\} generated\.$/d'
}
echo "lint: clang-tidy"
files 0 | tidy --warnings-as-errors='*' || found clang-tidy
files 1 | tidy || found clang-tidy

read_files() {
  cppcheck --quiet -j2 --project=build/clang/compile_commands.json \
    --enable=warning,performance,portability --inline-suppr --library=tools/cppcheck.cfg \
    --suppressions-list=tools/cppcheck.supp --error-exitcode=1 \
    --template='{file}:{line}: {severity}: {message} [{id}]' "$@"
}
echo "lint: cppcheck"
read_files --file-filter="*$pattern*" ${shown:+--suppress="*:*$shown/*"} || found cppcheck
[ -z "$shown" ] || [ "$pattern" != / ] || read_files --file-filter="*$shown/*" || true

[ $status -ne 0 ] || echo "lint: clang, clang-tidy and cppcheck found no error"
exit $status
