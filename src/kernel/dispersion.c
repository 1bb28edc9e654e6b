/*
   h_k(p): the kinetic part in closed form, so that nothing cancels at small k, and the
   forward-scattering shift H_f (2.6) from a Chebyshev series in p^2.
*/
#include "qlbe/chebyshev.h"
#include "qlbe/dispersion.h"

enum { MAX_TERMS = 1024 };

struct _p_QlbeDispersion {
  QlbeParameters par;
  double p2_max;
  PetscInt n;
  double *c;
};

/*
   Interpolates H_f with n terms; `tail` is the larger of the last two coefficients over the largest
   one.
*/
static PetscErrorCode Interpolate(QlbeGasAverage average, double p2_max, PetscInt n, double c[],
                                  double *tail)
{
  double *p2, largest = 0.0;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(n, &p2));
  QlbeChebyshevNodes(n, 0.0, p2_max, p2);
  for (PetscInt j = 0; j < n; j++) c[j] = QlbeEnergyShift(average, sqrt(p2[j]));
  PetscCall(QlbeChebyshevTransform(1, n, 1, c));
  for (PetscInt k = 0; k < n; k++) largest = PetscMax(largest, fabs(c[k]));
  *tail = largest > 0.0 ? PetscMax(fabs(c[n - 1]), fabs(c[n - 2])) / largest : 0.0;
  PetscCall(PetscFree(p2));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDispersionCreate(const QlbeParameters *par, double p_max,
                                    QlbeDispersion *dispersion)
{
  QlbeDispersion d;
  QlbeGasAverage average;
  double tail = 1.0;

  PetscFunctionBegin;
  PetscCall(PetscNew(&d));
  d->par = *par;
  d->p2_max = p_max * p_max * (1.0 + 1e-12);
  PetscCall(QlbeGasAverageCreate(par, p_max, &average));
  for (d->n = 24; tail > 1e-13; d->n *= 2) {
    PetscCheck(d->n <= MAX_TERMS, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
               "the energy shift up to p = %g needs more than %d terms", p_max, MAX_TERMS);
    PetscCall(PetscFree(d->c));
    PetscCall(PetscMalloc1(d->n, &d->c));
    PetscCall(Interpolate(average, d->p2_max, d->n, d->c, &tail));
    if (tail <= 1e-13) break;
  }
  PetscCall(QlbeGasAverageDestroy(&average));
  *dispersion = d;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDispersionDestroy(QlbeDispersion *dispersion)
{
  PetscFunctionBegin;
  if (!*dispersion) PetscFunctionReturn(0);
  PetscCall(PetscFree((*dispersion)->c));
  PetscCall(PetscFree(*dispersion));
  PetscFunctionReturn(0);
}

double QlbeDispersionDifference(QlbeDispersion d, const double p[3], const double k[3])
{
  const double half = 0.5 * d->par.hbar;
  double minus2 = 0.0, plus2 = 0.0, p_dot_k = 0.0;

  for (int axis = 0; axis < 3; axis++) {
    minus2 += (p[axis] - half * k[axis]) * (p[axis] - half * k[axis]);
    plus2 += (p[axis] + half * k[axis]) * (p[axis] + half * k[axis]);
    p_dot_k += p[axis] * k[axis];
  }
  return -d->par.hbar * p_dot_k / d->par.M + QlbeChebyshevSum(d->n, d->c, 0.0, d->p2_max, minus2) -
         QlbeChebyshevSum(d->n, d->c, 0.0, d->p2_max, plus2);
}
