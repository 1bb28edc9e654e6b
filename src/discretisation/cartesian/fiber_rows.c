/*
   Rows of an operator: nodes, or orbits of nodes.

   A_k commutes with the symmetries of the grid that leave k as it is. The leading eigenvector
   begins at k = 0 as nu^(1/2), which all of them leave as it is, and stays such a function as long
   as eps(k) is isolated; so does what L_1 makes of nu^(1/2). On those functions A_k is a matrix
   with a row for every orbit o of nodes,

     S(o, o') = (|o| |o'|)^(-1/2) sum_(i in o, j in o') A(i, j),

   complex symmetric as A is. Orbits have up to eight nodes: S has down to one in 64 of the entries.
*/
#include "fiber_rows.h"
#include "grid_symmetry.h"
#include "fiber.h"

/*
   The symmetries of an axis that leave it as it is, after the turn with which there are most of
   them; their number.
*/
static PetscInt Group(const double axis[3], int *turn, double turned[3], GridSymmetry g[])
{
  PetscInt most = 0;

  for (int t = 0; t < 3; t++) {
    GridSymmetry all[GRID_SYMMETRIES];
    double v[3];
    PetscInt n, kept = 0;
    TurnVector(t, axis, v);
    n = QlbeGridSymmetries_Private(v, all);
    for (PetscInt i = 0; i < n; i++)
      if (!all[i].conjugate) all[kept++] = all[i];
    if (kept <= most) continue;
    most = kept;
    *turn = t;
    TurnVector(t, axis, turned);
    for (PetscInt i = 0; i < kept; i++) g[i] = all[i];
  }
  return most;
}

/* The smallest image of a line. */
static PetscInt FirstLine(PetscInt n, const GridSymmetry g[], PetscInt points, PetscInt line)
{
  PetscInt first = line;

  for (PetscInt i = 0; i < n; i++)
    first = PetscMin(first, QlbeGridSymmetryLine_Private(&g[i], points, line));
  return first;
}

/* Orbits of lines. */
static PetscErrorCode FillLines(PetscInt n, const GridSymmetry g[], FiberRows *rows)
{
  const PetscInt lines = rows->points * rows->points;

  PetscFunctionBegin;
  PetscCall(PetscMalloc3(lines, &rows->orbit, lines, &rows->first, lines, &rows->count));
  for (PetscInt line = 0; line < lines; line++) {
    const PetscInt first = FirstLine(n, g, rows->points, line);
    if (first == line) {
      rows->count[rows->lines] = 0;
      rows->first[rows->lines] = line;
      rows->orbit[line] = rows->lines++;
    }
    rows->orbit[line] = rows->orbit[first];
    rows->count[rows->orbit[line]]++;
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFiberRowsCreate_Private(const QlbeMomentumGrid *grid, const double axis[3],
                                           FiberRows **rows)
{
  GridSymmetry g[GRID_SYMMETRIES];
  PetscInt n = 0;
  FiberRows *r;

  PetscFunctionBegin;
  PetscCall(PetscNew(&r));
  r->owners = 1;
  r->points = r->depth = grid->points;
  if (axis) n = Group(axis, &r->turn, r->axis, g);
  r->all = (PetscBool)(n <= 1); /* the identity alone */
  if (r->all) r->turn = 0;
  r->folded = (PetscBool)(!r->all && r->axis[2] == 0.0);
  if (r->folded) r->depth = (grid->points + 1) / 2;
  PetscCall(FillLines(n, g, r));
  r->size = r->lines * r->depth;
  PetscCall(QlbeMomentumGridDeal(grid->comm, r->size, &r->row_begin, &r->row_end));
  *rows = r;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFiberRowsDestroy_Private(FiberRows **rows)
{
  PetscFunctionBegin;
  if (*rows && --(*rows)->owners == 0) {
    PetscCall(PetscFree3((*rows)->orbit, (*rows)->first, (*rows)->count));
    PetscCall(PetscFree(*rows));
  }
  *rows = NULL;
  PetscFunctionReturn(0);
}

PetscBool QlbeFiberRowsFit_Private(const FiberRows *rows, const double k[3])
{
  GridSymmetry g[GRID_SYMMETRIES];
  const PetscInt n = rows->all ? 0 : QlbeGridSymmetries_Private(rows->axis, g);

  for (PetscInt i = 0; i < n; i++)
    if (!g[i].conjugate && !QlbeGridSymmetryMaps_Private(&g[i], k, k)) return PETSC_FALSE;
  return PETSC_TRUE;
}

PetscInt QlbeFiberRowNode_Private(const FiberRows *rows, PetscInt row)
{
  return rows->first[row / rows->depth] * rows->points + row % rows->depth;
}

PetscInt QlbeFiberRowNodes_Private(const FiberRows *rows, PetscInt row)
{
  const PetscInt z = row % rows->depth;
  const PetscBool pair = (PetscBool)(rows->folded && 2 * z != rows->points - 1);

  return rows->count[row / rows->depth] * (pair ? 2 : 1);
}

void QlbeFiberRowsExpand_Private(const FiberRows *rows, const PetscScalar x[], PetscScalar f[])
{
  const PetscInt N = rows->points;

  for (PetscInt line = 0; line < N * N; line++) {
    for (PetscInt z = 0; z < N; z++) {
      const PetscInt row = RowOfLine(rows, line) + PlaceOnLine(rows, z);
      f[line * N + z] = x[row] / sqrt((double)QlbeFiberRowNodes_Private(rows, row));
    }
  }
}

void QlbeFiberRowsProject_Private(const FiberRows *rows, const PetscScalar f[], PetscScalar x[])
{
  const PetscInt N = rows->points;

  for (PetscInt row = 0; row < rows->size; row++) x[row] = 0.0;
  for (PetscInt line = 0; line < N * N; line++) {
    for (PetscInt z = 0; z < N; z++)
      x[RowOfLine(rows, line) + PlaceOnLine(rows, z)] += f[line * N + z];
  }
  for (PetscInt row = 0; row < rows->size; row++)
    x[row] /= sqrt((double)QlbeFiberRowNodes_Private(rows, row));
}

double QlbeFiberRowCount(PetscInt points, const double axis[3])
{
  GridSymmetry g[GRID_SYMMETRIES];
  double lines = 0.0, turned[3] = {0.0, 0.0, 0.0};
  int turn;
  const PetscInt n = axis ? Group(axis, &turn, turned, g) : 0;
  const PetscBool folded = (PetscBool)(n > 1 && turned[2] == 0.0);

  for (PetscInt line = 0; line < points * points; line++)
    if (FirstLine(n, g, points, line) == line) lines++;
  return lines * (double)(folded ? (points + 1) / 2 : points);
}
