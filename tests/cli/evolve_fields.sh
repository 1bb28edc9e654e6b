#!/usr/bin/env bash
# Fields in position: the set of fibers that the program chooses, its errors, and sets that do not do.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

run() { # RANKS STATUS DIRECTORY ARGUMENTS...
  local ranks=$1 expected=$2 directory=$3 status=0
  shift 3
  $QLBE_MPIRUN -n "$ranks" "$QLBE" evolve "$@" -evolve_limit false -output_directory "$directory" > log 2>&1 || status=$?
  [ $status -eq "$expected" ] || { cat log; echo "FAIL: status $status of qlbe evolve $*"; exit 1; }
}
fails() { # CHECK...: those that have failed in the last run
  for check in "$@"; do
    grep -q "$check .* FAIL" log || { cat log; echo "FAIL: $check has passed"; exit 1; }
  done
}

# a thin gas, where the density is much wider at the end than at first
run 2 0 thin "$QLBE_SOURCE_DIR/inputs/packet_dense.yaml" -gas_density 0.1 -evolve_duration 12 -evolve_outputs 4
# a small basis, with coherence; finer sets, other ranks, sets that are too small
small="-grid_type spectral -grid_refinement 0.75 -grid_radial 8 -grid_angular 6 -state_width 0.8 -state_momentum 0,0,0.2
  -evolve_times 0.05,0.3 -evolve_coherence_points 7"
run 2 0 chosen $small
run 3 0 ranks3 $small
run 2 0 fine $small -fibers_radial 32 -fibers_angular 8
run 2 0 refined $small -fibers_tolerance 1e-5
grep -q "fibers.tolerance is 1.0e-05: on to" log || { cat log; echo "FAIL: nothing was refined"; exit 1; }
run 2 3 few $small -fibers_radial 4 -fibers_angular 2
fails purity_represented purity_resolved density_resolved density_at_start density_by_quadrature density_negative \
  coherence_resolved coherence_at_start

/usr/bin/python3 - <<'PYTHON'
import sys

import h5py
import numpy

failures = 0

def near(what, value, expected, allowed):
    global failures
    error = float(numpy.max(numpy.abs(numpy.subtract(value, expected))))
    ok = error <= allowed
    failures += not ok
    print(f"{'ok' if ok else 'FAIL'} {what}: off by {error:.2e}, allowed {allowed:.0e}")

def fields(directory):
    with h5py.File(f"{directory}/evolve.h5") as file:
        found = {name: file[name][:] for name in ("density/x", "density/density", "density/error")}
        for name in ("fibers/k", "fibers/weight", "fibers/characteristic_function"):
            found[name] = file[name][:]
        if "coherence" in file:
            found["rho"] = file["coherence/rho"][..., 0] + 1j * file["coherence/rho"][..., 1]
            found["rho error"] = file["coherence/error"][:]
    return found

thin = fields("thin")
density = thin["density/density"]
peak = density.max(axis=1)
# trajectories of pairs of momenta, an independent program: time, z, density and standard error over 1e-4
trajectories = [(9, -6.978, 1.5225, 0.0027), (9, 0, 6.1614, 0.0034), (9, 3.489, 5.3405, 0.0039), (12, -6.978, 1.3724, 0.0019),
                (12, -3.489, 2.7659, 0.0023), (12, 0, 3.7420, 0.0023), (12, 3.489, 3.3739, 0.0022), (12, 6.978, 2.0262, 0.0021),
                (12, 10.468, 0.8170, 0.0021)]
for time, z, value, sigma in trajectories:
    point = numpy.argmin(numpy.abs(thin["density/x"][:, 2] - z))
    near(f"trajectories at t = {time}, z = {z}", density[time // 3, point] * 1e4, value, 4 * sigma)
# the plain sum over the fibers, which resolves the phases at x = 0
mu = thin["fibers/characteristic_function"]
own = (mu[..., 0] * thin["fibers/weight"]).sum(axis=1) / (2 * numpy.pi) ** 3
centre = density[:, density.shape[1] // 2]
near("density at x = 0 against the fibers' own quadrature", centre / peak, own / peak, 1e-3)
# finer sets of fibers
fine = fields("fine")
for name in ("chosen", "refined"):
    found = fields(name)
    for what, error in (("density/density", "density/error"), ("rho", "rho error")):
        axes = tuple(range(1, fine[what].ndim))
        true = numpy.abs(found[what] - fine[what]).max(axis=axes)
        largest = numpy.abs(fine[what]).max(axis=axes)
        near(f"{name}: {what} over its error estimate", numpy.maximum(true / (found[error] + 1e-9 * largest), 1), 1, 0)
        near(f"{name}: {what} within the tolerance", true / largest, 0, 1e-3 if name == "chosen" else 1e-5)
one, three = fields("chosen"), fields("ranks3")
for what in ("density/density", "rho"):
    near(f"three ranks: {what}", three[what] / numpy.abs(one[what]).max(), one[what] / numpy.abs(one[what]).max(), 1e-11)
sys.exit(failures > 0)
PYTHON
