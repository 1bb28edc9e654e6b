/*
   A_k = -gamma (1 - |x0><x0|) + i k.p/M on nodes: a diagonal and a term of rank one. The matrix is
   symmetric, and x0 is real.
*/
#include "bgk.h"

#include <math.h>

double BgkRate(const QlbeParameters *par)
{
  return par->eta * PETSC_PI * par->a * par->a * sqrt(8.0 / (PETSC_PI * par->beta * par->m_star));
}

PetscErrorCode BgkEquilibrium(const Bgk *bgk, const QlbeParameters *par, Vec *x0)
{
  const QlbeMomentumGrid *grid = &bgk->grid;
  PetscScalar *own;

  PetscFunctionBegin;
  PetscCall(VecCreate(grid->comm, x0));
  PetscCall(VecSetSizes(*x0, grid->row_end - grid->row_begin, grid->size));
  PetscCall(VecSetType(*x0, VECSTANDARD));
  PetscCall(VecGetArrayWrite(*x0, &own));
  for (PetscInt row = grid->row_begin; row < grid->row_end; row++) {
    double p[3];
    QlbeMomentumGridPoint(grid, row, p);
    own[row - grid->row_begin] =
        exp(-0.25 * par->beta / par->M * (p[0] * p[0] + p[1] * p[1] + p[2] * p[2]));
  }
  PetscCall(VecRestoreArrayWrite(*x0, &own));
  PetscCall(VecNormalize(*x0, NULL));
  PetscFunctionReturn(0);
}

/* What the matrix works with. */
typedef struct {
  double gamma;
  Vec x0, diagonal; /* of -gamma + i k.p/M */
} Shell;

/* The same for A and its transpose. */
static PetscErrorCode Mult(Mat A, Vec x, Vec y)
{
  PetscScalar overlap;
  Shell *shell;

  PetscFunctionBegin;
  PetscCall(MatShellGetContext(A, &shell));
  PetscCall(VecDot(x, shell->x0, &overlap));
  PetscCall(VecPointwiseMult(y, shell->diagonal, x));
  PetscCall(VecAXPY(y, shell->gamma * overlap, shell->x0));
  PetscFunctionReturn(0);
}

static PetscErrorCode GetDiagonal(Mat A, Vec diagonal)
{
  Shell *shell;

  PetscFunctionBegin;
  PetscCall(MatShellGetContext(A, &shell));
  PetscCall(VecPointwiseMult(diagonal, shell->x0, shell->x0));
  PetscCall(VecAYPX(diagonal, shell->gamma, shell->diagonal));
  PetscFunctionReturn(0);
}

static PetscErrorCode Destroy(Mat A)
{
  Shell *shell;

  PetscFunctionBegin;
  PetscCall(MatShellGetContext(A, &shell));
  PetscCall(VecDestroy(&shell->x0));
  PetscCall(VecDestroy(&shell->diagonal));
  PetscCall(PetscFree(shell));
  PetscFunctionReturn(0);
}

static PetscErrorCode FillDiagonal(const Bgk *bgk, double M, const double k[3], Vec diagonal)
{
  const QlbeMomentumGrid *grid = &bgk->grid;
  PetscScalar *own;

  PetscFunctionBegin;
  PetscCall(VecGetArrayWrite(diagonal, &own));
  for (PetscInt row = grid->row_begin; row < grid->row_end; row++) {
    double p[3];
    QlbeMomentumGridPoint(grid, row, p);
    own[row - grid->row_begin] =
        PetscCMPLX(-bgk->gamma, (k[0] * p[0] + k[1] * p[1] + k[2] * p[2]) / M);
  }
  PetscCall(VecRestoreArrayWrite(diagonal, &own));
  PetscFunctionReturn(0);
}

/* Re A in the place of A. */
static PetscErrorCode RealPart(Mat A)
{
  Shell *shell;

  PetscFunctionBegin;
  PetscCall(MatShellGetContext(A, &shell));
  PetscCall(VecRealPart(shell->diagonal));
  PetscFunctionReturn(0);
}

static PetscErrorCode Duplicate(Mat A, MatDuplicateOption option, Mat *B);

/* The matrix of a shell, which it takes over. */
static PetscErrorCode Wrap(Shell *shell, Mat *A)
{
  PetscInt rows, size;

  PetscFunctionBegin;
  PetscCall(VecGetLocalSize(shell->x0, &rows));
  PetscCall(VecGetSize(shell->x0, &size));
  PetscCall(
      MatCreateShell(PetscObjectComm((PetscObject)shell->x0), rows, rows, size, size, shell, A));
  PetscCall(MatShellSetOperation(*A, MATOP_MULT, (void (*)(void))Mult));
  PetscCall(MatShellSetOperation(*A, MATOP_MULT_TRANSPOSE, (void (*)(void))Mult));
  PetscCall(MatShellSetOperation(*A, MATOP_GET_DIAGONAL, (void (*)(void))GetDiagonal));
  PetscCall(MatShellSetOperation(*A, MATOP_DUPLICATE, (void (*)(void))Duplicate));
  PetscCall(MatShellSetOperation(*A, MATOP_REAL_PART, (void (*)(void))RealPart));
  PetscCall(MatShellSetOperation(*A, MATOP_DESTROY, (void (*)(void))Destroy));
  PetscFunctionReturn(0);
}

/* With the values of A, whatever the option. */
static PetscErrorCode Duplicate(Mat A, MatDuplicateOption option, Mat *B)
{
  Shell *shell, *copy;

  PetscFunctionBegin;
  (void)option;
  PetscCall(MatShellGetContext(A, &shell));
  PetscCall(PetscNew(&copy));
  copy->gamma = shell->gamma;
  PetscCall(VecDuplicate(shell->x0, &copy->x0));
  PetscCall(VecCopy(shell->x0, copy->x0));
  PetscCall(VecDuplicate(shell->diagonal, &copy->diagonal));
  PetscCall(VecCopy(shell->diagonal, copy->diagonal));
  PetscCall(Wrap(copy, B));
  PetscFunctionReturn(0);
}

PetscErrorCode BgkOperator(const Bgk *bgk, const QlbeParameters *par, const double k[3], Mat *A)
{
  Shell *shell;

  PetscFunctionBegin;
  PetscCall(PetscNew(&shell));
  shell->gamma = bgk->gamma;
  PetscCall(BgkEquilibrium(bgk, par, &shell->x0));
  PetscCall(VecDuplicate(shell->x0, &shell->diagonal));
  PetscCall(FillDiagonal(bgk, par->M, k, shell->diagonal));
  PetscCall(Wrap(shell, A));
  PetscFunctionReturn(0);
}
