/* The interaction object and the operations of each type; private to the module. */
#ifndef QLBE_INTERACTION_IMPL_H
#define QLBE_INTERACTION_IMPL_H

#include "qlbe/cross_sections.h"
#include "qlbe/interaction.h"

/* Largest a p/hbar at which amplitudes are computed. */
#define QLBE_KAPPA_MAX 1e6

/*
   One interaction. amplitude and cross_sections are required; the others may be NULL. Arguments are
   in range: those who call check them. No operation is collective.
*/
typedef struct {
  QlbeInteractionTraits traits;
  /* Makes and frees inter->data, what the operations keep between calls. */
  PetscErrorCode (*create)(QlbeInteraction inter);
  PetscErrorCode (*destroy)(QlbeInteraction inter);
  /* QlbeInteractionAmplitude. */
  PetscErrorCode (*amplitude)(QlbeInteraction inter, double z, double y, PetscComplex *f,
                              PetscComplex *dzf);
  /* QlbeInteractionForward; NULL: the amplitude at y = 0. */
  PetscErrorCode (*forward)(QlbeInteraction inter, double p, PetscComplex *f0);
  /* QlbeInteractionBatch; NULL: the amplitude at each point. */
  PetscErrorCode (*batch)(QlbeInteraction inter, PetscInt n, const double z[], double y,
                          double re[], double im[]);
  /* All of QlbeCrossSectionsCompute except f0. */
  PetscErrorCode (*cross_sections)(QlbeInteraction inter, double p, QlbeCrossSections *cs);
} QlbeInteractionOps;

#define QLBE_INTERACTION_DECLARE(NAME, name, text)                                                 \
  PETSC_INTERN const QlbeInteractionOps QlbeInteraction_##name##_Private;
QLBE_INTERACTION_LIST(QLBE_INTERACTION_DECLARE)
#undef QLBE_INTERACTION_DECLARE

struct _p_QlbeInteraction {
  const QlbeInteractionOps *ops;
  double a, hbar;
  QlbeTeam team; /* one member unless set */
  void *data;    /* owned by the operations */
};

/* The operation cross_sections of an amplitude that does not vary. Not collective. */
PETSC_INTERN PetscErrorCode QlbeCrossSectionsIsotropic_Private(QlbeInteraction inter, double p,
                                                               QlbeCrossSections *cs);

#endif
