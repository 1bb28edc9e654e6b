/*
   The Krylov space of x: an orthonormal basis, the bilinear form in it, and the projected matrix.

   Arnoldi's process gives A V = V H + h v e_n^T, v orthogonal to V. With G = V^T V the matrix
   projected in the bilinear form is B = G^(-1) V^T A V = H + h g e_n^T, g = G^(-1) V^T v: also of
   Hessenberg form. What is left of A V - V B is h (v - V g) in the last column, of size
   h (1 + |g|^2)^(1/2). Where G is close to singular, which ends the Lanczos process, that size is
   large, and a space of one or two dimensions less is taken.
*/
#include <math.h>

#include "krylov_form_impl.h"

/* Spaces that are compared for the least residual. */
enum { CANDIDATES = 3 };

/* A new vector that is smaller than this, relative to |A|, is rounding: the space is invariant. */
static const double rounding = 1e-14;

PetscErrorCode QlbeKrylovFormCreate(Mat A, Vec x, QlbeKrylovForm *form)
{
  const size_t room = QLBE_KRYLOV_MOST_STEPS + 1;
  QlbeKrylovForm f;
  PetscReal length;

  PetscFunctionBegin;
  PetscCall(PetscNew(form));
  f = *form;
  PetscCall(PetscCalloc3(room * room, &f->H, room * room, &f->G, room * room, &f->B));
  PetscCall(PetscObjectReference((PetscObject)A));
  f->A = A;
  PetscCall(VecNorm(x, NORM_2, &length));
  PetscCheck(length > 0.0, PetscObjectComm((PetscObject)x), PETSC_ERR_ARG_OUTOFRANGE,
             "A Krylov space needs a vector, not one of norm %g", (double)length);
  f->square = length * length;
  PetscCall(VecDuplicate(x, &f->work));
  PetscCall(BVCreate(PetscObjectComm((PetscObject)x), &f->V));
  PetscCall(BVSetSizesFromVec(f->V, x, 2));
  PetscCall(BVSetType(f->V, BVSVEC));
  PetscCall(BVSetOrthogonalization(f->V, BV_ORTHOG_CGS, BV_ORTHOG_REFINE_ALWAYS, 0.7071,
                                   BV_ORTHOG_BLOCK_GS));
  PetscCall(BVInsertVec(f->V, 0, x));
  PetscCall(BVScaleColumn(f->V, 0, 1.0 / length));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeKrylovFormRelease(QlbeKrylovForm f)
{
  PetscFunctionBegin;
  PetscCall(BVDestroy(&f->V));
  PetscCall(VecDestroy(&f->work));
  PetscCall(MatDestroy(&f->A));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeKrylovFormDestroy(QlbeKrylovForm *form)
{
  PetscFunctionBegin;
  if (!*form) PetscFunctionReturn(0);
  PetscCall(QlbeKrylovFormRelease(*form));
  PetscCall(PetscFree3((*form)->H, (*form)->G, (*form)->B));
  PetscCall(PetscFree(*form));
  PetscFunctionReturn(0);
}

/* V^T v_j into column j of G, and into its row. */
static PetscErrorCode AddToForm(QlbeKrylovForm f, PetscInt j)
{
  PetscScalar *column;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(j + 1, &column));
  PetscCall(BVCopyVec(f->V, j, f->work));
  PetscCall(VecConjugate(f->work));
  PetscCall(BVSetActiveColumns(f->V, 0, j + 1));
  PetscCall(BVDotVec(f->V, f->work, column));
  for (PetscInt i = 0; i <= j; i++)
    *QlbeKrylovEntry(f->G, i, j) = *QlbeKrylovEntry(f->G, j, i) = PetscConj(column[i]);
  PetscCall(PetscFree(column));
  PetscFunctionReturn(0);
}

/* A v_j, orthogonalised, becomes column j + 1. */
static PetscErrorCode Step(QlbeKrylovForm f, PetscInt j)
{
  PetscScalar *column;
  PetscBool dependent;
  PetscReal length;
  double size = 0.0;
  Vec from, to;

  PetscFunctionBegin;
  PetscCall(PetscCalloc1(j + 2, &column));
  PetscCall(BVGetColumn(f->V, j, &from));
  PetscCall(BVGetColumn(f->V, j + 1, &to));
  PetscCall(MatMult(f->A, from, to));
  PetscCall(BVRestoreColumn(f->V, j + 1, &to));
  PetscCall(BVRestoreColumn(f->V, j, &from));
  PetscCall(BVSetActiveColumns(f->V, 0, j + 1));
  PetscCall(BVOrthogonalizeColumn(f->V, j + 1, column, &length, &dependent));
  for (PetscInt i = 0; i <= j; i++) {
    *QlbeKrylovEntry(f->H, i, j) = column[i];
    size += PetscSqr(PetscAbsScalar(column[i]));
  }
  PetscCheck(!PetscIsInfOrNanReal(length) && !PetscIsInfOrNanReal(size),
             PetscObjectComm((PetscObject)f->work), PETSC_ERR_FP,
             "A product with the matrix is not finite");
  f->norm = PetscMax(f->norm, sqrt(size + length * length));
  f->invariant = (PetscBool)(dependent || length <= rounding * f->norm);
  *QlbeKrylovEntry(f->H, j + 1, j) = length;
  f->n = j + 1;
  if (!f->invariant) {
    PetscCall(BVScaleColumn(f->V, j + 1, 1.0 / length));
    PetscCall(AddToForm(f, j + 1));
  }
  PetscCall(PetscFree(column));
  PetscFunctionReturn(0);
}

/*
   Solves M y = g for M[n][n] by elimination with row pivoting, in place; *regular is false where a
   pivot vanishes.
*/
static void Eliminate(PetscInt n, PetscScalar M[], PetscScalar g[], PetscBool *regular)
{
  for (PetscInt i = 0; i < n; i++) {
    PetscInt largest = i;
    for (PetscInt row = i + 1; row < n; row++)
      if (PetscAbsScalar(M[row * n + i]) > PetscAbsScalar(M[largest * n + i])) largest = row;
    *regular = (PetscBool)(M[largest * n + i] != 0.0);
    if (!*regular) return;
    for (PetscInt j = i; j < n && largest != i; j++) {
      const PetscScalar other = M[i * n + j];
      M[i * n + j] = M[largest * n + j];
      M[largest * n + j] = other;
    }
    {
      const PetscScalar other = g[i];
      g[i] = g[largest];
      g[largest] = other;
    }
    for (PetscInt row = i + 1; row < n; row++) {
      const PetscScalar factor = M[row * n + i] / M[i * n + i];
      for (PetscInt j = i + 1; j < n; j++) M[row * n + j] -= factor * M[i * n + j];
      g[row] -= factor * g[i];
    }
  }
  for (PetscInt i = n - 1; i >= 0; i--) {
    for (PetscInt j = i + 1; j < n; j++) g[i] -= M[i * n + j] * g[j];
    g[i] /= M[i * n + i];
  }
}

/* g of a space of m dimensions, and (1 + |g|^2)^(1/2), infinite where G is singular. */
static PetscErrorCode SolveForm(QlbeKrylovForm f, PetscInt m, PetscScalar g[], double *size)
{
  PetscBool regular = PETSC_FALSE;
  double square = 1.0;
  PetscScalar *G;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1((size_t)m * (size_t)m, &G));
  for (PetscInt i = 0; i < m; i++) {
    for (PetscInt j = 0; j < m; j++) G[i * m + j] = *QlbeKrylovEntry(f->G, i, j);
    g[i] = *QlbeKrylovEntry(f->G, i, m);
  }
  Eliminate(m, G, g, &regular);
  for (PetscInt i = 0; i < m; i++) square += PetscSqr(PetscAbsScalar(g[i]));
  *size = regular && isfinite(square) ? sqrt(square) : HUGE_VAL;
  PetscCall(PetscFree(G));
  PetscFunctionReturn(0);
}

/* B and its residual, in the space with the least one of the last few. */
static PetscErrorCode Project(QlbeKrylovForm f)
{
  PetscScalar *g, *best;

  PetscFunctionBegin;
  PetscCall(PetscCalloc2(f->n, &g, f->n, &best));
  f->m = f->n;
  f->residual = f->invariant ? PetscRealPart(*QlbeKrylovEntry(f->H, f->n, f->n - 1)) : HUGE_VAL;
  for (PetscInt m = f->n; m >= PetscMax(1, f->n - CANDIDATES + 1) && !f->invariant; m--) {
    double size = HUGE_VAL;
    PetscCall(SolveForm(f, m, g, &size));
    size *= PetscAbsScalar(*QlbeKrylovEntry(f->H, m, m - 1));
    if (!(size < f->residual)) continue;
    f->residual = size;
    f->m = m;
    PetscCall(PetscArraycpy(best, g, m));
  }
  for (PetscInt i = 0; i < f->m; i++) {
    for (PetscInt j = 0; j < f->m; j++) *QlbeKrylovEntry(f->B, i, j) = *QlbeKrylovEntry(f->H, i, j);
    if (!f->invariant)
      *QlbeKrylovEntry(f->B, i, f->m - 1) += *QlbeKrylovEntry(f->H, f->m, f->m - 1) * best[i];
  }
  PetscCall(PetscFree2(g, best));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeKrylovFormExtend(QlbeKrylovForm f, PetscInt n)
{
  const PetscInt target = PetscMin(n, QLBE_KRYLOV_MOST_STEPS);

  PetscFunctionBegin;
  PetscCheck(f->V, PETSC_COMM_SELF, PETSC_ERR_ORDER, "The Krylov space has been released");
  if (f->n == 0) PetscCall(AddToForm(f, 0));
  if (target <= f->n || f->invariant) PetscFunctionReturn(0);
  PetscCall(BVResize(f->V, target + 1, PETSC_TRUE));
  for (PetscInt j = f->n; j < target && !f->invariant; j++) PetscCall(Step(f, j));
  PetscCall(Project(f));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeKrylovFormGetSteps(QlbeKrylovForm f, PetscInt *n, PetscBool *invariant)
{
  PetscFunctionBegin;
  *n = f->n;
  *invariant = f->invariant;
  PetscFunctionReturn(0);
}
