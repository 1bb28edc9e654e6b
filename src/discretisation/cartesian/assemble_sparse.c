/*
   Assembly into compressed rows.

   Blocks of pairs of lines come in any order, but each belongs to one line of columns, and within
   it the entries of a row are found in ascending order. So a count for every row and line of
   columns, made before without kernel values, gives every block its place in every row.
*/
#include "block_place.h"
#include "fiber_impl.h"

/* Own rows on the lines line_begin .. line_end - 1, and where their entries are. */
typedef struct {
  PetscInt row_begin, row_end, line_begin, line_end;
  PetscInt points, reach; /* lines of columns at -reach .. reach along x and y */
  /* [lines][(2 reach + 1)^2][points]: counts, then first places in a row's entries */
  PetscInt *place;
  PetscInt *lower;     /* [lines][points]: entries left of the diagonal on the row's own line */
  PetscInt *row_start; /* [own rows + 1] */
  PetscInt *column;
  PetscScalar *value;
} SparseRows;

static PetscInt Width(const SparseRows *s)
{
  return 2 * s->reach + 1;
}

/*
   place of row (row_line, 0) in the line of columns column_line, whose other nodes follow; NULL
   where the rows are elsewhere.
*/
static PetscInt *Place(const SparseRows *s, PetscInt row_line, PetscInt column_line)
{
  const PetscInt N = s->points, dx = column_line / N - row_line / N,
                 dy = column_line % N - row_line % N;
  const size_t width = (size_t)Width(s);

  if (row_line < s->line_begin || row_line >= s->line_end) return NULL;
  return s->place +
         (((size_t)(row_line - s->line_begin) * width + (size_t)(dx + s->reach)) * width +
          (size_t)(dy + s->reach)) *
             (size_t)N;
}

static PetscErrorCode RowsCreate(QlbeFiber fiber, SparseRows *s)
{
  const QlbeMomentumGrid *g = &fiber->grid;
  const PetscInt N = g->points, n = g->row_end - g->row_begin;

  PetscFunctionBegin;
  *s = (SparseRows){.row_begin = g->row_begin, .row_end = g->row_end, .points = N};
  s->reach = PetscMin(N - 1, (PetscInt)sqrt((double)fiber->reach2));
  s->line_begin = n > 0 ? g->row_begin / N : 0;
  s->line_end = n > 0 ? (g->row_end - 1) / N + 1 : 0;
  {
    const size_t rows = (size_t)(s->line_end - s->line_begin) * (size_t)N;
    PetscCall(PetscCalloc1(rows * (size_t)Width(s) * (size_t)Width(s), &s->place));
    PetscCall(PetscCalloc1(rows, &s->lower));
  }
  PetscCall(PetscMalloc1(n + 1, &s->row_start));
  PetscFunctionReturn(0);
}

static PetscErrorCode RowsDestroy(SparseRows *s)
{
  PetscFunctionBegin;
  PetscCall(PetscFree(s->place));
  PetscCall(PetscFree(s->lower));
  PetscCall(PetscFree(s->row_start));
  PetscCall(PetscFree(s->column));
  PetscCall(PetscFree(s->value));
  PetscFunctionReturn(0);
}

/* Counts of one place: kept pairs by the node of the row line, in the order before reversal. */
static void CountPlace(SparseRows *s, const BlockPlace *block, PetscBool reversed,
                       const PetscInt kept[])
{
  const PetscInt N = s->points;
  PetscInt *place = Place(s, block->row_line, block->column_line);
  /* on one line a block is on one side of the diagonal */
  const PetscBool left = (PetscBool)(block->layout.nz_last < 0);

  for (PetscInt u = 0; u < N && place; u++) {
    const PetscInt z = reversed ? N - 1 - u : u;
    place[z] += kept[u];
    if (left) s->lower[(block->row_line - s->line_begin) * N + z] += kept[u];
  }
}

static PetscErrorCode CountAll(const LinePairs *pairs, LineSweep sweep, SparseRows *s)
{
  PetscInt *above, *below;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(s->points, &above, s->points, &below));
  for (PetscInt i = 0; i < pairs->n_columns; i++) {
    const LineColumn *column = &pairs->column[i];
    for (PetscInt l = column->begin; l < column->end; l++) {
      LineImage image[GRID_SYMMETRIES];
      const PetscInt n = QlbeLineImages_Private(pairs, column, pairs->line[l], image);
      PetscBool here = PETSC_FALSE;
      for (PetscInt m = 0; m < n; m++)
        here = (PetscBool)(here || Place(s, image[m].first, image[m].second) ||
                           Place(s, image[m].second, image[m].first));
      if (!here) continue;
      PetscCall(QlbeLineSweepCount_Private(sweep, column, pairs->line[l], above, below));
      for (PetscInt m = 0; m < 2 * n; m++) {
        const PetscBool transposed = (PetscBool)(m % 2);
        const BlockPlace place =
            QlbeBlockPlace_Private(&column->evaluated, &image[m / 2], transposed);
        CountPlace(s, &place, image[m / 2].reversed, transposed ? below : above);
      }
    }
  }
  PetscCall(PetscFree2(above, below));
  PetscFunctionReturn(0);
}

/*
   Counts of lines of columns to places in the row, behind the diagonal those right of it;
   row_start.
*/
static PetscErrorCode LayOutRows(SparseRows *s)
{
  const PetscInt N = s->points, columns = Width(s) * Width(s);
  double total = 0.0;

  PetscFunctionBegin;
  for (PetscInt row = s->row_begin; row < s->row_end; row++) {
    PetscInt *place = s->place + (size_t)(row / N - s->line_begin) * (size_t)columns * (size_t)N +
                      (size_t)(row % N);
    PetscInt at = 0;
    for (PetscInt c = 0; c < columns; c++, place += N) {
      const PetscInt count = *place + (c == columns / 2 ? 1 : 0);
      *place = at;
      at += count;
    }
    s->row_start[row - s->row_begin] = (PetscInt)total;
    total += (double)at;
    PetscCheck(
        total < (double)PETSC_MAX_INT, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
        "%.3e or more matrix entries on one rank need a PETSc with 64-bit indices or more ranks",
        total);
  }
  s->row_start[s->row_end - s->row_begin] = (PetscInt)total;
  PetscFunctionReturn(0);
}

/* One place of a block: the kept entries row by row, columns ascending. */
static void StorePlace(SparseRows *s, const BlockPlace *block, const PetscScalar gain[])
{
  const BlockLayout *layout = &block->layout;
  const PetscInt N = s->points;
  const PetscInt *place = Place(s, block->row_line, block->column_line);
  const PetscBool right = (PetscBool)(layout->nz_first > 0);

  for (PetscInt z = 0; z < N && place; z++) {
    const PetscInt row = block->row_line * N + z;
    const PetscScalar *from = gain + layout->start + layout->along * z;
    PetscInt at, lo, hi;
    if (row < s->row_begin || row >= s->row_end) continue;
    BlockRow(layout, z, &lo, &hi);
    at = s->row_start[row - s->row_begin] + place[z];
    if (right) at += s->lower[(block->row_line - s->line_begin) * N + z] + 1;
    for (PetscInt c = lo; c <= hi; c++) {
      const PetscScalar value = from[layout->step * c];
      if (value == 0.0) continue;
      s->column[at] = block->column_line * N + c;
      s->value[at++] = block->conjugate ? PetscConj(value) : value;
    }
  }
}

/* A LineSink; the context is the SparseRows. */
static PetscErrorCode StoreSparse(const BlockLayout *layout, PetscInt n, const LineImage image[],
                                  const PetscScalar gain[], void *context)
{
  for (PetscInt i = 0; i < 2 * n; i++) {
    const BlockPlace place = QlbeBlockPlace_Private(layout, &image[i / 2], (PetscBool)(i % 2));
    StorePlace(context, &place, gain);
  }
  return 0;
}

/* The diagonal, where every row has left its place. */
static void StoreDiagonal(const PetscScalar diagonal[], SparseRows *s)
{
  const PetscInt N = s->points;

  for (PetscInt row = s->row_begin; row < s->row_end; row++) {
    const PetscInt at = s->row_start[row - s->row_begin] + Place(s, row / N, row / N)[row % N] +
                        s->lower[row - s->line_begin * N];
    s->column[at] = row;
    s->value[at] = diagonal[row - s->row_begin];
  }
}

PetscErrorCode QlbeFiberAssembleSparse_Private(QlbeFiber fiber, const double k[3],
                                               PetscScalar diagonal[], Mat *A)
{
  const QlbeMomentumGrid *grid = &fiber->grid;
  const PetscInt n = grid->row_end - grid->row_begin;
  SparseRows s;
  LineSweep sweep;

  PetscFunctionBegin;
  PetscCall(MatDestroy(A));
  PetscCall(RowsCreate(fiber, &s));
  PetscCall(QlbeLineSweepCreate_Private(fiber, k, &sweep));
  PetscCall(CountAll(QlbeLineSweepPairs_Private(sweep), sweep, &s));
  PetscCall(LayOutRows(&s));
  PetscCall(PetscMalloc1(s.row_start[n], &s.column));
  PetscCall(PetscMalloc1(s.row_start[n], &s.value));
  PetscCall(QlbeFiberBlocks_Private(fiber, k, sweep, StoreSparse, &s, diagonal));
  StoreDiagonal(diagonal, &s);
  PetscCall(QlbeLineSweepDestroy_Private(&sweep));
  PetscCall(PetscFree(s.place));
  PetscCall(MatCreateMPIAIJWithArrays(grid->comm, n, n, grid->size, grid->size, s.row_start,
                                      s.column, s.value, A));
  PetscCall(MatSetOption(*A, MAT_SYMMETRIC, PETSC_TRUE));
  PetscCall(RowsDestroy(&s));
  PetscFunctionReturn(0);
}
