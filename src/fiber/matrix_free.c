/*
   The fiber operator without a matrix: every product evaluates the blocks of pairs of lines anew and applies them to all of their images.

   A rank works on its share of the representatives for all rows: it needs the whole of x, and its part of y is summed up afterwards. That is O(N^3)
   memory and communication for O(N^6/ranks) work, without a pair evaluated twice. Vectors are split into real and imaginary parts, and kept with
   every line reversed as well, so that the innermost loops run forwards over plain numbers whatever the symmetry.
*/
#include "fiber_impl.h"

/* A vector on the whole grid: part[reversed][imaginary][size]. */
typedef struct {
  double *part[2][2];
} SplitVector;

typedef struct {
  QlbeFiber fiber;
  LineSweep sweep;
  PetscScalar *diagonal; /* own rows */
  SplitVector x, y;
  double *gain;   /* of one range */
  double *sum[4]; /* [points]: of the first line, then of the second one, real and imaginary */
} MatrixFree;

static PetscErrorCode SplitCreate(PetscInt size, SplitVector *v)
{
  PetscFunctionBegin;
  for (int r = 0; r < 2; r++) PetscCall(PetscMalloc2(size, &v->part[r][0], size, &v->part[r][1]));
  PetscFunctionReturn(0);
}

static PetscErrorCode SplitDestroy(SplitVector *v)
{
  PetscFunctionBegin;
  for (int r = 0; r < 2; r++) PetscCall(PetscFree2(v->part[r][0], v->part[r][1]));
  PetscFunctionReturn(0);
}

static PetscErrorCode SplitZero(PetscInt size, SplitVector *v)
{
  PetscFunctionBegin;
  for (int r = 0; r < 2; r++) {
    for (int c = 0; c < 2; c++) PetscCall(PetscArrayzero(v->part[r][c], size));
  }
  PetscFunctionReturn(0);
}

/* A complex vector, lines forwards and reversed. */
static void Split(PetscInt size, PetscInt N, const PetscScalar x[], SplitVector *v)
{
  for (PetscInt line = 0; line < size; line += N) {
    for (PetscInt z = 0; z < N; z++) {
      v->part[0][0][line + z] = v->part[1][0][line + N - 1 - z] = PetscRealPart(x[line + z]);
      v->part[0][1][line + z] = v->part[1][1][line + N - 1 - z] = PetscImaginaryPart(x[line + z]);
    }
  }
}

/* Both directions of the lines added up. */
static void Join(PetscInt size, PetscInt N, const SplitVector *v, PetscScalar y[])
{
  for (PetscInt line = 0; line < size; line += N) {
    for (PetscInt z = 0; z < N; z++)
      y[line + z] = PetscCMPLX(v->part[0][0][line + z] + v->part[1][0][line + N - 1 - z],
                               v->part[0][1][line + z] + v->part[1][1][line + N - 1 - z]);
  }
}

/* s += (re + i im) x, elementwise. */
static inline void AddComplexProducts(PetscInt n, const double *re, const double *im, double sign,
                                      const double *x_re, const double *x_im, double *restrict s_re,
                                      double *restrict s_im)
{
#pragma omp simd
  for (PetscInt i = 0; i < n; i++) {
    const double b = sign * im[i];
    s_re[i] += re[i] * x_re[i] - b * x_im[i];
    s_im[i] += re[i] * x_im[i] + b * x_re[i];
  }
}

/* One block at one of its images: both of its places. */
static PetscErrorCode ApplyImage(MatrixFree *f, const LineColumn *column, const LineImage *image,
                                 const double gain[])
{
  const PetscInt N = f->fiber->grid.points, diagonals = LineDiagonals(column);
  const double sign = image->conjugate ? -1.0 : 1.0;
  double **x = f->x.part[image->reversed], **y = f->y.part[image->reversed];
  const double *first[2] = {x[0] + image->first * N, x[1] + image->first * N};
  const double *second[2] = {x[0] + image->second * N, x[1] + image->second * N};

  PetscFunctionBegin;
  for (int i = 0; i < 4; i++) PetscCall(PetscArrayzero(f->sum[i], N));
  for (PetscInt d = 0; d < diagonals; d++) {
    const PetscInt nz = column->nz_first + d, begin = PetscMax(0, -nz), n = N - PetscAbs(nz);
    const double *re = gain + d * N + begin, *im = re + diagonals * N;
    AddComplexProducts(n, re, im, sign, second[0] + begin + nz, second[1] + begin + nz,
                       f->sum[0] + begin, f->sum[1] + begin);
    AddComplexProducts(n, re, im, sign, first[0] + begin, first[1] + begin, f->sum[2] + begin + nz,
                       f->sum[3] + begin + nz);
  }
  for (int c = 0; c < 2; c++) {
    for (PetscInt z = 0; z < N; z++) y[c][image->first * N + z] += f->sum[c][z];
    for (PetscInt z = 0; z < N; z++) y[c][image->second * N + z] += f->sum[2 + c][z];
  }
  PetscFunctionReturn(0);
}

/* Real parts become absolute values, imaginary parts 0. */
static void TakeAbsolute(PetscInt n, double re[], double im[])
{
  for (PetscInt i = 0; i < n; i++) {
    re[i] = hypot(re[i], im[i]);
    im[i] = 0.0;
  }
}

/* f->y = sum over this rank's pairs of A x, or of |A| x. */
static PetscErrorCode ApplyShare(MatrixFree *f, PetscBool absolute)
{
  const LinePairs *pairs = QlbeLineSweepPairs_Private(f->sweep);
  const PetscInt N = pairs->points, most = QlbeLineSweepMost_Private(f->sweep);
  PetscInt position = pairs->share[f->fiber->rank];
  LineRange range;

  PetscFunctionBegin;
  PetscCall(SplitZero(f->fiber->grid.size, &f->y));
  while (
      QlbeLineRangeNext_Private(pairs, most, pairs->share[f->fiber->rank + 1], &position, &range)) {
    const PetscInt half = LineDiagonals(range.column) * N;
    PetscCall(QlbeLineSweepEvaluate_Private(f->sweep, &range, NULL, f->gain));
    for (PetscInt l = range.begin; l < range.end; l++) {
      double *block = f->gain + (l - range.begin) * 2 * half;
      LineImage image[GRID_SYMMETRIES];
      const PetscInt n = QlbeLineImages_Private(pairs, range.column, pairs->line[l], image);
      if (absolute) TakeAbsolute(half, block, block + half);
      for (PetscInt i = 0; i < n; i++) PetscCall(ApplyImage(f, range.column, &image[i], block));
    }
  }
  PetscFunctionReturn(0);
}

/* Sums of all ranks' y on the own rows. */
static PetscErrorCode SumRows(MatrixFree *f, PetscScalar own[])
{
  const QlbeMomentumGrid *g = &f->fiber->grid;
  PetscMPIInt mine, *count;
  PetscScalar *y;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(g->size, &y, f->fiber->ranks, &count));
  Join(g->size, g->points, &f->y, y);
  PetscCall(PetscMPIIntCast(g->row_end - g->row_begin, &mine));
  PetscCallMPI(MPI_Allgather(&mine, 1, MPI_INT, count, 1, MPI_INT, g->comm));
  PetscCallMPI(MPI_Reduce_scatter(y, own, count, MPIU_SCALAR, MPI_SUM, g->comm));
  PetscCall(PetscFree2(y, count));
  PetscFunctionReturn(0);
}

static PetscErrorCode Product(Mat A, Vec x, Vec y)
{
  const QlbeMomentumGrid *g;
  MatrixFree *f;
  VectorGather gather;
  PetscScalar *full, *out;
  const PetscScalar *own;

  PetscFunctionBegin;
  PetscCall(QlbeEventBegin_Private("QlbeMultFree"));
  PetscCall(MatShellGetContext(A, &f));
  g = &f->fiber->grid;
  PetscCall(PetscMalloc1(g->size, &full));
  PetscCall(QlbeGatherBegin_Private(A, x, full, &gather));
  PetscCall(QlbeGatherEnd_Private(&gather));
  Split(g->size, g->points, full, &f->x);
  PetscCall(PetscFree(full));
  PetscCall(ApplyShare(f, PETSC_FALSE));
  PetscCall(VecGetArrayRead(x, &own));
  PetscCall(VecGetArrayWrite(y, &out));
  PetscCall(SumRows(f, out));
  for (PetscInt r = 0; r < g->row_end - g->row_begin; r++) out[r] += f->diagonal[r] * own[r];
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
  PetscCall(PetscArraycpy(d, f->diagonal, f->fiber->grid.row_end - f->fiber->grid.row_begin));
  PetscCall(VecRestoreArrayWrite(diagonal, &d));
  PetscFunctionReturn(0);
}

static PetscErrorCode Destroy(Mat A)
{
  MatrixFree *f;

  PetscFunctionBegin;
  PetscCall(MatShellGetContext(A, &f));
  PetscCall(QlbeLineSweepDestroy_Private(&f->sweep));
  PetscCall(SplitDestroy(&f->x));
  PetscCall(SplitDestroy(&f->y));
  for (int i = 0; i < 4; i++) PetscCall(PetscFree(f->sum[i]));
  PetscCall(PetscFree(f->gain));
  PetscCall(PetscFree(f->diagonal));
  PetscCall(PetscFree(f));
  PetscFunctionReturn(0);
}

/* The diagonal needs the loss of every row, from a sweep of its own. */
static PetscErrorCode FillDiagonal(MatrixFree *f, const double k[3])
{
  const LinePairs *pairs = QlbeLineSweepPairs_Private(f->sweep);
  const PetscInt most = QlbeLineSweepMost_Private(f->sweep);
  PetscInt position = pairs->share[f->fiber->rank];
  LineRange range;
  LossSums sums;

  PetscFunctionBegin;
  PetscCall(QlbeLossSumsCreate_Private(f->fiber, k, &sums));
  while (
      QlbeLineRangeNext_Private(pairs, most, pairs->share[f->fiber->rank + 1], &position, &range))
    PetscCall(QlbeLineSweepEvaluate_Private(f->sweep, &range, &sums, f->gain));
  PetscCall(QlbeFiberDiagonal_Private(f->fiber, k, pairs, &sums, f->diagonal));
  PetscCall(QlbeLossSumsDestroy_Private(&sums));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFiberMatrixFree_Private(QlbeFiber fiber, const double k[3], Mat *A)
{
  const QlbeMomentumGrid *g = &fiber->grid;
  const PetscInt n = g->row_end - g->row_begin, N = g->points;
  MatrixFree *f;

  PetscFunctionBegin;
  PetscCall(MatDestroy(A));
  PetscCall(PetscNew(&f));
  f->fiber = fiber;
  PetscCall(QlbeLineSweepCreate_Private(fiber, k, &f->sweep));
  PetscCall(SplitCreate(g->size, &f->x));
  PetscCall(SplitCreate(g->size, &f->y));
  for (int i = 0; i < 4; i++) PetscCall(PetscMalloc1(N, &f->sum[i]));
  PetscCall(PetscMalloc1(QlbeLineSweepMost_Private(f->sweep) * 2 * (2 * N - 1) * N, &f->gain));
  PetscCall(PetscMalloc1(n, &f->diagonal));
  PetscCall(FillDiagonal(f, k));
  PetscCall(MatCreateShell(g->comm, n, n, g->size, g->size, f, A));
  PetscCall(MatShellSetOperation(*A, MATOP_MULT, (void (*)(void))Product));
  PetscCall(MatShellSetOperation(*A, MATOP_MULT_TRANSPOSE, (void (*)(void))Product));
  PetscCall(MatShellSetOperation(*A, MATOP_GET_DIAGONAL, (void (*)(void))GetDiagonal));
  PetscCall(MatShellSetOperation(*A, MATOP_DESTROY, (void (*)(void))Destroy));
  PetscCall(MatSetOption(*A, MAT_SYMMETRIC, PETSC_TRUE));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeMatrixFreeRowSums_Private(Mat A, const double w[], double own[])
{
  const QlbeMomentumGrid *g;
  MatrixFree *f;
  PetscScalar *sum, *full;

  PetscFunctionBegin;
  PetscCall(MatShellGetContext(A, &f));
  g = &f->fiber->grid;
  PetscCall(PetscMalloc2(g->size, &full, g->row_end - g->row_begin, &sum));
  for (PetscInt row = 0; row < g->size; row++) full[row] = w[row];
  Split(g->size, g->points, full, &f->x);
  PetscCall(ApplyShare(f, PETSC_TRUE));
  PetscCall(SumRows(f, sum));
  for (PetscInt r = 0; r < g->row_end - g->row_begin; r++) own[r] = PetscRealPart(sum[r]);
  PetscCall(PetscFree2(full, sum));
  PetscFunctionReturn(0);
}
