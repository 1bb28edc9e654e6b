#!/usr/bin/env bash
# Every C file is laid out as clang-format would; tools/check_format.sh --fix does it.
exec "$QLBE_SOURCE_DIR/tools/check_format.sh"
