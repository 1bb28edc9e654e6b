#!/usr/bin/env bash
# tools/lint.sh [PATTERN]
#
# Reads the code with clang (all warnings), clang-tidy (.clang-tidy) and cppcheck (tools/cppcheck.supp).
# Every finding is an error; all three run, and the status is 1 if one of them found anything. With
# PATTERN, a part of a path, clang-tidy and cppcheck read the files that have it in theirs.
set -euo pipefail
cd "$(dirname "$0")/.."
pattern=${1:-/}

tools/install_dependencies.sh --tests --lint
tools/configure.sh clang -DQLBE_TESTS=ON
status=0
found() { # WHO
  echo "lint: $1 found something, see above" >&2
  status=1
}

cmake --build build/clang -j2 -- -k0 || found clang

# One file per process: after the first, version 14 takes every va_list for uninitialised.
echo "lint: clang-tidy"
sed -n 's/^ *"file": "\(.*\)",\{0,1\}$/\1/p' build/clang/compile_commands.json |
  { grep -F -e "$pattern" || true; } |
  xargs -r -P2 -n1 clang-tidy --quiet -p build/clang --warnings-as-errors='*' 2>&1 |
  sed '/^[0-9]* warnings\{0,1\} generated\.$/d' || found clang-tidy

echo "lint: cppcheck"
cppcheck --quiet -j2 --project=build/clang/compile_commands.json --file-filter="*$pattern*" \
  --enable=warning,performance,portability --inline-suppr --library=tools/cppcheck.cfg \
  --suppressions-list=tools/cppcheck.supp --error-exitcode=1 \
  --template='{file}:{line}: {severity}: {message} [{id}]' || found cppcheck

[ $status -ne 0 ] || echo "lint: clang, clang-tidy and cppcheck found no error"
exit $status
