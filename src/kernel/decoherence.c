/*
   Rates of decoherence as integrals over the momentum transfer |q|:

     Lambda(d) = int d|q| |q| [w_0 (1 - j_0(x)) - sum_(l = 2, 4, ..) (2l+1) (-1)^(l/2) w_l j_l(x)],

   x = |q| d/hbar. w_l oscillates with a period of hbar/a in the forward peak and beyond it up to
   some (a p/hbar)^(2/3) hbar/a, and is smooth for larger |q|: panels are halved until the Legendre
   series of w_l converges. The same panels serve all distances.
*/
#include <gsl/gsl_errno.h>
#include <math.h>

#include "decoherence_impl.h"
#include "qlbe/cross_sections.h"
#include "qlbe/worse.h"

enum { N = QLBE_PANEL_NODES, LEAST_NODES = 16, MOST_NODES = 2000 };

/*
   Part of the moments 0 and 2 by which the two rules in z may differ, less where amplitudes are
   cheap. The finer rule is better by far.
*/
static const double cheap_kappa = 1e3, cheap_tolerance = 1e-10, rule_tolerance = 1e-9;

/* Relative change of the moments of cross sections with half as many nodes again. */
static const double moment_tolerance = 3e-13;

/* What the rounding of sums leaves of a rate. */
static const double rounding = 1e-14;

/* Ratio of the ends of parts of the work. */
static const double part_ratio = 1.3;

double QlbeDecoherenceKappa(const QlbeParameters *par, const QlbeMomentumDistribution *n)
{
  QlbeRelativeMomentum g[2];

  QlbeRelativeMomentumSetUp(par, n, QLBE_RECOIL, &g[0]);
  QlbeRelativeMomentumSetUp(par, n, QLBE_NO_RECOIL, &g[1]);
  return par->a / par->hbar * PetscMax(g[0].hi, g[1].hi);
}

PetscBool QlbeDecoherenceServes(const QlbeParameters *par, const QlbeMomentumDistribution *n)
{
  QlbeRelativeMomentum g[2];

  QlbeRelativeMomentumSetUp(par, n, QLBE_RECOIL, &g[0]);
  QlbeRelativeMomentumSetUp(par, n, QLBE_NO_RECOIL, &g[1]);
  return (PetscBool)(QlbeRelativeMomentumServes(&g[0]) && QlbeRelativeMomentumServes(&g[1]));
}

/*
   int |p_rel|^2 d|p_rel| g_0 times the rates (eta/m_star) |p_rel| sigma_tot and 2 p_rel^2 sigma_0.
*/
static PetscErrorCode CrossSectionMoments(QlbeDecoherence x, PetscInt n, double T[],
                                          double moment[2])
{
  QlbeRule rule;
  double *g;

  PetscFunctionBegin;
  PetscCall(QlbeRuleLegendre(n, x->g.lo, x->g.hi, &rule));
  PetscCall(PetscMalloc1(x->g.n_l, &g));
  moment[0] = moment[1] = 0.0;
  for (PetscInt i = 0; i < n; i++) {
    const double p = rule.x[i];
    double rate;
    QlbeCrossSections cs;
    PetscCall(QlbeCrossSectionsCompute(x->interaction, p, &cs));
    QlbeRelativeMomentumMoments(&x->g, p, T, g);
    rate = rule.w[i] * p * p * g[0] * x->par.eta / x->par.m_star * p;
    moment[0] += rate * cs.sigma_tot;
    moment[1] += rate * 2.0 * p * p * cs.sigma_0;
  }
  PetscCall(PetscFree(g));
  PetscCall(QlbeRuleDestroy(&rule));
  PetscFunctionReturn(0);
}

/* Cross sections have a ripple in p from waves that creep around the sphere: n as it takes. */
static PetscErrorCode SetMoments(QlbeDecoherence x)
{
  PetscInt n = 4 * (LEAST_NODES + (PetscInt)ceil((x->g.hi - x->g.lo) / x->g.narrow));
  double finer[2], *T;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(PetscMax(x->g.n, 1), &T));
  PetscCall(CrossSectionMoments(x, n, T, x->moment));
  for (;; n += n / 2) {
    double worst = 0.0;
    PetscCall(CrossSectionMoments(x, n + n / 2, T, finer));
    for (int i = 0; i < 2; i++) {
      x->moment_error[i] = fabs(finer[i] - x->moment[i]) + rounding * finer[i];
      x->moment[i] = finer[i];
      worst = QlbeWorse(worst, x->moment_error[i] / finer[i]);
    }
    if (!(worst > moment_tolerance) || n > MOST_NODES) break;
  }
  PetscCall(PetscFree(T));
  PetscFunctionReturn(0);
}

static PetscErrorCode SetParts(QlbeDecoherence x)
{
  const double last = 2.0 * x->g.hi;
  const double first = PetscMin(4.0 * x->par.hbar / x->par.a, 0.125 * last);

  PetscFunctionBegin;
  x->n_part = 1 + (PetscInt)ceil(log(last / first) / log(part_ratio));
  PetscCall(PetscMalloc1(x->n_part + 1, &x->edge));
  x->edge[0] = 0.0;
  for (PetscInt i = 1; i <= x->n_part; i++)
    x->edge[i] = first * pow(last / first, (double)(i - 1) / (double)(x->n_part - 1));
  PetscFunctionReturn(0);
}

/* Legendre polynomials at the nodes of a panel. */
static PetscErrorCode SetPanel(QlbeDecoherence x)
{
  PetscFunctionBegin;
  PetscCall(QlbeRuleLegendre(N, -1.0, 1.0, &x->panel));
  for (PetscInt i = 0; i < N; i++) {
    double before = 0.0, now = 1.0;
    for (PetscInt k = 0; k < N; k++) {
      const double t = x->panel.x[i];
      const double next = ((double)(2 * k + 1) * t * now - (double)k * before) / (double)(k + 1);
      x->legendre[k][i] = now;
      before = now;
      now = next;
    }
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDecoherenceSetRules(QlbeDecoherence x, PetscInt n)
{
  QlbeRule *const rules[2] = {&x->fine, &x->coarse};

  PetscFunctionBegin;
  PetscCall(PetscFree(x->work));
  for (int r = 0; r < 2; r++) {
    PetscCall(QlbeRuleDestroy(rules[r]));
    PetscCall(QlbeRuleLegendre(r == 0 ? n : 2 * n / 3, 0.0, 1.0, rules[r]));
    for (PetscInt i = 0; i < rules[r]->n; i++) {
      rules[r]->w[i] *= 2.0 * rules[r]->x[i];
      rules[r]->x[i] *= rules[r]->x[i];
    }
  }
  PetscCall(PetscMalloc1(QlbeDecoherenceSampleWork(x), &x->work));
  PetscFunctionReturn(0);
}

/* How far the two rules differ over all parts, as part of the moments 0 and 2. */
static PetscErrorCode CompareRules(QlbeDecoherence x, double *difference)
{
  const PetscInt n_l = x->g.n_l;
  double *w, sum[2] = {0.0, 0.0};

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(2 * n_l, &w));
  for (PetscInt i = 0; i < 2 * x->n_part; i++) {
    const double length = x->edge[i / 2 + 1] - x->edge[i / 2];
    const double q = x->edge[i / 2] + length * (i % 2 ? 0.83 : 0.31);
    PetscCall(QlbeDecoherenceSample(x, q, w));
    for (PetscInt l = 0; l < n_l; l++) {
      const double share = (4.0 * (double)l + 1.0) * 0.5 * length * q * fabs(w[l] - w[n_l + l]);
      sum[0] += share;
      sum[1] += share * q * q;
    }
  }
  PetscCall(PetscFree(w));
  *difference = PetscMax(sum[0] / x->moment[0], sum[1] / x->moment[1]);
  PetscFunctionReturn(0);
}

/*
   Rules in z with as many nodes as it takes; what they leave at the most is in the errors of the
   rates.
*/
static PetscErrorCode ChooseRules(QlbeDecoherence x)
{
  PetscInt n = LEAST_NODES + (PetscInt)ceil(3.0 * (x->g.hi - x->g.lo) / x->g.narrow);
  const double kappa = x->par.a * x->g.hi / x->par.hbar;
  const double tolerance = kappa < cheap_kappa ? cheap_tolerance : rule_tolerance;
  double difference = 0.0;

  PetscFunctionBegin;
  for (;; n += n / 3) {
    PetscCall(QlbeDecoherenceSetRules(x, n));
    PetscCall(CompareRules(x, &difference));
    if (difference <= tolerance || n > MOST_NODES) break;
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDecoherenceCreate(const QlbeParameters *par, const QlbeMomentumDistribution *n,
                                     const double axis[3], QlbeRecoil recoil,
                                     QlbeDecoherence *decoherence)
{
  QlbeRelativeMomentum g;
  QlbeDecoherence x;

  PetscFunctionBegin;
  *decoherence = NULL;
  (void)gsl_set_error_handler_off();
  QlbeRelativeMomentumSetUp(par, n, recoil, &g);
  PetscCheck(QlbeRelativeMomentumServes(&g), PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "the distribution of momenta is too far from isotropic");
  PetscCall(PetscNew(&x));
  x->par = *par;
  x->g = g;
  if (recoil == QLBE_NO_RECOIL) x->par.m_star = par->m;
  PetscCall(QlbeRelativeMomentumTabulate(axis, &x->g));
  PetscCall(QlbeInteractionCreate(par, &x->interaction));
  PetscCall(SetPanel(x));
  PetscCall(SetParts(x));
  PetscCall(SetMoments(x));
  PetscCall(ChooseRules(x));
  *decoherence = x;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDecoherenceDestroy(QlbeDecoherence *decoherence)
{
  QlbeDecoherence x = *decoherence;

  PetscFunctionBegin;
  if (!x) PetscFunctionReturn(0);
  PetscCall(PetscFree(x->edge));
  PetscCall(PetscFree(x->work));
  PetscCall(QlbeRuleDestroy(&x->fine));
  PetscCall(QlbeRuleDestroy(&x->coarse));
  PetscCall(QlbeRuleDestroy(&x->panel));
  PetscCall(QlbeInteractionDestroy(&x->interaction));
  PetscCall(QlbeRelativeMomentumDestroy(&x->g));
  PetscCall(PetscFree(*decoherence));
  PetscFunctionReturn(0);
}

PetscInt QlbeDecoherenceParts(QlbeDecoherence decoherence)
{
  return decoherence->n_part;
}

PetscInt QlbeDecoherenceWidth(PetscInt n)
{
  return QLBE_ROW_SUMS + 2 * n;
}

PetscErrorCode QlbeDecoherenceCollect(QlbeDecoherence x, PetscInt n, PetscInt stride,
                                      const double rows[], QlbeDecoherenceRates *rates)
{
  double sum[QLBE_ROW_SUMS] = {0.0}, relative;

  PetscFunctionBegin;
  PetscCall(PetscArrayzero(rates->rate, n));
  PetscCall(PetscArrayzero(rates->error, n));
  for (PetscInt part = 0; part < x->n_part; part++) {
    const double *row = rows + part * stride;
    for (int i = 0; i < QLBE_ROW_SUMS; i++) sum[i] += row[i];
    for (PetscInt i = 0; i < n; i++) {
      rates->rate[i] += row[QLBE_ROW_SUMS + i];
      rates->error[i] += row[QLBE_ROW_SUMS + n + i];
    }
  }
  rates->mismatch = QlbeWorse(fabs(sum[QLBE_ROW_MOMENT_0] / x->moment[0] - 1.0),
                              fabs(sum[QLBE_ROW_MOMENT_2] / x->moment[1] - 1.0));
  rates->total = x->moment[0];
  rates->total_error = x->moment_error[0];
  rates->quadratic = sum[QLBE_ROW_QUADRATIC];
  relative = rates->mismatch + rounding;
  rates->quadratic_error = sum[QLBE_ROW_QUADRATIC_ERROR] + relative * rates->quadratic;
  for (PetscInt i = 0; i < n; i++) rates->error[i] += relative * fabs(rates->rate[i]);
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDecoherenceCompute(QlbeDecoherence x, PetscInt n, const double d[],
                                      QlbeDecoherenceRates *rates)
{
  const PetscInt width = QlbeDecoherenceWidth(n);
  double *rows;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(x->n_part * width, &rows));
  for (PetscInt i = 0; i < x->n_part; i++)
    PetscCall(QlbeDecoherencePart(x, i, n, d, rows + i * width));
  PetscCall(QlbeDecoherenceCollect(x, n, width, rows, rates));
  PetscCall(PetscFree(rows));
  PetscFunctionReturn(0);
}
