/*
   Assembly of the operator between orbits into compressed rows. Entries of one sum come from
   different blocks: they are listed one by one, and PETSc sorts them and adds up.
*/
#include "block_place.h"
#include "fiber_impl.h"

enum { CHUNK = 1 << 16 };

/* The list of entries on the own rows. */
typedef struct {
  const FiberRows *rows;
  PetscSegBuffer row, column, value;
} Entries;

static PetscErrorCode EntriesCreate(const FiberRows *rows, Entries *e)
{
  PetscFunctionBegin;
  e->rows = rows;
  PetscCall(PetscSegBufferCreate(sizeof(PetscInt), CHUNK, &e->row));
  PetscCall(PetscSegBufferCreate(sizeof(PetscInt), CHUNK, &e->column));
  PetscCall(PetscSegBufferCreate(sizeof(PetscScalar), CHUNK, &e->value));
  PetscFunctionReturn(0);
}

static PetscErrorCode Add(Entries *e, PetscInt row, PetscInt column, PetscScalar value)
{
  PetscInt *i, *j;
  PetscScalar *v;

  PetscFunctionBegin;
  PetscCall(PetscSegBufferGet(e->row, 1, &i));
  PetscCall(PetscSegBufferGet(e->column, 1, &j));
  PetscCall(PetscSegBufferGet(e->value, 1, &v));
  *i = row;
  *j = column;
  *v = value;
  PetscFunctionReturn(0);
}

/* The entries of a block at one place, as often as it counts. */
static PetscErrorCode ListPlace(Entries *e, const BlockPlace *place, PetscInt count,
                                const PetscScalar block[])
{
  const FiberRows *rows = e->rows;
  const BlockLayout *layout = &place->layout;
  const PetscInt row_begin = RowOfLine(rows, place->row_line);
  const PetscInt column_begin = RowOfLine(rows, place->column_line);

  PetscFunctionBegin;
  for (PetscInt z = 0; z < layout->points; z++) {
    const PetscInt row = row_begin + z;
    const PetscScalar *from = block + layout->start + layout->along * z;
    PetscInt lo, hi;
    if (row < rows->row_begin || row >= rows->row_end) continue;
    BlockRow(layout, z, &lo, &hi);
    for (PetscInt c = lo; c <= hi; c++) {
      const PetscScalar value = (double)count * from[layout->step * c];
      const PetscInt col = column_begin + c;
      const double nodes = (double)QlbeFiberRowNodes_Private(rows, row) *
                           (double)QlbeFiberRowNodes_Private(rows, col);
      if (value == 0.0) continue; /* pairs that are dropped */
      PetscCall(Add(e, row, col, (place->conjugate ? PetscConj(value) : value) / sqrt(nodes)));
    }
  }
  PetscFunctionReturn(0);
}

/* A LineSink; the context is the Entries. */
static PetscErrorCode ListBlock(const BlockLayout *layout, PetscInt n, const LineImage image[],
                                const PetscScalar block[], void *context)
{
  PetscFunctionBegin;
  for (PetscInt i = 0; i < 2 * n; i++) {
    const BlockPlace place = QlbeBlockPlace_Private(layout, &image[i / 2], (PetscBool)(i % 2));
    PetscCall(ListPlace(context, &place, image[i / 2].count, block));
  }
  PetscFunctionReturn(0);
}

/* The list into a matrix; empties it. Collective. */
static PetscErrorCode EntriesToMatrix(MPI_Comm comm, Entries *e, Mat *A)
{
  const FiberRows *rows = e->rows;
  const PetscInt n = rows->row_end - rows->row_begin;
  PetscInt *row, *column;
  PetscScalar *value;
  size_t entries;

  PetscFunctionBegin;
  PetscCall(PetscSegBufferGetSize(e->value, &entries));
  PetscCheck((double)entries < (double)PETSC_MAX_INT, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "%.3e matrix entries on one rank need a PETSc with 64-bit indices or more ranks",
             (double)entries);
  PetscCall(PetscSegBufferExtractAlloc(e->row, &row));
  PetscCall(PetscSegBufferDestroy(&e->row));
  PetscCall(PetscSegBufferExtractAlloc(e->column, &column));
  PetscCall(PetscSegBufferDestroy(&e->column));
  PetscCall(MatCreate(comm, A));
  PetscCall(MatSetSizes(*A, n, n, rows->size, rows->size));
  PetscCall(MatSetType(*A, MATAIJ));
  PetscCall(MatSetPreallocationCOO(*A, (PetscCount)entries, row, column));
  PetscCall(PetscFree(row));
  PetscCall(PetscFree(column));
  PetscCall(PetscSegBufferExtractAlloc(e->value, &value));
  PetscCall(PetscSegBufferDestroy(&e->value));
  PetscCall(MatSetValuesCOO(*A, value, INSERT_VALUES));
  PetscCall(PetscFree(value));
  PetscCall(MatSetOption(*A, MAT_SYMMETRIC, PETSC_TRUE));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFiberAssembleOrbits_Private(QlbeFiber fiber, const double k[3],
                                               PetscScalar diagonal[], Mat *A)
{
  const FiberRows *rows = fiber->rows;
  LineSweep sweep;
  Entries e;

  PetscFunctionBegin;
  PetscCall(MatDestroy(A));
  PetscCall(EntriesCreate(rows, &e));
  PetscCall(QlbeLineSweepCreate_Private(fiber, k, &sweep));
  PetscCall(QlbeFiberBlocks_Private(fiber, k, sweep, ListBlock, &e, diagonal));
  for (PetscInt row = rows->row_begin; row < rows->row_end; row++)
    PetscCall(Add(&e, row, row, diagonal[row - rows->row_begin]));
  PetscCall(QlbeLineSweepDestroy_Private(&sweep));
  PetscCall(EntriesToMatrix(fiber->grid.comm, &e, A));
  PetscFunctionReturn(0);
}
