/* An eigenpair as numbers of a task's row. */
#ifndef QLBE_PAIR_ROW_H
#define QLBE_PAIR_ROW_H

#include "qlbe/spectrum.h"

/* Reals that a pair takes. */
enum { QLBE_PAIR_WIDTH = 10 };

/* What stands where no pair converged: nan, and no work. */
PETSC_EXTERN QlbeEigenpair QlbePairMissing(void);

/*
   What the solver leaves of the error of a value, a rate: the quotient's error is quadratic in the
   residual, over the distance to the other eigenvalues, which is about the gap at k = 0.
*/
PETSC_EXTERN double QlbePairSolverError(const QlbeEigenpair *pair, double gap);

/* There and back without loss. Not collective. */
PETSC_EXTERN void QlbePairToRow(const QlbeEigenpair *pair, double row[QLBE_PAIR_WIDTH]);
PETSC_EXTERN QlbeEigenpair QlbePairFromRow(const double row[QLBE_PAIR_WIDTH]);

#endif
