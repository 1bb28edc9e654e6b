/*
   Routes (a) and (b) in the spectral basis, with error estimates from smaller bases and a finer quadrature.

   All directions of k are one, L_(Rk) = U_R L_k U_R^*: the fit takes wave numbers along the polar axis, and the Hessian is -D times the
   unit matrix by construction.
*/
#include <math.h>

#include "diffusion.h"

/* A fiber operator in one of its bases, and its matrix of the moment. */
typedef struct {
  QlbeSpectralFiber fiber;
  QlbeSpectralOrders orders;
  Mat A;
} Basis;

static PetscErrorCode Assemble(QlbeRun *run, void *context, const double k[3], Mat *A)
{
  Basis *b = context;

  PetscFunctionBegin;
  PetscCall(SpectralAssemble(run, b->fiber, sqrt(k[0] * k[0] + k[1] * k[1] + k[2] * k[2]), 0));
  PetscCall(MatDestroy(&b->A));
  PetscCall(QlbeSpectralFiberMatrix(b->fiber, b->orders.n_radial, b->orders.n_angular, &b->A));
  *A = b->A;
  PetscFunctionReturn(0);
}

/*
   What rounding of F leaves of D through differences in k; it need not show in a comparison of two of them. Relative to D, and as a part of the
   escape rate over the square of the step: scatter over quadratures shows 3e-15 of the rate where large spheres ask for small steps.
*/
static const double difference_floor = 1e-10, rate_floor = 6e-15;

/* Route (b) in n bases of one fiber operator: three assemblies serve all of them. */
static PetscErrorCode Perturbation(QlbeRun *run, QlbeSpectralFiber fiber, double k_scale,
                                   PetscInt n, const QlbeSpectralOrders bases[],
                                   QlbePerturbation results[])
{
  const double k[3] = {k_scale / 2.0, k_scale, 0.0};
  Vec *y;

  PetscFunctionBegin;
  PetscCall(PetscCalloc1(2 * n, &y));
  for (PetscInt i = 0; i < 3; i++) {
    PetscCall(SpectralAssemble(run, fiber, k[i], 0));
    for (PetscInt b = 0; b < n; b++) {
      PetscReal second;
      Vec x0, L1x0;
      Mat A;
      PetscCall(QlbeSpectralFiberMatrix(fiber, bases[b].n_radial, bases[b].n_angular, &A));
      PetscCall(QlbeSpectralFiberEquilibrium(A, &x0));
      if (i < 2) {
        PetscCall(VecDuplicate(x0, &y[2 * b + i]));
        PetscCall(MatMult(A, x0, y[2 * b + i]));
      } else {
        PetscCall(VecDuplicate(x0, &L1x0));
        PetscCall(QlbePerturbationDerivatives(x0, NULL, k[0], y[2 * b], k[1], y[2 * b + 1], L1x0,
                                              &second, NULL));
        PetscCall(QlbePhaseBegin(run->phases, "perturbation"));
        PetscCall(QlbePerturbationSolve(A, x0, L1x0, second, 1e-11, &results[b]));
        PetscCall(QlbePhaseEnd(run->phases, "perturbation"));
        PetscCall(VecDestroy(&L1x0));
      }
      PetscCall(VecDestroy(&x0));
      PetscCall(MatDestroy(&A));
    }
  }
  for (PetscInt i = 0; i < 2 * n; i++) PetscCall(VecDestroy(&y[i]));
  PetscCall(PetscFree(y));
  PetscFunctionReturn(0);
}

/* D in the given bases, for SpectralSettle; the context is k_scale. */
static PetscErrorCode MeasureD(QlbeRun *run, QlbeSpectralFiber fiber, void *context,
                               const QlbeSpectralOrders bases[SPECTRAL_BASES],
                               double value[SPECTRAL_BASES])
{
  const double *k_scale = context;
  QlbePerturbation results[SPECTRAL_BASES];

  PetscFunctionBegin;
  PetscCall(Perturbation(run, fiber, *k_scale, SPECTRAL_BASES, bases, results));
  for (int i = 0; i < SPECTRAL_BASES; i++) value[i] = results[i].converged ? results[i].D : NAN;
  PetscFunctionReturn(0);
}

/*
   D in this basis and in the smaller one, and the change of the first in a finer quadrature with another step in k, which
   counts what is left of the differences too.
*/
static PetscErrorCode PerturbationRoute(QlbeRun *run, QlbeSpectralFiber fiber, double k_scale,
                                        GridResult *result)
{
  const QlbeSpectralOrders *orders = &result->basis.orders;
  const QlbeSpectralOrders bases[2] = {*orders, SpectralSmaller(orders)};
  QlbeSpectralOrders finer = *orders;
  QlbePerturbation results[2], refined;
  QlbeSpectralFiber other;

  PetscFunctionBegin;
  PetscCall(Perturbation(run, fiber, k_scale, 2, bases, results));
  finer.refinement *= SPECTRAL_REFINED;
  PetscCall(SpectralCreate(run, &finer, k_scale, &other));
  PetscCall(Perturbation(run, other, 0.7 * k_scale, 1, orders, &refined));
  PetscCall(QlbeSpectralFiberDestroy(&other));
  result->perturbation = results[0];
  result->levels_solved =
      (PetscBool)(results[0].converged && results[1].converged && refined.converged);
  result->basis.basis_error = fabs(results[1].D - results[0].D);
  result->basis.quadrature_error = fabs(refined.D - results[0].D);
  PetscFunctionReturn(0);
}

/*
   Largest real part of x^* A x/x^* x over all x, which is an eigenvalue of Re A since A is complex symmetric: where it is not
   positive, exp(t A) contracts. Relative to scale.
*/
static PetscErrorCode Contraction(QlbeRun *run, Mat A, double scale, double *contraction)
{
  QlbeSpectrum solver;
  QlbeEigenpair pair;
  PetscInt converged;
  Mat real;
  Vec x0;

  PetscFunctionBegin;
  PetscCall(MatDuplicate(A, MAT_COPY_VALUES, &real));
  PetscCall(MatRealPart(real));
  PetscCall(QlbeSpectralFiberEquilibrium(real, &x0));
  PetscCall(QlbeSpectrumCreate(run->comm, &solver));
  PetscCall(QlbeSpectrumSetOperator(solver, real, PETSC_TRUE, scale));
  PetscCall(QlbeSpectrumSetInitialGuess(solver, x0));
  PetscCall(QlbeSpectrumSolve(solver));
  PetscCall(QlbeSpectrumGetConverged(solver, &converged));
  *contraction = NAN;
  if (converged > 0) {
    PetscCall(QlbeSpectrumGetEigenvalue(solver, 0, &pair));
    *contraction = PetscRealPart(pair.value) / scale;
  }
  PetscCall(QlbeSpectrumDestroy(&solver));
  PetscCall(VecDestroy(&x0));
  PetscCall(MatDestroy(&real));
  PetscFunctionReturn(0);
}

static PetscErrorCode FitRoute(QlbeRun *run, const WaveVectors *vectors, double scale, Basis *basis,
                               QlbeReport report, GridResult *result)
{
  const double at_rest[3] = {0.0, 0.0, 0.0};
  QlbeSpectrum solver;
  double tolerance;
  Vec x0;
  Mat A;

  PetscFunctionBegin;
  PetscCall(QlbeOptionsGetReal(run->options, "spectrum_tolerance", &tolerance));
  PetscCall(Assemble(run, basis, at_rest, &A));
  PetscCall(QlbeSpectralFiberEquilibrium(A, &x0));
  PetscCall(QlbeSpectrumCreate(run->comm, &solver));
  PetscCall(QlbeSpectrumSetTolerance(solver, tolerance));
  PetscCall(QlbeSpectrumSetInitialGuess(solver, x0));
  PetscCall(QlbeSpectrumSetWarmStart(solver, PETSC_TRUE));
  PetscCall(DiffusionFit(run, vectors, scale, PETSC_TRUE, Assemble, basis, solver, report, result));
  PetscCall(Contraction(run, basis->A, scale, &result->at_k_max.contraction));
  PetscCall(QlbeSpectrumDestroy(&solver));
  PetscCall(VecDestroy(&x0));
  PetscFunctionReturn(0);
}

PetscErrorCode DiffusionInBasis(QlbeRun *run, const WaveVectors *vectors,
                                const QlbeClosedForms *closed, QlbeReport report,
                                GridResult *result)
{
  BasisResult *b = &result->basis;
  double k_scale = SpectralDifferenceStep(&run->parameters), tolerance;
  Basis basis = {.A = NULL};

  PetscFunctionBegin;
  result->spectral = PETSC_TRUE;
  b->settled = PETSC_TRUE;
  PetscCall(SpectralOrders(run, &b->orders));
  PetscCall(QlbeOptionsGetReal(run->options, "grid_auto", &tolerance));
  if (tolerance > 0.0)
    PetscCall(SpectralSettle(run, tolerance, k_scale, MeasureD, &k_scale, &b->orders, &b->settled));
  basis.orders = b->orders;
  PetscCall(SpectralCreate(run, &b->orders, PetscMax(k_scale, vectors->k_max), &basis.fiber));
  PetscCall(SpectralAnnounce(run, basis.fiber));
  PetscCall(PerturbationRoute(run, basis.fiber, k_scale, result));
  PetscCall(FitRoute(run, vectors, closed->escape_rate_0, &basis, report, result));
  PetscCall(MatDestroy(&basis.A));
  PetscCall(QlbeSpectralFiberDestroy(&basis.fiber));
  /* The fit shares these errors, and adds the powers of k that it leaves out. Of an error of fourth order in the step
     the change shows three quarters: twice the change covers it. */
  result->D = result->levels_solved ? result->perturbation.D : NAN;
  result->D_error = result->levels_solved
                        ? b->basis_error + 2.0 * b->quadrature_error +
                              difference_floor * fabs(result->D) +
                              rate_floor * closed->escape_rate_0 / (k_scale * k_scale)
                        : NAN;
  PetscFunctionReturn(0);
}
