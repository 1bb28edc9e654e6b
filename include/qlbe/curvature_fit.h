/*
   Hessian of the leading eigenvalue at k = 0 from its values at a few wave numbers.

   Model (eps(0) = 0 exactly; even in k, real, and cubic where the momentum grid is, Prop. 7.1):

     Re eps(k) = -k.D k/2 + q4 |k|^4 + c4 (kx^4 + ky^4 + kz^4 - (3/5)|k|^4) + q6 |k|^6.

   Each term beyond the first two is used where the points can tell it apart. Gradients, which
   symmetry forbids, are tested for in fits of their own and do not enter D: one of Re eps next to
   the even terms, and one of Im eps, the drift, which L_(-k) = conj L_k leaves as the only possible
   one. Plain arrays; nothing collective.
*/
#ifndef QLBE_CURVATURE_FIT_H
#define QLBE_CURVATURE_FIT_H

#include "qlbe/curvature_design.h"

typedef enum {
  QLBE_FIT_OK,
  QLBE_FIT_BAD_INPUT, /* a number that is not finite, sigma <= 0, or k = 0 */
  QLBE_FIT_TOO_FEW,   /* fewer points than the Hessian and one quartic term need */
  QLBE_FIT_DEGENERATE /* directions or magnitudes do not determine those terms */
} QlbeFitStatus;

/* What is known of the series beyond the points. */
typedef struct {
  PetscBool isotropic; /* one D for all directions and no cubic term, for points along one line */
  PetscBool lattice;   /* a lattice operator, with h^2 k^4 log k in eps */
  double scale;        /* wave number where D k^2/2 reaches the gap; 1/length, to a factor of two */
} QlbeCurvatureSeries;

typedef struct {
  QlbeFitStatus status;
  char message[160];            /* empty or what is wrong, for the user */
  double D;                     /* tr D_ij / 3 */
  double D_fit_error;           /* D_truncation + 2 D_statistical */
  double D_truncation;          /* estimated effect on D of the terms left out */
  double D_statistical;         /* standard error of D */
  double hessian[3][3];         /* of Re eps, = -D_ij */
  double hessian_error[3][3];   /* truncation and two standard errors */
  double covariance[6][6];      /* of D_ij in the order xx, yy, zz, xy, xz, yz */
  double isotropy_defect;       /* max |D_ij - D delta_ij| / |D| */
  double isotropy_error;        /* what the errors of the Hessian alone make of that */
  double quartic;               /* q4 */
  double quartic_error;         /* truncation and two standard errors */
  double quartic_cubic;         /* c4; 0 where not fitted */
  double sextic;                /* q6; 0 where not fitted */
  double gradient[3];           /* of Re eps; 0 where not fitted */
  double gradient_error[3];     /* standard errors */
  double gradient_imaginary[3]; /* of Im eps; 0 on axes that no point reaches */
  PetscBool has_cubic, has_sextic, has_gradient;
  double max_imaginary;        /* max |Im eps| */
  double chi2;                 /* weighted sum of squared residuals; plain sum without sigma */
  PetscInt degrees_of_freedom; /* points minus terms */
  double rcond;                /* reciprocal condition of the design, columns scaled to length 1 */
} QlbeCurvature;

/*
   Weighted least squares. n points k[n][3] and eps[n]; sigma[n] standard deviations of Re eps, or
   NULL for equal unknown ones, which the scatter then estimates (0 without degrees of freedom).
   Where sigma is given, errors are enlarged by (chi2/degrees_of_freedom)^(1/2) if that exceeds 1.
   Any consistent units. Whatever is wrong with the points ends in result->status and message with
   PetscErrorCode 0; errors are PETSC_ERR_ARG_OUTOFRANGE for series->scale, PETSC_ERR_MEM and
   PETSC_ERR_LIB only.
*/
PETSC_EXTERN PetscErrorCode QlbeCurvatureFit(PetscInt n, const double k[][3],
                                             const PetscScalar eps[], const double sigma[],
                                             const QlbeCurvatureSeries *series,
                                             QlbeCurvature *result);

#endif
