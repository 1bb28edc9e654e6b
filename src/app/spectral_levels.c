/*
   Levels of a fiber in the spectral basis: leading eigenvalues of all sectors, which of them are
   eigenvalues of L_k, and which only belong to the basis.

   The continuous spectrum of L_k lies to the left of -min E_k. What a basis has there, and close
   to it, moves with the basis; a level counts as discrete when it stands above the edge by ten
   times what a smaller basis changes it, and when that is a small part of its size. Levels that
   are eigenvalues can fail too: those of a heavy particle, once k v_th is a few times the gap, are
   so far from normal (condition above 1e10) that no basis settles them.
*/
#include <math.h>

#include "qlbe/pair_row.h"
#include "spectral.h"

/*
   Leading pairs of the last assembly in the basis of `orders`; *n of them converged. Two at least
   are asked for: the solver then takes the whole spectrum of a small matrix, which normality does
   not matter to.
*/
static PetscErrorCode Solve(const QlbeProblem *problem, QlbeSpectralFiber fiber,
                            const QlbeSpectralOrders *orders, PetscInt count, double scale,
                            QlbeEigenpair pairs[], PetscInt *n)
{
  QlbeSpectrum solver;
  PetscInt size;
  double tolerance;
  Vec x0;
  Mat A;

  PetscFunctionBegin;
  PetscCall(QlbePhaseBegin(problem->phases, "eigenvalues"));
  tolerance = problem->settings->spectrum.tolerance;
  PetscCall(QlbeSpectralFiberMatrix(fiber, orders->n_radial, orders->n_angular, &A));
  PetscCall(QlbeSpectralFiberEquilibrium(A, &x0));
  PetscCall(MatGetSize(A, &size, NULL));
  PetscCall(QlbeSpectrumCreate(problem->comm, &solver));
  PetscCall(QlbeSpectrumSetOperator(solver, A, PETSC_TRUE, scale));
  PetscCall(QlbeSpectrumSetCount(solver, PetscMin(PetscMax(count, 2), size)));
  PetscCall(QlbeSpectrumSetTolerance(solver, tolerance));
  PetscCall(QlbeSpectrumSetInitialGuess(solver, x0));
  PetscCall(QlbeSpectrumSolve(solver));
  PetscCall(QlbeSpectrumGetConverged(solver, n));
  *n = PetscMin(*n, count);
  for (PetscInt i = 0; i < *n; i++) PetscCall(QlbeSpectrumGetEigenvalue(solver, i, &pairs[i]));
  PetscCall(QlbeSpectrumDestroy(&solver));
  PetscCall(VecDestroy(&x0));
  PetscCall(MatDestroy(&A));
  PetscCall(QlbePhaseEnd(problem->phases, "eigenvalues"));
  PetscFunctionReturn(0);
}

PetscErrorCode SpectralLeading(const QlbeProblem *problem, QlbeSpectralFiber fiber,
                               const QlbeSpectralOrders *orders, double scale, QlbeEigenpair *pair)
{
  PetscInt n;

  PetscFunctionBegin;
  PetscCall(Solve(problem, fiber, orders, 1, scale, pair, &n));
  /* what an option has chosen in its place is no eps(k) */
  if (n == 0 || !pair->leading) *pair = QlbePairMissing();
  PetscFunctionReturn(0);
}
