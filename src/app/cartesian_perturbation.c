/*
   Second-order perturbation of the operator on a Cartesian grid, with the error of its differences
   in k.

   The step follows from the scales on which the operator varies with k, not from the wave numbers
   of a fit. At a tenth of them the error of fourth order is about 1e-8 of D and below, while the
   error of the kernel tables, which grows like 1/k^2, costs up to some 1e-7.
*/
#include <math.h>

#include "cartesian.h"

double CartesianDifferenceStep(const QlbeParameters *par)
{
  const double rates = par->M / par->m * sqrt(par->m / par->beta) / par->hbar;
  const double phase = par->M / (par->a * par->m_star);

  return 0.1 * PetscMin(rates, phase);
}

double CartesianTableError(const QlbeParameters *par)
{
  /* momenta of the size of a jump, over hbar/a: the phases that the tables resolve */
  const double phase = 2.0 * par->m_star / par->m * sqrt(par->m / par->beta) * par->a / par->hbar;

  return QlbeInteractionGetTraits(par->interaction)->varies
             ? 2.0 * CARTESIAN_TABLE_TOLERANCE * PetscMax(1.0, phase)
             : 1e-14;
}

/* Relative rounding of D: sums over rows, and the linear solve. */
static const double sum_rounding = 1e-11;

/* What rounding of L_k leaves in D through both derivatives: a change d of L1 x0 counts as
   4 <d| (-L_0)^+ L1 x0>. */
static double DifferenceRounding(double k, double rounding, const QlbePerturbation *p)
{
  return QLBE_DERIVATIVE_ROUNDING_SECOND * rounding / (k * k) +
         4.0 * QLBE_DERIVATIVE_ROUNDING_FIRST * rounding / k * p->response;
}

/*
   The linear solve, and what the differences in k leave in D: the change of both derivatives to the
   set of larger steps, and the rounding of the tables. A change d of L1 x0 counts as
   4 <d| (-L_0)^+ L1 x0>, at most 2 (D_second of d times D_second)^(1/2).
*/
static PetscErrorCode SolveAtZero(const Cartesian *c, double k, double rounding, Vec L1x0[2],
                                  const PetscReal second[2], QlbePerturbation *result)
{
  QlbePerturbation change;

  PetscFunctionBegin;
  PetscCall(QlbePerturbationSolve(c->A, c->x0, L1x0[1], second[1], 1e-11, result));
  PetscCall(VecAXPY(L1x0[0], -1.0, L1x0[1]));
  PetscCall(QlbePerturbationSolve(c->A, c->x0, L1x0[0], 0.0, 0.1, &change));
  result->k_error = fabs(second[0] - second[1]) +
                    2.0 * sqrt(fabs(change.D_second * result->D_second)) +
                    DifferenceRounding(k, rounding, result) + sum_rounding * fabs(result->D);
  PetscFunctionReturn(0);
}

PetscErrorCode CartesianPerturbation(const QlbeProblem *problem, double scale, Cartesian *c,
                                     QlbePerturbation *result)
{
  const double k = CartesianDifferenceStep(&problem->parameters);
  const double axis[3] = {0.0, 0.0, k}, at_zero[3] = {0.0, 0.0, 0.0};
  Vec y[QLBE_DERIVATIVE_STEPS], L1x0[2];
  PetscReal second[2];

  PetscFunctionBegin;
  PetscCall(CartesianSetAxis(axis, c));
  for (int i = 0; i < QLBE_DERIVATIVE_STEPS; i++) {
    const double along_z[3] = {0.0, 0.0, QlbeDerivativeStep(k, i)};
    PetscCall(VecDuplicate(c->x0, &y[i]));
    PetscCall(CartesianAssemble(problem, along_z, c));
    PetscCall(MatMult(c->A, c->x0, y[i]));
  }
  for (int i = 0; i < 2; i++) PetscCall(VecDuplicate(c->x0, &L1x0[i]));
  PetscCall(QlbePerturbationLogDerivatives(c->x0, k, y, L1x0, second));
  PetscCall(CartesianAssemble(problem, at_zero, c));
  PetscCall(QlbePhaseBegin(problem->phases, "perturbation"));
  PetscCall(
      SolveAtZero(c, k, CartesianTableError(&problem->parameters) * scale, L1x0, second, result));
  PetscCall(QlbePhaseEnd(problem->phases, "perturbation"));
  for (int i = 0; i < QLBE_DERIVATIVE_STEPS; i++) PetscCall(VecDestroy(&y[i]));
  for (int i = 0; i < 2; i++) PetscCall(VecDestroy(&L1x0[i]));
  PetscFunctionReturn(0);
}
