/*
   Quadrature of the momentum process over jumps p -> p' = p + q, in spherical coordinates around p.

   In p, the trapezoidal rule: rates and functions are even and analytic in |p| and nu cuts off, so
   it converges exponentially. For each p Gauss-Legendre rules in |q| and mu = cos(p, q); the
   Jacobian cancels 1/|q| and the integrand is smooth. They keep to where

     T_q(p) ~ exp(-(beta/2m) e^2),   e = (m/2m_star) q + (m/M) p mu,   (4.10)

   is not negligible: |e| <= 8.5 (m/beta)^(1/2), beyond which it is 2e-16 of its largest value.
*/

#include "qlbe/transverse.h"
#include "radial_impl.h"

/* Reach of a Gaussian in its standard deviations: of the jumps, and of the momenta. */
static const double reach_e = 8.5, reach_p = 8.5;

/*
   The sizes of the rules are measured: for hard and classical spheres, M/m from 0.02 to 100 and a
   (m/beta)^(1/2)/hbar up to 5 they leave D_kin with relative errors below 1e-12 from 12 functions
   on. They grow with the basis, whose last functions oscillate most.
*/

/* The rules of one p. */
typedef struct {
  PetscInt n_q, n_mu;
  double q_max;
  double drift; /* (m/M) p in units of the gas momentum: how strongly T depends on mu */
} NodeRule;

static NodeRule RuleAt(const QlbeParameters *par, PetscInt n_basis, double p)
{
  const double gas = sqrt(par->m / par->beta), functions = 2.0 * (double)n_basis;
  NodeRule rule;

  rule.drift = par->m / par->M * p / gas;
  rule.q_max = 2.0 * par->m_star / par->m * gas * (rule.drift + reach_e);
  /* multiples of four, so that neighbours share rules */
  rule.n_q =
      4 * (PetscInt)ceil(0.25 * (functions + 2.6 * rule.drift + rule.q_max * par->a / par->hbar));
  rule.n_mu = 4 * (PetscInt)ceil(0.25 * (functions - 8.0 + 3.0 * PetscMin(rule.drift, reach_e)));
  return rule;
}

/*
   The rate of a light particle grows from |p| ~ (M/m) (m/beta)^(1/2) on, far below its thermal
   momentum, and the functions have to follow: D_kin converges fastest with about this scale.
*/
static double MomentumScale(const QlbeParameters *par)
{
  return 3.0 * sqrt(par->M / par->beta) * PetscMin(1.0, pow(par->M / par->m, 1.0 / 6.0));
}

/*
   Nodes in p. The functions have their poles at +-i P, which sets the step; and there have to be
   clearly more than twice as many nodes as functions: otherwise the last functions, orthonormal at
   the nodes alone, give spurious eigenvalues below the continuum.
*/
static PetscInt NodeCount(const QlbeParameters *par, PetscInt n_basis)
{
  const double ratio = 3.0 * sqrt(par->M / par->beta) / MomentumScale(par);

  return (PetscInt)ceil((10.0 + 2.25 * (double)n_basis) * pow(ratio, 1.5));
}

/* Where the Gaussian of T leaves a part of -1 <= mu <= 1 at momentum transfer q. */
static void CosineRange(const QlbeParameters *par, const NodeRule *rule, double q, double *lo,
                        double *hi)
{
  const double gas = sqrt(par->m / par->beta), rest = 0.5 * par->m / par->m_star * q / gas;

  *lo = PetscMax(-1.0, (-reach_e - rest) / rule->drift);
  *hi = PetscMin(1.0, (reach_e - rest) / rule->drift);
}

/* Where the points of one node go, and what they need of the kernel table. */
typedef struct {
  QlbeTransverse transverse;
  double *block, *work;
  QlbeRule q, cosine; /* on [-1, 1] */
  double *mu, *rho2, *F;
} FillWork;

/* All points of one node with one |q|. */
static PetscErrorCode FillShell(QlbeRadial r, const NodeRule *rule, PetscInt ip, PetscInt iq,
                                FillWork *work)
{
  const QlbeParameters *par = &r->par;
  const PetscInt point = r->first[ip] + iq * rule->n_mu;
  const double p = r->p[ip], q = 0.5 * rule->q_max * (1.0 + work->q.x[iq]);
  const double weight = 0.5 * rule->q_max * work->q.w[iq] * q;
  const double strength = 2.0 * PETSC_PI * par->eta * par->m / (par->m_star * par->m_star) *
                          pow(par->beta / (2.0 * PETSC_PI * par->m), 1.5) * r->wp[ip] * weight;
  QlbeTransverseSlice slice;
  double lo, hi;

  PetscFunctionBegin;
  PetscCall(QlbeTransverseBlock(work->transverse, q, work->block));
  PetscCall(QlbeTransverseContract(work->transverse, work->block, 0.0, work->work, &slice));
  CosineRange(par, rule, q, &lo, &hi);
  for (PetscInt i = 0; i < rule->n_mu; i++) {
    work->mu[i] = 0.5 * (hi + lo) + 0.5 * (hi - lo) * work->cosine.x[i];
    work->rho2[i] = p * p * (1.0 - work->mu[i] * work->mu[i]);
  }
  QlbeTransverseEvaluate(&slice, rule->n_mu, work->rho2, NULL, work->F, NULL);
  for (PetscInt i = 0; i < rule->n_mu; i++) {
    const double mu = work->mu[i], e = 0.5 * par->m / par->m_star * q + par->m / par->M * p * mu;
    const double p2 = p * p + q * q + 2.0 * p * q * mu, across2 = q * q * (1.0 - mu * mu);
    const double along = p + q * mu, length = sqrt(p2);

    r->p2[point + i] = PetscMax(p2, 1e-300);
    /* 1 - cos(p', p) without the cancellation at small angles, where heavy particles live */
    r->bend[point + i] = along > 0.0 ? across2 / (length * (length + along))
                                     : 1.0 - along / PetscMax(length, -along + 1e-300);
    r->rate[point + i] = 0.5 * (hi - lo) * work->cosine.w[i] * strength *
                         exp(-0.5 * par->beta / par->m * e * e) * PetscMax(work->F[i], 0.0);
  }
  PetscFunctionReturn(0);
}

/* Gauss-Legendre with n nodes on [-1, 1], unless that is what is there. */
static PetscErrorCode Renew(PetscInt n, QlbeRule *rule)
{
  PetscFunctionBegin;
  if (rule->n == n) PetscFunctionReturn(0);
  PetscCall(QlbeRuleDestroy(rule));
  PetscCall(QlbeRuleLegendre(n, -1.0, 1.0, rule));
  PetscFunctionReturn(0);
}

/* The points of one node. */
static PetscErrorCode FillNode(QlbeRadial r, PetscInt ip, FillWork *work)
{
  const NodeRule rule = RuleAt(&r->par, r->n_basis, r->p[ip]);

  PetscFunctionBegin;
  PetscCall(Renew(rule.n_q, &work->q));
  PetscCall(Renew(rule.n_mu, &work->cosine));
  for (PetscInt iq = 0; iq < rule.n_q; iq++) PetscCall(FillShell(r, &rule, ip, iq, work));
  PetscFunctionReturn(0);
}

/* The points of this member of the team, from one kernel table for k = 0. */
static PetscErrorCode FillPoints(QlbeRadial r)
{
  const NodeRule widest = RuleAt(&r->par, r->n_basis, r->p[r->n_p - 1]);
  const QlbeTransverseRange range = {0.0, widest.q_max, r->p[r->n_p - 1], 0.0};
  const PetscInt n_mu = widest.n_mu;
  PetscInt block_size, slice_size;
  QlbeInteraction interaction;
  FillWork work = {0};

  PetscFunctionBegin;
  PetscCall(QlbeInteractionCreate(&r->par, &interaction));
  PetscCall(QlbeInteractionSetTeam(interaction, &r->team));
  PetscCall(QlbeTransverseCreate(&r->par, interaction, &range, 1e-13, &work.transverse));
  PetscCall(QlbeInteractionDestroy(&interaction));
  PetscCall(QlbeTransverseGetSizes(work.transverse, &block_size, &slice_size));
  PetscCall(PetscMalloc2(block_size, &work.block, slice_size, &work.work));
  PetscCall(PetscMalloc3(n_mu, &work.mu, n_mu, &work.rho2, n_mu, &work.F));
  for (PetscInt ip = 0; ip < r->n_p; ip++) {
    if (QlbeRadialOwns_Private(r, ip)) PetscCall(FillNode(r, ip, &work));
  }
  PetscCall(PetscFree3(work.mu, work.rho2, work.F));
  PetscCall(QlbeRuleDestroy(&work.q));
  PetscCall(QlbeRuleDestroy(&work.cosine));
  PetscCall(PetscFree2(work.block, work.work));
  PetscCall(QlbeTransverseDestroy(&work.transverse));
  PetscFunctionReturn(0);
}

PetscInt QlbeRadialGroup_Private(QlbeRadial r, PetscInt ip)
{
  return (PetscInt)((double)RADIAL_GROUPS * (double)r->first[ip] / (double)r->first[r->n_p]);
}

PetscBool QlbeRadialOwns_Private(QlbeRadial r, PetscInt ip)
{
  const PetscInt owner = QlbeRadialGroup_Private(r, ip) * r->team.size / RADIAL_GROUPS;

  return (PetscBool)(owner == r->team.rank);
}

PetscErrorCode QlbeRadialCreate(const QlbeParameters *par, PetscInt n_basis, const QlbeTeam *team,
                                QlbeRadial *radial)
{
  const double thermal = sqrt(par->M / par->beta);
  QlbeRadial r;
  double step;

  PetscFunctionBegin;
  PetscCheck(n_basis >= 4 && n_basis <= 48, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "4 to 48 radial functions, not %" PetscInt_FMT, n_basis);
  PetscCall(PetscNew(&r));
  r->par = *par;
  r->team = team ? *team : (QlbeTeam){.size = 1};
  r->n_basis = n_basis;
  r->P = MomentumScale(par);
  r->n_p = NodeCount(par, n_basis);
  PetscCall(PetscMalloc3(r->n_p, &r->p, r->n_p, &r->wp, r->n_p + 1, &r->first));
  step = reach_p * thermal / (double)r->n_p;
  r->first[0] = 0;
  for (PetscInt ip = 0; ip < r->n_p; ip++) {
    const double p = step * (double)(ip + 1);
    const NodeRule rule = RuleAt(par, n_basis, p);
    r->p[ip] = p;
    r->wp[ip] = step * 4.0 * PETSC_PI * p * p * pow(par->beta / (2.0 * PETSC_PI * par->M), 1.5) *
                exp(-0.5 * par->beta / par->M * p * p);
    r->first[ip + 1] = r->first[ip] + rule.n_q * rule.n_mu;
  }
  PetscCall(PetscMalloc3(r->first[r->n_p], &r->p2, r->first[r->n_p], &r->bend, r->first[r->n_p],
                         &r->rate));
  PetscCall(FillPoints(r));
  *radial = r;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeRadialDestroy(QlbeRadial *radial)
{
  QlbeRadial r = *radial;

  PetscFunctionBegin;
  if (!r) PetscFunctionReturn(0);
  for (PetscInt l = 0; l < r->n_sectors; l++)
    PetscCall(QlbeRadialSectorFree_Private(&r->sectors[l]));
  PetscCall(PetscFree(r->sectors));
  PetscCall(PetscFree3(r->p, r->wp, r->first));
  PetscCall(PetscFree3(r->p2, r->bend, r->rate));
  PetscCall(PetscFree(*radial));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeRadialGetNodes(QlbeRadial radial, PetscInt *n, const double **p)
{
  PetscFunctionBegin;
  *n = radial->n_p;
  *p = radial->p;
  PetscFunctionReturn(0);
}
