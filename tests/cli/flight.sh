#!/usr/bin/env bash
# Exact flight: against the spectral basis where that holds, free flight in closed form, other methods and ranks, and what
# does not do.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

run() { # RANKS DIRECTORY ARGUMENTS...: fields of so few fibers fail their checks, nothing else may
  local ranks=$1 directory=$2 status=0
  shift 2
  $QLBE_MPIRUN -n "$ranks" "$QLBE" evolve "$@" -output_directory "$directory" > log 2>&1 || status=$?
  [ $status -eq 0 ] || [ $status -eq 3 ] || { cat log; echo "FAIL: status $status of qlbe evolve $*"; exit 1; }
}
holds() { # the checks of the fibers themselves
  ! grep -E "(trace_is_constant|propagation_not_converged|contraction|flight_basis|flight_nodes|basis_holds_fibers) .* FAIL" log ||
    { cat log; exit 1; }
}
fails() { # CHECK
  grep -q "$1 .* FAIL" log || { cat log; echo "FAIL: $1 has passed"; exit 1; }
}

state="-state_width 1.0 -state_momentum 0,0,0.3 -evolve_limit false -fibers_radial 5 -fibers_angular 2 -evolve_times 0.2,0.6
  -grid_refinement 0.75"
# the norm of fibers that have flown a few mean free paths is good to half a percent of its start
fields="-fibers_tolerance 5e-3"
# k v_th/E(0) up to 0.4 and up to 7: a basis holds the former to rounding, the latter with errors that are stated
run 1 dense_spectral $state -grid_type spectral -grid_radial 12 -grid_angular 10
run 2 dense_flight $state -grid_type flight -grid_radial 12 -grid_angular 10
holds
run 2 thin_spectral $state -gas_density 0.06 -grid_type spectral -grid_radial 16 -grid_angular 14
run 1 thin $state $fields -gas_density 0.06 -grid_type auto -grid_radial 12 -grid_angular 10
holds
run 2 thin_fine ${state/refinement 0.75/refinement 1} $fields -gas_density 0.06 -grid_type auto -grid_radial 14 -grid_angular 16
run 3 thin_ranks $state $fields -gas_density 0.06 -grid_type auto -grid_radial 12 -grid_angular 10
holds
run 1 thin_again $state $fields -gas_density 0.06 -grid_type auto -grid_radial 12 -grid_angular 10
run 2 thin_krylov $state $fields -gas_density 0.06 -grid_type flight -evolve_method krylov -grid_radial 12 -grid_angular 10
holds
# random walkers share neither nodes nor basis with it
run 2 thin_walkers $state -gas_density 0.06 -evolve_method trajectories -trajectories_count 2e5
# no gas
run 2 free -gas_density 0 -grid_type auto -state_width 1.5 -state_momentum 0,0,0.3 -evolve_limit false \
  -fibers_radial 5 -fibers_angular 2 -evolve_times 1,40
holds
# nodes and bases that do not do
run 1 few_nodes $state -gas_density 0.06 -grid_type flight -grid_radial 12 -grid_angular 10 -grid_nodes 40 -fibers_tolerance 1e-6
fails flight_nodes
run 1 few_functions $state -gas_density 0.06 -grid_type flight -grid_radial 4 -grid_angular 3 -fibers_tolerance 1e-5
fails flight_basis
# nodes follow the run: its fibers serve no other
status=0
"$QLBE" evolve $state -gas_density 0.06 -grid_type auto -evolve_save_fibers true -output_directory saved > log 2>&1 || status=$?
[ $status -eq 2 ] && grep -q "evolve.save_fibers" log && [ ! -e saved ] || { cat log; echo "FAIL: status $status"; exit 1; }

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

def fibers(directory):
    with h5py.File(f"{directory}/evolve.h5") as file:
        mu = file["fibers/characteristic_function"][:]
        return file["fibers/k"][:], mu[..., 0] + 1j * mu[..., 1], file["observables/purity"][:], file["fibers/norm"][:]

k, mu, purity, norm = fibers("dense_spectral")
_, flight, flight_purity, flight_norm = fibers("dense_flight")
near("dense gas: characteristic function", flight, mu, 1e-8)
near("dense gas: purity", flight_purity, purity, 1e-8)

rate = 17.28152552 * 0.06
k, mu, purity, norm = fibers("thin_spectral")
_, flight, flight_purity, flight_norm = fibers("thin")
kappa = numpy.linalg.norm(k, axis=1) / rate
print("k v_th/E(0):", numpy.unique(kappa.round(2)))
near("k v_th/E(0) < 1", flight[:, kappa < 1], mu[:, kappa < 1], 1e-6)
near("k v_th/E(0) < 5", flight[:, kappa < 5], mu[:, kappa < 5], 5e-4)
near("ranks", fibers("thin_ranks")[1], flight, 1e-10)
near("Krylov", fibers("thin_krylov")[1], flight, 1e-5)
near("Krylov, purity", fibers("thin_krylov")[2], flight_purity, 1e-4)
with h5py.File("thin/evolve.h5") as own, h5py.File("thin_fine/evolve.h5") as fine:
    density = own["density/density"][1:]
    off = numpy.abs(density - fine["density/density"][1:]).max(axis=1) / density.max(axis=1)
    stated = own["flight/basis_error_density"][0] + own["flight/node_error_density"][0]
    near("density over its stated error", off / stated, 0.0, 1.0)
    off = numpy.abs(own["fibers/norm"][:] - fine["fibers/norm"][:]) @ own["fibers/weight"][:]
    near("purity over its stated error", off / (own["fibers/norm"][0] @ own["fibers/weight"][:])
         / own["flight/basis_error_purity"][0], 0.0, 1.0)
assert numpy.array_equal(fibers("thin_again")[1], flight), "the same run has other bits"

with h5py.File("thin_walkers/evolve.h5") as file:
    walkers = file["fibers/characteristic_function"][1:]
    error = file["fibers/characteristic_function_error"][1:]
    both = numpy.stack((flight.real, flight.imag), axis=-1)[1:]
    near("walkers, in standard errors", (walkers - both) / error, 0.0, 4.0)
    near("standard errors of walkers", error, 0.0, 1e-3)

k, mu, purity, norm = fibers("free")
for i, t in enumerate((0.0, 1.0, 40.0)):
    square = numpy.sum(k * k, axis=1)
    exact = numpy.exp(1j * 0.3 * t * k[:, 2] - 0.5 * square * (1.5**2 + t * t / 9.0))
    near(f"free flight, t = {t:g}", mu[i], exact, 1e-8)
near("free flight: purity", purity, purity[0], 1e-10)
sys.exit(failures > 0)
PYTHON
