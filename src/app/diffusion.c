/*
   `qlbe diffusion`: the diffusion constant by three routes that must agree.

   (a) curvature of eps(k) on the Cartesian grid, fitted over six directions, or in the spectral
       basis along one;
   (b) second-order perturbation of the same discrete operator: one linear solve;
   (c) closed forms with the radial equation, without a momentum grid.
   Routes (a) and (b) share their discretisation error, which coarser discretisations estimate;
   route (c) has none of it.
*/
#include "commands.h"
#include "qlbe/limits.h"
#include "qlbe/task_run.h"
#include <math.h>

#include "diffusion.h"
#include "spectrum_table.h"
#include "qlbe/groups.h"

/* Radial functions of the closed forms: 1e-11 of D_kin for M >= m/2, and for light particles. */
enum { N_BASIS = 16, N_BASIS_LIGHT = 20 };

/*
   The largest wave number of a fit along one direction. Rounding of eps is that of the escape
   rate: where the gap is a small part of it, as for heavy particles, eps has to reach further into
   the gap. Three even powers of k are fitted, so that it may.
*/
static double LineWaveNumber(const QlbeClosedForms *closed)
{
  const double ratio = closed->escape_rate_0 / (2.0 * closed->gap);

  return QlbeCurvatureWaveNumber(closed->gap, closed->D) *
         sqrt(PetscMin(5.0, PetscMax(1.0, sqrt(ratio))));
}

/* Magnitudes of the fit along one direction, in units of the largest. */
static const double line_design[] = {0.5, 0.625, 0.75, 1.0};
enum { LINE_POINTS = sizeof(line_design) / sizeof(line_design[0]) };

/* The one that is added to a list with only two different magnitudes, or 0. */
static double AddedMagnitude(PetscInt n, const double magnitude[])
{
  double lo = magnitude[0], hi = magnitude[0];
  PetscBool between = PETSC_FALSE;

  for (PetscInt i = 1; i < n; i++) {
    lo = PetscMin(lo, magnitude[i]);
    hi = PetscMax(hi, magnitude[i]);
  }
  for (PetscInt i = 0; i < n; i++)
    between = (PetscBool)(between ||
                          (magnitude[i] > lo * (1.0 + 1e-6) && magnitude[i] < hi * (1.0 - 1e-6)));
  if (between) return 0.0;
  return lo > 0.6 * hi ? 0.5 * hi : 0.75 * hi;
}

/* The deck's magnitudes along each of the directions, then the added one along z. */
static PetscErrorCode VectorsOfDeck(PetscInt n, const double magnitude[], PetscInt n_directions,
                                    const double directions[][3], WaveVectors *vectors)
{
  PetscFunctionBegin;
  vectors->added = AddedMagnitude(n, magnitude);
  vectors->n = n * n_directions;
  PetscCall(PetscCalloc1(vectors->n + 1, &vectors->k));
  /* in front, since the last vector is the one that is reversed */
  if (vectors->added > 0.0) vectors->k[0][2] = vectors->added;
  for (PetscInt i = 0; i < vectors->n; i++) {
    const PetscInt at = i + (vectors->added > 0.0 ? 1 : 0);
    for (int axis = 0; axis < 3; axis++)
      vectors->k[at][axis] = magnitude[i / n_directions] * directions[i % n_directions][axis];
    vectors->k_max = PetscMax(vectors->k_max, magnitude[i / n_directions]);
  }
  if (vectors->added > 0.0) vectors->n++;
  PetscFunctionReturn(0);
}

/* Magnitudes and directions that the program chooses. */
static PetscErrorCode VectorsOfDesign(double k_max, WaveVectors *vectors)
{
  PetscFunctionBegin;
  vectors->k_max = k_max;
  PetscCall(PetscCalloc1(PetscMax((int)LINE_POINTS, QLBE_CURVATURE_MAX_POINTS), &vectors->k));
  if (vectors->line) {
    vectors->n = LINE_POINTS;
    for (PetscInt i = 0; i < vectors->n; i++) vectors->k[i][2] = line_design[i] * k_max;
  } else
    QlbeCurvatureDesign(k_max, PETSC_FALSE, &vectors->n, vectors->k);
  PetscFunctionReturn(0);
}

PetscErrorCode DiffusionWaveVectors(const QlbeProblem *problem, const QlbeClosedForms *closed,
                                    PetscBool line, WaveVectors *vectors)
{
  const double along_z[1][3] = {{0.0, 0.0, 1.0}};
  const double *magnitude;
  double directions[6][3];
  PetscInt n;

  PetscFunctionBegin;
  *vectors = (WaveVectors){.line = line, .scale = QlbeCurvatureScale(closed->gap, closed->D)};
  vectors->rounding = line ? SpectralRounding(vectors->scale, closed->escape_rate_0, closed->gap)
                           : CartesianTableError(&problem->parameters) * closed->escape_rate_0;
  n = problem->settings->fibers.k.n;
  magnitude = problem->settings->fibers.k.values;
  QlbeCurvatureDirections(directions);
  if (n == 0) {
    PetscCall(VectorsOfDesign(
        line ? LineWaveNumber(closed) : QlbeCurvatureWaveNumber(closed->gap, closed->D), vectors));
  } else {
    PetscCall(VectorsOfDeck(n, magnitude, line ? 1 : 6,
                            line ? along_z : (const double(*)[3])directions, vectors));
  }
  if (vectors->added > 0.0)
    PetscCall(PetscPrintf(problem->comm,
                          "fibers.k has two magnitudes: %.6g along z is added, to tell the error "
                          "of D_fit\n",
                          QlbeUnitsToDeck(&problem->units, QLBE_WAVE_NUMBER, vectors->added)));
  PetscFunctionReturn(0);
}

/* Wave numbers of the deck: two different ones or more, where eps(k) is neither rounding nor far
   from a parabola. */
static PetscErrorCode CheckWaveNumbers(const QlbeProblem *problem, const QlbeClosedForms *closed,
                                       PetscBool spectral, QlbeComplaint *complaint)
{
  PetscErrorCode (*feasible)(const QlbeProblem *, double, QlbeComplaint *) =
      spectral ? SpectralFeasible : CartesianFeasible;
  const double typical = QlbeCurvatureWaveNumber(closed->gap, closed->D);
  const double *k;
  double lo, hi;
  PetscInt n;

  PetscFunctionBegin;
  n = problem->settings->fibers.k.n;
  k = problem->settings->fibers.k.values;
  if (n == 0) {
    PetscCall(feasible(problem, spectral ? LineWaveNumber(closed) : typical, complaint));
    PetscFunctionReturn(0);
  }
  lo = hi = k[0];
  for (PetscInt i = 0; i < n; i++) {
    lo = PetscMin(lo, k[i]);
    hi = PetscMax(hi, k[i]);
  }
  if (lo < 0.01 * typical || hi > 20.0 * typical || hi <= lo * (1.0 + 1e-6)) {
    PetscCall(QlbeComplain(
        complaint, "fibers_k",
        "the curvature fit needs two different numbers or more, all of them in %.3g..%.3g, or an "
        "empty list to let the program choose",
        QlbeUnitsToDeck(&problem->units, QLBE_WAVE_NUMBER, 0.01 * typical),
        QlbeUnitsToDeck(&problem->units, QLBE_WAVE_NUMBER, 20.0 * typical)));
    PetscFunctionReturn(0);
  }
  PetscCall(feasible(problem, hi, complaint));
  PetscFunctionReturn(0);
}

/* Everything but the closed forms. */
static PetscErrorCode RunGrid(const QlbeProblem *problem, QlbeTasks tasks,
                              const QlbeClosedForms *closed, PetscBool spectral, QlbeReport report,
                              PetscBool *stopped)
{
  WaveVectors vectors;
  GridResult grid = {0};

  PetscFunctionBegin;
  PetscCall(DiffusionWaveVectors(problem, closed, spectral, &vectors));
  PetscCall(SpectrumTableAdd(&problem->units, report));
  PetscCall((spectral ? DiffusionInBasis : DiffusionOnCartesian)(problem, tasks, &vectors, closed,
                                                                 report, &grid, stopped));
  if (!*stopped) {
    if (vectors.added > 0.0)
      PetscCall(QlbeRunReportSet(&problem->units, report, "fit/added_k", QLBE_WAVE_NUMBER,
                                 vectors.added));
    PetscCall(DiffusionReport(problem, closed, &grid, report));
    PetscCall(DiffusionChecks(problem, closed, &vectors, &grid, report));
  }
  PetscCall(PetscFree(vectors.k));
  PetscFunctionReturn(0);
}

/* Without a phase there are no fibers but k = 0: closed forms alone. */
static PetscErrorCode RunClosed(const QlbeProblem *problem, const QlbeClosedForms *closed,
                                QlbeReport report)
{
  PetscFunctionBegin;
  PetscCall(SpectrumTableAdd(&problem->units, report));
  PetscCall(DiffusionReport(problem, closed, NULL, report));
  PetscCall(
      QlbeReportAddCheck(report, "closed_forms_converged", closed->D_error / closed->D, 1e-7));
  PetscFunctionReturn(0);
}

/* One group unless the deck asks for more: the longest tasks, a perturbation route each, come a
   few at a time and differ in length. */
static PetscErrorCode Compute(QlbeRun *run, const QlbeClosedForms *closed, PetscBool spectral,
                              int *exit_status)
{
  const char *const names[] = {"diffusion.json", "diffusion.h5", "diffusion_spectrum.csv"};
  const QlbeRunReportFile files[] = {{"diffusion.json", NULL},
                                     {"diffusion_spectrum.csv", "spectrum"}};
  PetscBool stopped = PETSC_FALSE;
  QlbeReport report;
  PetscInt groups;
  QlbeTaskRun tasks;

  PetscFunctionBegin;
  PetscCall(QlbeGroupsGiven(&run->problem, &groups));
  PetscCall(QlbeTaskRunCreate(run, 3, names, groups, &tasks, exit_status));
  if (!tasks) PetscFunctionReturn(0);
  PetscCall(QlbeRunReportCreate(run, &report));
  if (!QlbeInteractionGetTraits(run->problem.parameters.interaction)->has_phase)
    PetscCall(RunClosed(&run->problem, closed, report));
  else
    PetscCall(
        RunGrid(&run->problem, QlbeTaskRunGetTasks(tasks), closed, spectral, report, &stopped));
  if (!stopped) PetscCall(QlbeRunReportFinish(run, report, 2, files, exit_status));
  PetscCall(QlbeReportDestroy(&report));
  PetscCall(QlbeTaskRunDestroy(&tasks, exit_status));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCommandDiffusion(QlbeRun *run, int *exit_status)
{
  const PetscBool has_phase =
      QlbeInteractionGetTraits(run->problem.parameters.interaction)->has_phase;
  const PetscBool light = (PetscBool)(run->problem.parameters.M < 0.5 * run->problem.parameters.m);
  QlbeComplaint complaint = {NULL};
  QlbeClosedForms closed;
  PetscBool spectral = PETSC_FALSE;
  QlbeTeam team;

  PetscFunctionBegin;
  PetscCall(SpectralChosen(&run->problem, &spectral));
  PetscCall(QlbeNeedsGas(&run->problem, run->command, &complaint));
  if (!complaint.option) PetscCall(QlbeKernelServes(&run->problem, 0.0, &complaint));
  PetscCall(QlbeRunComplain(run, &complaint, exit_status));
  if (*exit_status != QLBE_EXIT_DONE) PetscFunctionReturn(0);
  PetscCall(QlbeTeamFromComm(&run->problem.comm, &team));
  PetscCall(QlbePhaseBegin(run->problem.phases, "closed forms"));
  PetscCall(QlbeClosedFormsCompute(&run->problem.parameters, light ? N_BASIS_LIGHT : N_BASIS, &team,
                                   &closed));
  PetscCall(QlbePhaseEnd(run->problem.phases, "closed forms"));
  if (has_phase) PetscCall(CheckWaveNumbers(&run->problem, &closed, spectral, &complaint));
  if (has_phase && !spectral && !complaint.option) {
    double axes[6][3];
    QlbeCurvatureDirections(axes);
    PetscCall(CartesianFits(&run->problem, 1, 6, axes, 1, &complaint));
  }
  PetscCall(QlbeRunComplain(run, &complaint, exit_status));
  if (*exit_status == QLBE_EXIT_DONE) PetscCall(Compute(run, &closed, spectral, exit_status));
  PetscFunctionReturn(0);
}
