/*
   The spectrum object: settings, guesses, and access to results.

   State is explicit: setters clear `solved` and free the pairs, so no result outlives its input.
*/
#include "spectrum_impl.h"

static PetscErrorCode DropResults(QlbeSpectrum s)
{
  PetscFunctionBegin;
  PetscCall(VecDestroyVecs(s->n_pairs, &s->vectors));
  PetscCall(PetscFree(s->pairs));
  s->n_pairs = 0;
  s->solved = PETSC_FALSE;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeSpectrumCreate(MPI_Comm comm, QlbeSpectrum *s)
{
  PetscFunctionBegin;
  PetscCall(PetscNew(s));
  (*s)->comm = comm;
  (*s)->scale = 1.0;
  (*s)->tolerance = 1e-10;
  (*s)->count = 1;
  (*s)->max_iterations = 500;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeSpectrumDestroy(QlbeSpectrum *s)
{
  PetscFunctionBegin;
  if (!*s) PetscFunctionReturn(0);
  PetscCall(DropResults(*s));
  PetscCall(VecDestroy(&(*s)->guess));
  PetscCall(MatDestroy(&(*s)->A));
  PetscCall(PetscFree(*s));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeSpectrumSetOperator(QlbeSpectrum s, Mat A, PetscBool complex_symmetric,
                                       PetscReal scale)
{
  PetscInt rows, columns, local;

  PetscFunctionBegin;
  PetscCall(MatGetSize(A, &rows, &columns));
  PetscCheck(rows == columns, s->comm, PETSC_ERR_ARG_SIZ,
             "A matrix with eigenvalues is square, this one is %" PetscInt_FMT " x %" PetscInt_FMT,
             rows, columns);
  PetscCheck(scale > 0.0 && !PetscIsInfOrNanReal(scale), s->comm, PETSC_ERR_ARG_OUTOFRANGE,
             "The scale of convergence must be positive, not %g", (double)scale);
  PetscCall(MatGetLocalSize(A, NULL, &local));
  if (s->guess) {
    PetscInt guess_local;
    PetscMPIInt differs, any;
    PetscCall(VecGetLocalSize(s->guess, &guess_local));
    differs = guess_local != local;
    PetscCallMPI(MPI_Allreduce(&differs, &any, 1, MPI_INT, MPI_MAX, s->comm));
    if (any) PetscCall(VecDestroy(&s->guess));
  }
  PetscCall(PetscObjectReference((PetscObject)A));
  PetscCall(DropResults(s));
  PetscCall(MatDestroy(&s->A));
  s->A = A;
  s->complex_symmetric = complex_symmetric;
  s->scale = scale;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeSpectrumSetCount(QlbeSpectrum s, PetscInt count)
{
  PetscFunctionBegin;
  PetscCheck(count >= 1, s->comm, PETSC_ERR_ARG_OUTOFRANGE,
             "At least one pair must be wanted, not %" PetscInt_FMT, count);
  PetscCall(DropResults(s));
  s->count = count;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeSpectrumSetTolerance(QlbeSpectrum s, PetscReal tolerance)
{
  PetscFunctionBegin;
  PetscCheck(tolerance > 0.0 && !PetscIsInfOrNanReal(tolerance), s->comm, PETSC_ERR_ARG_OUTOFRANGE,
             "The tolerance must be positive, not %g", (double)tolerance);
  PetscCall(DropResults(s));
  s->tolerance = tolerance;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeSpectrumSetMaxIterations(QlbeSpectrum s, PetscInt iterations)
{
  PetscFunctionBegin;
  PetscCheck(iterations >= 1, s->comm, PETSC_ERR_ARG_OUTOFRANGE,
             "At least one iteration must be allowed, not %" PetscInt_FMT, iterations);
  PetscCall(DropResults(s));
  s->max_iterations = iterations;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeSpectrumSetInitialGuess(QlbeSpectrum s, Vec guess)
{
  PetscReal norm;

  PetscFunctionBegin;
  PetscCall(DropResults(s));
  PetscCall(VecDestroy(&s->guess));
  if (!guess) PetscFunctionReturn(0);
  PetscCall(VecNorm(guess, NORM_2, &norm));
  PetscCheck(norm > 0.0 && !PetscIsInfOrNanReal(norm), s->comm, PETSC_ERR_ARG_WRONG,
             "The guess has norm %g", (double)norm);
  PetscCall(VecDuplicate(guess, &s->guess));
  PetscCall(VecCopy(guess, s->guess));
  PetscCall(VecScale(s->guess, 1.0 / norm));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeSpectrumGetConverged(QlbeSpectrum s, PetscInt *n)
{
  PetscFunctionBegin;
  PetscCheck(s->solved, s->comm, PETSC_ERR_ORDER, "There are no results before QlbeSpectrumSolve");
  *n = s->n_pairs;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeSpectrumGetWork(QlbeSpectrum s, PetscInt *iterations, PetscInt *matvecs)
{
  PetscFunctionBegin;
  PetscCheck(s->solved, s->comm, PETSC_ERR_ORDER, "There are no results before QlbeSpectrumSolve");
  if (iterations) *iterations = s->iterations;
  if (matvecs) *matvecs = s->matvecs;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeSpectrumGetEigenvalue(QlbeSpectrum s, PetscInt i, QlbeEigenpair *pair)
{
  PetscFunctionBegin;
  PetscCheck(s->solved, s->comm, PETSC_ERR_ORDER, "There are no results before QlbeSpectrumSolve");
  PetscCheck(i >= 0 && i < s->n_pairs, s->comm, PETSC_ERR_ARG_OUTOFRANGE,
             "Pair %" PetscInt_FMT " of %" PetscInt_FMT " converged ones was asked for", i,
             s->n_pairs);
  *pair = s->pairs[i];
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeSpectrumGetEigenvector(QlbeSpectrum s, PetscInt i, Vec x)
{
  PetscFunctionBegin;
  PetscCheck(s->solved, s->comm, PETSC_ERR_ORDER, "There are no results before QlbeSpectrumSolve");
  PetscCheck(i >= 0 && i < s->n_pairs, s->comm, PETSC_ERR_ARG_OUTOFRANGE,
             "Vector %" PetscInt_FMT " of %" PetscInt_FMT " converged ones was asked for", i,
             s->n_pairs);
  PetscCall(VecCopy(s->vectors[i], x));
  PetscFunctionReturn(0);
}
