/*
   The modes of the transverse integral at the nodes of the spectral quadrature.
*/
#include "spectral_impl.h"

PetscInt QlbeSpectralModeCount_Private(PetscInt n_angular, double phase)
{
  return PetscMin(2 * n_angular - 1, 10 + (PetscInt)ceil(8.0 * phase));
}

/* All modes at n_k values of k_perp into sample[n_q][n_k][n_modes][n_rho]. */
static PetscErrorCode Sample(QlbeSpectralFiber f, PetscInt n_k, const double k_perp[],
                             double sample[])
{
  const QlbeSpectralGrid *g = &f->grid;
  double *rho2;
  QlbeTransverseNodes nodes = {.n_q = g->q.n,
                               .n_k = n_k,
                               .n_modes = f->n_modes,
                               .n_rho = g->rho.n,
                               .q = g->q.x,
                               .k_perp = k_perp};

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(g->rho.n, &rho2));
  for (PetscInt r = 0; r < g->rho.n; r++) rho2[r] = g->rho.x[r] * g->rho.x[r];
  nodes.rho2 = rho2;
  PetscCall(QlbeTransverseSample(f->sampler, &nodes, sample));
  PetscCall(PetscFree(rho2));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeSpectralModesAtRest_Private(QlbeSpectralFiber f)
{
  const PetscInt n_q = f->grid.q.n, n_rho = f->grid.rho.n;
  const double at_rest = 0.0;
  double *sample;

  PetscFunctionBegin;
  f->n_modes =
      QlbeSpectralModeCount_Private(f->grid.n_angular, QlbeTransverseSamplerPhase(f->sampler));
  PetscCall(PetscMalloc1(n_q * f->n_modes * n_rho, &sample));
  PetscCall(PetscMalloc1(n_q * n_rho, &f->F_rest));
  PetscCall(Sample(f, 1, &at_rest, sample));
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
   Tilt i of the grid out of sample[n_q][n_k][n_modes][n_rho], where it is number ik, into its place in modes: with the factors of the gain, less F
   at k = 0.
*/
static void StoreTilt(QlbeSpectralFiber f, double k, PetscInt i, PetscInt ik, PetscInt n_k,
                      const double sample[], double modes[])
{
  const QlbeSpectralGrid *g = &f->grid;
  const PetscInt n_rho = g->rho.n, n_tilt = g->tilt.n, n = f->n_modes;
  const double c_par = f->par.beta * f->par.m / (2.0 * f->par.M * f->par.M), cosine = g->tilt.x[i];
  const double k_perp = k * sqrt(1.0 - cosine * cosine), half = 0.5 * f->par.hbar * k * cosine;
  const double gauss = exp(-c_par * half * half);

  for (PetscInt iq = 0; iq < g->q.n; iq++) {
    for (PetscInt mode = 0; mode < n; mode++) {
      const double *from = sample + ((iq * n_k + ik) * n + mode) * n_rho;
      double *to = modes + ((iq * n + mode) * n_tilt + i) * n_rho;
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
  const PetscInt n_tilt = g->tilt.n, total = g->q.n * f->n_modes * n_tilt * g->rho.n;
  double *sample, *k_perp;
  PetscInt n_k = 0;

  PetscFunctionBegin;
  if (k == f->k_of_modes) PetscFunctionReturn(0);
  if (!f->modes) PetscCall(PetscMalloc1(total, &f->modes));
  PetscCall(PetscArrayzero(f->modes, total));
  PetscCall(PetscMalloc2(total, &sample, n_tilt, &k_perp));
  /* whole tilts are dealt, so that a sample is the same number whatever the ranks: differences in k amplify its rounding */
  for (PetscInt i = f->rank; i < n_tilt; i += f->ranks)
    k_perp[n_k++] = k * sqrt(1.0 - g->tilt.x[i] * g->tilt.x[i]);
  PetscCall(Sample(f, n_k, k_perp, sample));
  for (PetscInt ik = 0; ik < n_k; ik++)
    StoreTilt(f, k, f->rank + ik * f->ranks, ik, n_k, sample, f->modes);
  PetscCallMPI(
      MPI_Allreduce(MPI_IN_PLACE, f->modes, (PetscMPIInt)total, MPI_DOUBLE, MPI_SUM, f->comm));
  f->n_needed = NeededModes(f, f->modes);
  f->k_of_modes = k;
  PetscCall(PetscFree2(sample, k_perp));
  PetscFunctionReturn(0);
}
