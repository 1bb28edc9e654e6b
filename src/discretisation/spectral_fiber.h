/*
   The fiber generator L_k in the spectral basis, as a small dense PETSc matrix in complex symmetric
   form.

   A_k = nu^(-1/2) L_k nu^(1/2) between the functions of spectral_grid.h, for k along the polar
   axis; rotation covariance serves every other direction, L_(Rk) = U_R L_k U_R^*. Sectors of the
   azimuthal quantum number m decouple.

     A_k = A_0 + (J_k - J_0) - (E_k - E) - (i/hbar) h_k                           (4.8), (4.9)

   with A_0 in its Dirichlet form: A_0 nu^(1/2) = 0 to rounding for every order of basis and
   quadrature.
*/
#ifndef QLBE_SPECTRAL_FIBER_H
#define QLBE_SPECTRAL_FIBER_H

#include <petscmat.h>

#include "qlbe/parameters.h"

typedef struct _p_QlbeSpectralFiber *QlbeSpectralFiber;

/* Orders of basis and quadrature. */
typedef struct {
  PetscInt n_radial;  /* radial functions for each angular momentum, 2..64 */
  PetscInt n_angular; /* angular momenta l = 0 .. n_angular - 1, 1..64 */
  double refinement;  /* factor on the orders of all quadratures, 1 by default */
} QlbeSpectralOrders;

/*
   Basis, quadratures and A_0, for wave numbers up to k_max >= 0. Collective on comm; the work of
   tables and A_0 is shared by the ranks.
   Errors: PETSC_ERR_ARG_OUTOFRANGE for orders outside their ranges, a negative k_max, and for an
   interaction without a phase.
*/
PETSC_EXTERN PetscErrorCode QlbeSpectralFiberCreate(MPI_Comm comm, const QlbeParameters *par,
                                                    const QlbeSpectralOrders *orders, double k_max,
                                                    QlbeSpectralFiber *fiber);
/*
   Bytes that one rank needs for fibers with |k| <= k_max: tables, work space and matrices, to a
   factor of two. The number of ranks does not enter: points of the quadrature count with the most
   that a rank keeps of them for any number. Infinite where an array would have more elements than
   PetscInt or an MPI count can tell. Sets up no more than the rules. Not collective. Errors:
   PETSC_ERR_ARG_OUTOFRANGE for orders outside their ranges.
*/
PETSC_EXTERN PetscErrorCode QlbeSpectralFiberEstimate(const QlbeParameters *par,
                                                      const QlbeSpectralOrders *orders,
                                                      double k_max, double *bytes);

/* Frees the fiber and sets the handle to NULL. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeSpectralFiberDestroy(QlbeSpectralFiber *fiber);

/* Number of unknowns in sector m. Not collective. */
PETSC_EXTERN PetscInt QlbeSpectralFiberSize(QlbeSpectralFiber fiber, PetscInt m);

/*
   Computes A_k in sector m, |k| = k in [0, k_max], on every rank, for QlbeSpectralFiberMatrix. Work
   at the points of the quadrature is shared by the ranks. Collective. Error:
   PETSC_ERR_ARG_OUTOFRANGE for k or |m| >= n_angular out of range.
*/
PETSC_EXTERN PetscErrorCode QlbeSpectralFiberAssemble(QlbeSpectralFiber fiber, double k,
                                                      PetscInt m);

/*
   A_0 + (J_k - J_0) of the sector, without the part of A_k that multiplies by a function of p: the
   gain but for <E>, the matrix of E at k = 0 in the basis. gain[size][size], row by row; complex
   symmetric. Collective. Errors as above.
*/
PETSC_EXTERN PetscErrorCode QlbeSpectralFiberGain(QlbeSpectralFiber fiber, double k, PetscInt m,
                                                  PetscScalar gain[]);

/*
   A_k of the last assembly as a dense matrix with its rows dealt to the ranks, restricted to
   n_radial radial functions and n_angular angular momenta, at most those of the fiber: the matrix
   of the smaller basis exactly. The caller destroys it. Collective. Errors: PETSC_ERR_ORDER before
   the first assembly, PETSC_ERR_ARG_OUTOFRANGE for functions that the fiber does not have.
*/
PETSC_EXTERN PetscErrorCode QlbeSpectralFiberMatrix(QlbeSpectralFiber fiber, PetscInt n_radial,
                                                    PetscInt n_angular, Mat *A);

/*
   The first unit vector in the layout of A: in sector 0 nu^(1/2), the null vector of A_0; in others
   the smoothest function. Collective; the caller destroys it.
*/
PETSC_EXTERN PetscErrorCode QlbeSpectralFiberEquilibrium(Mat A, Vec *x0);

/* One line with the orders of all quadratures. Collective on the viewer. */
PETSC_EXTERN PetscErrorCode QlbeSpectralFiberView(QlbeSpectralFiber fiber, PetscViewer viewer);

#endif
