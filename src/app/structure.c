/*
   `qlbe structure`: self intermediate scattering function and dynamic structure factor of fibers.
*/
#include <math.h>

#include "commands.h"
#include "qlbe/closed_forms.h"
#include "qlbe/groups.h"
#include "qlbe/limits.h"
#include "qlbe/run_report.h"
#include "qlbe/task_run.h"
#include "structure_report.h"

/* Radial functions of the closed forms. */
enum { N_BASIS = 16 };

/* Wave numbers that the command chooses: free path over wavelength, from collisions to flight. */
static const double chosen[] = {0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0};
enum { CHOSEN = sizeof(chosen) / sizeof(chosen[0]) };

/* The longest flight that functions which do not follow the wave number resolve. */
static const double longest_flight = 3.0;

/* Wave numbers of the deck or chosen ones into k[n], which the caller frees. */
static PetscErrorCode ListFibers(const QlbeProblem *problem, QlbeStructureQuery *query, double **k)
{
  const QlbeSettings *s = problem->settings;
  const QlbeParameters *par = &problem->parameters;
  const double most = QlbeDiscretisationLargestWaveNumber(problem);
  const double thermal = sqrt(par->M / par->beta);

  PetscFunctionBegin;
  query->n = s->fibers.k.n;
  PetscCall(PetscMalloc1(PetscMax(query->n, CHOSEN), k));
  query->k = *k;
  PetscCall(PetscArraycpy(*k, s->fibers.k.values, query->n));
  if (query->n > 0) PetscFunctionReturn(0);
  /* without gas nothing but the thermal wavelength has a length */
  if (query->scale == 0.0) (*k)[query->n++] = thermal / par->hbar;
  for (int i = 0; i < CHOSEN && query->scale > 0.0; i++) {
    const double next = chosen[i] * query->scale * par->M / thermal;
    if (next <= most) (*k)[query->n++] = next;
  }
  PetscFunctionReturn(0);
}

/* The discretisation, where the deck leaves it open, and the wave numbers. */
static PetscErrorCode ChooseFibers(QlbeProblem *problem, QlbeStructureQuery *query,
                                   QlbeSettings *settings, double **k)
{
  const QlbeParameters *par = &problem->parameters;
  const double most = longest_flight * query->scale * sqrt(par->M * par->beta);

  PetscFunctionBegin;
  PetscCall(ListFibers(problem, query, k));
  PetscCall(QlbeDiscretisationChoose(problem, QlbeStructureUse(query).k_max, settings));
  if (problem->settings->fibers.k.n > 0 || query->scale == 0.0) PetscFunctionReturn(0);
  while (!QlbeDiscretisationGetTraits(problem)->by_use && query->n > 1 &&
         (*k)[query->n - 1] > most * (1.0 + 1e-12))
    query->n--;
  PetscFunctionReturn(0);
}

/* Everything but the fibers; the closed forms are those of a gas, if there is one. */
static PetscErrorCode FillQuery(const QlbeProblem *problem, QlbeStructureQuery *query)
{
  const QlbeSettings *s = problem->settings;
  const double *direction = s->fibers.direction.values;
  QlbeClosedForms closed = {.D = 0.0};
  double length = 0.0;

  PetscFunctionBegin;
  if (problem->parameters.eta > 0.0) PetscCall(QlbeClosedFormsOfProblem(problem, N_BASIS, &closed));
  *query = (QlbeStructureQuery){.points = s->structure.points,
                                .omega_max = s->structure.omega_max,
                                .n_times = s->structure.times.n,
                                .times = s->structure.times.values,
                                .D = closed.D,
                                .D_error = closed.D_error,
                                .gap = closed.gap,
                                .scale = closed.escape_rate_0};
  if (query->n_times == 0) {
    query->n_times = QLBE_STRUCTURE_TIMES;
    query->times = NULL;
  }
  for (int i = 0; i < 3; i++) length += direction[i] * direction[i];
  for (int i = 0; i < 3; i++) query->direction[i] = direction[i] / sqrt(length);
  PetscFunctionReturn(0);
}

/* Complains about what the command cannot do, before any work. */
static PetscErrorCode CheckSettings(const QlbeProblem *problem, QlbeComplaint *complaint)
{
  const QlbeRealList *k = &problem->settings->fibers.k, *t = &problem->settings->structure.times;

  PetscFunctionBegin;
  PetscCall(QlbeNeedsPhase(problem, "structure", complaint));
  if (QlbeDiscretisationHasToSettle(problem))
    PetscCall(QlbeComplain(complaint, "grid_auto",
                           "structure takes the orders as they are given: expected 0, got %g",
                           problem->settings->grid.automatic));
  for (PetscInt i = 0; i < k->n; i++) {
    if (k->values[i] > 0.0) continue;
    PetscCall(QlbeComplain(complaint, "fibers_k",
                           "expected numbers > 0, got %g: S(0, w) is a delta function",
                           k->values[i]));
  }
  for (PetscInt i = 1; i < t->n; i++) {
    if (t->values[i] > t->values[i - 1]) continue;
    PetscCall(QlbeComplain(complaint, "structure_times",
                           "expected ascending numbers, got %g after %g",
                           QlbeUnitsToDeck(&problem->units, QLBE_TIME, t->values[i]),
                           QlbeUnitsToDeck(&problem->units, QLBE_TIME, t->values[i - 1])));
  }
  if (problem->parameters.eta > 0.0) PetscCall(QlbeKernelServes(problem, 0.0, complaint));
  PetscFunctionReturn(0);
}

/* All fibers and the report. */
static PetscErrorCode Compute(QlbeRun *run, const QlbeStructureQuery *query, QlbeTaskRun tasks,
                              int *exit_status)
{
  const QlbeRunReportFile files[] = {{"structure.csv", "structure"},
                                     {"intermediate.csv", "intermediate"},
                                     {"structure.json", NULL}};
  const QlbeUnits *units = &run->problem.units;
  QlbeStructureResult result;
  QlbeReport report;
  PetscBool stopped;

  PetscFunctionBegin;
  PetscCall(
      QlbeStructureCompute(&run->problem, QlbeTaskRunGetTasks(tasks), query, &result, &stopped));
  if (!stopped) {
    PetscCall(QlbeRunReportCreate(run, &report));
    PetscCall(QlbeRunReportSet(units, report, "escape_rate_0", QLBE_RATE, query->scale));
    PetscCall(QlbeRunReportSet(units, report, "D_closed", QLBE_DIFFUSION, query->D));
    PetscCall(QlbeRunReportSet(units, report, "D_closed_error", QLBE_DIFFUSION, query->D_error));
    PetscCall(StructureReport(&run->problem, query, &result, report));
    PetscCall(QlbeRunReportFinish(run, report, 3, files, exit_status));
    PetscCall(QlbeReportDestroy(&report));
  }
  PetscCall(QlbeStructureDestroy(&result));
  PetscFunctionReturn(0);
}

/* With a valid query. */
static PetscErrorCode Run(QlbeRun *run, const QlbeStructureQuery *query, int *exit_status)
{
  const char *const names[] = {"structure.csv", "intermediate.csv", "structure.json",
                               "structure.h5"};
  const QlbeDiscretisationUse use = QlbeStructureUse(query);
  QlbeDiscretisationCost cost;
  QlbeTaskRun tasks;
  PetscInt groups;

  PetscFunctionBegin;
  PetscCall(QlbeDiscretisationEstimate(&run->problem, &use, &cost));
  PetscCall(QlbeGroupsForFibers(&run->problem, query->n, 0.0, cost.dense, &groups));
  PetscCall(QlbeTaskRunCreate(run, 4, names, groups, &tasks, exit_status));
  if (tasks) PetscCall(Compute(run, query, tasks, exit_status));
  PetscCall(QlbeTaskRunDestroy(&tasks, exit_status));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCommandStructure(QlbeRun *run, int *exit_status)
{
  const QlbeProblem *problem = &run->problem;
  QlbeComplaint complaint = {.option = NULL};
  QlbeDiscretisationUse use;
  QlbeStructureQuery query;
  QlbeSettings settings;
  double *k = NULL;

  PetscFunctionBegin;
  PetscCall(CheckSettings(problem, &complaint));
  PetscCall(QlbeRunComplain(run, &complaint, exit_status));
  if (*exit_status != QLBE_EXIT_DONE) PetscFunctionReturn(0);
  PetscCall(FillQuery(problem, &query));
  PetscCall(ChooseFibers(&run->problem, &query, &settings, &k));
  use = QlbeStructureUse(&query);
  PetscCall(QlbeDiscretisationServes(problem, &use, &complaint));
  PetscCall(QlbeRunComplain(run, &complaint, exit_status));
  if (*exit_status == QLBE_EXIT_DONE) PetscCall(Run(run, &query, exit_status));
  PetscCall(PetscFree(k));
  PetscFunctionReturn(0);
}
