/*
   Interactions: what stands between the parameters and an amplitude.

   The hard sphere sums partial waves (partial_waves.c); the constant amplitude and the classical
   sphere are numbers. Here alone momenta become kappa = a p/hbar and dimensionless amplitudes
   become lengths.
*/
#include "interaction_impl.h"
#include <math.h>

PetscErrorCode QlbeInteractionCreate(const QlbeParameters *par, QlbeInteraction *inter)
{
  QlbeInteraction x;

  PetscFunctionBegin;
  *inter = NULL;
  PetscCheck(isfinite(par->a) && par->a > 0.0, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "radius %g must be positive", par->a);
  PetscCheck(isfinite(par->hbar) && par->hbar > 0.0, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "hbar %g must be positive", par->hbar);
  PetscCheck(par->interaction == QLBE_HARD_SPHERE || par->interaction == QLBE_CONSTANT ||
                 par->interaction == QLBE_CLASSICAL,
             PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE, "unknown interaction type %d",
             (int)par->interaction);
  PetscCall(PetscNew(&x));
  x->type = par->interaction;
  x->a = par->a;
  x->hbar = par->hbar;
  x->team.size = 1;
  *inter = x;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeInteractionSetTeam(QlbeInteraction inter, const QlbeTeam *team)
{
  PetscFunctionBegin;
  PetscCheck(team->rank >= 0 && team->rank < team->size, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "member %" PetscInt_FMT " of a team of %" PetscInt_FMT, team->rank, team->size);
  inter->team = *team;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeInteractionGetTeam(QlbeInteraction inter, QlbeTeam *team)
{
  PetscFunctionBegin;
  *team = inter->team;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeInteractionDestroy(QlbeInteraction *inter)
{
  PetscFunctionBegin;
  if (!inter || !*inter) PetscFunctionReturn(0);
  PetscCall(QlbePartialWavesFree(&(*inter)->waves));
  PetscCall(PetscFree(*inter));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeInteractionAmplitude(QlbeInteraction inter, double z, double y, PetscComplex *f,
                                        PetscComplex *dzf)
{
  PetscFunctionBegin;
  PetscCheck(z >= 0.0 && y >= 0.0 && inter->a * hypot(z, y) <= QLBE_KAPPA_MAX * inter->hbar,
             PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "z = %g and y = %g must not be negative, nor a p/hbar exceed %g", z, y,
             (double)QLBE_KAPPA_MAX);
  if (inter->type == QLBE_HARD_SPHERE) {
    const QlbeReal unit = (QlbeReal)inter->a / inter->hbar, p = hypotl(z, y);
    const double a = inter->a, slope = a * a / inter->hbar;
    QlbeWave value, derivative;

    PetscCall(QlbePartialWavesHardSphere(&inter->waves, p * unit));
    QlbePartialWavesSum(&inter->waves, p > 0.0L ? z / p : 1.0L, p > 0.0L ? y / p : 0.0L, &value,
                        dzf ? &derivative : NULL);
    *f = a * (double)value.re + PETSC_i * (a * (double)value.im);
    if (dzf) *dzf = slope * (double)derivative.re + PETSC_i * (slope * (double)derivative.im);
  } else {
    *f = inter->type == QLBE_CONSTANT ? -inter->a : -0.5 * inter->a;
    if (dzf) *dzf = 0.0;
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeInteractionForward(QlbeInteraction inter, double p, PetscComplex *f0)
{
  PetscFunctionBegin;
  PetscCall(QlbeInteractionAmplitude(inter, p, 0.0, f0, NULL));
  if (inter->type == QLBE_CLASSICAL) *f0 = 0.0;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeInteractionBatch(QlbeInteraction inter, PetscInt n, const double z[], double y,
                                    double re[], double im[])
{
  const double unit = inter->a / inter->hbar;

  PetscFunctionBegin;
  if (inter->type == QLBE_HARD_SPHERE) {
    double *scaled;

    PetscCall(PetscMalloc1(n, &scaled));
    for (PetscInt i = 0; i < n; i++) scaled[i] = unit * z[i];
    PetscCall(QlbePartialWavesBatch(n, scaled, unit * y, re, im));
    PetscCall(PetscFree(scaled));
    for (PetscInt i = 0; i < n; i++) {
      re[i] *= inter->a;
      im[i] *= inter->a * unit;
    }
  } else {
    PetscComplex f = 0.0;

    for (PetscInt i = 0; i < n; i++) {
      PetscCall(QlbeInteractionAmplitude(inter, z[i], y, &f, NULL));
      re[i] = PetscRealPart(f);
      im[i] = 0.0;
    }
  }
  PetscFunctionReturn(0);
}
