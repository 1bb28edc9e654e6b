/*
   Momentum space, generators and propagators of an evolution, one set in each group of ranks.

   Groups never communicate while they work on a fiber; within a group, ranks share its rows or the
   points of its quadratures.
*/
#include "evolution_impl.h"
#include "qlbe/discretisation_list.h"

#include <math.h>

/* Larger matrices have their exponential applied by a Krylov method where the choice is free. */
enum { LARGEST_DENSE = 600 };

/* What matrices of all groups together may take where their number is free. */
static const double most_bytes = 4e9;

/* Widths that a packet reaches from its centre, in momentum and in the wave conjugate to it. */
static const double packet_reach = 7.0, packet_waves = 6.0;

double QlbeEvolutionDifferenceStep(const QlbeParameters *par)
{
  const double rates = par->M / par->m * sqrt(par->m / par->beta) / par->hbar;
  const double phase = par->M / (par->a * par->m_star);

  return PetscMin(0.02 * rates, 0.01 * phase);
}

double QlbeEvolutionMomentumScale(const QlbeParameters *par, const QlbeEvolutionPlan *plan)
{
  const double thermal = sqrt(par->M / par->beta);
  const double reach = (double)PetscMax(plan->n_line - 1, 0) * plan->line_spacing;
  const double line = reach > 0.0 ? par->hbar / reach : thermal;

  return PetscMin(PetscMin(QlbeStateMomentumScale(&plan->state), line), thermal);
}

/* What nodes have to hold of states and functionals. */
static void AddState(const QlbeParameters *par, const QlbeEvolutionPlan *plan,
                     QlbeDiscretisationUse *use)
{
  const double reach = (double)PetscMax(plan->n_line - 1, 0) * plan->line_spacing / par->hbar;

  use->duration = plan->time[plan->n_time - 1];
  use->reach = reach;
  use->width = PetscMin(QlbeStateMomentumScale(&plan->state), sqrt(par->M / par->beta));
  for (PetscInt t = 0; t < plan->state.n; t++) {
    const QlbeGaussianTerm *term = &plan->state.terms[t];
    for (int i = 0; i < 3; i++) {
      use->reach =
          PetscMax(use->reach, packet_waves / term->sigma[i] + fabs(term->d[i]) / par->hbar);
      use->extent = PetscMax(use->extent, fabs(term->P[i]) + packet_reach * term->sigma[i]);
    }
  }
}

QlbeDiscretisationUse QlbeEvolutionUse(const QlbeParameters *par, const QlbeEvolutionPlan *plan,
                                       double k_max)
{
  QlbeDiscretisationUse use = {.k_max = PetscMax(k_max, QlbeEvolutionDifferenceStep(par)),
                               .matrices = QLBE_EVOLUTION_MATRICES,
                               .moments = PETSC_TRUE};

  if (plan && plan->n_time > 0) AddState(par, plan, &use);
  return use;
}

PetscErrorCode QlbeEvolutionChooseGroups(const QlbeProblem *problem, PetscInt *groups)
{
  const QlbeDiscretisationUse use = QlbeEvolutionUse(&problem->parameters, NULL, 0.0);
  const PetscInt given = problem->settings->fibers.groups;
  QlbeDiscretisationCost cost;
  PetscMPIInt ranks;
  double memory;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_size(problem->comm, &ranks));
  *groups = given > 0 ? PetscMin(given, ranks) : ranks;
  if (given > 0 || problem->parameters.eta <= 0.0) PetscFunctionReturn(0);
  PetscCall(QlbeDiscretisationEstimate(problem, &use, &cost));
  PetscCallMPI(MPI_Allreduce(&problem->memory, &memory, 1, MPI_DOUBLE, MPI_SUM, problem->comm));
  /* large matrices take all ranks together */
  if (cost.dense * ranks > PetscMin(memory, most_bytes)) *groups = 1;
  PetscFunctionReturn(0);
}

static void ChooseMethod(QlbeEvolution e)
{
  static const QlbePropagatorMethod methods[] = {[QLBE_METHOD_AUTO] = QLBE_PROPAGATE_KRYLOV,
                                                 [QLBE_METHOD_KRYLOV] = QLBE_PROPAGATE_KRYLOV,
                                                 [QLBE_METHOD_TS] = QLBE_PROPAGATE_TS,
                                                 [QLBE_METHOD_DENSE] = QLBE_PROPAGATE_DENSE};
  const int method = e->problem.settings->evolve.method;

  e->tolerance = e->problem.settings->evolve.tolerance;
  e->any_method = (PetscBool)(method == QLBE_METHOD_AUTO);
  e->method = methods[method];
}

static PetscErrorCode Unknowns(QlbeMomentumSpace space, PetscInt *n)
{
  Vec *x;

  PetscFunctionBegin;
  *n = 0;
  PetscCall(QlbeEvolutionVectorsCreate(space, &x));
  for (PetscInt s = 0; s < QlbeMomentumSpaceSectors(space); s++) {
    PetscInt size;
    PetscCall(VecGetSize(x[s], &size));
    *n += size;
  }
  PetscCall(QlbeEvolutionVectorsDestroy(space, &x));
  PetscFunctionReturn(0);
}

/* An object without a discretisation. */
static PetscErrorCode CreateEmpty(const QlbeProblem *group, QlbeEvolution *evolution)
{
  QlbeEvolution e;

  PetscFunctionBegin;
  PetscCall(PetscNew(&e));
  e->problem = *group;
  e->free = (PetscBool)(group->parameters.eta <= 0.0);
  e->k_fast = HUGE_VAL;
  ChooseMethod(e);
  *evolution = e;
  PetscFunctionReturn(0);
}

/* Spaces of e->d. */
static PetscErrorCode CreateSpaces(const QlbeEvolutionPlan *plan, QlbeEvolution e)
{
  const double width = QlbeEvolutionMomentumScale(&e->problem.parameters, plan);
  const PetscBool all = (PetscBool)(plan->symmetry != QLBE_STATE_ISOTROPIC);

  PetscFunctionBegin;
  e->traits = QlbeDiscretisationTraitsOf(e->d);
  e->spacing = QlbeDiscretisationNodeSpacing(e->d);
  PetscCall(QlbeDiscretisationSpace(e->d, all, width, &e->sectors));
  PetscCall(QlbeDiscretisationSpace(e->d, PETSC_FALSE, width, &e->axial));
  e->about_axis = plan->symmetry == QLBE_STATE_GENERAL ? e->sectors : e->axial;
  PetscCall(Unknowns(e->sectors, &e->n_all));
  PetscCall(Unknowns(e->axial, &e->n_axial));
  PetscCall(Unknowns(e->about_axis, &e->n_momentum));
  PetscFunctionReturn(0);
}

/* An object of one discretisation. */
static PetscErrorCode CreateOne(const QlbeProblem *group, const QlbeEvolutionPlan *plan,
                                const QlbeDiscretisationUse *use, QlbeEvolution *evolution)
{
  PetscFunctionBegin;
  PetscCall(CreateEmpty(group, evolution));
  (*evolution)->problem.memory /= QLBE_EVOLUTION_MATRICES;
  PetscCall(QlbeDiscretisationCreate(&(*evolution)->problem, use, NULL, &(*evolution)->d));
  PetscCall(CreateSpaces(plan, *evolution));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeEvolutionCreateSibling(const QlbeEvolutionPlan *plan, QlbeEvolution e,
                                          PetscInt i, QlbeEvolution *sibling)
{
  PetscFunctionBegin;
  PetscCall(CreateEmpty(&e->problem, sibling));
  PetscCall(QlbeDiscretisationCreateSibling(e->d, QLBE_COMPARE_LEVELS, i,
                                            PetscMin(plan->k_max, e->k_fast), &(*sibling)->d));
  PetscCall(CreateSpaces(plan, *sibling));
  PetscFunctionReturn(0);
}

double QlbeEvolutionFastFrom(const QlbeProblem *problem, const QlbeEvolutionPlan *plan)
{
  const QlbeParameters *par = &problem->parameters;

  if (problem->settings->grid.type != QLBE_GRID_auto || par->eta <= 0.0) return HUGE_VAL;
  return QLBE_EVOLUTION_FAST * plan->closed.escape_rate_0 * sqrt(par->M * par->beta);
}

/* e->fast for wave numbers from k_fast on. Its errors are measured (task_compare.c). */
static PetscErrorCode CreateFast(QlbeEvolution e, const QlbeEvolutionPlan *plan, double k_fast)
{
  QlbeDiscretisationUse use = QlbeEvolutionUse(&e->problem.parameters, plan, plan->k_max);
  QlbeProblem problem = e->problem;

  PetscFunctionBegin;
  use.moments = PETSC_FALSE; /* they are the business of e */
  problem.memory *= QLBE_EVOLUTION_MATRICES;
  e->k_fast = k_fast;
  e->settings = *e->problem.settings;
  e->settings.grid.type = QLBE_GRID_flight;
  problem.settings = &e->settings;
  PetscCall(CreateOne(&problem, plan, &use, &e->fast));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeEvolutionCreate(const QlbeProblem *group, const QlbeEvolutionPlan *plan,
                                   QlbeEvolution *evolution)
{
  const double k_fast = QlbeEvolutionFastFrom(group, plan);
  QlbeDiscretisationUse use = QlbeEvolutionUse(&group->parameters, plan, plan->k_max);

  PetscFunctionBegin;
  if (k_fast < plan->k_max)
    use.k_max = PetscMax(k_fast, QlbeEvolutionDifferenceStep(&group->parameters));
  PetscCall(CreateOne(group, plan, &use, evolution));
  if (k_fast < plan->k_max) PetscCall(CreateFast(*evolution, plan, k_fast));
  PetscFunctionReturn(0);
}

QlbeEvolution QlbeEvolutionAt(QlbeEvolution e, double k)
{
  while (k > e->k_fast) e = e->fast;
  return e;
}

PetscErrorCode QlbeEvolutionForgetLine(QlbeEvolution e)
{
  PetscFunctionBegin;
  for (PetscInt i = 0; i < e->n_line; i++)
    PetscCall(QlbeEvolutionVectorsDestroy(e->sectors, &e->line[i]));
  PetscCall(PetscFree(e->line));
  e->n_line = 0;
  if (e->fast) PetscCall(QlbeEvolutionForgetLine(e->fast));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeEvolutionDestroy(QlbeEvolution *evolution)
{
  QlbeEvolution e = *evolution;

  PetscFunctionBegin;
  if (!e) PetscFunctionReturn(0);
  PetscCall(QlbeEvolutionDestroy(&e->fast));
  PetscCall(QlbeEvolutionForgetLine(e));
  PetscCall(QlbeMomentumSpaceDestroy(&e->sectors));
  PetscCall(QlbeMomentumSpaceDestroy(&e->axial));
  PetscCall(QlbeDiscretisationDestroy(&e->near));
  PetscCall(QlbeDiscretisationDestroy(&e->d));
  PetscCall(PetscFree(*evolution));
  PetscFunctionReturn(0);
}

/*
   Tables for large wave numbers have errors in proportion to k, which differences at small ones
   amplify: those have tables of their own.
*/
PetscErrorCode QlbeEvolutionOperator(QlbeEvolution e, const double k[3], PetscInt m, Mat *A)
{
  const double step = QlbeEvolutionDifferenceStep(&e->problem.parameters) * (1.0 + 1e-12);
  const PetscBool small = (PetscBool)(k[0] * k[0] + k[1] * k[1] + k[2] * k[2] <= step * step);

  PetscFunctionBegin;
  if (small && !e->near) PetscCall(QlbeDiscretisationNear(e->d, step, &e->near));
  *A = NULL;
  PetscCall(QlbeDiscretisationOperator(small ? e->near : e->d, k, m, A));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeEvolutionPropagator(QlbeEvolution e, Mat A, PetscBool diagonal,
                                       QlbePropagator *propagator)
{
  QlbePropagatorMethod method = e->method;
  PetscInt size;

  PetscFunctionBegin;
  PetscCall(MatGetSize(A, &size, NULL));
  if (diagonal) method = QLBE_PROPAGATE_DIAGONAL;
  if (e->any_method && e->traits->small && size <= LARGEST_DENSE) method = QLBE_PROPAGATE_DENSE;
  if (method == QLBE_PROPAGATE_KRYLOV || method == QLBE_PROPAGATE_TS) e->approximate = PETSC_TRUE;
  PetscCall(QlbePropagatorCreate(e->problem.comm, propagator));
  PetscCall(QlbePropagatorSetMethod(*propagator, method));
  PetscCall(QlbePropagatorSetTolerance(*propagator, e->tolerance));
  PetscCall(QlbePropagatorSetOperator(*propagator, A));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeEvolutionAdvance(QlbeEvolution e, QlbePropagator propagator, double t, Vec x)
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
