/*
   The fiber operator without a matrix: every product evaluates the blocks of pairs of lines anew
   and applies them to all of their images.

   A rank works on its share of the representatives for all rows: it needs the whole of x, and its
   part of y is summed up afterwards. That is O(N^3) memory and communication for O(N^6/ranks) work,
   without a pair evaluated twice. Vectors are kept with every line reversed as well, so that the
   innermost loops run forwards whatever the symmetry; those loops are the plain real ones of
   dense_product.c.
*/
#include "block_place.h"
#include "fiber_impl.h"

typedef struct {
  QlbeFiber fiber;
  FiberRows *rows;
  LineSweep sweep;
  PetscScalar *nodes;       /* diagonal at the smallest nodes of the own rows */
  PetscScalar *diagonal;    /* of the operator: jumps inside orbits as well */
  PetscScalar *row;         /* [rows]: of vectors */
  PetscScalar *x[2], *y[2]; /* on the whole grid, lines forwards and reversed */
  PetscScalar *gain;        /* of one range */
  double *s, *t;            /* [2 points] */
} MatrixFree;

/* x on the whole grid with its lines reversed. */
static void ReverseLines(PetscInt size, PetscInt N, const PetscScalar x[], PetscScalar reversed[])
{
  for (PetscInt line = 0; line < size; line += N) {
    for (PetscInt z = 0; z < N; z++) reversed[line + N - 1 - z] = x[line + z];
  }
}

/*
   One column of a block, n entries a: s += a Re x', t += a Im x' for the nodes of the first line,
   and the product of a, or of its conjugate, with x for the node of the second one. Arrays of real
   and imaginary parts in turn.
*/
static inline PetscScalar ApplyColumn(PetscInt n, const double *a, double sign,
                                      const double *x_second, const double *x, double *restrict s,
                                      double *restrict t)
{
  const double re = x_second[0], im = x_second[1];
  double rr = 0.0, ii = 0.0, ri = 0.0, ir = 0.0;

#pragma omp simd
  for (PetscInt i = 0; i < 2 * n; i++) {
    s[i] += a[i] * re;
    t[i] += a[i] * im;
  }
#pragma omp simd reduction(+ : rr, ii, ri, ir)
  for (PetscInt i = 0; i < n; i++) {
    rr += a[2 * i] * x[2 * i];
    ii += a[2 * i + 1] * x[2 * i + 1];
    ri += a[2 * i] * x[2 * i + 1];
    ir += a[2 * i + 1] * x[2 * i];
  }
  return PetscCMPLX(rr - sign * ii, ri + sign * ir);
}

/* One block at one of its images: both of its places. */
static PetscErrorCode ApplyImage(MatrixFree *f, const LinePairs *pairs, const LineColumn *column,
                                 const LineImage *image, const PetscScalar gain[])
{
  const PetscInt N = pairs->points;
  const double sign = image->conjugate ? -1.0 : 1.0, count = (double)image->count;
  const double *x = (const double *)f->x[image->reversed];
  const double *first = x + 2 * image->first * N, *second = x + 2 * image->second * N;
  PetscScalar *y_first = f->y[image->reversed] + image->first * N;
  PetscScalar *y_second = f->y[image->reversed] + image->second * N;

  PetscFunctionBegin;
  PetscCall(PetscArrayzero(f->s, 2 * N));
  PetscCall(PetscArrayzero(f->t, 2 * N));
  for (PetscInt v = 0; v < N; v++) {
    PetscInt lo, hi;
    BlockColumn(&column->evaluated, v, &lo, &hi);
    if (lo > hi) continue;
    y_second[v] +=
        count * ApplyColumn(hi - lo + 1,
                            (const double *)(gain + column->evaluated.start + lo +
                                             column->evaluated.step * v),
                            sign, second + 2 * v, first + 2 * lo, f->s + 2 * lo, f->t + 2 * lo);
  }
  for (PetscInt z = 0; z < N; z++)
    y_first[z] += count * PetscCMPLX(f->s[2 * z] - sign * f->t[2 * z + 1],
                                     f->t[2 * z] + sign * f->s[2 * z + 1]);
  PetscFunctionReturn(0);
}

/* f->y = sum over this rank's pairs of A x, or of |A| x. */
static PetscErrorCode ApplyShare(MatrixFree *f, PetscBool absolute)
{
  const LinePairs *pairs = QlbeLineSweepPairs_Private(f->sweep);
  const PetscInt most = QlbeLineSweepMost_Private(f->sweep), N = pairs->points;
  PetscInt position = pairs->share[f->fiber->rank];
  LineRange range;

  PetscFunctionBegin;
  for (int r = 0; r < 2; r++) PetscCall(PetscArrayzero(f->y[r], f->fiber->grid.size));
  while (
      QlbeLineRangeNext_Private(pairs, most, pairs->share[f->fiber->rank + 1], &position, &range)) {
    const LineColumn *column = range.column;
    PetscCall(QlbeLineSweepEvaluate_Private(f->sweep, &range, NULL, f->gain));
    for (PetscInt l = range.begin; l < range.end; l++) {
      PetscScalar *block = f->gain + (l - range.begin) * column->evaluated.entries;
      LineImage image[GRID_SYMMETRIES];
      const PetscInt n = QlbeLineImages_Private(pairs, column, pairs->line[l], image);
      for (PetscInt v = 0; absolute && v < N; v++) {
        PetscScalar *entry = block + column->evaluated.start + column->evaluated.step * v;
        PetscInt lo, hi;
        BlockColumn(&column->evaluated, v, &lo, &hi);
        for (PetscInt z = lo; z <= hi; z++) entry[z] = PetscAbsScalar(entry[z]);
      }
      for (PetscInt i = 0; i < n; i++) PetscCall(ApplyImage(f, pairs, column, &image[i], block));
    }
  }
  PetscFunctionReturn(0);
}

/* Sums of all ranks' y on the own rows. */
static PetscErrorCode SumRows(MatrixFree *f, PetscScalar own[])
{
  const QlbeMomentumGrid *g = &f->fiber->grid;
  const FiberRows *rows = f->rows;
  PetscMPIInt mine, *count;
  PetscScalar *y;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(g->size, &y, f->fiber->ranks, &count));
  ReverseLines(g->size, g->points, f->y[1], y);
  for (PetscInt row = 0; row < g->size; row++) y[row] += f->y[0][row];
  QlbeFiberRowsProject_Private(rows, y, f->row);
  PetscCall(PetscMPIIntCast(rows->row_end - rows->row_begin, &mine));
  PetscCallMPI(MPI_Allgather(&mine, 1, MPI_INT, count, 1, MPI_INT, g->comm));
  PetscCallMPI(MPI_Reduce_scatter(f->row, own, count, MPIU_SCALAR, MPI_SUM, g->comm));
  PetscCall(PetscFree2(y, count));
  PetscFunctionReturn(0);
}

/* What the rows f->row are on all nodes into f->x. */
static void TakeRows(MatrixFree *f)
{
  QlbeFiberRowsExpand_Private(f->rows, f->row, f->x[0]);
  ReverseLines(f->fiber->grid.size, f->fiber->grid.points, f->x[0], f->x[1]);
}

static PetscErrorCode Product(Mat A, Vec x, Vec y)
{
  const FiberRows *rows;
  MatrixFree *f;
  VectorGather gather;
  PetscScalar *out;
  const PetscScalar *own;

  PetscFunctionBegin;
  PetscCall(QlbeEventBegin_Private("QlbeMultFree"));
  PetscCall(MatShellGetContext(A, &f));
  rows = f->rows;
  PetscCall(QlbeGatherBegin_Private(A, x, f->row, &gather));
  PetscCall(QlbeGatherEnd_Private(&gather));
  TakeRows(f);
  PetscCall(ApplyShare(f, PETSC_FALSE));
  PetscCall(VecGetArrayRead(x, &own));
  PetscCall(VecGetArrayWrite(y, &out));
  PetscCall(SumRows(f, out));
  for (PetscInt r = 0; r < rows->row_end - rows->row_begin; r++) out[r] += f->nodes[r] * own[r];
  PetscCall(VecRestoreArrayWrite(y, &out));
  PetscCall(VecRestoreArrayRead(x, &own));
  PetscCall(QlbeEventEnd_Private("QlbeMultFree"));
  PetscFunctionReturn(0);
}

static PetscErrorCode GetDiagonal(Mat A, Vec diagonal)
{
  MatrixFree *f;
  PetscScalar *d;

  PetscFunctionBegin;
  PetscCall(MatShellGetContext(A, &f));
  PetscCall(VecGetArrayWrite(diagonal, &d));
  PetscCall(PetscArraycpy(d, f->diagonal, f->rows->row_end - f->rows->row_begin));
  PetscCall(VecRestoreArrayWrite(diagonal, &d));
  PetscFunctionReturn(0);
}

static PetscErrorCode Destroy(Mat A)
{
  MatrixFree *f;

  PetscFunctionBegin;
  PetscCall(MatShellGetContext(A, &f));
  PetscCall(QlbeLineSweepDestroy_Private(&f->sweep));
  for (int r = 0; r < 2; r++) PetscCall(PetscFree2(f->x[r], f->y[r]));
  PetscCall(PetscFree2(f->s, f->t));
  PetscCall(PetscFree(f->gain));
  PetscCall(PetscFree3(f->nodes, f->diagonal, f->row));
  PetscCall(QlbeFiberRowsDestroy_Private(&f->rows));
  PetscCall(PetscFree(f));
  PetscFunctionReturn(0);
}

/* Adds the entries of a block between nodes of one orbit to f->row. */
static void AddInside(MatrixFree *f, const LinePairs *pairs, const LineColumn *column,
                      PetscInt line, const PetscScalar block[])
{
  const FiberRows *rows = f->rows;
  LineImage image[GRID_SYMMETRIES];
  const PetscInt n = QlbeLineImages_Private(pairs, column, line, image);

  for (PetscInt i = 0; i < n; i++) {
    const BlockPlace place = QlbeBlockPlace_Private(&column->evaluated, &image[i], PETSC_FALSE);
    const BlockLayout *layout = &place.layout;
    if (rows->all || rows->orbit[place.row_line] != rows->orbit[place.column_line]) continue;
    for (PetscInt v = 0; v < layout->points; v++) {
      const PetscInt row = RowOfLine(rows, place.row_line) + PlaceOnLine(rows, v);
      const double share = 2.0 * image[i].count / (double)QlbeFiberRowNodes_Private(rows, row);
      PetscInt lo, hi;
      BlockColumn(layout, v, &lo, &hi);
      for (PetscInt u = lo; u <= hi; u++) {
        const PetscScalar value = block[layout->start + layout->along * u + layout->step * v];
        if (PlaceOnLine(rows, u) != PlaceOnLine(rows, v)) continue;
        f->row[row] += share * (place.conjugate ? PetscConj(value) : value);
      }
    }
  }
}

/* Diagonals need a sweep of their own: losses of every row, and what is inside of orbits. */
static PetscErrorCode FillDiagonal(MatrixFree *f, const double k[3])
{
  const LinePairs *pairs = QlbeLineSweepPairs_Private(f->sweep);
  const PetscInt most = QlbeLineSweepMost_Private(f->sweep);
  PetscInt position = pairs->share[f->fiber->rank];
  PetscMPIInt size;
  LineRange range;
  LossSums sums;

  PetscFunctionBegin;
  PetscCall(QlbeLossSumsCreate_Private(f->fiber, k, &sums));
  PetscCall(PetscArrayzero(f->row, f->rows->size));
  while (
      QlbeLineRangeNext_Private(pairs, most, pairs->share[f->fiber->rank + 1], &position, &range)) {
    const PetscInt entries = range.column->evaluated.entries;
    PetscCall(QlbeLineSweepEvaluate_Private(f->sweep, &range, &sums, f->gain));
    for (PetscInt l = range.begin; l < range.end; l++)
      AddInside(f, pairs, range.column, pairs->line[l], f->gain + (l - range.begin) * entries);
  }
  PetscCall(QlbeFiberDiagonal_Private(f->fiber, k, pairs, &sums, f->nodes));
  PetscCall(PetscMPIIntCast(f->rows->size, &size));
  PetscCallMPI(
      MPI_Allreduce(MPI_IN_PLACE, f->row, size, MPIU_SCALAR, MPI_SUM, f->fiber->grid.comm));
  for (PetscInt row = f->rows->row_begin; row < f->rows->row_end; row++)
    f->diagonal[row - f->rows->row_begin] = f->nodes[row - f->rows->row_begin] + f->row[row];
  PetscCall(QlbeLossSumsDestroy_Private(&sums));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFiberMatrixFree_Private(QlbeFiber fiber, const double k[3],
                                           PetscScalar diagonal[], Mat *A)
{
  const QlbeMomentumGrid *g = &fiber->grid;
  const PetscInt n = fiber->rows->row_end - fiber->rows->row_begin, size = fiber->rows->size;
  MatrixFree *f;

  PetscFunctionBegin;
  PetscCall(MatDestroy(A));
  PetscCall(PetscNew(&f));
  f->fiber = fiber;
  f->rows = fiber->rows;
  f->rows->owners++;
  PetscCall(QlbeLineSweepCreate_Private(fiber, k, &f->sweep));
  for (int r = 0; r < 2; r++) PetscCall(PetscMalloc2(g->size, &f->x[r], g->size, &f->y[r]));
  PetscCall(PetscMalloc2(2 * g->points, &f->s, 2 * g->points, &f->t));
  PetscCall(PetscMalloc1(QlbeLineSweepRoom_Private(f->sweep), &f->gain));
  PetscCall(PetscMalloc3(n, &f->nodes, n, &f->diagonal, size, &f->row));
  PetscCall(FillDiagonal(f, k));
  PetscCall(PetscArraycpy(diagonal, f->nodes, n));
  PetscCall(MatCreateShell(g->comm, n, n, size, size, f, A));
  PetscCall(MatShellSetOperation(*A, MATOP_MULT, (void (*)(void))Product));
  PetscCall(MatShellSetOperation(*A, MATOP_MULT_TRANSPOSE, (void (*)(void))Product));
  PetscCall(MatShellSetOperation(*A, MATOP_GET_DIAGONAL, (void (*)(void))GetDiagonal));
  PetscCall(MatShellSetOperation(*A, MATOP_DESTROY, (void (*)(void))Destroy));
  PetscCall(MatSetOption(*A, MAT_SYMMETRIC, PETSC_TRUE));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeMatrixFreeRowSums_Private(Mat A, const double w[], double own[])
{
  const FiberRows *rows;
  MatrixFree *f;
  PetscScalar *sum;

  PetscFunctionBegin;
  PetscCall(MatShellGetContext(A, &f));
  rows = f->rows;
  PetscCall(PetscMalloc1(rows->row_end - rows->row_begin, &sum));
  for (PetscInt row = 0; row < rows->size; row++) f->row[row] = w[row];
  TakeRows(f);
  PetscCall(ApplyShare(f, PETSC_TRUE));
  PetscCall(SumRows(f, sum));
  for (PetscInt r = 0; r < rows->row_end - rows->row_begin; r++) own[r] = PetscRealPart(sum[r]);
  PetscCall(PetscFree(sum));
  PetscFunctionReturn(0);
}
