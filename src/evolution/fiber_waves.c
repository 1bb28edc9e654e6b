/*
   Interpolation in |k| by trigonometric polynomials.

   In u of k = scale sinh u a function of parity (-1)^l, times the even weight k^2 dk/du = scale^3
   sinh^2 u cosh u, is known at equidistant u in both directions, zero at u = 0, and negligible at
   the ends. Its interpolation has errors in proportion to the weighted function: what oscillates at
   large k does not count for more than it contributes. (Interpolation of the bare function does:
   its small errors at large k are multiplied by k^2 dk.)
*/
#include <gsl/gsl_errno.h>
#include <gsl/gsl_sf_bessel.h>

#include "fiber_waves.h"

/* Functions below this part of the largest are left out. */
static const double negligible = 1e-13;
/* Most magnitudes, and most numbers of all columns. */
static const double most_nodes = 20000.0, most_numbers = 2e7;
/* The part of the frequencies that `low` keeps. */
static const double kept = 2.0 / 3.0;

/* c times the weight of int k^2 dk, for j = 0 .. n, into F[n + 1][columns]. */
static void Weigh(const QlbeFiberSet *set, PetscInt columns, const PetscScalar c[], PetscScalar F[])
{
  const PetscInt n = set->magnitude.n;
  const double step = asinh(set->k_max / set->scale) / (double)n;

  for (PetscInt j = 0; j < columns; j++) F[j] = 0.0;
  for (PetscInt i = 1; i <= n; i++) {
    const double weight = set->magnitude.w[i - 1] / step;
    for (PetscInt j = 0; j < columns; j++) F[i * columns + j] = weight * c[(i - 1) * columns + j];
  }
}

/* The first of the n + 1 nodes beyond which nothing counts. */
static PetscInt UsefulEnd(PetscInt n, PetscInt columns, const PetscScalar F[])
{
  double largest = 0.0;
  PetscInt last = n;

  for (PetscInt i = 0; i < (n + 1) * columns; i++)
    largest = PetscMax(largest, PetscAbsScalar(F[i]));
  for (; last > 1; last--) {
    double here = 0.0;
    for (PetscInt j = 0; j < columns; j++)
      here = PetscMax(here, PetscAbsScalar(F[last * columns + j]));
    if (!(here <= negligible * largest)) break;
  }
  return PetscMin(last + 1, n);
}

/* Amplitudes of cos(pi m u/U) or sin(pi m u/U), by parity of the degree, m = 0 .. n. */
typedef struct {
  PetscInt n, columns;
  const PetscInt *degree; /* [columns] */
  PetscScalar *a;         /* [n + 1][columns] */
} Amplitudes;

/* The amplitudes of F[n + 1][columns]. */
static void Transform(const PetscScalar F[], Amplitudes *to)
{
  const PetscInt n = to->n, columns = to->columns, *degree = to->degree;
  PetscScalar *a = to->a;

  for (PetscInt m = 0; m <= n; m++) {
    for (PetscInt j = 0; j < columns; j++) a[m * columns + j] = 0.0;
    for (PetscInt i = 1; i <= n; i++) {
      const double angle = PETSC_PI * (double)((m * i) % (2 * n)) / (double)n;
      const double half = (m == 0 || m == n ? 0.5 : 1.0) * (i == n ? 0.5 : 1.0);
      const double even = 2.0 / (double)n * half * cos(angle);
      const double odd = 2.0 / (double)n * half * sin(angle);
      for (PetscInt j = 0; j < columns; j++)
        a[m * columns + j] += (degree[j] % 2 == 0 ? even : odd) * F[i * columns + j];
    }
  }
}

/* Values at u into all of them and into those of low frequency. */
static void Synthesise(const Amplitudes *from, double angle, PetscScalar value[], PetscScalar low[])
{
  const PetscInt n = from->n, columns = from->columns, *degree = from->degree;
  const PetscScalar *a = from->a;
  const PetscInt cut = (PetscInt)floor(kept * (double)n);

  for (PetscInt j = 0; j < columns; j++) value[j] = low[j] = 0.0;
  for (PetscInt m = 0; m <= n; m++) {
    const double even = cos((double)m * angle), odd = sin((double)m * angle);
    if (m == cut + 1)
      for (PetscInt j = 0; j < columns; j++) low[j] = value[j];
    for (PetscInt j = 0; j < columns; j++)
      value[j] += (degree[j] % 2 == 0 ? even : odd) * a[m * columns + j];
  }
}

PetscErrorCode QlbeFiberWavesCreate(const QlbeFiberSet *set, PetscInt columns,
                                    const PetscInt degree[], const PetscScalar c[], double r_max,
                                    QlbeFiberWaves *waves)
{
  const PetscInt n = set->magnitude.n;
  const double end = asinh(set->k_max / set->scale);
  double useful, each, nodes, most;
  PetscScalar *F;
  Amplitudes amplitudes = {.n = n, .columns = columns, .degree = degree};
  PetscInt fine;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2((n + 1) * columns, &F, (n + 1) * columns, &amplitudes.a));
  Weigh(set, columns, c, F);
  useful = end * (double)UsefulEnd(n, columns, F) / (double)n;
  Transform(F, &amplitudes);
  /* nodes on all of [0, U] for each unit of distance: waves turn by at most 2 between two of
     them */
  each = 0.5 * end * set->scale * cosh(useful);
  most = PetscMax(2.0 * (double)n, PetscMin(most_nodes, most_numbers / (double)columns));
  nodes = PetscMin(16.0 + (double)n + each * r_max, most);
  fine = (PetscInt)ceil(nodes);
  *waves = (QlbeFiberWaves){.columns = columns, .reach = most / each};
  waves->n = (PetscInt)PetscMin((double)fine, floor((double)fine * useful / end + 1e-9));
  PetscCall(PetscMalloc3(waves->n, &waves->k, waves->n * columns, &waves->value, waves->n * columns,
                         &waves->low));
  for (PetscInt i = 0; i < waves->n; i++) {
    const double part = (double)(i + 1) / (double)fine;
    waves->k[i] = set->scale * sinh(part * end);
    Synthesise(&amplitudes, PETSC_PI * part, waves->value + i * columns, waves->low + i * columns);
  }
  for (PetscInt i = 0; i < waves->n * columns; i++) {
    waves->value[i] *= end / (double)fine;
    waves->low[i] *= end / (double)fine;
  }
  PetscCall(PetscFree2(F, amplitudes.a));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFiberWavesDestroy(QlbeFiberWaves *waves)
{
  PetscFunctionBegin;
  PetscCall(PetscFree3(waves->k, waves->value, waves->low));
  PetscFunctionReturn(0);
}

/* j_l(x) for x < 1 by their power series, which need not begin at the last degree. */
static void BesselSeries(PetscInt n, double x, double j[])
{
  double power = 1.0; /* x^l/(2 l + 1)!! */

  for (PetscInt l = 0; l < n; l++) {
    double term = 1.0, sum = 1.0;
    for (PetscInt i = 1; i <= 10; i++) {
      term *= -0.5 * x * x / (double)(i * (2 * (l + i) + 1));
      sum += term;
    }
    j[l] = power * sum;
    power *= x / (double)(2 * l + 3);
  }
}

PetscErrorCode QlbeFiberWavesBessel(PetscInt n, double x, double j[])
{
  int status = GSL_SUCCESS;

  PetscFunctionBegin;
  /* GSL goes down from the last degree: where that one underflows, it loses all of them */
  if (x < 1.0)
    BesselSeries(n, x, j);
  else
    status = gsl_sf_bessel_jl_array((int)n - 1, x, j);
  PetscCheck(status == GSL_SUCCESS, PETSC_COMM_SELF, PETSC_ERR_LIB, "Bessel functions: %s",
             gsl_strerror(status));
  PetscFunctionReturn(0);
}

PetscScalar QlbeFiberWavesPhase(PetscInt l)
{
  const PetscScalar power[4] = {1.0, PetscCMPLX(0.0, -1.0), -1.0, PetscCMPLX(0.0, 1.0)};

  return power[l % 4];
}
