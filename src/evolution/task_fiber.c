/*
   Fibers k != 0 in time: their integrals and norms at all output times.

   Where the generator depends on |k| alone, one task serves all directions; otherwise each
   direction has its own.
*/
#include <math.h>
#include <string.h>

#include "evolution_tasks.h"
#include "qlbe/worse.h"

/* What one task works with. */
typedef struct {
  double k;          /* magnitude */
  PetscInt begin, n; /* directions begin .. begin + n - 1 */
  QlbeEvolutionSectors sectors;
  Vec *x;        /* [n][sectors] */
  double *start; /* [n]: lengths of x at time 0 */
  Vec *one;      /* the functional int f dp, the same in all frames */
} Fibers;

/* What is seen of one vector at one time; coherences follow, of all directions that share it. */
enum { MU, SQUARE = MU + 2, NORM, LENGTH, TAIL, COHERENCE };

/* Directions of one task, which have vectors of their own. */
static PetscInt Directions(const QlbeEvolutionPlan *plan, QlbeEvolution e)
{
  return e->traits->isotropic && !plan->shared ? plan->set.n_direction : 1;
}

/* Values of r on the line of the coherence. */
static PetscInt LinePoints(const QlbeEvolutionPlan *plan)
{
  return plan->n_line > 0 ? 2 * plan->n_line - 1 : 0;
}

/* The length of a record of one vector. */
static PetscInt Record(const QlbeEvolutionPlan *plan)
{
  return COHERENCE + 2 * LinePoints(plan) * (plan->shared ? plan->set.n_direction : 1);
}

/* The initial fiber. */
static PetscErrorCode Start(const QlbeEvolutionPlan *plan, QlbeEvolution e, PetscInt magnitude,
                            PetscInt j, Vec x[])
{
  const double k = plan->set.magnitude.x[magnitude], *direction = plan->set.direction[j];
  QlbeEvolutionFiberFunction f = {.state = &plan->state};

  PetscFunctionBegin;
  if (plan->from) {
    const size_t fiber = (size_t)magnitude * (size_t)plan->set.n_direction + (size_t)j;
    PetscCall(QlbeFiberSnapshotLoad(QlbeMomentumSpaceSectors(e->sectors),
                                    plan->from->fiber + fiber * (size_t)plan->from->n_all, x));
    PetscFunctionReturn(0);
  }
  for (int i = 0; i < 3; i++) f.k[i] = k * direction[i];
  PetscCall(QlbePhaseBegin(e->problem.phases, "expansion"));
  PetscCall(QlbeMomentumSpaceExpand(e->sectors, direction, QlbeEvolutionFiberValue, &f, x));
  PetscCall(QlbePhaseEnd(e->problem.phases, "expansion"));
  PetscFunctionReturn(0);
}

/*
   Functionals int exp(i p.r/hbar) f dp, r along the axis of the state, in the frame of one
   direction: made when first needed, and kept, since they do not depend on |k|, nor without a polar
   axis along k on the direction.
*/
static PetscErrorCode GetLine(const QlbeEvolutionPlan *plan, QlbeEvolution e, PetscInt direction,
                              Vec ***line)
{
  const PetscInt n = LinePoints(plan), set = e->traits->isotropic ? direction : 0;

  PetscFunctionBegin;
  if (!e->line) {
    e->n_line = n * (e->traits->isotropic ? plan->set.n_direction : 1);
    PetscCall(PetscCalloc1(e->n_line, &e->line));
  }
  *line = e->line + set * n;
  for (PetscInt i = 0; i < n && !(*line)[n - 1]; i++) {
    QlbeEvolutionWeight w = QlbeEvolutionMomentWeight(0);
    const double r = (double)(i - (plan->n_line - 1)) * plan->line_spacing;
    for (int axis = 0; axis < 3; axis++)
      w.a[axis] = r * plan->axis[axis] / e->problem.parameters.hbar;
    PetscCall(QlbeEvolutionVectorsCreate(e->sectors, &(*line)[i]));
    PetscCall(QlbePhaseBegin(e->problem.phases, "coherence line"));
    PetscCall(QlbeMomentumSpaceFunctional(e->sectors, plan->set.direction[direction],
                                          QlbeEvolutionWeightValue, &w, (*line)[i]));
    PetscCall(QlbePhaseEnd(e->problem.phases, "coherence line"));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode FibersCreate(const QlbeEvolutionPlan *plan, QlbeEvolution e,
                                   PetscInt magnitude, PetscInt direction, Fibers *f)
{
  const QlbeEvolutionWeight one = QlbeEvolutionMomentWeight(0);
  double k[3];

  PetscFunctionBegin;
  *f =
      (Fibers){.k = plan->set.magnitude.x[magnitude], .begin = direction, .n = Directions(plan, e)};
  for (int i = 0; i < 3; i++) k[i] = f->k * plan->set.direction[direction][i];
  PetscCall(QlbeEvolutionSectorsCreate(e, e->sectors, k, &f->sectors));
  PetscCall(PetscMalloc2(f->n * f->sectors.n, &f->x, f->n, &f->start));
  for (PetscInt j = 0; j < f->n; j++) {
    PetscCall(QlbeMomentumSpaceVectors(e->sectors, f->x + j * f->sectors.n));
    PetscCall(Start(plan, e, magnitude, direction + j, f->x + j * f->sectors.n));
    PetscCall(QlbeEvolutionLength(f->sectors.n, f->x + j * f->sectors.n, &f->start[j]));
  }
  PetscCall(QlbeEvolutionVectorsCreate(e->sectors, &f->one));
  PetscCall(QlbeMomentumSpaceFunctional(e->sectors, plan->set.direction[direction],
                                        QlbeEvolutionWeightValue, &one, f->one));
  PetscFunctionReturn(0);
}

static PetscErrorCode FibersDestroy(QlbeEvolution e, Fibers *f)
{
  PetscFunctionBegin;
  for (PetscInt i = 0; i < f->n * f->sectors.n; i++) PetscCall(VecDestroy(&f->x[i]));
  PetscCall(PetscFree2(f->x, f->start));
  PetscCall(QlbeEvolutionSectorsDestroy(&f->sectors));
  PetscCall(QlbeEvolutionVectorsDestroy(e->sectors, &f->one));
  PetscFunctionReturn(0);
}

/*
   What the discretisation is about to lose of direction j: the last functions of a basis; on nodes,
   the alias of a free flight, whose phase exp(i k.p t/M) the nodes must follow: of a few collision
   times, of all the time without gas, and of the part that flies without a collision.
*/
static PetscErrorCode Tail(const QlbeEvolutionPlan *plan, QlbeEvolution e, const Fibers *f,
                           PetscInt j, double t, double record[])
{
  const QlbeParameters *par = &e->problem.parameters;
  double square = 0.0;

  PetscFunctionBegin;
  if (e->spacing > 0.0) {
    const double folded = QlbeEvolutionFoldedBack(par, plan, e->spacing, f->k, t) * record[LENGTH];
    const double flown = QlbeEvolutionFlownBack(par, plan, e->spacing, f->k, t) * f->start[j];
    record[TAIL] = QlbeWorse(folded, flown) / e->length;
    PetscFunctionReturn(0);
  }
  PetscCall(QlbeDiscretisationTail(e->d, f->sectors.n, f->x + j * f->sectors.n, &square));
  record[TAIL] = sqrt(square) / e->length;
  PetscFunctionReturn(0);
}

/* Coherences of direction `to` from the vector x. */
static PetscErrorCode SeeLine(const QlbeEvolutionPlan *plan, QlbeEvolution e, PetscInt to,
                              const Vec x[], double record[])
{
  Vec **line = NULL;

  PetscFunctionBegin;
  if (LinePoints(plan) > 0) PetscCall(GetLine(plan, e, to, &line));
  for (PetscInt r = 0; r < LinePoints(plan); r++) {
    PetscScalar value;
    PetscCall(QlbeEvolutionFunctional(QlbeMomentumSpaceSectors(e->sectors), line[r], x, &value));
    record[2 * r] = PetscRealPart(value);
    record[2 * r + 1] = PetscImaginaryPart(value);
  }
  PetscFunctionReturn(0);
}

/* The record of direction j, for itself and the directions that share its vector. */
static PetscErrorCode See(const QlbeEvolutionPlan *plan, QlbeEvolution e, PetscInt j, double t,
                          const Fibers *f, double record[])
{
  const PetscInt first = plan->shared ? 0 : j;
  const PetscInt last = plan->shared ? plan->set.n_direction - 1 : j;
  const Vec *x = f->x + (j - f->begin) * f->sectors.n;
  /* what has flown too far for nodes to follow is 0 in all integrals over momentum */
  const PetscBool seen = (PetscBool)(t <= QlbeDiscretisationLeaves(e->d, f->k));
  PetscScalar mu = 0.0;

  PetscFunctionBegin;
  if (seen) PetscCall(QlbeEvolutionFunctional(f->sectors.n, f->one, x, &mu));
  record[MU] = PetscRealPart(mu);
  record[MU + 1] = PetscImaginaryPart(mu);
  PetscCall(QlbeMomentumSpaceSquare(e->sectors, x, &record[SQUARE]));
  PetscCall(QlbeMomentumSpaceNorm1(e->sectors, x, &record[NORM]));
  PetscCall(QlbeEvolutionLength(f->sectors.n, x, &record[LENGTH]));
  PetscCall(Tail(plan, e, f, j - f->begin, t, record));
  for (PetscInt to = first; to <= last && seen; to++)
    PetscCall(SeeLine(plan, e, to, x, record + COHERENCE + 2 * LinePoints(plan) * (to - first)));
  PetscFunctionReturn(0);
}

static PetscErrorCode Advance(const QlbeEvolutionPlan *plan, QlbeEvolution e, void *context,
                              PetscInt i, double record[])
{
  const QlbeEvolutionSpan span = QlbeEvolutionSpanOf(plan, i);
  const Fibers *f = context;

  PetscFunctionBegin;
  PetscCall(QlbeEvolutionSectorsAdvance(e, &f->sectors, &span, f->n, f->x));
  for (PetscInt j = 0; j < f->n; j++) {
    PetscCall(See(plan, e, f->begin + j, plan->time[i], f, record + j * Record(plan)));
  }
  PetscFunctionReturn(0);
}

static size_t Width(const QlbeEvolutionPlan *plan, QlbeEvolution e)
{
  const PetscInt n = Directions(plan, e);

  return QlbeEvolutionCourseWidth(plan, n * Record(plan), plan->save ? n * e->n_all : 0);
}

static PetscErrorCode Work(const QlbeEvolutionPlan *plan, QlbeEvolution e, PetscInt magnitude,
                           PetscInt direction, double row[])
{
  Fibers f;
  QlbeEvolutionCourse course = {.ends_in_row = plan->save, .advance = Advance, .context = &f};

  PetscFunctionBegin;
  e = QlbeEvolutionAt(e, plan->set.magnitude.x[magnitude]);
  PetscCall(FibersCreate(plan, e, magnitude, direction, &f));
  course.n = f.n * f.sectors.n;
  course.x = f.x;
  course.n_record = f.n * Record(plan);
  PetscCall(QlbeEvolutionFollow(plan, e, &course, row));
  PetscCall(FibersDestroy(e, &f));
  PetscFunctionReturn(0);
}

/* The record of a vector at one time into the slot of direction `to`. */
static void CollectSlot(const QlbeEvolutionPlan *plan, PetscInt time, PetscInt magnitude,
                        PetscInt to, const double record[], QlbeEvolutionResult *result)
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

static void Collect(const QlbeEvolutionPlan *plan, QlbeEvolution e, PetscInt magnitude,
                    PetscInt direction, const double row[], QlbeEvolutionResult *result)
{
  const PetscInt n = Directions(plan, e), width = Record(plan);
  const size_t fiber = (size_t)magnitude * (size_t)plan->set.n_direction + (size_t)direction;

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
           row + QlbeEvolutionCourseWidth(plan, n * width, 0),
           (size_t)n * (size_t)e->n_all * sizeof(PetscScalar));
}

const QlbeEvolutionTaskKind QlbeEvolutionFiberTask = {Width, Work, Collect};
