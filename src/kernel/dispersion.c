/*
   h_k(p): the kinetic part in closed form, so that nothing cancels at small k, and the
   forward-scattering shift H_f (2.6) from a Chebyshev series in p^2; E_k(p) from another one.
*/
#include "qlbe/chebyshev.h"
#include "qlbe/dispersion.h"

enum { MAX_TERMS = 1024 };

/* A function of |p|: its Chebyshev series in p^2. */
typedef struct {
  PetscInt n;
  double *c;
} Series;

struct _p_QlbeDispersion {
  QlbeParameters par;
  double p2_max;
  Series shift, rate; /* H_f and E */
};

typedef double RadialFunction(QlbeGasAverage average, double p);

/*
   Interpolates f with n terms; `tail` is the larger of the last two coefficients over the largest
   one.
*/
static PetscErrorCode Interpolate(QlbeGasAverage average, RadialFunction *f, double p2_max,
                                  Series *series, double *tail)
{
  const PetscInt n = series->n;
  double *p2, *c = series->c, largest = 0.0;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(n, &p2));
  QlbeChebyshevNodes(n, 0.0, p2_max, p2);
  for (PetscInt j = 0; j < n; j++) c[j] = f(average, sqrt(p2[j]));
  PetscCall(QlbeChebyshevTransform(1, n, 1, c));
  for (PetscInt k = 0; k < n; k++) largest = PetscMax(largest, fabs(c[k]));
  *tail = largest > 0.0 ? PetscMax(fabs(c[n - 1]), fabs(c[n - 2])) / largest : 0.0;
  PetscCall(PetscFree(p2));
  PetscFunctionReturn(0);
}

static PetscErrorCode Tabulate(QlbeGasAverage average, RadialFunction *f, double p2_max,
                               Series *series)
{
  double tail = 1.0;

  PetscFunctionBegin;
  for (series->n = 24; tail > 1e-13; series->n *= 2) {
    PetscCheck(series->n <= MAX_TERMS, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
               "rates and energy shifts up to p = %g need more than %d terms", sqrt(p2_max),
               MAX_TERMS);
    PetscCall(PetscFree(series->c));
    PetscCall(PetscMalloc1(series->n, &series->c));
    PetscCall(Interpolate(average, f, p2_max, series, &tail));
    if (tail <= 1e-13) break;
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDispersionCreate(const QlbeParameters *par, double p_max,
                                    QlbeDispersion *dispersion)
{
  QlbeDispersion d;
  QlbeGasAverage average;

  PetscFunctionBegin;
  PetscCall(PetscNew(&d));
  d->par = *par;
  d->p2_max = p_max * p_max * (1.0 + 1e-12);
  PetscCall(QlbeGasAverageCreate(par, p_max, &average));
  PetscCall(Tabulate(average, QlbeEnergyShift, d->p2_max, &d->shift));
  PetscCall(Tabulate(average, QlbeEscapeRate, d->p2_max, &d->rate));
  PetscCall(QlbeGasAverageDestroy(&average));
  *dispersion = d;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDispersionDestroy(QlbeDispersion *dispersion)
{
  PetscFunctionBegin;
  if (!*dispersion) PetscFunctionReturn(0);
  PetscCall(PetscFree((*dispersion)->shift.c));
  PetscCall(PetscFree((*dispersion)->rate.c));
  PetscCall(PetscFree(*dispersion));
  PetscFunctionReturn(0);
}

/* |p - hbar k/2|^2 and |p + hbar k/2|^2 */
static void Squares(QlbeDispersion d, const double p[3], const double k[3], double *minus2,
                    double *plus2)
{
  const double half = 0.5 * d->par.hbar;

  *minus2 = *plus2 = 0.0;
  for (int axis = 0; axis < 3; axis++) {
    *minus2 += (p[axis] - half * k[axis]) * (p[axis] - half * k[axis]);
    *plus2 += (p[axis] + half * k[axis]) * (p[axis] + half * k[axis]);
  }
}

static double Value(QlbeDispersion d, const Series *series, double p2)
{
  return QlbeChebyshevSum(series->n, series->c, 0.0, d->p2_max, p2);
}

double QlbeDispersionDifference(QlbeDispersion d, const double p[3], const double k[3])
{
  const double p_dot_k = p[0] * k[0] + p[1] * k[1] + p[2] * k[2];
  double minus2, plus2;

  Squares(d, p, k, &minus2, &plus2);
  return -d->par.hbar * p_dot_k / d->par.M + Value(d, &d->shift, minus2) -
         Value(d, &d->shift, plus2);
}

double QlbeDispersionLoss(QlbeDispersion d, const double p[3], const double k[3])
{
  double minus2, plus2;

  Squares(d, p, k, &minus2, &plus2);
  return 0.5 * (Value(d, &d->rate, minus2) + Value(d, &d->rate, plus2));
}
