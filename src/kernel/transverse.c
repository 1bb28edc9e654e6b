/*
   Table of the transverse integral F of (4.10).

   Each angular mode (see transverse_sample.c) is a Chebyshev series in (q, k_perp^2, rho^2): the
   last two enter evenly once the odd modes are divided by rho k_perp; q does not, since Im f is |p|
   times an even function. The degrees grow until the last coefficients in each direction are below
   the tolerance.
*/
#include <gsl/gsl_errno.h>
#include <petscviewer.h>

#include "qlbe/chebyshev.h"
#include "qlbe/transverse.h"

enum { MAX_TERMS = 4096 };

struct _p_QlbeTransverse {
  QlbeParameters par;
  QlbeTransverseRange range;
  double tolerance;
  double amplitude_error;
  double largest; /* largest coefficient: the scale of the tolerance */
  PetscInt n_q, n_k, n_modes, n_rho;
  double *c;       /* [n_q][n_k][n_modes][n_rho] */
  double *q_basis; /* work, [n_q] */
};

/* Terms in q, k_perp, mode and rho: the order of the storage. */
typedef struct {
  PetscInt n[4];
} TransverseDegrees;

/*
   Where k_perp stands in the unit interval of its series: (k_perp/k_max)^2, since F is even; but
   k_perp/k_max for a table at q = 0 alone, where F has a term kappa^4 log kappa, which nodes
   crowded towards 0 resolve far better.
*/
static double UnitOfK(const QlbeTransverseRange *range, double k_perp)
{
  const double ratio = k_perp / range->k;

  return range->q_max > 0.0 ? ratio * ratio : ratio;
}

/* The inverse of UnitOfK. */
static double KOfUnit(const QlbeTransverseRange *range, double unit)
{
  return range->k * (range->q_max > 0.0 ? sqrt(unit) : unit);
}

/* Samples at the tensor of Chebyshev nodes of degrees d into values, in the order of the storage. */
static PetscErrorCode SampleAtNodes(const QlbeTransverseRange *range, QlbeTransverseSampler s,
                                    TransverseDegrees d, double values[])
{
  QlbeTransverseNodes nodes = {.n_q = d.n[0], .n_k = d.n[1], .n_modes = d.n[2], .n_rho = d.n[3]};
  double *q, *k_perp, *rho2;

  PetscFunctionBegin;
  PetscCall(PetscMalloc3(d.n[0], &q, d.n[1], &k_perp, d.n[3], &rho2));
  QlbeChebyshevNodes(d.n[0], range->q_min, range->q_max, q);
  QlbeChebyshevNodes(d.n[1], 0.0, 1.0, k_perp);
  for (PetscInt i = 0; i < d.n[1]; i++) k_perp[i] = KOfUnit(range, k_perp[i]);
  QlbeChebyshevNodes(d.n[3], 0.0, range->rho * range->rho, rho2);
  nodes.q = q;
  nodes.k_perp = k_perp;
  nodes.rho2 = rho2;
  PetscCall(QlbeTransverseSample(s, &nodes, values));
  PetscCall(PetscFree3(q, k_perp, rho2));
  PetscFunctionReturn(0);
}

/* Values at the nodes to Chebyshev coefficients along one index of a [before][n][after] array. */
static PetscErrorCode TransformAlong(PetscInt before, PetscInt n, PetscInt after, double values[])
{
  double *matrix, *column;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(n * n, &matrix, n * after, &column));
  QlbeChebyshevTransform(n, matrix);
  for (PetscInt b = 0; b < before; b++) {
    double *v = values + b * n * after;
    PetscCall(PetscArrayzero(column, n * after));
    for (PetscInt k = 0; k < n; k++) {
      for (PetscInt j = 0; j < n; j++) {
        const double weight = matrix[k * n + j];
        for (PetscInt i = 0; i < after; i++) column[k * after + i] += weight * v[j * after + i];
      }
    }
    PetscCall(PetscArraycpy(v, column, n * after));
  }
  PetscCall(PetscFree2(matrix, column));
  PetscFunctionReturn(0);
}

/*
   For each direction the number of terms above the tolerance; `largest` is the largest coefficient.
   Odd modes count with rho_max k_max / 2, the factor that evaluation gives back.
*/
static void NeededTerms(const double c[], const QlbeTransverseRange *range, TransverseDegrees d,
                        double tolerance, PetscInt needed[4], double *largest)
{
  const PetscInt total = d.n[0] * d.n[1] * d.n[2] * d.n[3];

  *largest = 0.0;
  for (PetscInt i = 0; i < total; i++) {
    if ((i / d.n[3]) % d.n[2] == 0) *largest = PetscMax(*largest, fabs(c[i]));
  }
  for (PetscInt axis = 0; axis < 4; axis++) needed[axis] = 1;
  for (PetscInt i = 0; i < total; i++) {
    const PetscInt at[4] = {i / (d.n[3] * d.n[2] * d.n[1]), (i / (d.n[3] * d.n[2])) % d.n[1],
                            (i / d.n[3]) % d.n[2], i % d.n[3]};
    const double scale = at[2] % 2 == 0 ? 1.0 : range->rho * range->k / 2.0;
    if (fabs(c[i]) * scale <= tolerance * *largest) continue;
    for (PetscInt axis = 0; axis < 4; axis++) needed[axis] = PetscMax(needed[axis], at[axis] + 1);
  }
}

/* Copies the leading needed[] terms of a tensor of degrees d. */
static PetscErrorCode Trim(const double c[], TransverseDegrees d, const PetscInt needed[4],
                           double **trimmed)
{
  double *out;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(needed[0] * needed[1] * needed[2] * needed[3], trimmed));
  out = *trimmed;
  for (PetscInt iq = 0; iq < needed[0]; iq++) {
    for (PetscInt ik = 0; ik < needed[1]; ik++) {
      for (PetscInt mode = 0; mode < needed[2]; mode++) {
        PetscCall(PetscArraycpy(out, c + ((iq * d.n[1] + ik) * d.n[2] + mode) * d.n[3], needed[3]));
        out += needed[3];
      }
    }
  }
  PetscFunctionReturn(0);
}

/* Raises the degrees until every direction has two terms to spare, then keeps what is needed. */
static PetscErrorCode FillTable(QlbeTransverse t, QlbeTransverseSampler s, TransverseDegrees d)
{
  PetscBool settled = PETSC_FALSE;

  PetscFunctionBegin;
  while (!settled) {
    double *values;
    PetscInt needed[4];

    PetscCall(PetscMalloc1(d.n[0] * d.n[1] * d.n[2] * d.n[3], &values));
    PetscCall(SampleAtNodes(&t->range, s, d, values));
    PetscCall(TransformAlong(1, d.n[0], d.n[1] * d.n[2] * d.n[3], values));
    PetscCall(TransformAlong(d.n[0], d.n[1], d.n[2] * d.n[3], values));
    PetscCall(TransformAlong(d.n[0] * d.n[1] * d.n[2], d.n[3], 1, values));
    NeededTerms(values, &t->range, d, t->tolerance, needed, &t->largest);
    settled = PETSC_TRUE;
    for (PetscInt axis = 0; axis < 4; axis++) {
      const PetscBool open = axis == 0   ? (PetscBool)(t->range.q_max > t->range.q_min)
                             : axis == 3 ? PETSC_TRUE
                                         : (PetscBool)(t->range.k > 0.0);
      if (!open || needed[axis] + 2 <= d.n[axis]) continue;
      settled = PETSC_FALSE;
      d.n[axis] += 4 + d.n[axis] / 4;
      PetscCheck(d.n[axis] <= MAX_TERMS, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
                 "the transverse table would need more than %d terms in one direction", MAX_TERMS);
    }
    if (settled) {
      PetscCall(Trim(values, d, needed, &t->c));
      t->n_q = needed[0];
      t->n_k = needed[1];
      t->n_modes = needed[2];
      t->n_rho = needed[3];
    }
    PetscCall(PetscFree(values));
  }
  PetscFunctionReturn(0);
}

/* Degrees to start from, close to what masses of equal order need; without partial waves F hardly
 * varies. */
static TransverseDegrees GuessDegrees(const QlbeParameters *par, const QlbeTransverseRange *range,
                                      double phase)
{
  const PetscBool plain = (PetscBool)(par->interaction != QLBE_HARD_SPHERE);
  const double gas = sqrt(par->m / par->beta), shift = par->m / par->M * range->rho / gas;
  TransverseDegrees d = {{1, 1, 1, plain ? 3 : 14 + (PetscInt)ceil(1.8 * shift)}};

  if (range->q_max > range->q_min)
    d.n[0] = plain ? 3 : 20 + (PetscInt)ceil(2.3 * range->q_max * par->a / par->hbar);
  if (range->k > 0.0) {
    d.n[1] = plain ? 3 : (range->q_max > 0.0 ? 6 : 10) + (PetscInt)ceil(6.0 * phase);
    d.n[2] = plain ? 3 : 9 + (PetscInt)ceil(8.0 * phase);
  }
  return d;
}

PetscErrorCode QlbeTransverseCreate(const QlbeParameters *par, QlbeInteraction interaction,
                                    const QlbeTransverseRange *range, double tolerance,
                                    QlbeTransverse *table)
{
  QlbeTransverse t;
  QlbeTransverseSampler s;
  TransverseDegrees d;

  PetscFunctionBegin;
  PetscCheck(range->q_min >= 0 && range->q_max >= range->q_min && range->rho > 0 && range->k >= 0,
             PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "transverse table: q from %g to %g, rho up to %g, k up to %g", range->q_min,
             range->q_max, range->rho, range->k);
  PetscCheck(par->interaction != QLBE_CLASSICAL || range->k == 0.0, PETSC_COMM_SELF,
             PETSC_ERR_ARG_OUTOFRANGE, "the classical sphere has no phase: only k = 0 is defined");
  (void)gsl_set_error_handler_off();
  PetscCall(PetscNew(&t));
  t->par = *par;
  t->range = *range;
  t->tolerance = tolerance;
  PetscCall(QlbeTransverseSamplerCreate(par, interaction, range, tolerance, &s));
  PetscCall(QlbeTransverseSamplerGetError(s, &t->amplitude_error));
  d = GuessDegrees(par, range, QlbeTransverseSamplerPhase(s));
  PetscCall(FillTable(t, s, d));
  PetscCall(QlbeTransverseSamplerDestroy(&s));
  PetscCall(PetscMalloc1(t->n_q, &t->q_basis));
  *table = t;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeTransverseDestroy(QlbeTransverse *table)
{
  PetscFunctionBegin;
  if (!*table) PetscFunctionReturn(0);
  PetscCall(PetscFree((*table)->c));
  PetscCall(PetscFree((*table)->q_basis));
  PetscCall(PetscFree(*table));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeTransverseGetSizes(QlbeTransverse table, PetscInt *block, PetscInt *slice)
{
  PetscFunctionBegin;
  if (block) *block = table->n_k * table->n_modes * table->n_rho;
  if (slice) *slice = table->n_modes * table->n_rho;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeTransverseGetAmplitudeError(QlbeTransverse table, double *error)
{
  PetscFunctionBegin;
  *error = table->amplitude_error;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeTransverseView(QlbeTransverse table, PetscViewer viewer)
{
  PetscFunctionBegin;
  PetscCall(PetscViewerASCIIPrintf(
      viewer,
      "kernel table: %" PetscInt_FMT " (q) x %" PetscInt_FMT " (k_perp) x %" PetscInt_FMT
      " (modes) x %" PetscInt_FMT " (rho) terms, amplitude error %.1e a\n",
      table->n_q, table->n_k, table->n_modes, table->n_rho, table->amplitude_error));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeTransverseBlock(QlbeTransverse table, double q, double block[])
{
  const PetscInt size = table->n_k * table->n_modes * table->n_rho;
  const double q_min = table->range.q_min, q_max = table->range.q_max;

  PetscFunctionBegin;
  PetscCheck(q >= q_min * (1.0 - 1e-10) && q <= q_max * (1.0 + 1e-10), PETSC_COMM_SELF,
             PETSC_ERR_ARG_OUTOFRANGE, "momentum transfer %g outside the table from %g to %g", q,
             q_min, q_max);
  if (q_max > q_min)
    QlbeChebyshevBasis(table->n_q, q_min, q_max, q, table->q_basis);
  else
    table->q_basis[0] = 1.0;
  PetscCall(PetscArrayzero(block, size));
  for (PetscInt iq = 0; iq < table->n_q; iq++) {
    const double weight = table->q_basis[iq], *c = table->c + iq * size;
    for (PetscInt i = 0; i < size; i++) block[i] += weight * c[i];
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeTransverseContract(QlbeTransverse table, const double block[], double k_perp,
                                      double c[], QlbeTransverseSlice *slice)
{
  const PetscInt n_rho = table->n_rho, size = table->n_modes * n_rho;
  const double odd_scale = table->range.rho * k_perp / 2.0;

  PetscFunctionBegin;
  PetscCheck(k_perp <= table->range.k * (1.0 + 1e-10), PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "wave number %g beyond the table's %g", k_perp, table->range.k);
  if (table->range.k > 0.0) {
    /* Clenshaw's recurrence over the blocks of one k_perp term each */
    const double t = 2.0 * UnitOfK(&table->range, k_perp) - 1.0;
    double before = 0.0, now = 1.0;
    PetscCall(PetscArraycpy(c, block, size));
    for (PetscInt ik = 1; ik < table->n_k; ik++) {
      const double next = ik == 1 ? t : 2.0 * t * now - before;
      before = now;
      now = next;
      for (PetscInt i = 0; i < size; i++) c[i] += now * block[ik * size + i];
    }
  } else
    PetscCall(PetscArraycpy(c, block, size));
  slice->n_modes = 1;
  if (k_perp > 0.0) {
    for (PetscInt i = 0; i < size; i++) {
      const double scale = (i / n_rho) % 2 == 0 ? 1.0 : odd_scale;
      if (fabs(c[i]) * scale > 0.1 * table->tolerance * table->largest)
        slice->n_modes = PetscMax(slice->n_modes, i / n_rho + 1);
    }
  }
  slice->n_rho = n_rho;
  slice->rho2_max = table->range.rho * table->range.rho;
  slice->k_perp = k_perp;
  slice->c = c;
  PetscFunctionReturn(0);
}
