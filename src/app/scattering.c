/*
   `qlbe scattering`: cross sections and forward amplitudes at a list of relative momenta.
*/
#include "commands.h"
#include "qlbe/limits.h"
#include "qlbe/task_run.h"
#include "qlbe/cross_sections.h"
#include "qlbe/worse.h"
#include "qlbe/run_report.h"
#include "qlbe/tasks.h"

static PetscErrorCode AddTable(const QlbeProblem *problem, QlbeReport report)
{
  const QlbeUnits *u = &problem->units;
  const char *area = QlbeUnitsName(u, QLBE_AREA), *length = QlbeUnitsName(u, QLBE_LENGTH);
  const QlbeColumn columns[] = {
      {"p", QLBE_COLUMN_REAL, QlbeUnitsName(u, QLBE_MOMENTUM)},
      {"kappa", QLBE_COLUMN_REAL, NULL},
      {"sigma_tot", QLBE_COLUMN_REAL, area},
      {"sigma_0", QLBE_COLUMN_REAL, area},
      {"sigma_z", QLBE_COLUMN_REAL, QlbeUnitsName(u, QLBE_AREA_PER_MOMENTUM2)},
      {"sigma_u", QLBE_COLUMN_REAL, QlbeUnitsName(u, QLBE_AREA_PER_MOMENTUM)},
      {"f0_re", QLBE_COLUMN_REAL, length},
      {"f0_im", QLBE_COLUMN_REAL, length}};

  PetscFunctionBegin;
  PetscCall(QlbeReportAddTable(report, "scattering", 8, columns));
  PetscFunctionReturn(0);
}

/* Row of one momentum, in internal units. */
enum { SIGMA_TOT, SIGMA_0, SIGMA_Z, SIGMA_U, F0_RE, F0_IM, ROW };

typedef struct {
  const double *p;
  QlbeInteraction interaction; /* made by the first task of this process */
} Work;

static PetscErrorCode CrossSectionsTask(const QlbeProblem *problem, void *context, PetscInt i,
                                        double row[])
{
  Work *work = context;
  QlbeCrossSections cs;

  PetscFunctionBegin;
  PetscCall(QlbePhaseBegin(problem->phases, "partial waves"));
  if (!work->interaction)
    PetscCall(QlbeInteractionCreate(&problem->parameters, &work->interaction));
  PetscCall(QlbeCrossSectionsCompute(work->interaction, work->p[i], &cs));
  row[SIGMA_TOT] = cs.sigma_tot;
  row[SIGMA_0] = cs.sigma_0;
  row[SIGMA_Z] = cs.sigma_z;
  row[SIGMA_U] = cs.sigma_u;
  row[F0_RE] = PetscRealPart(cs.f0);
  row[F0_IM] = PetscImaginaryPart(cs.f0);
  PetscCall(QlbePhaseEnd(problem->phases, "partial waves"));
  PetscFunctionReturn(0);
}

/*
   Fills the table; optical is the largest relative violation of
   sigma_tot = (4 pi hbar/p) Im f(p, 0).
*/
static PetscErrorCode AddRows(const QlbeProblem *problem, PetscInt n, const double p[],
                              const double rows[], QlbeReport report, double *optical)
{
  const QlbeParameters *par = &problem->parameters;
  const QlbeUnits *u = &problem->units;

  PetscFunctionBegin;
  *optical = 0.0;
  for (PetscInt i = 0; i < n; i++) {
    const double *r = rows + i * ROW;
    const double forward = 4.0 * PETSC_PI * par->hbar / p[i] * r[F0_IM];
    const double row[8] = {u->momentum * p[i],
                           par->a * p[i] / par->hbar,
                           u->area * r[SIGMA_TOT],
                           u->area * r[SIGMA_0],
                           u->area_per_momentum2 * r[SIGMA_Z],
                           u->area_per_momentum * r[SIGMA_U],
                           u->length * r[F0_RE],
                           u->length * r[F0_IM]};
    *optical = QlbeWorse(*optical, fabs(forward / r[SIGMA_TOT] - 1.0));
    PetscCall(QlbeReportAddRow(report, "scattering", 8, row));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode Report(QlbeRun *run, PetscInt n, const double p[], const double rows[],
                             int *exit_status)
{
  const QlbeRunReportFile files[] = {{"scattering.csv", "scattering"}};
  QlbeReport report;
  double optical;

  PetscFunctionBegin;
  PetscCall(QlbeRunReportCreate(run, &report));
  PetscCall(AddTable(&run->problem, report));
  PetscCall(AddRows(&run->problem, n, p, rows, report, &optical));
  if (QlbeInteractionGetTraits(run->problem.parameters.interaction)->unitary)
    PetscCall(QlbeReportAddCheck(report, "optical_theorem", optical, 1e-11));
  PetscCall(QlbeRunReportFinish(run, report, 1, files, exit_status));
  PetscCall(QlbeReportDestroy(&report));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCommandScattering(QlbeRun *run, int *exit_status)
{
  const char *const names[] = {"scattering.csv", "scattering.h5"};
  const double largest = 1e6 * run->problem.parameters.hbar / run->problem.parameters.a;
  QlbeComplaint complaint = {.option = NULL};
  Work work = {.interaction = NULL};
  PetscBool stopped;
  PetscMPIInt ranks;
  QlbeTaskRun tasks;
  double *rows;
  PetscInt n;

  PetscFunctionBegin;
  n = run->problem.settings->scattering.p.n;
  work.p = run->problem.settings->scattering.p.values;
  for (PetscInt i = 0; i < n; i++) {
    if (work.p[i] <= largest) continue;
    PetscCall(QlbeComplain(&complaint, "scattering_p",
                           "expected momenta with a p/hbar <= 1e6, got %g",
                           QlbeUnitsToDeck(&run->problem.units, QLBE_MOMENTUM, work.p[i])));
  }
  PetscCall(QlbeRunComplain(run, &complaint, exit_status));
  if (*exit_status != QLBE_EXIT_DONE) PetscFunctionReturn(0);
  PetscCallMPI(MPI_Comm_size(run->problem.comm, &ranks));
  PetscCall(QlbeTaskRunCreate(run, 2, names, ranks, &tasks, exit_status));
  if (!tasks) PetscFunctionReturn(0);
  PetscCall(PetscMalloc1(n * ROW, &rows));
  PetscCall(QlbeTasksCompute(
      QlbeTaskRunGetTasks(tasks),
      &(const QlbeTaskSet){
          .name = "momenta", .n = n, .width = ROW, .task = CrossSectionsTask, .work = &work},
      rows, &stopped));
  if (!stopped) PetscCall(Report(run, n, work.p, rows, exit_status));
  PetscCall(PetscFree(rows));
  PetscCall(QlbeInteractionDestroy(&work.interaction));
  PetscCall(QlbeTaskRunDestroy(&tasks, exit_status));
  PetscFunctionReturn(0);
}
