/*
   The amplitude f(z, y) as a tensor Chebyshev series, and its fast evaluation along z.

   The series are those of Re f and Im f / p in the variables (z^2, y^2): both are analytic there,
   with the nearest singularities at p^2 = -(hbar/a)^2 or so. Im f is not: it has a cone a^2 p/hbar
   at the origin, which is why the factor p = hypot(z, y) is put back at evaluation only.
*/
#ifndef QLBE_AMPLITUDE_TABLE_H
#define QLBE_AMPLITUDE_TABLE_H

#include "qlbe/interaction.h"

typedef struct _p_QlbeAmplitudeTable *QlbeAmplitudeTable;

/*
   The table on 0 <= z <= z_max, 0 <= y <= y_max (momenta), with degrees chosen such that the
   neglected coefficients of f stay below tolerance times a. inter is used during the call only. Not
   collective, except on the team of the interaction. Errors: PETSC_ERR_ARG_OUTOFRANGE for
   non-positive or non-finite ranges and a tolerance outside [1e-14, 1); PETSC_ERR_NOT_CONVERGED if
   rounding or the largest degree (4096) keeps the coefficients above the tolerance.
*/
PETSC_EXTERN PetscErrorCode QlbeAmplitudeTableCreate(QlbeInteraction inter, double z_max,
                                                     double y_max, double tolerance,
                                                     QlbeAmplitudeTable *table);

/* Frees *table and sets it to NULL; NULL is allowed. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeAmplitudeTableDestroy(QlbeAmplitudeTable *table);

/* Numbers of coefficients in z^2 and y^2; either pointer may be NULL. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeAmplitudeTableGetSizes(QlbeAmplitudeTable table, PetscInt *nz,
                                                       PetscInt *ny);

/*
   The largest |table - QlbeInteractionAmplitude|, in units of a, over a few hundred fixed points
   off the nodes, corners and edges among them; measured when the table was made. Not collective.
*/
PETSC_EXTERN PetscErrorCode QlbeAmplitudeTableGetError(QlbeAmplitudeTable table, double *error);

/*
   The series in z^2 at fixed y in [0, y_max]: coefficients re[nz] of Re f (length) and im[nz] of Im
   f / p (length/momentum), for QlbeAmplitudeSliceEvaluate. Not collective. Errors:
   PETSC_ERR_ARG_OUTOFRANGE for y outside the table.
*/
PETSC_EXTERN PetscErrorCode QlbeAmplitudeTableSlice(QlbeAmplitudeTable table, double y, double re[],
                                                    double im[]);

/* A slice of a table at fixed y, with the coefficients of QlbeAmplitudeTableSlice; plain data. */
typedef struct {
  PetscInt nz;
  double z_max, y; /* z_max is that of the table */
  double *re, *im; /* [nz] */
} QlbeAmplitudeSlice;

/*
   Re f and Im f (lengths) at n points z2[n] = z^2 from a slice. Points must lie in [0, z_max^2],
   which is not checked here: beyond it the series grows without bound. Outputs must not overlap
   inputs. Not collective.
*/
PETSC_EXTERN PetscErrorCode QlbeAmplitudeSliceEvaluate(const QlbeAmplitudeSlice *slice, PetscInt n,
                                                       const double z2[], double f_re[],
                                                       double f_im[]);

/*
   The Chebyshev polynomials T[nz][n] of a table at n points z2[n] in [0, z_max^2], for
   QlbeAmplitudeSlicesEvaluate. Not collective.
*/
PETSC_EXTERN void QlbeAmplitudePolynomials(PetscInt nz, double z_max, PetscInt n, const double z2[],
                                           double T[]);

/* Points of many slices, with their polynomials; plain data. */
typedef struct {
  PetscInt n;
  const double *z2, *T; /* [n] squares of z, [nz][n] QlbeAmplitudePolynomials */
} QlbeAmplitudePoints;

/*
   As QlbeAmplitudeSliceEvaluate for n_y slices of a table at the same points. slices[n_y][2][nz]
   holds re and im of each, as from QlbeAmplitudeTableSlice at y[n_y]; f[n_y][2][n] receives Re f
   and Im f. For many slices this is several times faster. Not collective. Error: PETSC_ERR_LIB.
*/
PETSC_EXTERN PetscErrorCode QlbeAmplitudeSlicesEvaluate(PetscInt nz, PetscInt n_y, const double y[],
                                                        const double slices[],
                                                        const QlbeAmplitudePoints *points,
                                                        double f[]);

#endif
