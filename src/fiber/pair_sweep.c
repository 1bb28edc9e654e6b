/*
   The sweep over pairs of grid points: for every displacement n of one half space, all pairs (i, i
   + n) inside the box.

   Geometry in integers: with the doubled midpoint b = i + j - (points - 1) and t = b . n,
   s = h t/(2|n|) and |P_perp|^2 = (h^2/4) (b^2 n^2 - t^2)/n^2, exact up to one division. Lines
   along z are gathered into batches long enough for the vectorised kernel, and the displacements
   that share (nx, ny) run innermost over one slab of rows, so that the entries written together lie
   close together.
*/
#include "fiber_impl.h"

enum { BATCH = 2048 };

typedef struct {
  PetscInt n_runs, length;
  PairRun *run;
  double *rho2, *x, *gain_factor, *loss_factor;
  double *re, *im, *shifted, *loss;
  PetscScalar *gain;
  PetscBool *keep;
} Workspace;

static PetscErrorCode WorkspaceCreate(Workspace *w)
{
  PetscFunctionBegin;
  PetscCall(PetscMalloc4(BATCH, &w->run, BATCH, &w->rho2, BATCH, &w->x, BATCH, &w->gain));
  PetscCall(PetscMalloc7(BATCH, &w->gain_factor, BATCH, &w->loss_factor, BATCH, &w->re, BATCH,
                         &w->im, BATCH, &w->shifted, BATCH, &w->loss, BATCH, &w->keep));
  w->n_runs = 0;
  w->length = 0;
  PetscFunctionReturn(0);
}

static PetscErrorCode WorkspaceDestroy(Workspace *w)
{
  PetscFunctionBegin;
  PetscCall(PetscFree4(w->run, w->rho2, w->x, w->gain));
  PetscCall(PetscFree7(w->gain_factor, w->loss_factor, w->re, w->im, w->shifted, w->loss, w->keep));
  PetscFunctionReturn(0);
}

/* Kernel values of the gathered pairs, then the sink. */
static PetscErrorCode Flush(const Displacement *d, PetscBool values, PetscBool at_rest,
                            Workspace *w, PairSink sink, void *context)
{
  const PetscInt n = w->length;
  const PairBatch batch = {w->n_runs, w->run, n, w->gain, w->loss, w->keep};

  PetscFunctionBegin;
  if (n == 0) PetscFunctionReturn(0);
  if (values) {
    QlbeJumpSliceGain(&d->slice, n, w->rho2, w->x, w->re, w->im);
    if (at_rest) {
      for (PetscInt e = 0; e < n; e++) w->loss[e] = w->re[e] * w->loss_factor[e];
    } else {
      QlbeJumpSliceLoss(&d->slice, n, w->rho2, w->x, 1.0, w->shifted, w->loss);
      for (PetscInt e = 0; e < n; e++) w->loss[e] *= w->loss_factor[e];
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
                    PetscInt ix, PetscInt iy, PetscInt z_begin, PetscInt z_end, Workspace *w)
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
  for (PetscInt r = 0; r < run->length; r++) {
    const PetscInt bz = 2 * (z_begin + r) + n[2] - (N - 1), t = t_xy + bz * n[2];
    const double b2 = (double)(b_xy2 + bz * bz), td = (double)t;
    w->rho2[offset + r] = quarter * (b2 * n2 - td * td);
    w->x[offset + r] = half * (k_xy + (double)bz * k[2] - td * k_par_unit);
    w->gain_factor[offset + r] = d->gain[t + d->t_max];
    w->loss_factor[offset + r] = d->loss[t + d->t_max];
    w->keep[offset + r] = d->keep[t + d->t_max];
  }
  w->length += run->length;
}

/* All pairs of one displacement whose first point lies in the slab ix. */
static PetscErrorCode SweepSlab(const QlbeMomentumGrid *grid, const Displacement *d,
                                const double k[3], PetscInt ix, PetscBool values, Workspace *w,
                                PairSink sink, void *context)
{
  const PetscInt N = grid->points, *n = d->n;
  const PetscInt y_begin = PetscMax(0, -n[1]), y_end = PetscMin(N, N - n[1]);
  const PetscInt z_begin = PetscMax(0, -n[2]), z_end = PetscMin(N, N - n[2]);
  const PetscBool at_rest = (PetscBool)(k[0] == 0.0 && k[1] == 0.0 && k[2] == 0.0);

  PetscFunctionBegin;
  for (PetscInt iy = y_begin; iy < y_end; iy++) {
    const PetscInt first = (ix * N + iy) * N, other = first + (n[0] * N + n[1]) * N;
    const PetscBool own_i = (PetscBool)(first < grid->row_end && first + N > grid->row_begin);
    const PetscBool own_j = (PetscBool)(other < grid->row_end && other + N > grid->row_begin);
    if (!own_i && !own_j) continue;
    if (w->length + N > BATCH) PetscCall(Flush(d, values, at_rest, w, sink, context));
    AddLine(grid, d, k, ix, iy, z_begin, z_end, w);
  }
  PetscCall(Flush(d, values, at_rest, w, sink, context));
  PetscFunctionReturn(0);
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
