/*
   exp(t A) x for blocks of vectors.

   The spectrum of A = U C U^T - D lies in [-rate, 0] + i [-phase, phase]. With X = (A + c)/(i R),
   c = rate/2, R > phase,

     exp(t A) = e^(-c t) sum_n (2 - delta_n0) i^n J_n(R t) T_n(X),

   (H. Tal-Ezer, R. Kosloff, J. Chem. Phys. 81, 3967 (1984)): one product for each radian of the
   fastest phase and no orthogonalisation, so that many vectors go together. Real parts of X up to
   c/R make T_n grow like rho^n, rho = c/R + (1 + (c/R)^2)^(1/2); steps in time keep that small.

   A fiber whose flight has carried it out of the reach of the gain flies and decays by D alone:
   exact at the nodes, though sums over them would fold back what oscillates faster than they are
   dense.
*/
#include <gsl/gsl_errno.h>
#include <gsl/gsl_sf_bessel.h>

#include "flight_operator.h"

#include <math.h>

/* c t of one step: rounding grows by exp of it. */
static const double most_growth = 3.0;

/* s that a wave flies in one step with a tail, in units of s_b. */
static const double most_flown = 1.0;

/* R over the largest phase. */
static const double margin = 1.02;

/* Terms beyond R t. */
enum { MORE_TERMS = 60 };

/* Coefficients (2 - delta) e^(-c t) J_n(R t), n < *terms, into a[]. */
static PetscErrorCode Coefficients(double R, double c, double t, double tolerance, PetscInt *terms,
                                   double **a)
{
  const double reach = R * t, rho = c / R + sqrt(1.0 + (c / R) * (c / R)), factor = exp(-c * t);
  const PetscInt most = (PetscInt)ceil(reach + 8.0 * cbrt(reach)) + MORE_TERMS;
  double bound = 0.0;
  int status;

  PetscFunctionBegin;
  (void)gsl_set_error_handler_off();
  PetscCall(PetscMalloc1(most, a));
  status = gsl_sf_bessel_Jn_array(0, (int)most - 1, reach, *a);
  PetscCheck(status == GSL_SUCCESS || status == GSL_EUNDRFLW, PETSC_COMM_SELF, PETSC_ERR_LIB,
             "Bessel functions: %s", gsl_strerror(status));
  /* from the end: the first terms whose sum is below the tolerance */
  *terms = most;
  while (*terms > 1) {
    bound += 2.0 * factor * fabs((*a)[*terms - 1]) * pow(rho, (double)*terms - 1.0);
    if (bound > tolerance) break;
    (*terms)--;
  }
  PetscCheck(*terms < most || tolerance == 0.0, PETSC_COMM_SELF, PETSC_ERR_NOT_CONVERGED,
             "a Chebyshev expansion of %" PetscInt_FMT " terms", most);
  for (PetscInt n = 0; n < *terms; n++) (*a)[n] *= (n == 0 ? 1.0 : 2.0) * factor;
  PetscFunctionReturn(0);
}

/* x += i^term weight y for `size` complex numbers as pairs of reals. */
static void Add(PetscInt size, PetscInt term, double weight, const double y[], double x[])
{
  const double sign = term % 4 < 2 ? weight : -weight;

  if (term % 2 == 0) {
    for (PetscInt i = 0; i < 2 * size; i++) x[i] += sign * y[i];
  } else {
    for (PetscInt i = 0; i < size; i++) {
      x[2 * i] -= sign * y[2 * i + 1];
      x[2 * i + 1] += sign * y[2 * i];
    }
  }
}

/*
   The next Chebyshev polynomial into before: factor (gain - D now + c now)/i - before. Pairs of
   reals; n vectors at each node.
*/
static void Next(const FlightOperator *op, PetscInt n, double factor, const double gain[],
                 const double now[], double before[])
{
  const double c = 0.5 * op->rate;

  for (PetscInt j = 0; j < op->local; j++) {
    const double loss = c - PetscRealPart(op->D[j]), phase = PetscImaginaryPart(op->D[j]);
    const double *g = gain + 2 * n * j, *x = now + 2 * n * j;
    double *y = before + 2 * n * j;
    for (PetscInt i = 0; i < n; i++) {
      const double re = g[2 * i] + loss * x[2 * i] + phase * x[2 * i + 1];
      const double im = g[2 * i + 1] + loss * x[2 * i + 1] - phase * x[2 * i];
      y[2 * i] = factor * im - y[2 * i];
      y[2 * i + 1] = -factor * re - y[2 * i + 1];
    }
  }
}

/* One step: T_n by their recurrence, T_(n+1) = 2 X T_n - T_(n-1). */
static PetscErrorCode Step(const FlightOperator *op, double t, double tolerance, PetscInt n,
                           PetscScalar x[])
{
  const double c = 0.5 * op->rate, R = PetscMax(margin * op->phase, PetscMax(c, 1e-300));
  const PetscInt size = op->local * n;
  PetscScalar *before, *now, *gain;
  double *a;
  PetscInt terms = 0;

  PetscFunctionBegin;
  PetscCall(Coefficients(R, c, t, tolerance, &terms, &a));
  PetscCall(PetscMalloc1(size, &now));
  PetscCall(PetscMalloc1(size, &before));
  PetscCall(PetscMalloc1(size, &gain));
  PetscCall(PetscArraycpy(now, x, size));
  PetscCall(PetscArrayzero(before, size));
  for (PetscInt i = 0; i < 2 * size; i++) ((double *)x)[i] *= a[0];
  for (PetscInt term = 1; term < terms; term++) {
    PetscScalar *swap;
    PetscCall(QlbeFlightOperatorGain_Private(op, n, now, gain));
    Next(op, n, (term == 1 ? 1.0 : 2.0) / R, (double *)gain, (double *)now, (double *)before);
    swap = before;
    before = now;
    now = swap;
    Add(size, term, a[term], (double *)now, (double *)x);
  }
  PetscCall(PetscFree(now));
  PetscCall(PetscFree(before));
  PetscCall(PetscFree(gain));
  PetscCall(PetscFree(a));
  PetscFunctionReturn(0);
}

/* Exact flight without a gain. */
static void Fly(const FlightOperator *op, double t, PetscInt n, PetscScalar x[])
{
  for (PetscInt j = 0; j < op->local; j++) {
    const PetscScalar factor = PetscExpScalar(-op->D[j] * t);
    for (PetscInt i = 0; i < n; i++) x[j * n + i] *= factor;
  }
}

/*
   With the tail of the gain in the middle of steps in which a wave does not fly far (G. Strang,
   SIAM J. Numer. Anal. 5, 506 (1968)).
*/
PetscErrorCode QlbeFlightAdvance_Private(const FlightOperator *op, const double time[2],
                                         double tolerance, PetscInt n, PetscScalar x[])
{
  const double end = PetscMin(time[1], op->leaves), span = end - time[0];

  PetscFunctionBegin;
  if (span > 0.0 && op->C) {
    const double growth = 0.5 * op->rate * span / most_growth;
    const double flown = op->tail ? QlbeFlightTailSteps_Private(op->tail, span) / most_flown : 0.0;
    const PetscInt steps = PetscMax(1, (PetscInt)ceil(PetscMax(growth, flown) - 1e-9));
    const double step = span / (double)steps;
    const double each = tolerance / (double)(op->tail ? steps + 1 : steps);
    for (PetscInt i = 0; i < steps; i++) {
      PetscCall(Step(op, op->tail && i == 0 ? 0.5 * step : step, each, n, x));
      if (op->tail) PetscCall(QlbeFlightTailAdvance_Private(op->tail, step, n, x));
    }
    if (op->tail) PetscCall(Step(op, 0.5 * step, each, n, x));
  } else if (span > 0.0) {
    Fly(op, span, n, x);
  }
  if (time[1] > op->leaves) Fly(op, time[1] - PetscMax(time[0], op->leaves), n, x);
  PetscFunctionReturn(0);
}
