#!/usr/bin/env bash
# `qlbe decoherence`: closed forms, limits, values of experiments, evolve's own column, pressure, ranks, and the
# validity of every report.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

fail() { cat log; echo "FAIL: $*"; exit 1; }
run() { # RANKS DIRECTORY COMMAND ARGUMENTS...
  local ranks=$1 directory=$2
  shift 2
  $QLBE_MPIRUN -n "$ranks" "$QLBE" "$@" -output_directory "$directory" > log 2>&1 || fail "status $? of qlbe $*"
}

thermal="-state_type thermal"
run 1 constant decoherence $thermal -interaction_type constant -particle_mass 3 -gas_temperature 2 -interaction_radius 0.7
run 1 heavy decoherence $thermal -particle_mass 1e5
run 1 light decoherence $thermal -particle_mass 1e4
run 1 classical decoherence $thermal -interaction_type classical
rubidium="-units si -particle_mass 1.4431609e-25 -gas_mass 6.6464731e-27 -gas_temperature 4 -interaction_radius 3.5e-10"
run 2 rubidium decoherence $rubidium -gas_density 1e21 -decoherence_separation 1e-7
run 1 rubidium_pa decoherence $rubidium -gas_pressure 0.05522596 -decoherence_separation 1e-7
! grep -q "not dilute" log || fail "the gas of rubidium is dilute"
for ranks in 1 2 3 4; do run $ranks "c60_$ranks" decoherence "$QLBE_SOURCE_DIR/inputs/c60.yaml"; done

# the dense cat of evolve, and its packets that move
cat="-state_type cat -state_separation 0,0,1 -state_width 0.8 -evolve_times 0.01 -evolve_limit false -fibers_radial 0"
basis="-grid_type spectral -grid_radial 14 -grid_angular 12"
distances=0.05,0.3,1,1.5
run 2 cat_evolve evolve $cat $basis -evolve_separations $distances
grep -q "warning: the gas is not dilute" log || fail "no warning of a dense gas"
run 1 cat decoherence $cat -decoherence_separation $distances
moving="-state_width 0.6,0.8,0.7 -state_momentum 0.3,0,0.2 -evolve_times 0.01 -evolve_limit false -fibers_radial 0"
run 2 moving_evolve evolve $moving $basis -evolve_separations 0.3,100
run 1 moving decoherence $moving -decoherence_separation 0.3,100
run 1 across decoherence $moving -decoherence_separation 0.3 -decoherence_direction 2,0,0
run 1 turned decoherence -state_width 0.7,0.8,0.6 -state_momentum 0.2,0,0.3 -decoherence_separation 0.3

# stopped by its time budget after the first part, and resumed: the same bits
status=0
"$QLBE" decoherence -interaction_radius 30 -particle_mass 100 -run_wall_limit 1e-9 -output_directory stopped > log 2>&1 || status=$?
[ $status -eq 75 ] || fail "status $status of a run without time"
run 2 stopped decoherence -interaction_radius 30 -particle_mass 100
run 1 whole decoherence -interaction_radius 30 -particle_mass 100
cmp <(grep -v '^#' stopped/decoherence.csv) <(grep -v '^#' whole/decoherence.csv) || fail "a resumed run differs"
for ranks in 2 3 4; do
  for table in decoherence visibility; do
    cmp <(grep -v '^#' c60_1/$table.csv) <(grep -v '^#' c60_$ranks/$table.csv) || fail "$table on $ranks ranks"
  done
done
run 1 momentum momentum

/usr/bin/env python3 - << 'PYTHON'
import csv, json, math, sys

failures = 0
def near(what, value, expected, bound):
    global failures
    off = abs(value - expected)
    if not off <= bound:
        failures += 1
    print("ok" if off <= bound else "FAIL", f"{what}: {value:.12g}, expected {expected:.12g}, off by {off:.1e}, allowed {bound:.1e}")

def table(directory, name="decoherence"):
    rows = csv.DictReader(line for line in open(f"{directory}/{name}.csv") if not line.startswith("#"))
    return [{key: float(value) for key, value in row.items()} for row in rows]

def data(directory, name="decoherence"):
    return json.load(open(f"{directory}/{name}.json"))

def dawson(x):
    """By Rybicki's sum, and for large x by its asymptotic series."""
    if x > 20:
        return (1 + 1 / (2 * x * x) + 3 / (4 * x**4) + 15 / (8 * x**6)) / (2 * x)
    h = 0.2
    return sum(math.exp(-((x - n * h) ** 2)) / n for n in range(-301, 302, 2)) / math.sqrt(math.pi)

# f = -a: total [1 - D(s)/s], s = 2^(1/2) w d, w^2 = m kT of the mass that stands for m*
M, kT, a = 3.0, 2.0, 0.7
for column, error, mass in (("rate", "error", M / (1 + M)), ("heavy_limit", "heavy_error", 1.0)):
    w = math.sqrt(mass * kT)
    total = math.sqrt(8 / math.pi) * w / mass * 4 * math.pi * a * a
    for row in table("constant"):
        s = math.sqrt(2) * w * row["separation"]
        exact = total * (2 * s * s / 3 - 4 * s**4 / 15 + 8 * s**6 / 105 if s < 0.05 else 1 - dawson(s) / s)
        near(f"constant amplitude, {column} at {row['separation']:.3g}", row[column] / exact, 1, 1e-9)
        if row[error] > 1e-9 * row[column]:
            near(f"... {error}", row[error], 0, 1e-9 * row[column])

# limits of the hard sphere
first, last = table("heavy")[0], table("heavy")[-1]
near("quadratic law", first["rate"] / first["quadratic"], 1, 1e-4)
near("total rate", last["rate"] / last["total"], 1, 1e-6)
for directory, ratio in (("heavy", 1e-5), ("light", 1e-4)):
    worst = max(abs(row["recoil_correction"]) for row in table(directory))
    near(f"recoil of order m/M: {directory}", worst / ratio, 0.75, 0.5)
near("classical sphere, sigma = pi a^2", data("classical")["total"], math.sqrt(8 / math.pi * 2) * math.pi, 1e-10)

# 87Rb in 4He at 4 K: every collision tells which of two places 100 nm apart
row = table("rubidium")[0]
near("rubidium: rate at 100 nm", row["rate"], 1.558e5, 0.0005e5)
near("rubidium: total", row["rate"] / row["total"], 1, 1e-5)
near("rubidium: by pressure", table("rubidium_pa")[0]["rate"] / row["rate"], 1, 1e-7)
found = data("rubidium_pa")["parameters"]
near("rubidium: density", found["gas_density"] / 1e21, 1, 1e-7)
near("rubidium: p = eta kT", found["gas_pressure"] / (found["gas_density"] * 1.380649e-23 * 4), 1, 1e-12)

# C60: visibility exp(-p/p0), p0 = p/(rate t)
c60 = data("c60_1")
near("C60: kappa", c60["validity"]["kappa_max"], 263, 1)
rates = {row["separation"]: row["rate"] for row in table("c60_1")}
seen = table("c60_1", "visibility")
for row in (seen[7], seen[-5], seen[-1]):
    p0 = 1e-5 / (rates[row["separation"]] * 5e-3)
    near("C60: p0", row["p0"] / p0, 1, 1e-12)
    near("C60: visibility", row["visibility"], math.exp(-row["pressure"] / p0), 1e-12)

# evolve has the same column, from the same function, and its own rate by another way
for directory in ("cat", "moving"):
    for here, there in zip(table(directory), table(directory + "_evolve")):
        for key in ("rate", "quadratic", "total"):
            near(f"{directory}: {key} of evolve", there[key] / here[key], 1, 1e-9)
seen = table("cat_evolve", "observables")[0]
near("cat: rate by the generator", seen["decoherence_rate"] / table("cat")[2]["rate"], 1, 1e-9)
near("direction of the separation", table("across")[0]["rate"] / table("turned")[0]["rate"], 1, 1e-9)
assert abs(table("across")[0]["rate"] / table("moving")[0]["rate"] - 1) > 0.01

# the validity of a report
v = data("momentum", "momentum")["validity"]
near("eta lambda^3", v["eta_lambda3"], (2 * math.pi) ** 1.5, 1e-9)
near("l/a", v["free_path_over_radius"], 1 / 17.28152552, 1e-9)
near("l/lambda", v["free_path_over_wavelength"], 1 / 17.28152552 / math.sqrt(2 * math.pi), 1e-9)
near("eta a^3 and kappa", v["eta_a3"] + v["kappa_max"], 1 + 9, 1e-12)
sys.exit(failures > 0)
PYTHON
