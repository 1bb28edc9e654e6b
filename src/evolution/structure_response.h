/*
   S(w) and F(t) of one matrix by both routes, and the choice of one. Private to this folder.
*/
#ifndef QLBE_EVOLUTION_STRUCTURE_RESPONSE_H
#define QLBE_EVOLUTION_STRUCTURE_RESPONSE_H

#include "correlation.h"
#include "qlbe/krylov_form.h"
#include "qlbe/problem.h"

/* Where S and F are wanted, and rates of the fiber. Plain data. */
typedef struct {
  PetscInt points, n_times;
  const double *omega, *times; /* ascending */
  double rate;                 /* of the decay of F, roughly */
  double fast;                 /* of the fastest change in momentum space */
  double gap;
} ResponseQuery;

typedef struct {
  QlbeKrylovForm form;
  Correlation correlation;
  PetscBool by_resolvent; /* the route that values come from */
  double S_change;        /* of S by the Krylov space at the last look, the largest */
  PetscScalar *F;         /* [n_times], by the Krylov space */
  double *F_error;
} Response;

/*
   Both routes for A and x of norm 1; without `both`, Krylov spaces alone where they converge.
   Collective.
*/
PETSC_INTERN PetscErrorCode ResponseCreate(const QlbeProblem *problem, Mat A, Vec x,
                                           const ResponseQuery *query, PetscBool both, Response *r);
PETSC_INTERN PetscErrorCode ResponseDestroy(Response *r);

/* S at the frequency w by one route. Not collective. */
PETSC_INTERN PetscErrorCode ResponseSpectrum(const Response *r, PetscBool by_resolvent, double w,
                                             double *value, double *error);
/* Re F at time i of the query by one route. Not collective. */
PETSC_INTERN void ResponseTime(const Response *r, PetscBool by_resolvent,
                               const ResponseQuery *query, PetscInt i, double *value,
                               double *error);

/*
   int S dw and int (w^2 S + F'(0)/pi) dw = -F''(0) over all w, by the chosen route; of the
   evolution the second one is the curvature of F itself. Not collective.
*/
PETSC_INTERN PetscErrorCode ResponseIntegrals(const Response *r, const ResponseQuery *query,
                                              double *integral, double *second);

/* The w > 0 where S is half of S(0), nan where none is found. Not collective. */
PETSC_INTERN PetscErrorCode ResponseHalfWidth(const Response *r, const ResponseQuery *query,
                                              double *half_width);

/*
   The largest difference of the two routes in S and in F over the error that they claim together:
   at most 1 where both are right. 0 for times and spectra that nodes have spoilt. Not collective.
*/
PETSC_INTERN PetscErrorCode ResponseDisagreement(const Response *r, const ResponseQuery *query,
                                                 double *S, double *F);

/*
   The largest |S(-w) - S(w)| relative to S(0), or |Im F| of either route if that is larger: 0 where
   A_(-k) is the mirror image of A_k. Not collective.
*/
PETSC_INTERN PetscErrorCode ResponseAsymmetry(const Response *r, const ResponseQuery *query,
                                              double *asymmetry);

#endif
