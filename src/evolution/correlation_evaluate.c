/*
   A correlation function in panels of time: its values, and its Fourier transform.

   On a panel int_-1^1 P_l(x) exp(-i u x) dx = 2 (-i)^l j_l(u), u = w times half of its length.
*/
#include <gsl/gsl_errno.h>
#include <gsl/gsl_sf_bessel.h>
#include <math.h>

#include "correlation.h"

/* The panel of a time before the end. */
static const CorrelationPanel *Find(const Correlation *c, double t)
{
  PetscInt low = 0, high = c->n;

  while (high - low > 1) {
    const PetscInt middle = (low + high) / 2;
    if (t < c->panels[middle].begin)
      high = middle;
    else
      low = middle;
  }
  return &c->panels[low];
}

void CorrelationAt(const Correlation *c, double t, double *value, double *error)
{
  const CorrelationPanel *panel;
  double before = 0.0, now = 1.0, x;

  if (t > c->end || c->n == 0) {
    const double since = t - c->end;
    *value = c->tail != 0.0 ? c->tail * exp(c->tail_rate * since) : 0.0;
    *error = c->cut + c->propagation + fabs(*value) * since * c->tail_rate_error;
    return;
  }
  panel = Find(c, t);
  x = (t - panel->begin) / panel->half - 1.0;
  *value = 0.0;
  for (int l = 0; l < CORRELATION_NODES; l++) {
    const double next = ((double)(2 * l + 1) * x * now - (double)l * before) / (double)(l + 1);
    *value += panel->c[l] * now;
    before = now;
    now = next;
  }
  *error = panel->error + c->propagation;
}

double CorrelationCurvature(const Correlation *c)
{
  double sum = 0.0, sign = 1.0;

  if (c->n == 0) return NAN;
  for (int l = 0; l < CORRELATION_NODES; l++) {
    const double n = (double)l;
    /* P_l''(-1) */
    sum += sign * c->panels[0].c[l] * (n - 1.0) * n * (n + 1.0) * (n + 2.0) / 8.0;
    sign = -sign;
  }
  return sum / (c->panels[0].half * c->panels[0].half);
}

/* int over one panel of F exp(-i w t). */
static PetscErrorCode TransformPanel(const CorrelationPanel *panel, double w, PetscScalar *sum)
{
  const PetscScalar turn[4] = {1.0, -PETSC_i, -1.0, PETSC_i};
  double j[CORRELATION_NODES];
  PetscScalar series = 0.0;
  int status;

  PetscFunctionBegin;
  status = gsl_sf_bessel_jl_steed_array(CORRELATION_NODES - 1, fabs(w) * panel->half, j);
  PetscCheck(status == GSL_SUCCESS || status == GSL_EUNDRFLW, PETSC_COMM_SELF, PETSC_ERR_LIB,
             "spherical Bessel functions at %g: %s", fabs(w) * panel->half, gsl_strerror(status));
  for (int l = 0; l < CORRELATION_NODES; l++) {
    const double sign = w < 0.0 && l % 2 == 1 ? -1.0 : 1.0;
    series += panel->c[l] * turn[l % 4] * sign * j[l];
  }
  *sum += 2.0 * panel->half * PetscExpScalar(-PETSC_i * w * (panel->begin + panel->half)) * series;
  PetscFunctionReturn(0);
}

PetscErrorCode CorrelationTransform(const Correlation *c, double w, double *value, double *error)
{
  PetscScalar sum = 0.0;
  double off = c->cut * c->cut_time + c->propagation * c->end;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < c->n; i++) {
    PetscCall(TransformPanel(&c->panels[i], w, &sum));
    off += 2.0 * c->panels[i].half * c->panels[i].error;
  }
  if (c->tail != 0.0) {
    const PetscScalar pole = PETSC_i * w - c->tail_rate;
    sum += c->tail * PetscExpScalar(-PETSC_i * w * c->end) / pole;
    off += c->propagation / PetscAbsScalar(pole) +
           fabs(c->tail) * c->tail_rate_error / (PetscAbsScalar(pole) * PetscAbsScalar(pole));
  }
  *value = PetscRealPart(sum) / PETSC_PI;
  *error = off / PETSC_PI;
  PetscFunctionReturn(0);
}
