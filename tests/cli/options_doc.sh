#!/usr/bin/env bash
# docs/options.md must be what the program prints from its table:
#   qlbe --help-options > docs/options.md
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$QLBE" --help-options > "$work/options.md"
[ -s "$work/options.md" ] || { echo "FAIL: --help-options printed nothing"; exit 1; }
if ! diff -u "$QLBE_SOURCE_DIR/docs/options.md" "$work/options.md"; then
  echo "FAIL: docs/options.md is stale; run: qlbe --help-options > docs/options.md"
  exit 1
fi
