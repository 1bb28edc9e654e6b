/*
   Fibers k != 0 in time: their integrals and norms at all output times.

   In the spectral basis the generator depends on |k| alone, so that one task serves all directions; on the grid each direction has its own.
*/
#include <math.h>

#include "evolve.h"

/* What one task works with. */
typedef struct {
  double k;            /* magnitude */
  PetscInt begin, end; /* directions begin .. end - 1 */
  EvolveSectors sectors;
  Vec **x;        /* [end - begin][sectors] */
  double *length; /* [end - begin]: the 2-norm at the time before */
  Vec *one;       /* the functional int f dp, the same in all frames */
} Fibers;

/* The initial fiber. */
static PetscErrorCode Start(const EvolvePlan *plan, EvolveEngine *e, PetscInt magnitude, PetscInt j,
                            Vec x[])
{
  const double k = plan->set.magnitude.x[magnitude], *direction = plan->set.direction[j];
  EvolveFiberFunction f = {.state = &plan->state};

  PetscFunctionBegin;
  if (plan->from_file) {
    PetscCall(EvolveLoad(
        QlbeMomentumSpaceSectors(e->sectors),
        plan->snapshot.fiber + (magnitude * plan->set.n_direction + j) * plan->snapshot.n_all, x));
    PetscFunctionReturn(0);
  }
  for (int i = 0; i < 3; i++) f.k[i] = k * direction[i];
  PetscCall(QlbePhaseBegin(e->run.phases, "expansion"));
  PetscCall(QlbeMomentumSpaceExpand(e->sectors, direction, EvolveFiberValue, &f, x));
  PetscCall(QlbePhaseEnd(e->run.phases, "expansion"));
  PetscFunctionReturn(0);
}

/*
   Functionals int exp(i p.r/hbar) f dp, r along the axis of the state, in the frame of one direction: made when first needed, and kept, since they
   do not depend on |k|, nor on a grid on the direction.
*/
static PetscErrorCode GetLine(const EvolvePlan *plan, EvolveEngine *e, PetscInt direction,
                              Vec ***line)
{
  const PetscInt n = 2 * plan->n_line - 1, set = e->spectral ? direction : 0;

  PetscFunctionBegin;
  if (!e->line) {
    e->n_line = n * (e->spectral ? plan->set.n_direction : 1);
    PetscCall(PetscCalloc1(e->n_line, &e->line));
  }
  *line = e->line + set * n;
  for (PetscInt i = 0; i < n && !(*line)[n - 1]; i++) {
    EvolveWeight w = EvolveMomentWeight(0);
    const double r = (double)(i - (plan->n_line - 1)) * plan->line_spacing;
    for (int axis = 0; axis < 3; axis++) w.a[axis] = r * plan->axis[axis] / e->run.parameters.hbar;
    PetscCall(EvolveVectorsCreate(e->sectors, &(*line)[i]));
    PetscCall(QlbeMomentumSpaceFunctional(e->sectors, plan->set.direction[direction],
                                          EvolveWeightValue, &w, (*line)[i]));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode FibersCreate(const EvolvePlan *plan, EvolveEngine *e, PetscInt magnitude,
                                   PetscInt direction, Fibers *f)
{
  const EvolveWeight one = EvolveMomentWeight(0);
  double k[3];

  PetscFunctionBegin;
  *f = (Fibers){.k = plan->set.magnitude.x[magnitude],
                .begin = direction,
                .end = e->spectral && !plan->shared ? plan->set.n_direction : direction + 1};
  for (int i = 0; i < 3; i++) k[i] = f->k * plan->set.direction[direction][i];
  PetscCall(EvolveSectorsCreate(e, e->sectors, k, &f->sectors));
  PetscCall(PetscCalloc2(f->end - f->begin, &f->x, f->end - f->begin, &f->length));
  for (PetscInt j = f->begin; j < f->end; j++) {
    PetscCall(EvolveVectorsCreate(e->sectors, &f->x[j - f->begin]));
    PetscCall(Start(plan, e, magnitude, j, f->x[j - f->begin]));
    f->length[j - f->begin] = HUGE_VAL;
  }
  PetscCall(EvolveVectorsCreate(e->sectors, &f->one));
  PetscCall(QlbeMomentumSpaceFunctional(e->sectors, plan->set.direction[direction],
                                        EvolveWeightValue, &one, f->one));
  PetscFunctionReturn(0);
}

static PetscErrorCode FibersDestroy(EvolveEngine *e, Fibers *f)
{
  PetscFunctionBegin;
  PetscCall(EvolveSectorsDestroy(&f->sectors));
  for (PetscInt j = 0; j < f->end - f->begin; j++)
    PetscCall(EvolveVectorsDestroy(e->sectors, &f->x[j]));
  PetscCall(PetscFree2(f->x, f->length));
  PetscCall(EvolveVectorsDestroy(e->sectors, &f->one));
  PetscFunctionReturn(0);
}

/*
   What the representation is about to lose of f: in the basis the parts in the last angular momentum and in the last radial functions; on a grid,
   the alias of a free flight of a few collision times, or of all the time without gas, whose phase exp(i k.p t/M) the nodes must follow.
*/
static PetscErrorCode Tail(const EvolvePlan *plan, EvolveEngine *e, const Fibers *f, PetscInt j,
                           double t, double *tail)
{
  Vec *x = f->x[j];
  const PetscInt n = e->orders.n_radial;
  double square = 0.0;

  PetscFunctionBegin;
  if (!e->spectral) {
    const double sigma = QlbeStateMomentumScale(&plan->state);
    const double flight = e->free ? t : PetscMin(t, 3.0 / plan->closed.escape_rate_0);
    const double turn = 2.0 * PETSC_PI / e->cube.grid.spacing - f->k * flight / e->run.parameters.M;
    *tail = exp(-0.5 * pow(sigma * PetscMax(turn, 0.0), 2)) * f->length[j] / e->length;
    PetscFunctionReturn(0);
  }
  for (PetscInt s = 0; s < f->sectors.n; s++) {
    const PetscScalar *a;
    PetscInt begin, end, size;
    PetscCall(VecGetOwnershipRange(x[s], &begin, &end));
    PetscCall(VecGetSize(x[s], &size));
    PetscCall(VecGetArrayRead(x[s], &a));
    for (PetscInt i = begin; i < end; i++)
      if (i >= size - n || i % n == n - 1)
        square += PetscRealPart(a[i - begin] * PetscConj(a[i - begin]));
    PetscCall(VecRestoreArrayRead(x[s], &a));
  }
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &square, 1, MPI_DOUBLE, MPI_SUM, e->run.comm));
  *tail = sqrt(square) / e->length;
  PetscFunctionReturn(0);
}

/* The 2-norm of nu^(-1/2) f must not grow from one time to the next. */
static PetscErrorCode CheckGrowth(Fibers *f, PetscInt j, EvolveResult *result)
{
  double length = 0.0;

  PetscFunctionBegin;
  PetscCall(EvolveLength(f->sectors.n, f->x[j], &length));
  result->growth = PetscMax(result->growth, length / f->length[j] - 1.0);
  f->length[j] = length;
  PetscFunctionReturn(0);
}

/* Everything about direction j at one time, for itself and the directions that share its vector. */
static PetscErrorCode Record(const EvolvePlan *plan, EvolveEngine *e, PetscInt magnitude,
                             PetscInt time, PetscInt j, Fibers *f, EvolveResult *result)
{
  const PetscInt n_dir = plan->set.n_direction;
  const PetscInt first = plan->shared ? 0 : j, last = plan->shared ? n_dir - 1 : j;
  const PetscInt n_r = plan->n_line > 0 ? 2 * plan->n_line - 1 : 0;
  Vec *x = f->x[j - f->begin], **line = NULL;
  double square, norm;
  PetscScalar mu;

  PetscFunctionBegin;
  PetscCall(EvolveFunctional(f->sectors.n, f->one, x, &mu));
  PetscCall(QlbeMomentumSpaceSquare(e->sectors, x, &square));
  PetscCall(QlbeMomentumSpaceNorm1(e->sectors, x, &norm));
  for (PetscInt to = first; to <= last; to++) {
    const PetscInt slot = (time * plan->set.magnitude.n + magnitude) * n_dir + to;
    if (n_r > 0) PetscCall(GetLine(plan, e, to, &line));
    for (PetscInt r = 0; r < n_r; r++) {
      PetscScalar value;
      PetscCall(EvolveFunctional(f->sectors.n, line[r], x, &value));
      if (e->first) result->coherence[slot * n_r + r] = value;
    }
    if (!e->first) continue;
    result->mu[slot] = mu;
    result->square[slot] = square;
    result->norm[slot] = norm;
  }
  PetscFunctionReturn(0);
}

PetscErrorCode EvolveFiberTask(const EvolvePlan *plan, EvolveEngine *e, PetscInt magnitude,
                               PetscInt direction, EvolveResult *result)
{
  Fibers f;

  PetscFunctionBegin;
  PetscCall(FibersCreate(plan, e, magnitude, direction, &f));
  for (PetscInt i = 0; i < plan->n_time; i++) {
    const double step = i > 0 ? plan->time[i] - plan->time[i - 1] : 0.0;
    for (PetscInt j = f.begin; j < f.end; j++) {
      double tail = 0.0;
      PetscCall(EvolveSectorsAdvance(e, &f.sectors, step, f.x[j - f.begin]));
      PetscCall(CheckGrowth(&f, j - f.begin, result));
      PetscCall(Tail(plan, e, &f, j - f.begin, plan->time[i], &tail));
      result->tail = PetscMax(result->tail, tail);
      PetscCall(Record(plan, e, magnitude, i, j, &f, result));
    }
  }
  for (PetscInt j = f.begin; j < f.end && plan->save; j++)
    PetscCall(EvolveStore(f.sectors.n, f.x[j - f.begin],
                          result->last.fiber +
                              (magnitude * plan->set.n_direction + j) * result->last.n_all));
  PetscCall(FibersDestroy(e, &f));
  PetscFunctionReturn(0);
}

PetscErrorCode EvolveLimitTask(const EvolvePlan *plan, EvolveEngine *e, PetscInt time, PetscInt s,
                               EvolveResult *result)
{
  const double k = plan->limit[s] / sqrt(plan->time[time]);
  const EvolveWeight one = EvolveMomentWeight(0);
  EvolveFiberFunction f = {.state = &plan->state};
  EvolveSectors sectors;
  PetscScalar mu;
  Vec *x, *y;

  PetscFunctionBegin;
  for (int i = 0; i < 3; i++) f.k[i] = k * plan->axis[i];
  PetscCall(EvolveVectorsCreate(e->axial, &x));
  PetscCall(EvolveVectorsCreate(e->axial, &y));
  PetscCall(QlbeMomentumSpaceExpand(e->axial, plan->axis, EvolveFiberValue, &f, x));
  PetscCall(QlbeMomentumSpaceFunctional(e->axial, plan->axis, EvolveWeightValue, &one, y));
  PetscCall(EvolveSectorsCreate(e, e->axial, f.k, &sectors));
  PetscCall(EvolveSectorsAdvance(e, &sectors, plan->time[time], x));
  PetscCall(EvolveFunctional(sectors.n, y, x, &mu));
  if (e->first) result->limit[time * plan->n_limit + s] = mu;
  PetscCall(EvolveSectorsDestroy(&sectors));
  PetscCall(EvolveVectorsDestroy(e->axial, &x));
  PetscCall(EvolveVectorsDestroy(e->axial, &y));
  PetscFunctionReturn(0);
}
