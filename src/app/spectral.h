/* The spectral discretisation of one run: orders, fibers, and the levels of a fiber with their
   errors. Private to the commands. */
#ifndef QLBE_APP_SPECTRAL_H
#define QLBE_APP_SPECTRAL_H

#include "qlbe/limits.h"
#include "qlbe/problem.h"
#include "qlbe/report.h"
#include "qlbe/spectral_fiber.h"
#include "qlbe/spectrum.h"

/* Whether the deck asks for the spectral basis. Not collective. */
PetscErrorCode SpectralChosen(const QlbeProblem *problem, PetscBool *chosen);

/* Orders of basis and quadrature from the options. Not collective. */
PetscErrorCode SpectralOrders(const QlbeProblem *problem, QlbeSpectralOrders *orders);

/* The largest wave number that a basis of this kind serves. Not collective. */
double SpectralLargestWaveNumber(const QlbeParameters *par);

/*
   The step in k of the differences that the derivatives of L_k come from. Half of it is used too,
   so that their error is of fourth order: in a kappa/hbar, the phase that k adds to the amplitude,
   and in hbar k over the momenta on which rates vary. At smaller steps the rounding of F, whose
   cones at -+kappa the quadrature has to see, takes more than the truncation gives back.
*/
double SpectralDifferenceStep(const QlbeParameters *par);

/* Complains, with *exit_status = QLBE_EXIT_BAD_INPUT, about wave numbers, orders and tolerances
   that cannot be served. Not collective. */
PetscErrorCode SpectralFeasible(const QlbeProblem *problem, double k_max, QlbeComplaint *complaint);

/* The same about orders that the options ask for together, and about grid_auto. Not collective. */
PetscErrorCode SpectralOrdersFeasible(const QlbeProblem *problem, double k_max,
                                      QlbeComplaint *complaint);

/* A fiber operator for |k| <= k_max under the phase "kernel tables". Collective. */
PetscErrorCode SpectralCreate(const QlbeProblem *problem, const QlbeSpectralOrders *orders,
                              double k_max, QlbeSpectralFiber *fiber);

/* Assembles |k| = k in sector m under the phase "assembly". Collective. */
PetscErrorCode SpectralAssemble(const QlbeProblem *problem, QlbeSpectralFiber fiber, double k,
                                PetscInt m);

/* One line with the orders on the terminal. Collective. */
PetscErrorCode SpectralAnnounce(const QlbeProblem *problem, QlbeSpectralFiber fiber);

/* Type and orders into the report's group "grid". Not collective. */
PetscErrorCode SpectralReportOrders(const QlbeSpectralOrders *orders, QlbeReport report);

/* Orders, and whether they have settled, as the row of a step, and back. */
enum { SPECTRAL_ORDERS_WIDTH = 4 };
void SpectralOrdersToRow(const QlbeSpectralOrders *orders, PetscBool settled,
                         double row[SPECTRAL_ORDERS_WIDTH]);
void SpectralOrdersFromRow(const double row[SPECTRAL_ORDERS_WIDTH], QlbeSpectralOrders *orders,
                           PetscBool *settled);

/* The basis whose results are compared with those of `orders`: a sixth of the radial functions and
   one angular momentum fewer. */
QlbeSpectralOrders SpectralSmaller(const QlbeSpectralOrders *orders);

/* The quadrature that one is compared with has a quarter more nodes in each variable: errors fall
   exponentially. */
#define SPECTRAL_REFINED 1.25

/* Errors of the quadrature in units of the change: as much again is left room for. */
#define SPECTRAL_QUADRATURE_SAFETY 2.0

/*
   Rounding of eps(k), a rate: at k > 0 that of differences in k of the transverse integral, which
   are the worse the smaller kappa is. Seen were 1e-13 of the escape rate for equal masses and 2e-12
   for M/m = 100: like escape rate over gap. At k = 0 it is that of sums alone. Not collective.
*/
double SpectralRounding(double k, double escape_rate, double gap);

/* What is measured while orders are raised: the number of interest in three bases, the last one
   full. */
typedef enum {
  SPECTRAL_FEWER_RADIAL,
  SPECTRAL_FEWER_ANGULAR,
  SPECTRAL_FULL,
  SPECTRAL_BASES
} SpectralBasis;
typedef PetscErrorCode SpectralMeasure(const QlbeProblem *problem, QlbeSpectralFiber fiber,
                                       void *context,
                                       const QlbeSpectralOrders bases[SPECTRAL_BASES],
                                       double value[SPECTRAL_BASES]);

/*
   Raises the orders until leaving out two radial functions, one angular momentum, or a quarter of
   the quadrature's nodes changes the measured number by less than tolerance, relative; prints a
   line for each step. Gives up where two steps do not halve the changes. *settled says whether the
   tolerance was reached; otherwise the orders are left as given. Collective.
*/
PetscErrorCode SpectralSettle(const QlbeProblem *problem, double tolerance, double k_max,
                              SpectralMeasure *measure, void *context, QlbeSpectralOrders *orders,
                              PetscBool *settled);

/* One discrete level of a fiber, or what the basis has in its place. */
typedef struct {
  QlbeEigenpair pair;
  PetscInt m;         /* its sector is m and, unless 0, -m: two levels */
  double basis_error; /* change of the value against the smaller basis; inf where that has none */
  PetscBool
      discrete; /* above the continuum's edge by far more than basis_error, a small part of it */
} SpectralLevel;

/*
   The leading `count` levels of |k| = k over all sectors, in the order of QlbeEigenpairOrder and
   by m, m > 0 once for each sign, into levels[count]; those that did not converge are nan and come
   last, their number is *missing. edge: real part where the continuum begins; scale: a rate that
   tolerances refer to. Collective.
*/
PetscErrorCode SpectralLevels(const QlbeProblem *problem, QlbeSpectralFiber fiber,
                              const QlbeSpectralOrders *orders, double k, PetscInt count,
                              double edge, double scale, SpectralLevel levels[], PetscInt *missing);

/* The leading eigenvalue of sector 0 in the basis of `orders`, of the fiber's last assembly; nan
   where none converged, or an option made it another. Collective. */
PetscErrorCode SpectralLeading(const QlbeProblem *problem, QlbeSpectralFiber fiber,
                               const QlbeSpectralOrders *orders, double scale, QlbeEigenpair *pair);

/*
   Largest real part of x^* A x/x^* x over all x, relative to scale. It is an eigenvalue of Re A,
   since A is complex symmetric: where it is not positive, exp(t A) contracts. Collective.
*/
PetscErrorCode SpectralContraction(const QlbeProblem *problem, Mat A, double scale,
                                   double *contraction);

#endif
