#!/usr/bin/env bash
# tools/scaling.py: a strong and a weak study of a tiny deck; the model on data with known parameters; bad input.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
scaling() { /usr/bin/python3 "$QLBE_SOURCE_DIR/tools/scaling.py" "$@"; }
fail() {
  echo "FAIL: $1"
  [ ! -f log ] || cat log
  exit 1
}

cat > deck.yaml << 'DECK'
interaction: {type: constant, radius: 1.0}
grid: {type: cartesian, points: 9, extent: 5.0}
DECK
mpi="$QLBE_MPIRUN -n {ranks}"
strong=(measure strong --deck deck.yaml --ranks "1,2" --repeat 2 --command spectrum --options='-fibers_k 0.1' --program "$QLBE"
  --launcher "$mpi" --map "kernel tables=MatMult" --threshold 0)
scaling "${strong[@]}" > log 2>&1 || fail "strong study"
grep -q "^| total | 1024 |" log || fail "no prediction for 1024 ranks"
grep -q "Not to be relied on" log || fail "two numbers of ranks do not check a model"
[ -s strong/scaling.svg ] || fail "no plot"
touch -d '1 hour ago' strong/1/0/log.csv
scaling "${strong[@]}" > log 2>&1 || fail "the same study again"
[ "$(find strong -name log.csv -mmin +30 | wc -l)" = 1 ] || fail "a finished run was repeated"
scaling measure weak --study weak-grid --base 9 --deck deck.yaml --ranks 1,2 --repeat 1 --command spectrum --options='-fibers_k 0.1' \
  --program "$QLBE" --launcher "$mpi" --image png > log 2>&1 || fail "weak study of the grid"
[ -s weak/scaling.png ] || fail "no plot"
scaling measure fibers --study weak-fibers --base 2 --deck deck.yaml --ranks 1,2 --repeat 1 --command spectrum --program "$QLBE" \
  --launcher "$mpi" > log 2>&1 || fail "weak study of fibers"
# a submission gets COMMAND DECK OPTIONS; what has not run is missing
scaling measure later --deck deck.yaml --ranks 1,2 --repeat 1 --submit "printf <%s> {ranks}" > log 2>&1 || fail "submission"
grep -q "<2><diffusion><deck.yaml>.*<-output_directory><later/2/0>" later/2/0/output.txt || fail "words of the submission"

/usr/bin/python3 - > known.csv << 'PYTHON'
# T = 0.4 s + 60 s lambda/P + 3 us log2(P) M + B/(1 GB/s), with half a percent of noise
import math, random
random.seed(1)
print("study,ranks,size,work,repetition,kind,phase,seconds,speedup,efficiency,messages,reductions,bytes,imbalance")
for P in (1, 2, 4, 8, 16, 32):
    M, B, imbalance = (0, 0, 1) if P == 1 else (20000, 8e8 / P**0.5, 1.05)
    T = 0.4 + 60 * imbalance / P + 3e-6 * math.log2(P) * M + B / 1e9
    for i in range(5):
        print(f"strong,{P},,1,{i},total,total,{T * (1 + random.gauss(0, 0.005)):.9g},,,{M / 2},{M / 2},{B},{imbalance}")
PYTHON
scaling fit known.csv --output known > log 2>&1 || fail "fit"

/usr/bin/python3 - << 'PYTHON'
import csv, json, math, sys

failures = 0

def check(what, ok):
    global failures
    failures += not ok
    print("ok" if ok else "FAIL", what)

def near(what, value, expected, allowed):
    error = abs(value / expected - 1)
    check(f"{what}: {value:.4g} against {expected:.4g}, off by {error:.1e}, allowed {allowed}", error <= allowed)

def table(path):
    return list(csv.DictReader(line for line in open(path) if not line.startswith("#")))

def rows(directory, phase):
    return [row for row in table(f"{directory}/scaling.csv") if row["phase"] == phase]

# what was measured is what the runs have written
for row in rows("strong", "assembly"):
    data = json.load(open(f"strong/{row['ranks']}/{row['repetition']}/spectrum.json"))
    near(f"{row['ranks']} ranks: assembly", float(row["seconds"]), data["wall_time"]["assembly"], 1e-5)
    check(f"{row['ranks']} ranks are {data['provenance']['ranks']}", data["provenance"]["ranks"] == row["ranks"])
for name, allowed in (("speedup", 1.0), ("efficiency", 0.5)):
    two = [float(row["seconds"]) for row in rows("strong", "total") if row["ranks"] == "2"]
    one = sorted(float(row["seconds"]) for row in rows("strong", "total") if row["ranks"] == "1")
    value = float([row for row in rows("strong", "total") if row["ranks"] == "2"][0][name])
    near(f"{name} on two ranks", value, 2 * allowed * (one[0] + one[1]) / 2 / two[0] / 2, 1e-4)
by_hand = {}
for line in csv.reader(open("strong/2/0/log.csv")):
    if line[1] == "MatMult" and line[0] == "Main Stage":
        by_hand[int(line[2])] = [float(line[i]) for i in (4, 5, 6, 7)]
row = [row for row in rows("strong", "MatMult") if row["ranks"] == "2" and row["repetition"] == "0"][0]
times = [values[0] for values in by_hand.values()]
near("imbalance of MatMult", float(row["imbalance"]), 2 * max(times) / sum(times), 1e-4)
check("reductions of MatMult", float(row["reductions"]) == max(values[3] for values in by_hand.values()) > 0)
mapped = [row for row in rows("strong", "kernel tables") if row["ranks"] == "2" and row["repetition"] == "0"][0]
check("reductions of a mapped phase", mapped["reductions"] == row["reductions"])
# weak studies: 9 (2)^(1/6) = 10.1 points are 11, and count as (11/9)^6 of the work
weak = {row["ranks"]: row for row in rows("weak", "total")}
check("sizes of the weak study", (weak["1"]["size"], weak["2"]["size"]) == ("9", "11"))
near("work of the weak study", float(weak["2"]["work"]), (11 / 9) ** 6, 1e-5)
near("efficiency is corrected for the rounding", float(weak["2"]["efficiency"]),
     float(weak["1"]["seconds"]) / float(weak["2"]["seconds"]) * (11 / 9) ** 6 / 2, 1e-4)
fibers = json.load(open("fibers/2/0/spectrum.json"))["spectrum"]
check(f"{len(fibers)} fibers on two ranks", len(fibers) == 4)

# the model
model = table("known/model.csv")[0]
near("serial", float(model["serial_s"]), 0.4, 0.15)
near("work", float(model["work_s"]), 60, 0.01)
near("latency", float(model["latency_s"]), 3e-6, 0.15)
near("bandwidth", float(model["bandwidth_B_per_s"]), 1e9, 0.25)
check(f"left-out error {float(model['left_out_worst']):.1e}, allowed 0.03", float(model["left_out_worst"]) <= 0.03)
for row in table("known/prediction.csv"):
    P = int(row["ranks"])
    T = 0.4 + 60 * 1.05 / P + 3e-6 * math.log2(P) * 20000 + 0.8 / P**0.5
    near(f"prediction for {P} ranks", float(row["seconds"]), T, 0.05)
    check("lies in its range", float(row["low"]) <= float(row["seconds"]) <= float(row["high"]))
    near("parts add up", sum(float(row[part]) for part in ("serial", "work", "imbalance", "latency", "bandwidth")), float(row["seconds"]), 1e-4)
sys.exit(failures > 0)
PYTHON

refused() { # WORD ARGUMENTS...
  local word=$1 status=0
  shift
  scaling "$@" > out 2> log || status=$?
  [ $status -eq 2 ] || fail "status $status, not 2, of scaling.py $*"
  { [ "$(wc -l < log)" -eq 1 ] && grep -q -- "$word" log; } || fail "not one line with $word of scaling.py $*"
}
refused "no such deck" measure bad --deck missing.yaml --ranks 1,2
refused "ascend" measure bad --deck deck.yaml --ranks 2,1
refused "no such program" measure bad --deck deck.yaml --ranks 1,2 --program missing
refused "{ranks}" measure bad --deck deck.yaml --ranks 1,2 --program "$QLBE" --launcher "mpirun -n 2"
refused "base" measure bad --deck deck.yaml --ranks 1,2 --study weak-grid --program "$QLBE"
refused "odd" measure bad --deck deck.yaml --ranks 1,2 --study weak-grid --base 10 --program "$QLBE"
refused "another study" measure strong --deck deck.yaml --ranks 1,2,3 --program "$QLBE"
refused "grid" measure bad --deck deck.yaml --ranks 1,2 --program "$QLBE" --launcher "$mpi" --options='-grid_points junk'
refused "no run has finished" report later
refused "not a study" report missing
refused "invalid choice" guess
echo "study,ranks,seconds" > empty.csv
refused "not a table" fit empty.csv
sed 's/^strong,2,/strong,two,/' known.csv > letters.csv
refused "not a table" fit letters.csv
grep -E '^(study|strong,4,)' known.csv > single.csv
refused "two different numbers" fit single.csv
echo junk > strong/1/0/log.csv
refused "not a log of PETSc" report strong
echo "ok bad input"
