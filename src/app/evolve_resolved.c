/*
   Whether grid or basis hold the initial state: what they make of it against what it is.
*/
#include <math.h>

#include "evolve.h"
#include "qlbe/worse.h"

/* Relative deviations beyond this are refused: what follows would be wrong from the start. */
static const double most_deviation = 1e-4;

/* Orders that are tried to tell the user which would do. */
enum { ORDER_STEP = 4, MOST_ORDERS = 48 };

/*
   Largest difference of a fiber and its representation along the axis of the state, relative to its
   largest value there.
*/
static PetscErrorCode Mismatch(const EvolvePlan *plan, QlbeMomentumSpace space,
                               const EvolveFiberFunction *f, const Vec x[], double *mismatch)
{
  PetscScalar *line;
  double largest = 0.0;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(plan->n_momentum, &line));
  PetscCall(QlbeMomentumSpaceEvaluate(space, plan->axis, x, plan->n_momentum,
                                      (const double(*)[3])plan->momentum, line));
  *mismatch = 0.0;
  for (PetscInt i = 0; i < plan->n_momentum; i++) {
    const PetscScalar exact = EvolveFiberValue(plan->momentum[i], f);
    largest = PetscMax(largest, PetscAbsScalar(exact));
    *mismatch = QlbeWorse(*mismatch, PetscAbsScalar(exact - line[i]));
  }
  *mismatch = largest > 0.0 ? *mismatch / largest : HUGE_VAL;
  PetscCall(PetscFree(line));
  PetscFunctionReturn(0);
}

/* The k = 0 fiber, and the interference of two packets where it is largest, in a basis. */
static PetscErrorCode BasisDeviation(const EvolvePlan *plan, QlbeMomentumSpace space,
                                     double *deviation)
{
  const QlbeQuantumState term = {
      .n = 1, .terms = plan->interference.terms, .hbar = plan->interference.hbar};
  EvolveFiberFunction functions[2] = {{.state = &plan->state}, {.state = &term}};
  Vec *x;

  PetscFunctionBegin;
  *deviation = 0.0;
  for (int i = 0; i < 3; i++) functions[1].k[i] = plan->probe[i];
  PetscCall(EvolveVectorsCreate(space, &x));
  for (int i = 0; i < (plan->interference.n > 0 ? 2 : 1); i++) {
    double mismatch = 0.0;
    PetscCall(QlbeMomentumSpaceExpand(space, plan->axis, EvolveFiberValue, &functions[i], x));
    PetscCall(Mismatch(plan, space, &functions[i], x, &mismatch));
    *deviation = QlbeWorse(*deviation, mismatch);
  }
  PetscCall(EvolveVectorsDestroy(space, &x));
  PetscFunctionReturn(0);
}

/*
   Trace, mean momentum and mean p^2 of the represented k = 0 fiber against the exact ones; its
   length into the engine.
*/
static PetscErrorCode MomentDeviation(const EvolvePlan *plan, EvolveEngine *e,
                                      QlbeMomentumSpace space, double *deviation)
{
  const QlbeStateMoments *exact = &plan->moments;
  const PetscInt n = QlbeMomentumSpaceSectors(space);
  EvolveFiberFunction f = {.state = &plan->state};
  double value[EVOLVE_MOMENTS], p2 = 0.0, exact_p2 = 0.0;
  Vec *x, *y;

  PetscFunctionBegin;
  PetscCall(EvolveVectorsCreate(space, &x));
  PetscCall(EvolveVectorsCreate(space, &y));
  PetscCall(QlbeMomentumSpaceExpand(space, plan->axis, EvolveFiberValue, &f, x));
  PetscCall(EvolveLength(n, x, &e->length));
  for (int i = 0; i < EVOLVE_MOMENTS; i++) {
    const EvolveWeight weight = EvolveMomentWeight(i);
    PetscScalar moment;
    PetscCall(QlbeMomentumSpaceFunctional(space, plan->axis, EvolveWeightValue, &weight, y));
    PetscCall(EvolveFunctional(n, y, x, &moment));
    value[i] = PetscRealPart(moment);
  }
  PetscCall(EvolveVectorsDestroy(space, &x));
  PetscCall(EvolveVectorsDestroy(space, &y));
  for (int i = 0; i < 3; i++) {
    exact_p2 += exact->momentum2[i][i];
    p2 += value[4 + i];
  }
  *deviation = QlbeWorse(fabs(value[0] - 1.0), fabs(p2 / exact_p2 - 1.0));
  for (int i = 0; i < 3; i++)
    *deviation = QlbeWorse(*deviation, fabs(value[1 + i] - exact->momentum[i]) / sqrt(exact_p2));
  PetscFunctionReturn(0);
}

/* What the deck would have to say on a Cartesian grid. */
static PetscErrorCode ComplainCube(const QlbeProblem *problem, const EvolvePlan *plan,
                                   QlbeComplaint *complaint)
{
  const QlbeParameters *par = &problem->parameters;
  const double thermal = sqrt(par->M / par->beta), tail = 5.5;
  const double spacing = QlbeStateMomentumScale(&plan->state);
  double extent = 0.0, half_width;

  PetscFunctionBegin;
  for (PetscInt t = 0; t < plan->state.n; t++) {
    const QlbeGaussianTerm *term = &plan->state.terms[t];
    for (int i = 0; i < 3; i++) extent = PetscMax(extent, fabs(term->P[i]) + tail * term->sigma[i]);
  }
  PetscCall(CartesianHalfWidth(problem, &half_width));
  extent = PetscMax(extent, half_width) / thermal;
  PetscCall(QlbeComplain(complaint, "grid_points",
                         "the grid does not hold the initial state; expected grid.extent >= "
                         "%.3g and, with that extent, grid.points >= %.0f",
                         extent, ceil(2.0 * extent * thermal / spacing) + 1.0));
  PetscFunctionReturn(0);
}

/* The same in a basis: larger ones are tried. Collective on the group. */
static PetscErrorCode ComplainBasis(const QlbeProblem *problem, const EvolvePlan *plan,
                                    EvolveEngine *e, double deviation, QlbeComplaint *complaint)
{
  const double thermal = sqrt(problem->parameters.M / problem->parameters.beta);
  const double width = PetscMin(QlbeStateMomentumScale(&plan->state), thermal);
  PetscInt radial = e->orders.n_radial, angular = e->orders.n_angular;

  PetscFunctionBegin;
  while (deviation > most_deviation && radial <= MOST_ORDERS && angular <= MOST_ORDERS) {
    QlbeMomentumSpace space;
    radial += ORDER_STEP;
    angular += ORDER_STEP;
    PetscCall(QlbeMomentumSpaceCreateSpectral(
        e->problem.comm, radial, angular, plan->symmetry == QLBE_STATE_GENERAL ? angular - 1 : 0,
        thermal, width, &space));
    PetscCall(BasisDeviation(plan, space, &deviation));
    PetscCall(QlbeMomentumSpaceDestroy(&space));
  }
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &deviation, 1, MPI_DOUBLE, MPI_MAX, problem->comm));
  if (deviation <= most_deviation)
    PetscCall(QlbeComplain(complaint, "grid_radial",
                           "the basis does not hold the initial state; %" PetscInt_FMT
                           " radial and %" PetscInt_FMT " angular functions would",
                           radial, angular));
  else
    PetscCall(QlbeComplain(
        complaint, "grid_type",
        "no basis of up to %d x %d functions holds the initial state: expected momenta of width <= "
        "1.3 (M kT)^(1/2) and a smaller mean momentum or separation, or `cartesian`",
        MOST_ORDERS, MOST_ORDERS));
  PetscFunctionReturn(0);
}

/* The trace of the file's k = 0 fiber, and its length into the engine; all groups get the same. */
static PetscErrorCode SnapshotTrace(const QlbeProblem *problem, const EvolvePlan *plan,
                                    EvolveEngine *e, double *deviation)
{
  const EvolveWeight one = EvolveMomentWeight(0);
  const PetscInt n = QlbeMomentumSpaceSectors(e->about_axis);
  PetscScalar trace;
  Vec *x, *y;

  PetscFunctionBegin;
  PetscCall(EvolveVectorsCreate(e->about_axis, &x));
  PetscCall(EvolveVectorsCreate(e->about_axis, &y));
  PetscCall(EvolveLoad(n, plan->snapshot.momentum, x));
  PetscCall(EvolveLength(n, x, &e->length));
  PetscCall(QlbeMomentumSpaceFunctional(e->about_axis, plan->axis, EvolveWeightValue, &one, y));
  PetscCall(EvolveFunctional(n, y, x, &trace));
  PetscCall(EvolveVectorsDestroy(e->about_axis, &x));
  PetscCall(EvolveVectorsDestroy(e->about_axis, &y));
  *deviation = QlbeWorse(0.0, PetscAbsScalar(trace - 1.0));
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, deviation, 1, MPI_DOUBLE, MPI_MAX, problem->comm));
  PetscFunctionReturn(0);
}

/* The file's vectors must be those of this grid, and a state. */
static PetscErrorCode SnapshotFits(const QlbeProblem *problem, const EvolvePlan *plan,
                                   EvolveEngine *e, QlbeComplaint *complaint)
{
  const EvolveSnapshot *s = &plan->snapshot;
  double deviation;

  PetscFunctionBegin;
  if (e->n_axial != s->n_axial || e->n_momentum != s->n_momentum ||
      (plan->set.magnitude.n > 0 && e->n_all != s->n_all)) {
    PetscCall(QlbeComplain(complaint, "state_file",
                           "the file has fibers of %" PetscInt_FMT
                           " numbers, expected %" PetscInt_FMT " on this grid",
                           s->n_all, e->n_all));
    PetscFunctionReturn(0);
  }
  PetscCall(SnapshotTrace(problem, plan, e, &deviation));
  if (!(deviation <= most_deviation))
    PetscCall(QlbeComplain(complaint, "state_file",
                           "expected a density matrix of trace 1, that of the file is off by %g",
                           deviation));
  PetscFunctionReturn(0);
}

/* The fibers to be saved make one array. */
static PetscErrorCode SaveFits(const EvolvePlan *plan, const EvolveEngine *e,
                               QlbeComplaint *complaint)
{
  const double reals =
      2.0 * (double)plan->set.magnitude.n * (double)plan->set.n_direction * (double)e->n_all;

  PetscFunctionBegin;
  if (plan->save && reals > (double)PETSC_MAX_INT)
    PetscCall(QlbeComplain(complaint, "evolve_save_fibers",
                           "expected fibers of at most %" PetscInt_FMT " numbers, got %g",
                           PETSC_MAX_INT, reals));
  PetscFunctionReturn(0);
}

PetscErrorCode EvolveResolved(const QlbeProblem *problem, const EvolvePlan *plan, EvolveEngine *e,
                              QlbeComplaint *complaint)
{
  double moments = HUGE_VAL, basis = 0.0, deviation, turn = 0.0;

  PetscFunctionBegin;
  PetscCall(SaveFits(plan, e, complaint));
  if (complaint->option) PetscFunctionReturn(0);
  if (plan->from_file) {
    PetscCall(SnapshotFits(problem, plan, e, complaint));
    PetscFunctionReturn(0);
  }
  PetscCall(MomentDeviation(plan, e, e->about_axis, &moments));
  if (e->spectral) PetscCall(BasisDeviation(plan, e->about_axis, &basis));
  for (PetscInt t = 0; t < plan->interference.n && !e->spectral; t++) {
    for (int i = 0; i < 3; i++)
      turn = PetscMax(turn, e->cube.grid.spacing * fabs(plan->interference.terms[t].d[i]) /
                                problem->parameters.hbar);
  }
  /* groups hold different numbers to rounding: all must go the same way */
  deviation = QlbeWorse(moments, basis);
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &deviation, 1, MPI_DOUBLE, MPI_MAX, problem->comm));
  if (deviation <= most_deviation && turn <= EVOLVE_MOST_TURN) PetscFunctionReturn(0);
  if (e->spectral)
    PetscCall(ComplainBasis(problem, plan, e, deviation, complaint));
  else
    PetscCall(ComplainCube(problem, plan, complaint));
  PetscFunctionReturn(0);
}
