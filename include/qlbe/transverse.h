/*
   The transverse integral of the jump kernel (4.10),

     F(q; p_perp, k_perp) = int_{R^2} dv exp(-beta v^2/2m) f(w-, q/2) conj f(w+, q/2),
     w-+ = | (m_star/m) v - (m_star/M) (p_perp -+ hbar k_perp/2) |,

   tabulated once for all q_min <= q <= q_max, |p_perp| <= rho_max and |k_perp| <= k_max, and
   contracted to a short series in |p_perp|^2 for one displacement at a time.

   Im f has a cone at zero relative momentum, so at k_perp > 0 the dependence on k_perp and q is not
   smooth where q is below hbar k_perp: a table with q_min well above zero, or at a single q, needs
   far fewer terms.
*/
#ifndef QLBE_TRANSVERSE_H
#define QLBE_TRANSVERSE_H

#include "qlbe/transverse_sample.h"

typedef struct _p_QlbeTransverse *QlbeTransverse;

/*
   F at one q and one |k_perp|: sum over modes of c[mode*n_rho + r] T_r(rho^2) times the angular
   function of the mode, see QlbeTransverseEvaluate. Plain data, valid as long as c is.
*/
typedef struct {
  PetscInt n_modes;
  PetscInt n_rho;
  double rho2_max;
  double k_perp;
  const double *c;
} QlbeTransverseSlice;

/*
   Builds the table. Not collective, except on the team of the interaction; its size makes no
   difference to any bit.

   range     - equal ends in q make a table for one q
   tolerance - largest neglected series coefficient relative to the largest one; the amplitude is
               tabulated to the same tolerance in units of a
   Errors: PETSC_ERR_ARG_OUTOFRANGE when the series would need more than 4096 terms in a direction.
*/
PETSC_EXTERN PetscErrorCode QlbeTransverseCreate(const QlbeParameters *par,
                                                 QlbeInteraction interaction,
                                                 const QlbeTransverseRange *range, double tolerance,
                                                 QlbeTransverse *table);
/* Frees the table and sets the handle to NULL. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeTransverseDestroy(QlbeTransverse *table);

/*
   Number of doubles in a block (QlbeTransverseBlock) and in a slice (n_modes * n_rho). Not
   collective.
*/
PETSC_EXTERN PetscErrorCode QlbeTransverseGetSizes(QlbeTransverse table, PetscInt *block,
                                                   PetscInt *slice);

/* Contracts the table at momentum transfer q into block[] (all k_perp and rho still open). */
PETSC_EXTERN PetscErrorCode QlbeTransverseBlock(QlbeTransverse table, double q, double block[]);

/*
   Contracts a block at |k_perp| into c[] and describes the result in slice (which points to c).
   Trailing modes below the table's tolerance are left out of slice->n_modes.
*/
PETSC_EXTERN PetscErrorCode QlbeTransverseContract(QlbeTransverse table, const double block[],
                                                   double k_perp, double c[],
                                                   QlbeTransverseSlice *slice);

/*
   F at n points of one slice.

   rho2 - |p_perp|^2, in [0, rho_max^2]
   x    - p_perp . k_perp; may be NULL when the slice has one mode
   re, im - real and imaginary part of F; im may be NULL when the slice has one mode, and re may be
            the array rho2
*/
PETSC_EXTERN void QlbeTransverseEvaluate(const QlbeTransverseSlice *slice, PetscInt n,
                                         const double rho2[], const double x[], double re[],
                                         double im[]);

#endif
