/*
   Assembly into compressed rows.

   Displacements come in ascending order, so the entries above the diagonal of a row arrive with
   ascending columns and those below it with descending ones: two cursors per row, starting at the
   diagonal, fill sorted rows without a search. A counting sweep without kernel values comes first.
*/
#include "fiber_impl.h"

typedef struct {
  PetscInt size, row_begin, row_end;
  PetscInt *lower, *upper; /* counts per own row */
} CountContext;

static PetscErrorCode CountPairs(const PairBatch *batch, void *context)
{
  CountContext *c = (CountContext *)context;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < batch->n_runs; i++) {
    const PairRun *run = &batch->run[i];
    const PetscBool *keep = batch->keep + run->offset;
    PairRole roles[4];
    const PetscInt n_roles = QlbePairRoles_Private(batch, run, c->size, roles);

    for (PetscInt j = 0; j < n_roles; j++) {
      PetscInt *count = roles[j].above ? c->upper : c->lower, first, end;
      QlbePairRoleOwned_Private(&roles[j], run->length, c->row_begin, c->row_end, &first, &end);
      for (PetscInt r = first; r < end; r++) {
        if (keep[r]) count[roles[j].row + roles[j].step * r - c->row_begin]++;
      }
    }
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFiberCount_Private(QlbeFiber fiber, const double k[3], PetscInt lower[],
                                      PetscInt upper[])
{
  const PetscInt n = fiber->grid.row_end - fiber->grid.row_begin;
  CountContext c = {fiber->grid.size, fiber->grid.row_begin, fiber->grid.row_end, lower, upper};

  PetscFunctionBegin;
  PetscCall(PetscArrayzero(lower, n));
  PetscCall(PetscArrayzero(upper, n));
  PetscCall(QlbePairSweep_Private(fiber, k, PETSC_FALSE, CountPairs, &c));
  PetscFunctionReturn(0);
}

typedef struct {
  PetscInt size, row_begin, row_end;
  PetscInt *column;
  PetscScalar *value;
  PetscInt *above, *below; /* cursors per own row */
  const double *w;
  double *loss_sum;
} SparseContext;

static PetscErrorCode StoreSparse(const PairBatch *batch, void *context)
{
  SparseContext *c = (SparseContext *)context;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < batch->n_runs; i++) {
    const PairRun *run = &batch->run[i];
    const PetscScalar *gain = batch->gain + run->offset;
    const PetscBool *keep = batch->keep + run->offset;
    PairRole roles[4];
    const PetscInt n_roles = QlbePairRoles_Private(batch, run, c->size, roles);

    for (PetscInt j = 0; j < n_roles; j++) {
      const PairRole role = roles[j];
      PetscInt first, end;
      QlbePairRoleOwned_Private(&role, run->length, c->row_begin, c->row_end, &first, &end);
      for (PetscInt r = first; r < end; r++) {
        const PetscInt local = role.row + role.step * r - c->row_begin,
                       column = role.column + role.step * r;
        PetscInt at;
        if (!keep[r]) continue;
        at = role.above ? c->above[local]++ : c->below[local]--;
        c->column[at] = column;
        c->value[at] = role.conjugate ? PetscConj(gain[r]) : gain[r];
        c->loss_sum[local] += role.loss[r] * c->w[column];
      }
    }
  }
  PetscFunctionReturn(0);
}

/* Row pointers and cursors from the counts; diagonal_at[r] is the place of the diagonal of own row
 * r. */
static PetscErrorCode LayOutRows(PetscInt n, const PetscInt lower[], const PetscInt upper[],
                                 PetscInt row_start[], PetscInt diagonal_at[])
{
  double total = 0.0;

  PetscFunctionBegin;
  for (PetscInt r = 0; r < n; r++) total += 1.0 + (double)lower[r] + (double)upper[r];
  PetscCheck(total < (double)PETSC_MAX_INT, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "%.3e matrix entries on one rank need a PETSc with 64-bit indices or more ranks",
             total);
  row_start[0] = 0;
  for (PetscInt r = 0; r < n; r++) {
    diagonal_at[r] = row_start[r] + lower[r];
    row_start[r + 1] = diagonal_at[r] + 1 + upper[r];
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFiberAssembleSparse_Private(QlbeFiber fiber, const double k[3], Mat *A)
{
  const QlbeMomentumGrid *grid = &fiber->grid;
  const PetscInt n = grid->row_end - grid->row_begin;
  SparseContext c = {grid->size, grid->row_begin, grid->row_end, NULL, NULL, NULL, NULL, NULL,
                     NULL};
  PetscInt *lower, *upper, *row_start, *diagonal_at;
  PetscScalar *diagonal;
  double *w;

  PetscFunctionBegin;
  PetscCall(MatDestroy(A));
  PetscCall(PetscMalloc4(n, &lower, n, &upper, n + 1, &row_start, n, &diagonal_at));
  PetscCall(QlbeFiberCount_Private(fiber, k, lower, upper));
  PetscCall(LayOutRows(n, lower, upper, row_start, diagonal_at));
  PetscCall(PetscMalloc2(row_start[n], &c.column, row_start[n], &c.value));
  PetscCall(PetscMalloc4(n, &c.above, n, &c.below, grid->size, &w, n, &diagonal));
  PetscCall(PetscCalloc1(n, &c.loss_sum));
  for (PetscInt r = 0; r < n; r++) {
    c.above[r] = diagonal_at[r] + 1;
    c.below[r] = diagonal_at[r] - 1;
  }
  QlbeFiberLossWeights_Private(fiber, k, w);
  c.w = w;
  PetscCall(QlbePairSweep_Private(fiber, k, PETSC_TRUE, StoreSparse, &c));
  PetscCall(QlbeFiberDiagonal_Private(fiber, k, w, c.loss_sum, diagonal));
  for (PetscInt r = 0; r < n; r++) {
    c.column[diagonal_at[r]] = grid->row_begin + r;
    c.value[diagonal_at[r]] = diagonal[r];
  }
  PetscCall(MatCreateMPIAIJWithArrays(grid->comm, n, n, grid->size, grid->size, row_start, c.column,
                                      c.value, A));
  PetscCall(MatSetOption(*A, MAT_SYMMETRIC, PETSC_TRUE));
  PetscCall(PetscFree4(lower, upper, row_start, diagonal_at));
  PetscCall(PetscFree2(c.column, c.value));
  PetscCall(PetscFree4(c.above, c.below, w, diagonal));
  PetscCall(PetscFree(c.loss_sum));
  PetscFunctionReturn(0);
}
