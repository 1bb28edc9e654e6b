/*
   Self intermediate scattering function F(k,t) = <1|exp(t L_k)|nu> and dynamic structure factor
   S(k,w) = (1/pi) Re <1|(i w - L_k)^(-1)|nu> of a particle in equilibrium with the gas.

   In the symmetric form F = x^T exp(t A_k) x and S = (1/pi) Re x^T (i w - A_k)^(-1) x,
   x = nu^(1/2). Both by two routes: in Krylov spaces of A_k (krylov_form.h), and by evolution in
   time, whose Fourier transform is S.
*/
#ifndef QLBE_STRUCTURE_FACTOR_H
#define QLBE_STRUCTURE_FACTOR_H

#include "qlbe/discretisation.h"
#include "qlbe/tasks.h"

/* What is asked for; internal units. Plain data. */
typedef struct {
  PetscInt n;
  const double *k;     /* [n], wave numbers > 0 in any order */
  double direction[3]; /* unit vector */
  PetscInt points;     /* frequencies from 0 to omega_max, at equal distances */
  double omega_max;    /* 0: for each fiber six times its rate, see QlbeStructureRate */
  PetscInt n_times;
  const double *times; /* [n_times], ascending; NULL: chosen for each fiber */
  double D, D_error;   /* diffusion constant, 0 without gas */
  double gap, scale;   /* of L_0, and escape rate at p = 0; 0 without gas */
} QlbeStructureQuery;

/* Numbers of one fiber. Plain data; internal units. */
typedef struct {
  double k;
  double peak, peak_error;             /* S(k,0) */
  double half_width, half_width_error; /* where S is half of S(k,0), a frequency */
  double eps;                          /* the mode that is left at late times, nan without one */
  double slope;                        /* F'(0) = <1|L_k|nu> */
  double second_moment;                /* -F''(0) = -<1|L_k^2|nu> */
  double second_by_route;    /* the same from int (w^2 S + F'(0)/pi) dw, or from F near t = 0 */
  double integral;           /* int S dw */
  double negative;           /* -S beyond its error, relative to the peak; at most 0 where S >= 0 */
  double asymmetry;          /* |S(-w) - S(w)| relative to the peak, or |Im F|: rounding */
  double S_excess, F_excess; /* difference of the two routes over the error they claim */
  double unresolved;         /* error of S relative to the peak */
  PetscBool by_resolvent;    /* values are those of Krylov spaces, else of the evolution */
  PetscInt steps;            /* dimensions of the Krylov space */
  PetscInt products;         /* with A_k in the evolution */
  PetscInt failures;         /* of the evolution, which then gives nothing */
} QlbeStructureFiber;

/* Plain data but for the arrays, each fiber's in turn. */
typedef struct {
  QlbeStructureFiber *fibers;        /* [n] */
  double *omega, *S, *S_error;       /* [n][points] */
  double *t, *F_re, *F_im, *F_error; /* [n][n_times] */
  QlbeEntries entries;               /* about the discretisation, "grid/..." */
  QlbeChecks checks;
} QlbeStructureResult;

/* Times of a fiber where the query has none. */
enum { QLBE_STRUCTURE_TIMES = 31 };

/*
   The rate at which F(k,t) decays, roughly: D k^2/2, or k v_th if that is less; v_th is the thermal
   velocity (M beta)^(-1/2). Not collective.
*/
PETSC_EXTERN double QlbeStructureRate(const QlbeParameters *par, double D, double k);

/* The use of a discretisation that this makes. Not collective. */
PETSC_EXTERN QlbeDiscretisationUse QlbeStructureUse(const QlbeStructureQuery *query);

/*
   All fibers, a task each. *stopped as in QlbeTasksCompute: the result is then of no use. The
   caller destroys it. Collective.
*/
PETSC_EXTERN PetscErrorCode QlbeStructureCompute(const QlbeProblem *problem, QlbeTasks tasks,
                                                 const QlbeStructureQuery *query,
                                                 QlbeStructureResult *result, PetscBool *stopped);
/* Frees the arrays. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeStructureDestroy(QlbeStructureResult *result);

#endif
