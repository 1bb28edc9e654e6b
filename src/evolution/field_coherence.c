/*
   rho(x, x') on a line at all output times; see evolve_density.c.
*/
#include <math.h>

#include "evolution_fields.h"
#include "qlbe/worse.h"

/* The largest value of one time into the peak, and errors in its units. */
static void Judge(const QlbeEvolutionPlan *plan, PetscInt time, QlbeEvolutionFields *f)
{
  const PetscInt n = plan->n_line;
  const PetscScalar *rho = f->rho + time * n * n;
  double peak = 0.0;

  for (PetscInt i = 0; i < n * n; i++) {
    const double size = PetscAbsScalar(rho[i]);
    if (size > peak) peak = size;
    /* too far off for the waves, or worse: the errors are those of the other points */
    if (!isfinite(size)) f->rho_error[time].radial = HUGE_VAL;
  }
  f->rho_peak[time] = peak;
  f->rho_error[time].radial /= peak;
  f->rho_error[time].angular /= peak;
  for (PetscInt i = 0; i < n * n && time == 0 && !plan->from; i++) {
    const PetscInt row = i / n, column = i % n;
    double x[3], y[3];
    for (int axis = 0; axis < 3; axis++) {
      const double middle = 0.5 * (double)(n - 1), along = plan->line_spacing * plan->axis[axis];
      x[axis] = f->line_origin[axis] + ((double)row - middle) * along;
      y[axis] = f->line_origin[axis] + ((double)column - middle) * along;
    }
    f->rho_at_start = QlbeWorse(
        f->rho_at_start, PetscAbsScalar(rho[i] - QlbeStatePosition(&plan->state, x, y)) / peak);
  }
}

PetscErrorCode QlbeEvolutionFieldsAddCoherence(const QlbeEvolutionPlan *plan,
                                               const QlbeEvolutionResult *r, QlbeEvolutionFields *f)
{
  const PetscInt n = plan->n_line;
  const PetscInt stride = plan->set.magnitude.n * plan->set.n_direction * (2 * n - 1);
  QlbeEvolutionTensors t;
  PetscScalar *moved;

  PetscFunctionBegin;
  if (n == 0) PetscFunctionReturn(0);
  QlbeEvolutionGetTensors(plan, r, 0, &t);
  for (int axis = 0; axis < 3; axis++) f->line_origin[axis] = t.mean[axis];
  PetscCall(PetscMalloc1(plan->n_time * n * n, &f->rho));
  PetscCall(PetscMalloc1(stride, &moved));
  for (PetscInt time = 0; time < plan->n_time; time++) {
    QlbeFiberLine line = {.n = n, .spacing = plan->line_spacing};
    double centre[3];
    QlbeEvolutionGetTensors(plan, r, time, &t);
    /* only a motion along the axis keeps the line where it is */
    for (int i = 0; i < 3; i++) line.shift += plan->axis[i] * (t.mean[i] - f->line_origin[i]);
    for (int i = 0; i < 3; i++) centre[i] = f->line_origin[i] + line.shift * plan->axis[i];
    QlbeEvolutionFieldsMove(&plan->set, centre, 2 * n - 1, r->coherence + time * stride, moved);
    PetscCall(QlbeFiberSetCoherence(&plan->set, moved, &line, f->rho + time * n * n,
                                    &f->rho_error[time]));
    Judge(plan, time, f);
  }
  PetscCall(PetscFree(moved));
  PetscFunctionReturn(0);
}
