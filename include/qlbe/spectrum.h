/*
   Leading eigenpairs (largest real part) of any square Mat.

   The reduced generator of a fiber has one eigenvalue eps(k) near 0, isolated from the rest of the
   spectrum while k is small (Prop. 7.1); everything diffusive is in it. Convergence is absolute,
   ||A x - lambda x|| <= tolerance * scale with ||x|| = 1, because eps(0) = 0 defeats a relative
   test.

   Eigenvalues stand by descending real part, then by descending imaginary part; real parts that
   differ by rounding are equal. The one of a conjugate pair with the positive imaginary part is
   therefore the first of the two, and the one that remains where the wanted number cuts the pair.

   Options -eps_*, -st_* and their like tune the solver, and can make it choose other eigenvalues.
   Where the options database holds any of them, a second solve that sees none says which of the
   pairs are the leading ones (QlbeEigenpair.leading).

   Every setter invalidates the results of an earlier solve; asking for stale results is an error
   (PETSC_ERR_ORDER). The solver is chosen for few products with A; the options -eps_*, -st_* and
   -bv_* override it. Start vectors are pure functions of the global index, so a run repeats bitwise
   on the same number of ranks.
*/
#ifndef QLBE_SPECTRUM_H
#define QLBE_SPECTRUM_H

#include <petscmat.h>

typedef struct QlbeSpectrum_s *QlbeSpectrum;

typedef struct {
  PetscScalar value;   /* eigenvalue; the quotient x^T A x / x^T x where A is complex symmetric */
  PetscReal residual;  /* ||A x - value x|| / ||x||, recomputed after the solve, in the unit of A */
  PetscReal condition; /* ||x||^2 / |x^T x| where A is complex symmetric, otherwise NaN */
  PetscReal error; /* condition * residual: first-order bound of the error of value; NaN with it */
  PetscScalar share; /* (x^T x0)^2 / x^T x with the guess x0: see QlbeEigenpairContinues; NaN where
                        there is no guess or A is not complex symmetric */
  PetscBool leading; /* pair i is the leading one of number i: no option has made it another */
  PetscInt iterations; /* outer iterations of the solve that gave this pair */
  PetscInt matvecs;    /* products with A in that solve, the recomputed residuals included */
} QlbeEigenpair;

/*
   Numbers of the pairs in their order into order[n]. Pairs with equal values stand by ascending
   tag, or with NULL in the order given; values that are no numbers come last. scale as in
   QlbeSpectrumSetOperator.
*/
PETSC_EXTERN void QlbeEigenpairOrder(PetscInt n, const QlbeEigenpair pairs[], PetscReal scale,
                                     const PetscInt tag[], PetscInt order[]);

/* Rounding of pair->value: of sums over a row, and what the residual leaves of the quotient, which
   is quadratic in it. Two values that differ by less than the sum of theirs are equal. */
PETSC_EXTERN PetscReal QlbeEigenpairRounding(const QlbeEigenpair *pair, PetscReal scale);

/*
   Whether a pair is the one that continues eps(0) = 0, where the guess was x0 = nu^(1/2), the
   vector of eps(0): it is the leading one, its value is real and not positive within `error` and
   rounding, and its share of x0 is real and at least 3/4. The shares of all pairs add up to 1 and
   that of eps(k) is 1 at k = 0; x^T x0 = 1 and x^T x <= 1 + O(k^4) then let it grow with k, until
   eps(k) meets another eigenvalue. Those of other eigenvalues begin at 0, like -k^2.
*/
PETSC_EXTERN PetscBool QlbeEigenpairContinues(const QlbeEigenpair *pair, PetscReal scale,
                                              PetscReal error);

/* A new solver on comm: one pair, tolerance 1e-10, 500 outer iterations, no guess. Collective. */
PETSC_EXTERN PetscErrorCode QlbeSpectrumCreate(MPI_Comm comm, QlbeSpectrum *s);

/* Frees *s and sets it to NULL; NULL is allowed. Collective. */
PETSC_EXTERN PetscErrorCode QlbeSpectrumDestroy(QlbeSpectrum *s);

/*
   The matrix A (square, referenced, not copied). complex_symmetric says A^T = A, as the fiber
   operator is in its weighted form (4.12), (4.13): then the left vector is the transpose of the
   right one. scale > 0 is a rate in the unit of A, such as the escape rate at p = 0, that
   tolerances are relative to. A guess is kept where the row layout of A is that of the matrix
   before. Collective.
*/
PETSC_EXTERN PetscErrorCode QlbeSpectrumSetOperator(QlbeSpectrum s, Mat A,
                                                    PetscBool complex_symmetric, PetscReal scale);

/*
   Number of leading pairs wanted, >= 1. One is sure; with more, a further copy of a multiple
   eigenvalue can stay hidden (Davidson finds it by its random restarts, Krylov-Schur in general
   does not), and the condition of each copy depends on which vectors of their eigenspace came out.
*/
PETSC_EXTERN PetscErrorCode QlbeSpectrumSetCount(QlbeSpectrum s, PetscInt count);

/* tolerance > 0, relative to scale; the recomputed residual has to meet it. */
PETSC_EXTERN PetscErrorCode QlbeSpectrumSetTolerance(QlbeSpectrum s, PetscReal tolerance);

/*
   Cap on outer iterations, >= 1 (restarts of Krylov-Schur; expansions of Davidson, which makes
   two).
*/
PETSC_EXTERN PetscErrorCode QlbeSpectrumSetMaxIterations(QlbeSpectrum s, PetscInt iterations);

/*
   A guess of the leading vector, copied; NULL forgets guesses. It need not be good, nor in the
   right symmetry sector: a small generic vector is mixed in, so no sector is out of reach.
   Collective.
*/
PETSC_EXTERN PetscErrorCode QlbeSpectrumSetInitialGuess(QlbeSpectrum s, Vec guess);

/*
   Finds the pairs. No convergence is no error: QlbeSpectrumGetConverged says how many pairs there
   are. Errors: no operator (PETSC_ERR_ORDER), more pairs than rows (PETSC_ERR_ARG_SIZ). Collective.
*/
PETSC_EXTERN PetscErrorCode QlbeSpectrumSolve(QlbeSpectrum s);

/*
   Largest real part of x^* A x/x^* x over all x, relative to scale, for a complex symmetric A: the
   leading eigenvalue of Re A. Where it is not positive, exp(t A) contracts. nan where none
   converged, or an option has chosen another eigenvalue. guess as in QlbeSpectrumSetInitialGuess.
   Collective.
*/
PETSC_EXTERN PetscErrorCode QlbeSpectrumContraction(Mat A, Vec guess, PetscReal scale,
                                                    PetscReal *contraction);

/*
   Number of wanted pairs, <= count, from the leading one on, that meet the tolerance. Not
   collective.
*/
PETSC_EXTERN PetscErrorCode QlbeSpectrumGetConverged(QlbeSpectrum s, PetscInt *n);

/*
   Iterations and products with A of the last solve, whether it converged or not; each may be NULL.
*/
PETSC_EXTERN PetscErrorCode QlbeSpectrumGetWork(QlbeSpectrum s, PetscInt *iterations,
                                                PetscInt *matvecs);

/* Pair i < n converged, in their order. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeSpectrumGetEigenvalue(QlbeSpectrum s, PetscInt i,
                                                      QlbeEigenpair *pair);

/*
   Vector of pair i, into x with the layout of the columns of A, ||x|| = 1. Phase: x^T x > 0 where A
   is complex symmetric, and then sum of the real parts >= 0; otherwise sum of entries >= 0.
   Collective.
*/
PETSC_EXTERN PetscErrorCode QlbeSpectrumGetEigenvector(QlbeSpectrum s, PetscInt i, Vec x);

#endif
