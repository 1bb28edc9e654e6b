/*
   A_0 in the spectral basis: rotation invariant, one block for each angular momentum, in its
   Dirichlet form

     <R|A_0|R> = -1/2 int dp nu(p) int dq T_q(p)
                   [ (1 + P_l)/2 (R' - R)^2 + (1 - P_l)/2 (R' + R)^2 ],

   R = R(|p|), R' = R(|p + q|), P_l at the cosine between p and p + q: negative, and zero for R = 1,
   l = 0, whatever the quadrature (the module `kernel` has the same form in coordinates around p,
   for the closed forms).
*/
#include <gsl/gsl_blas.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_sf_legendre.h>

#include "spectral_impl.h"

/*
   Rows (weight ..)^(1/2) (R' -+ R) of the two squares of angular momentum l into
   rows[2 n][n_radial].
*/
static void DirichletRows(QlbeSpectralFiber f, PetscInt l, const JumpPoints *t, const double F[],
                          const double P_l[], double rows[])
{
  const PetscInt n_radial = f->grid.n_radial, n_s = f->grid.s.n;

  for (PetscInt i = 0; i < t->n; i++) {
    const double *before = t->R_before + (l * t->n + i) * n_radial;
    const double *after = t->R_after + (l * t->n + i) * n_radial;
    /* the other half of s exchanges p and p + q, and counts the same */
    const double weight = PetscMax(t->weight[i] * F[i / n_s], 0.0);
    const double minus = sqrt(0.5 * weight * (1.0 + P_l[i])),
                 plus = sqrt(0.5 * weight * (1.0 - P_l[i]));
    for (PetscInt j = 0; j < n_radial; j++) {
      rows[2 * i * n_radial + j] = minus * (after[j] - before[j]);
      rows[(2 * i + 1) * n_radial + j] = plus * (after[j] + before[j]);
    }
  }
}

/* Adds the points of one |q| to all blocks. */
static PetscErrorCode AddPoints(QlbeSpectralFiber f, const JumpPoints *t, const double F[],
                                double P_l[], double rows[])
{
  const PetscInt n_radial = f->grid.n_radial;
  const PetscInt n_s = f->grid.s.n;

  PetscFunctionBegin;
  for (PetscInt l = 0; l < f->grid.n_angular; l++) {
    gsl_matrix_view block = gsl_matrix_view_array(f->at_zero_k + l * n_radial * n_radial,
                                                  (size_t)n_radial, (size_t)n_radial);
    gsl_matrix_view view = gsl_matrix_view_array(rows, 2 * (size_t)t->n, (size_t)n_radial);
    int status;
    for (PetscInt i = 0; i < t->n; i++) {
      /* p . (p + q) = s^2 - q^2/4 + rho^2, and 2 s q is the difference of the squares */
      const double rho = f->grid.rho.x[i / n_s];
      const double sine = rho / sqrt(t->p2_before[i]) * rho / sqrt(t->p2_after[i]);
      const double c = t->cosine_before[i] * t->cosine_after[i] + sine;
      gsl_sf_result P;
      status = gsl_sf_legendre_Pl_e((int)l, PetscMax(-1.0, PetscMin(1.0, c)), &P);
      PetscCheck(status == GSL_SUCCESS, PETSC_COMM_SELF, PETSC_ERR_LIB, "Legendre polynomial: %s",
                 gsl_strerror(status));
      P_l[i] = P.val;
    }
    DirichletRows(f, l, t, F, P_l, rows);
    status = gsl_blas_dsyrk(CblasUpper, CblasTrans, -1.0, &view.matrix, 1.0, &block.matrix);
    PetscCheck(status == GSL_SUCCESS, PETSC_COMM_SELF, PETSC_ERR_LIB, "dsyrk: %s",
               gsl_strerror(status));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeSpectralRest_Private(QlbeSpectralFiber f)
{
  const PetscInt n = f->grid.n_radial, n_l = f->grid.n_angular;
  const PetscInt n_points = f->grid.s.n * f->grid.rho.n;
  const JumpPoints *points;
  double *P_l, *rows;

  PetscFunctionBegin;
  PetscCall(QlbeSpectralModesAtRest_Private(f));
  PetscCall(PetscCalloc1(n_l * n * n, &f->at_zero_k));
  PetscCall(PetscMalloc2(n_points, &P_l, 2 * n_points * n, &rows));
  for (PetscInt iq = f->team.rank; iq < f->grid.q.n; iq += f->team.size) {
    PetscCall(QlbeJumpPointsGet_Private(f, iq, &points));
    PetscCall(AddPoints(f, points, f->F_rest + iq * f->grid.rho.n, P_l, rows));
  }
  PetscCall(PetscFree2(P_l, rows));
  PetscCall(f->team.sum(f->team.context, n_l * n * n, f->at_zero_k));
  for (PetscInt l = 0; l < n_l; l++) {
    double *block = f->at_zero_k + l * n * n;
    for (PetscInt i = 0; i < n; i++) {
      for (PetscInt j = 0; j < i; j++) block[i * n + j] = block[j * n + i];
    }
  }
  PetscFunctionReturn(0);
}
