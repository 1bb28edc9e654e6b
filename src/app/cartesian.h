/* The Cartesian discretisation of one run: grid, tables, fiber operator and its matrix. Private to
 * the commands. */
#ifndef QLBE_APP_CARTESIAN_H
#define QLBE_APP_CARTESIAN_H

#include "qlbe/limits.h"
#include "qlbe/problem.h"
#include "qlbe/fiber.h"
#include "qlbe/perturbation.h"
#include "qlbe/report.h"
#include "qlbe/spectrum.h"

typedef struct {
  QlbeMomentumGrid grid;
  QlbeJumpKernel kernel;
  QlbeDispersion dispersion;
  QlbeFiber fiber;
  Mat A;          /* the operator of the last fiber assembled, reused by the next */
  Vec x0;         /* nu^(1/2), normalised */
  PetscInt count; /* of eigenvalues */
  /* from CartesianSetAxis on, whether operators act on functions with the symmetries of the axis */
  PetscBool symmetric;
  double axis[3];
  double k_max;
  PetscBool borrows; /* kernel and dispersion of another */
} Cartesian;

/* Errors of dropped pairs, in units of what dropping changes on the coarser grid. */
#define CARTESIAN_DROP_SAFETY 3.0

/* Errors of eigenvalues from the box, in units of CartesianBoxShare: the momenta outside count more
   at larger k than in <p_x^2>. */
#define CARTESIAN_BOX_SAFETY 1.5

/* Rounding of sums over a row, as a part of the escape rate. */
#define CARTESIAN_SUM_ROUNDING 1e-14

/* Lattice weights with angular momenta up to this one: see docs/discretisation.md. */
enum { CARTESIAN_L_MAX = 4 };

/* Relative accuracy of the kernel tables: far below any discretisation error. */
#define CARTESIAN_TABLE_TOLERANCE 1e-12

/*
   What the tables leave of an eigenvalue, as a part of the escape rate: sums over a row of entries
   with errors of that tolerance. Up to 4e-11 was seen where k is an eighth of the largest one, for
   which tables are made; less the closer they are.
*/
#define CARTESIAN_TABLE_ERROR 1e-10

/*
   Builds everything but the matrix, for |k| <= k_max and so many eigenvalues of each fiber, 0 for
   other uses; half_width is a momentum, drop_tolerance as in fiber.h. Collective.
*/
PetscErrorCode CartesianCreate(const QlbeProblem *problem, PetscInt count, PetscInt points,
                               double half_width, double k_max, double drop_tolerance,
                               Cartesian *c);
/*
   The same on fewer points over the box of `fine`, for the same wave numbers and with its tables:
   `fine` has to stay until the coarser one is destroyed. Collective.
*/
PetscErrorCode CartesianCreateCoarser(const QlbeProblem *problem, const Cartesian *fine,
                                      PetscInt points, double drop_tolerance, Cartesian *c);
PetscErrorCode CartesianDestroy(Cartesian *c);

/* Points of a coarser grid over the same box, of the same parity so that p = 0 stays or stays
   absent; `ratio` of the spacings about. */
PetscInt CartesianCoarserPoints(PetscInt points, double ratio);

/* Share of the momenta outside the box in <p_x^2>: what the box costs D and eps(k), relative.
   extent in thermal momenta. */
double CartesianBoxShare(double extent);

/*
   Complains, with *exit_status = QLBE_EXIT_BAD_INPUT, about parameters that have no fibers on a
   grid: no gas, or an interaction without a phase. Not collective.
*/
PetscErrorCode CartesianUsable(const QlbeProblem *problem, const char who[],
                               QlbeComplaint *complaint);

/*
   The format of matrices from grid_matrix, and the bytes that all ranks of the run have for them.
   Collective.
*/
PetscErrorCode CartesianFormat(const QlbeProblem *problem, QlbeFiberFormat *format,
                               double *most_bytes);

/*
   Whether operators act on the functions with the symmetries of k alone, from grid_functions and
   the number of eigenvalues that are wanted: those have the leading eigenvector near k = 0, others
   have what is asked for beyond it. With count 0, for anything else than eigenvalues, never. Not
   collective.
*/
PetscErrorCode CartesianSymmetric(const QlbeProblem *problem, PetscInt count, PetscBool *symmetric);

/* Fewest and most rows of the matrices of fibers along n axes on the deck's grid, where so many
   eigenvalues are wanted. Not collective. */
PetscErrorCode CartesianRows(const QlbeProblem *problem, PetscInt count, PetscInt n,
                             const double axes[][3], double *fewest, double *most);

/* Bytes of a dense matrix. */
double CartesianDenseBytes(double rows);

/*
   Matrices on all ranks when each of the groups in fibers_groups holds so many, counted as if all
   groups were as small as the smallest: that one has the least memory. Not collective.
*/
PetscErrorCode CartesianCopies(const QlbeProblem *problem, PetscInt matrices, double *copies);

/*
   Complains about more eigenvalues than rows, and about dense matrices of such fibers that do not
   fit, so many of them in each group. Collective.
*/
PetscErrorCode CartesianFits(const QlbeProblem *problem, PetscInt count, PetscInt n,
                             const double axes[][3], PetscInt matrices, QlbeComplaint *complaint);

/*
   Complains about grids, or where `coarser` about coarser grids of error estimates, on which no
   jump reaches another node. Collective.
*/
PetscErrorCode CartesianReaches(const QlbeProblem *problem, PetscBool coarser,
                                QlbeComplaint *complaint);

/*
   Complains about grids without jumps, wave numbers and radii that no table of reasonable size
   serves. Collective.
*/
PetscErrorCode CartesianFeasible(const QlbeProblem *problem, double k_max,
                                 QlbeComplaint *complaint);

/* The largest wave number whose amplitude table and shifted boxes are of reasonable size. Not
   collective. */
double CartesianLargestWaveNumber(const QlbeParameters *par, double half_width);

/* Half width of the momentum box from grid_extent. Not collective. */
PetscErrorCode CartesianHalfWidth(const QlbeProblem *problem, double *half_width);

/* The largest spacing that resolves forward peak and jumps. Not collective. */
double CartesianResolvingSpacing(const QlbeParameters *par);

/* The largest spacing at which three levels show order 4: 1.5 times the resolving one. */
double CartesianAsymptoticSpacing(const QlbeParameters *par);

/*
   Error that the spacing h leaves of a value, from its change against a coarser grid: the
   correction of that order with half of it added, for an order that is not quite reached; never
   less than QlbeRichardsonLeast. nan where the change is. Not collective.
*/
double CartesianSpacingError(const QlbeParameters *par, const double h[2], double change,
                             double value, double order);

/*
   Two checks in the report, and a warning on the terminal, of whether the grid is fine enough: for
   the forward peak, hbar/2a, and for the width of the jumps, (2 m_star/m) (m kT)^(1/2).
   Collective.
*/
PetscErrorCode CartesianCheckResolution(const QlbeProblem *problem, double spacing,
                                        QlbeReport report);

/*
   The axis of the fibers that come next, by itself or through k = 0: decides, where operators act
   on functions with its symmetries, what rows and c->x0 stand for. Collective.
*/
PetscErrorCode CartesianSetAxis(const double axis[3], Cartesian *c);

/* One line with unknowns, format and memory for fibers along the axis, before anything large is
   allocated. Collective. */
PetscErrorCode CartesianAnnounce(const QlbeProblem *problem, const Cartesian *c);

/* Assembles the fiber k[3], which has the symmetries of the axis, into c->A under the phase
   "assembly". Collective. */
PetscErrorCode CartesianAssemble(const QlbeProblem *problem, const double k[3], Cartesian *c);

/* Frees the last fiber's matrix and its storage; tables stay for the next. Collective. */
PetscErrorCode CartesianFreeMatrix(Cartesian *c);

/*
   The largest step in k of the differences that CartesianPerturbation takes: a tenth of the wave
   number on which L_k varies, by the phase that k adds to the amplitude, a kappa/hbar, or by
   hbar k over the momenta on which rates vary. Not collective.
*/
double CartesianDifferenceStep(const QlbeParameters *par);

/* Error of the operator from its kernel tables at k > 0, as a part of the escape rate at p = 0. */
double CartesianTableError(const QlbeParameters *par);

/*
   D of the grid by second-order perturbation along z, leaving A_0 in c->A and z as axis; scale is
   the escape rate at p = 0. The result depends on the tables: those of c must serve the difference
   step, and no more for the same digits whatever else is computed. Collective.
*/
PetscErrorCode CartesianPerturbation(const QlbeProblem *problem, double scale, Cartesian *c,
                                     QlbePerturbation *result);

/*
   A solver for the leading eigenvalues with the run's options and the guess nu^(1/2). One for each
   fiber: what a solver remembers of the one before, its random numbers too, would show in the last
   digits. Collective.
*/
PetscErrorCode CartesianSpectrum(const QlbeProblem *problem, Cartesian *c, QlbeSpectrum *spectrum);

#endif
