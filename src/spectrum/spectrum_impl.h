/* State of QlbeSpectrum, shared by the files of this module only. */
#ifndef QLBE_SPECTRUM_IMPL_H
#define QLBE_SPECTRUM_IMPL_H

#include <slepceps.h>

#include "qlbe/spectrum.h"

#if !defined(PETSC_USE_COMPLEX)
#error "qlbe needs PETSc with complex scalars"
#endif

struct QlbeSpectrum_s {
  MPI_Comm comm;
  Mat A;
  PetscBool complex_symmetric;
  PetscReal scale;
  PetscReal tolerance;
  PetscInt count;
  PetscInt max_iterations;
  Vec guess;        /* of length 1, or NULL */
  PetscBool solved; /* results below belong to the settings above */
  PetscInt n_pairs;
  QlbeEigenpair *pairs;
  Vec *vectors;
  PetscInt iterations;
  PetscInt matvecs;
};

/* A matrix and how often it was multiplied with a vector. */
typedef struct {
  Mat A;
  PetscInt count;
} QlbeProductCounter;

/*
   context->A as a shell that counts its products. The context must outlive the shell and all its
   duplicates, which spectral transformations make and which share it. Collective.
*/
PetscErrorCode QlbeSpectrumCreateCounter(QlbeProductCounter *context, Mat *counter);

/* Unit vector without any symmetry whose entries depend on the global index only. */
PetscErrorCode QlbeSpectrumGenericVector(Vec x);

/*
   Recomputes n pairs of the solver, and puts them in order: the quotient can exchange neighbours.
*/
PetscErrorCode QlbeSpectrumCollect(QlbeSpectrum s, EPS eps, PetscInt n);
/* Keeps the wanted pairs that stand before the first one whose recomputed residual fails. */
PetscErrorCode QlbeSpectrumTrim(QlbeSpectrum s);

/* Options that a solver of eigenvalues would read are in the database. Not collective. */
PetscErrorCode QlbeSpectrumHasOptions(PetscBool *has);

/*
   Scales x to unit length and fixed phase and fills value, residual, condition, error and share of
   pair; work has the layout of x. value comes in as the solver's eigenvalue.
*/
PetscErrorCode QlbeSpectrumRefinePair(QlbeSpectrum s, Vec x, Vec work, QlbeEigenpair *pair);

#endif
