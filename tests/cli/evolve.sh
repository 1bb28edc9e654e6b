#!/usr/bin/env bash
# The density matrix in time from a user's side: free flight, relaxation, methods, ranks and groups, symmetry, coherence, bad input.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

run() { # RANKS STATUS DIRECTORY ARGUMENTS...
  local ranks=$1 expected=$2 directory=$3 status=0
  shift 3
  $QLBE_MPIRUN -n "$ranks" "$QLBE" evolve -output_directory "$directory" "$@" > log 2>&1 || status=$?
  [ $status -eq "$expected" ] || { cat log; echo "FAIL: status $status of qlbe evolve $*"; exit 1; }
}
basis="-grid_type spectral -grid_radial 12 -grid_angular 8 -grid_refinement 0.8"
coarse="-grid_type spectral -grid_refinement 0.75 -grid_radial 8 -grid_angular 6 -state_width 0.8 -state_momentum 0,0,0.2 -fibers_radial 12 -fibers_angular 4
  -evolve_times 0.05,0.1,0.4 -evolve_limit false -evolve_coherence_points 3"

# without gas, everything is known
run 2 0 free -gas_density 0 -grid_points 41 -grid_extent 4 -state_momentum 0,0,0.5 -evolve_times 0.7,1.5 \
  -fibers_radial 40 -fibers_angular 14 -evolve_density_extent 4 -evolve_coherence_points 5 -evolve_coherence_extent 2
run 2 0 free_cat -gas_density 0 -grid_points 33 -grid_extent 4 -state_type cat -state_separation 0,0,2 -state_momentum_separation 0,0,0.4 \
  -state_phase 0.3 -evolve_times 0.5,2 -fibers_radial 0
# to equilibrium, and the diffusive limit
run 2 0 relax $basis -evolve_duration 3 -evolve_outputs 12 -fibers_radial 16
# oblique, and off the origin
run 2 0 along_z $basis -state_width 0.8 -state_momentum 0,0,0.45 -fibers_radial 12 -fibers_angular 5 -evolve_times 0.1,0.5 -evolve_limit false
run 2 0 oblique $basis -state_width 0.8 -state_momentum 0.15,-0.3,0.3 -fibers_radial 12 -fibers_angular 5 -evolve_times 0.1,0.5 -evolve_limit false
run 2 0 moved $basis -state_width 0.8 -state_momentum 0,0,0.45 -state_position 0.2,-0.1,0.4 -fibers_radial 12 -fibers_angular 5 \
  -evolve_times 0.1,0.5 -evolve_limit false
run 2 0 flat -grid_type spectral -grid_radial 16 -grid_angular 10 -state_width 1,1,1.3 -fibers_radial 0 -evolve_times 0.1,3.5 -evolve_limit false
run 2 3 on_grid -grid_points 13 -grid_extent 4.8 -state_width 0.6 -state_momentum 0,0,0.3 -fibers_radial 0 -evolve_times 0.1,0.5 -evolve_limit false
# fibers of large k, too few of them here, ask for wide tables: derivatives at k = 0 must not know
run 2 3 on_grid_wide -grid_points 13 -grid_extent 4.8 -state_width 0.6 -state_momentum 0,0,0.3 -fibers_radial 2 -fibers_angular 1 \
  -evolve_times 0.1,0.5 -evolve_limit false
# without a stored matrix, by choice and where none fits
small="-grid_points 9 -grid_extent 4 -state_width 0.6 -state_momentum 0,0,0.3 -fibers_radial 0 -evolve_times 0.1,0.5 -evolve_limit false"
run 1 3 stored $small
run 1 3 unstored $small -grid_matrix matrix_free
run 2 3 no_room $small -grid_memory 1e-6
run 2 0 in_basis $basis -state_width 0.6 -state_momentum 0,0,0.3 -fibers_radial 0 -evolve_times 0.1,0.5 -evolve_limit false
# coherence of two packets
run 2 0 near $basis -state_type cat -state_width 0.8 -state_separation 0,0,0.1 -fibers_radial 0 -evolve_times 0.01,0.05 -evolve_limit false \
  -evolve_separations 0.1,0.2,2
run 2 0 kick $basis -state_type cat -state_width 0.8 -state_momentum_separation 0,0,0.3 -fibers_radial 0 -evolve_times 0.01,0.05 -evolve_limit false
# three methods, ranks and groups
for method in dense krylov ts; do run 1 0 "$method" $coarse -evolve_method $method -evolve_tolerance 1e-11; done
for ranks in 1 2 3 4; do run $ranks 0 "ranks$ranks" $coarse; done
run 4 0 groups1 $coarse -fibers_groups 1
run 4 0 groups2 $coarse -fibers_groups 2
run 4 0 again $coarse -fibers_groups 2
# a run in two parts, the second from the file of the first
parts="-grid_type spectral -grid_refinement 0.75 -grid_radial 8 -grid_angular 6 -fibers_radial 12 -fibers_angular 4"
run 2 0 whole $parts -state_width 0.8 -state_momentum 0,0,0.2 -evolve_times 0.1,0.4 -evolve_limit false
run 2 0 part1 $parts -state_width 0.8 -state_momentum 0,0,0.2 -evolve_times 0.1 -evolve_limit false -evolve_save_fibers true
run 3 0 part2 $parts -state_type file -state_file part1/evolve.h5 -evolve_times 0.3
run 1 2 bad $parts -state_type file -state_file part1/observables.csv
run 1 2 bad $parts -state_type file -state_file part1/evolve.h5 -particle_mass 2
grep -q "thermal momentum of the particle" log || { cat log; echo "FAIL: the message does not say what differs"; exit 1; }
# what grid and basis lose in flight, and solvers that give up, are failed checks
run 2 3 aliased -gas_density 0 -grid_points 15 -grid_extent 5 -state_width 0.6 -evolve_times 3
grep -q "grid_holds_flight .* FAIL" log || { cat log; echo "FAIL: no word of the alias"; exit 1; }
run 2 3 ballistic $basis -state_width 0.6 -gas_density 1e-6 -fibers_radial 14 -evolve_times 3,10 -evolve_limit false
grep -q "basis_holds_fibers .* FAIL" log || { cat log; echo "FAIL: no word of the end of the basis"; exit 1; }
run 1 3 stopped $basis -evolve_method krylov -propagate_mfn_max_it 1 -fibers_radial 0 -evolve_limit false -evolve_times 0.5
grep -q "propagation_not_converged .* FAIL" log || { cat log; echo "FAIL: no word of convergence"; exit 1; }
# bad input, and nothing written
run 1 2 bad $basis -state_type cat
run 1 2 bad $basis -state_width 1,2
run 1 2 bad $basis -state_type thermal -state_width 0.4
run 1 2 bad $basis -state_width 0.1
run 1 2 bad $basis -state_type cat -state_separation 0,0,1e-5 -state_phase 3.141592653589793
run 1 2 bad $basis -state_position 0,0,1e200
run 1 2 bad $basis -grid_auto 1e-9
run 1 2 bad $basis -evolve_density box -evolve_density_points 1001
run 1 2 bad -grid_points 19 -grid_extent 8 -state_type cat -state_width 0.35 -state_separation 0,0,3.7
run 2 2 bad $basis -state_momentum 0,0,1.2
grep -q "functions would" log || { cat log; echo "FAIL: the message does not say which orders would do"; exit 1; }
run 1 2 bad -grid_points 9 -state_width 2
grep -q "grid.points >= " log || { cat log; echo "FAIL: the message does not say how many points are needed"; exit 1; }
run 1 2 bad $basis -state_width 0.9 -state_momentum 0,0,4
run 1 2 bad -gas_density 0 -grid_points 25 -grid_extent 3 -state_width 1 -evolve_times 0.1 -evolve_coherence_points 3 -evolve_coherence_extent 8
run 1 2 bad $basis -evolve_times 1,0.5
run 1 2 bad -gas_density 0
run 1 2 bad $basis -gas_density 0 -evolve_duration 1
run 1 2 bad -interaction_type classical
[ ! -e bad ] || { echo "FAIL: bad input left files"; exit 1; }
run 1 2 relax $basis

$QLBE momentum -output_directory momentum > log 2>&1
$QLBE_MPIRUN -n 2 "$QLBE" diffusion -grid_points 13 -grid_extent 4.8 -output_directory diffusion > log 2>&1 || true # the grid is coarse

/usr/bin/python3 - <<'PYTHON'
import csv, json, math, sys

import h5py
import numpy

failures = 0

def near(what, value, expected, allowed):
    global failures
    error = float(numpy.max(numpy.abs(numpy.multiply(value, 1) - numpy.multiply(expected, 1)))) # 1: also of truth values
    ok = error <= allowed
    failures += not ok
    print(f"{'ok' if ok else 'FAIL'} {what}: off by {error:.2e}, allowed {allowed:.0e}")

def table(directory, name="observables"):
    rows = list(csv.DictReader(line for line in open(f"{directory}/{name}.csv") if not line.startswith("#")))
    return {key: numpy.array([float(row[key]) for row in rows]) for key in rows[0]}

# free flight: x = p0 t, spreading by sigma_p t/M, nothing else
o = table("free")
t = o["t"]
near("free: mean position", o["z"], 0.5 * t, 1e-10)
for axis in "xyz":
    near(f"free: covariance {axis}", o[f"cov_{axis}{axis}"], 1 + 0.25 * t**2, 1e-10)
near("free: purity", o["purity"], 1, 1e-10)
near("free: energy", o["energy"], 0.5**2 / 2 + 3 * 0.25 / 2, 1e-10)
with h5py.File("free/evolve.h5") as file:
    z = file["density/x"][:, 2]
    for i, time in enumerate(t):
        s2 = 1 + 0.25 * time**2
        exact = (2 * math.pi * s2) ** -1.5 * numpy.exp(-((z - 0.5 * time) ** 2) / (2 * s2))
        near(f"free: position density at t = {time}", file["density/density"][i], exact, 1e-10)
        # psi(z, t) of a packet, up to a phase that does not depend on z
        y = file["coherence/z"][:]
        width = 1 + 0.5j * time
        psi = numpy.exp(-((y - 0.5 * time) ** 2) / (4 * width) + 0.5j * y) * (2 * math.pi * s2) ** -0.75
        rho = file["coherence/rho"][i]
        near(f"free: rho(x, x') at t = {time}", rho[..., 0] + 1j * rho[..., 1], numpy.outer(psi, psi.conj()), 1e-10)
o = table("free_cat")
near("free cat: visibility", o["visibility"], 1, 1e-10)
near("free cat: no decoherence", o["decoherence_rate"], 0, 1e-10)

# relaxation: gap, equipartition, trace, D, the limit
o = table("relax")
gap = json.load(open("momentum/momentum.json"))["gap"]
rate = o["relaxation_rate"][numpy.isfinite(o["relaxation_rate"])][-1]
near("relaxation rate in units of the gap", rate / gap, 1, 1e-2)
near("equipartition", o["energy"][-1], 1.5, 1e-9)
near("trace", o["trace"], 1, 1e-12)
near("slope against D of the published table", o["slope_zz"][-1], 3.2101735164, 3.2e-5)
near("purity over its diffusive law", o["purity"][-1] / o["purity_diffusive"][-1], 1, 0.02)
B = o["cov_zz"] - 3.2101735164 * o["t"]
near("covariance less D t settles", B[-3:], B[-1], 1e-6)
seen = numpy.isfinite(o["limit_distance"])
near("distance from the limit in units of the prediction", o["limit_distance"][seen] / o["limit_predicted"][seen], 1, 0.05)
falls = numpy.polyfit(numpy.log(o["t"][seen][-3:]), numpy.log(o["limit_distance"][seen][-3:]), 1)[0]
near("power of t with which it falls", falls, -1, 0.1)

# rotations and translations of the state
a, b, c = table("along_z"), table("oblique"), table("moved")
direction = numpy.array([1, -2, 2]) / 3
for name in ("trace", "energy", "to_equilibrium", "purity"):
    near(f"oblique: {name}", b[name], a[name], 1e-9)
    near(f"moved: {name}", c[name], a[name], 1e-9)
for i, axis in enumerate("xyz"):
    near(f"oblique: position {axis}", b[axis], a["z"] * direction[i], 1e-9)
    near(f"oblique: momentum {axis}", b["p_" + axis], a["p_z"] * direction[i], 1e-9)
    near(f"moved: position {axis}", c[axis] - c[axis][0], a[axis], 1e-9)
    near(f"moved: covariance {axis}", c[f"cov_{axis}{axis}"], a[f"cov_{axis}{axis}"], 1e-9)
    for j, other in enumerate("xyz"):
        if j <= i:
            continue
        tensor = (a["cov_zz"] - a["cov_xx"]) * direction[i] * direction[j]
        near(f"oblique: covariance {axis}{other}", b[f"cov_{axis}{other}"], tensor, 1e-9)
o = table("flat")
near("anisotropic start: slopes at the end", [o["slope_xx"][-1], o["slope_zz"][-1]], 3.2101735164, 3.2e-5)
near("anisotropic start: covariance remembers it", o["cov_zz"][-1] - o["cov_xx"][-1] > 0.1, True, 0)

# grid against basis: within what `diffusion` says of the grid
error = json.load(open("diffusion/diffusion.json"))["D_error"]
a, b = table("on_grid"), table("in_basis")
for name in ("slope_xx", "slope_zz"):
    near(f"grid against basis: {name}", a[name], b[name], error)
for name in ("energy", "p_z", "z", "cov_zz"):
    near(f"grid against basis: {name} in units of D's error", a[name] / error * 3.2, b[name] / error * 3.2, 3.2)

c = table("on_grid_wide")
for name in ("slope_xx", "slope_zz", "cov_zz"):
    near(f"wide tables: {name}", c[name], a[name], 1e-9)

# decoherence: quadratic law, the state's own rate, its visibility
d, o = table("near", "decoherence"), table("near")
near("quadratic law at a tenth of a wavelength", d["rate"][0] / d["quadratic"][0], 1, 0.02)
near("rate below both laws", numpy.all(d["rate"] <= numpy.minimum(d["quadratic"], d["total"])), True, 0)
near("first rate of the state", o["decoherence_rate"][0], d["rate"][0], 1e-6)
near("visibility falls with that rate", -math.log(o["visibility"][1]) / (0.01 * d["rate"][0]), 1, 0.05)
o = table("kick")
near("visibility falls for packets apart in momentum", numpy.all(numpy.diff(o["visibility"]) < 0), True, 0)

# independent methods and partitions
def same(what, first, second, allowed):
    x, y = table(first), table(second)
    for name in x:
        if numpy.isfinite(x[name]).any() and name != "relaxation_rate":
            scale = max(1.0, float(numpy.nanmax(numpy.abs(x[name]))))
            near(f"{what}: {name}", x[name] / scale, y[name] / scale, allowed)

same("dense against krylov", "dense", "krylov", 1e-9)
same("dense against ts", "dense", "ts", 1e-9)
for other in ("unstored", "no_room"):
    same(f"a stored matrix against {other}", "stored", other, 1e-9)
for other in ("ranks2", "ranks3", "ranks4", "groups1", "groups2"):
    same(f"one rank against {other}", "ranks1", other, 1e-11)
def numbers(directory):
    return [line for line in open(f"{directory}/observables.csv") if not line.startswith("#")]
whole, part2 = table("whole"), table("part2")
for name in ("trace", "p_z", "energy", "to_equilibrium", "z", "cov_xx", "cov_zz", "slope_zz"):
    near(f"a run in two parts: {name}", part2[name][-1], whole[name][-1], 1e-9)
near("a run in two parts: purity", part2["purity"][-1] / whole["purity"][-1], 1, 1e-4) # another set of k
near("bit for bit on the same ranks and groups", numbers("groups2") == numbers("again"), True, 0)
with h5py.File("dense/evolve.h5") as file:
    norm = file["fibers/norm"][:]
    near("norms do not grow", numpy.max((norm[1:] - norm[:-1]) / norm[0]) <= 1e-9, True, 0)
sys.exit(failures > 0)
PYTHON
