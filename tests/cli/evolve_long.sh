#!/usr/bin/env bash
# `evolve` over long times: moments of the position in free flight and in a thin gas against what is known, and times at which nothing can be.
set -u
failures=0
. "$QLBE_SOURCE_DIR/tests/cli/singletons.sh"

fail() {
  echo "FAIL: $*"
  failures=$((failures + 1))
}
run() { # STATUS DIRECTORY ARGUMENTS...
  local expected=$1 directory=$2 status=0
  shift 2
  "$QLBE" evolve -output_directory "$directory" -fibers_radial 0 -evolve_limit false "$@" > log 2>&1 || status=$?
  [ $status -eq "$expected" ] || fail "status $status of qlbe evolve $*: $(grep -v '^\[' log | tail -5)"
}

free="-gas_density 0 -grid_points 21 -state_width 1 -state_momentum 0,0,0.3"
run 0 free $free -evolve_times 1e3,1e4,1e10
# a grid too coarse for the kernel fails its check, its numbers belong together all the same
thin="-grid_points 9 -grid_extent 4 -state_width 0.6 -state_momentum 0,0,0.3"
run 3 thin $thin -gas_density 1e-3 -evolve_times 1e3
run 3 thinner $thin -gas_density 1e-4 -evolve_times 1e4
# numbers that overflow are failed checks, and are counted
run 3 overflow $free -evolve_times 1e200
grep -q "numbers_not_finite .* FAIL" log || fail "numbers that overflow: no word of them"
grep -q "trace_is_constant .* pass" log || fail "the trace is lost in the overflow of the position"
# rounding of the generator over 1e100 collision times
run 2 never -evolve_times 1e100 -grid_points 9 -grid_extent 4 -state_width 0.6
grep -q "^qlbe: error: command line: evolve.times: expected times <= .* rounding shows beyond, got 1e+100" log || fail "1e100: $(cat log)"
run 2 never -evolve_duration 1e9 -grid_points 9 -grid_extent 4 -state_width 0.6
grep -q "^qlbe: error: command line: evolve.duration: expected times <= " log || fail "a duration: $(cat log)"
[ ! -e never ] || fail "bad input has left a directory"

/usr/bin/env python3 - <<'PYTHON' || failures=$((failures + 1))
import csv, sys

def rows(directory):
    return list(csv.DictReader(line for line in open(f"{directory}/observables.csv") if not line.startswith("#")))

bad = 0
def near(what, value, expected, bound):
    global bad
    if not abs(float(value) / expected - 1) <= bound:
        bad += 1
        print(f"FAIL: {what}: {value}, expected {expected} to {bound}")

# momenta 0.3 + 1/2 gauss: x = p t; the grid holds mean and variance to a part in ten thousand, and both are conserved
for row in rows("free")[1:]:
    t = float(row["t"])
    near(f"<z> after {t:g}", row["z"], 0.3 * t, 1e-4)
    near(f"variance of z after {t:g}", row["cov_zz"], 1 + 0.25 * t * t, 1e-4)
    near(f"its slope after {t:g}", row["slope_zz"], 0.5 * t, 1e-4)
# lengths and D are those of the Boltzmann limit, like 1/eta, but for the energy shift by the gas, which is like eta
a, b = rows("thin")[-1], rows("thinner")[-1]
near("<z> in a thin gas", float(b["z"]), 10 * float(a["z"]), 3e-3)
near("slope in a thin gas", float(b["slope_zz"]), 10 * float(a["slope_zz"]), 3e-3)
near("variance in a thin gas", float(b["cov_zz"]), 100 * float(a["cov_zz"]), 3e-3)
sys.exit(bad > 0)
PYTHON

echo "$failures failures"
[ $failures -eq 0 ]
