/*
   A_k at nodes: exact flight and loss, with the gain between the functions of a basis.

     A = E B M^-1 J M^-1 B^T E - D,   E = E_k,   M = B^T E_k B,   D = E_k + (i/hbar) h_k,

   complex symmetric, with B of flight_basis.h and J the gain J_k between its functions. At k = 0
   J is A_0 + B^T E B with the A_0 of the basis, whose null vector is its first function: A nu^(1/2)
   = 0 to rounding on any nodes and in any basis.

   J is real between functions of equal parity and imaginary otherwise, so that with sums and
   differences of mirror images everything is real but for factors i:

     A = U T C T U^T - D,   U = E B,   C = T^-1 M^-1 J M^-1 T^-1 real,   T = 1 or i by parity.
*/
#ifndef QLBE_FLIGHT_OPERATOR_H
#define QLBE_FLIGHT_OPERATOR_H

#include <petscmat.h>

#include "flight_basis.h"
#include "flight_tail.h"
#include "qlbe/dispersion.h"

typedef struct _p_FlightOperator FlightOperator;

/* Plain data, shared by the matrices and propagations that use it. */
struct _p_FlightOperator {
  MPI_Comm comm;
  PetscInt references;
  PetscInt local;      /* nodes of this rank */
  PetscInt line;       /* nodes of a line whose two ends are mirror images; 0: lines do not count */
  PetscInt rows;       /* half of the nodes where there are lines, else all */
  PetscInt n[2];       /* even and odd functions */
  double *U[2];        /* [rows][n[parity]], at one of two mirror images */
  double *C;           /* [n[0] + n[1]][n[0] + n[1]], even functions first; NULL without a gain */
  PetscBool real_part; /* Re A instead of A */
  FlightOperator *from; /* whose U and C these are, or NULL */
  PetscScalar *D;       /* [local] */
  double rate, phase;   /* the largest Re D and |Im D| on all ranks */
  FlightTail *tail;     /* what the basis cuts of the gain, or NULL */
  double leaves;        /* the time after which the gain is left out; infinite: never */
};

/* What an operator is made of. Plain data; nothing is kept. */
typedef struct {
  MPI_Comm comm;
  const FlightNodes *nodes;
  const FlightBasis *basis;
  const double *values; /* B of QlbeFlightBasisValues_Private; NULL without a gas */
  PetscInt m;           /* the sector, or -1 for all of them at nodes with azimuths */
  double k, hbar, M;
  QlbeDispersion dispersion; /* NULL without a gas */
  /*
     A_0 + (J_k - J_0) of sector m into gain[size][size]; NULL without a gas. Collective.
  */
  PetscErrorCode (*gain)(void *context, double k, PetscInt m, PetscScalar gain[]);
  void *context;
} FlightOperatorMake;

/*
   The node of a row of U and its mirror image, -1 where there is none. Not collective.
*/
void QlbeFlightImages_Private(const FlightOperator *op, PetscInt row, PetscInt *node,
                              PetscInt *image);

/* Collective. The caller ends it with QlbeFlightOperatorDestroy_Private. */
PetscErrorCode QlbeFlightOperatorCreate_Private(const FlightOperatorMake *make,
                                                FlightOperator **op);
/* Drops one reference. Not collective. */
PetscErrorCode QlbeFlightOperatorDestroy_Private(FlightOperator **op);

/* U and C of a new operator from its loss E_k at the nodes. Collective. */
PetscErrorCode QlbeFlightGain_Private(const FlightOperatorMake *make, const double loss[],
                                      FlightOperator *op);

/*
   y = U T C T U^T x for n vectors: x and y have [local][n] entries, a node's values of all
   vectors together. Collective.
*/
PetscErrorCode QlbeFlightOperatorGain_Private(const FlightOperator *op, PetscInt n,
                                              const PetscScalar x[], PetscScalar y[]);

/* y = A x in the same form. Collective. */
PetscErrorCode QlbeFlightOperatorApply_Private(const FlightOperator *op, PetscInt n,
                                               const PetscScalar x[], PetscScalar y[]);

/* The matrix of an operator, which it keeps: a shell with products and a diagonal. Collective. */
PetscErrorCode QlbeFlightMatrix_Private(FlightOperator *op, PetscInt size, Mat *A);

/* The operator of such a matrix. Not collective. */
PetscErrorCode QlbeFlightMatrixOperator_Private(Mat A, FlightOperator **op);

/*
   x[local][n] from time[0] to time[1]: exp((t1 - t0) A) x by Chebyshev expansions whose truncation
   is below `tolerance`, relative; from the time op->leaves on without the gain. Collective.
*/
PetscErrorCode QlbeFlightAdvance_Private(const FlightOperator *op, const double time[2],
                                         double tolerance, PetscInt n, PetscScalar x[]);

#endif
