/*
   Integrals of S over all frequencies, and its half width, by the chosen route.

   Gauss-Legendre panels from 0 on, each twice as long as all before; beyond the last one the series
   of (i w - A)^(-1) in 1/w, whose coefficients are the moments mu_j = x^T A^j x:
   S = (1/pi) (-mu_1/w^2 + mu_3/w^4 - ...).
*/
#include <math.h>

#include "qlbe/rule.h"
#include "structure_response.h"

/* Nodes of a panel, terms of the series; the series starts at this many times the fast rate. */
enum { NODES = 24, TERMS = 6 };
static const double series_from = 8.0;

/* Integrals over one panel. */
static PetscErrorCode AddPanel(const Response *r, double lo, double hi, double slope,
                               double sums[2])
{
  QlbeRule rule;

  PetscFunctionBegin;
  PetscCall(QlbeRuleLegendre(NODES, lo, hi, &rule));
  for (PetscInt i = 0; i < rule.n; i++) {
    double S, error;
    PetscCall(ResponseSpectrum(r, r->by_resolvent, rule.x[i], &S, &error));
    sums[0] += rule.w[i] * S;
    sums[1] += rule.w[i] * (rule.x[i] * rule.x[i] * S + slope / PETSC_PI);
  }
  PetscCall(QlbeRuleDestroy(&rule));
  PetscFunctionReturn(0);
}

PetscErrorCode ResponseIntegrals(const Response *r, const ResponseQuery *query, double *integral,
                                 double *second)
{
  const double last = series_from * query->fast;
  PetscScalar moment[2 * TERMS];
  double sums[2] = {0.0, 0.0}, lo = 0.0, hi = 0.25 * query->rate, sign = -1.0;

  PetscFunctionBegin;
  PetscCall(QlbeKrylovFormMoments(r->form, 2 * TERMS, moment));
  while (lo < last) {
    hi = PetscMin(hi, last);
    PetscCall(AddPanel(r, lo, hi, PetscRealPart(moment[1]), sums));
    lo = hi;
    hi *= 2.0;
  }
  for (int j = 1; j < 2 * TERMS; j += 2) {
    const double mu = sign * PetscRealPart(moment[j]) / PETSC_PI;
    sums[0] += mu / ((double)j * pow(last, (double)j));
    if (j > 1) sums[1] += mu / ((double)(j - 2) * pow(last, (double)(j - 2)));
    sign = -sign;
  }
  *integral = 2.0 * sums[0];
  *second = r->by_resolvent ? 2.0 * sums[1] : -CorrelationCurvature(&r->correlation);
  PetscFunctionReturn(0);
}

PetscErrorCode ResponseHalfWidth(const Response *r, const ResponseQuery *query, double *half_width)
{
  double peak, error, S, lo = 0.0, hi = 0.125 * query->rate;

  PetscFunctionBegin;
  *half_width = NAN;
  PetscCall(ResponseSpectrum(r, r->by_resolvent, 0.0, &peak, &error));
  PetscCall(ResponseSpectrum(r, r->by_resolvent, hi, &S, &error));
  while (S > 0.5 * peak && hi < query->fast) {
    lo = hi;
    hi *= 1.25;
    PetscCall(ResponseSpectrum(r, r->by_resolvent, hi, &S, &error));
  }
  if (!(S <= 0.5 * peak)) PetscFunctionReturn(0);
  while (hi - lo > 1e-15 * hi) {
    const double middle = 0.5 * (lo + hi);
    if (middle <= lo || middle >= hi) break;
    PetscCall(ResponseSpectrum(r, r->by_resolvent, middle, &S, &error));
    if (S > 0.5 * peak)
      lo = middle;
    else
      hi = middle;
  }
  *half_width = 0.5 * (lo + hi);
  PetscFunctionReturn(0);
}
