#!/usr/bin/env bash
# Assembly on many ranks: equal shares of the work, and as many bytes as the blocks of pairs of lines need, by PETSc's log.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

for direction in 1,2,3 0,0,1; do
  for ranks in 1 2 4 8; do
    $QLBE_MPIRUN -n $ranks "$QLBE" spectrum -grid_points 15 -grid_extent 4 -interaction_radius 0.5 -fibers_k 0.3 -fibers_direction $direction \
      -fibers_groups 1 -output_directory "n$ranks/$direction" -log_view ":$work/$ranks-$direction.csv:ascii_csv" > log 2>&1 ||
      { cat log; echo "FAIL: $ranks ranks"; exit 1; }
  done
done

python3 - <<'PYTHON'
import csv, json, sys
failures = 0
for direction, ranks in ((d, r) for d in ("1,2,3", "0,0,1") for r in (1, 2, 4, 8)):
    with open(f"{ranks}-{direction}.csv") as file:
        rows = [row for row in csv.DictReader(file, skipinitialspace=True) if row.get("Event Name") == "QlbeEvaluate" and float(row["FLOP"]) > 0]
    work = [float(row["FLOP"]) for row in rows]
    sent = max(float(row["Message Length"]) for row in rows)
    balance = max(work) * ranks / sum(work)
    away = 1 - 1 / ranks
    # the grid of the deck, and the coarser one that tells the error
    grid = json.load(open(f"n{ranks}/{direction}/spectrum.json"))["grid"]
    points = (grid["points"], grid["points_of_error"])
    if direction == "1,2,3":
        # a block of N^2 scalars stands for 4 N^2 entries; two or four ranks need it, and the one that evaluates it may be one of them
        expected = sum(16 * n**6 for n in points) / ranks * away**2
    else:
        # a block stands for 16 N^2 entries, its images are sums at the orbits of its two lines, and N (N + 1)/2 scalars say it all
        expected = sum(16 * n**5 for n in points) / ranks * away * (1 - 0.5 / ranks)
    excess = sent / expected - 1 if ranks > 1 else sent
    # borders between ranks cut lines, of which there are 225 / ranks, or 36 / ranks orbits
    allowed = (2 if direction == "1,2,3" else 5) * ranks
    ok = len(work) == ranks and balance <= 1.05 and abs(excess) <= 0.01 * allowed
    failures += not ok
    print("ok" if ok else "FAIL", f"{direction} on {ranks} ranks: largest share {balance:.4f} of the mean, allowed 1.05; bytes {excess:+.1%} off the model, allowed {allowed} %")
sys.exit(failures > 0)
PYTHON
