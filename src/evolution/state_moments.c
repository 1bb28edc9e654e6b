/*
   Moments of sums of Gaussian terms: every term is its trace times complex normal distributions, of
   mean P - i sigma^2 d/hbar and variance sigma^2 in p, and by derivatives of the characteristic
   function at k = 0, of mean X + i s^2 kappa and variance s^2 in x.
*/
#include "state_impl.h"

/* Sums over terms of int x_i and of int x_i x_j, where x is counted from a centre. */
typedef struct {
  PetscScalar first[3], second[3][3];
} Sums;

static void AddTerm(PetscScalar trace, const PetscScalar mean[3], const double centre[3],
                    const double width[3], Sums *sums)
{
  for (int i = 0; i < 3; i++) {
    const PetscScalar x = mean[i] - centre[i];

    sums->first[i] += trace * x;
    for (int j = 0; j < 3; j++) sums->second[i][j] += trace * x * (mean[j] - centre[j]);
    sums->second[i][i] += trace * width[i] * width[i];
  }
}

/*
   Sums over the momenta and the positions of all terms, counted from the centres p0 and x0; the
   trace is returned.
*/
static double SumTerms(const QlbeQuantumState *state, const double p0[3], const double x0[3],
                       Sums *p, Sums *x)
{
  double trace = 0.0;

  *p = *x = (Sums){{0.0}, {{0.0}}};
  for (PetscInt t = 0; t < state->n; t++) {
    const QlbeGaussianTerm *term = &state->terms[t];
    const PetscScalar term_trace = QlbeTermTrace(term, state->hbar);
    PetscScalar momentum[3], position[3];

    for (int i = 0; i < 3; i++) {
      momentum[i] = PetscCMPLX(term->P[i], -PetscSqr(term->sigma[i]) * term->d[i] / state->hbar);
      position[i] = PetscCMPLX(term->X[i], PetscSqr(term->s[i]) * term->kappa[i]);
    }
    AddTerm(term_trace, momentum, p0, term->sigma, p);
    AddTerm(term_trace, position, x0, term->s, x);
    trace += PetscRealPart(term_trace);
  }
  return trace;
}

/* value exp(exponent + i phase) */
typedef struct {
  double value, exponent, phase;
} Overlap;

/*
   Multiplies by int dx exp(-u (x - a)^2/2 - v (x - b)^2/2 + i y x): around the weighted mean
   (u a + v b)/(u + v) the two are one Gaussian.
*/
static void MultiplyOverlap(double u, double a, double v, double b, double y, Overlap *product)
{
  const double sum = u + v;

  product->value *= sqrt(2.0 * PETSC_PI / sum);
  product->exponent -= 0.5 * (u / sum * v * (a - b) * (a - b) + y * y / sum);
  product->phase += y * (u * a + v * b) / sum;
}

/* hbar^3 int dk int dp of the term a times the complex conjugate of b. */
static PetscScalar TermProduct(const QlbeGaussianTerm *a, const QlbeGaussianTerm *b, double hbar)
{
  Overlap x = {1.0, 0.0, 0.0};

  for (int i = 0; i < 3; i++) {
    x.value *= hbar / (2.0 * PETSC_PI * a->sigma[i] * b->sigma[i]);
    MultiplyOverlap(1.0 / PetscSqr(a->sigma[i]), a->P[i], 1.0 / PetscSqr(b->sigma[i]), b->P[i],
                    (b->d[i] - a->d[i]) / hbar, &x);
    MultiplyOverlap(PetscSqr(a->s[i]), -a->kappa[i], PetscSqr(b->s[i]), -b->kappa[i],
                    a->X[i] - b->X[i], &x);
  }
  return a->weight * PetscConj(b->weight) * x.value * exp(x.exponent) *
         PetscCMPLX(cos(x.phase), sin(x.phase));
}

double QlbeStatePurity(const QlbeQuantumState *state)
{
  double purity = 0.0;

  for (PetscInt a = 0; a < state->n; a++) {
    for (PetscInt b = 0; b < state->n; b++)
      purity += PetscRealPart(TermProduct(&state->terms[a], &state->terms[b], state->hbar));
  }
  return purity;
}

PetscErrorCode QlbeStateGetMoments(const QlbeQuantumState *state, QlbeStateMoments *moments)
{
  const double origin[3] = {0.0, 0.0, 0.0};
  double trace;
  Sums p, x;

  PetscFunctionBegin;
  trace = SumTerms(state, origin, origin, &p, &x);
  for (int i = 0; i < 3; i++) {
    moments->momentum[i] = PetscRealPart(p.first[i]) / trace;
    moments->position[i] = PetscRealPart(x.first[i]) / trace;
    for (int j = 0; j < 3; j++) moments->momentum2[i][j] = PetscRealPart(p.second[i][j]) / trace;
  }
  /* from the mean: the difference of squares would lose the covariance of a packet far from the
     origin */
  (void)SumTerms(state, origin, moments->position, &p, &x);
  for (int i = 0; i < 3; i++) {
    for (int j = 0; j < 3; j++) moments->covariance[i][j] = PetscRealPart(x.second[i][j]) / trace;
  }
  moments->trace = trace;
  moments->purity = QlbeStatePurity(state);
  PetscFunctionReturn(0);
}
