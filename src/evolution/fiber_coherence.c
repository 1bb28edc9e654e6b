/*
   rho(x, x') on a line along the axis from a set of fibers: for each distance r = x - x' the
   Fourier integral of fiber_density.c at the middle of x and x', where only m = 0 contributes.
*/
#include "fiber_waves.h"
#include "qlbe/spherical.h"

/*
   c_l0 of the coherence at all r into c[magnitudes][n_l][n_r]: G at -k and r is the conjugate of G
   at k and -r.
*/
static PetscErrorCode Coefficients(const QlbeFiberSet *set, PetscInt n_l, PetscInt n_r,
                                   const PetscScalar G[], PetscScalar c[])
{
  double *N;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(n_l * (n_l + 1) / 2, &N));
  PetscCall(PetscArrayzero(c, set->magnitude.n * n_l * n_r));
  for (PetscInt j = 0; j < set->n_direction; j++) {
    const double *e = set->direction[j], *a = set->axis;
    PetscCall(QlbeSphericalHarmonics(n_l - 1, e[0] * a[0] + e[1] * a[1] + e[2] * a[2], N));
    for (PetscInt i = 0; i < set->magnitude.n; i++) {
      const PetscScalar *at = G + (i * set->n_direction + j) * n_r;
      for (PetscInt l = 0; l < n_l; l++) {
        const double weight = 0.5 * set->solid_angle[j] * N[QlbeSphericalIndex(l, 0)];
        const double sign = l % 2 == 0 ? 1.0 : -1.0;
        for (PetscInt r = 0; r < n_r; r++)
          c[(i * n_l + l) * n_r + r] += weight * (at[r] + sign * PetscConj(at[n_r - 1 - r]));
      }
    }
  }
  PetscCall(PetscFree(N));
  PetscFunctionReturn(0);
}

/* Factors of the columns [n_l][n_r] of one magnitude: those of l at the middle R of two points. */
static PetscErrorCode Factors(PetscInt n_l, double k, double R, double bessel[],
                              PetscScalar factor[])
{
  PetscFunctionBegin;
  PetscCall(QlbeFiberWavesBessel(n_l, k * fabs(R), bessel));
  for (PetscInt l = 0; l < n_l; l++) {
    /* Y_l0 on the axis, and below; 4 pi/(2 pi)^3 */
    const double Y =
        sqrt((double)(2 * l + 1) / (4.0 * PETSC_PI)) * (R < 0.0 && l % 2 == 1 ? -1.0 : 1.0);
    factor[l] = QlbeFiberWavesPhase(l) * Y * bessel[l] / (2.0 * PETSC_PI * PETSC_PI);
  }
  PetscFunctionReturn(0);
}

/* The middle of the points a, b of a line with a + b = sum. */
static double Middle(const QlbeFiberLine *line, PetscInt sum)
{
  return 0.5 * (double)(sum - line->n + 1) * line->spacing - line->shift;
}

/*
   All pairs of points a, b with a + b = sum: rho, and the changes without the highest frequencies
   and without the last degrees.
*/
static PetscErrorCode Diagonal(const QlbeFiberWaves *waves, PetscInt n_l, const QlbeFiberLine *line,
                               PetscInt sum, PetscScalar rho[], QlbeFiberError *error)
{
  const double R = Middle(line, sum);
  const PetscInt n = line->n, n_r = 2 * n - 1, first = PetscMax(0, sum - n + 1),
                 last = PetscMin(n - 1, sum);
  double *bessel;
  PetscScalar *factor, *low, *cut;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(n_l, &bessel, n_l, &factor));
  PetscCall(PetscCalloc2(n, &low, n, &cut));
  for (PetscInt i = 0; i < waves->n; i++) {
    PetscCall(Factors(n_l, waves->k[i], R, bessel, factor));
    for (PetscInt l = 0; l < n_l; l++) {
      for (PetscInt a = first; a <= last; a++) {
        const PetscInt q = (i * n_l + l) * n_r + n - 1 + 2 * a - sum; /* r = a - b */
        const PetscScalar part = factor[l] * waves->value[q];
        rho[a * n + sum - a] += part;
        low[a] += part - factor[l] * waves->low[q];
        if (l >= n_l - 2) cut[a] += part;
      }
    }
  }
  for (PetscInt a = first; a <= last; a++)
    *error = QlbeFiberErrorWorse(*error,
                                 (QlbeFiberError){PetscAbsScalar(low[a]), PetscAbsScalar(cut[a])});
  PetscCall(PetscFree2(bessel, factor));
  PetscCall(PetscFree2(low, cut));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFiberSetCoherence(const QlbeFiberSet *set, const PetscScalar coherence[],
                                     const QlbeFiberLine *line, PetscScalar rho[],
                                     QlbeFiberError *error)
{
  const PetscInt n = line->n, n_r = 2 * n - 1, n_l = 2 * set->n_polar;
  const double half = 0.5 * (double)(n - 1) * line->spacing;
  PetscInt *degree;
  PetscScalar *c;
  QlbeFiberWaves waves;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(set->magnitude.n * n_l * n_r, &c, n_l * n_r, &degree));
  for (PetscInt q = 0; q < n_l * n_r; q++) degree[q] = q / n_r;
  PetscCall(Coefficients(set, n_l, n_r, coherence, c));
  PetscCall(QlbeFiberWavesCreate(set, n_l * n_r, degree, c, half + fabs(line->shift), &waves));
  PetscCall(PetscArrayzero(rho, n * n));
  *error = (QlbeFiberError){0.0, 0.0};
  for (PetscInt sum = 0; sum < n_r; sum++) {
    if (fabs(Middle(line, sum)) <= waves.reach) {
      PetscCall(Diagonal(&waves, n_l, line, sum, rho, error));
      continue;
    }
    for (PetscInt a = PetscMax(0, sum - n + 1); a <= PetscMin(n - 1, sum); a++)
      rho[a * n + sum - a] = NAN;
  }
  PetscCall(QlbeFiberWavesDestroy(&waves));
  PetscCall(PetscFree2(c, degree));
  PetscFunctionReturn(0);
}
