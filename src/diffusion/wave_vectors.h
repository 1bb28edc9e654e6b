/* Wave vectors of a curvature fit. For the files of this module only. */
#ifndef QLBE_DIFFUSION_WAVE_VECTORS_H
#define QLBE_DIFFUSION_WAVE_VECTORS_H

#include "qlbe/closed_forms.h"
#include "qlbe/discretisation.h"

/* Along z where fibers depend on |k| alone, otherwise along six directions. */
typedef struct {
  PetscInt n;
  double (*k)[3];   /* [n] */
  double k_max;     /* the largest length */
  PetscInt longest; /* the last vector of that length */
  double added;     /* length of a vector along z beyond those of the settings, or 0 */
} QlbeWaveVectors;

/*
   Those of the settings or, for an empty list, chosen from gap and D. To a list with two lengths one
   more is added along z, and a line says so: two of them have no room for the term that tells the
   error of the fit. The caller frees vectors->k. Collective.
*/
PetscErrorCode QlbeWaveVectorsCreate(const QlbeProblem *problem, const QlbeClosedForms *closed,
                                     QlbeWaveVectors *vectors);

#endif
