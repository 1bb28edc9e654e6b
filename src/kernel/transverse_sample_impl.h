/*
   The sampler of the transverse integral: state and quadrature points, shared by its files alone.
*/
#ifndef QLBE_TRANSVERSE_SAMPLE_IMPL_H
#define QLBE_TRANSVERSE_SAMPLE_IMPL_H

#include "qlbe/amplitude_table.h"
#include "qlbe/rule.h"
#include "qlbe/transverse_sample.h"

struct _p_QlbeTransverseSampler {
  QlbeParameters par;
  QlbeTransverseRange range;
  QlbeAmplitudeTable amplitude;
  double amplitude_error;
  PetscInt n_z; /* terms of the amplitude's series in z^2 */
  double z_max;
  double u_max;
  QlbeRule x; /* Gauss-Legendre on [0, 1] */
};

/*
   A block of quadrature points of one k_perp, with the weights of even and of odd modes: row
   `point` of even[][n_even n_rho] and odd[][n_odd n_rho].
*/
typedef struct {
  PetscInt n, capacity;
  PetscInt n_even, n_odd;     /* numbers of modes */
  double *z2_plus, *z2_minus; /* |u -+ kappa|^2 of the two amplitudes */
  double *even, *odd;
} TransversePoints;

/* kappa at the wave number k_perp. */
double QlbeTransverseKappa_Private(const QlbeParameters *par, double k_perp);

/* Number of points in nu on a quarter turn. */
PetscInt QlbeTransverseQuarterPoints_Private(QlbeTransverseSampler s, PetscInt n_modes,
                                             double k_perp);

/*
   Fills the block, which has room for them, with the points of every other x node from begin on,
   before end.
*/
PetscErrorCode QlbeTransversePointsFill_Private(QlbeTransverseSampler s,
                                                const QlbeTransverseNodes *nodes, double k_perp,
                                                PetscInt begin, PetscInt end,
                                                TransversePoints *points);

#endif
