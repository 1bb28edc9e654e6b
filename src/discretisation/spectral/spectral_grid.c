/*
   Basis and quadratures of the spectral discretisation.

   The kernel between two basis functions carries Gaussians in s and rho; what is left varies on the
   scale of the basis. Gauss rules for these very weights need two thirds of the nodes of
   Gauss-Legendre rules on a range where the Gaussians have fallen to rounding. In q the kernel has
   a scale of its own, which may be far below the width of the Gaussian: Gauss-Legendre in t with
   q = Q t^2, whose nodes crowd towards the forward peak.

   The orders are fits to doubling tests for masses M/m = 0.1 .. 100 and radii a
   (m_star/beta)^(1/2)/hbar = 0.3 .. 10: with refinement 1 and up to 40 radial functions they leave
   1e-11 of the leading eigenvalue or less, and 4e-9 with 64.
*/
#include "spectral_grid.h"

/*
   Half width of a Gaussian exp(-x^2/2) that is integrated, with room for what polynomials add to
   its tails.
*/
static const double tail = 9.5;

/*
   Nodes of the weights that Gauss rules are made for, at the least; nodes of the weight of the
   radial functions.
*/
enum { WEIGHT_NODES = 400, BASIS_NODES = 160 };
static const double weight_end = 18.0;

static PetscInt Order(double order)
{
  return (PetscInt)ceil(order);
}

/*
   Momentum scale of the radial functions in thermal momenta. Six functions leave 3e-9 of eps for
   the hard sphere with equal masses; with a scale of 2 it takes ten, above 4 their number rises
   again.
*/
static const double basis_scale = 3.0;

PetscErrorCode QlbeSpectralEquilibriumRule(PetscInt n, double thermal, QlbeRule *rule)
{
  double sum = 0.0;

  PetscFunctionBegin;
  PetscCall(QlbeRuleLegendre(n, 0.0, tail * thermal, rule));
  for (PetscInt j = 0; j < n; j++) {
    const double y = rule->x[j] / thermal;
    rule->w[j] *= y * y * exp(-0.5 * y * y);
    sum += rule->w[j];
  }
  for (PetscInt j = 0; j < n; j++) rule->w[j] /= sum;
  PetscFunctionReturn(0);
}

double QlbeSpectralBasisScale(double thermal)
{
  return basis_scale * thermal;
}

PetscErrorCode QlbeSpectralBasisCreate(PetscInt n_radial, PetscInt n_angular, double thermal,
                                       QlbeRadialBasis *radial[])
{
  QlbeRule fine;

  PetscFunctionBegin;
  PetscCall(QlbeSpectralEquilibriumRule(BASIS_NODES + 4 * n_radial, thermal, &fine));
  PetscCall(PetscCalloc1(n_angular, radial));
  for (PetscInt l = 0; l < n_angular; l++)
    PetscCall(
        QlbeRadialBasisCreate(n_radial, l, QlbeSpectralBasisScale(thermal), &fine, &(*radial)[l]));
  PetscCall(QlbeRuleDestroy(&fine));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeSpectralBasisDestroy(PetscInt n_angular, QlbeRadialBasis *radial[])
{
  PetscFunctionBegin;
  for (PetscInt l = 0; *radial && l < n_angular; l++)
    PetscCall(QlbeRadialBasisDestroy(&(*radial)[l]));
  PetscCall(PetscFree(*radial));
  PetscFunctionReturn(0);
}

/*
   Gauss rule for x^power exp(-x^2/2 width^2) on x > 0, power 0 or 1. The Gaussian is taken out of
   the weights again: they are those of x^power dx.
*/
static PetscErrorCode GaussianRule(PetscInt n, double width, int power, QlbeRule *rule)
{
  QlbeRule weight;

  PetscFunctionBegin;
  PetscCall(QlbeRuleLegendre(PetscMax(WEIGHT_NODES, 2 * n), 0.0, weight_end, &weight));
  for (PetscInt j = 0; j < weight.n; j++) {
    const double x = weight.x[j];
    weight.w[j] *= (power == 0 ? 1.0 : x) * exp(-0.5 * x * x);
  }
  PetscCall(QlbeRuleGauss(n, &weight, rule));
  PetscCall(QlbeRuleDestroy(&weight));
  for (PetscInt j = 0; j < n; j++) {
    const double x = rule->x[j];
    rule->x[j] = width * x;
    rule->w[j] *= exp(0.5 * x * x) * width * (power == 0 ? 1.0 : width);
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeSpectralGridSetUp(PetscInt n_radial, PetscInt n_angular,
                                     const QlbeSpectralScales *scales, QlbeSpectralGrid *g)
{
  const double f = scales->refinement, degree = (double)n_radial, l = (double)n_angular;
  const double Q = tail * scales->transfer;

  PetscFunctionBegin;
  PetscCheck(n_radial >= 2 && n_angular >= 1 && f > 0.0 && scales->particle > 0.0 &&
                 scales->transfer > 0.0 && scales->along > 0.0 && scales->peak > 0.0 &&
                 scales->across > 0.0,
             PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "spectral grid of %" PetscInt_FMT " radial and %" PetscInt_FMT " angular functions",
             n_radial, n_angular);
  *g = (QlbeSpectralGrid){.n_radial = n_radial, .n_angular = n_angular};
  PetscCall(QlbeSpectralBasisCreate(n_radial, n_angular, scales->particle, &g->radial));
  PetscCall(QlbeSpectralEquilibriumRule(Order(f * (30.0 + 1.6 * degree)), scales->particle, &g->p));
  PetscCall(QlbeRuleLegendre(Order(f * (l + 6.0)), -1.0, 1.0, &g->cosine));
  PetscCall(QlbeRuleLegendre(Order(f * (0.5 * (l + 10.0) + scales->modes)), 0.0, 1.0, &g->tilt));
  PetscCall(
      GaussianRule(Order(f * (4.0 + (10.0 + 1.2 * degree) * scales->along / scales->particle)),
                   scales->along, 0, &g->s));
  PetscCall(GaussianRule(Order(f * (6.0 + 1.2 * degree + 8.0 * scales->particle / scales->across)),
                         scales->particle, 1, &g->rho));
  PetscCall(QlbeRuleLegendre(
      Order(f * (20.0 + 0.6 * degree + 7.6 * scales->transfer / scales->peak)), 0.0, 1.0, &g->q));
  for (PetscInt j = 0; j < g->q.n; j++) {
    const double t = g->q.x[j];
    g->q.x[j] = Q * t * t;
    g->q.w[j] *= 2.0 * Q * t * g->q.x[j] * g->q.x[j];
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeSpectralGridDestroy(QlbeSpectralGrid *g)
{
  QlbeRule *rules[] = {&g->p, &g->cosine, &g->q, &g->s, &g->rho, &g->tilt};

  PetscFunctionBegin;
  PetscCall(QlbeSpectralBasisDestroy(g->n_angular, &g->radial));
  for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
    PetscCall(QlbeRuleDestroy(rules[i]));
  PetscFunctionReturn(0);
}

PetscInt QlbeSpectralGridSize(const QlbeSpectralGrid *g, PetscInt m)
{
  return g->n_radial * PetscMax(0, g->n_angular - PetscAbs(m));
}
