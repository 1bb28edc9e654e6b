#!/usr/bin/env bash
# Rows of docs/tables, recomputed: every number within the digits that the table claims.
set -eu
exec "$QLBE_SOURCE_DIR/tools/reference_tables.py" --program "$QLBE" --launcher "$QLBE_MPIRUN -n 2" \
  --rows 1:0.1,2:1 --compare "$QLBE_SOURCE_DIR/docs/tables"
