/*
   Whether the discretisation holds the initial state: what it makes of it against what it is.
*/
#include <math.h>

#include "evolution_impl.h"
#include "evolution_plan_impl.h"
#include "qlbe/worse.h"

/* Relative deviations beyond this are refused: what follows would be wrong from the start. */
static const double most_deviation = 1e-4;

/* Widths of a packet in momentum that have to be held on either side of its centre. */
static const double packet_reach = 5.5;

/* Rows of a matrix whose exponential every rank makes. */
static const double most_dense = 6000.0;

/*
   Largest difference of a fiber and its representation along the axis of the state, relative to its
   largest value there.
*/
static PetscErrorCode Mismatch(const QlbeEvolutionPlan *plan, QlbeMomentumSpace space,
                               const QlbeEvolutionFiberFunction *f, const Vec x[], double *mismatch)
{
  PetscScalar *line;
  double largest = 0.0;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(plan->n_momentum, &line));
  PetscCall(QlbeMomentumSpaceEvaluate(space, plan->axis, x, plan->n_momentum,
                                      (const double(*)[3])plan->momentum, line));
  *mismatch = 0.0;
  for (PetscInt i = 0; i < plan->n_momentum; i++) {
    const PetscScalar exact = QlbeEvolutionFiberValue(plan->momentum[i], f);
    largest = PetscMax(largest, PetscAbsScalar(exact));
    *mismatch = QlbeWorse(*mismatch, PetscAbsScalar(exact - line[i]));
  }
  *mismatch = largest > 0.0 ? *mismatch / largest : HUGE_VAL;
  PetscCall(PetscFree(line));
  PetscFunctionReturn(0);
}

/* The k = 0 fiber of a plan, and the interference of two packets where it is largest. */
static PetscErrorCode LineDeviation(QlbeMomentumSpace space, const void *context, double *deviation)
{
  const QlbeEvolutionPlan *plan = context;
  const QlbeQuantumState term = {
      .n = 1, .terms = plan->interference.terms, .hbar = plan->interference.hbar};
  QlbeEvolutionFiberFunction functions[2] = {{.state = &plan->state}, {.state = &term}};
  Vec *x;

  PetscFunctionBegin;
  *deviation = 0.0;
  for (int i = 0; i < 3; i++) functions[1].k[i] = plan->probe[i];
  PetscCall(QlbeEvolutionVectorsCreate(space, &x));
  for (int i = 0; i < (plan->interference.n > 0 ? 2 : 1); i++) {
    double mismatch = 0.0;
    PetscCall(
        QlbeMomentumSpaceExpand(space, plan->axis, QlbeEvolutionFiberValue, &functions[i], x));
    PetscCall(Mismatch(plan, space, &functions[i], x, &mismatch));
    *deviation = QlbeWorse(*deviation, mismatch);
  }
  PetscCall(QlbeEvolutionVectorsDestroy(space, &x));
  PetscFunctionReturn(0);
}

/*
   Trace, mean momentum and mean p^2 of the represented k = 0 fiber against the exact ones; its
   length into e->length.
*/
static PetscErrorCode MomentDeviation(const QlbeEvolutionPlan *plan, QlbeEvolution e,
                                      QlbeMomentumSpace space, double *deviation)
{
  const QlbeStateMoments *exact = &plan->moments;
  const PetscInt n = QlbeMomentumSpaceSectors(space);
  QlbeEvolutionFiberFunction f = {.state = &plan->state};
  double value[QLBE_EVOLUTION_MOMENTS], p2 = 0.0, exact_p2 = 0.0;
  Vec *x, *y;

  PetscFunctionBegin;
  PetscCall(QlbeEvolutionVectorsCreate(space, &x));
  PetscCall(QlbeEvolutionVectorsCreate(space, &y));
  PetscCall(QlbeMomentumSpaceExpand(space, plan->axis, QlbeEvolutionFiberValue, &f, x));
  PetscCall(QlbeEvolutionLength(n, x, &e->length));
  for (int i = 0; i < QLBE_EVOLUTION_MOMENTS; i++) {
    const QlbeEvolutionWeight weight = QlbeEvolutionMomentWeight(i);
    PetscScalar moment;
    PetscCall(QlbeMomentumSpaceFunctional(space, plan->axis, QlbeEvolutionWeightValue, &weight, y));
    PetscCall(QlbeEvolutionFunctional(n, y, x, &moment));
    value[i] = PetscRealPart(moment);
  }
  PetscCall(QlbeEvolutionVectorsDestroy(space, &x));
  PetscCall(QlbeEvolutionVectorsDestroy(space, &y));
  for (int i = 0; i < 3; i++) {
    exact_p2 += exact->momentum2[i][i];
    p2 += value[4 + i];
  }
  *deviation = QlbeWorse(fabs(value[0] - 1.0), fabs(p2 / exact_p2 - 1.0));
  for (int i = 0; i < 3; i++)
    *deviation = QlbeWorse(*deviation, fabs(value[1 + i] - exact->momentum[i]) / sqrt(exact_p2));
  PetscFunctionReturn(0);
}

/* Complains that the state is not held. */
static PetscErrorCode ComplainOfState(const QlbeProblem *problem, const QlbeEvolutionPlan *plan,
                                      QlbeEvolution e, double deviation, QlbeComplaint *complaint)
{
  const double thermal = sqrt(problem->parameters.M / problem->parameters.beta);
  const double deviations[2] = {deviation, most_deviation};
  QlbeStateNeed need = {.scale = QlbeStateMomentumScale(&plan->state),
                        .all = (PetscBool)(plan->symmetry == QLBE_STATE_GENERAL)};

  PetscFunctionBegin;
  need.width = PetscMin(need.scale, thermal);
  for (PetscInt t = 0; t < plan->state.n; t++) {
    const QlbeGaussianTerm *term = &plan->state.terms[t];
    for (int i = 0; i < 3; i++)
      need.extent = PetscMax(need.extent, fabs(term->P[i]) + packet_reach * term->sigma[i]);
  }
  PetscCall(QlbeDiscretisationSuggest(e->d, &need, LineDeviation, plan, deviations, complaint));
  PetscFunctionReturn(0);
}

/*
   The trace of the snapshot's k = 0 fiber, and its length into e->length; all groups get the same.
*/
static PetscErrorCode SnapshotTrace(const QlbeProblem *problem, const QlbeEvolutionPlan *plan,
                                    QlbeEvolution e, double *deviation)
{
  const QlbeEvolutionWeight one = QlbeEvolutionMomentWeight(0);
  const PetscInt n = QlbeMomentumSpaceSectors(e->about_axis);
  PetscScalar trace;
  Vec *x, *y;

  PetscFunctionBegin;
  PetscCall(QlbeEvolutionVectorsCreate(e->about_axis, &x));
  PetscCall(QlbeEvolutionVectorsCreate(e->about_axis, &y));
  PetscCall(QlbeFiberSnapshotLoad(n, plan->from->momentum, x));
  PetscCall(QlbeEvolutionLength(n, x, &e->length));
  PetscCall(
      QlbeMomentumSpaceFunctional(e->about_axis, plan->axis, QlbeEvolutionWeightValue, &one, y));
  PetscCall(QlbeEvolutionFunctional(n, y, x, &trace));
  PetscCall(QlbeEvolutionVectorsDestroy(e->about_axis, &x));
  PetscCall(QlbeEvolutionVectorsDestroy(e->about_axis, &y));
  *deviation = QlbeWorse(0.0, PetscAbsScalar(trace - 1.0));
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, deviation, 1, MPI_DOUBLE, MPI_MAX, problem->comm));
  PetscFunctionReturn(0);
}

/* The snapshot's vectors must be those of this discretisation, and a state. */
static PetscErrorCode SnapshotFits(const QlbeProblem *problem, const QlbeEvolutionPlan *plan,
                                   QlbeEvolution e, QlbeComplaint *complaint)
{
  const QlbeFiberSnapshot *s = plan->from;
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

/* What the plan asks of the unknowns of a fiber, and of the distance of nodes. */
static PetscErrorCode CheckSizes(const QlbeProblem *problem, const QlbeEvolutionPlan *plan,
                                 QlbeEvolution e, QlbeComplaint *complaint)
{
  const double hbar = problem->parameters.hbar;
  const double reach = (double)PetscMax(plan->n_line - 1, 0) * plan->line_spacing;
  const double numbers =
      QlbeEvolutionPlanNumbers(plan, plan->set.magnitude.n, plan->set.n_polar, (double)e->n_all);
  const double rows = 3.0 * (double)e->n_axial; /* of the equations for the position */

  PetscFunctionBegin;
  if (numbers > QLBE_EVOLUTION_MOST_NUMBERS)
    PetscCall(QlbeComplain(complaint, "evolve_save_fibers",
                           "the fibers have %.2g numbers, expected at most %g", numbers,
                           QLBE_EVOLUTION_MOST_NUMBERS));
  if (reach * e->spacing > PETSC_PI * hbar)
    PetscCall(QlbeComplain(
        complaint, "evolve_coherence_extent",
        "separations x - x' repeat themselves on nodes %.3g apart: expected a half length of at "
        "most %.4g, or more grid.points",
        QlbeUnitsToDeck(&problem->units, QLBE_MOMENTUM, e->spacing),
        QlbeUnitsToDeck(&problem->units, QLBE_LENGTH, 0.5 * PETSC_PI * hbar / e->spacing)));
  if (e->method == QLBE_PROPAGATE_DENSE && !e->traits->small && rows > most_dense)
    PetscCall(
        QlbeComplain(complaint, "evolve_method",
                     "a dense exponential of %.0f rows is out of reach on this grid, expected "
                     "krylov or ts",
                     rows));
  for (QlbeEvolution part = e; part; part = part->fast) {
    const double k = PetscMin(plan->k_max, part->k_fast);
    if (QlbeDiscretisationPropagates(part->d) && !part->any_method &&
        plan->time[plan->n_time - 1] > QlbeDiscretisationLeaves(part->d, k))
      PetscCall(QlbeComplain(complaint, "evolve_method",
                             "fibers fly out of the reach of these nodes, which `auto` alone "
                             "takes care of: expected auto, or a shorter duration"));
  }
  PetscFunctionReturn(0);
}

/* The largest angle by which two packets turn against each other between two nodes. */
static double LargestTurn(const QlbeEvolutionPlan *plan, double spacing, double hbar)
{
  double turn = 0.0;

  for (PetscInt t = 0; t < plan->interference.n; t++) {
    for (int i = 0; i < 3; i++)
      turn = PetscMax(turn, spacing * fabs(plan->interference.terms[t].d[i]) / hbar);
  }
  return turn;
}

PetscErrorCode QlbeEvolutionResolved(const QlbeProblem *problem, const QlbeEvolutionPlan *plan,
                                     QlbeEvolution e, QlbeComplaint *complaint)
{
  const double turn = LargestTurn(plan, e->spacing, problem->parameters.hbar);
  double moments = HUGE_VAL, line = 0.0, deviation;

  PetscFunctionBegin;
  PetscCall(CheckSizes(problem, plan, e, complaint));
  if (complaint->option) PetscFunctionReturn(0);
  if (plan->from) {
    PetscCall(SnapshotFits(problem, plan, e, complaint));
    PetscFunctionReturn(0);
  }
  PetscCall(MomentDeviation(plan, e, e->about_axis, &moments));
  /* nodes hold the values themselves */
  if (e->spacing == 0.0) PetscCall(LineDeviation(e->about_axis, plan, &line));
  /* groups hold different numbers to rounding: all must go the same way */
  deviation = QlbeWorse(moments, line);
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &deviation, 1, MPI_DOUBLE, MPI_MAX, problem->comm));
  if (!(deviation <= most_deviation && turn <= QLBE_EVOLUTION_MOST_TURN))
    PetscCall(ComplainOfState(problem, plan, e, deviation, complaint));
  PetscFunctionReturn(0);
}
