/*
   Filling the table of the transverse integral: samples at Chebyshev nodes, as many as it takes for
   the last coefficients in each direction to be below the tolerance.
*/
#include "qlbe/chebyshev.h"
#include "transverse_impl.h"

enum { MAX_TERMS = 4096 };

/* Terms in q, k_perp, mode and rho: the order of the storage. */
typedef struct {
  PetscInt n[4];
} TransverseDegrees;

/* Terms of a tensor, or an error where an index cannot count them. */
static PetscErrorCode CountTerms(const PetscInt n[4], PetscInt *total)
{
  const double product = (double)n[0] * (double)n[1] * (double)n[2] * (double)n[3];

  PetscFunctionBegin;
  PetscCheck(product <= (double)PETSC_MAX_INT, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "the transverse table would need %" PetscInt_FMT " (q) x %" PetscInt_FMT
             " (k_perp) x %" PetscInt_FMT " (modes) x %" PetscInt_FMT " (rho) terms",
             n[0], n[1], n[2], n[3]);
  *total = (PetscInt)product;
  PetscFunctionReturn(0);
}

double QlbeTransverseUnitOfK_Private(const QlbeTransverseRange *range, double k_perp)
{
  const double ratio = k_perp / range->k;

  return range->q_max > 0.0 ? ratio * ratio : ratio;
}

/* Its inverse. */
static double KOfUnit(const QlbeTransverseRange *range, double unit)
{
  return range->k * (range->q_max > 0.0 ? sqrt(unit) : unit);
}

/*
   Samples at the tensor of Chebyshev nodes of degrees d into values, in the order of the storage.
*/
static PetscErrorCode SampleAtNodes(const QlbeTransverseRange *range, QlbeTransverseSampler s,
                                    const QlbeTeam *team, TransverseDegrees d, double values[])
{
  QlbeTransverseNodes nodes = {.n_q = d.n[0], .n_k = d.n[1], .n_modes = d.n[2], .n_rho = d.n[3]};
  const PetscInt64 pieces = QlbeTransversePieces(&nodes);
  double *q, *k_perp, *rho2;
  PetscInt total;

  PetscFunctionBegin;
  PetscCall(CountTerms(d.n, &total));
  PetscCall(PetscMalloc3(d.n[0], &q, d.n[1], &k_perp, d.n[3], &rho2));
  QlbeChebyshevNodes(d.n[0], range->q_min, range->q_max, q);
  QlbeChebyshevNodes(d.n[1], 0.0, 1.0, k_perp);
  for (PetscInt i = 0; i < d.n[1]; i++) k_perp[i] = KOfUnit(range, k_perp[i]);
  QlbeChebyshevNodes(d.n[3], 0.0, range->rho * range->rho, rho2);
  nodes.q = q;
  nodes.k_perp = k_perp;
  nodes.rho2 = rho2;
  PetscCall(PetscArrayzero(values, total));
  PetscCall(QlbeTransverseAddPieces(s, &nodes, (PetscInt)(pieces * team->rank / team->size),
                                    (PetscInt)(pieces * (team->rank + 1) / team->size), values));
  if (team->size > 1) PetscCall(team->sum(team->context, total, values));
  PetscCall(PetscFree3(q, k_perp, rho2));
  PetscFunctionReturn(0);
}

/*
   For each direction the number of terms above the tolerance; `largest` is the largest coefficient.
   Odd modes count with rho_max k_max / 2, the factor that evaluation gives back.
*/
static void NeededTerms(const double c[], const QlbeTransverseRange *range, TransverseDegrees d,
                        double tolerance, PetscInt needed[4], double *largest)
{
  PetscInt at[4];

  *largest = 0.0;
  for (PetscInt block = 0; block < d.n[0] * d.n[1]; block++) {
    for (PetscInt r = 0; r < d.n[3]; r++)
      *largest = PetscMax(*largest, fabs(c[block * d.n[2] * d.n[3] + r]));
  }
  for (PetscInt axis = 0; axis < 4; axis++) needed[axis] = 1;
  for (at[0] = 0; at[0] < d.n[0]; at[0]++) {
    for (at[1] = 0; at[1] < d.n[1]; at[1]++) {
      for (at[2] = 0; at[2] < d.n[2]; at[2]++) {
        const double scale = at[2] % 2 == 0 ? 1.0 : range->rho * range->k / 2.0;
        for (at[3] = 0; at[3] < d.n[3]; at[3]++, c++) {
          if (fabs(*c) * scale <= tolerance * *largest) continue;
          for (int axis = 0; axis < 4; axis++) needed[axis] = PetscMax(needed[axis], at[axis] + 1);
        }
      }
    }
  }
}

/* Copies the leading needed[] terms of a tensor of degrees d. */
static PetscErrorCode Trim(const double c[], TransverseDegrees d, const PetscInt needed[4],
                           double **trimmed)
{
  PetscInt total;
  double *out;

  PetscFunctionBegin;
  PetscCall(CountTerms(needed, &total));
  PetscCall(PetscMalloc1(total, trimmed));
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
static PetscErrorCode FillFrom(QlbeTransverse t, QlbeTransverseSampler s, const QlbeTeam *team,
                               TransverseDegrees d)
{
  PetscBool settled = PETSC_FALSE;

  PetscFunctionBegin;
  while (!settled) {
    double *values;
    PetscInt needed[4], total;

    PetscCall(CountTerms(d.n, &total));
    PetscCall(PetscMalloc1(total, &values));
    PetscCall(SampleAtNodes(&t->range, s, team, d, values));
    PetscCall(QlbeChebyshevTransform(1, d.n[0], d.n[1] * d.n[2] * d.n[3], values));
    PetscCall(QlbeChebyshevTransform(d.n[0], d.n[1], d.n[2] * d.n[3], values));
    PetscCall(QlbeChebyshevTransform(d.n[0] * d.n[1] * d.n[2], d.n[3], 1, values));
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

/*
   Degrees to start from, close to what masses of equal order need. F hardly varies where f does
   not.
*/
static TransverseDegrees GuessDegrees(const QlbeParameters *par, const QlbeTransverseRange *range,
                                      double phase)
{
  const PetscBool plain = (PetscBool)!QlbeInteractionGetTraits(par->interaction)->varies;
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

PetscErrorCode QlbeTransverseFill_Private(QlbeTransverse t, QlbeTransverseSampler s,
                                          const QlbeTeam *team)
{
  PetscFunctionBegin;
  PetscCall(FillFrom(t, s, team, GuessDegrees(&t->par, &t->range, QlbeTransverseSamplerPhase(s))));
  PetscFunctionReturn(0);
}
