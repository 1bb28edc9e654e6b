/*
   Starts of walkers: a sum of Gaussian terms is drawn term by term. For one packet this is
   |[rho]_k| itself; where terms interfere it is a bound of it, and their phases are in the weights.
*/
#include "trajectories_impl.h"

#include <math.h>

PetscErrorCode QlbeWalkerStartsCreate(const QlbeQuantumState *state, const double k[3],
                                      QlbeWalkerStarts *starts)
{
  PetscFunctionBegin;
  *starts = (QlbeWalkerStarts){.state = state, .k = {k[0], k[1], k[2]}};
  PetscCall(PetscMalloc1(state->n + 1, &starts->sum));
  starts->sum[0] = 0.0;
  for (PetscInt t = 0; t < state->n; t++) {
    const QlbeGaussianTerm *term = &state->terms[t];
    double exponent = 0.0;
    for (int i = 0; i < 3; i++) exponent -= 0.5 * PetscSqr(term->s[i] * (k[i] + term->kappa[i]));
    starts->sum[t + 1] = starts->sum[t] + PetscAbsScalar(term->weight) * exp(exponent);
  }
  starts->total = starts->sum[state->n];
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeWalkerStartsDestroy(QlbeWalkerStarts *starts)
{
  PetscFunctionBegin;
  PetscCall(PetscFree(starts->sum));
  PetscFunctionReturn(0);
}

PetscInt QlbeWalkerStart(const QlbeWalkerStarts *starts, QlbeWalkerStream *stream,
                         QlbeWalkerPoint *point)
{
  const QlbeQuantumState *state = starts->state;
  const double at = QlbeWalkerUniform(stream) * starts->total;
  const QlbeGaussianTerm *term;
  PetscInt t = 0;
  double phase;

  while (t < state->n - 1 && at >= starts->sum[t + 1]) t++;
  term = &state->terms[t];
  phase = PetscRealPart(term->weight) == PetscAbsScalar(term->weight)
              ? 0.0
              : atan2(PetscImaginaryPart(term->weight), PetscRealPart(term->weight));
  for (int i = 0; i < 3; i++) {
    point->p[i] = term->P[i] + term->sigma[i] * QlbeWalkerNormal(stream);
    phase += starts->k[i] * term->X[i] - point->p[i] * term->d[i] / state->hbar;
  }
  point->weight = starts->total * PetscCMPLX(cos(phase), sin(phase));
  return t;
}
