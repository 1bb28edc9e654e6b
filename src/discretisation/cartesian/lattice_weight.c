/*
   Lattice weights from Epstein zeta functions.

   Q_l(n) = |n|^l P_l(n^ . d) is harmonic, so its theta series obeys
   theta(1/t) = (-1)^(l/2) t^(l+3/2) theta(t), and the sum of Q_l(n) |n|^(-2s), 2s = l - power, is
   (P. Epstein 1903; J. M. Borwein et al., Lattice Sums Then and Now)

     pi^(-s) Gamma(s) zeta_l = sum'_n Q_l(n) [ A_s(pi n^2) + (-1)^(l/2) A_(l+3/2-s)(pi n^2) ]
                               + delta_l0 [ 1/(s - 3/2) - 1/s ],
     A_a(x) = int_1^inf t^(a-1) e^(-xt) dt = x^-a Gamma(a, x),

   which converges with a handful of shells.
*/
#include <gsl/gsl_errno.h>
#include <gsl/gsl_sf_gamma.h>
#include <gsl/gsl_sf_legendre.h>

#include "lattice_weight.h"
#include "qlbe/rule.h"
#include "qlbe/special.h"

enum { SHELL_MAX = 4, LARGEST_L = 12 };

/* P_l(cosine), |cosine| <= 1 */
static double Legendre(PetscInt l, double cosine)
{
  gsl_sf_result P;
  const int status = gsl_sf_legendre_Pl_e((int)l, cosine, &P);

  return QlbeSpecialValue(status, &P);
}

static double Gamma(double x)
{
  gsl_sf_result gamma;
  const int status = gsl_sf_gamma_e(x, &gamma);

  return QlbeSpecialValue(status, &gamma);
}

static double TailIntegral(double a, double x)
{
  gsl_sf_result gamma;
  const int status = gsl_sf_gamma_inc_e(a, x, &gamma);

  return pow(x, -a) * QlbeSpecialValue(status, &gamma);
}

double QlbeLatticeZeta(PetscInt l, int power, const double direction[3])
{
  const double s = 0.5 * (double)(l - power), mirror = (double)l + 1.5 - s;
  const double sign = (l / 2) % 2 == 0 ? 1.0 : -1.0;
  double sum = l == 0 ? 1.0 / (s - 1.5) - 1.0 / s : 0.0;
  double tail[SHELL_MAX * SHELL_MAX + 1]; /* by n^2: the directions of a shell share it */

  for (int n2 = 1; n2 <= SHELL_MAX * SHELL_MAX; n2++)
    tail[n2] = TailIntegral(s, PETSC_PI * n2) + sign * TailIntegral(mirror, PETSC_PI * n2);
  for (int x = -SHELL_MAX; x <= SHELL_MAX; x++) {
    for (int y = -SHELL_MAX; y <= SHELL_MAX; y++) {
      for (int z = -SHELL_MAX; z <= SHELL_MAX; z++) {
        const int n2 = x * x + y * y + z * z;
        const double length = sqrt((double)n2);
        double cosine;
        if (n2 == 0 || n2 > SHELL_MAX * SHELL_MAX) continue;
        cosine = (x * direction[0] + y * direction[1] + z * direction[2]) / length;
        cosine = PetscMin(PetscMax(cosine, -1.0), 1.0);
        sum += pow(length, (double)l) * Legendre(l, cosine) * tail[n2];
      }
    }
  }
  return pow(PETSC_PI, s) / Gamma(s) * sum;
}

double QlbeLatticeNearestExcess(void)
{
  const double any[3] = {0.0, 0.0, 1.0};

  return -QlbeLatticeZeta(0, 1, any) / 6.0;
}

double QlbeLatticeWeight(PetscInt l_max, const double direction[3])
{
  double w = 0.0;

  for (PetscInt l = 0; l <= l_max; l += 2) {
    if (l == 2) continue; /* no cubic harmonic with l = 2 */
    w -= (double)(2 * l + 1) * QlbeLatticeZeta(l, -1, direction);
  }
  return w;
}

/*
   The part of the rule on the three faces. The nodes x are symmetric about 0, so that reflections
   and the exchange of two axes, which leave the weight as it is, carry one eighth of a face onto
   the whole.
*/
static void FillFaces(PetscInt per_side, const double x[], const double w[], PetscInt l_max,
                      double (*direction)[3], double weight[])
{
  const PetscInt face = per_side * per_side;

  for (PetscInt i = 0; i < per_side; i++) {
    for (PetscInt j = 0; j < per_side; j++) {
      const PetscInt at = i * per_side + j;
      const PetscInt inner_i = PetscMin(i, per_side - 1 - i),
                     inner_j = PetscMin(j, per_side - 1 - j);
      const PetscInt same = PetscMin(inner_i, inner_j) * per_side + PetscMax(inner_i, inner_j);
      const double length = sqrt(1.0 + x[i] * x[i] + x[j] * x[j]);
      for (int axis = 0; axis < 3; axis++) {
        double *d = direction[axis * face + at];
        d[axis] = 1.0 / length;
        d[(axis + 1) % 3] = x[i] / length;
        d[(axis + 2) % 3] = x[j] / length;
      }
      /* three of six faces stand for the sphere: solid angle over 2 pi */
      weight[at] = same < at ? weight[same]
                             : w[i] * w[j] / pow(length, 3) / (2.0 * PETSC_PI) *
                                   QlbeLatticeWeight(l_max, direction[at]);
      weight[face + at] = weight[2 * face + at] = weight[at];
    }
  }
}

PetscErrorCode QlbeLatticeRuleCreate(PetscInt per_side, PetscInt l_max, double nearest_excess,
                                     QlbeLatticeRule *rule)
{
  QlbeRule side;

  PetscFunctionBegin;
  PetscCheck(per_side >= 1 && l_max >= 0 && l_max <= LARGEST_L && l_max % 2 == 0, PETSC_COMM_SELF,
             PETSC_ERR_ARG_OUTOFRANGE,
             "lattice rule with %" PetscInt_FMT " nodes per side, l <= %" PetscInt_FMT, per_side,
             l_max);
  (void)gsl_set_error_handler_off();
  rule->n = 3 * per_side * per_side + 3;
  PetscCall(PetscMalloc1(rule->n, &rule->direction));
  PetscCall(PetscMalloc1(rule->n, &rule->weight));
  PetscCall(QlbeRuleLegendre(per_side, -1.0, 1.0, &side));
  for (int axis = 0; axis < 3; axis++) {
    for (int component = 0; component < 3; component++)
      rule->direction[axis][component] = component == axis ? 1.0 : 0.0;
    rule->weight[axis] = -2.0 * nearest_excess;
  }
  FillFaces(per_side, side.x, side.w, l_max, rule->direction + 3, rule->weight + 3);
  for (PetscInt i = 0; i < rule->n; i++)
    PetscCheck(isfinite(rule->weight[i]), PETSC_COMM_SELF, PETSC_ERR_LIB,
               "a lattice weight up to l = %" PetscInt_FMT " is not finite", l_max);
  PetscCall(QlbeRuleDestroy(&side));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeLatticeRuleDestroy(QlbeLatticeRule *rule)
{
  PetscFunctionBegin;
  PetscCall(PetscFree(rule->direction));
  PetscCall(PetscFree(rule->weight));
  rule->n = 0;
  PetscFunctionReturn(0);
}
