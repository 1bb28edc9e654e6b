/*
   Physical parameters of the test particle and the gas, in the code's internal units.

   Internal units have hbar as stored in the struct (1 for both unit systems of the deck); a deck in
   SI units is scaled once, in units.h, before this struct is filled. Plain data: freely copied,
   never shared by reference between modules.
*/
#ifndef QLBE_PARAMETERS_H
#define QLBE_PARAMETERS_H

#include <petscsys.h>

/*
   All interactions. ROW(NAME, name, text) declares the type QLBE_NAME, the choice `name` of
   interaction.type, whose help is text, and the operations QlbeInteraction_name_Private, which
   src/scattering/name.c defines.
*/
#define QLBE_INTERACTION_LIST(ROW)                                                                 \
  ROW(HARD_SPHERE, hard_sphere, "partial waves")                                                   \
  ROW(CONSTANT, constant, "f = -a")                                                                \
  ROW(CLASSICAL, classical, "|f|^2 = a^2/4, k = 0 only")

#define QLBE_INTERACTION_TYPE(NAME, name, text) QLBE_##NAME,
typedef enum {
  QLBE_INTERACTION_LIST(QLBE_INTERACTION_TYPE) QLBE_INTERACTION_COUNT /* not a type: their number */
} QlbeInteractionType;
#undef QLBE_INTERACTION_TYPE

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

/* Name of a type, the choice of interaction.type; "unknown" for others. Static; not collective. */
PETSC_EXTERN const char *QlbeInteractionGetName(QlbeInteractionType type);

#endif
