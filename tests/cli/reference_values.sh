#!/usr/bin/env bash
# The commands against published values: cross sections, escape rate, gap, and the closed forms of D.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

run() { $QLBE_MPIRUN -n 1 "$QLBE" "$@" > log 2>&1 || { cat log; echo "FAIL: qlbe $*"; exit 1; }; }

run scattering -scattering_p 0.001,1,10,10000 -output_directory s
run momentum -momentum_p 0,1,2 -output_directory m
run diffusion -grid_points 9 -grid_extent 4 -interaction_type constant -interaction_radius 1 -output_directory c

for ratio in 0.1 0.5 1 10 100; do
  run diffusion -interaction_type classical -particle_mass $ratio -output_directory classical_$ratio
done

python3 - <<'PYTHON'
import csv, json, sys

failures = 0

def near(what, value, expected, tolerance):
    global failures
    error = abs(value - expected) / abs(expected)
    verdict = "ok" if error <= tolerance else "FAIL"
    failures += verdict == "FAIL"
    print(f"{verdict} {what}: {value!r} against {expected!r}, relative {error:.1e}, allowed {tolerance:.0e}")

def rows(path):
    return list(csv.DictReader(line for line in open(path) if not line.startswith("#")))

# Independent partial-wave sums, hard sphere of radius 1, printed to ten decimals: half a unit of the last one.
table = {
    0.001: (12.5663664256, 12.5663580480, 6.2831755333, -6.2831727408, -1.0000003333, 0.0009999997),
    1.0: (10.6262418996, 7.2603125099, 2.2142040302, -1.5056421699, -1.1687530668, 0.8456094625),
    10.0: (7.5311156294, 3.4800191306, 0.0315959389, 0.0031014541, -2.0023467617, 5.9930713971),
}
names = ("sigma_tot", "sigma_0", "sigma_z", "sigma_u", "f0_re", "f0_im")
import math
scattering = rows("s/scattering.csv")
for row in scattering:
    p = float(row["p"])
    for name, expected in zip(names, table.get(p, ())):
        near(f"{name}({p})", float(row[name]), expected, max(1e-9, 0.6e-10 / abs(expected)))
    forward = 4 * math.pi / p * float(row["f0_im"])
    near(f"optical theorem at {p}", forward, float(row["sigma_tot"]), 1e-11)
near("sigma_tot at p -> 0", float(scattering[0]["sigma_tot"]), 4 * math.pi, 1e-6)
# the approach to 2 pi a^2 goes like (ka)^(-2/3)
near("sigma_tot at large p", float(scattering[-1]["sigma_tot"]), 2 * math.pi, 3e-3)

momentum = json.load(open("m/momentum.json"))
near("E(0)", momentum["escape_rate_0"], 17.28152552, 1e-9)
near("H_f(0)", momentum["H_f_0"], 14.15580103, 1e-9)
near("gap", momentum["gap"], 8.5419, 1e-5)
second = sorted(-e["value"] for e in momentum["eigenvalues"] if -e["value"] > 1e-6)[1]
near("second eigenvalue", second, 8.6617, 1e-5)
by_p = {float(r["p"]): r for r in rows("m/momentum.csv")}
near("E(2)", float(by_p[2.0]["E"]), 25.23872676, 1e-9)
near("H_f(2)", float(by_p[2.0]["H_f"]), 15.18551697, 1e-9)
near("u(1)", float(by_p[1.0]["u"]), 0.71287443, 1.5e-8)

constant = json.load(open("c/diffusion.json"))
near("D_kin, constant amplitude", constant["D_kin"], 0.05389529, 1e-7)
near("D_jps, constant amplitude", constant["D_jps"], 3.54490770, 2e-9)
near("D, constant amplitude", constant["D_closed"], 3.65269829, 2e-9)
# The classical sphere against the first Chapman-Enskog order [D]_1
for ratio, expected, allowed in (("0.1", 1.10166, 5e-6), ("0.5", 1.0429473, 1e-7), ("1", 1.018953785, 1e-7),
                                 ("10", 1.000316138, 1e-7), ("100", 1.000003316, 1e-7)):
    reduced = float(ratio) / (1 + float(ratio))
    first = 3 / 8 * math.sqrt(1 / (2 * math.pi * reduced))
    near(f"classical D_kin/[D]_1 at M/m = {ratio}", json.load(open(f"classical_{ratio}/diffusion.json"))["D_kin"] / first,
         expected, allowed)
sys.exit(1 if failures else 0)
PYTHON
