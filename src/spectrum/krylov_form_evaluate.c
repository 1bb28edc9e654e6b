/*
   Functions of the projected matrix B of a Krylov space: x^T f(A) x = |x|^2 c^T f(B) e_1, c = G
   e_1.
*/
#include <math.h>
#include <slepcfn.h>

#include "krylov_form_impl.h"

/* c^T y. */
static PetscScalar Contract(QlbeKrylovForm f, const PetscScalar y[])
{
  PetscScalar sum = 0.0;

  for (PetscInt i = 0; i < f->m; i++) sum += *QlbeKrylovEntry(f->G, i, 0) * y[i];
  return f->square * sum;
}

static double Length(PetscInt n, const PetscScalar y[])
{
  double square = 0.0;

  for (PetscInt i = 0; i < n; i++) square += PetscSqr(PetscAbsScalar(y[i]));
  return sqrt(square);
}

/* Exchanges two rows of M[][n] from column `from` on, and of the right-hand sides. */
static void Exchange(PetscInt n, PetscInt from, PetscScalar M[], PetscInt row, PetscScalar rhs[][2])
{
  for (PetscInt j = from; j < n; j++) {
    const PetscScalar other = M[row * n + j];
    M[row * n + j] = M[(row + 1) * n + j];
    M[(row + 1) * n + j] = other;
  }
  for (int s = 0; s < 2; s++) {
    const PetscScalar other = rhs[row][s];
    rhs[row][s] = rhs[row + 1][s];
    rhs[row + 1][s] = other;
  }
}

/*
   Solves M y = rhs for a Hessenberg matrix M[n][n], with two right-hand sides, in place; *regular
   is false where a pivot vanishes.
*/
static void SolveHessenberg(PetscInt n, PetscScalar M[], PetscScalar rhs[][2], PetscBool *regular)
{
  for (PetscInt i = 0; i + 1 < n; i++) {
    PetscScalar factor;
    if (PetscAbsScalar(M[i * n + i]) < PetscAbsScalar(M[(i + 1) * n + i]))
      Exchange(n, i, M, i, rhs);
    if (M[i * n + i] == 0.0) continue; /* then the one below is 0 too */
    factor = M[(i + 1) * n + i] / M[i * n + i];
    for (PetscInt j = i; j < n; j++) M[(i + 1) * n + j] -= factor * M[i * n + j];
    for (int s = 0; s < 2; s++) rhs[i + 1][s] -= factor * rhs[i][s];
  }
  *regular = PETSC_TRUE;
  for (PetscInt i = n - 1; i >= 0 && *regular; i--) {
    *regular = (PetscBool)(M[i * n + i] != 0.0);
    for (int s = 0; s < 2 && *regular; s++) {
      for (PetscInt j = i + 1; j < n; j++) rhs[i][s] -= M[i * n + j] * rhs[j][s];
      rhs[i][s] /= M[i * n + i];
    }
  }
}

PetscErrorCode QlbeKrylovFormResolvent(QlbeKrylovForm f, PetscScalar z, PetscScalar *value,
                                       double *error)
{
  const PetscInt n = f->m;
  PetscScalar *M, (*y)[2], *first;
  double size, length[2] = {0.0, 0.0};
  PetscBool regular;

  PetscFunctionBegin;
  PetscCheck(n > 0, PETSC_COMM_SELF, PETSC_ERR_ORDER, "The Krylov space has no dimension yet");
  PetscCall(PetscMalloc2((size_t)n * (size_t)n, &M, n, &first));
  PetscCall(PetscCalloc1(n, &y));
  for (PetscInt i = 0; i < n; i++) {
    for (PetscInt j = 0; j < n; j++)
      M[i * n + j] = (i == j ? z : 0.0) - *QlbeKrylovEntry(f->B, i, j);
  }
  y[0][0] = y[n - 1][1] = 1.0;
  SolveHessenberg(n, M, y, &regular);
  *value = HUGE_VAL;
  *error = HUGE_VAL;
  if (regular) {
    for (PetscInt i = 0; i < n; i++) {
      first[i] = y[i][0];
      for (int s = 0; s < 2; s++) length[s] += PetscSqr(PetscAbsScalar(y[i][s]));
    }
    *value = Contract(f, first);
    size = f->residual * PetscAbsScalar(first[n - 1]);
    *error = f->square * size * size * sqrt(PetscMax(length[0], length[1]));
    /* rounding of entries of A, to first order */
    *error += f->square * 4.0 * PETSC_MACHINE_EPSILON * f->norm * length[0];
    if (!isfinite(*error)) *error = HUGE_VAL;
  }
  PetscCall(PetscFree2(M, first));
  PetscCall(PetscFree(y));
  PetscFunctionReturn(0);
}

/* y = exp(dt B) y. */
static PetscErrorCode Propagate(FN exponential, Mat B, Mat E, double dt, PetscScalar y[])
{
  const PetscScalar *e;
  PetscScalar *next;
  PetscInt n;

  PetscFunctionBegin;
  PetscCall(MatGetSize(B, &n, NULL));
  PetscCall(FNSetScale(exponential, dt, 1.0));
  PetscCall(FNEvaluateFunctionMat(exponential, B, E));
  PetscCall(PetscCalloc1(n, &next));
  PetscCall(MatDenseGetArrayRead(E, &e));
  for (PetscInt j = 0; j < n; j++)
    for (PetscInt i = 0; i < n; i++) next[i] += e[j * n + i] * y[j];
  PetscCall(MatDenseRestoreArrayRead(E, &e));
  PetscCall(PetscArraycpy(y, next, n));
  PetscCall(PetscFree(next));
  PetscFunctionReturn(0);
}

/* B as a matrix of PETSc, and one for its exponential. */
static PetscErrorCode CreateMatrices(QlbeKrylovForm f, Mat *B, Mat *E)
{
  PetscScalar *b;

  PetscFunctionBegin;
  PetscCall(MatCreateSeqDense(PETSC_COMM_SELF, f->m, f->m, NULL, B));
  PetscCall(MatDenseGetArrayWrite(*B, &b));
  for (PetscInt j = 0; j < f->m; j++)
    for (PetscInt i = 0; i < f->m; i++) b[j * f->m + i] = *QlbeKrylovEntry(f->B, i, j);
  PetscCall(MatDenseRestoreArrayWrite(*B, &b));
  PetscCall(MatAssemblyBegin(*B, MAT_FINAL_ASSEMBLY));
  PetscCall(MatAssemblyEnd(*B, MAT_FINAL_ASSEMBLY));
  PetscCall(MatDuplicate(*B, MAT_DO_NOT_COPY_VALUES, E));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeKrylovFormExponential(QlbeKrylovForm f, PetscInt n, const double t[],
                                         PetscScalar value[], double error[])
{
  double now = 0.0, integral = 0.0, last;
  PetscScalar *y;
  FN exponential;
  Mat B, E;

  PetscFunctionBegin;
  PetscCheck(f->m > 0, PETSC_COMM_SELF, PETSC_ERR_ORDER, "The Krylov space has no dimension yet");
  PetscCall(CreateMatrices(f, &B, &E));
  PetscCall(FNCreate(PETSC_COMM_SELF, &exponential));
  PetscCall(FNSetType(exponential, FNEXP));
  PetscCall(PetscCalloc1(f->m, &y));
  y[0] = 1.0;
  last = f->m == 1 ? 1.0 : 0.0;
  for (PetscInt i = 0; i < n; i++) {
    PetscCheck(t[i] >= now, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
               "Times have to ascend from 0, not to %g after %g", t[i], now);
    if (t[i] > now && isfinite(Length(f->m, y))) {
      PetscCall(Propagate(exponential, B, E, t[i] - now, y));
      integral += 0.5 * (t[i] - now) * (last + PetscAbsScalar(y[f->m - 1]));
      last = PetscAbsScalar(y[f->m - 1]);
      now = t[i];
    }
    value[i] = Contract(f, y);
    error[i] = isfinite(Length(f->m, y)) ? f->square * PetscSqr(f->residual * integral) : HUGE_VAL;
  }
  PetscCall(PetscFree(y));
  PetscCall(FNDestroy(&exponential));
  PetscCall(MatDestroy(&B));
  PetscCall(MatDestroy(&E));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeKrylovFormMoments(QlbeKrylovForm f, PetscInt n, PetscScalar moment[])
{
  PetscScalar *y, *next;

  PetscFunctionBegin;
  PetscCheck(f->m > 0 && (n <= 2 * f->m || f->invariant), PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "%" PetscInt_FMT " dimensions do not have %" PetscInt_FMT " moments", f->m, n);
  PetscCall(PetscCalloc2(f->m, &y, f->m, &next));
  y[0] = 1.0;
  for (PetscInt k = 0; k < n; k++) {
    moment[k] = Contract(f, y);
    for (PetscInt i = 0; i < f->m; i++) {
      next[i] = 0.0;
      for (PetscInt j = 0; j < f->m; j++) next[i] += *QlbeKrylovEntry(f->B, i, j) * y[j];
    }
    PetscCall(PetscArraycpy(y, next, f->m));
  }
  PetscCall(PetscFree2(y, next));
  PetscFunctionReturn(0);
}
