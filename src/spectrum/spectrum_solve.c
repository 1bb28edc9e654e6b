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
#include "spectrum_impl.h"

/*
   Below these dimensions all eigenvalues are computed, densely: a subspace would be most of the
   space, or take longer to find where several pairs are wanted.
*/
enum { SMALL = 50, SMALL_FOR_SEVERAL = 1000 };

static PetscBool IsSmall(const struct QlbeSpectrum_s *s, PetscInt n)
{
  return (PetscBool)(n < SMALL || s->count > n / 4 || (s->count > 1 && n < SMALL_FOR_SEVERAL));
}

/*
   Size of the generic part of the start vector: far above the tolerance, below what a guess gains.
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

/* Pairs that the solver looks for: two more than wanted, so that no conjugate pair is cut. The
   leading one alone is real where it is of interest, and has no partner. */
static PetscInt Sought(const struct QlbeSpectrum_s *s, PetscInt n)
{
  return s->count == 1 ? 1 : PetscMin(n, s->count + 2);
}

/* Without `tunable` no option reaches the solver. */
static PetscErrorCode CreateSolver(QlbeSpectrum s, Mat counter, PetscBool tunable, EPS *eps)
{
  PetscBool diagonal, chosen = PETSC_FALSE;
  PetscInt n, sought;
  ST st;

  PetscFunctionBegin;
  PetscCall(MatGetSize(s->A, &n, NULL));
  PetscCall(EPSCreate(s->comm, eps));
  /* parts of the solver read options by themselves */
  if (!tunable) PetscCall(EPSSetOptionsPrefix(*eps, "untuned_"));
  PetscCall(EPSSetOperators(*eps, counter, NULL));
  PetscCall(EPSSetProblemType(*eps, EPS_NHEP));
  PetscCall(EPSSetWhichEigenpairs(*eps, EPS_LARGEST_REAL));
  PetscCall(EPSSetConvergenceTest(*eps, EPS_CONV_ABS));
  /* Half of the tolerance: the recomputed residual, of a slightly different quotient, must meet it.
   */
  PetscCall(EPSSetTolerances(*eps, 0.5 * s->tolerance * s->scale, s->max_iterations));
  sought = Sought(s, n);
  PetscCall(EPSSetDimensions(*eps, sought, PetscMin(n, 2 * sought + 20), PETSC_DEFAULT));
  PetscCall(MatHasOperation(s->A, MATOP_GET_DIAGONAL, &diagonal));
  if (tunable) PetscCall(PetscOptionsHasName(NULL, NULL, "-eps_type", &chosen));
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
  if (tunable) PetscCall(EPSSetFromOptions(*eps));
  PetscCall(GuardDavidson(*eps));
  PetscFunctionReturn(0);
}

/* Makes the solver and lets it work; *eps may be there also after an error. */
static PetscErrorCode RunSolver(QlbeSpectrum s, Mat counter, PetscBool tunable, Vec start, EPS *eps)
{
  PetscFunctionBegin;
  /* A new EPS each time: its random numbers start afresh, so that equal input gives equal bits. */
  PetscCall(CreateSolver(s, counter, tunable, eps));
  PetscCall(SetStart(*eps, start));
  PetscCall(EPSSolve(*eps));
  PetscFunctionReturn(0);
}

/*
   The same with options, of which many do not go with a matrix that has products only, as a
   factorisation. That is no fault of the program: one line, and no pairs.
*/
static PetscErrorCode TryOptions(QlbeSpectrum s, Mat counter, Vec start, EPS *eps, PetscBool *works)
{
  PetscErrorCode ierr;
  const char *reason;

  PetscFunctionBegin;
  PetscCall(PetscPushErrorHandler(PetscReturnErrorHandler, NULL));
  ierr = RunSolver(s, counter, PETSC_TRUE, start, eps);
  PetscCall(PetscPopErrorHandler());
  PetscCheck(ierr != PETSC_ERR_MEM, s->comm, ierr, "No memory for the eigensolver");
  *works = (PetscBool)!ierr;
  if (*works) PetscFunctionReturn(0);
  PetscCall(PetscErrorMessage(ierr, &reason, NULL));
  PetscCall(PetscPrintf(s->comm,
                        "warning: the eigensolver fails with the options given, on a matrix that "
                        "has products and a diagonal only: %s\n",
                        reason ? reason : "unknown error"));
  PetscFunctionReturn(0);
}

/* The pairs of one solve, with options or without. */
static PetscErrorCode Solve(QlbeSpectrum s, PetscBool tunable)
{
  QlbeProductCounter products = {.A = s->A};
  PetscBool options, works = PETSC_TRUE;
  PetscInt n, converged = 0;
  EPS eps = NULL;
  Mat counter;
  Vec start;

  PetscFunctionBegin;
  PetscCall(MatGetSize(s->A, &n, NULL));
  PetscCall(QlbeSpectrumCreateCounter(&products, &counter));
  PetscCall(CreateStart(s, &start));
  PetscCall(QlbeSpectrumHasOptions(&options));
  if (options && tunable)
    PetscCall(TryOptions(s, counter, start, &eps, &works));
  else
    PetscCall(RunSolver(s, counter, tunable, start, &eps));
  s->iterations = 0;
  s->matvecs = products.count;
  if (works) {
    PetscCall(EPSGetIterationNumber(eps, &s->iterations));
    PetscCall(EPSGetConverged(eps, &converged));
  }
  /* dense solvers deliver all, and multiple eigenvalues cost nothing more there */
  PetscCall(
      QlbeSpectrumCollect(s, eps, PetscMin(converged, Sought(s, n) + (s->count > 1 ? 4 : 0))));
  PetscCall(QlbeSpectrumTrim(s));
  PetscCall(VecDestroy(&start));
  PetscCall(EPSDestroy(&eps));
  PetscCall(MatDestroy(&counter));
  PetscFunctionReturn(0);
}

/* Marks pairs that a solve without options does not confirm in their places. */
static PetscErrorCode Confirm(QlbeSpectrum s)
{
  struct QlbeSpectrum_s untuned = *s;

  PetscFunctionBegin;
  untuned.pairs = NULL;
  untuned.vectors = NULL;
  untuned.n_pairs = 0;
  PetscCall(Solve(&untuned, PETSC_FALSE));
  for (PetscInt i = 0; i < s->n_pairs; i++) {
    const PetscBool both = (PetscBool)(i < untuned.n_pairs);
    const PetscReal allowed = both ? fmax(1.0, s->pairs[i].condition) *
                                             (s->pairs[i].residual + untuned.pairs[i].residual) +
                                         10.0 * QlbeEigenpairRounding(&s->pairs[i], s->scale)
                                   : 0.0;
    s->pairs[i].leading =
        (PetscBool)(both && PetscAbsScalar(s->pairs[i].value - untuned.pairs[i].value) <= allowed);
  }
  PetscCall(VecDestroyVecs(untuned.n_pairs, &untuned.vectors));
  PetscCall(PetscFree(untuned.pairs));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeSpectrumSolve(QlbeSpectrum s)
{
  PetscBool options;
  PetscInt n;

  PetscFunctionBegin;
  PetscCheck(s->A, s->comm, PETSC_ERR_ORDER, "QlbeSpectrumSetOperator comes before the solve");
  PetscCall(MatGetSize(s->A, &n, NULL));
  PetscCheck(s->count <= n, s->comm, PETSC_ERR_ARG_SIZ,
             "A matrix with %" PetscInt_FMT " rows has no %" PetscInt_FMT " pairs", n, s->count);
  if (s->solved) PetscFunctionReturn(0);
  PetscCall(Solve(s, PETSC_TRUE));
  PetscCall(QlbeSpectrumHasOptions(&options));
  if (options) PetscCall(Confirm(s));
  s->solved = PETSC_TRUE;
  PetscFunctionReturn(0);
}
