/*
   The symmetric kernel (4.10), (4.12) at k = (0, 0, wave_number), written out, from a table of the
   transverse integral for one |q|.
*/
#ifndef QLBE_SPECTRAL_DIRECT_H
#define QLBE_SPECTRAL_DIRECT_H

#include "qlbe/transverse.h"
#include "unit/kernel/kernel_test.h"

static const double wave_number = 0.7;

/* The transverse integral at one |q|, contracted at one k_perp at a time. */
typedef struct {
  QlbeInteraction interaction;
  QlbeTransverse table;
  QlbeTransverseSlice slice;
  double *block, *work;
} OneLength;

static inline void OneLengthCreate(const QlbeParameters *par, double q, double rho_max,
                                   OneLength *t)
{
  const QlbeTransverseRange range = {q, q, rho_max, wave_number};
  PetscInt block, slice;

  assert_ok(QlbeInteractionCreate(par, &t->interaction));
  assert_ok(QlbeTransverseCreate(par, t->interaction, &range, 1e-10, &t->table));
  assert_ok(QlbeTransverseGetSizes(t->table, &block, &slice));
  assert_ok(PetscMalloc2(block, &t->block, slice, &t->work));
  assert_ok(QlbeTransverseBlock(t->table, q, t->block));
}

/* tilt is the cosine of the angle between q and k. */
static inline void OneLengthTilt(OneLength *t, double tilt)
{
  assert_ok(QlbeTransverseContract(t->table, t->block, wave_number * sqrt(1.0 - tilt * tilt),
                                   t->work, &t->slice));
}

static inline void OneLengthDestroy(OneLength *t)
{
  assert_ok(PetscFree2(t->block, t->work));
  assert_ok(QlbeTransverseDestroy(&t->table));
  assert_ok(QlbeInteractionDestroy(&t->interaction));
}

/*
   The symmetric kernel at |q| = length, from a slice of the transverse integral at the right
   k_perp.
*/
static inline PetscComplex Kernel(const QlbeParameters *par, const QlbeTransverseSlice *slice,
                                  const double q[3], const double p[3])
{
  const double length = sqrt(Dot(q, q)), k_par = wave_number * q[2] / length;
  const double along = Dot(p, q) / length, s = along + 0.5 * length;
  const double rho2 = PetscMax(Dot(p, p) - along * along, 0.0);
  const double x = wave_number * p[2] - along * k_par, ratio = par->beta * par->m / 2.0;
  double re, im;

  QlbeTransverseEvaluate(slice, 1, &rho2, &x, &re, &im);
  return par->eta * par->m / pow(par->m_star, 2) * pow(par->beta / (2.0 * PETSC_PI * par->m), 1.5) *
         exp(-par->beta * length * length / (8.0 * par->m)) / length *
         exp(-ratio * (pow(s / par->M, 2) + pow(0.5 * par->hbar * k_par / par->M, 2))) *
         PetscCMPLX(re, im);
}

#endif
