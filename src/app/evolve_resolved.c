/*
   Whether grid and fibers hold the initial state: its moments as they are represented against the exact ones.
*/
#include <math.h>

#include "evolve.h"

/* Relative deviations beyond this are refused: what follows would be wrong from the start. */
static const double most_deviation = 1e-4;

/* trace, mean momentum, and mean p^2 of the k = 0 fiber in the discretisation, and its length into the engine. */
static PetscErrorCode Represent(const EvolvePlan *plan, EvolveEngine *e, double *trace, double p[3],
                                double *p2)
{
  EvolveFiberFunction f = {.state = &plan->state};
  QlbeMomentumSpace space = plan->symmetry == QLBE_STATE_GENERAL ? e->sectors : e->axial;
  const PetscInt n = QlbeMomentumSpaceSectors(space);
  double value[7];
  Vec *x, *y;

  PetscFunctionBegin;
  PetscCall(EvolveVectorsCreate(space, &x));
  PetscCall(EvolveVectorsCreate(space, &y));
  PetscCall(QlbeMomentumSpaceExpand(space, plan->axis, EvolveFiberValue, &f, x));
  e->length = 0.0;
  for (PetscInt s = 0; s < n; s++) {
    PetscReal norm;
    PetscCall(VecNorm(x[s], NORM_2, &norm));
    e->length = hypot(e->length, norm);
  }
  for (int i = 0; i < 7; i++) {
    const int axis = (i - 1) % 3;
    const EvolveWeight weight = {.first = i > 0 ? axis : -1, .second = i > 3 ? axis : -1};
    PetscScalar moment;
    PetscCall(QlbeMomentumSpaceFunctional(space, plan->axis, EvolveWeightValue, &weight, y));
    PetscCall(EvolveFunctional(n, y, x, &moment));
    value[i] = PetscRealPart(moment);
  }
  *trace = value[0];
  for (int i = 0; i < 3; i++) p[i] = value[1 + i];
  *p2 = value[4] + value[5] + value[6];
  PetscCall(EvolveVectorsDestroy(space, &x));
  PetscCall(EvolveVectorsDestroy(space, &y));
  PetscFunctionReturn(0);
}

/* int dp |f - (its representation)|, a part of int dp |f|, at the points of a line along the axis. */
static PetscErrorCode Mismatch(const EvolvePlan *plan, EvolveEngine *e, double *mismatch)
{
  EvolveFiberFunction f = {.state = &plan->state};
  QlbeMomentumSpace space = plan->symmetry == QLBE_STATE_GENERAL ? e->sectors : e->axial;
  PetscScalar *line;
  double largest = 0.0, worst = 0.0;
  Vec *x;

  PetscFunctionBegin;
  PetscCall(EvolveVectorsCreate(space, &x));
  PetscCall(PetscMalloc1(plan->n_momentum, &line));
  PetscCall(QlbeMomentumSpaceExpand(space, plan->axis, EvolveFiberValue, &f, x));
  PetscCall(QlbeMomentumSpaceEvaluate(space, plan->axis, x, plan->n_momentum,
                                      (const double(*)[3])plan->momentum, line));
  for (PetscInt i = 0; i < plan->n_momentum; i++) {
    const PetscScalar exact = EvolveFiberValue(plan->momentum[i], &f);
    largest = PetscMax(largest, PetscAbsScalar(exact));
    worst = PetscMax(worst, PetscAbsScalar(exact - line[i]));
  }
  *mismatch = largest > 0.0 ? worst / largest : 1.0;
  PetscCall(PetscFree(line));
  PetscCall(EvolveVectorsDestroy(space, &x));
  PetscFunctionReturn(0);
}

/* What the deck would have to say on a Cartesian grid. */
static PetscErrorCode ComplainCube(QlbeRun *run, const EvolvePlan *plan, double deviation,
                                   int *exit_status)
{
  const QlbeParameters *par = &run->parameters;
  const double thermal = sqrt(par->M / par->beta), tail = 5.5;
  double extent = 0.0, points, sigma = 0.0, half_width;
  const double spacing = QlbeStateMomentumScale(&plan->state);

  PetscFunctionBegin;
  for (PetscInt t = 0; t < plan->state.n; t++) {
    for (int i = 0; i < 3; i++) {
      sigma = plan->state.terms[t].sigma[i];
      extent = PetscMax(extent, fabs(plan->state.terms[t].P[i]) + tail * sigma);
    }
  }
  PetscCall(CartesianHalfWidth(run, &half_width));
  extent = PetscMax(extent, half_width) / thermal;
  points = ceil(2.0 * extent * thermal / spacing) + 1.0;
  PetscCall(QlbeRunBadInput(
      run, "grid_points", exit_status,
      "the grid does not hold the initial state, whose moments are off by %.1e; expected "
      "grid.extent >= %.3g and, with that extent, grid.points >= %.0f",
      deviation, extent, points));
  PetscFunctionReturn(0);
}

static PetscErrorCode ComplainBasis(QlbeRun *run, const EvolvePlan *plan, double deviation,
                                    int *exit_status)
{
  const QlbeParameters *par = &run->parameters;
  const double thermal = sqrt(par->M / par->beta);
  double widest = 0.0;

  PetscFunctionBegin;
  for (PetscInt t = 0; t < plan->state.n; t++)
    for (int i = 0; i < 3; i++) widest = PetscMax(widest, plan->state.terms[t].sigma[i]);
  if (widest > 1.3 * thermal)
    PetscCall(QlbeRunBadInput(
        run, "state_width", exit_status,
        "the spectral basis holds momenta of width <= 1.3 (M kT)^(1/2) only, got %.3g: expected a "
        "state at least %.3g wide, or grid.type cartesian",
        widest / thermal,
        QlbeUnitsToDeck(&run->units, QLBE_LENGTH, 0.5 * par->hbar / (1.3 * thermal))));
  else
    PetscCall(
        QlbeRunBadInput(run, "grid_radial", exit_status,
                        "the basis does not hold the initial state, which is off by %.1e; expected "
                        "more radial and angular functions",
                        deviation));
  PetscFunctionReturn(0);
}

PetscErrorCode EvolveResolved(QlbeRun *run, const EvolvePlan *plan, EvolveEngine *e,
                              int *exit_status)
{
  const QlbeStateMoments *exact = &plan->moments;
  EvolveSnapshot own = {.n_all = 0};
  double trace = NAN, p[3] = {NAN, NAN, NAN}, p2 = NAN, exact_p2 = 0.0, deviation, mismatch = 0.0;

  PetscFunctionBegin;
  if (plan->from_file) {
    PetscCall(EvolveSnapshotCreate(plan, e, &own));
    if (own.n_all != plan->snapshot.n_all || own.n_axial != plan->snapshot.n_axial ||
        own.n_momentum != plan->snapshot.n_momentum)
      PetscCall(QlbeRunBadInput(run, "state_file", exit_status,
                                "the file has fibers of %" PetscInt_FMT
                                " numbers, expected %" PetscInt_FMT " on this grid",
                                plan->snapshot.n_all, own.n_all));
    for (PetscInt i = 0; i < plan->snapshot.n_momentum; i++)
      e->length = hypot(e->length, PetscAbsScalar(plan->snapshot.momentum[i]));
    PetscCall(EvolveSnapshotDestroy(&own));
    PetscFunctionReturn(0);
  }
  PetscCall(Represent(plan, e, &trace, p, &p2));
  for (int i = 0; i < 3; i++) exact_p2 += exact->momentum2[i][i];
  deviation = PetscMax(fabs(trace - 1.0), fabs(p2 / exact_p2 - 1.0));
  for (int i = 0; i < 3; i++)
    deviation = PetscMax(deviation, fabs(p[i] - exact->momentum[i]) / sqrt(exact_p2));
  if (e->spectral) PetscCall(Mismatch(plan, e, &mismatch));
  deviation = PetscMax(deviation, mismatch);
  if (!(deviation <= HUGE_VAL)) deviation = HUGE_VAL;
  /* groups hold different numbers to rounding: all must go the same way */
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &deviation, 1, MPI_DOUBLE, MPI_MAX, run->comm));
  if (deviation > most_deviation)
    PetscCall((e->spectral ? ComplainBasis : ComplainCube)(run, plan, deviation, exit_status));
  PetscFunctionReturn(0);
}
