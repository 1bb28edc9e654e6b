/* The interaction object; private to the module. */
#ifndef QLBE_INTERACTION_IMPL_H
#define QLBE_INTERACTION_IMPL_H

#include "qlbe/interaction.h"
#include "partial_waves.h"

struct _p_QlbeInteraction {
  QlbeInteractionType type;
  double a, hbar;
  QlbeTeam team;          /* of one unless set */
  QlbePartialWaves waves; /* work space, and the waves of the last momentum */
};

/* Re f into re[n] and Im f / p into im[n] at the points (z[i], y), in momenta. Not collective. */
PETSC_INTERN PetscErrorCode QlbeInteractionBatch(QlbeInteraction inter, PetscInt n,
                                                 const double z[], double y, double re[],
                                                 double im[]);

#endif
