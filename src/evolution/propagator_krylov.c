/*
   exp(t A) x by SLEPc's MFN of type MFNEXPOKIT: time steps, each in a Krylov space of its own, with
   an a posteriori error estimate (R. B. Sidje, Expokit, ACM Trans. Math. Softw. 24(1):130-156,
   1998).

   Its tolerance is one on the estimated error per unit of time, absolute: a step dt of a vector of
   norm 1 is accepted with an estimate below 1.2 tol dt. Where the exponential does not grow the
   errors of the steps add at most, so that tol = tolerance/(1.2 t) is the contract.

   MFNKRYLOV, the default type, is no alternative: it stops when the last restart changed little,
   which says nothing where the spectrum is continuous (error 5e-9 at tolerance 1e-13, 600
   eigenvalues on [-60, -0.1] + 20 i [-1, 1], t |A| = 1e4), and its restarts keep the whole
   Hessenberg matrix (50 times the time of MFNEXPOKIT at t |A| = 1e3).

   MFNEXPOKIT needs MatNorm for its first step, hence the shell. After ten rejections of a step it
   goes on with what it has, silently: the sum of the estimates, which the monitor sees, must not
   exceed what was allowed, and no step is asked for less than its rounding. The times of the steps
   are summed up as they come, so that phases which nothing damps are off by about 1e-18 (t |A|)^2.
*/
#include "propagator_impl.h"

/*
   Dimension of the Krylov spaces. MFNEXPOKIT always fills them: short times want small ones.
   Between 30 and 60 the number of products for a long time hardly changes.
*/
enum { DIMENSION = 36, LEAST_DIMENSION = 12 };

/*
   Least tolerance of a step, and the length of a step in units of 1/|A| where the spectrum does not
   help.
*/
#define STEP_TOLERANCE 4e-16
#define STEP_LENGTH    10.0

static PetscErrorCode CountedMult(Mat shell, Vec x, Vec y)
{
  QlbePropagator p;

  PetscFunctionBegin;
  PetscCall(MatShellGetContext(shell, &p));
  PetscCall(QlbePropagatorMult(p, x, y));
  PetscFunctionReturn(0);
}

static PetscErrorCode CountedNorm(Mat shell, NormType type, PetscReal *norm)
{
  QlbePropagator p;

  PetscFunctionBegin;
  (void)type; /* MFNEXPOKIT asks for one kind only, and any will do */
  PetscCall(MatShellGetContext(shell, &p));
  PetscCall(QlbePropagatorNorm(p, norm));
  /* A first step of finite length also for A = 0. */
  *norm = PetscMax(*norm, PETSC_SQRT_MACHINE_EPSILON);
  PetscFunctionReturn(0);
}

/*
   Adds the estimate of an accepted step. There is none where MFNEXPOKIT reports eps |A|, its least,
   or the tolerance itself: the Krylov space was invariant.
*/
static PetscErrorCode AddError(MFN mfn, PetscInt its, PetscReal estimate, void *context)
{
  QlbePropagator p = context;
  PetscReal least, tolerance;

  PetscFunctionBegin;
  (void)its;
  PetscCall(CountedNorm(p->counted, NORM_INFINITY, &least));
  PetscCall(MFNGetTolerances(mfn, &tolerance, NULL));
  least *= PETSC_MACHINE_EPSILON;
  if (estimate > least * (1.0 + 1e-12) && estimate != tolerance) p->error += estimate;
  PetscFunctionReturn(0);
}

static PetscErrorCode CreateSolver(QlbePropagator p)
{
  PetscInt rows, columns;
  FN exponential;

  PetscFunctionBegin;
  PetscCall(MatGetLocalSize(p->A, &rows, &columns));
  PetscCall(
      MatCreateShell(p->comm, rows, columns, PETSC_DETERMINE, PETSC_DETERMINE, p, &p->counted));
  PetscCall(MatShellSetOperation(p->counted, MATOP_MULT, (void (*)(void))CountedMult));
  PetscCall(MatShellSetOperation(p->counted, MATOP_NORM, (void (*)(void))CountedNorm));
  PetscCall(MFNCreate(p->comm, &p->mfn));
  PetscCall(MFNSetOptionsPrefix(p->mfn, p->untunable ? "untuned_" : "propagate_"));
  PetscCall(MFNSetOperator(p->mfn, p->counted));
  PetscCall(MFNGetFN(p->mfn, &exponential));
  PetscCall(FNSetType(exponential, FNEXP));
  PetscCall(MFNSetType(p->mfn, MFNEXPOKIT));
  PetscCall(MFNMonitorSet(p->mfn, AddError, p, NULL));
  PetscFunctionReturn(0);
}

/*
   What depends on the time. *tolerance is the one per unit of time, which an option may have
   replaced.
*/
static PetscErrorCode SetTime(QlbePropagator p, double t, double norm, PetscReal *tolerance)
{
  const double per_time = PetscMax(p->tolerance / (1.2 * t), STEP_TOLERANCE * norm / STEP_LENGTH);
  const double dimension = PetscMin(LEAST_DIMENSION + 3.0 * t * norm, DIMENSION);
  FN exponential;
  PetscInt n;

  PetscFunctionBegin;
  PetscCall(MatGetSize(p->A, &n, NULL));
  PetscCall(MFNSetDimensions(p->mfn, PetscMin((PetscInt)dimension, n)));
  PetscCall(MFNSetTolerances(p->mfn, per_time, (PetscInt)PetscMin(1000.0 + t * norm, 1e9)));
  PetscCall(MFNGetFN(p->mfn, &exponential));
  PetscCall(FNSetScale(exponential, t, 1.0));
  if (!p->untunable) PetscCall(MFNSetFromOptions(p->mfn));
  PetscCall(MFNGetTolerances(p->mfn, tolerance, NULL));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbePropagatorApplyKrylov(QlbePropagator p, double t, Vec x, Vec y)
{
  MFNConvergedReason reason;
  PetscReal tolerance;
  PetscInt steps;
  double norm;

  PetscFunctionBegin;
  if (!p->mfn) PetscCall(CreateSolver(p));
  PetscCall(QlbePropagatorNorm(p, &norm));
  PetscCall(SetTime(p, t, norm, &tolerance));
  p->error = 0.0;
  PetscCall(MFNSolve(p->mfn, x, y));
  PetscCall(MFNGetConvergedReason(p->mfn, &reason));
  PetscCall(MFNGetIterationNumber(p->mfn, &steps));
  PetscCheck(reason > 0, p->comm, PETSC_ERR_NOT_CONVERGED,
             "exp(t A) x did not converge in %" PetscInt_FMT " Krylov steps, t |A| = %g", steps,
             t * norm);
  PetscCheck(p->error <= 1.3 * (double)tolerance * t, p->comm, PETSC_ERR_NOT_CONVERGED,
             "exp(t A) x has an estimated error of %g, allowed were %g, t |A| = %g", p->error,
             1.2 * (double)tolerance * t, t * norm);
  PetscFunctionReturn(0);
}
