/*
   The structure factor of one fiber as a row of reals. Private to this folder.
*/
#ifndef QLBE_EVOLUTION_STRUCTURE_FIBER_H
#define QLBE_EVOLUTION_STRUCTURE_FIBER_H

#include "qlbe/structure_factor.h"

/* The discretisation and its siblings, made by the first task that needs them. */
typedef struct {
  QlbeDiscretisation d, sibling[QLBE_MOST_SIBLINGS];
  PetscInt n; /* siblings */
  QlbeSiblingTraits traits[QLBE_MOST_SIBLINGS];
} StructureLadder;

/* The arrays of a row after the numbers: frequencies, S, its error; times, F, Im F, error. */
typedef struct {
  double *omega, *S, *S_error, *t, *F_re, *F_im, *F_error;
} StructureArrays;

/* Reals of a row. Not collective. */
PETSC_INTERN PetscInt StructureRowWidth(const QlbeStructureQuery *query);
/* Where the arrays of a row are. Not collective. */
PETSC_INTERN StructureArrays StructureRowArrays(const QlbeStructureQuery *query, double row[]);
/* The numbers of a row. Not collective. */
PETSC_INTERN QlbeStructureFiber StructureRowFiber(const double row[]);

/* Computes fiber i of the query into row[]. Collective. */
PETSC_INTERN PetscErrorCode StructureFiber(const QlbeProblem *problem,
                                           const QlbeStructureQuery *query,
                                           const StructureLadder *ladder, PetscInt i, double row[]);

#endif
