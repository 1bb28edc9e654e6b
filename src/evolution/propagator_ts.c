/*
   exp(t A) x as the solution of x' = A x by PETSc's TS: J. H. Verner's robust Runge-Kutta pair of
   order 8 with 13 stages, the step controlled by its solution of order 7.

   The control is one of the error per unit of time, so that the errors add up to the tolerance
   whatever the number of steps: each step dt may add tolerance dt/t. TS controls the error per
   step; the tolerance of the next one is set after each step.
*/
#include <petscts.h>
#include "propagator_impl.h"

#define STEP_TOLERANCE 1e-15

typedef struct {
  QlbePropagator p;
  double per_time; /* tolerance for a step of unit length, in the 2-norm */
  double scale;    /* TS compares the root mean square: 1/sqrt(n) */
} Control;

static PetscErrorCode Rate(TS ts, PetscReal t, Vec x, Vec rate, void *context)
{
  Control *c = context;

  PetscFunctionBegin;
  (void)ts;
  (void)t;
  PetscCall(QlbePropagatorMult(c->p, x, rate));
  PetscFunctionReturn(0);
}

/* Nothing below the rounding of a step can be asked for: it would never be accepted. */
static PetscErrorCode SetStepTolerance(TS ts)
{
  PetscReal step;
  Control *c;

  PetscFunctionBegin;
  PetscCall(TSGetApplicationContext(ts, &c));
  PetscCall(TSGetTimeStep(ts, &step));
  PetscCall(TSSetTolerances(ts, c->scale * PetscMax(c->per_time * step, STEP_TOLERANCE), NULL, 0.0,
                            NULL));
  PetscFunctionReturn(0);
}

/* A guess at the first step, in the scale of x; y is overwritten. */
static PetscErrorCode FirstStep(QlbePropagator p, double t, Vec x, Vec y, double *step)
{
  PetscReal length, rate;

  PetscFunctionBegin;
  PetscCall(VecNorm(x, NORM_2, &length));
  PetscCall(QlbePropagatorMult(p, x, y));
  PetscCall(VecNorm(y, NORM_2, &rate));
  *step = rate * t > length ? length / rate : t;
  PetscFunctionReturn(0);
}

static PetscErrorCode CreateStepper(Control *c, double t, double step, TS *ts)
{
  TSAdapt adapt;

  PetscFunctionBegin;
  PetscCall(TSCreate(c->p->comm, ts));
  PetscCall(TSSetOptionsPrefix(*ts, c->p->untunable ? "untuned_" : "propagate_"));
  PetscCall(TSSetApplicationContext(*ts, c));
  PetscCall(TSSetRHSFunction(*ts, NULL, Rate, c));
  PetscCall(TSSetType(*ts, TSRK));
  PetscCall(TSRKSetType(*ts, TSRK8VR));
  PetscCall(TSGetAdapt(*ts, &adapt));
  PetscCall(TSAdaptSetType(adapt, TSADAPTBASIC));
  PetscCall(TSSetExactFinalTime(*ts, TS_EXACTFINALTIME_MATCHSTEP));
  PetscCall(TSSetMaxTime(*ts, t));
  PetscCall(TSSetTimeStep(*ts, step));
  PetscCall(TSSetMaxSteps(*ts, PETSC_MAX_INT));
  PetscCall(TSSetMaxStepRejections(*ts, -1));
  PetscCall(TSSetPostStep(*ts, SetStepTolerance));
  if (!c->p->untunable) PetscCall(TSSetFromOptions(*ts));
  PetscCall(SetStepTolerance(*ts));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbePropagatorApplyTS(QlbePropagator p, double t, Vec x, Vec y)
{
  Control c = {.p = p};
  TSConvergedReason reason;
  double step = t;
  PetscInt n;
  TS ts;

  PetscFunctionBegin;
  PetscCall(VecGetSize(x, &n));
  c.per_time = p->tolerance / t;
  c.scale = 1.0 / PetscSqrtReal((PetscReal)n);
  PetscCall(FirstStep(p, t, x, y, &step));
  PetscCall(CreateStepper(&c, t, step, &ts));
  PetscCall(VecCopy(x, y));
  PetscCall(TSSolve(ts, y));
  PetscCall(TSGetConvergedReason(ts, &reason));
  PetscCall(TSDestroy(&ts));
  /* TS counts it as convergence, too, when the steps run out. */
  PetscCheck(reason == TS_CONVERGED_TIME, p->comm, PETSC_ERR_NOT_CONVERGED,
             "The time steps for exp(t A) x, t = %g, ended with %s", t, TSConvergedReasons[reason]);
  PetscFunctionReturn(0);
}
