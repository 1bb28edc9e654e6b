/*
   Physical parameters of the test particle and the gas, in the code's internal units.

   Internal units have hbar as stored in the struct (1 for both unit systems of the deck); a deck in
   SI units is scaled once, in units.h, before this struct is filled. Plain data: freely copied,
   never shared by reference between modules.
*/
#ifndef QLBE_PARAMETERS_H
#define QLBE_PARAMETERS_H

typedef enum {
  QLBE_HARD_SPHERE, /* partial waves S_l = -h2_l/h1_l (2.11) */
  QLBE_CONSTANT,    /* f = -a, s-wave scattering; T_q has a closed form */
  QLBE_CLASSICAL    /* |f|^2 = a^2/4 without a phase: only the k = 0 process is defined */
} QlbeInteractionType;

typedef struct {
  double M;      /* mass of the test particle */
  double m;      /* mass of a gas particle */
  double m_star; /* reduced mass m M / (m + M) */
  double eta;    /* number density of the gas */
  double beta;   /* inverse temperature 1/kT */
  double hbar;   /* Planck's constant over 2 pi */
  double a;      /* distance of centres at contact */
  QlbeInteractionType interaction;
} QlbeParameters;

#endif
