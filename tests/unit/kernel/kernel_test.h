/*
   What the kernel tests share: parameters of two kinds, and the transverse integral by brute force.
*/
#ifndef QLBE_KERNEL_TEST_H
#define QLBE_KERNEL_TEST_H

#include "check.h"
#include "fiber_case.h"
#include "qlbe/interaction.h"

/* No two quantities alike, so that a factor in the wrong place shows. */
static inline QlbeParameters UnlikeParameters(QlbeInteractionType type)
{
  const QlbeParameters par = {.M = 2.5,
                              .m = 0.7,
                              .m_star = 0.7 * 2.5 / 3.2,
                              .eta = 0.6,
                              .beta = 1.3,
                              .hbar = 1.2,
                              .a = 0.8,
                              .interaction = type};
  return par;
}

/* The sum of a QlbeTeam over all ranks; the context is an int that counts the calls. */
static inline PetscErrorCode SumAndCount(void *context, PetscInt n, double data[])
{
  PetscFunctionBegin;
  (*(int *)context)++;
  PetscCallMPI(
      MPI_Allreduce(MPI_IN_PLACE, data, (PetscMPIInt)n, MPI_DOUBLE, MPI_SUM, PETSC_COMM_WORLD));
  PetscFunctionReturn(0);
}

/* p_perp = rho (1, 0) and k_perp = k (cos angle, sin angle) in the plane perpendicular to q. */
typedef struct {
  double q, rho, k, angle;
} TransversePoint;

/*
   F of (4.10) by the trapezoidal rule in Cartesian v, with the amplitude summed from partial waves
   at every node: no table, no expansion in angles. The nearest singularities of f(w, q/2) are at
   w = +- i q/2, so the rule converges geometrically for q > 0.
*/
static inline PetscErrorCode DirectTransverse(const QlbeParameters *par, QlbeInteraction inter,
                                              const TransversePoint *at, PetscComplex *F)
{
  const double thermal = sqrt(par->m / par->beta), to_p = par->m_star / par->M;
  const double width = PETSC_PI * at->q * par->m / par->m_star;
  const double h = PetscMin(0.45 * thermal, width / 28.0);
  const int n = (int)ceil(7.6 * thermal / h);
  const double half[2] = {0.5 * par->hbar * at->k * cos(at->angle),
                          0.5 * par->hbar * at->k * sin(at->angle)};
  PetscComplex sum = 0.0;

  PetscFunctionBegin;
  for (int i = -n; i <= n; i++) {
    for (int j = -n; j <= n; j++) {
      const double v[2] = {h * i, h * j};
      const double u[2] = {par->m_star / par->m * v[0] - to_p * at->rho,
                           par->m_star / par->m * v[1]};
      const double minus = hypot(u[0] + to_p * half[0], u[1] + to_p * half[1]);
      const double plus = hypot(u[0] - to_p * half[0], u[1] - to_p * half[1]);
      const double gauss = exp(-0.5 * par->beta / par->m * (v[0] * v[0] + v[1] * v[1]));
      PetscComplex f_minus, f_plus;

      if (gauss < 1e-13) continue;
      PetscCall(QlbeInteractionAmplitude(inter, minus, 0.5 * at->q, &f_minus, NULL));
      f_plus = f_minus;
      if (at->k > 0.0) PetscCall(QlbeInteractionAmplitude(inter, plus, 0.5 * at->q, &f_plus, NULL));
      sum += gauss * f_minus * PetscConj(f_plus);
    }
  }
  *F = h * h * sum;
  PetscFunctionReturn(0);
}

static inline double Dot(const double x[3], const double y[3])
{
  return x[0] * y[0] + x[1] * y[1] + x[2] * y[2];
}

/* J_k(p + q, p) of (4.10), term by term, with the direct F. */
static inline PetscErrorCode DirectJump(const QlbeParameters *par, QlbeInteraction inter,
                                        const double q[3], const double p[3], const double k[3],
                                        PetscComplex *J)
{
  const double length = sqrt(Dot(q, q)), p_par = Dot(p, q) / length, k_par = Dot(k, q) / length;
  const double exponent = 0.5 * par->m / par->m_star * length + par->m / par->M * p_par;
  double p_perp[3], k_perp[3], product;
  TransversePoint at;
  PetscComplex F = 0.0;

  PetscFunctionBegin;
  for (int i = 0; i < 3; i++) {
    p_perp[i] = p[i] - p_par * q[i] / length;
    k_perp[i] = k[i] - k_par * q[i] / length;
  }
  at.q = length;
  at.rho = sqrt(Dot(p_perp, p_perp));
  at.k = sqrt(Dot(k_perp, k_perp));
  product = at.rho * at.k;
  at.angle =
      product > 0.0 ? acos(PetscMax(-1.0, PetscMin(1.0, Dot(p_perp, k_perp) / product))) : 0.0;
  PetscCall(DirectTransverse(par, inter, &at, &F));
  *J = par->eta * par->m / (par->m_star * par->m_star * length) *
       exp(-par->beta * par->m * pow(par->hbar * k_par / par->M, 2) / 8.0) *
       pow(par->beta / (2.0 * PETSC_PI * par->m), 1.5) *
       exp(-0.5 * par->beta / par->m * exponent * exponent) * F;
  PetscFunctionReturn(0);
}

/* The same in the symmetric form nu^(-1/2)(p + q) J_k(p + q, p) nu^(1/2)(p). */
static inline PetscErrorCode DirectSymmetric(const QlbeParameters *par, QlbeInteraction inter,
                                             const double q[3], const double p[3],
                                             const double k[3], PetscComplex *A)
{
  double p2_after = 0.0;

  PetscFunctionBegin;
  for (int i = 0; i < 3; i++) p2_after += (p[i] + q[i]) * (p[i] + q[i]);
  PetscCall(DirectJump(par, inter, q, p, k, A));
  *A *= exp(0.25 * par->beta / par->M * (p2_after - Dot(p, p)));
  PetscFunctionReturn(0);
}

#endif
