/*
   The eigensolver: generalized Davidson with the diagonal as preconditioner, started from a guess.

   A fiber operator is a diagonal -E(p), spread over the continuous spectrum, plus a smooth
   coupling. Krylov methods (G. W. Stewart, SIAM J. Matrix Anal. Appl. 23, 601 (2001)) see the whole
   spread; dividing residuals by the diagonal, as Davidson's method does (E. R. Davidson, J. Comput.
   Phys. 17, 87 (1975); R. B. Morgan, D. S. Scott, SIAM J. Sci. Stat. Comput. 7, 817 (1986)), leaves
   identity plus compact, and half as many products with A do. But Davidson follows the best vector
   it has: started from nothing it was seen to end on a slow mode next to the leading one. Krylov
   spaces grow toward the edge of the spectrum whatever they meet, so without a guess, or without a
   diagonal, Krylov-Schur it is.

   Start vectors. A guess of exact symmetry would confine the search to its sector, where the
   leading eigenvalue need not be. A little of a generic vector reaches every sector, and as its
   part of the residual is well above the tolerance, nothing converges before what it brings in is
   resolved.
*/
#include <slepceps.h>
#include "spectrum_impl.h"

/*
   Below these dimensions all eigenvalues are computed, densely: a subspace would be most of the space, or take longer to find where
   several pairs are wanted.
*/
enum { SMALL = 50, SMALL_FOR_SEVERAL = 1000 };

static PetscBool IsSmall(const struct QlbeSpectrum_s *s, PetscInt n)
{
  return (PetscBool)(n < SMALL || s->count > n / 4 || (s->count > 1 && n < SMALL_FOR_SEVERAL));
}

/* Size of the generic part of the start vector: far above the tolerance, below what a guess gains.
 */
static PetscReal GenericShare(const struct QlbeSpectrum_s *s)
{
  return PetscMin(1e-2, 1e4 * s->tolerance);
}

/* The start vector: the guess with its generic share, or the generic vector where there is none. */
static PetscErrorCode CreateStart(QlbeSpectrum s, Vec *start)
{
  PetscFunctionBegin;
  PetscCall(MatCreateVecs(s->A, start, NULL));
  PetscCall(QlbeSpectrumGenericVector(*start));
  if (s->guess) PetscCall(VecAYPX(*start, GenericShare(s), s->guess));
  PetscFunctionReturn(0);
}

static PetscErrorCode SetStart(EPS eps, Vec start)
{
  PetscBool gd;

  PetscFunctionBegin;
  PetscCall(EPSSetInitialSpace(eps, 1, &start));
  PetscCall(PetscObjectTypeCompare((PetscObject)eps, EPSGD, &gd));
  /* SLEPc would fill up to six with random vectors, each for one product with A. */
  if (gd) PetscCall(EPSGDSetInitialSize(eps, 1));
  PetscFunctionReturn(0);
}

/*
   diag(A) - scale/2 as preconditioner: eigenvalues of A are about 0 or left of it, so that the
   shift keeps the divisors away from 0. With "largest real" the solver would otherwise use none at
   all.
*/
static PetscErrorCode SetPreconditioner(QlbeSpectrum s, ST st)
{
  KSP ksp;
  PC pc;
  Vec diagonal;
  Mat P;
  PetscInt n;

  PetscFunctionBegin;
  PetscCall(STSetType(st, STPRECOND));
  PetscCall(STGetKSP(st, &ksp));
  PetscCall(KSPSetType(ksp, KSPPREONLY));
  PetscCall(KSPGetPC(ksp, &pc));
  PetscCall(PCSetType(pc, PCJACOBI));
  PetscCall(MatCreateVecs(s->A, NULL, &diagonal));
  PetscCall(MatGetDiagonal(s->A, diagonal));
  PetscCall(VecShift(diagonal, -0.5 * s->scale));
  PetscCall(VecGetLocalSize(diagonal, &n));
  PetscCall(MatCreateAIJ(s->comm, n, n, PETSC_DETERMINE, PETSC_DETERMINE, 1, NULL, 0, NULL, &P));
  PetscCall(MatDiagonalSet(P, diagonal, INSERT_VALUES));
  PetscCall(STSetPreconditionerMat(st, P));
  PetscCall(MatDestroy(&P));
  PetscCall(VecDestroy(&diagonal));
  PetscFunctionReturn(0);
}

/*
   Absolute test for Davidson methods. In its last iteration everything passes: SLEPc 3.18 cannot
   end these methods without a converged pair (DSGetMat of a projected problem of dimension 0). What
   did not converge is dropped by its recomputed residual.
*/
static PetscErrorCode AbsoluteOrLast(EPS eps, PetscScalar re, PetscScalar im, PetscReal residual,
                                     PetscReal *error, void *context)
{
  PetscInt iteration, last;

  PetscFunctionBegin;
  (void)re;
  (void)im;
  (void)context;
  PetscCall(EPSGetIterationNumber(eps, &iteration));
  PetscCall(EPSGetTolerances(eps, NULL, &last));
  *error = iteration + 1 >= last ? 0.0 : residual;
  PetscFunctionReturn(0);
}

static PetscErrorCode GuardDavidson(EPS eps)
{
  PetscBool davidson;
  PetscReal tolerance;
  PetscInt last;
  EPSConv test;

  PetscFunctionBegin;
  PetscCall(PetscObjectTypeCompareAny((PetscObject)eps, &davidson, EPSGD, EPSJD, ""));
  PetscCall(EPSGetConvergenceTest(eps, &test));
  if (davidson && test == EPS_CONV_ABS) {
    PetscCall(EPSSetConvergenceTestFunction(eps, AbsoluteOrLast, NULL, NULL));
    /* The very first iteration tests nothing. */
    PetscCall(EPSGetTolerances(eps, &tolerance, &last));
    PetscCall(EPSSetTolerances(eps, tolerance, PetscMax(2, last)));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode CreateSolver(QlbeSpectrum s, Mat counter, EPS *eps)
{
  PetscBool diagonal, chosen;
  PetscInt n, ncv;
  ST st;

  PetscFunctionBegin;
  PetscCall(MatGetSize(s->A, &n, NULL));
  PetscCall(EPSCreate(s->comm, eps));
  PetscCall(EPSSetOperators(*eps, counter, NULL));
  PetscCall(EPSSetProblemType(*eps, EPS_NHEP));
  PetscCall(EPSSetWhichEigenpairs(*eps, EPS_LARGEST_REAL));
  PetscCall(EPSSetConvergenceTest(*eps, EPS_CONV_ABS));
  /* Half of the tolerance: the recomputed residual, of a slightly different quotient, must meet it.
   */
  PetscCall(EPSSetTolerances(*eps, 0.5 * s->tolerance * s->scale, s->max_iterations));
  ncv = PetscMin(n, 2 * s->count + 20);
  PetscCall(EPSSetDimensions(*eps, s->count, ncv, PETSC_DEFAULT));
  PetscCall(MatHasOperation(s->A, MATOP_GET_DIAGONAL, &diagonal));
  PetscCall(PetscOptionsHasName(NULL, NULL, "-eps_type", &chosen));
  if (IsSmall(s, n)) {
    PetscCall(EPSSetType(*eps, EPSLAPACK));
  } else if (diagonal && s->guess && !chosen) {
    PetscCall(EPSSetType(*eps, EPSGD));
    PetscCall(EPSSetExtraction(*eps, EPS_RITZ));
    PetscCall(EPSGetST(*eps, &st));
    PetscCall(SetPreconditioner(s, st));
  } else {
    PetscCall(EPSSetType(*eps, EPSKRYLOVSCHUR));
  }
  PetscCall(EPSSetFromOptions(*eps));
  PetscCall(GuardDavidson(*eps));
  PetscFunctionReturn(0);
}

/* Recomputes up to count pairs and orders them: the quotient can exchange near neighbours. */
static PetscErrorCode CollectPairs(QlbeSpectrum s, EPS eps, PetscInt n)
{
  Vec work;

  PetscFunctionBegin;
  if (n == 0) PetscFunctionReturn(0);
  PetscCall(MatCreateVecs(s->A, NULL, &work));
  PetscCall(VecDuplicateVecs(work, n, &s->vectors));
  PetscCall(PetscCalloc1(n, &s->pairs));
  s->n_pairs = n;
  for (PetscInt i = 0; i < n; i++) {
    PetscCall(EPSGetEigenpair(eps, i, &s->pairs[i].value, NULL, s->vectors[i], NULL));
    PetscCall(
        QlbeSpectrumRefinePair(s->A, s->complex_symmetric, s->vectors[i], work, &s->pairs[i]));
    s->matvecs++;
  }
  for (PetscInt i = 1; i < n; i++) {
    for (PetscInt j = i; j > 0; j--) {
      const QlbeEigenpair pair = s->pairs[j];
      const Vec vector = s->vectors[j];
      if (PetscRealPart(pair.value) <= PetscRealPart(s->pairs[j - 1].value)) break;
      s->pairs[j] = s->pairs[j - 1];
      s->vectors[j] = s->vectors[j - 1];
      s->pairs[j - 1] = pair;
      s->vectors[j - 1] = vector;
    }
  }
  PetscCall(VecDestroy(&work));
  PetscFunctionReturn(0);
}

/* Keeps the pairs that stand before the first one whose recomputed residual fails. */
static PetscErrorCode TrimPairs(QlbeSpectrum s)
{
  PetscInt good = 0;

  PetscFunctionBegin;
  while (good < s->n_pairs && s->pairs[good].residual <= s->tolerance * s->scale) good++;
  for (PetscInt i = good; i < s->n_pairs; i++) PetscCall(VecDestroy(&s->vectors[i]));
  if (good == 0) PetscCall(PetscFree(s->vectors));
  s->n_pairs = good;
  for (PetscInt i = 0; i < good; i++) {
    s->pairs[i].iterations = s->iterations;
    s->pairs[i].matvecs = s->matvecs;
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeSpectrumSolve(QlbeSpectrum s)
{
  EPS eps;
  Mat counter;
  Vec start;
  PetscInt n, converged;

  PetscFunctionBegin;
  PetscCheck(s->A, s->comm, PETSC_ERR_ORDER, "QlbeSpectrumSetOperator comes before the solve");
  PetscCall(MatGetSize(s->A, &n, NULL));
  PetscCheck(s->count <= n, s->comm, PETSC_ERR_ARG_SIZ,
             "A matrix with %" PetscInt_FMT " rows has no %" PetscInt_FMT " pairs", n, s->count);
  if (s->solved) PetscFunctionReturn(0);
  s->matvecs = 0;
  PetscCall(QlbeSpectrumCreateCounter(s->A, &s->matvecs, &counter));
  PetscCall(CreateStart(s, &start));
  /* A new EPS each time: its random numbers start afresh, so that equal input gives equal bits. */
  PetscCall(CreateSolver(s, counter, &eps));
  PetscCall(SetStart(eps, start));
  PetscCall(EPSSolve(eps));
  PetscCall(EPSGetIterationNumber(eps, &s->iterations));
  PetscCall(EPSGetConverged(eps, &converged));
  PetscCall(CollectPairs(s, eps, PetscMin(converged, s->count)));
  PetscCall(TrimPairs(s));
  s->solved = PETSC_TRUE;
  PetscCall(VecDestroy(&start));
  PetscCall(EPSDestroy(&eps));
  PetscCall(MatDestroy(&counter));
  PetscFunctionReturn(0);
}
