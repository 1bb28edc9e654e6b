/*
   The amplitude f(z, y) at single points, fast: polynomials on small cells.

   A Chebyshev series of all momenta (amplitude_table.h) costs hundreds of terms at a point. Here a
   point costs one polynomial of degree 7 in either variable, those of Re f and of Im f / p, which
   are smooth where Im f itself is not.
*/
#ifndef QLBE_AMPLITUDE_CELLS_H
#define QLBE_AMPLITUDE_CELLS_H

#include "qlbe/interaction.h"

typedef struct _p_QlbeAmplitudeCells *QlbeAmplitudeCells;

/*
   Cells for all z, y >= 0 with z^2 + y^2 <= p_max^2, halved until the measured error is below
   tolerance times a. inter is used during the call only. Not collective, except on the team of the
   interaction, whose members fill the cells together. Errors: PETSC_ERR_ARG_OUTOFRANGE unless p_max
   is positive and finite; PETSC_ERR_NOT_CONVERGED where small cells do not reach the tolerance.
*/
PETSC_EXTERN PetscErrorCode QlbeAmplitudeCellsCreate(QlbeInteraction inter, double p_max,
                                                     double tolerance, QlbeAmplitudeCells *cells);

/* Frees *cells and sets it to NULL; NULL is allowed. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeAmplitudeCellsDestroy(QlbeAmplitudeCells *cells);

/*
   The largest |cells - QlbeInteractionAmplitude|, in units of a, over a thousand fixed points off
   the nodes; measured when the cells were made. Not collective.
*/
PETSC_EXTERN double QlbeAmplitudeCellsError(QlbeAmplitudeCells cells);

/* Bytes of the cells. Not collective. */
PETSC_EXTERN double QlbeAmplitudeCellsBytes(QlbeAmplitudeCells cells);

/* f and its derivative in z at fixed y; plain numbers, for loops over many points. */
typedef struct {
  double re, im, dz_re, dz_im;
} QlbeAmplitudePoint;

/*
   f alone, or with its derivative, at a point of the quarter disc z^2 + y^2 <= p_max^2, which is
   not checked. Not collective.
*/
PETSC_EXTERN void QlbeAmplitudeCellsValue(QlbeAmplitudeCells cells, double z, double y,
                                          QlbeAmplitudePoint *f);
/* The same with the derivative d_z f. Not collective. */
PETSC_EXTERN void QlbeAmplitudeCellsDerivative(QlbeAmplitudeCells cells, double z, double y,
                                               QlbeAmplitudePoint *f);

#endif
