#!/usr/bin/env bash
# Assembly on many ranks: equal shares of the work, and as many bytes as the blocks of pairs of lines need, by PETSc's log.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

for ranks in 1 2 4 8; do
  $QLBE_MPIRUN -n $ranks "$QLBE" spectrum -grid_points 15 -grid_extent 4 -interaction_radius 0.5 -fibers_k 0.3 -fibers_direction 1,2,3 -fibers_groups 1 \
    -output_directory "n$ranks" -log_view ":$work/$ranks.csv:ascii_csv" > log 2>&1 || { cat log; echo "FAIL: $ranks ranks"; exit 1; }
done

python3 - <<'PYTHON'
import csv, sys
failures = 0
for ranks in (1, 2, 4, 8):
    with open(f"{ranks}.csv") as file:
        rows = [row for row in csv.DictReader(file, skipinitialspace=True) if row.get("Event Name") == "QlbeEvaluate" and float(row["FLOP"]) > 0]
    work = [float(row["FLOP"]) for row in rows]
    sent = max(float(row["Message Length"]) for row in rows)
    balance = max(work) * ranks / sum(work)
    # a block of N^2 scalars stands for 4 N^2 entries; two or four ranks need it, and the one that evaluates it may be one of them
    expected = 16 * 15**6 / ranks * (1 - 1 / ranks) ** 2
    excess = sent / expected - 1 if ranks > 1 else sent
    # borders between ranks cut lines, of which there are 225 / ranks
    ok = len(work) == ranks and balance <= 1.05 and abs(excess) <= 0.02 * ranks
    failures += not ok
    print("ok" if ok else "FAIL", f"{ranks} ranks: largest share {balance:.4f} of the mean, allowed 1.05; bytes {excess:+.1%} off the model, allowed {2 * ranks} %")
sys.exit(failures > 0)
PYTHON
