/*
   What nodes fold back into fields in position.

   Sums over nodes repeat themselves: with k t/M, a displacement, and with the distance x - x' by
   2 pi hbar/h. Of a fiber in flight the part exp(-sigma^2 (2 pi/h - k t/M)^2/2) of its norm may be
   folded back; in the density all of them add up. Of rho(x, x') that at the distance
   2 pi hbar/h - |x - x'| is folded back, which is not computed: a Gaussian through the values at
   smaller distances tells its size.
*/
#include <math.h>

#include "evolution_fields.h"
#include "qlbe/worse.h"

double QlbeEvolutionFoldedBack(const QlbeParameters *par, const QlbeEvolutionPlan *plan,
                               double spacing, double k, double t)
{
  /* of a state from a file the nodes resolve this at least */
  const double sigma = plan->from ? spacing : QlbeStateMomentumScale(&plan->state);
  const double flight = par->eta > 0.0 ? PetscMin(t, 3.0 / plan->closed.escape_rate_0) : t;
  const double turn = PetscMax(2.0 * PETSC_PI / spacing - k * flight / par->M, 0.0);

  return exp(-0.5 * PetscSqr(sigma * turn));
}

/*
   The largest of exp(-E t' - sigma^2 (2 pi/h - k t'/M)^2/2) for t' <= t: where its derivative is 0,
   or at the end.
*/
double QlbeEvolutionFlownBack(const QlbeParameters *par, const QlbeEvolutionPlan *plan,
                              double spacing, double k, double t)
{
  const double sigma = plan->from ? spacing : QlbeStateMomentumScale(&plan->state);
  const double rate = par->eta > 0.0 ? plan->closed.escape_rate_0 : 0.0;
  const double speed = k / par->M, window = 2.0 * PETSC_PI / spacing;
  const double turn = PetscMax(rate / (sigma * sigma * speed), window - speed * t);
  const double at = PetscMin(PetscMax(0.0, (window - turn) / speed), t);

  return exp(-rate * at - 0.5 * PetscSqr(sigma * (window - speed * at)));
}

/* The largest density that is folded back at one time. */
static double DensityAlias(const QlbeProblem *problem, const QlbeEvolutionPlan *plan,
                           const QlbeEvolutionResult *r, PetscInt time, double spacing)
{
  const QlbeFiberSet *set = &plan->set;
  const PetscInt n = set->magnitude.n * set->n_direction;
  double sum = 0.0;

  for (PetscInt i = 0; i < n; i++) {
    const double k = set->magnitude.x[i / set->n_direction];
    sum += set->magnitude.w[i / set->n_direction] * set->solid_angle[i % set->n_direction] *
           r->norm[time * n + i] *
           QlbeEvolutionFoldedBack(&problem->parameters, plan, spacing, k, plan->time[time]);
  }
  return sum / pow(2.0 * PETSC_PI, 3.0);
}

/* The largest |rho| at a distance of d points. */
static double AtDistance(const QlbeEvolutionPlan *plan, const PetscScalar rho[], PetscInt d)
{
  const PetscInt n = plan->n_line;
  double largest = 0.0;

  for (PetscInt a = d; a < n; a++)
    largest = QlbeWorse(largest, PetscMax(PetscAbsScalar(rho[a * n + a - d]),
                                          PetscAbsScalar(rho[(a - d) * n + a])));
  return largest;
}

/* The same of rho(x, x') at one time, in units of its largest value. */
static double CoherenceAlias(const QlbeProblem *problem, const QlbeEvolutionPlan *plan,
                             const QlbeEvolutionFields *f, PetscInt time, double spacing)
{
  const PetscInt n = plan->n_line;
  const PetscScalar *rho = f->rho + time * n * n;
  const double target =
      2.0 * PETSC_PI * problem->parameters.hbar / spacing - (double)(n - 1) * plan->line_spacing;
  const double all = AtDistance(plan, rho, 0);
  double alias = 0.0;

  for (PetscInt d = (n + 1) / 2; d < n; d++) {
    const double r = (double)d * plan->line_spacing, part = AtDistance(plan, rho, d) / all;
    alias = QlbeWorse(alias, pow(PetscMin(part, 1.0), PetscSqr(target / r)));
  }
  return alias * all / f->rho_peak[time];
}

PetscErrorCode QlbeEvolutionFieldsAddAlias(const QlbeProblem *problem,
                                           const QlbeEvolutionPlan *plan,
                                           const QlbeEvolutionResult *r, double spacing,
                                           QlbeEvolutionFields *f)
{
  PetscFunctionBegin;
  for (PetscInt time = 0; time < plan->n_time; time++) {
    f->density_alias = QlbeWorse(f->density_alias, DensityAlias(problem, plan, r, time, spacing) /
                                                       f->density_peak[time]);
    if (plan->n_line > 1)
      f->rho_alias = QlbeWorse(f->rho_alias, CoherenceAlias(problem, plan, f, time, spacing));
  }
  PetscFunctionReturn(0);
}
