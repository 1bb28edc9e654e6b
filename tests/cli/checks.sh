#!/usr/bin/env bash
# Every check of every command fails for some input: FAIL in the summary, status 3. A check without a
# line here makes the test fail. A check that nothing can fail would be no check.
set -u
failures=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
export OMPI_MCA_ess_singleton_isolated=1 # a single process need not start a daemon

coarse="-grid_points 5 -grid_extent 4"
grid="-grid_points 7 -grid_extent 4 -interaction_radius 0.3"
basis="-grid_type spectral -grid_radial 6 -grid_angular 4 -grid_refinement 0.5"
short="-evolve_limit false -evolve_outputs 2 -evolve_separations 1"
# no gas: what one flight does to a few nodes and fibers
flight="$short -gas_density 0 -grid_points 9 -grid_extent 4 -state_width 0.6 -evolve_duration 3 -fibers_radial 3 -fibers_angular 1 -evolve_density_points 9 -evolve_coherence_points 3 -evolve_coherence_extent 1.5"
# spacing far beyond the width of the jumps: the generator is no contraction any more
growth="$short -particle_mass 10 -interaction_type constant -grid_points 9 -grid_extent 10 -state_width 0.065 -fibers_radial 4 -fibers_angular 1 -evolve_density none -evolve_times 1,10"
packet="$short -grid_points 9 -grid_extent 4 -interaction_radius 0.3 -state_width 0.6 -fibers_radial 0"
# free flight on a few nodes
bare="-gas_density 0 -grid_points 7 -grid_extent 4 -fibers_k 1"
# 64 walkers of one seed in thousands, whose mean is 4 standard errors off
unlikely="-interaction_type classical -trajectories_count 64 -trajectories_seed 2198"
walkers="-evolve_method trajectories -trajectories_count 3200 -evolve_limit false"
small="$short -grid_type spectral -grid_radial 4 -grid_angular 3 -grid_refinement 0.5 -state_type thermal"

thin="$short -grid_type flight -grid_radial 4 -grid_refinement 0.5 -state_type thermal -gas_density 0.05 -fibers_radial 3 -fibers_angular 1 -fibers_tolerance 1e-8 -evolve_times 0.5,2"

# NAME | arguments: the value that is compared is a number, and too large.
cat > numbers << TABLE
optical_theorem | scattering -scattering_p 1e-100
rates_converged | decoherence -interaction_type constant -decoherence_separation 1e12 -decoherence_tolerance 1e-16
rates_against_cross_sections | decoherence -interaction_type constant -decoherence_separation 1e12 -decoherence_tolerance 1e-16
rate_above_limits | decoherence -interaction_type constant -decoherence_separation 1e12 -decoherence_tolerance 1e-16
orders_not_settled | spectrum $basis -grid_auto 1e-12 -fibers_k 0.5
orders_not_settled | diffusion $basis -grid_auto 1e-12
eigenvalues_not_converged | spectrum $grid -fibers_k 0.5 -eps_max_it 1 -spectrum_tolerance 1e-15
eigenvalues_not_converged | diffusion $grid -eps_max_it 1 -spectrum_tolerance 1e-15
fibers_not_isolated | spectrum $basis -fibers_k 5
fibers_not_isolated | spectrum -grid_points 9 -grid_extent 3 -particle_mass 390 -interaction_radius 0.3 -fibers_k 0.03
eps_continues_zero | spectrum $basis -fibers_k 0.3 -eps_largest_imaginary
eps_continues_zero | spectrum $coarse -fibers_k 1 -interaction_radius 0.3 -eps_type lapack -eps_target -5 -eps_target_magnitude
eps_continues_zero | diffusion $basis -eps_target -5 -eps_target_magnitude
eps_without_error | spectrum $grid -fibers_k 0.3 -eps_type lapack -eps_target -0.68 -eps_target_magnitude
grid_resolves_forward_peak | spectrum $coarse -fibers_k 1
grid_resolves_jumps | spectrum $coarse -fibers_k 1
grid_resolves_forward_peak | diffusion $coarse
grid_resolves_jumps | diffusion $coarse
nodes_hold_basis | spectrum -grid_type flight_cartesian -grid_points 9 -grid_extent 4 -grid_radial 4 -grid_angular 3 -fibers_k 0.5
closed_forms_converged | diffusion -interaction_type classical -particle_mass 0.004
contraction | diffusion -grid_points 9 -grid_extent 5 -particle_mass 10
imaginary_part_over_gap | diffusion $grid -spectrum_tolerance 0.01 -eps_type krylovschur -eps_ncv 4
gradient_over_gap | diffusion $grid -spectrum_tolerance 0.01 -eps_type krylovschur -eps_ncv 4
isotropy_defect | diffusion -grid_points 6 -grid_extent 2 -interaction_type constant -interaction_radius 0.3 -fibers_k 0.44,0.4356 -spectrum_tolerance 0.01
fit_solved | diffusion $basis -eps_target -5 -eps_target_magnitude
perturbation_not_solved | diffusion $basis -perturbation_ksp_max_it 1
perturbation_residual | diffusion $basis -perturbation_ksp_max_it 1
perturbation_residual | diffusion $grid -perturbation_ksp_max_it 1
fit_against_perturbation | diffusion -grid_points 5 -grid_extent 10 -interaction_radius 0.3
grid_against_closed_forms | diffusion -grid_points 5 -grid_extent 10 -interaction_radius 0.3
numbers_not_finite | diffusion $basis -perturbation_ksp_max_it 1
numbers_not_finite | evolve $packet -gas_density 0 -evolve_times 1e200
trace_is_constant | evolve $packet -evolve_duration 0.3 -propagate_mfn_max_it 1
propagation_not_converged | evolve $packet -evolve_duration 0.3 -propagate_mfn_max_it 1
propagation_not_converged | evolve $packet -evolve_duration 0.3 -evolve_method ts -propagate_ts_adapt_type none -propagate_ts_dt 0.1 -propagate_ts_rk_type 1fe
propagation_not_converged | evolve $packet -evolve_duration 3 -propagate_mfn_tol 0.1 -propagate_mfn_ncv 3
contraction | evolve $growth
trace_norm_growth | evolve $growth
flight_basis | evolve $thin -grid_angular 3
flight_nodes | evolve $thin -grid_angular 3 -grid_nodes 26
basis_holds_fibers | evolve $small -fibers_radial 2 -fibers_angular 1 -evolve_times 0.5,2 -gas_density 0.05
grid_holds_flight | evolve $flight
grid_holds_density | evolve $flight
grid_holds_coherence | evolve $short -gas_density 0 -grid_points 15 -grid_extent 3 -state_width 1 -evolve_times 3 -fibers_radial 6 -fibers_angular 1 -evolve_coherence_points 9 -evolve_coherence_extent 3.6
grid_resolves_forward_peak | evolve $short -grid_points 9 -grid_extent 4 -state_width 0.6 -fibers_radial 0
grid_resolves_jumps | evolve $short -grid_points 9 -grid_extent 4 -particle_mass 100 -state_type thermal -fibers_radial 0 -state_momentum 0,0,2
purity_represented | evolve $flight
purity_resolved | evolve $flight
density_resolved | evolve $flight
density_at_start | evolve $flight
density_by_quadrature | evolve $flight
density_negative | evolve $flight
coherence_resolved | evolve $flight
coherence_at_start | evolve $flight
integral_is_one | structure $bare
structure_negative | structure $bare
structure_resolved | structure $basis -fibers_k 5
half_width_against_diffusion | structure -grid_points 5 -grid_extent 10 -interaction_radius 0.3 -fibers_k 0.01
propagation_not_converged | structure $basis -fibers_k 0.5 -propagate_mfn_tol 0.1 -propagate_mfn_ncv 3
slope_isotropic | evolve $short -grid_points 9 -grid_extent 4 -particle_mass 100 -state_type thermal -fibers_radial 0 -state_momentum 0,0,2
slope_against_closed_forms | evolve $small -fibers_radial 0 -evolve_duration 6
conserved_in_errors | evolve -evolve_method trajectories -trajectories_count 64 -trajectories_seed 3733 -evolve_limit false -fibers_radial 0 -evolve_times 0.01
trajectories_against_D | diffusion $unlikely
correlation_against_D_kin | diffusion $unlikely
density_resolved | evolve $walkers -evolve_times 0.2 -fibers_radial 3 -fibers_angular 1
coherence_resolved | evolve $walkers -evolve_times 0.2 -fibers_radial 3 -fibers_angular 1 -evolve_coherence_points 3 -evolve_coherence_extent 3
TABLE

# NAME | arguments: the value is infinite or no number, since what it is made of is missing.
cat > missing << TABLE
residual_over_escape_rate | diffusion $grid -eps_max_it 1 -spectrum_tolerance 1e-15
eps_isolated_from_continuum | diffusion $basis -eps_target -5 -eps_target_magnitude
reversal_symmetry_over_gap | diffusion $grid -eps_max_it 1 -spectrum_tolerance 1e-15
fit_against_perturbation | diffusion $grid -eps_max_it 1 -spectrum_tolerance 1e-15
grid_against_closed_forms | diffusion $grid -perturbation_ksp_max_it 1
isotropy_defect | diffusion $grid -eps_max_it 1 -spectrum_tolerance 1e-15
second_moment | structure -gas_density 0 -grid_points 9 -grid_extent 4 -fibers_k 1 -propagate_mfn_max_it 1
structure_even | structure -gas_density 0 -grid_points 9 -grid_extent 4 -fibers_k 1 -propagate_mfn_max_it 1
TABLE

# NAME | file and function: fulfilled by every matrix that the program makes, to rounding. The unit test
# breaks the matrix and sees the number.
cat > by_construction << 'TABLE'
trace_preservation | tests/unit/discretisation/test_structure.c test_measures_notice
complex_symmetry | tests/unit/discretisation/test_structure.c test_measures_notice
equilibrium_is_stationary | tests/unit/discretisation/test_structure.c test_measures_notice
equilibrium_is_stationary | tests/unit/diffusion/test_perturbation.c null_defect_notices
equilibrium_is_stationary | tests/unit/kernel/test_radial.c test_broken_mode
routes_agree | tests/unit/evolution/test_structure_response.c disagreement_notices
eps_positive | tests/unit/spectrum/test_eigenpair.c impossible_values_are_refused
TABLE

fail() {
  echo "FAIL: $*"
  failures=$((failures + 1))
}
# Fails unless the run ARGUMENTS ends with status 3 and a line NAME VALUE BOUND FAIL; equal runs are done once.
declare -A log_of
count=0
expect() { # NAME REGEX_OF_VALUE ARGUMENTS REGEX_OF_BOUND
  local name=$1 value=$2 arguments=$3 status=0 log
  if [ -z "${log_of[$arguments]:-}" ]; then
    count=$((count + 1))
    "$QLBE" $arguments -output_directory "out.$count" > "log.$count" 2>&1 || status=$?
    rm -rf "out.$count"
    [ $status -eq 3 ] || fail "status $status of qlbe $arguments: $(grep -v '^\[' "log.$count" | tail -3)"
    log_of[$arguments]="log.$count"
  fi
  log=${log_of[$arguments]}
  if grep -qE "^  $name +$value +$4  FAIL\$" "$log"; then
    echo "ok $(grep -E "^  $name .* FAIL" "$log" | tr -s ' ')"
  else
    fail "$name does not fail in qlbe $arguments: $(grep -E "^  $name " "$log")"
  fi
}
number='[-+.e0-9]+'
while IFS='|' read -r name arguments; do expect ${name} "$number" "${arguments# }" "$number"; done < numbers
while IFS='|' read -r name arguments; do expect ${name} '-?(inf|nan)' "${arguments# }" '[^ ]+'; done < missing
while IFS='|' read -r name where; do
  read -r file function <<< "$where"
  grep -q "^static void $function(" "$QLBE_SOURCE_DIR/$file" || fail "$name: no $function in $file"
  grep -q "cmocka_unit_test($function)" "$QLBE_SOURCE_DIR/$file" || fail "$name: $function does not run"
done < by_construction

/usr/bin/env python3 - "$QLBE_SOURCE_DIR" << 'PYTHON' || failures=$((failures + 1))
"""The names that the sources can give to checks, against those of the tables."""
import glob, re, sys

CALLS = re.compile(r"\b(QlbeReportAddCheck|QlbeChecksAdd|CheckResolved)\s*\(")
# the functions themselves, which hand on a name
PASSING = {("src/run/run_report.c", "check->name"), ("src/evolution/fields.c", "name"),
           ("src/evolution/trajectories/trajectories_check.c", "name")}

def second_argument(text, at):
    depth, argument, quoted, parts = 0, "", False, []
    for character in text[at:]:
        if character == '"': quoted = not quoted
        if not quoted:
            if character in "([": depth += 1
            if character in ")]":
                if depth == 0: break
                depth -= 1
            if character == "," and depth == 0:
                parts.append(argument)
                argument = ""
                continue
        argument += character
    return parts[1].strip() if len(parts) > 1 else ""

root, names, bad = sys.argv[1], set(), 0
for path in sorted(glob.glob(root + "/src/**/*.c", recursive=True)):
    text = open(path).read()
    for call in CALLS.finditer(text):
        argument = second_argument(text, call.end())
        found = re.findall(r'"(\w+)"', argument)
        names |= set(found)
        if not found and "const char name[]" not in argument and (path[len(root) + 1:], argument) not in PASSING:
            print(f"FAIL: {path}: a check whose name is no text: {argument}")
            bad += 1
tables = {}
for table in ("numbers", "missing", "by_construction"):
    tables[table] = {line.split("|")[0].strip() for line in open(table)}
told = set().union(*tables.values())
for name in sorted(names - told): print(f"FAIL: no input is known that fails the check {name}")
for name in sorted(told - names): print(f"FAIL: there is no check {name}")
for name in sorted(tables["by_construction"] & (tables["numbers"] | tables["missing"])): print(f"FAIL: an input fails {name}, which is said to be impossible")
print(f"{len(names)} checks in the sources, {len(tables['numbers'])} fail by their number, {len(tables['by_construction'])} hold by construction")
sys.exit(bad > 0 or len(names) < 40 or names != told or bool(tables["by_construction"] & (tables["numbers"] | tables["missing"])))
PYTHON

echo "$failures failures, $count runs"
[ $failures -eq 0 ]
