/*
   `qlbe spectrum`: leading eigenvalues of L_k for the given wave numbers along one direction.
*/
#include <math.h>

#include "commands.h"
#include "qlbe/closed_forms.h"
#include "qlbe/curvature_fit.h"
#include "qlbe/groups.h"
#include "qlbe/limits.h"
#include "qlbe/run_report.h"
#include "qlbe/task_run.h"
#include "spectrum_report.h"

/* Wave numbers that the command chooses, and radial functions of the closed forms. */
enum { CHOSEN = 4, N_BASIS = 16 };

/*
   Wave numbers of the deck, or some from the gap and D that reach well beyond the parabola, into
   k[n], which the caller frees.
*/
static PetscErrorCode ChooseFibers(const QlbeSettings *s, const QlbeClosedForms *closed,
                                   QlbeFibers *f, double **k)
{
  const double *direction = s->fibers.direction.values;
  double length = 0.0;

  PetscFunctionBegin;
  *f = (QlbeFibers){.n = s->fibers.k.n > 0 ? s->fibers.k.n : CHOSEN,
                    .count = s->spectrum.count,
                    .scale = closed->escape_rate_0,
                    .gap = closed->gap};
  for (int i = 0; i < 3; i++) length += direction[i] * direction[i];
  for (int i = 0; i < 3; i++) f->direction[i] = direction[i] / sqrt(length);
  PetscCall(PetscMalloc1(f->n, k));
  for (PetscInt i = 0; i < f->n; i++)
    (*k)[i] = s->fibers.k.n > 0
                  ? s->fibers.k.values[i]
                  : QlbeCurvatureWaveNumber(closed->gap, closed->D) * (double)(1 << i) / 2.0;
  f->k = *k;
  PetscFunctionReturn(0);
}

/* Work of one group while the others wait, where siblings stand for all fibers, in units of one. */
static const double compared_once = 2.5;

static PetscErrorCode ChooseGroups(const QlbeProblem *problem, const QlbeFibers *f,
                                   const QlbeDiscretisationUse *use, PetscInt *groups)
{
  const QlbeDiscretisationTraits *traits = QlbeDiscretisationGetTraits(problem);
  QlbeDiscretisationCost cost;

  PetscFunctionBegin;
  PetscCall(QlbeDiscretisationEstimate(problem, use, &cost));
  /* settling the orders is one long task, which all ranks had better share */
  if (QlbeDiscretisationHasToSettle(problem))
    PetscCall(QlbeGroupsGiven(problem, groups));
  else
    PetscCall(QlbeGroupsForFibers(problem, f->n, traits->lattice ? 0.0 : compared_once, cost.dense,
                                  groups));
  PetscFunctionReturn(0);
}

/* All fibers and the report. */
static PetscErrorCode Compute(QlbeRun *run, const QlbeClosedForms *closed, const QlbeFibers *fibers,
                              QlbeTaskRun tasks, int *exit_status)
{
  const QlbeRunReportFile files[] = {{"spectrum.csv", "spectrum"}, {"spectrum.json", NULL}};
  const QlbeUnits *units = &run->problem.units;
  QlbeLevels levels;
  QlbeReport report;
  PetscBool stopped;

  PetscFunctionBegin;
  PetscCall(
      QlbeLevelsCompute(&run->problem, QlbeTaskRunGetTasks(tasks), fibers, &levels, &stopped));
  if (!stopped) {
    PetscCall(QlbeRunReportCreate(run, &report));
    PetscCall(QlbeRunReportSet(units, report, "escape_rate_0", QLBE_RATE, closed->escape_rate_0));
    PetscCall(QlbeRunReportSet(units, report, "gap", QLBE_RATE, closed->gap));
    PetscCall(SpectrumReport(&run->problem, fibers, &levels, report));
    PetscCall(QlbeRunReportFinish(run, report, 2, files, exit_status));
    PetscCall(QlbeReportDestroy(&report));
  }
  PetscCall(QlbeLevelsDestroy(&levels));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCommandSpectrum(QlbeRun *run, int *exit_status)
{
  const char *const names[] = {"spectrum.csv", "spectrum.json", "spectrum.h5"};
  const QlbeProblem *problem = &run->problem;
  const QlbeSettings *own = problem->settings;
  QlbeComplaint complaint = {.option = NULL};
  QlbeDiscretisationUse use;
  QlbeClosedForms closed;
  QlbeSettings settings;
  QlbeFibers fibers;
  QlbeTaskRun tasks = NULL;
  PetscInt groups;
  double *k;

  PetscFunctionBegin;
  PetscCall(QlbeNeedsGas(problem, run->command, &complaint));
  PetscCall(QlbeNeedsPhase(problem, run->command, &complaint));
  PetscCall(QlbeKernelServes(problem, 0.0, &complaint));
  PetscCall(QlbeRunComplain(run, &complaint, exit_status));
  if (*exit_status != QLBE_EXIT_DONE) PetscFunctionReturn(0);
  PetscCall(QlbeClosedFormsOfProblem(problem, N_BASIS, &closed));
  PetscCall(ChooseFibers(problem->settings, &closed, &fibers, &k));
  PetscCall(QlbeDiscretisationChoose(&run->problem, QlbeLevelsUse(&fibers).k_max, &settings));
  use = QlbeLevelsUse(&fibers);
  PetscCall(QlbeDiscretisationServes(problem, &use, &complaint));
  PetscCall(QlbeRunComplain(run, &complaint, exit_status));
  if (*exit_status == QLBE_EXIT_DONE) {
    PetscCall(ChooseGroups(problem, &fibers, &use, &groups));
    PetscCall(QlbeTaskRunCreate(run, 3, names, groups, &tasks, exit_status));
  }
  if (tasks) PetscCall(Compute(run, &closed, &fibers, tasks, exit_status));
  PetscCall(PetscFree(k));
  PetscCall(QlbeTaskRunDestroy(&tasks, exit_status));
  run->problem.settings = own;
  PetscFunctionReturn(0);
}
