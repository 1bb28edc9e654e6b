/*
   All fibers at one time as plain numbers, and in a report.

   Vectors are stored as they are, in the representation of grid or basis; evolve_snapshot_read.c
   reads them.
*/
#include <math.h>

#include "evolve_snapshot.h"

PetscErrorCode EvolveSnapshotAllocate(size_t fibers, size_t chains, EvolveSnapshot *s)
{
  PetscFunctionBegin;
  PetscCall(PetscCalloc1(fibers * (size_t)s->n_all, &s->fiber));
  PetscCall(PetscCalloc1(s->n_momentum, &s->momentum));
  PetscCall(PetscCalloc1(3 * chains * (size_t)s->n_axial, &s->chain));
  PetscFunctionReturn(0);
}

PetscErrorCode EvolveSnapshotCreate(const EvolvePlan *plan, const EvolveEngine *e,
                                    EvolveSnapshot *s)
{
  PetscFunctionBegin;
  *s = (EvolveSnapshot){.n_all = e->n_all, .n_axial = e->n_axial, .n_momentum = e->n_momentum};
  PetscCall(EvolveSnapshotAllocate((size_t)plan->set.magnitude.n * (size_t)plan->set.n_direction,
                                   (size_t)plan->n_chain, s));
  PetscFunctionReturn(0);
}

PetscErrorCode EvolveSnapshotDestroy(EvolveSnapshot *s)
{
  PetscFunctionBegin;
  PetscCall(PetscFree(s->fiber));
  PetscCall(PetscFree(s->momentum));
  PetscCall(PetscFree(s->chain));
  PetscFunctionReturn(0);
}

PetscErrorCode EvolveStore(PetscInt n, const Vec x[], PetscScalar values[])
{
  PetscInt offset = 0;

  PetscFunctionBegin;
  for (PetscInt s = 0; s < n; s++) {
    const PetscScalar *a;
    PetscInt begin, end, size;
    PetscCall(VecGetOwnershipRange(x[s], &begin, &end));
    PetscCall(VecGetSize(x[s], &size));
    PetscCall(VecGetArrayRead(x[s], &a));
    PetscCall(PetscArraycpy(values + offset + begin, a, end - begin));
    PetscCall(VecRestoreArrayRead(x[s], &a));
    offset += size;
  }
  PetscFunctionReturn(0);
}

PetscErrorCode EvolveLoad(PetscInt n, const PetscScalar values[], Vec x[])
{
  PetscInt offset = 0;

  PetscFunctionBegin;
  for (PetscInt s = 0; s < n; s++) {
    PetscScalar *a;
    PetscInt begin, end, size;
    PetscCall(VecGetOwnershipRange(x[s], &begin, &end));
    PetscCall(VecGetSize(x[s], &size));
    PetscCall(VecGetArrayWrite(x[s], &a));
    PetscCall(PetscArraycpy(a, values + offset + begin, end - begin));
    PetscCall(VecRestoreArrayWrite(x[s], &a));
    offset += size;
  }
  PetscFunctionReturn(0);
}

PetscErrorCode EvolveSnapshotHeader(const QlbeProblem *problem, const EvolvePlan *plan,
                                    const EvolveSnapshot *s, double header[HEADER])
{
  const QlbeParameters *par = &problem->parameters;
  PetscBool spectral;
  PetscInt points, radial, angular;
  double extent;

  PetscFunctionBegin;
  PetscCall(SpectralChosen(problem, &spectral));
  points = problem->settings->grid.points;
  extent = problem->settings->grid.extent;
  radial = problem->settings->grid.radial;
  angular = problem->settings->grid.angular;
  header[VERSION] = EVOLVE_SNAPSHOT_VERSION;
  header[SPECTRAL] = spectral ? 1.0 : 0.0;
  header[SYMMETRY] = (double)plan->symmetry;
  header[MAGNITUDES] = (double)plan->set.magnitude.n;
  header[DIRECTIONS] = (double)plan->set.n_direction;
  header[POLAR] = (double)plan->set.n_polar;
  header[K_MAX] = plan->set.k_max;
  header[SCALE] = plan->set.scale;
  header[CHAINS] = (double)plan->n_chain;
  header[UNKNOWNS] = (double)s->n_all;
  header[UNKNOWNS_AXIAL] = (double)s->n_axial;
  header[UNKNOWNS_MOMENTUM] = (double)s->n_momentum;
  header[ORDER_A] = (double)(spectral ? radial : points);
  header[ORDER_B] = spectral ? (double)angular : extent;
  header[THERMAL] = sqrt(par->M / par->beta);
  header[MASS] = par->M;
  header[UNIT_MOMENTUM] = problem->units.momentum;
  header[UNIT_LENGTH] = problem->units.length;
  header[SI_UNITS] = problem->units.si ? 1.0 : 0.0;
  PetscFunctionReturn(0);
}

static PetscErrorCode SetComplex(QlbeReport report, const char path[], PetscInt64 n,
                                 const PetscScalar values[])
{
  PetscInt shape[2] = {0, 2};

  PetscFunctionBegin;
  PetscCall(PetscIntCast(n, &shape[0]));
  if (n > 0)
    PetscCall(QlbeReportSetRealArray(report, path, 2, shape, (const double *)values, NULL));
  PetscFunctionReturn(0);
}

PetscErrorCode EvolveSnapshotReport(const QlbeProblem *problem, const EvolvePlan *plan,
                                    const EvolveSnapshot *s, QlbeReport report)
{
  const QlbeFiberSet *set = &plan->set;
  const PetscInt n_header = HEADER, three = 3;
  double header[HEADER];

  PetscFunctionBegin;
  PetscCall(EvolveSnapshotHeader(problem, plan, s, header));
  PetscCall(QlbeReportSetRealArray(report, "snapshot/header", 1, &n_header, header, NULL));
  PetscCall(QlbeReportSetRealArray(report, "snapshot/axis", 1, &three, plan->axis, NULL));
  PetscCall(SetComplex(report, "snapshot/momentum", s->n_momentum, s->momentum));
  PetscCall(
      SetComplex(report, "snapshot/chain", (PetscInt64)3 * plan->n_chain * s->n_axial, s->chain));
  if (set->magnitude.n == 0) PetscFunctionReturn(0);
  PetscCall(SetComplex(report, "snapshot/fiber",
                       (PetscInt64)set->magnitude.n * set->n_direction * s->n_all, s->fiber));
  PetscFunctionReturn(0);
}
