/* The BGK model as a discretisation: what its files share. */
#ifndef QLBE_BGK_H
#define QLBE_BGK_H

#include "discretisation_impl.h"
#include "momentum_grid.h"

/* Rounding of sums over nodes, as a part of gamma. */
#define BGK_ROUNDING 1e-14

/* The coarser grid that tells errors has as many points fewer per axis, and the node at 0 too. */
enum { BGK_FEWER_POINTS = 4 };

/* A grid of nodes; d->data. */
typedef struct {
  QlbeMomentumGrid grid;
  double gamma; /* rate of collisions */
} Bgk;

/* The rate of collisions with spheres of radius a; any positive number will do. */
double BgkRate(const QlbeParameters *par);

/* nu^(1/2) at this rank's nodes, of norm 1. The caller destroys it. Collective. */
PetscErrorCode BgkEquilibrium(const Bgk *bgk, const QlbeParameters *par, Vec *x0);

/* A_k without entries: products, also transposed, diagonal, copies and real part. Collective. */
PetscErrorCode BgkOperator(const Bgk *bgk, const QlbeParameters *par, const double k[3], Mat *A);

/* Operations by the settings of a problem, as in discretisation_impl.h. */
double BgkHalfWidth(const QlbeProblem *problem);
double BgkLargestWaveNumber(const QlbeProblem *problem);
PetscErrorCode BgkServes(const QlbeProblem *problem, const QlbeDiscretisationUse *use,
                         QlbeComplaint *complaint);
PetscErrorCode BgkEstimate(const QlbeProblem *problem, const QlbeDiscretisationUse *use,
                           QlbeDiscretisationCost *cost);
PetscErrorCode BgkPrintCost(const QlbeProblem *problem, const QlbeDiscretisationUse *spectrum,
                            const QlbeDiscretisationUse *diffusion, FILE *out);
PetscErrorCode BgkLine(const QlbeProblem *problem, const double axis[3], PetscInt *n,
                       double (**p)[3]);
double BgkRounding(const QlbeProblem *problem, double k, double scale, double gap);
PetscErrorCode BgkSizes(const QlbeProblem *problem, double sizes[2]);

#endif
