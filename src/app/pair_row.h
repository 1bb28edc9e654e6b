/* An eigenpair as numbers of a step's row. Private to the commands. */
#ifndef QLBE_APP_PAIR_ROW_H
#define QLBE_APP_PAIR_ROW_H

#include "qlbe/spectrum.h"

/* Reals that a pair takes. */
enum { PAIR_WIDTH = 10 };

/* What stands where no pair converged: nan, and no work. */
QlbeEigenpair PairMissing(void);

/*
   What the solver leaves of the error of a value, a rate: the quotient's error is quadratic in the
   residual, over the distance to the other eigenvalues, which is about the gap at k = 0.
*/
double PairSolverError(const QlbeEigenpair *pair, double gap);

/* There and back without loss. Not collective. */
void PairToRow(const QlbeEigenpair *pair, double row[PAIR_WIDTH]);
QlbeEigenpair PairFromRow(const double row[PAIR_WIDTH]);

#endif
