/*
   What the terms left out of the curvature fit do to its coefficients.

   The fit is linear in its data: each neglected term, with the size that it may have, is sent
   through the same fit. eps(k) goes on as -D k^2/2 (1 + a4 + a6 + ..), where with x = D k^2/2 gap

     |a4| <= 0.3 x,   |a6| = 0.03 .. 1.2 x |a4|,   |a8| up to x |a6|,   k^6 log k: 0.15 |a6|

   were found for both amplitudes, masses from 0.2 to 50, radii from 0.1 to 3 and densities from
   0.01 to 3. On a lattice the cell around q = 0 adds h^2 k^4 log k and a cubic companion of its
   size. How large they are shows in a fit with |k|^4 log |k| in the place of |k|^6.
*/
#include "curvature_model.h"
#include "qlbe/worse.h"

typedef double Neglected(const double k[3]);

static double Sextic(const double k[3])
{
  return pow(QlbeCurvatureNorm(k), 6);
}

static double SexticLog(const double k[3])
{
  return Sextic(k) * log(QlbeCurvatureNorm(k));
}

static double Octic(const double k[3])
{
  return pow(QlbeCurvatureNorm(k), 8);
}

static double QuarticLog(const double k[3])
{
  return pow(QlbeCurvatureNorm(k), 4) * log(QlbeCurvatureNorm(k));
}

static double CubicLog(const double k[3])
{
  return QlbeCurvatureCubic(k) * log(QlbeCurvatureNorm(k));
}

static double CubicSextic(const double k[3])
{
  return QlbeCurvatureCubic(k) * pow(QlbeCurvatureNorm(k), 2);
}

/* Adds what a term of this size does to each coefficient. */
static PetscErrorCode AddTerm(const QlbeCurvatureModel *model, const QlbeCurvatureData *data,
                              Neglected *term, double size, double shift[])
{
  QlbeCurvatureSolution s;
  double *y;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(data->n, &y));
  for (PetscInt i = 0; i < data->n; i++) y[i] = term(data->kappa[i]);
  PetscCall(QlbeCurvatureSolve(model, data->n, data->kappa, y, data->weight, &s));
  for (PetscInt i = 0; i < model->n; i++) shift[i] += size * fabs(s.c[i]);
  PetscCall(PetscFree(y));
  PetscFunctionReturn(0);
}

/*
   Size of |k|^4 log |k|: fitted in the place of |k|^6, with what a |k|^6 of size a6 would be in
   that fit, since the two may cancel. Points that do not determine either leave a tenth of |k|^4.
*/
static PetscErrorCode Logarithm(const QlbeCurvatureModel *model, const QlbeCurvatureData *data,
                                const double c[], double a6, double *size)
{
  QlbeCurvatureModel other = *model;
  double shift[QLBE_CURVATURE_MAX_TERMS] = {0.0};
  QlbeCurvatureSolution s;

  PetscFunctionBegin;
  if (model->sextic < 0) {
    *size = 0.1 * fabs(c[model->quartic]);
    PetscFunctionReturn(0);
  }
  other.logarithm = model->sextic;
  other.sextic = -1;
  PetscCall(QlbeCurvatureSolve(&other, data->n, data->kappa, data->y, data->weight, &s));
  PetscCall(AddTerm(&other, data, Sextic, a6, shift));
  *size = fabs(s.c[other.logarithm]) + shift[other.logarithm];
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCurvatureTruncation(const QlbeCurvatureModel *model,
                                       const QlbeCurvatureData *data, PetscBool lattice,
                                       double ratio, const double c[], double shift[])
{
  const double a2 = 0.5 * fabs(QlbeCurvatureTrace(model, c)), a4 = fabs(c[model->quartic]);
  /* a fitted |k|^6 may vanish by accident */
  const double a6 = model->sextic >= 0 ? QlbeWorse(fabs(c[model->sextic]), 0.03 * ratio * a4)
                                       : QlbeWorse(1.5 * ratio * a4, 0.02 * ratio * ratio * a2);

  PetscFunctionBegin;
  PetscCall(PetscArrayzero(shift, QLBE_CURVATURE_MAX_TERMS));
  if (model->sextic >= 0) {
    PetscCall(AddTerm(model, data, Octic, 1.5 * ratio * a6, shift));
    PetscCall(AddTerm(model, data, SexticLog, 0.3 * a6, shift));
  } else
    PetscCall(AddTerm(model, data, Sextic, a6, shift));
  if (lattice) {
    double size;
    PetscCall(Logarithm(model, data, c, ratio * a4, &size));
    PetscCall(AddTerm(model, data, QuarticLog, size, shift));
    if (model->hessian == 6) {
      PetscCall(AddTerm(model, data, CubicLog, size, shift));
      PetscCall(AddTerm(model, data, CubicSextic, a6, shift));
    }
  }
  PetscFunctionReturn(0);
}
