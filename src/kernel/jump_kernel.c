/*
   The jump kernel in symmetric form: products of the transverse table and Gaussians along q.

   The exponent of (4.10) with the factor nu^(1/2)(p)/nu^(1/2)(p + q) is, with lambda = m/M and s =
   (p + q/2) . q^,
   -(beta/2m) (q/2 + lambda s)^2 + (beta/2M) q s = -beta q^2/8m - beta m s^2/2M^2: even in q and in
   s, which is the detailed balance (4.12) seen from the midpoint.
*/
#include "qlbe/jump_kernel.h"

/*
   Tolerance of the table for q -> 0. The limit enters as gain minus loss, which at small k is a
   small difference: what the tolerance leaves of eps(k) does not fall with k, and has to be small
   for the smallest wave number next to the largest one, for which tables are made.
*/
static const double limit_tolerance = 1e-12;

struct _p_QlbeJumpKernel {
  QlbeParameters par;
  double k_max;
  QlbeTransverse displacements, limit;
};

PetscErrorCode QlbeJumpKernelCreate(const QlbeParameters *par, double q_min, double q_max,
                                    double p_max, double k_max, double tolerance,
                                    const QlbeTeam *team, QlbeJumpKernel *kernel)
{
  QlbeJumpKernel j;
  QlbeInteraction interaction;
  const double rho_max = (p_max + par->hbar * k_max / 2.0) * (1.0 + 1e-12);
  const QlbeTransverseRange range = {q_min, q_max, rho_max, k_max},
                            at_zero = {0.0, 0.0, rho_max, k_max};

  PetscFunctionBegin;
  PetscCall(PetscNew(&j));
  j->par = *par;
  j->k_max = k_max;
  PetscCall(QlbeInteractionCreate(par, &interaction));
  if (team) PetscCall(QlbeInteractionSetTeam(interaction, team));
  PetscCall(QlbeTransverseCreate(par, interaction, &range, tolerance, &j->displacements));
  PetscCall(QlbeTransverseCreate(par, interaction, &at_zero, limit_tolerance, &j->limit));
  PetscCall(QlbeInteractionDestroy(&interaction));
  *kernel = j;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeJumpKernelDestroy(QlbeJumpKernel *kernel)
{
  PetscFunctionBegin;
  if (!*kernel) PetscFunctionReturn(0);
  PetscCall(QlbeTransverseDestroy(&(*kernel)->displacements));
  PetscCall(QlbeTransverseDestroy(&(*kernel)->limit));
  PetscCall(PetscFree(*kernel));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeJumpKernelGetParameters(QlbeJumpKernel kernel, const QlbeParameters **par)
{
  PetscFunctionBegin;
  *par = &kernel->par;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeJumpKernelGetMaxWaveNumber(QlbeJumpKernel kernel, double *k_max)
{
  PetscFunctionBegin;
  *k_max = kernel->k_max;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeJumpKernelGetTransverse(QlbeJumpKernel kernel, QlbeTransverse *displacements,
                                           QlbeTransverse *limit)
{
  PetscFunctionBegin;
  if (displacements) *displacements = kernel->displacements;
  if (limit) *limit = kernel->limit;
  PetscFunctionReturn(0);
}

double QlbeJumpStrength(const QlbeParameters *par, double q)
{
  return par->eta * par->m / (par->m_star * par->m_star) *
         pow(par->beta / (2.0 * PETSC_PI * par->m), 1.5) * exp(-par->beta * q * q / (8.0 * par->m));
}

double QlbeJumpLargestTransfer(const QlbeParameters *par, double p_max)
{
  /* the exponent is -(beta/2m) (q/2 - (m/M) |s|)^2 with |s| <= p_max */
  return 2.0 * (par->m / par->M * p_max + sqrt(2.0 * par->m / par->beta * log(1e30)));
}

void QlbeJumpSliceFactors(const QlbeParameters *par, double q, double k_par, QlbeJumpSlice *slice)
{
  slice->strength = QlbeJumpStrength(par, q);
  slice->k_par = k_par;
  slice->c_par = par->beta * par->m / (2.0 * par->M * par->M);
  slice->half_shift = par->hbar * k_par / 2.0;
  slice->hbar = par->hbar;
  slice->tilt = par->beta * q / (2.0 * par->M);
}

PetscErrorCode QlbeJumpSliceSetUp(QlbeJumpKernel kernel, QlbeTransverse table, const double block[],
                                  const QlbeJumpGeometry *at, double work[], QlbeJumpSlice *slice)
{
  PetscInt size;

  PetscFunctionBegin;
  PetscCall(QlbeTransverseGetSizes(table, NULL, &size));
  PetscCall(QlbeTransverseContract(table, block, at->k_perp, work, &slice->gain));
  PetscCall(QlbeTransverseContract(table, block, 0.0, work + size, &slice->loss));
  QlbeJumpSliceFactors(&kernel->par, at->q, at->k_par, slice);
  PetscFunctionReturn(0);
}

double QlbeJumpSliceGainFactor(const QlbeJumpSlice *slice, double s)
{
  const double b = slice->half_shift;

  return slice->strength * exp(-slice->c_par * (s * s + b * b));
}

double QlbeJumpSliceLossFactor(const QlbeJumpSlice *slice, double s)
{
  const double shifted = s - slice->half_shift;

  return slice->strength * exp(-slice->c_par * shifted * shifted);
}

void QlbeJumpSliceGain(const QlbeJumpSlice *slice, PetscInt n, const double rho2[],
                       const double x[], double re[], double im[])
{
  QlbeTransverseEvaluate(&slice->gain, n, rho2, x, re, im);
}

void QlbeJumpSliceLoss(const QlbeJumpSlice *slice, PetscInt n, const double rho2[],
                       const double x[], double sign, double F[])
{
  const double hbar = slice->hbar, k_perp = slice->gain.k_perp;
  const double quarter = 0.25 * hbar * hbar * k_perp * k_perp;

  for (PetscInt i = 0; i < n; i++) {
    const double r = rho2[i] - sign * hbar * x[i] + quarter;
    F[i] = r > 0.0 ? r : 0.0;
  }
  QlbeTransverseEvaluate(&slice->loss, n, F, NULL, F, NULL);
}
