/*
   The part of A_k that multiplies by a function of p: (E_k - E)(p) + (i/hbar) h_k(p), diagonal in
   p, in the spectral basis.
*/
#include "spectral_impl.h"

/*
   Integrals over the angle at one |p|, between all angular momenta l, l' >= |m| of the sector: of
   E_k - E for equal parity and of h_k/hbar otherwise, into angular[n_l][n_l]. N[c][l] = N_lm at the
   nodes.
*/
static void AngularIntegrals(QlbeSpectralFiber f, double k, double p, PetscInt n_l,
                             const double N[], double angular[])
{
  const QlbeRule *rule = &f->grid.cosine;
  const double half = 0.5 * f->par.hbar * k, at_zero_k = QlbeEscapeRate(f->average, p);

  for (PetscInt i = 0; i < n_l * n_l; i++) angular[i] = 0.0;
  for (PetscInt c = 0; c < rule->n; c++) {
    const double cosine = rule->x[c], weight = 2.0 * PETSC_PI * rule->w[c];
    const double momentum[3] = {p * sqrt(1.0 - cosine * cosine), 0.0, p * cosine},
                 wave[3] = {0, 0, k};
    const double cross = 2.0 * p * half * cosine, squares = p * p + half * half;
    const double minus = QlbeEscapeRate(f->average, sqrt(PetscMax(squares - cross, 0.0)));
    const double plus = QlbeEscapeRate(f->average, sqrt(PetscMax(squares + cross, 0.0)));
    const double loss = weight * (0.5 * (minus + plus) - at_zero_k);
    const double phase =
        weight * QlbeDispersionDifference(f->dispersion, momentum, wave) / f->par.hbar;
    const double *at = N + c * n_l;
    for (PetscInt l = 0; l < n_l; l++) {
      for (PetscInt j = 0; j < n_l; j++)
        angular[l * n_l + j] += at[l] * at[j] * ((l + j) % 2 == 0 ? loss : phase);
    }
  }
}

PetscErrorCode QlbeSpectralPotential_Private(QlbeSpectralFiber f, double k, PetscInt m,
                                             double matrix[])
{
  const QlbeSpectralGrid *g = &f->grid;
  const PetscInt first = PetscAbs(m), n_l = g->n_angular - first, n = g->n_radial, size = n_l * n;
  double *N, *all, *angular, *R;

  PetscFunctionBegin;
  if (k == 0.0) PetscFunctionReturn(0);
  PetscCall(PetscMalloc4(g->cosine.n * n_l, &N, g->n_angular * (g->n_angular + 1) / 2, &all,
                         n_l * n_l, &angular, n_l * n, &R));
  for (PetscInt c = 0; c < g->cosine.n; c++) {
    PetscCall(QlbeSphericalHarmonics(g->n_angular - 1, g->cosine.x[c], all));
    for (PetscInt l = 0; l < n_l; l++) N[c * n_l + l] = all[QlbeSphericalIndex(first + l, first)];
  }
  for (PetscInt ip = f->team.rank; ip < g->p.n; ip += f->team.size) {
    const double p = g->p.x[ip], p2 = p * p;
    AngularIntegrals(f, k, p, n_l, N, angular);
    for (PetscInt l = 0; l < n_l; l++)
      QlbeRadialBasisEvaluate(g->radial[first + l], 1, &p2, R + l * n);
    for (PetscInt row = 0; row < size; row++) {
      const double *weight = angular + row / n * n_l;
      for (PetscInt column = 0; column < size; column++)
        matrix[row * size + column] -= g->p.w[ip] * R[row] * R[column] * weight[column / n];
    }
  }
  PetscCall(PetscFree4(N, all, angular, R));
  PetscFunctionReturn(0);
}
