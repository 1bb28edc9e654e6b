/*
   The sweep over pairs of grid points: for every displacement n of one half space, all pairs (i, i+n)
   inside the box, one of each two that parity maps onto each other.

   Geometry in integers: with the doubled midpoint b = i + j - (points - 1) and t = b . n,
   s = h t/(2|n|) and |P_perp|^2 = (h^2/4) (b^2 n^2 - t^2)/n^2, exact up to one division. Lines
   along z are gathered into batches long enough for the vectorised kernel, and the displacements
   that share (nx, ny) run innermost over one slab of rows, so that the entries written together lie
   close together.

   Parity, L_k(-p', -p) = conj L_k(p', p), maps b to -b. Of two mirrored lines the first one in the
   order of (ix, iy) is computed, of a line that is its own mirror image the first half; the pair with
   b = 0 is its own image.
*/
#include "fiber_impl.h"

enum { BATCH = 2048 };

typedef struct {
  PetscInt n_runs, length;
  PairRun *run;
  double *rho2, *x, *gain_factor, *minus_factor, *plus_factor;
  double *re, *im, *shifted, *minus, *plus;
  PetscScalar *gain;
  PetscBool *keep;
} Workspace;

static PetscErrorCode WorkspaceCreate(Workspace *w)
{
  PetscFunctionBegin;
  PetscCall(PetscMalloc4(BATCH, &w->run, BATCH, &w->rho2, BATCH, &w->x, BATCH, &w->gain));
  PetscCall(PetscMalloc5(BATCH, &w->gain_factor, BATCH, &w->minus_factor, BATCH, &w->plus_factor,
                         BATCH, &w->minus, BATCH, &w->plus));
  PetscCall(PetscMalloc4(BATCH, &w->re, BATCH, &w->im, BATCH, &w->shifted, BATCH, &w->keep));
  w->n_runs = 0;
  w->length = 0;
  PetscFunctionReturn(0);
}

static PetscErrorCode WorkspaceDestroy(Workspace *w)
{
  PetscFunctionBegin;
  PetscCall(PetscFree4(w->run, w->rho2, w->x, w->gain));
  PetscCall(PetscFree5(w->gain_factor, w->minus_factor, w->plus_factor, w->minus, w->plus));
  PetscCall(PetscFree4(w->re, w->im, w->shifted, w->keep));
  PetscFunctionReturn(0);
}

/* Kernel values of the gathered pairs, then the sink. */
static PetscErrorCode Flush(const Displacement *d, PetscBool values, PetscBool at_rest,
                            Workspace *w, PairSink sink, void *context)
{
  const PetscInt n = w->length;
  const PairBatch batch = {w->n_runs, w->run, n, w->gain, w->minus, w->plus, w->keep};

  PetscFunctionBegin;
  if (n == 0) PetscFunctionReturn(0);
  if (values) {
    QlbeJumpSliceGain(&d->slice, n, w->rho2, w->x, w->re, w->im);
    if (at_rest) {
      for (PetscInt e = 0; e < n; e++) {
        w->minus[e] = w->re[e] * w->minus_factor[e];
        w->plus[e] = w->re[e] * w->plus_factor[e];
      }
    } else {
      QlbeJumpSliceLoss(&d->slice, n, w->rho2, w->x, 1.0, w->shifted, w->minus);
      QlbeJumpSliceLoss(&d->slice, n, w->rho2, w->x, -1.0, w->shifted, w->plus);
      for (PetscInt e = 0; e < n; e++) {
        w->minus[e] *= w->minus_factor[e];
        w->plus[e] *= w->plus_factor[e];
      }
    }
    for (PetscInt e = 0; e < n; e++)
      w->gain[e] = PetscCMPLX(w->re[e] * w->gain_factor[e], w->im[e] * w->gain_factor[e]);
  }
  PetscCall(sink(&batch, context));
  w->n_runs = 0;
  w->length = 0;
  PetscFunctionReturn(0);
}

/* Adds the pairs of the line (ix, iy, z) with z in [z_begin, z_end). */
static void AddLine(const QlbeMomentumGrid *grid, const Displacement *d, const double k[3],
                    PetscInt ix, PetscInt iy, PetscInt z_begin, PetscInt z_end, PetscBool mirrored,
                    Workspace *w)
{
  const PetscInt N = grid->points, *n = d->n, offset = w->length;
  const double n2 = (double)(n[0] * n[0] + n[1] * n[1] + n[2] * n[2]);
  const double h = grid->spacing, quarter = 0.25 * h * h / n2, half = 0.5 * h;
  const double k_par_unit = d->slice.k_par / sqrt(n2);
  const PetscInt bx = 2 * ix + n[0] - (N - 1), by = 2 * iy + n[1] - (N - 1);
  const PetscInt b_xy2 = bx * bx + by * by, t_xy = bx * n[0] + by * n[1];
  const double k_xy = (double)bx * k[0] + (double)by * k[1];
  PairRun *run = &w->run[w->n_runs++];

  run->row_i = (ix * N + iy) * N + z_begin;
  run->row_j = run->row_i + (n[0] * N + n[1]) * N + n[2];
  run->length = z_end - z_begin;
  run->offset = offset;
  run->mirrored = mirrored;
  for (PetscInt r = 0; r < run->length; r++) {
    const PetscInt bz = 2 * (z_begin + r) + n[2] - (N - 1), t = t_xy + bz * n[2];
    const double b2 = (double)(b_xy2 + bz * bz), td = (double)t;
    w->rho2[offset + r] = quarter * (b2 * n2 - td * td);
    w->x[offset + r] = half * (k_xy + (double)bz * k[2] - td * k_par_unit);
    w->gain_factor[offset + r] = d->gain[t + d->t_max];
    w->minus_factor[offset + r] = d->loss[d->t_max + t];
    w->plus_factor[offset + r] = d->loss[d->t_max - t];
    w->keep[offset + r] = d->keep[t + d->t_max];
  }
  w->length += run->length;
}

/* Whether one of the `points` rows from first on, or one of their mirror images, is this rank's. */
static PetscBool Touches(const QlbeMomentumGrid *grid, PetscInt first)
{
  const PetscInt end = first + grid->points, image = grid->size - end;

  return (PetscBool)((first < grid->row_end && end > grid->row_begin) ||
                     (image < grid->row_end && image + grid->points > grid->row_begin));
}

/* The pairs of one displacement, up to parity, whose first point lies in the slab ix. */
static PetscErrorCode SweepSlab(const QlbeMomentumGrid *grid, const Displacement *d,
                                const double k[3], PetscInt ix, PetscBool values, Workspace *w,
                                PairSink sink, void *context)
{
  const PetscInt N = grid->points, *n = d->n, ix_image = N - 1 - n[0] - ix;
  const PetscInt y_begin = PetscMax(0, -n[1]), y_end = PetscMin(N, N - n[1]);
  const PetscInt z_begin = PetscMax(0, -n[2]), z_end = PetscMin(N, N - n[2]);
  const PetscInt z_twice = N - 1 - n[2]; /* z + (image of z) */
  const PetscBool at_rest = (PetscBool)(k[0] == 0.0 && k[1] == 0.0 && k[2] == 0.0);

  PetscFunctionBegin;
  if (ix > ix_image) PetscFunctionReturn(0);
  for (PetscInt iy = y_begin; iy < y_end; iy++) {
    const PetscInt first = (ix * N + iy) * N, iy_image = N - 1 - n[1] - iy;
    const PetscBool own_image = (PetscBool)(ix == ix_image && iy == iy_image);

    if (ix == ix_image && iy > iy_image) break;
    if (!Touches(grid, first) && !Touches(grid, first + (n[0] * N + n[1]) * N)) continue;
    if (w->length + N > BATCH) PetscCall(Flush(d, values, at_rest, w, sink, context));
    if (!own_image)
      AddLine(grid, d, k, ix, iy, z_begin, z_end, PETSC_TRUE, w);
    else {
      const PetscInt half = (z_twice + 1) / 2; /* first z that is not before its image */
      if (half > z_begin) AddLine(grid, d, k, ix, iy, z_begin, half, PETSC_TRUE, w);
      if (z_twice % 2 == 0) AddLine(grid, d, k, ix, iy, half, half + 1, PETSC_FALSE, w);
    }
  }
  PetscCall(Flush(d, values, at_rest, w, sink, context));
  PetscFunctionReturn(0);
}

PetscInt QlbePairRoles_Private(const PairBatch *batch, const PairRun *run, PetscInt size,
                               PairRole role[4])
{
  const double *minus = batch->loss_minus + run->offset, *plus = batch->loss_plus + run->offset;
  const PetscInt i = run->row_i, j = run->row_j, i_image = size - 1 - i, j_image = size - 1 - j;

  role[0] = (PairRole){i, j, 1, PETSC_FALSE, PETSC_TRUE, minus};
  role[1] = (PairRole){j, i, 1, PETSC_FALSE, PETSC_FALSE, minus};
  role[2] = (PairRole){j_image, i_image, -1, PETSC_TRUE, PETSC_TRUE, plus};
  role[3] = (PairRole){i_image, j_image, -1, PETSC_TRUE, PETSC_FALSE, plus};
  return run->mirrored ? 4 : 2;
}

void QlbePairRoleOwned_Private(const PairRole *role, PetscInt length, PetscInt row_begin,
                               PetscInt row_end, PetscInt *first, PetscInt *end)
{
  /* elements r with row_begin <= row + step r < row_end */
  const PetscInt lo = role->step > 0 ? row_begin - role->row : role->row - row_end + 1;
  const PetscInt hi = role->step > 0 ? row_end - role->row : role->row - row_begin + 1;

  *first = PetscMax(lo, 0);
  *end = PetscMin(hi, length);
}

PetscErrorCode QlbePairSweep_Private(QlbeFiber fiber, const double k[3], PetscBool values,
                                     PairSink sink, void *context)
{
  const QlbeMomentumGrid *grid = &fiber->grid;
  const PetscInt N = grid->points;
  Displacement *column;
  Workspace w;

  PetscFunctionBegin;
  PetscCheck(N <= BATCH, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE, "at most %d points per axis",
             BATCH);
  PetscCall(WorkspaceCreate(&w));
  PetscCall(PetscMalloc1(2 * N - 1, &column));
  for (PetscInt i = 0; i < 2 * N - 1; i++)
    PetscCall(QlbeDisplacementCreate_Private(fiber, &column[i]));
  for (PetscInt nx = 0; nx < N; nx++) {
    for (PetscInt ny = nx == 0 ? 0 : 1 - N; ny < N; ny++) {
      const PetscInt nz_first = nx == 0 && ny == 0 ? 1 : 1 - N;
      for (PetscInt nz = nz_first; nz < N; nz++) {
        const PetscInt n[3] = {nx, ny, nz};
        PetscCall(QlbeDisplacementSetUp_Private(fiber, n, k, &column[nz + N - 1]));
      }
      for (PetscInt ix = 0; ix < N - nx; ix++) {
        for (PetscInt nz = nz_first; nz < N; nz++) {
          if (column[nz + N - 1].empty) continue;
          PetscCall(SweepSlab(grid, &column[nz + N - 1], k, ix, values, &w, sink, context));
        }
      }
    }
  }
  for (PetscInt i = 0; i < 2 * N - 1; i++) PetscCall(QlbeDisplacementDestroy_Private(&column[i]));
  PetscCall(PetscFree(column));
  PetscCall(WorkspaceDestroy(&w));
  PetscFunctionReturn(0);
}
