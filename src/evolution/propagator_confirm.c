/*
   Options of PETSc and SLEPc may tune the solvers of a propagation, but not its contract: a looser
   tolerance, a method of low order or steps without control of the error would go unnoticed. Where
   any option of the kind is set, a propagation without options confirms the result.
*/
#include <string.h>

#include "propagator_impl.h"

/* Rounding of the steps, in units of 1 + t |A|. */
static const double step_rounding = 1e-14;

PetscErrorCode QlbePropagatorHasOptions(PetscBool *has)
{
  char *all;

  PetscFunctionBegin;
  PetscCall(PetscOptionsGetAll(NULL, &all));
  *has = (PetscBool)(strstr(all, "-propagate_") != NULL);
  PetscCall(PetscFree(all));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbePropagatorConfirm(QlbePropagator p, double t, Vec y)
{
  struct _p_QlbePropagator untuned = *p;
  PetscReal change, allowed;
  double norm;
  Vec other;

  PetscFunctionBegin;
  PetscCall(QlbePropagatorNorm(p, &norm));
  untuned.mfn = NULL;
  untuned.counted = NULL;
  untuned.untunable = PETSC_TRUE;
  PetscCall(VecDuplicate(y, &other));
  PetscCall(QlbePropagatorApplyMethod(&untuned, t, p->unit, other));
  PetscCall(VecAXPY(other, -1.0, y));
  PetscCall(VecNorm(other, NORM_2, &change));
  PetscCall(VecDestroy(&other));
  PetscCall(MFNDestroy(&untuned.mfn));
  PetscCall(MatDestroy(&untuned.counted));
  /* both may be off by the tolerance, and twice as much is no reason to stop */
  allowed = 4.0 * p->tolerance + step_rounding * (1.0 + t * norm);
  PetscCheck(change <= allowed, p->comm, PETSC_ERR_NOT_CONVERGED,
             "exp(t A) x changes by %g without the options -propagate_..., allowed were %g",
             (double)change, (double)allowed);
  PetscFunctionReturn(0);
}
