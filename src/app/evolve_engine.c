/*
   Momentum space and generators of `qlbe evolve`, one set in each group of ranks.

   Groups never communicate while they work on a fiber; within a group, ranks share the momentum
   grid or the quadrature points.
*/
#include <math.h>

#include "evolve.h"

/* Larger matrices have their exponential applied by a Krylov method where the choice is free. */
enum { LARGEST_DENSE = 600 };

/* What matrices of all groups together may take where their number is free. */
static const double most_bytes = 4e9;

PetscErrorCode EvolveChooseGroups(const QlbeProblem *problem, PetscInt *groups)
{
  PetscMPIInt ranks;
  PetscInt wanted;
  PetscBool spectral;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_size(problem->comm, &ranks));
  PetscCall(SpectralChosen(problem, &spectral));
  wanted = problem->settings->fibers.groups;
  if (wanted == 0 && !spectral && problem->parameters.eta > 0.0) {
    QlbeFiberFormat format;
    double fewest, rows, memory;
    PetscCall(CartesianFormat(problem, &format, &memory));
    PetscCall(CartesianRows(problem, 0, 0, NULL, &fewest, &rows));
    wanted = EVOLVE_MATRICES * CartesianDenseBytes(rows) * ranks <= PetscMin(memory, most_bytes)
                 ? ranks
                 : 1;
  } else if (wanted == 0) {
    wanted = ranks;
  }
  *groups = PetscMin(wanted, ranks);
  PetscFunctionReturn(0);
}

double EvolveMomentumScale(const QlbeParameters *par, const EvolvePlan *plan)
{
  const double thermal = sqrt(par->M / par->beta);
  const double reach = (double)PetscMax(plan->n_line - 1, 0) * plan->line_spacing;
  const double line = reach > 0.0 ? par->hbar / reach : thermal;

  return PetscMin(PetscMin(QlbeStateMomentumScale(&plan->state), line), thermal);
}

static PetscErrorCode CreateBasisSpaces(const EvolvePlan *plan, EvolveEngine *e)
{
  const QlbeParameters *par = &e->problem.parameters;
  const double thermal = sqrt(par->M / par->beta);
  const double width = EvolveMomentumScale(par, plan);
  PetscInt m_max;

  PetscFunctionBegin;
  PetscCall(SpectralOrders(&e->problem, &e->orders));
  m_max = plan->symmetry == QLBE_STATE_ISOTROPIC ? 0 : e->orders.n_angular - 1;
  PetscCall(QlbeMomentumSpaceCreateSpectral(e->problem.comm, e->orders.n_radial,
                                            e->orders.n_angular, m_max, thermal, width,
                                            &e->sectors));
  PetscCall(QlbeMomentumSpaceCreateSpectral(e->problem.comm, e->orders.n_radial,
                                            e->orders.n_angular, 0, thermal, width, &e->axial));
  PetscFunctionReturn(0);
}

static PetscErrorCode CreateGridSpaces(EvolveEngine *e)
{
  const QlbeParameters *par = &e->problem.parameters;
  const double thermal = sqrt(par->M / par->beta);
  double half_width;
  PetscInt points;

  PetscFunctionBegin;
  points = e->problem.settings->grid.points;
  PetscCall(CartesianHalfWidth(&e->problem, &half_width));
  PetscCall(QlbeMomentumGridSetUp(e->problem.comm, points, half_width, &e->cube.grid));
  PetscCall(QlbeMomentumSpaceCreateCartesian(&e->cube.grid, thermal, &e->sectors));
  PetscCall(QlbeMomentumSpaceCreateCartesian(&e->cube.grid, thermal, &e->axial));
  PetscFunctionReturn(0);
}

static PetscErrorCode ChooseMethod(EvolveEngine *e)
{
  static const QlbePropagatorMethod methods[] = {[QLBE_METHOD_AUTO] = QLBE_PROPAGATE_KRYLOV,
                                                 [QLBE_METHOD_KRYLOV] = QLBE_PROPAGATE_KRYLOV,
                                                 [QLBE_METHOD_TS] = QLBE_PROPAGATE_TS,
                                                 [QLBE_METHOD_DENSE] = QLBE_PROPAGATE_DENSE};
  const int method = e->problem.settings->evolve.method;

  PetscFunctionBegin;
  e->tolerance = e->problem.settings->evolve.tolerance;
  e->any_method = (PetscBool)(method == QLBE_METHOD_AUTO);
  e->method = methods[method];
  PetscFunctionReturn(0);
}

static PetscErrorCode Unknowns(QlbeMomentumSpace space, PetscInt *n)
{
  Vec *x;

  PetscFunctionBegin;
  *n = 0;
  PetscCall(EvolveVectorsCreate(space, &x));
  for (PetscInt s = 0; s < QlbeMomentumSpaceSectors(space); s++) {
    PetscInt size;
    PetscCall(VecGetSize(x[s], &size));
    *n += size;
  }
  PetscCall(EvolveVectorsDestroy(space, &x));
  PetscFunctionReturn(0);
}

PetscErrorCode EvolveEngineCreate(const QlbeProblem *group, const EvolvePlan *plan, EvolveEngine *e)
{
  PetscFunctionBegin;
  *e = (EvolveEngine){.problem = *group, .free = (PetscBool)(group->parameters.eta <= 0.0)};
  e->problem.memory /= EVOLVE_MATRICES; /* for each of them */
  e->k_max = PetscMax(plan->k_max, SpectralDifferenceStep(&group->parameters));
  PetscCall(SpectralChosen(group, &e->spectral));
  PetscCall(ChooseMethod(e));
  if (e->spectral)
    PetscCall(CreateBasisSpaces(plan, e));
  else
    PetscCall(CreateGridSpaces(e));
  e->about_axis = plan->symmetry == QLBE_STATE_GENERAL ? e->sectors : e->axial;
  PetscCall(Unknowns(e->sectors, &e->n_all));
  PetscCall(Unknowns(e->axial, &e->n_axial));
  PetscCall(Unknowns(e->about_axis, &e->n_momentum));
  PetscFunctionReturn(0);
}

/* Tables of the generators in the spectral basis, unless they are there. */
static PetscErrorCode SetUpSpectral(EvolveEngine *e)
{
  PetscFunctionBegin;
  if (!e->fiber) PetscCall(SpectralCreate(&e->problem, &e->orders, e->k_max, &e->fiber));
  PetscFunctionReturn(0);
}

/*
   The grid with tables that serve k. Tables for large wave numbers have errors in proportion to k,
   which differences at small ones amplify: those have tables of their own.
*/
static PetscErrorCode SetUpCartesian(EvolveEngine *e, const double k[3], Cartesian **c)
{
  const double step = SpectralDifferenceStep(&e->problem.parameters) * (1.0 + 1e-12);
  const PetscBool small = (PetscBool)(k[0] * k[0] + k[1] * k[1] + k[2] * k[2] <= step * step);
  double half_width, drop;

  PetscFunctionBegin;
  *c = small ? &e->near_rest : &e->cube;
  if ((*c)->fiber) PetscFunctionReturn(0);
  drop = e->problem.settings->grid.drop_tolerance;
  PetscCall(CartesianHalfWidth(&e->problem, &half_width));
  PetscCall(CartesianCreate(&e->problem, 0, e->cube.grid.points, half_width,
                            small ? step : e->k_max, drop, *c));
  PetscFunctionReturn(0);
}

PetscErrorCode EvolveEngineForgetLine(EvolveEngine *e)
{
  PetscFunctionBegin;
  for (PetscInt i = 0; i < e->n_line; i++) PetscCall(EvolveVectorsDestroy(e->sectors, &e->line[i]));
  PetscCall(PetscFree(e->line));
  e->n_line = 0;
  PetscFunctionReturn(0);
}

PetscErrorCode EvolveEngineDestroy(EvolveEngine *e)
{
  PetscFunctionBegin;
  PetscCall(EvolveEngineForgetLine(e));
  PetscCall(QlbeMomentumSpaceDestroy(&e->sectors));
  PetscCall(QlbeMomentumSpaceDestroy(&e->axial));
  PetscCall(QlbeSpectralFiberDestroy(&e->fiber));
  if (!e->spectral) PetscCall(CartesianDestroy(&e->cube));
  PetscCall(CartesianDestroy(&e->near_rest));
  PetscFunctionReturn(0);
}

/* i k.p/M on the diagonal: all that is left of the generator without gas. */
static PetscErrorCode FreeOperator(EvolveEngine *e, const double k[3], Mat *A)
{
  const QlbeMomentumGrid *g = &e->cube.grid;

  PetscFunctionBegin;
  PetscCall(MatCreateAIJ(e->problem.comm, g->row_end - g->row_begin, g->row_end - g->row_begin,
                         g->size, g->size, 1, NULL, 0, NULL, A));
  for (PetscInt row = g->row_begin; row < g->row_end; row++) {
    double p[3];
    QlbeMomentumGridPoint(g, row, p);
    PetscCall(MatSetValue(
        *A, row, row,
        PetscCMPLX(0.0, (k[0] * p[0] + k[1] * p[1] + k[2] * p[2]) / e->problem.parameters.M),
        INSERT_VALUES));
  }
  PetscCall(MatAssemblyBegin(*A, MAT_FINAL_ASSEMBLY));
  PetscCall(MatAssemblyEnd(*A, MAT_FINAL_ASSEMBLY));
  PetscFunctionReturn(0);
}

PetscErrorCode EvolveOperator(EvolveEngine *e, const double k[3], PetscInt m, Mat *A)
{
  Cartesian *cube;

  PetscFunctionBegin;
  *A = NULL;
  if (e->free) {
    PetscCall(FreeOperator(e, k, A));
    PetscFunctionReturn(0);
  }
  if (e->spectral) {
    PetscCall(SetUpSpectral(e));
    PetscCall(SpectralAssemble(&e->problem, e->fiber, sqrt(k[0] * k[0] + k[1] * k[1] + k[2] * k[2]),
                               PetscAbs(m)));
    PetscCall(QlbeSpectralFiberMatrix(e->fiber, e->orders.n_radial, e->orders.n_angular, A));
    PetscFunctionReturn(0);
  }
  PetscCall(SetUpCartesian(e, k, &cube));
  PetscCall(QlbePhaseBegin(e->problem.phases, "assembly"));
  PetscCall(QlbeFiberAssemble(cube->fiber, k, A));
  PetscCall(QlbePhaseEnd(e->problem.phases, "assembly"));
  PetscFunctionReturn(0);
}

PetscErrorCode EvolvePropagator(EvolveEngine *e, Mat A, QlbePropagator *propagator)
{
  QlbePropagatorMethod method = e->method;
  PetscBool chain;
  PetscInt size;

  PetscFunctionBegin;
  PetscCall(MatGetSize(A, &size, NULL));
  PetscCall(PetscObjectTypeCompare((PetscObject)A, MATSHELL, &chain));
  if (e->free && !chain) method = QLBE_PROPAGATE_DIAGONAL;
  if (e->any_method && e->spectral && size <= LARGEST_DENSE) method = QLBE_PROPAGATE_DENSE;
  if (method == QLBE_PROPAGATE_KRYLOV || method == QLBE_PROPAGATE_TS) e->approximate = PETSC_TRUE;
  PetscCall(QlbePropagatorCreate(e->problem.comm, propagator));
  PetscCall(QlbePropagatorSetMethod(*propagator, method));
  PetscCall(QlbePropagatorSetTolerance(*propagator, e->tolerance));
  PetscCall(QlbePropagatorSetOperator(*propagator, A));
  PetscFunctionReturn(0);
}

PetscErrorCode EvolveAdvance(EvolveEngine *e, QlbePropagator propagator, double t, Vec x)
{
  PetscErrorCode ierr;
  PetscFunctionBegin;
  if (t == 0.0) PetscFunctionReturn(0);
  PetscCall(QlbePhaseBegin(e->problem.phases, "propagation"));
  /* lack of convergence, and numbers that overflow, are results, which the checks report */
  PetscCall(PetscPushErrorHandler(PetscReturnErrorHandler, NULL));
  ierr = QlbePropagatorApply(propagator, t, x, x);
  PetscCall(PetscPopErrorHandler());
  if (ierr == PETSC_ERR_NOT_CONVERGED || ierr == PETSC_ERR_FP) {
    e->failures += 1.0;
    PetscCall(VecSet(x, 0.0));
  } else if (ierr) {
    SETERRQ(e->problem.comm, ierr, "propagation over the time %g failed", t);
  }
  PetscCall(QlbePhaseEnd(e->problem.phases, "propagation"));
  PetscFunctionReturn(0);
}
