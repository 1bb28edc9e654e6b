/*
   F(t) = x^T exp(t A) x of a complex symmetric matrix as a function of time, from a propagator: for
   any t, and its Fourier transform for any frequency. Private to this folder.

   exp(t A) is complex symmetric too, so that F(t) = y^T y with y = exp(t A/2) x. Panels of time
   have Gauss-Legendre nodes and hold F as a Legendre series, whose Fourier transform is a series of
   spherical Bessel functions: frequencies need not be resolved. Beyond the last panel F decays like
   exp(lambda t) alone, or is negligible.
*/
#ifndef QLBE_EVOLUTION_CORRELATION_H
#define QLBE_EVOLUTION_CORRELATION_H

#include <petscmat.h>

/* Nodes of a panel. */
enum { CORRELATION_NODES = 16 };

/* What is known of F before. Plain data. */
typedef struct {
  double fast;  /* rate of the fastest change */
  double gap;   /* rate at which all but one mode decay, 0 where there is none */
  double limit; /* time beyond which F is not followed */
} CorrelationScales;

typedef struct {
  double begin, half;
  double c[CORRELATION_NODES]; /* Legendre series of Re F */
  double largest;              /* |F| at the nodes */
  double error;                /* of the series, from its last terms */
} CorrelationPanel;

typedef struct {
  PetscInt n, room;
  CorrelationPanel *panels;
  double end;       /* of the last panel */
  double tail;      /* F there, 0 where nothing follows */
  double tail_rate; /* lambda < 0 */
  double tail_rate_error;
  double cut;         /* |F| that is left out beyond the end, */
  double cut_time;    /* and the time it is taken to last */
  PetscBool returned; /* the nodes bring F back after the end: that part is left out */
  double propagation; /* error of F by the propagator */
  double imaginary;   /* the largest |Im F| */
  PetscInt products;
  PetscInt failures; /* 1 where the propagator has given up: errors are infinite then */
} Correlation;

/* Panels and tail. Collective. */
PETSC_INTERN PetscErrorCode CorrelationCreate(Mat A, Vec x, const CorrelationScales *scales,
                                              Correlation *c);
PETSC_INTERN PetscErrorCode CorrelationDestroy(Correlation *c);

/* Re F(t), t >= 0, and its error. Not collective. */
PETSC_INTERN void CorrelationAt(const Correlation *c, double t, double *value, double *error);

/* Re F''(0), by the series of the first panel; nan without one. Not collective. */
PETSC_INTERN double CorrelationCurvature(const Correlation *c);

/*
   (1/pi) Re int_0^inf F(t) exp(-i w t) dt, and its error. Not collective. Error: PETSC_ERR_LIB from
   GSL.
*/
PETSC_INTERN PetscErrorCode CorrelationTransform(const Correlation *c, double w, double *value,
                                                 double *error);

#endif
