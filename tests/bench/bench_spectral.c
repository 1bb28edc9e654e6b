/*
   Rates of the spectral fiber operator: set-up, one fiber, its eigenvalue, and what they are worth.

   Options: -masses M,m  -radius a  -k k  -radial n  -angular n  -refinement f  -constant  -m sector
*/
#include <petsctime.h>
#include <slepceps.h>

#include "fiber_case.h"
#include "spectral_fiber.h"
#include "qlbe/spectrum.h"

int main(int argc, char **argv)
{
  QlbeParameters par = UnitParameters(QLBE_HARD_SPHERE, 1.0, 1.0);
  QlbeSpectralOrders orders = {.n_radial = 16, .n_angular = 10, .refinement = 1.0};
  QlbeSpectralFiber fiber;
  QlbeSpectrum spectrum;
  QlbeEigenpair pair;
  PetscLogDouble t[4];
  PetscReal k = 0.5, masses[2] = {1.0, 1.0};
  PetscInt two = 2, converged, m = 0;
  PetscBool constant = PETSC_FALSE;
  Mat A;
  Vec x0;

  PetscCall(SlepcInitialize(&argc, &argv, NULL, NULL));
  PetscCall(PetscOptionsGetReal(NULL, NULL, "-k", &k, NULL));
  PetscCall(PetscOptionsGetInt(NULL, NULL, "-m", &m, NULL));
  PetscCall(PetscOptionsGetReal(NULL, NULL, "-radius", &par.a, NULL));
  PetscCall(PetscOptionsGetReal(NULL, NULL, "-refinement", &orders.refinement, NULL));
  PetscCall(PetscOptionsGetInt(NULL, NULL, "-radial", &orders.n_radial, NULL));
  PetscCall(PetscOptionsGetInt(NULL, NULL, "-angular", &orders.n_angular, NULL));
  PetscCall(PetscOptionsGetRealArray(NULL, NULL, "-masses", masses, &two, NULL));
  PetscCall(PetscOptionsGetBool(NULL, NULL, "-constant", &constant, NULL));
  par.M = masses[0];
  par.m = masses[1];
  par.m_star = par.M * par.m / (par.M + par.m);
  if (constant) par.interaction = QLBE_CONSTANT;
  PetscCall(PetscTime(&t[0]));
  PetscCall(QlbeSpectralFiberCreate(PETSC_COMM_WORLD, &par, &orders, k, &fiber));
  PetscCall(QlbeSpectralFiberView(fiber, PETSC_VIEWER_STDOUT_WORLD));
  PetscCall(PetscTime(&t[1]));
  PetscCall(QlbeSpectralFiberAssemble(fiber, k, m));
  PetscCall(QlbeSpectralFiberMatrix(fiber, orders.n_radial, orders.n_angular, &A));
  PetscCall(PetscTime(&t[2]));
  PetscCall(QlbeSpectralFiberEquilibrium(A, &x0));
  PetscCall(QlbeSpectrumCreate(PETSC_COMM_WORLD, &spectrum));
  PetscCall(QlbeSpectrumSetOperator(spectrum, A, PETSC_TRUE, 17.0));
  PetscCall(QlbeSpectrumSetInitialGuess(spectrum, x0));
  PetscCall(QlbeSpectrumSolve(spectrum));
  PetscCall(QlbeSpectrumGetConverged(spectrum, &converged));
  if (converged) PetscCall(QlbeSpectrumGetEigenvalue(spectrum, 0, &pair));
  PetscCall(PetscTime(&t[3]));
  if (converged)
    PetscCall(PetscPrintf(PETSC_COMM_WORLD, "eps(%g) = %.14f %+.1e i\n", k,
                          PetscRealPart(pair.value), PetscImaginaryPart(pair.value)));
  PetscCall(PetscPrintf(PETSC_COMM_WORLD, "set-up %.3f s, fiber %.3f s, eigenvalue %.3f s\n",
                        t[1] - t[0], t[2] - t[1], t[3] - t[2]));
  PetscCall(VecDestroy(&x0));
  PetscCall(MatDestroy(&A));
  PetscCall(QlbeSpectrumDestroy(&spectrum));
  PetscCall(QlbeSpectralFiberDestroy(&fiber));
  return SlepcFinalize();
}
