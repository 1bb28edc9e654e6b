/*
   What nodes of a Cartesian grid miss of a basis: 1 less the smallest eigenvalue of B^T B.

   Where it is at most 1/2 the gain cannot exceed the loss on the nodes, -D <= gain <= D, as without
   discretisation: of a function of which the nodes miss more, M = B^T E_k B is less than half of
   what J, a matrix of integrals, has in its place.

   The functions of all azimuths span the same space around any axis. Around z they are even or odd
   in each coordinate: nodes without negative coordinates suffice, and functions of different
   parity have no overlap.
*/
#include <gsl/gsl_eigen.h>
#include <gsl/gsl_errno.h>

#include "flight_cartesian.h"
#include "qlbe/matrix_product.h"

#include <math.h>

enum { PARITIES = 8 };

/* Parities in x, y and z of the functions, in the order of QlbeFlightBasisValues_Private. */
static void FillParities(const FlightBasis *b, int parity[])
{
  for (PetscInt m = 0; m < b->n_angular; m++)
    for (int sine = 0; sine < (m > 0 ? 2 : 1); sine++)
      for (PetscInt l = m; l < b->n_angular; l++)
        for (PetscInt i = 0; i < b->n_radial; i++)
          *parity++ = (int)((m + sine) % 2) + 2 * sine + 4 * (int)((l - m) % 2);
}

/* *smallest is lowered to the smallest eigenvalue of S[n][n], which is overwritten. */
static PetscErrorCode SmallestEigenvalue(PetscInt n, double S[], double *smallest)
{
  gsl_matrix_view view = gsl_matrix_view_array(S, (size_t)n, (size_t)n);
  gsl_eigen_symm_workspace *work = gsl_eigen_symm_alloc((size_t)n);
  gsl_vector *values = gsl_vector_alloc((size_t)n);
  int status = GSL_ENOMEM;

  PetscFunctionBegin;
  if (work && values) status = gsl_eigen_symm(&view.matrix, values, work);
  PetscCheck(status == GSL_SUCCESS, PETSC_COMM_SELF, PETSC_ERR_LIB, "gsl_eigen_symm: %s",
             gsl_strerror(status));
  for (PetscInt i = 0; i < n; i++)
    *smallest = PetscMin(*smallest, gsl_vector_get(values, (size_t)i));
  gsl_vector_free(values);
  gsl_eigen_symm_free(work);
  PetscFunctionReturn(0);
}

/* The smallest eigenvalue of the functions of one parity. */
static PetscErrorCode AddParity(const QlbeMomentumGrid *grid, PetscInt local, PetscInt n,
                                const double B[], PetscInt size, const PetscInt chosen[],
                                double *smallest)
{
  double *part, *S;
  PetscMPIInt count;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(local * size, &part));
  PetscCall(PetscCalloc1(size * size, &S));
  for (PetscInt j = 0; j < local; j++)
    for (PetscInt i = 0; i < size; i++) part[j * size + i] = B[j * n + chosen[i]];
  if (local > 0) {
    const QlbeMatrixFactor left = {local, size, part, PETSC_TRUE};
    const QlbeMatrixFactor right = {local, size, part, PETSC_FALSE};
    PetscCall(QlbeMatrixProduct(&left, &right, PETSC_FALSE, size, S));
  }
  PetscCall(PetscMPIIntCast(size * size, &count));
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, S, count, MPI_DOUBLE, MPI_SUM, grid->comm));
  PetscCall(SmallestEigenvalue(size, S, smallest));
  PetscCall(PetscFree(part));
  PetscCall(PetscFree(S));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFlightMissed_Private(const QlbeMomentumGrid *grid, const FlightBasis *basis,
                                        double *missed)
{
  const PetscInt n = QlbeFlightBasisSize_Private(basis, -1);
  double smallest = 1.0;
  FlightNodes nodes;
  PetscInt local, *chosen;
  int *parity;
  double *B;

  PetscFunctionBegin;
  (void)gsl_set_error_handler_off();
  *missed = 1.0;
  if (n > grid->size) PetscFunctionReturn(0);
  PetscCall(QlbeFlightNodesOctant_Private(grid, &nodes));
  local = nodes.end - nodes.begin;
  PetscCall(PetscMalloc3(local * n, &B, n, &parity, n, &chosen));
  PetscCall(QlbeFlightBasisValues_Private(basis, &nodes, -1, B));
  FillParities(basis, parity);
  for (int which = 0; which < PARITIES; which++) {
    PetscInt size = 0;
    for (PetscInt i = 0; i < n; i++)
      if (parity[i] == which) chosen[size++] = i;
    if (size > 0) PetscCall(AddParity(grid, local, n, B, size, chosen, &smallest));
  }
  *missed = 1.0 - smallest;
  PetscCall(PetscFree3(B, parity, chosen));
  PetscCall(QlbeFlightNodesDestroy_Private(&nodes));
  PetscFunctionReturn(0);
}
