/* The Cartesian grid as a discretisation: what its files share. */
#ifndef QLBE_CARTESIAN_H
#define QLBE_CARTESIAN_H

#include "cartesian_box.h"
#include "fiber.h"
#include "qlbe/gas_average.h"

/* Kernel and dispersion for wave numbers up to k_max; coarser grids use those of a finer one. */
typedef struct {
  PetscInt references;
  QlbeJumpKernel kernel;
  QlbeDispersion dispersion;
} CartesianTables;

/* d->data. Tables and fiber are made with the first operator. */
typedef struct {
  QlbeMomentumGrid grid;
  double drop_tolerance;
  CartesianTables *tables;
  QlbeFiber fiber;
  double axis[3];         /* of the fibers that come next, where operators are symmetric */
  PetscBool symmetric;    /* operators act on functions with the symmetries of the axis */
  QlbeGasAverage average; /* for the edge of the continuum; made when it is first needed */
} Cartesian;

extern const QlbeDiscretisationOps QlbeDiscretisation_cartesian;

/* hbar/2a, the width of the forward peak, infinite without one; and the width of the jumps. */
double QlbeCartesianForwardWidth_Private(const QlbeParameters *par);
double QlbeCartesianJumpWidth_Private(const QlbeParameters *par);

/* The largest spacing that resolves forward peak and jumps. */
double QlbeCartesianResolvingSpacing_Private(const QlbeParameters *par);

/* Points of a coarser grid over the same box, of the same parity so that p = 0 stays or stays
   absent; `ratio` of the spacings about. */
PetscInt QlbeCartesianCoarserPoints_Private(PetscInt points, double ratio);

/* Points of the coarsest grid that errors of D ask for. */
PetscInt QlbeCartesianCoarsestPoints_Private(PetscInt points, PetscBool extrapolate);

/* Whether operators act on the functions with the symmetries of k alone. */
PetscBool QlbeCartesianSymmetric_Private(const QlbeProblem *problem,
                                         const QlbeDiscretisationUse *use);

/* The format of matrices that the settings ask for. */
QlbeFiberFormat QlbeCartesianFormat_Private(const QlbeProblem *problem);

/* Bytes that all ranks together have for matrices. Collective. */
PetscErrorCode QlbeCartesianMemory_Private(const QlbeProblem *problem, double *most_bytes);

/* Makes tables and fiber unless they are there. Collective. */
PetscErrorCode QlbeCartesianSetUp_Private(QlbeDiscretisation d);

/* An object on a grid of its own without tables. Collective. */
PetscErrorCode QlbeCartesianNew_Private(QlbeDiscretisation like, PetscInt points,
                                        double drop_tolerance, double k_max, QlbeDiscretisation *d);

/* The operations of the other files; contracts as in discretisation.h. */
PetscErrorCode QlbeCartesianServes_Private(const QlbeProblem *problem,
                                           const QlbeDiscretisationUse *use,
                                           QlbeComplaint *complaint);
double QlbeCartesianLargestWaveNumber_Private(const QlbeProblem *problem);
PetscErrorCode QlbeCartesianEstimate_Private(const QlbeProblem *problem,
                                             const QlbeDiscretisationUse *use,
                                             QlbeDiscretisationCost *cost);
PetscErrorCode QlbeCartesianPrintCost_Private(const QlbeProblem *problem,
                                              const QlbeDiscretisationUse *spectrum,
                                              const QlbeDiscretisationUse *diffusion, FILE *out);
PetscErrorCode QlbeCartesianNear_Private(QlbeDiscretisation d, double k, QlbeDiscretisation *near);
PetscErrorCode QlbeCartesianGetSiblings_Private(QlbeDiscretisation d, QlbeComparison what,
                                                PetscInt *n, QlbeSiblingTraits traits[]);
PetscErrorCode QlbeCartesianCreateSibling_Private(QlbeDiscretisation d, QlbeComparison what,
                                                  PetscInt i, double k_max,
                                                  QlbeDiscretisation *sibling);
PetscInt QlbeCartesianReference_Private(QlbeDiscretisation d, QlbeComparison what, PetscInt i);
PetscBool QlbeCartesianIsolated_Private(QlbeDiscretisation d, const QlbeLevelChange *level);
PetscErrorCode QlbeCartesianDescribeLevels_Private(QlbeDiscretisation d, const double change[],
                                                   QlbeEntries *entries);
double QlbeCartesianLevelError_Private(QlbeDiscretisation d, const QlbeLevelChange *level);
PetscErrorCode QlbeCartesianDiffusionErrors_Private(QlbeDiscretisation d,
                                                    const QlbeDiffusionChanges *changes,
                                                    QlbeDiffusionErrors *errors,
                                                    QlbeEntries *entries);
double QlbeCartesianTableError_Private(const QlbeParameters *par);

/* Relative accuracy of the kernel tables: far below any discretisation error. */
#define CARTESIAN_TABLE_TOLERANCE 1e-12

#endif
