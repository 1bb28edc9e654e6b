/*
   The structure factor of a list of fibers: tasks, entries and checks.
*/
#include "qlbe/structure_factor.h"

#include <math.h>

#include "qlbe/worse.h"
#include "structure_fiber.h"

/* Fibers whose rate D k^2/2 is at most this part of the gap are compared with it. */
static const double hydrodynamic = 0.01;
/* Deviations of the half width from D k^2/2, in units of that part: one is typical. */
static const double deviation = 3.0;

/* What the tasks of one group work with. */
typedef struct {
  const QlbeStructureQuery *query;
  QlbeDiscretisationUse use;
  StructureLadder ladder;
  PetscBool announce; /* on behalf of all groups */
} Work;

QlbeDiscretisationUse QlbeStructureUse(const QlbeStructureQuery *query)
{
  /* functions with the symmetries of k, as for the leading level alone; without gas operators act
     on all functions */
  QlbeDiscretisationUse use = {.count = query->scale > 0.0 ? 1 : 0,
                               .n_axes = 1,
                               .axes = &query->direction,
                               .matrices = 1,
                               .compared = PETSC_TRUE};

  for (PetscInt i = 0; i < query->n; i++) use.k_max = PetscMax(use.k_max, query->k[i]);
  return use;
}

static PetscErrorCode DestroyLadder(StructureLadder *l)
{
  PetscFunctionBegin;
  for (PetscInt i = 0; i < l->n; i++) PetscCall(QlbeDiscretisationDestroy(&l->sibling[i]));
  PetscCall(QlbeDiscretisationDestroy(&l->d));
  PetscFunctionReturn(0);
}

/* For wave numbers up to k_max; functions that follow it are made anew for each one. */
static PetscErrorCode MakeLadder(const QlbeProblem *problem, double k_max, Work *work)
{
  StructureLadder *l = &work->ladder;

  PetscFunctionBegin;
  if (QlbeDiscretisationGetTraits(problem)->by_use && work->use.k_max != k_max) {
    PetscCall(DestroyLadder(l));
    work->use.k_max = k_max;
  }
  if (l->d) PetscFunctionReturn(0);
  PetscCall(QlbeDiscretisationCreate(problem, &work->use, NULL, &l->d));
  PetscCall(QlbeDiscretisationSetAxis(l->d, work->query->direction));
  PetscCall(QlbeDiscretisationGetSiblings(l->d, QLBE_COMPARE_LEVELS, &l->n, l->traits));
  for (PetscInt i = 0; i < l->n; i++) {
    PetscCall(QlbeDiscretisationCreateSibling(l->d, QLBE_COMPARE_LEVELS, i, work->use.k_max,
                                              &l->sibling[i]));
    PetscCall(QlbeDiscretisationSetAxis(l->sibling[i], work->query->direction));
  }
  if (work->announce) PetscCall(QlbeDiscretisationAnnounce(l->d));
  PetscFunctionReturn(0);
}

static PetscErrorCode FiberTask(const QlbeProblem *problem, void *context, PetscInt i, double row[])
{
  Work *work = context;

  PetscFunctionBegin;
  PetscCall(MakeLadder(problem, work->query->k[i], work));
  PetscCall(StructureFiber(problem, work->query, &work->ladder, i, row));
  PetscFunctionReturn(0);
}

/* Rows of all fibers into the result. */
static PetscErrorCode Unpack(const QlbeStructureQuery *q, double rows[], QlbeStructureResult *r)
{
  const PetscInt width = StructureRowWidth(q), p = q->points, t = q->n_times;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < q->n; i++) {
    const StructureArrays a = StructureRowArrays(q, rows + i * width);
    r->fibers[i] = StructureRowFiber(rows + i * width);
    PetscCall(PetscArraycpy(r->omega + i * p, a.omega, p));
    PetscCall(PetscArraycpy(r->S + i * p, a.S, p));
    PetscCall(PetscArraycpy(r->S_error + i * p, a.S_error, p));
    PetscCall(PetscArraycpy(r->t + i * t, a.t, t));
    PetscCall(PetscArraycpy(r->F_re + i * t, a.F_re, t));
    PetscCall(PetscArraycpy(r->F_im + i * t, a.F_im, t));
    PetscCall(PetscArraycpy(r->F_error + i * t, a.F_error, t));
  }
  PetscFunctionReturn(0);
}

/*
   How far the half width is from D k^2/2, in units of what may be expected: the square of the free
   path over the wavelength, and errors. 0 where the fiber is not hydrodynamic.
*/
static double WidthDeviation(const QlbeStructureQuery *q, const QlbeStructureFiber *f)
{
  const double rate = 0.5 * q->D * f->k * f->k;
  double allowed;

  if (!(rate > 0.0 && rate <= hydrodynamic * q->gap)) return 0.0;
  allowed = deviation * rate / q->gap + q->D_error / q->D + f->half_width_error / rate;
  return fabs(f->half_width / rate - 1.0) / allowed;
}

static PetscErrorCode AddChecks(const QlbeStructureQuery *q, QlbeStructureResult *r)
{
  double integral = 0.0, moment = 0.0, negative = -HUGE_VAL, asymmetry = 0.0, routes = 0.0,
         failures = 0.0, unresolved = 0.0, width = 0.0;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < q->n; i++) {
    const QlbeStructureFiber *f = &r->fibers[i];
    integral = QlbeWorse(integral, fabs(f->integral - 1.0));
    moment = QlbeWorse(moment, fabs(f->second_by_route / f->second_moment - 1.0));
    negative = QlbeWorse(negative, f->negative);
    asymmetry = QlbeWorse(asymmetry, f->asymmetry);
    failures += (double)f->failures;
    routes = QlbeWorse(routes, QlbeWorse(f->S_excess, f->F_excess));
    unresolved = QlbeWorse(unresolved, f->unresolved);
    width = QlbeWorse(width, WidthDeviation(q, f));
  }
  PetscCall(QlbeChecksAdd(&r->checks, "integral_is_one", integral, 1e-6));
  PetscCall(QlbeChecksAdd(&r->checks, "second_moment", moment, 1e-6));
  PetscCall(QlbeChecksAdd(&r->checks, "structure_negative", negative, 0.0));
  PetscCall(QlbeChecksAdd(&r->checks, "structure_even", asymmetry, 1e-9));
  PetscCall(QlbeChecksAdd(&r->checks, "propagation_not_converged", failures, 0.0));
  PetscCall(QlbeChecksAdd(&r->checks, "routes_agree", routes, 1.0));
  PetscCall(QlbeChecksAdd(&r->checks, "structure_resolved", unresolved, 1e-3));
  PetscCall(QlbeChecksAdd(&r->checks, "half_width_against_diffusion", width, 1.0));
  PetscFunctionReturn(0);
}

static PetscErrorCode ResultCreate(const QlbeStructureQuery *q, QlbeStructureResult *r)
{
  const PetscInt S = q->n * q->points, F = q->n * q->n_times;

  PetscFunctionBegin;
  *r = (QlbeStructureResult){.fibers = NULL};
  PetscCall(PetscCalloc1(q->n, &r->fibers));
  PetscCall(PetscCalloc3(S, &r->omega, S, &r->S, S, &r->S_error));
  PetscCall(PetscCalloc4(F, &r->t, F, &r->F_re, F, &r->F_im, F, &r->F_error));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeStructureCompute(const QlbeProblem *problem, QlbeTasks tasks,
                                    const QlbeStructureQuery *query, QlbeStructureResult *result,
                                    PetscBool *stopped)
{
  Work work = {.query = query,
               .use = QlbeStructureUse(query),
               .announce = (PetscBool)(QlbeTasksGroupNumber(tasks) == 0)};
  const QlbeTaskSet set = {.name = "fibers",
                           .n = query->n,
                           .width = StructureRowWidth(query),
                           .task = FiberTask,
                           .work = &work};
  double *rows;

  PetscFunctionBegin;
  PetscCall(ResultCreate(query, result));
  PetscCall(PetscMalloc1((size_t)set.n * (size_t)set.width, &rows));
  PetscCall(QlbeTasksCompute(tasks, &set, rows, stopped));
  if (!*stopped) {
    PetscCall(Unpack(query, rows, result));
    PetscCall(MakeLadder(QlbeTasksGroup(tasks), QlbeStructureUse(query).k_max, &work));
    PetscCall(QlbeDiscretisationDescribe(work.ladder.d, &result->entries));
    PetscCall(QlbeDiscretisationCheck(work.ladder.d, problem->comm, &result->checks));
    PetscCall(AddChecks(query, result));
  }
  PetscCall(DestroyLadder(&work.ladder));
  PetscCall(PetscFree(rows));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeStructureDestroy(QlbeStructureResult *r)
{
  PetscFunctionBegin;
  PetscCall(PetscFree(r->fibers));
  PetscCall(PetscFree3(r->omega, r->S, r->S_error));
  PetscCall(PetscFree4(r->t, r->F_re, r->F_im, r->F_error));
  PetscFunctionReturn(0);
}
