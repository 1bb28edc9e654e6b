/*
   The modes of the transverse integral at the nodes of the spectral quadrature.
*/
#include "spectral_impl.h"

PetscInt QlbeSpectralModeCount_Private(PetscInt n_angular, double phase)
{
  return PetscMin(2 * n_angular - 1, 10 + (PetscInt)ceil(8.0 * phase));
}

/*
   Nodes of one sample: n_k tilts of the grid from number `tilt` on, n_q lengths from number iq on.
*/
typedef struct {
  PetscInt tilt, n_k, iq, n_q;
} Piece;

/*
   Where the share of a rank in the (tilt, q) pairs ends, q fastest; the next rank's begins there.
   Shares are equal but for whole blocks of q, which are sampled together, so that a sample is the
   same number whatever the ranks: differences in k amplify its rounding.
*/
static PetscInt ShareEnd(PetscInt n_tilt, PetscInt n_q, PetscMPIInt rank, PetscMPIInt ranks)
{
  const PetscInt equal =
      n_tilt * n_q / ranks * (rank + 1) + n_tilt * n_q % ranks * (rank + 1) / ranks;
  const PetscInt blocks = (equal % n_q + QLBE_TRANSVERSE_BLOCK / 2) / QLBE_TRANSVERSE_BLOCK;

  return equal / n_q * n_q + PetscMin(n_q, blocks * QLBE_TRANSVERSE_BLOCK);
}

/* The pairs from `begin` on that one call can sample: whole tilts, or a part of one. */
static Piece NextPiece(PetscInt n_q, PetscInt begin, PetscInt end)
{
  Piece piece = {.tilt = begin / n_q, .n_k = 1, .iq = begin % n_q};

  if (piece.iq == 0 && end - begin >= n_q) piece.n_k = (end - begin) / n_q;
  piece.n_q = PetscMin(n_q - piece.iq, end - begin);
  return piece;
}

/* All modes of a piece into sample[n_q][n_k][n_modes][n_rho]. */
static PetscErrorCode Sample(QlbeSpectralFiber f, double k, const Piece *piece, double sample[])
{
  const QlbeSpectralGrid *g = &f->grid;
  double *rho2, *k_perp;
  QlbeTransverseNodes nodes = {.n_q = piece->n_q,
                               .n_k = piece->n_k,
                               .n_modes = f->n_modes,
                               .n_rho = g->rho.n,
                               .q = g->q.x + piece->iq};

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(g->rho.n, &rho2, piece->n_k, &k_perp));
  for (PetscInt r = 0; r < g->rho.n; r++) rho2[r] = g->rho.x[r] * g->rho.x[r];
  for (PetscInt i = 0; i < piece->n_k; i++) {
    const double cosine = g->tilt.x[piece->tilt + i];
    k_perp[i] = k * sqrt(1.0 - cosine * cosine);
  }
  nodes.rho2 = rho2;
  nodes.k_perp = k_perp;
  PetscCall(QlbeTransverseSample(f->sampler, &nodes, sample));
  PetscCall(PetscFree2(rho2, k_perp));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeSpectralModesAtRest_Private(QlbeSpectralFiber f)
{
  const PetscInt n_q = f->grid.q.n, n_rho = f->grid.rho.n;
  const Piece all = {.tilt = 0, .n_k = 1, .iq = 0, .n_q = n_q};
  double *sample;

  PetscFunctionBegin;
  f->n_modes =
      QlbeSpectralModeCount_Private(f->grid.n_angular, QlbeTransverseSamplerPhase(f->sampler));
  PetscCall(PetscMalloc1(n_q * f->n_modes * n_rho, &sample));
  PetscCall(PetscMalloc1(n_q * n_rho, &f->F_rest));
  PetscCall(Sample(f, 0.0, &all, sample));
  for (PetscInt iq = 0; iq < n_q; iq++)
    PetscCall(PetscArraycpy(f->F_rest + iq * n_rho, sample + iq * f->n_modes * n_rho, n_rho));
  PetscCall(PetscFree(sample));
  PetscFunctionReturn(0);
}

/* The number of modes that are above rounding anywhere. */
static PetscInt NeededModes(QlbeSpectralFiber f, const double modes[])
{
  const PetscInt n_q = f->grid.q.n, block = f->grid.tilt.n * f->grid.rho.n;
  double largest = 0.0;
  PetscInt needed = 1;

  for (PetscInt i = 0; i < n_q * f->grid.rho.n; i++)
    largest = PetscMax(largest, fabs(f->F_rest[i]));
  for (PetscInt i = 0; i < n_q * f->n_modes * block; i++) {
    if (fabs(modes[i]) > 1e-16 * largest) needed = PetscMax(needed, i / block % f->n_modes + 1);
  }
  return needed;
}

/*
   Tilt number ik of a piece out of its sample into its place in modes: with the factors of the
   gain, less F at k = 0.
*/
static void StoreTilt(QlbeSpectralFiber f, double k, const Piece *piece, PetscInt ik,
                      const double sample[], double modes[])
{
  const QlbeSpectralGrid *g = &f->grid;
  const PetscInt n_rho = g->rho.n, n_tilt = g->tilt.n, n = f->n_modes, tilt = piece->tilt + ik;
  const double c_par = f->par.beta * f->par.m / (2.0 * f->par.M * f->par.M),
               cosine = g->tilt.x[tilt];
  const double k_perp = k * sqrt(1.0 - cosine * cosine), half = 0.5 * f->par.hbar * k * cosine;
  const double gauss = exp(-c_par * half * half);

  for (PetscInt i = 0; i < piece->n_q; i++) {
    const PetscInt iq = piece->iq + i;
    for (PetscInt mode = 0; mode < n; mode++) {
      const double *from = sample + ((i * piece->n_k + ik) * n + mode) * n_rho;
      double *to = modes + ((iq * n + mode) * n_tilt + tilt) * n_rho;
      for (PetscInt r = 0; r < n_rho; r++) {
        const double rest = mode == 0 ? f->F_rest[iq * n_rho + r] : 0.0;
        const double odd = mode % 2 == 0 ? 1.0 : g->rho.x[r] * k_perp;
        to[r] = gauss * odd * from[r] - rest;
      }
    }
  }
}

PetscErrorCode QlbeSpectralModes_Private(QlbeSpectralFiber f, double k)
{
  const QlbeSpectralGrid *g = &f->grid;
  const PetscInt n_tilt = g->tilt.n, n_q = g->q.n, total = n_q * f->n_modes * n_tilt * g->rho.n;
  const PetscInt end = ShareEnd(n_tilt, n_q, f->team.rank, f->team.size);
  PetscInt begin = f->team.rank > 0 ? ShareEnd(n_tilt, n_q, f->team.rank - 1, f->team.size) : 0;

  PetscFunctionBegin;
  if (k == f->k_of_modes) PetscFunctionReturn(0);
  if (!f->modes) PetscCall(PetscMalloc1(total, &f->modes));
  PetscCall(PetscArrayzero(f->modes, total));
  while (begin < end) {
    const Piece piece = NextPiece(n_q, begin, end);
    double *sample;
    PetscCall(PetscMalloc1(piece.n_q * piece.n_k * f->n_modes * g->rho.n, &sample));
    PetscCall(Sample(f, k, &piece, sample));
    for (PetscInt ik = 0; ik < piece.n_k; ik++) StoreTilt(f, k, &piece, ik, sample, f->modes);
    PetscCall(PetscFree(sample));
    begin += piece.n_q * piece.n_k;
  }
  PetscCall(f->team.sum(f->team.context, total, f->modes));
  f->n_needed = NeededModes(f, f->modes);
  f->k_of_modes = k;
  PetscFunctionReturn(0);
}
