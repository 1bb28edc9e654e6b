/*
   What the tests of the spectral fiber share: its matrix on one rank, and eigenvalues.
*/
#ifndef QLBE_SPECTRAL_CASE_H
#define QLBE_SPECTRAL_CASE_H

#include "check.h"
#include "fiber_case.h"
#include <slepceps.h>
#include "spectral_fiber.h"

static inline QlbeSpectralFiber SpectralCreate(MPI_Comm comm, const QlbeParameters *par,
                                               const QlbeSpectralOrders *orders, double k_max)
{
  QlbeSpectralFiber fiber = NULL;

  assert_ok(QlbeSpectralFiberCreate(comm, par, orders, k_max, &fiber));
  return fiber;
}

/* A_k in sector m, in the leading n_radial x n_angular functions. */
static inline Mat SpectralMatrix(QlbeSpectralFiber fiber, double k, PetscInt m, PetscInt n_radial,
                                 PetscInt n_angular)
{
  Mat A = NULL;

  assert_ok(QlbeSpectralFiberAssemble(fiber, k, m));
  assert_ok(QlbeSpectralFiberMatrix(fiber, n_radial, n_angular, &A));
  return A;
}

/* max |A(i, j) - B(i, j)| over max |A(i, j)| on this rank's rows. */
static inline double SpectralDifference(Mat A, Mat B)
{
  const PetscScalar *a, *b;
  PetscInt rows, columns, lda_a, lda_b;
  double difference = 0.0, largest = 0.0;

  assert_ok(MatGetLocalSize(A, &rows, NULL));
  assert_ok(MatGetSize(A, NULL, &columns));
  assert_ok(MatDenseGetLDA(A, &lda_a));
  assert_ok(MatDenseGetLDA(B, &lda_b));
  assert_ok(MatDenseGetArrayRead(A, &a));
  assert_ok(MatDenseGetArrayRead(B, &b));
  for (PetscInt j = 0; j < columns; j++) {
    for (PetscInt i = 0; i < rows; i++) {
      largest = PetscMax(largest, PetscAbsScalar(a[j * lda_a + i]));
      difference = PetscMax(difference, PetscAbsScalar(a[j * lda_a + i] - b[j * lda_b + i]));
    }
  }
  assert_ok(MatDenseRestoreArrayRead(A, &a));
  assert_ok(MatDenseRestoreArrayRead(B, &b));
  return difference / largest;
}

/* The leading n eigenvalues of a matrix on one rank, by LAPACK. */
static inline void SpectralLevels(Mat A, PetscInt n, PetscScalar value[])
{
  EPS eps;

  assert_ok(EPSCreate(PETSC_COMM_SELF, &eps));
  assert_ok(EPSSetOperators(eps, A, NULL));
  assert_ok(EPSSetProblemType(eps, EPS_NHEP));
  assert_ok(EPSSetType(eps, EPSLAPACK));
  assert_ok(EPSSetWhichEigenpairs(eps, EPS_LARGEST_REAL));
  assert_ok(EPSSolve(eps));
  for (PetscInt i = 0; i < n; i++) assert_ok(EPSGetEigenvalue(eps, i, &value[i], NULL));
  assert_ok(EPSDestroy(&eps));
}

#endif
