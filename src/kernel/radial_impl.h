/* The radial discretisation: quadrature and matrices, shared by its files alone. */
#ifndef QLBE_RADIAL_IMPL_H
#define QLBE_RADIAL_IMPL_H

#include "qlbe/radial.h"
#include "qlbe/radial_basis.h"

/* One angular momentum; basis is NULL until it is asked for. */
typedef struct {
  QlbeRadialBasis basis;
  double *R;         /* [n_p][n_basis], the functions at the nodes */
  double *dirichlet; /* [n_basis][n_basis], the matrix of -L_0 */
  double *defect; /* [n_basis][n_basis], int int nu T (R' R'^T - R R^T), zero but for quadrature */
} QlbeRadialSector;

struct _p_QlbeRadial {
  QlbeParameters par;
  QlbeTeam team;
  PetscInt n_basis;
  double P; /* momentum scale of the functions */
  PetscInt n_p;
  double *p, *wp;  /* nodes |p|; wp includes 4 pi p^2 nu(p) */
  PetscInt *first; /* [n_p + 1], the points of node ip are first[ip] .. first[ip+1] - 1 */
  /* |p'|^2, 1 - cos(p', p) and nu(p) T_q(p) dp dq of every jump, at the nodes of this member */
  double *p2, *bend, *rate;
  PetscInt n_sectors;
  QlbeRadialSector *sectors; /* [n_sectors], by angular momentum */
};

/*
   Nodes are dealt to the members of the team in groups of neighbours, which share rules and have
   about as many points each. Sums over a group do not depend on the team, nor does the order in
   which groups are added.
*/
enum { RADIAL_GROUPS = 12 };

/* The group of node ip, and whether it is this member's. */
PetscInt QlbeRadialGroup_Private(QlbeRadial radial, PetscInt ip);
PetscBool QlbeRadialOwns_Private(QlbeRadial radial, PetscInt ip);

/* The sector of angular momentum l, computed if it is not there yet; owned by radial. */
PetscErrorCode QlbeRadialSector_Private(QlbeRadial radial, PetscInt l,
                                        const QlbeRadialSector **sector);

/* Frees what a sector holds. */
PetscErrorCode QlbeRadialSectorFree_Private(QlbeRadialSector *sector);

#endif
