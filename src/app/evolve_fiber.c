/*
   Fibers k != 0 in time: their integrals and norms at all output times.

   In the spectral basis the generator depends on |k| alone, so that one task serves all directions;
   on the grid each direction has its own.
*/
#include <math.h>
#include <string.h>

#include "evolve_tasks.h"
#include "qlbe/worse.h"

/* What one task works with. */
typedef struct {
  double k;          /* magnitude */
  PetscInt begin, n; /* directions begin .. begin + n - 1 */
  EvolveSectors sectors;
  Vec *x;   /* [n][sectors] */
  Vec *one; /* the functional int f dp, the same in all frames */
} Fibers;

/* What is seen of one vector at one time; coherences follow, of all directions that share it. */
enum { MU, SQUARE = MU + 2, NORM, LENGTH, TAIL, COHERENCE };

/* Directions of one task, which have vectors of their own. */
static PetscInt Directions(const EvolvePlan *plan, const EvolveEngine *e)
{
  return e->spectral && !plan->shared ? plan->set.n_direction : 1;
}

/* Values of r on the line of the coherence. */
static PetscInt LinePoints(const EvolvePlan *plan)
{
  return plan->n_line > 0 ? 2 * plan->n_line - 1 : 0;
}

/* The length of a record of one vector. */
static PetscInt Record(const EvolvePlan *plan)
{
  return COHERENCE + 2 * LinePoints(plan) * (plan->shared ? plan->set.n_direction : 1);
}

/* The initial fiber. */
static PetscErrorCode Start(const EvolvePlan *plan, EvolveEngine *e, PetscInt magnitude, PetscInt j,
                            Vec x[])
{
  const double k = plan->set.magnitude.x[magnitude], *direction = plan->set.direction[j];
  EvolveFiberFunction f = {.state = &plan->state};

  PetscFunctionBegin;
  if (plan->from_file) {
    const size_t fiber = (size_t)(magnitude * plan->set.n_direction + j);
    PetscCall(EvolveLoad(QlbeMomentumSpaceSectors(e->sectors),
                         plan->snapshot.fiber + fiber * (size_t)plan->snapshot.n_all, x));
    PetscFunctionReturn(0);
  }
  for (int i = 0; i < 3; i++) f.k[i] = k * direction[i];
  PetscCall(QlbePhaseBegin(e->problem.phases, "expansion"));
  PetscCall(QlbeMomentumSpaceExpand(e->sectors, direction, EvolveFiberValue, &f, x));
  PetscCall(QlbePhaseEnd(e->problem.phases, "expansion"));
  PetscFunctionReturn(0);
}

/*
   Functionals int exp(i p.r/hbar) f dp, r along the axis of the state, in the frame of one
   direction: made when first needed, and kept, since they do not depend on |k|, nor on a grid on
   the direction.
*/
static PetscErrorCode GetLine(const EvolvePlan *plan, EvolveEngine *e, PetscInt direction,
                              Vec ***line)
{
  const PetscInt n = LinePoints(plan), set = e->spectral ? direction : 0;

  PetscFunctionBegin;
  if (!e->line) {
    e->n_line = n * (e->spectral ? plan->set.n_direction : 1);
    PetscCall(PetscCalloc1(e->n_line, &e->line));
  }
  *line = e->line + set * n;
  for (PetscInt i = 0; i < n && !(*line)[n - 1]; i++) {
    EvolveWeight w = EvolveMomentWeight(0);
    const double r = (double)(i - (plan->n_line - 1)) * plan->line_spacing;
    for (int axis = 0; axis < 3; axis++)
      w.a[axis] = r * plan->axis[axis] / e->problem.parameters.hbar;
    PetscCall(EvolveVectorsCreate(e->sectors, &(*line)[i]));
    PetscCall(QlbePhaseBegin(e->problem.phases, "coherence line"));
    PetscCall(QlbeMomentumSpaceFunctional(e->sectors, plan->set.direction[direction],
                                          EvolveWeightValue, &w, (*line)[i]));
    PetscCall(QlbePhaseEnd(e->problem.phases, "coherence line"));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode FibersCreate(const EvolvePlan *plan, EvolveEngine *e, PetscInt magnitude,
                                   PetscInt direction, Fibers *f)
{
  const EvolveWeight one = EvolveMomentWeight(0);
  double k[3];

  PetscFunctionBegin;
  *f =
      (Fibers){.k = plan->set.magnitude.x[magnitude], .begin = direction, .n = Directions(plan, e)};
  for (int i = 0; i < 3; i++) k[i] = f->k * plan->set.direction[direction][i];
  PetscCall(EvolveSectorsCreate(e, e->sectors, k, &f->sectors));
  PetscCall(PetscMalloc1(f->n * f->sectors.n, &f->x));
  for (PetscInt j = 0; j < f->n; j++) {
    PetscCall(QlbeMomentumSpaceVectors(e->sectors, f->x + j * f->sectors.n));
    PetscCall(Start(plan, e, magnitude, direction + j, f->x + j * f->sectors.n));
  }
  PetscCall(EvolveVectorsCreate(e->sectors, &f->one));
  PetscCall(QlbeMomentumSpaceFunctional(e->sectors, plan->set.direction[direction],
                                        EvolveWeightValue, &one, f->one));
  PetscFunctionReturn(0);
}

static PetscErrorCode FibersDestroy(EvolveEngine *e, Fibers *f)
{
  PetscFunctionBegin;
  for (PetscInt i = 0; i < f->n * f->sectors.n; i++) PetscCall(VecDestroy(&f->x[i]));
  PetscCall(PetscFree(f->x));
  PetscCall(EvolveSectorsDestroy(&f->sectors));
  PetscCall(EvolveVectorsDestroy(e->sectors, &f->one));
  PetscFunctionReturn(0);
}

/*
   What the representation is about to lose of f: in the basis the parts in the last angular
   momentum and in the last radial functions; on a grid, the alias of a free flight of a few
   collision times, or of all the time without gas, whose phase exp(i k.p t/M) the nodes must
   follow.
*/
static PetscErrorCode Tail(const EvolvePlan *plan, EvolveEngine *e, const Fibers *f, const Vec x[],
                           double length, double t, double *tail)
{
  const PetscInt n = e->orders.n_radial;
  double square = 0.0;

  PetscFunctionBegin;
  if (!e->spectral) {
    *tail = EvolveFoldedBack(&e->problem.parameters, plan, e->cube.grid.spacing, f->k, t) * length /
            e->length;
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
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &square, 1, MPI_DOUBLE, MPI_SUM, e->problem.comm));
  *tail = sqrt(square) / e->length;
  PetscFunctionReturn(0);
}

/* Coherences of direction `to` from the vector x. */
static PetscErrorCode SeeLine(const EvolvePlan *plan, EvolveEngine *e, PetscInt to, const Vec x[],
                              double record[])
{
  Vec **line = NULL;

  PetscFunctionBegin;
  if (LinePoints(plan) > 0) PetscCall(GetLine(plan, e, to, &line));
  for (PetscInt r = 0; r < LinePoints(plan); r++) {
    PetscScalar value;
    PetscCall(EvolveFunctional(QlbeMomentumSpaceSectors(e->sectors), line[r], x, &value));
    record[2 * r] = PetscRealPart(value);
    record[2 * r + 1] = PetscImaginaryPart(value);
  }
  PetscFunctionReturn(0);
}

/* The record of direction j, for itself and the directions that share its vector. */
static PetscErrorCode See(const EvolvePlan *plan, EvolveEngine *e, PetscInt j, double t,
                          const Fibers *f, double record[])
{
  const PetscInt first = plan->shared ? 0 : j;
  const PetscInt last = plan->shared ? plan->set.n_direction - 1 : j;
  const Vec *x = f->x + (j - f->begin) * f->sectors.n;
  PetscScalar mu;

  PetscFunctionBegin;
  PetscCall(EvolveFunctional(f->sectors.n, f->one, x, &mu));
  record[MU] = PetscRealPart(mu);
  record[MU + 1] = PetscImaginaryPart(mu);
  PetscCall(QlbeMomentumSpaceSquare(e->sectors, x, &record[SQUARE]));
  PetscCall(QlbeMomentumSpaceNorm1(e->sectors, x, &record[NORM]));
  PetscCall(EvolveLength(f->sectors.n, x, &record[LENGTH]));
  PetscCall(Tail(plan, e, f, x, record[LENGTH], t, &record[TAIL]));
  for (PetscInt to = first; to <= last; to++)
    PetscCall(SeeLine(plan, e, to, x, record + COHERENCE + 2 * LinePoints(plan) * (to - first)));
  PetscFunctionReturn(0);
}

static PetscErrorCode Advance(const EvolvePlan *plan, EvolveEngine *e, void *context, PetscInt i,
                              double record[])
{
  const Fibers *f = context;

  PetscFunctionBegin;
  for (PetscInt j = 0; j < f->n; j++) {
    PetscCall(EvolveSectorsAdvance(e, &f->sectors, plan->step[i], f->x + j * f->sectors.n));
    PetscCall(See(plan, e, f->begin + j, plan->time[i], f, record + j * Record(plan)));
  }
  PetscFunctionReturn(0);
}

static size_t Width(const EvolvePlan *plan, const EvolveEngine *e)
{
  const PetscInt n = Directions(plan, e);

  return EvolveCourseWidth(plan, n * Record(plan), plan->save ? n * e->n_all : 0);
}

static PetscErrorCode Work(const EvolvePlan *plan, EvolveEngine *e, PetscInt magnitude,
                           PetscInt direction, double row[])
{
  Fibers f;
  EvolveCourse course = {.ends_in_row = plan->save, .advance = Advance, .context = &f};

  PetscFunctionBegin;
  PetscCall(FibersCreate(plan, e, magnitude, direction, &f));
  course.n = f.n * f.sectors.n;
  course.x = f.x;
  course.n_record = f.n * Record(plan);
  PetscCall(EvolveFollow(plan, e, &course, row));
  PetscCall(FibersDestroy(e, &f));
  PetscFunctionReturn(0);
}

/* The record of a vector at one time into the slot of direction `to`. */
static void CollectSlot(const EvolvePlan *plan, PetscInt time, PetscInt magnitude, PetscInt to,
                        const double record[], EvolveResult *result)
{
  const PetscInt n_r = LinePoints(plan);
  const PetscInt slot = (time * plan->set.magnitude.n + magnitude) * plan->set.n_direction + to;
  const double *coherence = record + COHERENCE + (plan->shared ? 2 * n_r * to : 0);

  result->mu[slot] = PetscCMPLX(record[MU], record[MU + 1]);
  result->square[slot] = record[SQUARE];
  result->norm[slot] = record[NORM];
  for (PetscInt r = 0; r < n_r; r++)
    result->coherence[slot * n_r + r] = PetscCMPLX(coherence[2 * r], coherence[2 * r + 1]);
}

static void Collect(const EvolvePlan *plan, const EvolveEngine *e, PetscInt magnitude,
                    PetscInt direction, const double row[], EvolveResult *result)
{
  const PetscInt n = Directions(plan, e), width = Record(plan);
  const size_t fiber = (size_t)(magnitude * plan->set.n_direction + direction);

  for (PetscInt time = 0; time < plan->n_time; time++) {
    for (PetscInt j = direction; j < direction + n; j++) {
      const PetscInt first = plan->shared ? 0 : j;
      const PetscInt last = plan->shared ? plan->set.n_direction - 1 : j;
      const double *record = row + ((size_t)(time * n + j - direction)) * (size_t)width;
      for (PetscInt to = first; to <= last; to++)
        CollectSlot(plan, time, magnitude, to, record, result);
      result->tail = QlbeWorse(result->tail, record[TAIL]);
      /* the 2-norm of nu^(-1/2) f must not grow from one time to the next */
      if (time > 0) {
        const double before = (record - (size_t)n * (size_t)width)[LENGTH];
        result->growth =
            QlbeWorse(result->growth, record[LENGTH] == 0.0 ? -1.0 : record[LENGTH] / before - 1.0);
      }
    }
  }
  if (plan->save)
    memcpy(result->last.fiber + fiber * (size_t)e->n_all,
           row + EvolveCourseWidth(plan, n * width, 0),
           (size_t)n * (size_t)e->n_all * sizeof(PetscScalar));
}

const EvolveTaskKind EvolveFiberTask = {Width, Work, Collect};
