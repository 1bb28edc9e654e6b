/*
   A fiber operator with all that it needs, for tests: parameters, grid, jump kernel, dispersion.
*/
#ifndef QLBE_TEST_FIBER_CASE_H
#define QLBE_TEST_FIBER_CASE_H

#include "fiber.h"

typedef struct {
  QlbeParameters par;
  QlbeMomentumGrid grid;
  QlbeJumpKernel kernel;
  QlbeDispersion dispersion;
  QlbeFiber fiber;
} FiberCase;

/* What differs from case to case; extent is the half width of the box in (M/beta)^(1/2). */
typedef struct {
  PetscInt points;
  double extent;
  double k_max;
  double drop_tolerance;
  PetscInt l_max;
} FiberSetting;

/* Parameters with the given masses, and everything else 1. */
static inline QlbeParameters UnitParameters(QlbeInteractionType type, double M, double m)
{
  const QlbeParameters par = {.M = M,
                              .m = m,
                              .m_star = m * M / (m + M),
                              .eta = 1.0,
                              .beta = 1.0,
                              .hbar = 1.0,
                              .a = 1.0,
                              .interaction = type};
  return par;
}

/* Builds the case on comm; collective. */
static inline PetscErrorCode FiberCaseCreate(MPI_Comm comm, const QlbeParameters *par,
                                             const FiberSetting *set, FiberCase *c)
{
  const double R = set->extent * sqrt(par->M / par->beta), corner = R * sqrt(3.0);
  double q_max;

  PetscFunctionBegin;
  c->par = *par;
  q_max = PetscMin(2.0 * corner * (1.0 + 1e-12), QlbeJumpLargestTransfer(par, corner));
  PetscCall(QlbeMomentumGridSetUp(comm, set->points, R, &c->grid));
  PetscCall(QlbeJumpKernelCreate(par, c->grid.spacing * (1.0 - 1e-12), q_max, corner, set->k_max,
                                 1e-12, NULL, &c->kernel));
  PetscCall(QlbeDispersionCreate(par, corner + 0.5 * par->hbar * set->k_max, &c->dispersion));
  PetscCall(QlbeFiberCreate(&c->grid, c->kernel, c->dispersion, set->drop_tolerance, set->l_max,
                            &c->fiber));
  PetscFunctionReturn(0);
}

static inline PetscErrorCode FiberCaseDestroy(FiberCase *c)
{
  PetscFunctionBegin;
  PetscCall(QlbeFiberDestroy(&c->fiber));
  PetscCall(QlbeDispersionDestroy(&c->dispersion));
  PetscCall(QlbeJumpKernelDestroy(&c->kernel));
  PetscFunctionReturn(0);
}

#endif
