/* Which levels of two discretisations belong together. Private to the module. */
#ifndef QLBE_PAIR_PARTNERS_H
#define QLBE_PAIR_PARTNERS_H

#include "qlbe/spectrum.h"

/* Levels of one discretisation. */
typedef struct {
  PetscInt n;
  const QlbeEigenpair *pairs; /* [n] */
  const PetscInt *sector;     /* [n], only levels of the same sector are compared; NULL for one */
} PairList;

/*
   Partners of the levels of `of` among those of `among`, as values partner[of->n]: the two that are
   closest belong together, then the two that are closest among the rest, and so on, so that none
   serves twice. nan where none is left, and for pairs that have no value or that an option has
   chosen in the place of the leading ones. Not collective.
*/
PetscErrorCode PairPartners(const PairList *of, const PairList *among, PetscScalar partner[]);

#endif
