/*
   The jump kernel in its symmetric form, and the jump rates that belong to it.

   For a displacement q with midpoint P = p + q/2, s = P . q^ and P_perp = p_perp,

     nu^(-1/2)(p + q) J_k(p + q, p) nu^(1/2)(p)
       = (strength/|q|) exp(-beta m s^2/2M^2 - beta m hbar^2 k_par^2/8M^2) F(|q|; p_perp, k_perp)
   (4.10), (4.12)

   with strength = eta m/m_star^2 (beta/2 pi m)^(3/2) exp(-beta q^2/8m). The jump rates T_q(p-+,
   p-+) at p-+ = p -+ hbar k/2 are the same expression at k = 0 and a shifted midpoint. Both sides
   share one table, so that gain and loss are consistent to rounding.
*/
#ifndef QLBE_JUMP_KERNEL_H
#define QLBE_JUMP_KERNEL_H

#include "qlbe/transverse.h"

typedef struct _p_QlbeJumpKernel *QlbeJumpKernel;

/*
   Everything that one displacement q needs at one fiber k; plain data, valid as long as its work
   array.
*/
typedef struct {
  QlbeTransverseSlice gain; /* F at k_perp */
  QlbeTransverseSlice loss; /* F at k_perp = 0 */
  double strength;          /* see above */
  double k_par;             /* k . q^ */
  double c_par;             /* beta m/2M^2 */
  double half_shift;        /* hbar k_par/2 */
  double hbar;
  double tilt; /* beta q/2M: exp(-+tilt s) turns the symmetric rate into the one of the jump */
} QlbeJumpSlice;

/*
   Builds the tables for q_min <= |q| <= q_max and, for the limit |q| -> 0, a separate one;
   |p| <= p_max and |k| <= k_max. tolerance: relative, of the series of F and (in units of a) of the
   amplitude; 1e-14 < tolerance < 1e-2. The members of the team make the tables together, in this
   call alone; NULL stands for a team of one. Collective on the team.
*/
PETSC_EXTERN PetscErrorCode QlbeJumpKernelCreate(const QlbeParameters *par, double q_min,
                                                 double q_max, double p_max, double k_max,
                                                 double tolerance, const QlbeTeam *team,
                                                 QlbeJumpKernel *kernel);
/* Frees the kernel and sets the handle to NULL. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeJumpKernelDestroy(QlbeJumpKernel *kernel);

/* The parameters that the kernel was built for. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeJumpKernelGetParameters(QlbeJumpKernel kernel,
                                                        const QlbeParameters **par);
/* The largest |k| that the table serves. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeJumpKernelGetMaxWaveNumber(QlbeJumpKernel kernel, double *k_max);
/*
   The tables of the transverse integral, owned by the kernel: of the displacements, and of the
   limit |q| -> 0. Either pointer may be NULL. Not collective.
*/
PETSC_EXTERN PetscErrorCode QlbeJumpKernelGetTransverse(QlbeJumpKernel kernel,
                                                        QlbeTransverse *displacements,
                                                        QlbeTransverse *limit);

/* eta m/m_star^2 (beta/2 pi m)^(3/2) exp(-beta q^2/8m): the strength of a displacement |q| = q. */
PETSC_EXTERN double QlbeJumpStrength(const QlbeParameters *par, double q);

/*
   The |q| beyond which no jump from |p| <= p_max has a rate above 1e-30 of the rates at small q: a
   jump that lowers the energy can be long.
*/
PETSC_EXTERN double QlbeJumpLargestTransfer(const QlbeParameters *par, double p_max);

/* A displacement q and a wave vector k; plain data. */
typedef struct {
  double q;      /* |q| >= 0; the limit |q| T_q at q -> 0 is regular */
  double k_par;  /* k . q^ */
  double k_perp; /* |k - k_par q^| */
} QlbeJumpGeometry;

/*
   Prepares one displacement.

   table  - one of the kernel's two tables
   block  - QlbeTransverseBlock of that table at |q|
   work   - 2 * slice size doubles (QlbeTransverseGetSizes of the table), referenced by the slice

   Not collective. Error: PETSC_ERR_ARG_OUTOFRANGE for k_perp beyond the table.
*/
PETSC_EXTERN PetscErrorCode QlbeJumpSliceSetUp(QlbeJumpKernel kernel, QlbeTransverse table,
                                               const double block[], const QlbeJumpGeometry *at,
                                               double work[], QlbeJumpSlice *slice);

/* All but the two slices of F, for callers that have those from elsewhere. */
PETSC_EXTERN void QlbeJumpSliceFactors(const QlbeParameters *par, double q, double k_par,
                                       QlbeJumpSlice *slice);

/* strength * exp(-beta m s^2/2M^2 - beta m hbar^2 k_par^2/8M^2), the factor of F/|q| in a gain. */
PETSC_EXTERN double QlbeJumpSliceGainFactor(const QlbeJumpSlice *slice, double s);

/* strength * exp(-beta m (s - hbar k_par/2)^2/2M^2): the factor of the rate at P - hbar k/2. */
PETSC_EXTERN double QlbeJumpSliceLossFactor(const QlbeJumpSlice *slice, double s);

/* F of the gain at n points: rho2 = |P_perp|^2, x = P_perp . k_perp; arrays of length n. */
PETSC_EXTERN void QlbeJumpSliceGain(const QlbeJumpSlice *slice, PetscInt n, const double rho2[],
                                    const double x[], double re[], double im[]);

/*
   F of the rate at P - sign hbar k/2 (sign = +1 or -1) at n points given by the same rho2 and x.
   F[n] must not overlap them.
*/
PETSC_EXTERN void QlbeJumpSliceLoss(const QlbeJumpSlice *slice, PetscInt n, const double rho2[],
                                    const double x[], double sign, double F[]);

#endif
