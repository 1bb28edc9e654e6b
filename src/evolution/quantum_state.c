/*
   Initial states: packets are Gaussian in momentum, so that products of two of them are Gaussian
   terms. With P_a = P + hbar kappa/2, P_b = P - hbar kappa/2 and p -+ hbar k/2 in the arguments of
   a and b,

     (p - hbar k/2 - P_a)^2 + (p + hbar k/2 - P_b)^2 = 2 (p - P)^2 + hbar^2 (k + kappa)^2/2,
     -(p - hbar k/2).X_a + (p + hbar k/2).X_b        = -p.d + hbar k.X.
*/
#include "state_impl.h"

/* A packet of least uncertainty must not be refused for the rounding of its widths. */
#define UNCERTAINTY_ROUNDING 1e-12

/*
   The norm left over where packets cancel, relative to the sum of theirs: below it, rounding shows
   in more than the last six digits.
*/
#define LEAST_NORM 1e-10

static PetscErrorCode CheckWidths(double hbar, const double width[3])
{
  PetscFunctionBegin;
  PetscCheck(hbar > 0.0 && isfinite(hbar), PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "hbar must be positive, not %g", hbar);
  for (int i = 0; i < 3; i++) {
    PetscCheck(width[i] > 0.0 && isfinite(width[i]), PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
               "a packet's width must be positive, not %g", width[i]);
  }
  PetscFunctionReturn(0);
}

/* c_a conj(c_b) |a><b|. */
static QlbeGaussianTerm PairTerm(double hbar, const double width[3], const QlbePacket *a,
                                 const QlbePacket *b)
{
  QlbeGaussianTerm term = {.weight = a->amplitude * PetscConj(b->amplitude)};

  for (int i = 0; i < 3; i++) {
    term.P[i] = 0.5 * (a->momentum[i] + b->momentum[i]);
    term.sigma[i] = 0.5 * hbar / width[i];
    term.s[i] = width[i];
    term.kappa[i] = (a->momentum[i] - b->momentum[i]) / hbar;
    term.d[i] = a->position[i] - b->position[i];
    term.X[i] = 0.5 * (a->position[i] + b->position[i]);
  }
  return term;
}

PetscScalar QlbeTermTrace(const QlbeGaussianTerm *term, double hbar)
{
  double exponent = 0.0, phase = 0.0;

  for (int i = 0; i < 3; i++) {
    const double position = term->s[i] * term->kappa[i];
    const double momentum = term->sigma[i] * term->d[i] / hbar;

    exponent -= 0.5 * (position * position + momentum * momentum);
    phase -= term->P[i] * term->d[i] / hbar;
  }
  return term->weight * exp(exponent) * PetscCMPLX(cos(phase), sin(phase));
}

PetscErrorCode QlbeStateSuperposition(double hbar, const double width[3], PetscInt n,
                                      const QlbePacket packets[], QlbeQuantumState *state)
{
  double probability = 0.0, norm = 0.0;
  PetscInt next = n;

  PetscFunctionBegin;
  PetscCall(CheckWidths(hbar, width));
  for (PetscInt a = 0; a < n; a++) {
    probability += PetscSqr(PetscAbsScalar(packets[a].amplitude));
    for (PetscInt b = 0; b < n; b++) {
      const QlbeGaussianTerm term = PairTerm(hbar, width, &packets[a], &packets[b]);
      norm += PetscRealPart(QlbeTermTrace(&term, hbar));
    }
  }
  PetscCheck(norm > LEAST_NORM * probability, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "%" PetscInt_FMT " packets of norm %g cancel down to %g", n, probability, norm);
  state->hbar = hbar;
  state->n = n * n;
  PetscCall(PetscMalloc1(n * n, &state->terms));
  for (PetscInt a = 0; a < n; a++) {
    for (PetscInt b = 0; b < n; b++) {
      QlbeGaussianTerm *term = &state->terms[a == b ? a : next++];
      *term = PairTerm(hbar, width, &packets[a], &packets[b]);
      term->weight /= norm;
    }
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeStateMixture(double hbar, const double width[3], PetscInt n,
                                const QlbePacket packets[], QlbeQuantumState *state)
{
  double norm = 0.0;

  PetscFunctionBegin;
  PetscCall(CheckWidths(hbar, width));
  for (PetscInt a = 0; a < n; a++) norm += PetscSqr(PetscAbsScalar(packets[a].amplitude));
  PetscCheck(norm > 0.0, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "%" PetscInt_FMT " packets have probability %g", n, norm);
  state->hbar = hbar;
  state->n = n;
  PetscCall(PetscMalloc1(n, &state->terms));
  for (PetscInt a = 0; a < n; a++) {
    state->terms[a] = PairTerm(hbar, width, &packets[a], &packets[a]);
    state->terms[a].weight /= norm;
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeStateGaussian(double hbar, const double width[3], const double sigma[3],
                                 const QlbePacket *packet, QlbeQuantumState *state)
{
  PetscFunctionBegin;
  PetscCall(CheckWidths(hbar, width));
  PetscCall(CheckWidths(hbar, sigma));
  for (int i = 0; i < 3; i++) {
    PetscCheck(width[i] * sigma[i] >= 0.5 * hbar * (1.0 - UNCERTAINTY_ROUNDING), PETSC_COMM_SELF,
               PETSC_ERR_ARG_OUTOFRANGE,
               "widths %g in position and %g in momentum: no state has a product below hbar/2 = %g",
               width[i], sigma[i], 0.5 * hbar);
  }
  state->hbar = hbar;
  state->n = 1;
  PetscCall(PetscMalloc1(1, &state->terms));
  state->terms[0] = PairTerm(hbar, width, packet, packet);
  state->terms[0].weight = 1.0;
  PetscCall(PetscArraycpy(state->terms[0].sigma, sigma, 3));
  PetscFunctionReturn(0);
}

static PetscBool IsInterference(const QlbeGaussianTerm *term)
{
  for (int i = 0; i < 3; i++) {
    if (term->kappa[i] != 0.0 || term->d[i] != 0.0) return PETSC_TRUE;
  }
  return PETSC_FALSE;
}

PetscErrorCode QlbeStateInterference(const QlbeQuantumState *state, QlbeQuantumState *interference)
{
  PetscInt n = 0;

  PetscFunctionBegin;
  for (PetscInt t = 0; t < state->n; t++) {
    if (IsInterference(&state->terms[t])) n++;
  }
  interference->hbar = state->hbar;
  interference->n = n;
  PetscCall(PetscMalloc1(n, &interference->terms));
  for (PetscInt t = 0, next = 0; t < state->n; t++) {
    if (IsInterference(&state->terms[t])) interference->terms[next++] = state->terms[t];
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeStateDestroy(QlbeQuantumState *state)
{
  PetscFunctionBegin;
  PetscCall(PetscFree(state->terms));
  state->n = 0;
  PetscFunctionReturn(0);
}

static PetscScalar TermFiber(const QlbeGaussianTerm *term, double hbar, const double k[3],
                             const double p[3])
{
  const double two_pi = 2.0 * PETSC_PI;
  const double volume = term->sigma[0] * term->sigma[1] * term->sigma[2];
  double exponent = 0.0, phase = 0.0;

  for (int i = 0; i < 3; i++) {
    const double momentum = (p[i] - term->P[i]) / term->sigma[i];
    const double position = term->s[i] * (k[i] + term->kappa[i]);

    exponent -= 0.5 * (momentum * momentum + position * position);
    phase += k[i] * term->X[i] - p[i] * term->d[i] / hbar;
  }
  return term->weight * exp(exponent) / (two_pi * sqrt(two_pi) * volume) *
         PetscCMPLX(cos(phase), sin(phase));
}

PetscScalar QlbeStateFiber(const QlbeQuantumState *state, const double k[3], const double p[3],
                           PetscInt order, const double direction[3])
{
  PetscScalar sum = 0.0;

  for (PetscInt t = 0; t < state->n; t++) {
    const QlbeGaussianTerm *term = &state->terms[t];
    PetscScalar f = TermFiber(term, state->hbar, k, p);

    if (order > 0) {
      PetscScalar slope = 0.0; /* of log f along the direction */
      double curvature = 0.0;

      for (int i = 0; i < 3; i++) {
        const double s2 = term->s[i] * term->s[i];
        slope += direction[i] * PetscCMPLX(-s2 * (k[i] + term->kappa[i]), term->X[i]);
        curvature -= direction[i] * direction[i] * s2;
      }
      f *= order == 1 ? slope : slope * slope + curvature;
    }
    sum += f;
  }
  return sum;
}

PetscScalar QlbeStateFreeFiber(const QlbeQuantumState *state, double mass, double t,
                               const double k[3], const double p[3])
{
  const double phase = (k[0] * p[0] + k[1] * p[1] + k[2] * p[2]) * t / mass;

  return QlbeStateFiber(state, k, p, 0, NULL) * PetscCMPLX(cos(phase), sin(phase));
}
