/*
   Thermal averages of functions of the relative momentum.

   With p0 = (m/m_star) p_rel + (m/M) p the angular integral is a modified spherical Bessel
   function,

     int dp0 r(p0) g(|p_rel|) = (m/m_star)^3 (beta/2 pi m)^(3/2) 4 pi int dP P^2 g(P)
                                exp(-(beta/2m) (U - R)^2) [e^-x i_0(x)],
     U = (m/m_star) P,   R = (m/M) p,   x = (beta/m) U R,

   and the average of g p_rel^ is the same with -i_1 along p^. One Gauss-Legendre rule in P serves
   every p: the cross sections, the expensive part, are sampled once.
*/
#include <gsl/gsl_errno.h>
#include <gsl/gsl_sf_bessel.h>

#include "qlbe/cross_sections.h"
#include "qlbe/gas_average.h"
#include "qlbe/rule.h"
#include "qlbe/special.h"

struct _p_QlbeGasAverage {
  QlbeParameters par;
  PetscInt n;
  double *U;     /* (m/m_star) P at the nodes */
  double *rate;  /* weight of E:   (eta/m_star) P sigma_tot   times the measure */
  double *shift; /* weight of H_f: -(2 pi hbar^2 eta/m_star) Re f(P, 0) times the measure */
  double *jump;  /* weight of u:   (hbar eta/M) P sigma_u     times the measure */
};

PetscErrorCode QlbeGasAverageCreate(const QlbeParameters *par, double p_max,
                                    QlbeGasAverage *average)
{
  const double thermal = sqrt(par->m / par->beta), stretch = par->m / par->m_star;
  const double P_max = (par->m / par->M * p_max + 9.5 * thermal) / stretch;
  const double measure =
      pow(stretch, 3) * pow(par->beta / (2.0 * PETSC_PI * par->m), 1.5) * 4.0 * PETSC_PI;
  QlbeInteraction interaction;
  QlbeGasAverage g;
  QlbeRule rule;

  PetscFunctionBegin;
  (void)gsl_set_error_handler_off();
  PetscCall(PetscNew(&g));
  g->par = *par;
  g->n = 32 + (PetscInt)ceil(3.0 * P_max * stretch / thermal + 2.0 * P_max * par->a / par->hbar);
  PetscCall(PetscMalloc4(g->n, &g->U, g->n, &g->rate, g->n, &g->shift, g->n, &g->jump));
  PetscCall(QlbeRuleLegendre(g->n, 0.0, P_max, &rule));
  PetscCall(QlbeInteractionCreate(par, &interaction));
  for (PetscInt j = 0; j < g->n; j++) {
    const double P = rule.x[j], weight = measure * rule.w[j] * P * P;
    QlbeCrossSections cs;
    PetscCall(QlbeCrossSectionsCompute(interaction, P, &cs));
    g->U[j] = stretch * P;
    g->rate[j] = weight * par->eta / par->m_star * P * cs.sigma_tot;
    g->shift[j] = -weight * 2.0 * PETSC_PI * par->hbar * par->hbar * par->eta / par->m_star *
                  PetscRealPart(cs.f0);
    g->jump[j] = weight * par->hbar * par->eta / par->M * P * cs.sigma_u;
  }
  PetscCall(QlbeInteractionDestroy(&interaction));
  PetscCall(QlbeRuleDestroy(&rule));
  *average = g;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeGasAverageDestroy(QlbeGasAverage *average)
{
  PetscFunctionBegin;
  if (!*average) PetscFunctionReturn(0);
  PetscCall(PetscFree4((*average)->U, (*average)->rate, (*average)->shift, (*average)->jump));
  PetscCall(PetscFree(*average));
  PetscFunctionReturn(0);
}

/* e^-x i_order(x), order 0 or 1 */
static double Bessel(int order, double x)
{
  gsl_sf_result bessel;
  const int status =
      order == 0 ? gsl_sf_bessel_i0_scaled_e(x, &bessel) : gsl_sf_bessel_i1_scaled_e(x, &bessel);

  return QlbeSpecialValue(status, &bessel);
}

/* sum of weight[j] times the scaled Bessel factor i_order of the angular integral. */
static double Average(QlbeGasAverage g, const double weight[], int order, double p)
{
  const double beta_m = g->par.beta / g->par.m, R = g->par.m / g->par.M * p;
  double sum = 0.0;

  for (PetscInt j = 0; j < g->n; j++) {
    const double x = beta_m * g->U[j] * R;
    const double bessel = Bessel(order, x);
    sum += weight[j] * bessel * exp(-0.5 * beta_m * (g->U[j] - R) * (g->U[j] - R));
  }
  return sum;
}

double QlbeEscapeRate(QlbeGasAverage average, double p)
{
  return Average(average, average->rate, 0, p);
}

double QlbeEnergyShift(QlbeGasAverage average, double p)
{
  return Average(average, average->shift, 0, p);
}

double QlbeEnergyShiftSlope(QlbeGasAverage g, double p)
{
  const double beta_m = g->par.beta / g->par.m, lambda = g->par.m / g->par.M, R = lambda * p;
  double sum = 0.0;

  for (PetscInt j = 0; j < g->n; j++) {
    const double x = beta_m * g->U[j] * R;
    const double slope = g->U[j] * Bessel(1, x) - R * Bessel(0, x);
    sum += g->shift[j] * slope * exp(-0.5 * beta_m * (g->U[j] - R) * (g->U[j] - R));
  }
  return beta_m * lambda * sum;
}

double QlbeJumpDrift(QlbeGasAverage average, double p)
{
  return -Average(average, average->jump, 1, p);
}

double QlbeDrift(QlbeGasAverage average, double p)
{
  return p / average->par.M + QlbeEnergyShiftSlope(average, p) + QlbeJumpDrift(average, p);
}
