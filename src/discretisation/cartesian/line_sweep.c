/*
   Evaluation of blocks of pairs of lines: all pairs (i, i + n) of one displacement n at a time.

   Geometry in integers: with the doubled midpoint b = i + j - (points - 1) and t = b . n, s = h
   t/(2|n|) and |P_perp|^2 = (h^2/4) (b^2 n^2 - t^2)/n^2, exact up to one division. The lines of a
   range are gathered into batches long enough for the vectorised kernel.
*/
#include "fiber_impl.h"

/*
   Pairs evaluated together at most, and bytes of the blocks of a range: what the nearest caches
   hold.
*/
enum { BATCH = 2048, RANGE_BYTES = 512 * 1024 };

struct _n_LineSweep {
  QlbeFiber fiber;
  double k[3];
  PetscBool at_zero_k;
  LinePairs pairs;
  PetscInt most;
  double *share;              /* [most]: of the losses of a line's pairs, see AddLosses */
  const LineColumn *prepared; /* displacements are those of this column */
  PetscBool with_factors;     /* and can be evaluated, not only counted */
  Displacement *displacement; /* [2 points - 1] */
  double *rho2, *x, *gain_factor, *minus_factor, *plus_factor; /* [BATCH], as all below */
  double *re, *im, *minus, *plus;
};

PetscErrorCode QlbeLineSweepCreate_Private(QlbeFiber fiber, const double k[3], LineSweep *sweep)
{
  const PetscInt N = fiber->grid.points;
  const size_t block = sizeof(PetscScalar) * (size_t)N * (size_t)N;
  PairCosts costs;
  LineSweep s;

  PetscFunctionBegin;
  PetscCheck(N <= BATCH, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE, "at most %d points per axis",
             BATCH);
  PetscCall(PetscNew(&s));
  s->fiber = fiber;
  PetscCall(PetscArraycpy(s->k, k, 3));
  s->at_zero_k = (PetscBool)(k[0] == 0.0 && k[1] == 0.0 && k[2] == 0.0);
  PetscCall(QlbePairCosts_Private(fiber, k, &costs));
  PetscCall(
      QlbeLinePairsCreate_Private(fiber->rows, fiber->ranks, fiber->reach2, k, &costs, &s->pairs));
  s->most = PetscMax(1, PetscMin(BATCH / N, (PetscInt)(RANGE_BYTES / block)));
  PetscCall(PetscMalloc1(s->most, &s->share));
  PetscCall(PetscMalloc1(2 * N - 1, &s->displacement));
  for (PetscInt i = 0; i < 2 * N - 1; i++)
    PetscCall(QlbeDisplacementCreate_Private(fiber, &s->displacement[i]));
  PetscCall(PetscMalloc5(BATCH, &s->rho2, BATCH, &s->x, BATCH, &s->gain_factor, BATCH,
                         &s->minus_factor, BATCH, &s->plus_factor));
  PetscCall(PetscMalloc4(BATCH, &s->re, BATCH, &s->im, BATCH, &s->minus, BATCH, &s->plus));
  *sweep = s;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeLineSweepDestroy_Private(LineSweep *sweep)
{
  LineSweep s = *sweep;

  PetscFunctionBegin;
  if (!s) PetscFunctionReturn(0);
  for (PetscInt i = 0; i < 2 * s->pairs.points - 1; i++)
    PetscCall(QlbeDisplacementDestroy_Private(&s->displacement[i]));
  PetscCall(PetscFree(s->displacement));
  PetscCall(PetscFree(s->share));
  PetscCall(PetscFree5(s->rho2, s->x, s->gain_factor, s->minus_factor, s->plus_factor));
  PetscCall(PetscFree4(s->re, s->im, s->minus, s->plus));
  PetscCall(QlbeLinePairsDestroy_Private(&s->pairs));
  PetscCall(PetscFree(*sweep));
  PetscFunctionReturn(0);
}

const LinePairs *QlbeLineSweepPairs_Private(LineSweep sweep)
{
  return &sweep->pairs;
}

PetscInt QlbeLineSweepMost_Private(LineSweep sweep)
{
  return sweep->most;
}

PetscInt QlbeLineSweepRoom_Private(LineSweep sweep)
{
  return sweep->most * sweep->pairs.points * sweep->pairs.points;
}

/* Displacements of all diagonals of a column that have to be evaluated. */
static PetscErrorCode Prepare(LineSweep s, const LineColumn *column, PetscBool factors)
{
  PetscFunctionBegin;
  if (s->prepared == column && s->with_factors == factors) PetscFunctionReturn(0);
  for (PetscInt nz = FirstDiagonal(column); nz <= column->evaluated.nz_last; nz++) {
    const PetscInt n[3] = {column->nx, column->ny, nz};
    PetscCall(QlbeDisplacementSetUp_Private(s->fiber, n, s->k, factors,
                                            &s->displacement[nz - column->evaluated.nz_first]));
  }
  s->prepared = column;
  s->with_factors = factors;
  PetscFunctionReturn(0);
}

/* Nodes of the first line whose partner on the diagonal nz is inside. */
static void Inside(PetscInt N, PetscInt nz, PetscInt *begin, PetscInt *end)
{
  *begin = PetscMax(0, -nz);
  *end = PetscMin(N, N - nz);
}

/* Geometry and factors of the pairs of one line, at `offset` of the batch. */
static void AddLine(LineSweep s, const Displacement *d, PetscInt line, PetscInt offset)
{
  const PetscInt N = s->pairs.points, *n = d->n;
  const double n2 = (double)(n[0] * n[0] + n[1] * n[1] + n[2] * n[2]);
  const double h = s->fiber->grid.spacing, quarter = 0.25 * h * h / n2, half = 0.5 * h;
  const double k_par_unit = d->slice.k_par / sqrt(n2), kz = s->k[2];
  const PetscInt bx = 2 * (line / N) + n[0] - (N - 1), by = 2 * (line % N) + n[1] - (N - 1);
  const PetscInt b_xy2 = bx * bx + by * by, t_xy = bx * n[0] + by * n[1];
  const double k_xy = (double)bx * s->k[0] + (double)by * s->k[1];
  double *rho2 = s->rho2 + offset, *x = s->x + offset, *gain = s->gain_factor + offset;
  double *minus = s->minus_factor + offset, *plus = s->plus_factor + offset;
  PetscInt begin, end;

  Inside(N, n[2], &begin, &end);
  {
    const PetscInt bz0 = 2 * begin + n[2] - (N - 1), t0 = t_xy + bz0 * n[2], step = 2 * n[2];
    const double *table_gain = d->gain + d->t_max + t0, *table_minus = d->loss + d->t_max + t0;
    const double *table_plus = d->loss + d->t_max - t0;

    /* integers, which numbers of this size hold exactly */
    for (PetscInt r = 0; r < end - begin; r++) {
      const double bz = (double)bz0 + 2.0 * (double)r, t = (double)t0 + (double)step * (double)r;
      rho2[r] = quarter * (((double)b_xy2 + bz * bz) * n2 - t * t);
      x[r] = half * (k_xy + bz * kz - t * k_par_unit);
    }
    for (PetscInt r = 0; r < end - begin; r++) {
      gain[r] = table_gain[step * r];
      minus[r] = table_minus[step * r];
      plus[r] = table_plus[-step * r];
    }
  }
}

/* The diagonal nz of a block, from its first entry on; entries are step + 1 apart. */
static PetscScalar *Diagonal(const LineRange *range, PetscInt l, PetscInt nz, PetscScalar gain[])
{
  const BlockLayout *c = &range->column->evaluated;
  const PetscInt z = PetscMax(0, -nz);

  return gain + l * c->entries + c->start + z + c->step * (z + nz);
}

/* Gains of the gathered pairs into their blocks. */
static void ScatterGains(LineSweep s, const LineRange *range, PetscInt nz, PetscScalar gain[])
{
  const PetscInt n = s->pairs.points - PetscAbs(nz), apart = range->column->evaluated.step + 1;

  for (PetscInt l = 0; l < range->end - range->begin; l++) {
    const double *re = s->re + l * n, *im = s->im + l * n, *factor = s->gain_factor + l * n;
    PetscScalar *to = Diagonal(range, l, nz, gain);
    for (PetscInt r = 0; r < n; r++) {
      const double value = re[r] * factor[r];
      /* 0 stands for a dropped pair: a kept one must differ from it */
      to[r * apart] =
          PetscCMPLX(value == 0.0 && factor[r] > 0.0 ? PETSC_MACHINE_EPSILON * factor[r] : value,
                     im[r] * factor[r]);
    }
  }
}

/* Zeros where a displacement keeps no pair. */
static void ScatterNothing(LineSweep s, const LineRange *range, PetscInt nz, PetscScalar gain[])
{
  const PetscInt n = s->pairs.points - PetscAbs(nz), apart = range->column->evaluated.step + 1;

  for (PetscInt l = 0; l < range->end - range->begin; l++) {
    PetscScalar *to = Diagonal(range, l, nz, gain);
    for (PetscInt r = 0; r < n; r++) to[r * apart] = 0.0;
  }
}

/* a[r] += share rate[r] w[r] */
static void AddProducts(PetscInt n, double share, const double rate[], const double w[], double a[])
{
  for (PetscInt r = 0; r < n; r++) a[r] += share * rate[r] * w[r];
}

/*
   Losses of the gathered pairs, for both of their nodes; a pair counts once for every symmetry that
   maps it to itself, and twice where its mirror image is not evaluated.
*/
static void AddLosses(LineSweep s, const LineRange *range, PetscInt nz, LossSums *sums)
{
  const PetscInt N = s->pairs.points, across = range->column->nx * N + range->column->ny;
  PetscInt begin, end;

  Inside(N, nz, &begin, &end);
  for (PetscInt l = 0; l < range->end - range->begin; l++) {
    const PetscInt line = s->pairs.line[range->begin + l], n = end - begin, offset = l * n;
    const PetscInt i = line * N + begin, j = (line + across) * N + begin + nz;
    const double share = range->column->mirrored && nz > 0 ? 2.0 * s->share[l] : s->share[l];
    AddProducts(n, share, s->minus + offset, sums->w_minus + j, sums->minus + i);
    AddProducts(n, share, s->minus + offset, sums->w_minus + i, sums->minus + j);
    if (s->at_zero_k) continue;
    AddProducts(n, share, s->plus + offset, sums->w_plus + j, sums->plus + i);
    AddProducts(n, share, s->plus + offset, sums->w_plus + i, sums->plus + j);
  }
}

/* Rates of the gathered pairs. */
static void EvaluateLosses(LineSweep s, const Displacement *d, PetscInt n)
{
  if (s->at_zero_k) {
    for (PetscInt e = 0; e < n; e++) s->minus[e] = s->re[e] * s->minus_factor[e];
    return;
  }
  QlbeJumpSliceLoss(&d->slice, n, s->rho2, s->x, 1.0, s->minus);
  QlbeJumpSliceLoss(&d->slice, n, s->rho2, s->x, -1.0, s->plus);
  for (PetscInt e = 0; e < n; e++) {
    s->minus[e] *= s->minus_factor[e];
    s->plus[e] *= s->plus_factor[e];
  }
}

PetscErrorCode QlbeLineSweepEvaluate_Private(LineSweep s, const LineRange *range, LossSums *sums,
                                             PetscScalar gain[])
{
  const PetscInt N = s->pairs.points, lines = range->end - range->begin;
  const BlockLayout *layout = &range->column->evaluated;

  PetscFunctionBegin;
  PetscCall(Prepare(s, range->column, PETSC_TRUE));
  for (PetscInt l = 0; l < lines && sums; l++)
    s->share[l] = (double)QlbeLineImageCount_Private(&s->pairs, range->column,
                                                     s->pairs.line[range->begin + l]) /
                  (double)s->pairs.n_symmetries;
  for (PetscInt nz = FirstDiagonal(range->column); nz <= layout->nz_last; nz++) {
    const Displacement *d = &s->displacement[nz - layout->nz_first];
    const PetscInt each = N - PetscAbs(nz), n = lines * each;
    if (d->empty) {
      ScatterNothing(s, range, nz, gain);
      continue;
    }
    for (PetscInt l = 0; l < lines; l++) AddLine(s, d, s->pairs.line[range->begin + l], l * each);
    QlbeJumpSliceGain(&d->slice, n, s->rho2, s->x, s->re, s->im);
    ScatterGains(s, range, nz, gain);
    PetscCall(PetscLogFlops((double)n * QlbePairOperations_Private(
                                            &d->slice.gain, (PetscBool)(sums && !s->at_zero_k))));
    if (!sums) continue;
    EvaluateLosses(s, d, n);
    AddLosses(s, range, nz, sums);
  }
  for (PetscInt l = 0; l < lines && range->column->mirrored; l++)
    QlbeBlockMirror_Private(layout, s->pairs.mirror_conjugates, gain + l * layout->entries);
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeLineSweepCount_Private(LineSweep s, const LineColumn *column, PetscInt line,
                                          PetscInt above[], PetscInt below[])
{
  const PetscInt N = s->pairs.points;
  const PetscInt bx = 2 * (line / N) + column->nx - (N - 1),
                 by = 2 * (line % N) + column->ny - (N - 1);
  const PetscInt t_xy = bx * column->nx + by * column->ny;

  PetscFunctionBegin;
  PetscCall(Prepare(s, column, PETSC_FALSE));
  PetscCall(PetscArrayzero(above, N));
  PetscCall(PetscArrayzero(below, N));
  for (PetscInt nz = FirstDiagonal(column); nz <= column->evaluated.nz_last; nz++) {
    const Displacement *d = &s->displacement[nz - column->evaluated.nz_first];
    const PetscBool twice = (PetscBool)(column->mirrored && nz > 0);
    PetscInt begin, end;
    if (d->empty) continue;
    Inside(N, nz, &begin, &end);
    for (PetscInt z = begin; z < end; z++) {
      if (d->gain[d->t_max + t_xy + (2 * z + nz - (N - 1)) * nz] == 0.0) continue;
      above[z]++;
      below[z + nz]++;
      if (!twice) continue;
      above[N - 1 - z]++;
      below[N - 1 - z - nz]++;
    }
  }
  PetscFunctionReturn(0);
}
