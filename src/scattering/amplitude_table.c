/*
   The table object: coefficients, their contraction to slices, and the measured error.

   Coefficients come from amplitude_coefficients.c, evaluation along z is in amplitude_slice.c. The
   error is measured against the long-double sums of partial_waves.c, which share no arithmetic with
   the samples.
*/
#include "qlbe/amplitude_table.h"
#include "qlbe/chebyshev.h"
#include "qlbe/worse.h"
#include "amplitude_coefficients.h"
#include <gsl/gsl_errno.h>
#include <math.h>

struct _p_QlbeAmplitudeTable {
  double z_max, y_max, a, error;
  QlbeAmplitudeTensor c;
  double *basis; /* work, [ny] */
};

enum { MEASURED = 19 };

/* The largest error along z at one y. */
static PetscErrorCode MeasureRow(QlbeAmplitudeTable t, QlbeInteraction inter, double y,
                                 double *largest)
{
  double re[MEASURED], im[MEASURED], z2[MEASURED];
  QlbeAmplitudeSlice slice = {.nz = t->c.nz, .z_max = t->z_max, .y = y};

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(slice.nz, &slice.re, slice.nz, &slice.im));
  PetscCall(QlbeAmplitudeTableSlice(t, y, slice.re, slice.im));
  for (PetscInt i = 0; i < MEASURED; i++) {
    const double u = (double)i / (double)(MEASURED - 1);
    z2[i] = PetscSqr(t->z_max * u * sqrt(u));
  }
  PetscCall(QlbeAmplitudeSliceEvaluate(&slice, MEASURED, z2, re, im));
  *largest = 0.0;
  for (PetscInt i = 0; i < MEASURED; i++) {
    PetscComplex f;

    PetscCall(QlbeInteractionAmplitude(inter, sqrt(z2[i]), y, &f, NULL));
    *largest = QlbeWorse(*largest, PetscAbsComplex(re[i] + PETSC_i * im[i] - f) / t->a);
  }
  PetscCall(PetscFree2(slice.re, slice.im));
  PetscFunctionReturn(0);
}

/*
   Compares with direct sums at graded points with corners and edges, finer toward the origin. Rows
   are dealt to the members of the team.
*/
static PetscErrorCode MeasureError(QlbeAmplitudeTable t, QlbeInteraction inter)
{
  const QlbeTeam *team = &inter->team;
  double error[MEASURED] = {0.0};

  PetscFunctionBegin;
  for (PetscInt j = team->rank; j < MEASURED; j += team->size) {
    const double v = (double)j / (double)(MEASURED - 1);
    PetscCall(MeasureRow(t, inter, t->y_max * v * sqrt(v), &error[j]));
  }
  if (team->size > 1) PetscCall(team->sum(team->context, MEASURED, error));
  t->error = 0.0;
  for (PetscInt j = 0; j < MEASURED; j++) t->error = QlbeWorse(t->error, error[j]);
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeAmplitudeTableCreate(QlbeInteraction inter, double z_max, double y_max,
                                        double tolerance, QlbeAmplitudeTable *table)
{
  QlbeAmplitudeTable t;
  QlbeAmplitudeTensor coefficients;

  PetscFunctionBegin;
  *table = NULL;
  PetscCheck(z_max > 0.0 && y_max > 0.0 &&
                 inter->a * hypot(z_max, y_max) <= QLBE_KAPPA_MAX * inter->hbar,
             PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "ranges z_max = %g and y_max = %g must be positive, and a p/hbar at most %g", z_max,
             y_max, (double)QLBE_KAPPA_MAX);
  PetscCheck(tolerance >= 1e-14 && tolerance < 1.0, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "tolerance %g must lie in [1e-14, 1)", tolerance);
  (void)gsl_set_error_handler_off();
  /* Less than the tolerance, since two truncations and the rounding add up. */
  PetscCall(
      QlbeAmplitudeCoefficients(inter, z_max, y_max, 0.3 * tolerance * inter->a, &coefficients));
  PetscCall(PetscNew(&t));
  t->z_max = z_max;
  t->y_max = y_max;
  t->a = inter->a;
  t->c = coefficients;
  PetscCall(PetscMalloc1(t->c.ny, &t->basis));
  PetscCall(MeasureError(t, inter));
  *table = t;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeAmplitudeTableDestroy(QlbeAmplitudeTable *table)
{
  PetscFunctionBegin;
  if (!table || !*table) PetscFunctionReturn(0);
  PetscCall(PetscFree((*table)->c.re));
  PetscCall(PetscFree((*table)->c.im));
  PetscCall(PetscFree((*table)->basis));
  PetscCall(PetscFree(*table));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeAmplitudeTableGetSizes(QlbeAmplitudeTable table, PetscInt *nz, PetscInt *ny)
{
  PetscFunctionBegin;
  if (nz) *nz = table->c.nz;
  if (ny) *ny = table->c.ny;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeAmplitudeTableGetError(QlbeAmplitudeTable table, double *error)
{
  PetscFunctionBegin;
  *error = table->error;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeAmplitudeTableSlice(QlbeAmplitudeTable table, double y, double re[], double im[])
{
  const PetscInt nz = table->c.nz;

  PetscFunctionBegin;
  PetscCheck(y >= 0.0 && y <= table->y_max * (1.0 + 1e-12), PETSC_COMM_SELF,
             PETSC_ERR_ARG_OUTOFRANGE, "y = %g outside the table's [0, %g]", y, table->y_max);
  QlbeChebyshevBasis(table->c.ny, 0.0, table->y_max * table->y_max, y * y, table->basis);
  PetscCall(PetscArrayzero(re, nz));
  PetscCall(PetscArrayzero(im, nz));
  for (PetscInt j = 0; j < table->c.ny; j++) {
    const double T = table->basis[j];
    const double *row_re = table->c.re + j * nz, *row_im = table->c.im + j * nz;

#pragma omp simd
    for (PetscInt i = 0; i < nz; i++) {
      re[i] += T * row_re[i];
      im[i] += T * row_im[i];
    }
  }
  PetscFunctionReturn(0);
}
