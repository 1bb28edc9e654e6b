/*
   Table of the transverse integral F of (4.10).

   Each angular mode (see transverse_sample.c) is a Chebyshev series in (q, k_perp^2, rho^2): the
   last two enter evenly once the odd modes are divided by rho k_perp; q does not, since Im f is |p|
   times an even function. The degrees grow until the last coefficients in each direction are below
   the tolerance.
*/
#include <gsl/gsl_errno.h>

#include "qlbe/chebyshev.h"
#include "transverse_impl.h"

PetscErrorCode QlbeTransverseCreate(const QlbeParameters *par, QlbeInteraction interaction,
                                    const QlbeTransverseRange *range, double tolerance,
                                    QlbeTransverse *table)
{
  QlbeTransverse t;
  QlbeTransverseSampler s;
  QlbeTeam team;

  PetscFunctionBegin;
  PetscCheck(range->q_min >= 0 && range->q_max >= range->q_min && range->rho > 0 && range->k >= 0,
             PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "transverse table: q from %g to %g, rho up to %g, k up to %g", range->q_min,
             range->q_max, range->rho, range->k);
  PetscCheck(QlbeInteractionGetTraits(par->interaction)->has_phase || range->k == 0.0,
             PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "the interaction `%s` has no phase: only k = 0 is defined",
             QlbeInteractionGetName(par->interaction));
  (void)gsl_set_error_handler_off();
  PetscCall(PetscNew(&t));
  t->par = *par;
  t->range = *range;
  t->tolerance = tolerance;
  PetscCall(QlbeTransverseSamplerCreate(par, interaction, range, tolerance, &s));
  PetscCall(QlbeInteractionGetTeam(interaction, &team));
  PetscCall(QlbeTransverseFill_Private(t, s, &team));
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
    const double t = 2.0 * QlbeTransverseUnitOfK_Private(&table->range, k_perp) - 1.0;
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
