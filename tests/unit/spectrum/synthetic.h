/*
   A model of a fiber operator with known null vector, on a cubic momentum grid.

   The classical linear Boltzmann kernel in its symmetric form, exp(-q^2/8 - (p'^2 - p^2)^2/(8
   q^2))/|q|, fills the matrix; the loss rates are lattice sums of it, so that exp(-p^2/4) is the
   null vector exactly and everything else negative. Transport adds i k . p to the diagonal. Rates
   are scaled to 17 at the centre; they grow like |p|.
*/
#ifndef QLBE_TEST_SYNTHETIC_H
#define QLBE_TEST_SYNTHETIC_H

#include <petscmat.h>

typedef struct {
  PetscInt points; /* per axis, odd */
  double extent;   /* half width */
  double k[3];
  double skew; /* 0: complex symmetric; otherwise a similarity by exp(skew p_z), not symmetric */
} Synthetic;

static inline void SyntheticMomentum(const Synthetic *s, PetscInt i, double p[3])
{
  const double h = 2.0 * s->extent / (double)(s->points - 1);
  const PetscInt index[3] = {i % s->points, (i / s->points) % s->points,
                             i / (s->points * s->points)};

  for (int d = 0; d < 3; d++) p[d] = h * (double)(index[d] - s->points / 2);
}

static inline double SyntheticSquare(const double p[3])
{
  return p[0] * p[0] + p[1] * p[1] + p[2] * p[2];
}

static inline double SyntheticKernel(const double p[3], const double r[3])
{
  const double q[3] = {p[0] - r[0], p[1] - r[1], p[2] - r[2]};
  const double q2 = SyntheticSquare(q), e = SyntheticSquare(p) - SyntheticSquare(r);

  return q2 > 0.0 ? exp(-0.125 * (q2 + e * e / q2)) / sqrt(q2) : 0.0;
}

/* Loss rate before scaling. */
static inline double SyntheticRate(const Synthetic *s, const double p[3])
{
  const PetscInt n = s->points * s->points * s->points;
  double rate = 0.0, r[3];

  for (PetscInt j = 0; j < n; j++) {
    SyntheticMomentum(s, j, r);
    rate += SyntheticKernel(p, r) * exp(0.25 * (SyntheticSquare(p) - SyntheticSquare(r)));
  }
  return rate;
}

/* exp(-p^2/4), the null vector at k = 0, with the layout of A. */
static inline PetscErrorCode SyntheticNull(const Synthetic *s, Mat A, Vec *x)
{
  PetscInt begin, end;

  PetscFunctionBegin;
  PetscCall(MatCreateVecs(A, x, NULL));
  PetscCall(VecGetOwnershipRange(*x, &begin, &end));
  for (PetscInt i = begin; i < end; i++) {
    double p[3];
    SyntheticMomentum(s, i, p);
    PetscCall(VecSetValue(*x, i, exp(-0.25 * SyntheticSquare(p)), INSERT_VALUES));
  }
  PetscCall(VecAssemblyBegin(*x));
  PetscCall(VecAssemblyEnd(*x));
  PetscFunctionReturn(0);
}

static inline PetscErrorCode SyntheticCreate(MPI_Comm comm, const Synthetic *s, MatType type,
                                             Mat *A)
{
  const PetscInt n = s->points * s->points * s->points;
  const double origin[3] = {0.0, 0.0, 0.0};
  const double scale = 17.0 / SyntheticRate(s, origin);
  PetscInt begin, end, *columns;
  PetscScalar *row;

  PetscFunctionBegin;
  PetscCall(MatCreate(comm, A));
  PetscCall(MatSetSizes(*A, PETSC_DECIDE, PETSC_DECIDE, n, n));
  PetscCall(MatSetType(*A, type));
  PetscCall(MatSeqAIJSetPreallocation(*A, n, NULL));
  PetscCall(MatMPIAIJSetPreallocation(*A, n, NULL, n, NULL));
  PetscCall(MatSetUp(*A));
  PetscCall(PetscMalloc2(n, &columns, n, &row));
  for (PetscInt j = 0; j < n; j++) columns[j] = j;
  PetscCall(MatGetOwnershipRange(*A, &begin, &end));
  for (PetscInt i = begin; i < end; i++) {
    double p[3], r[3];
    SyntheticMomentum(s, i, p);
    for (PetscInt j = 0; j < n; j++) {
      SyntheticMomentum(s, j, r);
      row[j] = scale * SyntheticKernel(p, r) * exp(s->skew * (p[2] - r[2]));
    }
    row[i] =
        -scale * SyntheticRate(s, p) + PETSC_i * (s->k[0] * p[0] + s->k[1] * p[1] + s->k[2] * p[2]);
    PetscCall(MatSetValues(*A, 1, &i, n, columns, row, INSERT_VALUES));
  }
  PetscCall(PetscFree2(columns, row));
  PetscCall(MatAssemblyBegin(*A, MAT_FINAL_ASSEMBLY));
  PetscCall(MatAssemblyEnd(*A, MAT_FINAL_ASSEMBLY));
  PetscFunctionReturn(0);
}

#endif
