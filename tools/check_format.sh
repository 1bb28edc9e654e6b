#!/usr/bin/env bash
# tools/check_format.sh [--fix]
#
# Checks the layout of every C file with clang-format and .clang-format; --fix rewrites them. Versions
# differ in details, so another one than 14 decides nothing: status 77, which ctest counts as skipped.
set -u
cd "$(dirname "$0")/.." || exit 2

tool=""
for candidate in clang-format-14 clang-format; do
  command -v $candidate > /dev/null || continue
  tool=$candidate
  break
done
if [ -z "$tool" ]; then
  echo "clang-format is missing: tools/install_dependencies.sh --tests" >&2
  exit 2
fi
version=$($tool --version | sed -E 's/.*version ([0-9]+).*/\1/')
if [ "$version" != 14 ]; then
  echo "clang-format is version $version, the layout is that of version 14: not checked" >&2
  exit 77
fi

if [ "${1:-}" = --fix ]; then
  mode=(-i)
else
  mode=(--dry-run -Werror)
fi
find src include tests -name '*.[ch]' -print0 | xargs -0 -r $tool "${mode[@]}"
