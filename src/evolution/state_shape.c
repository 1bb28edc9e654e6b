/* What a grid has to know of a state: its symmetry, its extent in k and its scale in p. */
#include "qlbe/vector_length.h"
#include "state_impl.h"

/* Rounding, in units of the state's own momenta and positions. */
#define TOLERANCE 1e-14

/* The largest momentum and position that occur in a state: widths, centres and separations. */
static void Units(const QlbeQuantumState *state, double *momentum, double *position)
{
  *momentum = *position = 0.0;
  for (PetscInt t = 0; t < state->n; t++) {
    const QlbeGaussianTerm *term = &state->terms[t];

    *momentum = PetscMax(*momentum, PetscMax(QlbeVectorLength(term->P),
                                             state->hbar * QlbeVectorLength(term->kappa)));
    *position = PetscMax(*position, PetscMax(QlbeVectorLength(term->X), QlbeVectorLength(term->d)));
    for (int i = 0; i < 3; i++) {
      *momentum = PetscMax(*momentum, term->sigma[i]);
      *position = PetscMax(*position, term->s[i]);
    }
  }
}

/* P, hbar kappa, X and d of a term in the state's units. */
static void TermVectors(const QlbeGaussianTerm *term, double hbar, double momentum, double position,
                        double v[4][3])
{
  for (int i = 0; i < 3; i++) {
    v[0][i] = term->P[i] / momentum;
    v[1][i] = hbar * term->kappa[i] / momentum;
    v[2][i] = term->X[i] / position;
    v[3][i] = term->d[i] / position;
  }
}

/*
   The longest vector of a state as a unit vector, pointing to where its largest component is
   positive; its length is returned.
*/
static double LongestVector(const QlbeQuantumState *state, double momentum, double position,
                            double axis[3])
{
  double longest = 0.0, sign = 1.0, largest = 0.0;

  for (PetscInt t = 0; t < state->n; t++) {
    double v[4][3];

    TermVectors(&state->terms[t], state->hbar, momentum, position, v);
    for (int j = 0; j < 4; j++) {
      const double length = QlbeVectorLength(v[j]);

      if (length <= longest) continue;
      longest = length;
      for (int i = 0; i < 3; i++) axis[i] = v[j][i] / length;
    }
  }
  for (int i = 0; i < 3; i++) {
    if (fabs(axis[i]) <= largest) continue;
    largest = fabs(axis[i]);
    sign = axis[i] < 0.0 ? -1.0 : 1.0;
  }
  for (int i = 0; i < 3; i++) axis[i] *= sign;
  return longest;
}

static PetscBool AllParallel(const QlbeQuantumState *state, double momentum, double position,
                             const double axis[3])
{
  for (PetscInt t = 0; t < state->n; t++) {
    double v[4][3];

    TermVectors(&state->terms[t], state->hbar, momentum, position, v);
    for (int j = 0; j < 4; j++) {
      const double cross[3] = {v[j][1] * axis[2] - v[j][2] * axis[1],
                               v[j][2] * axis[0] - v[j][0] * axis[2],
                               v[j][0] * axis[1] - v[j][1] * axis[0]};
      if (QlbeVectorLength(cross) > TOLERANCE) return PETSC_FALSE;
    }
  }
  return PETSC_TRUE;
}

static PetscBool EqualWidths(const QlbeQuantumState *state, int i, int j)
{
  for (PetscInt t = 0; t < state->n; t++) {
    const double *sigma = state->terms[t].sigma, *s = state->terms[t].s;

    if (fabs(sigma[i] - sigma[j]) > TOLERANCE * sigma[i]) return PETSC_FALSE;
    if (fabs(s[i] - s[j]) > TOLERANCE * s[i]) return PETSC_FALSE;
  }
  return PETSC_TRUE;
}

/*
   A rotation about an axis through the origin moves terms continuously: it cannot exchange them, so
   each one must be symmetric by itself.
*/
QlbeStateSymmetry QlbeStateGetSymmetry(const QlbeQuantumState *state, double axis[3])
{
  const double polar[3] = {0.0, 0.0, 1.0};
  QlbeStateSymmetry symmetry = QLBE_STATE_GENERAL;
  double momentum, position, line[3] = {0.0, 0.0, 1.0};
  PetscBool round[3]; /* in the plane across axis i */

  Units(state, &momentum, &position);
  for (int i = 0; i < 3; i++) round[i] = EqualWidths(state, (i + 1) % 3, (i + 2) % 3);
  if (round[0] && round[1] && round[2]) {
    if (LongestVector(state, momentum, position, line) <= TOLERANCE) {
      symmetry = QLBE_STATE_ISOTROPIC;
    } else if (AllParallel(state, momentum, position, line)) {
      symmetry = QLBE_STATE_AXIAL;
    }
  } else {
    for (int i = 0; i < 3; i++) {
      if (!round[i]) continue;
      for (int j = 0; j < 3; j++) line[j] = i == j ? 1.0 : 0.0;
      if (AllParallel(state, momentum, position, line)) symmetry = QLBE_STATE_AXIAL;
      break;
    }
  }
  for (int i = 0; i < 3; i++) axis[i] = symmetry == QLBE_STATE_AXIAL ? line[i] : polar[i];
  return symmetry;
}

/* |weight| prod (2 pi sigma^2)^(-1/2): the largest modulus of one term, at k = -kappa and p = P. */
static double TermPeak(const QlbeGaussianTerm *term)
{
  return PetscAbsScalar(term->weight) /
         (pow(2.0 * PETSC_PI, 1.5) * term->sigma[0] * term->sigma[1] * term->sigma[2]);
}

/*
   A lower bound of the largest |[rho]_k(p)|: its values at the peaks of the terms, which may all be
   nodes where terms cancel, and int |f|^2 <= max |f| int |f|, where int |f| is at most the sum of
   those of the terms.
*/
static double LowestPeak(const QlbeQuantumState *state)
{
  const double hbar3 = state->hbar * state->hbar * state->hbar;
  double peak = 0.0, integral = 0.0;

  for (PetscInt t = 0; t < state->n; t++) {
    const QlbeGaussianTerm *term = &state->terms[t];
    const double k[3] = {-term->kappa[0], -term->kappa[1], -term->kappa[2]};

    peak = PetscMax(peak, PetscAbsScalar(QlbeStateFiber(state, k, term->P, 0, NULL)));
    integral += PetscAbsScalar(term->weight) * pow(2.0 * PETSC_PI, 1.5) /
                (term->s[0] * term->s[1] * term->s[2]);
  }
  return integral > 0.0 ? PetscMax(peak, QlbeStatePurity(state) / (hbar3 * integral)) : 0.0;
}

double QlbeStateExtent(const QlbeQuantumState *state, double tolerance)
{
  const double level = tolerance * LowestPeak(state) / PetscMax(state->n, 1);
  double extent = 0.0;

  for (PetscInt t = 0; t < state->n; t++) {
    const QlbeGaussianTerm *term = &state->terms[t];
    const double narrow = PetscMin(term->s[0], PetscMin(term->s[1], term->s[2]));
    const double peak = TermPeak(term);

    if (peak <= level) continue;
    extent =
        PetscMax(extent, QlbeVectorLength(term->kappa) + sqrt(2.0 * log(peak / level)) / narrow);
  }
  return extent;
}

double QlbeStateMomentumScale(const QlbeQuantumState *state)
{
  double scale = HUGE_VAL;

  for (PetscInt t = 0; t < state->n; t++) {
    const double separation = QlbeVectorLength(state->terms[t].d);

    for (int i = 0; i < 3; i++) scale = PetscMin(scale, state->terms[t].sigma[i]);
    if (separation > 0.0) scale = PetscMin(scale, state->hbar / separation);
  }
  return scale;
}
