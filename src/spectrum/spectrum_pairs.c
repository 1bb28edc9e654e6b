/*
   What surrounds the eigensolver: counted products, generic start vectors, recomputed eigenpairs.

   A small residual says little about an eigenvalue of a matrix that is far from normal; what counts
   is residual times condition (L. N. Trefethen, M. Embree, Spectra and Pseudospectra, ch. 52).
   Where A is complex symmetric the left eigenvector is the transpose of the right one, so the
   condition number is
   ||x||^2 / |x^T x|, and the quotient x^T A x / x^T x is stationary: its error is quadratic in that
   of x.
*/
#include "spectrum_impl.h"

static PetscErrorCode CounterMult(Mat shell, Vec x, Vec y)
{
  QlbeProductCounter *c;

  PetscFunctionBegin;
  PetscCall(MatShellGetContext(shell, &c));
  PetscCall(MatMult(c->A, x, y));
  c->count++;
  PetscFunctionReturn(0);
}

static PetscErrorCode CounterMultTranspose(Mat shell, Vec x, Vec y)
{
  QlbeProductCounter *c;

  PetscFunctionBegin;
  PetscCall(MatShellGetContext(shell, &c));
  PetscCall(MatMultTranspose(c->A, x, y));
  c->count++;
  PetscFunctionReturn(0);
}

static PetscErrorCode CounterGetDiagonal(Mat shell, Vec diagonal)
{
  QlbeProductCounter *c;

  PetscFunctionBegin;
  PetscCall(MatShellGetContext(shell, &c));
  PetscCall(MatGetDiagonal(c->A, diagonal));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeSpectrumCreateCounter(QlbeProductCounter *context, Mat *counter)
{
  const Mat A = context->A;
  PetscInt rows, columns;
  PetscBool has;

  PetscFunctionBegin;
  PetscCall(MatGetLocalSize(A, &rows, &columns));
  PetscCall(MatCreateShell(PetscObjectComm((PetscObject)A), rows, columns, PETSC_DETERMINE,
                           PETSC_DETERMINE, context, counter));
  PetscCall(MatShellSetOperation(*counter, MATOP_MULT, (void (*)(void))CounterMult));
  PetscCall(MatHasOperation(A, MATOP_MULT_TRANSPOSE, &has));
  if (has) {
    PetscCall(
        MatShellSetOperation(*counter, MATOP_MULT_TRANSPOSE, (void (*)(void))CounterMultTranspose));
  }
  PetscCall(MatHasOperation(A, MATOP_GET_DIAGONAL, &has));
  if (has) {
    PetscCall(
        MatShellSetOperation(*counter, MATOP_GET_DIAGONAL, (void (*)(void))CounterGetDiagonal));
  }
  PetscFunctionReturn(0);
}

/* Uniform number in (0, 2) that belongs to an index: the finaliser of splitmix64, constants of
   D. Stafford's mix 13. */
static double IndexNoise(PetscInt index)
{
  uint64_t z = ((uint64_t)index + 1) * UINT64_C(0x9e3779b97f4a7c15);

  z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
  z ^= z >> 31;
  return (double)(z >> 11) * 0x1p-52;
}

PetscErrorCode QlbeSpectrumGenericVector(Vec x)
{
  PetscScalar *values;
  PetscInt begin, end;

  PetscFunctionBegin;
  PetscCall(VecGetOwnershipRange(x, &begin, &end));
  PetscCall(VecGetArrayWrite(x, &values));
  /* Positive entries: the leading vector of a positive semigroup has them, and overlaps well. */
  for (PetscInt i = begin; i < end; i++) values[i - begin] = IndexNoise(i);
  PetscCall(VecRestoreArrayWrite(x, &values));
  PetscCall(VecNormalize(x, NULL));
  PetscFunctionReturn(0);
}

/* Unit length; x^T x > 0 or, without that, sum > 0; the sign by the real part of the sum. */
static PetscErrorCode FixPhase(Vec x, PetscBool complex_symmetric, PetscScalar *xtx)
{
  PetscScalar phase, sum;
  PetscReal size;

  PetscFunctionBegin;
  PetscCall(VecNormalize(x, NULL));
  PetscCall(VecTDot(x, x, xtx));
  PetscCall(VecSum(x, &sum));
  phase = complex_symmetric ? PetscSqrtScalar(*xtx) : sum;
  size = PetscAbsScalar(phase);
  if (size > 1e-12) {
    phase /= size;
    if (PetscRealPart(sum / phase) < 0.0) phase = -phase;
    PetscCall(VecScale(x, 1.0 / phase));
    PetscCall(VecTDot(x, x, xtx));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeSpectrumRefinePair(QlbeSpectrum s, Vec x, Vec work, QlbeEigenpair *pair)
{
  PetscScalar xtx, xtax, overlap;

  PetscFunctionBegin;
  PetscCall(FixPhase(x, s->complex_symmetric, &xtx));
  PetscCall(MatMult(s->A, x, work));
  pair->condition = NAN;
  pair->share = PetscCMPLX(NAN, NAN);
  if (s->complex_symmetric) {
    pair->condition = 1.0 / PetscAbsScalar(xtx);
    PetscCall(VecTDot(x, work, &xtax));
    /* At an exceptional point x^T x = 0 and the quotient is lost; the solver's value stands then.
     */
    if (pair->condition < 1e6) pair->value = xtax / xtx;
    if (s->guess) {
      PetscCall(VecTDot(x, s->guess, &overlap));
      pair->share = overlap * overlap / xtx;
    }
  }
  PetscCall(VecAXPY(work, -pair->value, x));
  PetscCall(VecNorm(work, NORM_2, &pair->residual));
  pair->error = pair->condition * pair->residual;
  PetscFunctionReturn(0);
}
