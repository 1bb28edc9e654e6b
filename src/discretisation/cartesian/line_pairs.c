/*
   Enumeration of pairs of lines up to symmetry.

   A symmetry maps the displacement (nx, ny) of a pair of lines to another one, up to the sign that
   exchanges the two lines: the smallest of its images in a half space stands for all. The
   symmetries that map it to itself or to its negative then map its pairs among each other, and
   again the smallest first line stands for its images. A rank evaluates consecutive
   representatives, as many that all have the same work: displacements have to be prepared, and most
   ranks share no displacement with another one. Columns come in an order that spreads neighbours
   apart, by the golden ratio, so that what the costs do not know of is shared as well.
*/
#include "line_pairs.h"

/* What one displacement costs to prepare, and one line to scatter, in operations. */
static const double displacement_cost = 2e4, line_cost = 2e3;

/* The line that the symmetry with number s maps a line to. */
static inline PetscInt ImageOfLine(const LinePairs *pairs, PetscInt s, PetscInt line)
{
  return pairs->image[s * pairs->points * pairs->points + line];
}

/* Number of (x, y) or (-x, -y), whichever lies in the half space x > 0 or x = 0, y >= 0. */
static PetscInt ShiftKey(PetscInt points, PetscInt x, PetscInt y)
{
  const PetscInt sign = x < 0 || (x == 0 && y < 0) ? -1 : 1;

  return sign * x * (2 * points - 1) + sign * y + points - 1;
}

static PetscBool IsRepresentative(const LinePairs *pairs, PetscInt x, PetscInt y)
{
  const PetscInt key = ShiftKey(pairs->points, x, y);

  for (PetscInt s = 1; s < pairs->n_symmetries; s++) {
    PetscInt gx, gy;
    QlbeGridSymmetryShift_Private(&pairs->symmetry[s], x, y, &gx, &gy);
    if (ShiftKey(pairs->points, gx, gy) < key) return PETSC_FALSE;
  }
  return PETSC_TRUE;
}

/* Whether no symmetry of the column maps the pair of lines to one with a smaller first line. */
static PetscBool IsFirst(const LinePairs *pairs, const LineColumn *c, PetscInt line)
{
  const PetscInt N = pairs->points, second = line + c->nx * N + c->ny;

  for (PetscInt s = 1; s < pairs->n_symmetries; s++) {
    const GridSymmetry *g = &pairs->symmetry[s];
    PetscInt gx, gy;
    QlbeGridSymmetryShift_Private(g, c->nx, c->ny, &gx, &gy);
    if (gx == c->nx && gy == c->ny && ImageOfLine(pairs, s, line) < line) return PETSC_FALSE;
    if (gx == -c->nx && gy == -c->ny && ImageOfLine(pairs, s, second) < line) return PETSC_FALSE;
  }
  return PETSC_TRUE;
}

/* Adds the column's representatives; only counts them where there is no list yet. */
static void AddLines(LinePairs *pairs, LineColumn *c)
{
  const PetscInt N = pairs->points;

  c->begin = pairs->n_lines;
  for (PetscInt x = PetscMax(0, -c->nx); x < PetscMin(N, N - c->nx); x++) {
    for (PetscInt y = PetscMax(0, -c->ny); y < PetscMin(N, N - c->ny); y++) {
      if (!IsFirst(pairs, c, x * N + y)) continue;
      if (pairs->line) pairs->line[pairs->n_lines] = x * N + y;
      pairs->n_lines++;
    }
  }
  c->end = pairs->n_lines;
}

/* Whether half of a block says it all. */
static PetscBool SendsUpper(const LineColumn *c, const FiberRows *rows)
{
  return (PetscBool)(c->mirrored && !rows->folded);
}

/* Representatives of columns, or their number alone where there is no list yet. */
static void AddColumns(const FiberRows *rows, PetscInt reach2, LinePairs *pairs)
{
  const PetscInt N = pairs->points;

  pairs->n_columns = 0;
  for (PetscInt x = 0; x < N; x++) {
    for (PetscInt y = x == 0 ? 0 : 1 - N; y < N; y++) {
      const PetscInt rest = reach2 - x * x - y * y;
      LineColumn c = {.nx = x, .ny = y};
      PetscInt nz_first, nz_last;
      if (rest < 0 || !IsRepresentative(pairs, x, y)) continue;
      nz_last = PetscMin(N - 1, (PetscInt)sqrt((double)rest));
      nz_first = x == 0 && y == 0 ? 1 : -nz_last;
      if (nz_first > nz_last) continue;
      c.evaluated = QlbeBlockLayout_Private(N, nz_first, nz_last);
      c.mirrored = (PetscBool)(pairs->mirror && (x != 0 || y != 0));
      c.taken =
          rows->folded ? QlbeBlockLayoutFolded_Private(&c.evaluated, rows->depth) : c.evaluated;
      c.sent = SendsUpper(&c, rows) ? QlbeBlockUpper_Private(&c.taken) : c.taken.entries;
      if (pairs->column) pairs->column[pairs->n_columns] = c;
      pairs->n_columns++;
    }
  }
}

/*
   Columns by the fractional parts of multiples of the golden ratio: any consecutive ones are spread
   evenly over all.
*/
static PetscErrorCode SpreadColumns(LinePairs *pairs)
{
  const double golden = 0.5 * (sqrt(5.0) - 1.0);
  LineColumn *spread;
  PetscReal *key;
  PetscInt *order;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(pairs->n_columns, &key, pairs->n_columns, &order));
  PetscCall(PetscMalloc1(pairs->n_columns, &spread));
  for (PetscInt i = 0; i < pairs->n_columns; i++) {
    key[i] = fmod((double)i * golden, 1.0);
    order[i] = i;
  }
  PetscCall(PetscSortRealWithArrayInt(pairs->n_columns, key, order));
  for (PetscInt i = 0; i < pairs->n_columns; i++) spread[i] = pairs->column[order[i]];
  PetscCall(PetscFree(pairs->column));
  PetscCall(PetscFree2(key, order));
  pairs->column = spread;
  PetscFunctionReturn(0);
}

/* Whether the reflection z -> -z is among the symmetries. */
static void FindMirror(LinePairs *pairs)
{
  for (PetscInt s = 0; s < pairs->n_symmetries; s++) {
    const GridSymmetry *g = &pairs->symmetry[s];
    if (g->swap || g->sign[0] < 0 || g->sign[1] < 0 || g->sign[2] > 0) continue;
    pairs->mirror = PETSC_TRUE;
    pairs->mirror_conjugates = g->conjugate;
  }
}

/* Images of all lines. */
static PetscErrorCode FillImages(LinePairs *pairs)
{
  const PetscInt lines = pairs->points * pairs->points;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(pairs->n_symmetries * lines, &pairs->image));
  for (PetscInt s = 0; s < pairs->n_symmetries; s++) {
    for (PetscInt line = 0; line < lines; line++)
      pairs->image[s * lines + line] =
          QlbeGridSymmetryLine_Private(&pairs->symmetry[s], pairs->points, line);
  }
  PetscFunctionReturn(0);
}

/* Lines of all columns, and the work of each. */
static PetscErrorCode FillColumns(LinePairs *pairs, const PairCosts *costs)
{
  const PetscInt N = pairs->points;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < pairs->n_columns; i++) AddLines(pairs, &pairs->column[i]);
  PetscCall(PetscMalloc1(pairs->n_lines, &pairs->line));
  pairs->n_lines = 0;
  for (PetscInt i = 0; i < pairs->n_columns; i++) {
    LineColumn *c = &pairs->column[i];
    AddLines(pairs, c);
    c->work = line_cost + displacement_cost *
                              (double)(c->evaluated.nz_last - FirstDiagonal(c) + 1) /
                              (double)PetscMax(1, c->end - c->begin);
    for (PetscInt nz = FirstDiagonal(c); nz <= c->evaluated.nz_last; nz++) {
      const PetscInt n[3] = {c->nx, c->ny, nz};
      c->work += (double)(N - PetscAbs(nz)) * QlbePairCost_Private(costs, n);
    }
  }
  PetscFunctionReturn(0);
}

/* Consecutive lines of equal work for each rank. */
static void Deal(LinePairs *pairs)
{
  double total = 0.0, done = 0.0;
  PetscMPIInt rank = 0;

  for (PetscInt i = 0; i < pairs->n_columns; i++)
    total += (double)(pairs->column[i].end - pairs->column[i].begin) * pairs->column[i].work;
  for (PetscInt i = 0; i < pairs->n_columns; i++) {
    const LineColumn *c = &pairs->column[i];
    for (PetscInt line = c->begin; line < c->end; line++, done += c->work) {
      while (rank < pairs->ranks && done + 0.5 * c->work >= total * (double)rank / pairs->ranks)
        pairs->share[rank++] = line;
    }
  }
  while (rank <= pairs->ranks) pairs->share[rank++] = pairs->n_lines;
}

PetscErrorCode QlbeLinePairsCreate_Private(const FiberRows *rows, PetscMPIInt ranks,
                                           PetscInt reach2, const double k[3],
                                           const PairCosts *costs, LinePairs *pairs)
{
  PetscFunctionBegin;
  *pairs = (LinePairs){.points = rows->points, .ranks = ranks, .invariant = (PetscBool)!rows->all};
  pairs->n_symmetries = QlbeGridSymmetries_Private(rows->all ? k : rows->axis, pairs->symmetry);
  FindMirror(pairs);
  PetscCall(FillImages(pairs));
  AddColumns(rows, reach2, pairs);
  PetscCall(PetscMalloc1(pairs->n_columns, &pairs->column));
  AddColumns(rows, reach2, pairs);
  PetscCall(SpreadColumns(pairs));
  PetscCall(FillColumns(pairs, costs));
  PetscCall(PetscMalloc1(ranks + 1, &pairs->share));
  Deal(pairs);
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeLinePairsDestroy_Private(LinePairs *pairs)
{
  PetscFunctionBegin;
  PetscCall(PetscFree(pairs->image));
  PetscCall(PetscFree(pairs->column));
  PetscCall(PetscFree(pairs->line));
  PetscCall(PetscFree(pairs->share));
  PetscFunctionReturn(0);
}

/* Leaves the first image of each conjugation, with the number of both; the new number. */
static PetscInt MergeImages(PetscInt n, LineImage image[])
{
  PetscInt kept = 1;

  for (PetscInt i = 1; i < n; i++) {
    if (!image[i].conjugate)
      image[0].count++;
    else if (kept == 2)
      image[1].count++;
    else
      image[kept++] = image[i];
  }
  return kept;
}

PetscInt QlbeLineImages_Private(const LinePairs *pairs, const LineColumn *column, PetscInt line,
                                LineImage image[])
{
  const PetscInt N = pairs->points, second = line + column->nx * N + column->ny;
  PetscInt n = 0;

  for (PetscInt s = 0; s < pairs->n_symmetries; s++) {
    const GridSymmetry *g = &pairs->symmetry[s];
    const LineImage new = {ImageOfLine(pairs, s, line), ImageOfLine(pairs, s, second),
                           (PetscBool)(g->sign[2] < 0), g->conjugate, 1};
    PetscBool known = PETSC_FALSE;
    for (PetscInt i = 0; i < n && !known; i++)
      known = (PetscBool)((image[i].first == new.first &&image[i].second == new.second) ||
                          (image[i].first == new.second &&image[i].second == new.first));
    if (!known) image[n++] = new;
  }
  return pairs->invariant ? MergeImages(n, image) : n;
}

PetscInt QlbeLineImageCount_Private(const LinePairs *pairs, const LineColumn *column, PetscInt line)
{
  LineImage image[GRID_SYMMETRIES];
  const PetscInt n = QlbeLineImages_Private(pairs, column, line, image);
  PetscInt count = 0;

  /* n > 0: the identity is one of the symmetries */
  /* NOLINTNEXTLINE(clang-analyzer-core.uninitialized.Assign) */
  for (PetscInt i = 0; i < n; i++) count += image[i].count;
  return count;
}

PetscBool QlbeLineRangeNext_Private(const LinePairs *pairs, PetscInt most, PetscInt end,
                                    PetscInt *position, LineRange *range)
{
  PetscInt low = 0, high = pairs->n_columns - 1;

  if (*position >= end) return PETSC_FALSE;
  while (low < high) { /* the column that holds the position */
    const PetscInt middle = (low + high) / 2;
    if (pairs->column[middle].end <= *position)
      low = middle + 1;
    else
      high = middle;
  }
  range->column = &pairs->column[low];
  range->begin = *position;
  range->end = PetscMin(PetscMin(range->column->end, end), *position + most);
  *position = range->end;
  return PETSC_TRUE;
}
