#!/usr/bin/env bash
# `qlbe diffusion` on 1, 2, 3 and 4 ranks, and with the matrix in each format: the same numbers to 1e-11; and twice on 2 ranks: the same bits.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

diffusion() {
  local ranks=$1 directory=$2
  shift 2
  $QLBE_MPIRUN -n "$ranks" "$QLBE" diffusion -interaction_radius 0.5 -grid_points 11 -grid_extent 4 -output_directory "$directory" "$@" \
    > log 2>&1 || { cat log; echo "FAIL: $ranks ranks"; exit 1; }
}

for ranks in 1 2 3 4; do diffusion $ranks "n$ranks"; done
diffusion 2 again
diffusion 2 sparse -grid_matrix sparse
diffusion 1 free_of_one -grid_matrix matrix_free
diffusion 3 free -grid_memory 0.001
grep -q "matrix-free" log || { echo "FAIL: a matrix of 2.5 MB in 1 MB"; exit 1; }
diffusion 2 all -grid_functions all
grep -q "dense matrix of 1331 rows" log || { echo "FAIL: not all functions"; exit 1; }

python3 - <<'PYTHON'
import csv, json, sys

def rows(directory):
    return list(csv.DictReader(line for line in open(f"{directory}/diffusion_spectrum.csv") if not line.startswith("#")))

def values(directory):
    data = json.load(open(f"{directory}/diffusion.json"))
    return {k: data[k] for k in ("D", "D_error", "D_fit", "D_perturbation", "D_closed", "D_kin", "D_jps", "gap")}

failures = 0
reference, spectrum = values("n1"), rows("n1")
for name in ("n2", "n3", "n4", "sparse", "free_of_one", "free", "all"):
    others = values(name)
    worst = max(abs(v / reference[k] - 1) for k, v in others.items() if k != "D_error")
    error = abs(others["D_error"] / reference["D_error"] - 1)
    eps = max(abs(float(a["eps_re"]) / float(b["eps_re"]) - 1) for a, b in zip(rows(name), spectrum))
    verdict = "ok" if worst <= 1e-11 and eps <= 1e-11 and error <= 1e-8 else "FAIL"
    failures += verdict == "FAIL"
    print(f"{verdict} {name} against n1: {worst:.1e} in D, {eps:.1e} in eps, allowed 1e-11")
same = values("again") == values("n2") and rows("again") == rows("n2")
print("ok" if same else "FAIL", "2 ranks twice, bit for bit")
sys.exit(1 if failures or not same else 0)
PYTHON
