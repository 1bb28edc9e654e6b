/*
   Integrals over fibers put together: moments of the position in three dimensions, purity, growth.
*/
#include <math.h>

#include "evolution_impl.h"
#include "qlbe/worse.h"

void QlbeEvolutionGetTensors(const QlbeEvolutionPlan *plan, const QlbeEvolutionResult *result,
                             PetscInt time, QlbeEvolutionTensors *t)
{
  const double *a = plan->axis;
  const QlbeEvolutionPosition *row[6];

  /* where the symmetry needs fewer axes than six, the last one stands for the others */
  for (PetscInt i = 0; i < 6; i++)
    row[i] = &result->position[PetscMin(i, plan->n_chain - 1) * plan->n_time + time];
  for (int i = 0; i < 3; i++) {
    const QlbeEvolutionPosition *own = row[plan->symmetry == QLBE_STATE_GENERAL ? i : 0];
    t->mean[i] = own->mean * (plan->symmetry == QLBE_STATE_GENERAL ? 1.0 : a[i]);
    for (int j = 0; j < 3; j++) {
      const double unit = i == j ? 1.0 : 0.0;
      if (plan->symmetry == QLBE_STATE_ISOTROPIC) {
        t->covariance[i][j] = unit * row[0]->variance;
        t->slope[i][j] = unit * row[0]->slope;
      } else if (plan->symmetry == QLBE_STATE_AXIAL) {
        t->covariance[i][j] =
            unit * row[1]->variance + a[i] * a[j] * (row[0]->variance - row[1]->variance);
        t->slope[i][j] = unit * row[1]->slope + a[i] * a[j] * (row[0]->slope - row[1]->slope);
      } else if (i == j) {
        t->covariance[i][i] = row[i]->variance;
        t->slope[i][i] = row[i]->slope;
      } else {
        /* (110), (101), (011) come after the axes: the variance along (e_i + e_j)/2^(1/2) */
        const QlbeEvolutionPosition *both = row[2 + i + j];
        t->covariance[i][j] = both->variance - 0.5 * (row[i]->variance + row[j]->variance);
        t->slope[i][j] = both->slope - 0.5 * (row[i]->slope + row[j]->slope);
      }
    }
  }
}

void QlbeEvolutionAlongAxis(const QlbeEvolutionPlan *plan, const QlbeEvolutionResult *result,
                            PetscInt time, QlbeEvolutionPosition *along)
{
  const double *a = plan->axis;
  QlbeEvolutionTensors t;

  QlbeEvolutionGetTensors(plan, result, time, &t);
  *along = (QlbeEvolutionPosition){.mean = 0.0};
  for (int i = 0; i < 3; i++) {
    along->mean += a[i] * t.mean[i];
    for (int j = 0; j < 3; j++) {
      along->variance += a[i] * t.covariance[i][j] * a[j];
      along->slope += a[i] * t.slope[i][j] * a[j];
    }
  }
}

PetscErrorCode QlbeEvolutionPurity(const QlbeEvolutionPlan *plan, const QlbeEvolutionResult *result,
                                   double hbar, PetscInt time, double *purity,
                                   QlbeFiberError *error)
{
  const PetscInt n = plan->set.magnitude.n * plan->set.n_direction;
  double integral;

  PetscFunctionBegin;
  *purity = NAN;
  *error = (QlbeFiberError){0.0, 0.0};
  if (n == 0 || !result->square) PetscFunctionReturn(0);
  PetscCall(QlbeFiberSetIntegral(&plan->set, result->square + time * n, &integral, error));
  *purity = hbar * hbar * hbar * integral;
  *error = (QlbeFiberError){error->radial / integral, error->angular / integral};
  PetscFunctionReturn(0);
}

double QlbeEvolutionNormGrowth(const QlbeEvolutionPlan *plan, const QlbeEvolutionResult *result)
{
  const PetscInt n = plan->set.magnitude.n * plan->set.n_direction;
  double growth = -1.0;

  for (PetscInt time = 1; time < plan->n_time; time++) {
    for (PetscInt i = 0; i < n; i++) {
      /* norms count in units of the initial one: what has decayed to rounding may do as it likes */
      const double before = result->norm[(time - 1) * n + i], now = result->norm[time * n + i];
      growth = QlbeWorse(growth, (now - before) / result->norm[i]);
    }
  }
  return growth;
}
