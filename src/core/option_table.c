/*
   The option table: the one place where a key, its type, unit, default, range and meaning are
   declared.

   Adding an option means adding a row here; parser, help, template deck and docs/options.md follow.
*/
#include "qlbe/discretisation_list.h"
#include "qlbe/options.h"
#include <math.h>
#include <stddef.h>
#include <string.h>

/* Choices from a list of rows, separated by bars: behind the first of them. */
#define WORD(name) "|" #name
#define DISCRETISATIONS                                                                            \
  (&(QLBE_DISCRETISATION_ROWS(WORD) "|auto" QLBE_TEST_DISCRETISATION_ROW(WORD))[1])

#define POSITIVE       .lo = 0.0, .hi = HUGE_VAL, .lo_open = PETSC_TRUE
#define AT_LEAST_ZERO  .lo = 0.0, .hi = HUGE_VAL
#define ANY            .lo = -HUGE_VAL, .hi = HUGE_VAL
#define LIST(min, max) .type = QLBE_OPTION_REAL_LIST, .n_min = (min), .n_max = (max)

/* Choices and help of the interactions, each after a separator that the first one does not need. */
#define INTERACTION_CHOICE(NAME, name, text) "|" #name
#define INTERACTION_HELP(NAME, name, text)   "; " #name ": " text

static const QlbeOptionSpec table[] = {
    {.name = "units",
     .setting = offsetof(QlbeSettings, units),
     .type = QLBE_OPTION_CHOICE,
     .default_text = "natural",
     .choices = "natural|si",
     .help = "natural: hbar = kB = 1; si: kg, m, s, K throughout",
     .equation = ""},

    {.name = "particle_mass",
     .setting = offsetof(QlbeSettings, particle.mass),
     .type = QLBE_OPTION_REAL,
     .dimension = QLBE_MASS,
     .default_text = "1.0",
     POSITIVE,
     .needs_unit = PETSC_TRUE,
     .help = "mass M of the test particle",
     .equation = "Sec. 2.1"},

    {.name = "gas_mass",
     .setting = offsetof(QlbeSettings, gas.mass),
     .type = QLBE_OPTION_REAL,
     .dimension = QLBE_MASS,
     .default_text = "1.0",
     POSITIVE,
     .needs_unit = PETSC_TRUE,
     .help = "mass m of a gas particle",
     .equation = "Sec. 2.1"},
    {.name = "gas_density",
     .setting = offsetof(QlbeSettings, gas.density),
     .type = QLBE_OPTION_REAL,
     .dimension = QLBE_DENSITY,
     .default_text = "1.0",
     AT_LEAST_ZERO,
     .needs_unit = PETSC_TRUE,
     .help = "number density eta of the gas",
     .equation = "(2.4)"},
    {.name = "gas_pressure",
     .setting = offsetof(QlbeSettings, gas.pressure),
     .type = QLBE_OPTION_REAL,
     .dimension = QLBE_PRESSURE,
     .default_text = "1.0",
     AT_LEAST_ZERO,
     .follows = "gas_density",
     .help = "pressure of the gas in place of its density: eta = pressure/kT",
     .equation = ""},
    {.name = "gas_temperature",
     .setting = offsetof(QlbeSettings, gas.temperature),
     .type = QLBE_OPTION_REAL,
     .dimension = QLBE_TEMPERATURE,
     .default_text = "1.0",
     POSITIVE,
     .needs_unit = PETSC_TRUE,
     .help = "temperature T of the gas, beta = 1/kT",
     .equation = "Sec. 2.1"},

    {.name = "interaction_type",
     .setting = offsetof(QlbeSettings, interaction.type),
     .type = QLBE_OPTION_CHOICE,
     .default_text = "hard_sphere",
     .choices = &(QLBE_INTERACTION_LIST(INTERACTION_CHOICE))[1],
     .help = &(QLBE_INTERACTION_LIST(INTERACTION_HELP))[2],
     .equation = "(2.11)"},
    {.name = "interaction_radius",
     .setting = offsetof(QlbeSettings, interaction.radius),
     .type = QLBE_OPTION_REAL,
     .dimension = QLBE_LENGTH,
     .default_text = "1.0",
     POSITIVE,
     .needs_unit = PETSC_TRUE,
     .help = "distance a of the centres at contact",
     .equation = "Sec. 2.2"},

    {.name = "grid_type",
     .setting = offsetof(QlbeSettings, grid.type),
     .type = QLBE_OPTION_CHOICE,
     .default_text = "cartesian",
     .choices = DISCRETISATIONS,
     .help =
         "discretisation of momentum space: nodes on a cube, basis functions around k, or exact "
         "flight on nodes around k or on a cube (flight_cartesian) with the gain in that basis; "
         "auto: spectral; flight without a gas, in spectrum and structure beyond k v_th/E(0) = "
         "0.4, in evolve "
         "for "
         "fibers beyond 0.3",
     .equation = ""},
    {.name = "grid_points",
     .setting = offsetof(QlbeSettings, grid.points),
     .type = QLBE_OPTION_INT,
     .default_text = "21",
     .lo = 5,
     .hi = 201,
     .help = "cartesian, flight_cartesian: points N along each axis; matrices have N^3 rows, or "
             "with symmetric functions up to eight times fewer",
     .equation = ""},
    {.name = "grid_extent",
     .setting = offsetof(QlbeSettings, grid.extent),
     .type = QLBE_OPTION_REAL,
     .default_text = "6.0",
     .lo = 1.0,
     .hi = 20.0,
     .help = "half width of the momentum box in units of (M kT)^(1/2)",
     .equation = ""},
    {.name = "grid_drop_tolerance",
     .setting = offsetof(QlbeSettings, grid.drop_tolerance),
     .type = QLBE_OPTION_REAL,
     .default_text = "0",
     .lo = 0.0,
     .hi = 0.1,
     .help = "pairs whose jumps both have rates below this part of the strongest are left out; 0 "
             "keeps all",
     .equation = ""},
    {.name = "grid_matrix",
     .setting = offsetof(QlbeSettings, grid.matrix),
     .keeps_results = PETSC_TRUE,
     .type = QLBE_OPTION_CHOICE,
     .default_text = "auto",
     .choices = "auto|dense|sparse|matrix_free",
     .help = "cartesian: how the operator is kept; auto: sparse where that takes less than half of "
             "dense, matrix_free (entries evaluated in every product) where neither fits",
     .equation = ""},
    {.name = "grid_functions",
     .setting = offsetof(QlbeSettings, grid.functions),
     .type = QLBE_OPTION_CHOICE,
     .default_text = "auto",
     .choices = "auto|symmetric|all",
     .help = "cartesian, spectrum and diffusion: what the operator acts on; symmetric: functions "
             "with the symmetries of k on the grid, as the eigenvector of eps(k) is; auto: "
             "symmetric in diffusion, and in spectrum where spectrum_count is 1",
     .equation = ""},
    {.name = "grid_memory",
     .setting = offsetof(QlbeSettings, grid.memory),
     .keeps_results = PETSC_TRUE,
     .type = QLBE_OPTION_REAL,
     .default_text = "0",
     AT_LEAST_ZERO,
     .help = "cartesian: GB that matrices may take on all processes together: one matrix in each "
             "group of processes, four in evolve; groups have parts by their processes; 0: eight "
             "tenths of the machines' memory",
     .equation = ""},
    {.name = "grid_richardson",
     .setting = offsetof(QlbeSettings, grid.richardson),
     .type = QLBE_OPTION_BOOL,
     .default_text = "false",
     .help = "extrapolate D in the spacing, with two coarser grids",
     .equation = ""},
    {.name = "grid_radial",
     .setting = offsetof(QlbeSettings, grid.radial),
     .type = QLBE_OPTION_INT,
     .default_text = "12",
     .lo = 4,
     .hi = 64,
     .help = "spectral and both kinds of flight: radial functions of each angular momentum",
     .equation = ""},
    {.name = "grid_angular",
     .setting = offsetof(QlbeSettings, grid.angular),
     .type = QLBE_OPTION_INT,
     .default_text = "8",
     .lo = 3,
     .hi = 64,
     .help = "spectral and both kinds of flight: number of angular momenta, l = 0 .. angular - 1",
     .equation = ""},
    {.name = "grid_nodes",
     .setting = offsetof(QlbeSettings, grid.nodes),
     .type = QLBE_OPTION_INT,
     .default_text = "0",
     .lo = 0,
     .hi = 1000000,
     .help = "flight: nodes along k; 0: from duration, wave numbers, escape rate and basis",
     .equation = ""},
    {.name = "grid_refinement",
     .setting = offsetof(QlbeSettings, grid.refinement),
     .type = QLBE_OPTION_REAL,
     .default_text = "1.0",
     .lo = 0.5,
     .hi = 8.0,
     .help = "spectral and both kinds of flight: factor on the number of quadrature nodes in every "
             "variable",
     .equation = ""},
    {.name = "grid_auto",
     .setting = offsetof(QlbeSettings, grid.automatic),
     .type = QLBE_OPTION_REAL,
     .default_text = "0",
     .lo = 0.0,
     .hi = 0.1,
     .help =
         "spectral: raise radial, angular and refinement until the relative change of eps or D is "
         "below this, 1e-12 at the least; 0 leaves them",
     .equation = ""},

    {.name = "fibers_k",
     .setting = offsetof(QlbeSettings, fibers.k),
     LIST(0, 1000),
     .dimension = QLBE_WAVE_NUMBER,
     .default_text = "",
     AT_LEAST_ZERO,
     .help =
         "wave numbers |k| of the fibers; empty: chosen by the command. diffusion adds one to a "
         "list of two, to tell the error of D_fit",
     .equation = "(4.8)"},
    {.name = "fibers_direction",
     .setting = offsetof(QlbeSettings, fibers.direction),
     LIST(3, 3),
     .default_text = "0,0,1",
     .lo = -1e6,
     .hi = 1e6,
     .nonzero = PETSC_TRUE,
     .help = "direction of k, of any length",
     .equation = "(4.8)"},
    {.name = "fibers_tolerance",
     .setting = offsetof(QlbeSettings, fibers.tolerance),
     .type = QLBE_OPTION_REAL,
     .default_text = "1e-3",
     .lo = 1e-9,
     .hi = 0.1,
     .help = "evolve: error that position density, rho(x, x') and purity may have from the set of "
             "fibers, in units of the largest value at that time; the set is chosen and refined "
             "for it, and checked",
     .equation = "Sec. 2.1"},
    {.name = "fibers_radial",
     .setting = offsetof(QlbeSettings, fibers.radial),
     .type = QLBE_OPTION_INT,
     .default_text = "-1",
     .lo = -1,
     .hi = 1000,
     .help = "evolve: magnitudes of k that stand for the density matrix; -1: chosen for "
             "fibers_tolerance; 0: none, no position density and no purity",
     .equation = "Sec. 2.1"},
    {.name = "fibers_angular",
     .setting = offsetof(QlbeSettings, fibers.angular),
     .type = QLBE_OPTION_INT,
     .default_text = "0",
     .lo = 0,
     .hi = 64,
     .help = "evolve: cosines of the angle between k and the axis of the state; general states "
             "also take four times as many azimuths; 0: chosen for fibers_tolerance",
     .equation = ""},
    {.name = "fibers_groups",
     .setting = offsetof(QlbeSettings, fibers.groups),
     .keeps_results = PETSC_TRUE,
     .type = QLBE_OPTION_INT,
     .default_text = "0",
     .lo = 0,
     .hi = 1e6,
     .help =
         "groups of processes that take fibers in turn, those of one group sharing the momentum "
         "grid; 0: chosen by the command",
     .equation = ""},

    {.name = "spectrum_count",
     .setting = offsetof(QlbeSettings, spectrum.count),
     .type = QLBE_OPTION_INT,
     .default_text = "1",
     .lo = 1,
     .hi = 100,
     .help = "number of leading eigenvalues",
     .equation = "Sec. 4"},
    {.name = "spectrum_tolerance",
     .setting = offsetof(QlbeSettings, spectrum.tolerance),
     .type = QLBE_OPTION_REAL,
     .default_text = "1e-10",
     .lo = 1e-15,
     .hi = 1e-2,
     .help = "bound on an eigenvalue's residual, relative to the escape rate",
     .equation = ""},

    {.name = "scattering_p",
     .setting = offsetof(QlbeSettings, scattering.p),
     LIST(1, 5000),
     .dimension = QLBE_MOMENTUM,
     .default_text = "0.001,0.01,0.1,0.2,0.5,1,2,3,5,10,20",
     POSITIVE,
     .help = "relative momenta of the cross section table",
     .equation = "(2.11)"},

    {.name = "momentum_p",
     .setting = offsetof(QlbeSettings, momentum.p),
     LIST(1, 5000),
     .dimension = QLBE_MOMENTUM,
     .default_text = "0,0.5,1,1.5,2,3,4,5",
     AT_LEAST_ZERO,
     .help = "momenta of the particle where rates and velocities are tabulated",
     .equation = "(5.1)"},
    {.name = "momentum_l_max",
     .setting = offsetof(QlbeSettings, momentum.l_max),
     .type = QLBE_OPTION_INT,
     .default_text = "3",
     .lo = 0,
     .hi = 20,
     .help = "largest angular momentum of the eigenvalues of the k = 0 process",
     .equation = "(2.7)"},

    {.name = "state_type",
     .setting = offsetof(QlbeSettings, state.type),
     .type = QLBE_OPTION_CHOICE,
     .default_text = "packet",
     .choices = "packet|cat|mixture|thermal|file",
     .help =
         "packet: pure Gaussian; cat: superposition of two packets; mixture: the same two without "
         "coherence; thermal: Gaussian with the momenta of equilibrium; file: fibers from a file",
     .equation = ""},
    {.name = "state_width",
     .setting = offsetof(QlbeSettings, state.width),
     LIST(0, 3),
     .dimension = QLBE_LENGTH,
     .default_text = "",
     POSITIVE,
     .help = "standard deviation of the position in a packet, one number or three; empty: "
             "hbar/(M kT)^(1/2)",
     .equation = ""},
    {.name = "state_position",
     .setting = offsetof(QlbeSettings, state.position),
     LIST(3, 3),
     .dimension = QLBE_LENGTH,
     .default_text = "0,0,0",
     ANY,
     .help = "mean position; of two packets, the middle",
     .equation = ""},
    {.name = "state_momentum",
     .setting = offsetof(QlbeSettings, state.momentum),
     LIST(3, 3),
     .dimension = QLBE_MOMENTUM,
     .default_text = "0,0,0",
     ANY,
     .help = "mean momentum; of two packets, the middle",
     .equation = ""},
    {.name = "state_separation",
     .setting = offsetof(QlbeSettings, state.separation),
     LIST(3, 3),
     .dimension = QLBE_LENGTH,
     .default_text = "0,0,0",
     ANY,
     .help = "position of the first packet relative to the second, for cat and mixture",
     .equation = ""},
    {.name = "state_momentum_separation",
     .setting = offsetof(QlbeSettings, state.momentum_separation),
     LIST(3, 3),
     .dimension = QLBE_MOMENTUM,
     .default_text = "0,0,0",
     ANY,
     .help = "momentum of the first packet relative to the second, for cat and mixture",
     .equation = ""},
    {.name = "state_weight",
     .setting = offsetof(QlbeSettings, state.weight),
     .type = QLBE_OPTION_REAL,
     .default_text = "0.5",
     .lo = 0.0,
     .hi = 1.0,
     .help = "weight of the first packet: |amplitude|^2, before normalisation",
     .equation = ""},
    {.name = "state_phase",
     .setting = offsetof(QlbeSettings, state.phase),
     .type = QLBE_OPTION_REAL,
     .default_text = "0",
     .lo = -1e3,
     .hi = 1e3,
     .help = "phase of the first packet's amplitude relative to the second's, for cat",
     .equation = ""},

    {.name = "state_file",
     .setting = offsetof(QlbeSettings, state.file),
     .keeps_results = PETSC_TRUE,
     .type = QLBE_OPTION_STRING,
     .default_text = "evolve.h5",
     .help = "evolve.h5 of a run with evolve.save_fibers, whose last fibers are the state; times "
             "count from "
             "there",
     .equation = ""},

    {.name = "evolve_times",
     .setting = offsetof(QlbeSettings, evolve.times),
     LIST(0, 1000),
     .dimension = QLBE_TIME,
     .default_text = "",
     AT_LEAST_ZERO,
     .help = "output times, ascending; empty: from duration, outputs and spacing",
     .equation = "Thm. 2.1"},
    {.name = "evolve_duration",
     .setting = offsetof(QlbeSettings, evolve.duration),
     .type = QLBE_OPTION_REAL,
     .dimension = QLBE_TIME,
     .default_text = "0",
     AT_LEAST_ZERO,
     .help = "last output time; 0: 30 relaxation times, 30/gap",
     .equation = "Thm. 2.1"},
    {.name = "evolve_outputs",
     .setting = offsetof(QlbeSettings, evolve.outputs),
     .type = QLBE_OPTION_INT,
     .default_text = "21",
     .lo = 1,
     .hi = 1000,
     .help = "number of output times after 0",
     .equation = ""},
    {.name = "evolve_spacing",
     .setting = offsetof(QlbeSettings, evolve.spacing),
     .type = QLBE_OPTION_CHOICE,
     .default_text = "linear",
     .choices = "linear|log",
     .help = "linear: equal steps; log: equal ratios, over three decades up to the duration",
     .equation = ""},
    {.name = "evolve_method",
     .setting = offsetof(QlbeSettings, evolve.method),
     .type = QLBE_OPTION_CHOICE,
     .default_text = "auto",
     .choices = "auto|krylov|ts|dense|trajectories",
     .help =
         "exp(t L_k) by a Krylov method, by Runge-Kutta steps, or as a dense matrix; auto: "
         "dense in the "
         "spectral basis, krylov on the grid; trajectories: random walkers, with standard errors, "
         "at any density of the gas and without a grid",
     .equation = ""},
    {.name = "evolve_tolerance",
     .setting = offsetof(QlbeSettings, evolve.tolerance),
     .type = QLBE_OPTION_REAL,
     .default_text = "1e-10",
     .lo = 1e-13,
     .hi = 1e-2,
     .help =
         "error that propagation between two output times may add to a fiber, in the trace norm's "
         "bound int |f| dp",
     .equation = ""},
    {.name = "evolve_density",
     .setting = offsetof(QlbeSettings, evolve.density),
     .type = QLBE_OPTION_CHOICE,
     .default_text = "line",
     .choices = "none|line|plane|box",
     .help =
         "where the position density is computed: along the axis of the state, in a plane through "
         "it, or in a cube",
     .equation = "Thm. 2.1"},
    {.name = "evolve_density_points",
     .setting = offsetof(QlbeSettings, evolve.density_points),
     .type = QLBE_OPTION_INT,
     .default_text = "65",
     .lo = 1,
     .hi = 1001,
     .help = "points along each side of it",
     .equation = ""},
    {.name = "evolve_density_extent",
     .setting = offsetof(QlbeSettings, evolve.density_extent),
     .type = QLBE_OPTION_REAL,
     .dimension = QLBE_LENGTH,
     .default_text = "0",
     AT_LEAST_ZERO,
     .help = "half of its side; 0: five standard deviations of the last position density",
     .equation = ""},
    {.name = "evolve_coherence_points",
     .setting = offsetof(QlbeSettings, evolve.coherence_points),
     .type = QLBE_OPTION_INT,
     .default_text = "0",
     .lo = 0,
     .hi = 257,
     .help = "points on the line along the axis between which rho(x, x') is computed; 0: none",
     .equation = ""},
    {.name = "evolve_coherence_extent",
     .setting = offsetof(QlbeSettings, evolve.coherence_extent),
     .type = QLBE_OPTION_REAL,
     .dimension = QLBE_LENGTH,
     .default_text = "0",
     AT_LEAST_ZERO,
     .help = "half of that line; 0: four standard deviations of the initial position density",
     .equation = ""},
    {.name = "evolve_save_fibers",
     .setting = offsetof(QlbeSettings, evolve.save_fibers),
     .type = QLBE_OPTION_BOOL,
     .default_text = "false",
     .help = "write the last fibers into evolve.h5, as a state to go on from",
     .equation = ""},
    {.name = "evolve_separations",
     .setting = offsetof(QlbeSettings, evolve.separations),
     LIST(0, 200),
     .dimension = QLBE_LENGTH,
     .default_text = "",
     POSITIVE,
     .help =
         "separations at which the initial rate of decoherence is tabulated; empty: twelve around "
         "hbar/(m_star kT)^(1/2)",
     .equation = ""},
    {.name = "evolve_limit",
     .setting = offsetof(QlbeSettings, evolve.limit),
     .type = QLBE_OPTION_BOOL,
     .default_text = "true",
     .help = "compare the characteristic function at k = s t^(-1/2) with its limit exp(-D s^2/2)",
     .equation = "Thm. 2.1"},

    {.name = "decoherence_separation",
     .setting = offsetof(QlbeSettings, decoherence.separation),
     LIST(0, 1000),
     .dimension = QLBE_LENGTH,
     .default_text = "",
     POSITIVE,
     .help = "distances of two positions whose rate of decoherence is computed; empty: 25 around "
             "hbar/(m_star kT)^(1/2)",
     .equation = ""},
    {.name = "decoherence_direction",
     .setting = offsetof(QlbeSettings, decoherence.direction),
     LIST(0, 3),
     .default_text = "",
     .lo = -1e6,
     .hi = 1e6,
     .help = "direction of these distances, of any length; empty: along the axis of the state",
     .equation = ""},
    {.name = "decoherence_tolerance",
     .setting = offsetof(QlbeSettings, decoherence.tolerance),
     .type = QLBE_OPTION_REAL,
     .default_text = "1e-8",
     .lo = 1e-16,
     .hi = 1e-2,
     .help = "relative error that a rate may have: a check. The error is some 1e-10 by itself",
     .equation = ""},
    {.name = "decoherence_time",
     .setting = offsetof(QlbeSettings, decoherence.time),
     .type = QLBE_OPTION_REAL,
     .dimension = QLBE_TIME,
     .default_text = "0",
     AT_LEAST_ZERO,
     .help = "time of flight at a distance, for the visibility against the pressure; 0: none",
     .equation = ""},
    {.name = "decoherence_pressure",
     .setting = offsetof(QlbeSettings, decoherence.pressure),
     LIST(0, 1000),
     .dimension = QLBE_PRESSURE,
     .default_text = "",
     AT_LEAST_ZERO,
     .help = "pressures of that visibility; empty: 21 from 0 to 4 times the one at which the "
             "fastest rate leaves 1/e",
     .equation = ""},
    {.name = "structure_omega_max",
     .setting = offsetof(QlbeSettings, structure.omega_max),
     .type = QLBE_OPTION_REAL,
     .dimension = QLBE_RATE,
     .default_text = "0",
     AT_LEAST_ZERO,
     .help =
         "largest frequency of S(k, w); 0: for each k six times D k^2/2, or six times k v_th if "
         "that is less",
     .equation = ""},
    {.name = "structure_points",
     .setting = offsetof(QlbeSettings, structure.points),
     .type = QLBE_OPTION_INT,
     .default_text = "200",
     .lo = 2,
     .hi = 10000,
     .help = "number of frequencies of S(k, w), from 0 on, at equal distances",
     .equation = ""},
    {.name = "structure_times",
     .setting = offsetof(QlbeSettings, structure.times),
     LIST(0, 1000),
     .dimension = QLBE_TIME,
     .default_text = "",
     AT_LEAST_ZERO,
     .help = "times of F(k, t), ascending; empty: 0 and thirty at equal ratios up to six times the "
             "decay time of each k",
     .equation = ""},
    {.name = "trajectories_count",
     .setting = offsetof(QlbeSettings, trajectories.count),
     .type = QLBE_OPTION_REAL,
     .default_text = "0",
     .lo = 0.0,
     .hi = 1e12,
     .help = "walkers of each fiber; 0: 1e6 for evolve_method trajectories, none for diffusion; "
             "rounded up to a multiple of 64",
     .equation = "(2.7)"},
    {.name = "trajectories_seed",
     .setting = offsetof(QlbeSettings, trajectories.seed),
     .type = QLBE_OPTION_INT,
     .default_text = "1",
     .lo = 0,
     .hi = 2147483647,
     .help = "of the random numbers: walkers of another seed are independent",
     .equation = ""},
    {.name = "trajectories_tolerance",
     .setting = offsetof(QlbeSettings, trajectories.tolerance),
     .type = QLBE_OPTION_REAL,
     .default_text = "0",
     .lo = 0.0,
     .hi = 1.0,
     .help = "evolve: double the walkers until the standard error of the characteristic function "
             "of every fiber is below this; 0: keep the count",
     .equation = ""},

    {.name = "run_resume",
     .setting = offsetof(QlbeSettings, run.resume),
     .keeps_results = PETSC_TRUE,
     .type = QLBE_OPTION_CHOICE,
     .default_text = "auto",
     .choices = "auto|never",
     .help = "auto: go on from a checkpoint in the output directory, if there is one; never: start "
             "anew and replace it",
     .equation = ""},
    {.name = "run_wall_limit",
     .setting = offsetof(QlbeSettings, run.wall_limit),
     .keeps_results = PETSC_TRUE,
     .type = QLBE_OPTION_REAL,
     .default_text = "0",
     AT_LEAST_ZERO,
     .help = "seconds of wall time after which to stop with a checkpoint, exit status 75; 0: none",
     .equation = ""},
    {.name = "run_checkpoint_interval",
     .setting = offsetof(QlbeSettings, run.checkpoint_interval),
     .keeps_results = PETSC_TRUE,
     .type = QLBE_OPTION_REAL,
     .default_text = "0",
     AT_LEAST_ZERO,
     .help = "seconds of wall time between checkpoints; 0: after each task, as long as writing "
             "takes less than a twentieth of the time",
     .equation = ""},

    {.name = "output_directory",
     .setting = offsetof(QlbeSettings, output.directory),
     .keeps_results = PETSC_TRUE,
     .type = QLBE_OPTION_STRING,
     .default_text = "out",
     .help = "folder of the output files, created where needed",
     .equation = ""},
    {.name = "output_overwrite",
     .setting = offsetof(QlbeSettings, output.overwrite),
     .keeps_results = PETSC_TRUE,
     .type = QLBE_OPTION_BOOL,
     .default_text = "false",
     .help = "replace output files that exist already",
     .equation = ""},
};

static const PetscInt table_size = (PetscInt)(sizeof(table) / sizeof(table[0]));

const QlbeOptionSpec *QlbeOptionTable(PetscInt *count)
{
  *count = table_size;
  return table;
}

PetscInt QlbeOptionFind(const char name[])
{
  for (PetscInt i = 0; i < table_size; i++) {
    if (!strcmp(table[i].name, name)) return i;
  }
  return -1;
}

/* Levenshtein distance, one row of the dynamic programme at a time. */
PetscInt QlbeEditDistance(const char a[], const char b[])
{
  enum { CAP = 64 };
  PetscInt row[CAP + 1];
  const size_t na = strnlen(a, CAP), nb = strnlen(b, CAP);

  for (size_t j = 0; j <= nb; j++) row[j] = (PetscInt)j;
  for (size_t i = 1; i <= na; i++) {
    PetscInt diagonal = row[0];
    row[0] = (PetscInt)i;
    for (size_t j = 1; j <= nb; j++) {
      const PetscInt replace = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = PetscMin(replace, 1 + PetscMin(row[j], row[j - 1]));
    }
  }
  return row[nb];
}

const char *QlbeOptionNearest(const char name[])
{
  const char *nearest = NULL;
  /* A third of the letters may be wrong; beyond that a proposal would mislead. */
  PetscInt best = PetscMax(2, (PetscInt)(strlen(name) / 3)) + 1;

  for (PetscInt i = 0; i < table_size; i++) {
    const char *key = strchr(table[i].name, '_');
    PetscInt distance = QlbeEditDistance(name, table[i].name);

    /* A key without its section counts as one mistake. */
    if (key) distance = PetscMin(distance, 1 + QlbeEditDistance(name, key + 1));
    if (distance < best) {
      best = distance;
      nearest = table[i].name;
    }
  }
  return nearest;
}

void QlbeOptionDeckName(const char name[], size_t size, char text[])
{
  const char *key = strchr(name, '_');

  if (!size) return;
  strncpy(text, name, size - 1);
  text[size - 1] = '\0';
  if (key && (size_t)(key - name) < size - 1) text[key - name] = '.';
}
