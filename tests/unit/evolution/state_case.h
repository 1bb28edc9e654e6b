/*
   Three packets in general position, and their wave functions written down afresh: normalised
   neither here nor there.
*/
#ifndef QLBE_TEST_STATE_CASE_H
#define QLBE_TEST_STATE_CASE_H

#include "check.h"
#include "qlbe/quantum_state.h"

#define HBAR 0.7

enum { PACKETS = 3 };

static const double WIDTH[3] = {0.8, 1.1, 0.5};

/*
   The first two overlap in position and momentum, with a relative phase; the third stands off in
   both.
*/
static const QlbePacket PACKET[PACKETS] = {
    {1.0, {0.3, -0.2, 0.1}, {0.2, 0.1, -0.3}},
    {0.6 - 0.9 * I, {0.9, -0.7, 0.4}, {-0.1, 0.3, 0.2}},
    {-0.4 + 0.5 * I, {-1.2, 1.5, 0.8}, {0.8, -0.6, 0.9}},
};

/* psi(p) of n packets, and iota hbar d psi/dp_i, which is x psi, into x[3]. */
static inline PetscScalar WaveFunction(PetscInt n, const QlbePacket packets[], const double p[3],
                                       PetscScalar x[3])
{
  PetscScalar psi = 0.0;

  for (int i = 0; i < 3; i++) x[i] = 0.0;
  for (PetscInt a = 0; a < n; a++) {
    PetscScalar packet = packets[a].amplitude;

    for (int i = 0; i < 3; i++) {
      const double sigma = HBAR / (2.0 * WIDTH[i]), q = (p[i] - packets[a].momentum[i]) / sigma;

      packet *= pow(2.0 * PETSC_PI * sigma * sigma, -0.25) * exp(-0.25 * q * q) *
                PetscExpScalar(-PETSC_i * p[i] * packets[a].position[i] / HBAR);
    }
    psi += packet;
    for (int i = 0; i < 3; i++) {
      const double sigma = HBAR / (2.0 * WIDTH[i]);

      x[i] += packet * (packets[a].position[i] -
                        PETSC_i * HBAR * (p[i] - packets[a].momentum[i]) / (2.0 * sigma * sigma));
    }
  }
  return psi;
}

/* psi(x) of n packets: real and positive at the centre of a packet of amplitude 1. */
static inline PetscScalar WaveFunctionAt(PetscInt n, const QlbePacket packets[], const double x[3])
{
  PetscScalar psi = 0.0;

  for (PetscInt a = 0; a < n; a++) {
    PetscScalar packet = packets[a].amplitude;

    for (int i = 0; i < 3; i++) {
      const double y = x[i] - packets[a].position[i];

      packet *= pow(2.0 * PETSC_PI * WIDTH[i] * WIDTH[i], -0.25) *
                PetscExpScalar(-0.25 * y * y / (WIDTH[i] * WIDTH[i]) +
                               PETSC_i * packets[a].momentum[i] * y / HBAR);
    }
    psi += packet;
  }
  return psi;
}

/*
   The trapezoidal rule, which knows no error of order here: nodes step[i] apart in a box of
   +-(margin + 9 widths).
*/
typedef struct {
  int half[3];
  double step[3];
} Box;

static inline Box BoxFor(const double width[3], double margin)
{
  Box box;

  for (int i = 0; i < 3; i++) {
    box.step[i] = 0.45 * width[i];
    box.half[i] = (int)ceil((margin + 9.0 * width[i]) / box.step[i]);
  }
  return box;
}

static inline double BoxVolume(const Box *box)
{
  return box->step[0] * box->step[1] * box->step[2];
}

static inline void BoxNode(const Box *box, int a, int b, int c, double x[3])
{
  x[0] = a * box->step[0];
  x[1] = b * box->step[1];
  x[2] = c * box->step[2];
}

#define FOR_BOX(box)                                                                               \
  for (int ia = -(box).half[0]; ia <= (box).half[0]; ia++)                                         \
    for (int ib = -(box).half[1]; ib <= (box).half[1]; ib++)                                       \
      for (int ic = -(box).half[2]; ic <= (box).half[2]; ic++)

/* A quasi-random point of the cube [-1, 1]^3. */
static inline void CubePoint(int i, double x[3])
{
  x[0] = 2.0 * fmod(0.5 + 0.8191725134 * i, 1.0) - 1.0;
  x[1] = 2.0 * fmod(0.5 + 0.6710436067 * i, 1.0) - 1.0;
  x[2] = 2.0 * fmod(0.5 + 0.5497004779 * i, 1.0) - 1.0;
}

#endif
