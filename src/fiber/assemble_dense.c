/*
   Assembly into a dense matrix: a block of pairs of lines goes to all of its places whose rows the rank owns, column by column, so that
   what is written together lies together; or it is added to the sums over orbits.
*/
#include "fiber_impl.h"

typedef struct {
  const FiberRows *rows;
  PetscInt row_begin, row_end, lda;
  PetscScalar *a; /* column-major, own rows */
} DenseContext;

/* n entries, step apart, or their conjugates to `to` and the places behind it. */
static inline void CopyRun(PetscInt n, const PetscScalar *from, PetscInt step, PetscBool conjugate,
                           PetscScalar *to)
{
  if (conjugate) {
    for (PetscInt i = 0; i < n; i++) to[i] = PetscConj(from[i * step]);
  } else {
    for (PetscInt i = 0; i < n; i++) to[i] = from[i * step];
  }
}

/*
   A LineSink; the context is the DenseContext. v runs along the column line, before reversal.
*/
static PetscErrorCode StoreDense(const LinePairs *pairs, const LineColumn *column,
                                 const LineImage *image, PetscBool transposed,
                                 const PetscScalar gain[], void *context)
{
  const DenseContext *c = context;
  const PetscInt N = pairs->points, along = transposed ? column->step : 1;
  const PetscInt across = transposed ? 1 : column->step;
  const PetscInt row_line = transposed ? image->second : image->first;
  const PetscInt column_line = transposed ? image->first : image->second;
  /* nodes of the row line whose rows are here */
  const PetscInt begin = PetscMax(0, c->row_begin - row_line * N);
  const PetscInt end = PetscMin(N, c->row_end - row_line * N);

  for (PetscInt v = 0; v < N; v++) {
    const PetscInt col = column_line * N + (image->reversed ? N - 1 - v : v);
    const PetscScalar *from = gain + column->start + across * v;
    PetscScalar *to = c->a + (size_t)col * (size_t)c->lda;
    PetscInt lo, hi;
    (transposed ? BlockRow : BlockColumn)(pairs, column, v, &lo, &hi);
    lo = PetscMax(lo, image->reversed ? N - end : begin);
    hi = PetscMin(hi, (image->reversed ? N - begin : end) - 1);
    if (lo > hi) continue;
    if (image->reversed)
      CopyRun(hi - lo + 1, from + along * hi, -along, image->conjugate,
              to + (row_line * N + N - 1 - hi - c->row_begin));
    else
      CopyRun(hi - lo + 1, from + along * lo, along, image->conjugate,
              to + (row_line * N + lo - c->row_begin));
  }
  return 0;
}

/* n entries, step apart, times re and im for their parts, added to `to` and the places behind it. */
static inline void AddRun(PetscInt n, const PetscScalar *from, PetscInt step, double re, double im,
                          PetscScalar *to)
{
  const double *f = (const double *)from;
  double *t = (double *)to;

  for (PetscInt i = 0; i < n; i++) {
    t[2 * i] += re * f[2 * i * step];
    t[2 * i + 1] += im * f[2 * i * step + 1];
  }
}

/*
   A LineSink; the context is the DenseContext. Adds the block to the sums over orbits, as often as it counts: nodes up to `middle` of a line have places in
   ascending order, those behind it in descending order.
*/
static PetscErrorCode AddDense(const LinePairs *pairs, const LineColumn *column,
                               const LineImage *image, PetscBool transposed,
                               const PetscScalar gain[], void *context)
{
  const DenseContext *c = context;
  const FiberRows *rows = c->rows;
  const PetscInt last = pairs->points - 1;
  const PetscInt along = transposed ? column->step : 1, across = transposed ? 1 : column->step;
  const PetscInt middle = rows->folded ? last / 2 : image->reversed ? -1 : last;
  const PetscInt row = RowOfLine(rows, transposed ? image->second : image->first);
  const PetscInt col = RowOfLine(rows, transposed ? image->first : image->second);
  /* places of the line whose rows are here */
  const PetscInt begin = PetscMax(0, c->row_begin - row);
  const PetscInt end = PetscMin(rows->depth, c->row_end - row);
  const double re = (double)image->count, im = image->conjugate ? -re : re;

  for (PetscInt v = 0; v <= last && begin < end; v++) {
    const PetscScalar *from = gain + column->start + across * v;
    const PetscInt place = v <= middle ? v : last - v;
    PetscScalar *to = c->a + (size_t)(col + place) * (size_t)c->lda + (row - c->row_begin);
    PetscInt lo, hi, up, down;
    (transposed ? BlockRow : BlockColumn)(pairs, column, v, &lo, &hi);
    up = PetscMax(lo, begin);
    AddRun(PetscMin(PetscMin(hi, middle), end - 1) - up + 1, from + along * up, along, re, im,
           to + up);
    down = PetscMin(hi, last - begin);
    AddRun(down - PetscMax(PetscMax(lo, middle + 1), last - end + 1) + 1, from + along * down,
           -along, re, im, to + last - down);
  }
  return 0;
}

/* Sums over orbits to entries between normalised functions. */
static PetscErrorCode Normalise(const FiberRows *rows, DenseContext *c)
{
  double *factor;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(rows->size, &factor));
  for (PetscInt row = 0; row < rows->size; row++)
    factor[row] = 1.0 / sqrt((double)QlbeFiberRowNodes_Private(rows, row));
  for (PetscInt col = 0; col < rows->size; col++) {
    PetscScalar *a = c->a + (size_t)col * (size_t)c->lda;
    for (PetscInt row = c->row_begin; row < c->row_end; row++)
      a[row - c->row_begin] *= factor[row] * factor[col];
  }
  PetscCall(PetscFree(factor));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFiberAssembleDense_Private(QlbeFiber fiber, const double k[3],
                                              PetscScalar diagonal[], Mat *A)
{
  const FiberRows *rows = &fiber->rows;
  const PetscInt n = rows->row_end - rows->row_begin, last = rows->points - 1;
  DenseContext c = {.rows = rows, .row_begin = rows->row_begin, .row_end = rows->row_end};
  LossSums sums;
  LineSweep sweep;

  PetscFunctionBegin;
  if (!*A) PetscCall(QlbeDenseCreate_Private(fiber->grid.comm, n, rows->size, A));
  PetscCall(QlbeLossSumsCreate_Private(fiber, k, &sums));
  PetscCall(QlbeLineSweepCreate_Private(fiber, k, &sweep));
  /* displacements out of reach are not visited */
  if (!rows->all || fiber->reach2 < 3 * last * last) PetscCall(MatZeroEntries(*A));
  PetscCall(MatDenseGetLDA(*A, &c.lda));
  PetscCall(MatDenseGetArray(*A, &c.a));
  PetscCall(QlbeLineExchange_Private(fiber, sweep, &sums, rows->all ? StoreDense : AddDense, &c));
  PetscCall(
      QlbeFiberDiagonal_Private(fiber, k, QlbeLineSweepPairs_Private(sweep), &sums, diagonal));
  if (!rows->all) PetscCall(Normalise(rows, &c));
  for (PetscInt r = 0; r < n; r++) {
    PetscScalar *a = c.a + (size_t)(rows->row_begin + r) * (size_t)c.lda + (size_t)r;
    *a = rows->all ? diagonal[r] : *a + diagonal[r];
  }
  PetscCall(MatDenseRestoreArray(*A, &c.a));
  PetscCall(MatAssemblyBegin(*A, MAT_FINAL_ASSEMBLY));
  PetscCall(MatAssemblyEnd(*A, MAT_FINAL_ASSEMBLY));
  PetscCall(QlbeLineSweepDestroy_Private(&sweep));
  PetscCall(QlbeLossSumsDestroy_Private(&sums));
  PetscFunctionReturn(0);
}
