/*
   Second-order perturbation of discrete operators, whose derivatives in k are differences.

   The step follows from the scales on which an operator varies with k, not from the wave numbers of
   a fit. On a lattice four steps eliminate k^2 log k and k^2, and the last two results tell the
   error of the differences; elsewhere two steps do, and siblings with another step tell it.
*/
#include <math.h>

#include "diffusion_impl.h"

/* Relative rounding of D: sums over rows, and the linear solve. */
static const double sum_rounding = 1e-11;

/* Bounds of relative residuals: of D, and of a change of D that is an error. */
static const double solve_tolerance = 1e-11, change_tolerance = 0.1;

/* One operator: products with the equilibrium x0 at the wave numbers of the differences. */
typedef struct {
  Vec x0, y[QLBE_DERIVATIVE_STEPS];
} Products;

/* The wave numbers; their number. */
static PetscInt Steps(const QlbeDiscretisationTraits *traits, double step,
                      double k[QLBE_DERIVATIVE_STEPS])
{
  if (!traits->lattice) {
    k[0] = step / 2.0;
    k[1] = step;
    return 2;
  }
  for (int i = 0; i < QLBE_DERIVATIVE_STEPS; i++) k[i] = QlbeDerivativeStep(step, i);
  return QLBE_DERIVATIVE_STEPS;
}

static PetscErrorCode Multiply(QlbeDiscretisation d, Mat A, PetscInt i, Products *of)
{
  PetscFunctionBegin;
  if (!of->x0) PetscCall(QlbeDiscretisationEquilibrium(d, A, &of->x0));
  PetscCall(VecDuplicate(of->x0, &of->y[i]));
  PetscCall(MatMult(A, of->x0, of->y[i]));
  PetscFunctionReturn(0);
}

/*
   What rounding of L_k leaves in D through both derivatives: a change d of L_1 x0 counts as
   4 <d| (-L_0)^+ L_1 x0>.
*/
static double DifferenceRounding(double k, double rounding, const QlbePerturbation *p)
{
  return QLBE_DERIVATIVE_ROUNDING_SECOND * rounding / (k * k) +
         4.0 * QLBE_DERIVATIVE_ROUNDING_FIRST * rounding / k * p->response;
}

/*
   D on a lattice, with what the differences leave in it: the change of both derivatives against
   those of the larger steps, and rounding, a rate. A change d of L_1 x0 counts as
   4 <d| (-L_0)^+ L_1 x0>, at most 2 (D_second of d times D_second)^(1/2).
*/
static PetscErrorCode SolveOnLattice(Mat A, double k, double rounding, Products *of,
                                     QlbePerturbation *result)
{
  QlbePerturbation change;
  PetscReal second[2];
  Vec L1x0[2];

  PetscFunctionBegin;
  for (int i = 0; i < 2; i++) PetscCall(VecDuplicate(of->x0, &L1x0[i]));
  PetscCall(QlbePerturbationLogDerivatives(of->x0, k, of->y, L1x0, second));
  PetscCall(QlbePerturbationSolve(A, of->x0, L1x0[1], second[1], solve_tolerance, result));
  PetscCall(VecAXPY(L1x0[0], -1.0, L1x0[1]));
  PetscCall(QlbePerturbationSolve(A, of->x0, L1x0[0], 0.0, change_tolerance, &change));
  result->k_error = fabs(second[0] - second[1]) +
                    2.0 * sqrt(fabs(change.D_second * result->D_second)) +
                    DifferenceRounding(k, rounding, result) + sum_rounding * fabs(result->D);
  for (int i = 0; i < 2; i++) PetscCall(VecDestroy(&L1x0[i]));
  PetscFunctionReturn(0);
}

/* D from two steps k[2]; k_error stays 0. */
static PetscErrorCode Solve(Mat A, const double k[], Products *of, QlbePerturbation *result)
{
  PetscReal second;
  Vec L1x0;

  PetscFunctionBegin;
  PetscCall(VecDuplicate(of->x0, &L1x0));
  PetscCall(QlbePerturbationDerivatives(of->x0, NULL, k[0], of->y[0], k[1], of->y[1], L1x0, &second,
                                        NULL));
  PetscCall(QlbePerturbationSolve(A, of->x0, L1x0, second, solve_tolerance, result));
  PetscCall(VecDestroy(&L1x0));
  PetscFunctionReturn(0);
}

/* The operators of all at k along z. */
static PetscErrorCode Assemble(double k, PetscInt n, const QlbeDiscretisation d[], Mat A[])
{
  const double along_z[3] = {0.0, 0.0, k};

  PetscFunctionBegin;
  for (PetscInt r = 0; r < n; r++) PetscCall(QlbeDiscretisationOperator(d[r], along_z, 0, &A[r]));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDiffusionPerturbation(const QlbeProblem *problem, double scale, PetscInt n,
                                         const QlbeDiscretisation d[], Mat A[],
                                         QlbePerturbation results[])
{
  const QlbeDiscretisationTraits *traits = QlbeDiscretisationTraitsOf(d[0]);
  const double step = QlbeDiscretisationDifferenceStep(d[0]), axis[3] = {0.0, 0.0, step};
  Products of[QLBE_MOST_RUNGS] = {{.x0 = NULL}};
  double k[QLBE_DERIVATIVE_STEPS];
  PetscInt steps;

  PetscFunctionBegin;
  steps = Steps(traits, step, k);
  for (PetscInt r = 0; r < n; r++) {
    A[r] = NULL;
    PetscCall(QlbeDiscretisationSetAxis(d[r], axis));
  }
  for (PetscInt i = 0; i < steps; i++) {
    PetscCall(Assemble(k[i], n, d, A));
    for (PetscInt r = 0; r < n; r++) PetscCall(Multiply(d[r], A[r], i, &of[r]));
  }
  PetscCall(Assemble(0.0, n, d, A));
  PetscCall(QlbePhaseBegin(problem->phases, "perturbation"));
  for (PetscInt r = 0; r < n; r++) {
    const double rounding = QlbeDiscretisationTableError(d[r]) * scale;
    if (traits->lattice)
      PetscCall(SolveOnLattice(A[r], step, rounding, &of[r], &results[r]));
    else
      PetscCall(Solve(A[r], k, &of[r], &results[r]));
    for (PetscInt i = 0; i < steps; i++) PetscCall(VecDestroy(&of[r].y[i]));
    PetscCall(VecDestroy(&of[r].x0));
  }
  PetscCall(QlbePhaseEnd(problem->phases, "perturbation"));
  PetscFunctionReturn(0);
}
