/*
   A run that starts from the fibers in a file.

   It has to have the same representation, and the same mass and temperature of the particle, which
   are in its weights. Gas and interaction may differ.

   The seal of the file is looked at before anything in it is: what follows then guards against
   files that others have made, not against damage. Whatever is wrong is agreed on by all ranks
   before the next collective call.
*/
#include <math.h>

#include "evolve_snapshot.h"
#include "qlbe/hdf5_read.h"

enum { REASON_SIZE = 512 };

/* The axis is a unit vector to this. */
static const double unit_length = 1e-12;

/* The product of counts n >= 0 into *product; false where it does not fit. */
static PetscBool Multiply(int n, const double counts[], PetscInt64 *product)
{
  *product = 1;
  for (int i = 0; i < n; i++) {
    const PetscInt64 factor = (PetscInt64)counts[i];
    if (factor > 0 && *product > PETSC_MAX_INT / factor) return PETSC_FALSE;
    *product *= factor;
  }
  return PETSC_TRUE;
}

/* The reals in each array, by the header; false where that is more than an array can have. */
enum { AXIS, MOMENTUM, CHAIN, FIBER, ARRAYS };
static const char *const array_names[ARRAYS] = {"snapshot/axis", "snapshot/momentum",
                                                "snapshot/chain", "snapshot/fiber"};
static PetscBool Sizes(const double h[HEADER], PetscInt64 size[ARRAYS])
{
  const double momentum[] = {2.0, h[UNKNOWNS_MOMENTUM]};
  const double chain[] = {6.0, h[CHAINS], h[UNKNOWNS_AXIAL]};
  const double fiber[] = {2.0, h[MAGNITUDES], h[DIRECTIONS], h[UNKNOWNS]};

  size[AXIS] = 3;
  return (PetscBool)(Multiply(2, momentum, &size[MOMENTUM]) && Multiply(3, chain, &size[CHAIN]) &&
                     Multiply(4, fiber, &size[FIBER]));
}

static PetscBool AllFinite(PetscInt64 n, const double values[])
{
  for (PetscInt64 i = 0; i < n; i++)
    if (!isfinite(values[i])) return PETSC_FALSE;
  return PETSC_TRUE;
}

/* Whether the counts of a header fit each other and the arrays of the file. Collective. */
static PetscErrorCode IsSound(MPI_Comm comm, const char path[], const double h[HEADER],
                              PetscBool *sound)
{
  static const int counts[] = {SYMMETRY, MAGNITUDES, DIRECTIONS,     POLAR,
                               CHAINS,   UNKNOWNS,   UNKNOWNS_AXIAL, UNKNOWNS_MOMENTUM};
  const double polar = h[POLAR];
  PetscInt64 size[ARRAYS], have;

  PetscFunctionBegin;
  *sound = PETSC_FALSE;
  if (!AllFinite(HEADER, h)) PetscFunctionReturn(0);
  for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
    const double count = h[counts[i]];
    if (!(count >= 0.0 && count <= (double)PETSC_MAX_INT / 2) || count != rint(count))
      PetscFunctionReturn(0);
  }
  if (h[MAGNITUDES] > 0.0 && !(polar >= 1.0 && h[UNKNOWNS] >= 1.0 && h[K_MAX] > 0.0 &&
                               h[SCALE] > 0.0 && isfinite(h[K_MAX] / h[SCALE])))
    PetscFunctionReturn(0);
  switch ((int)h[SYMMETRY]) {
  case QLBE_STATE_ISOTROPIC:
    if (h[CHAINS] != 1.0 || h[DIRECTIONS] != polar) PetscFunctionReturn(0);
    break;
  case QLBE_STATE_AXIAL:
    if (h[CHAINS] != 2.0 || h[DIRECTIONS] != polar) PetscFunctionReturn(0);
    break;
  case QLBE_STATE_GENERAL:
    if (h[CHAINS] != 6.0 || h[DIRECTIONS] != 4.0 * polar * polar) PetscFunctionReturn(0);
    break;
  default:
    PetscFunctionReturn(0);
  }
  if (!Sizes(h, size)) PetscFunctionReturn(0);
  for (int i = 0; i < ARRAYS; i++) {
    PetscCall(QlbeHDF5ReadSize(comm, path, array_names[i], &have));
    if (have != size[i]) PetscFunctionReturn(0);
  }
  *sound = PETSC_TRUE;
  PetscFunctionReturn(0);
}

/* Every rank learns of the error of any. Collective. */
static PetscErrorCode Agree(MPI_Comm comm, PetscErrorCode *ierr)
{
  PetscFunctionBegin;
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, ierr, 1, MPI_INT, MPI_MAX, comm));
  PetscFunctionReturn(0);
}

/* Room for all that a sound header speaks of. Not collective. */
static PetscErrorCode Prepare(const double h[HEADER], EvolvePlan *plan)
{
  EvolveSnapshot *s = &plan->snapshot;

  PetscFunctionBegin;
  plan->symmetry = (QlbeStateSymmetry)h[SYMMETRY];
  s->n_all = (PetscInt)h[UNKNOWNS];
  s->n_axial = (PetscInt)h[UNKNOWNS_AXIAL];
  s->n_momentum = (PetscInt)h[UNKNOWNS_MOMENTUM];
  PetscCall(
      EvolveSnapshotAllocate((size_t)h[MAGNITUDES] * (size_t)h[DIRECTIONS], (size_t)h[CHAINS], s));
  PetscFunctionReturn(0);
}

/* Arrays and the set of fibers of a file whose header is sound; *good where their numbers are.
 * Collective. */
static PetscErrorCode ReadArrays(MPI_Comm comm, const char path[], const double h[HEADER],
                                 EvolvePlan *plan, PetscBool *good)
{
  const double *axis = plan->axis;
  double *values[ARRAYS];
  PetscInt64 size[ARRAYS];
  PetscErrorCode ierr = Prepare(h, plan);

  PetscFunctionBegin;
  PetscCall(Agree(comm, &ierr));
  PetscCall(ierr);
  (void)Sizes(h, size);
  values[AXIS] = plan->axis;
  values[MOMENTUM] = (double *)plan->snapshot.momentum;
  values[CHAIN] = (double *)plan->snapshot.chain;
  values[FIBER] = (double *)plan->snapshot.fiber;
  *good = PETSC_TRUE;
  for (int i = 0; i < ARRAYS; i++) {
    if (size[i] == 0) continue;
    PetscCall(QlbeHDF5ReadReal(comm, path, array_names[i], (PetscInt)size[i], values[i]));
    if (!AllFinite(size[i], values[i])) *good = PETSC_FALSE;
  }
  if (!(fabs(sqrt(axis[0] * axis[0] + axis[1] * axis[1] + axis[2] * axis[2]) - 1.0) <= unit_length))
    *good = PETSC_FALSE;
  if (!*good || h[MAGNITUDES] == 0.0) PetscFunctionReturn(0);
  ierr = QlbeFiberSetCreate(plan->symmetry, plan->axis, (PetscInt)h[MAGNITUDES], (PetscInt)h[POLAR],
                            h[K_MAX], h[SCALE], &plan->set);
  PetscCall(Agree(comm, &ierr));
  PetscCall(ierr);
  PetscFunctionReturn(0);
}

/* The first number in which header differs from that of this run, or HEADER. */
static PetscErrorCode Compare(const QlbeProblem *problem, const double header[HEADER], int *differs)
{
  static const int agreed[] = {VERSION, SI_UNITS, UNIT_MOMENTUM, UNIT_LENGTH, SPECTRAL,
                               ORDER_A, ORDER_B,  THERMAL,       MASS};
  const EvolvePlan none = {.n_time = 0};
  const EvolveSnapshot nothing = {.n_all = 0};
  double own[HEADER] = {0.0};

  PetscFunctionBegin;
  PetscCall(EvolveSnapshotHeader(problem, &none, &nothing, own));
  *differs = HEADER;
  for (size_t i = 0; i < sizeof(agreed) / sizeof(agreed[0]) && *differs == HEADER; i++) {
    /* negated, so that nan differs */
    if (!(fabs(header[agreed[i]] - own[agreed[i]]) <= 1e-12 * fabs(own[agreed[i]])))
      *differs = agreed[i];
  }
  PetscFunctionReturn(0);
}

/* All of the file after its seal; *readable is false, without an error, where something does not
 * fit. Collective. */
static PetscErrorCode Read(const QlbeProblem *problem, const char path[], EvolvePlan *plan,
                           double header[HEADER], int *differs, PetscBool *readable)
{
  PetscInt64 size;

  PetscFunctionBegin;
  *readable = PETSC_FALSE;
  PetscCall(QlbeHDF5ReadSize(problem->comm, path, "snapshot/header", &size));
  if (size != HEADER) PetscFunctionReturn(0);
  PetscCall(QlbeHDF5ReadReal(problem->comm, path, "snapshot/header", HEADER, header));
  PetscCall(Compare(problem, header, differs));
  *readable = PETSC_TRUE;
  if (*differs < HEADER) PetscFunctionReturn(0);
  PetscCall(IsSound(problem->comm, path, header, readable));
  if (*readable) PetscCall(ReadArrays(problem->comm, path, header, plan, readable));
  PetscFunctionReturn(0);
}

/* Without a stack trace: a file that is none is the user's, not the program's, mistake. */
static PetscErrorCode TryRead(const QlbeProblem *problem, const char path[], EvolvePlan *plan,
                              double header[HEADER], int *differs, PetscBool *readable)
{
  PetscErrorCode ierr;

  PetscFunctionBegin;
  PetscCall(PetscPushErrorHandler(PetscReturnErrorHandler, NULL));
  ierr = Read(problem, path, plan, header, differs, readable);
  PetscCall(PetscPopErrorHandler());
  if (ierr) *readable = PETSC_FALSE;
  PetscFunctionReturn(0);
}

PetscErrorCode EvolveSnapshotRead(const QlbeProblem *problem, EvolvePlan *plan,
                                  QlbeComplaint *complaint)
{
  static const char *const names[HEADER] = {
      [VERSION] = "the snapshots of another version of the program,",
      [SPECTRAL] = "grid.type, 1 for spectral:",
      [ORDER_A] = "grid.points or grid.radial",
      [ORDER_B] = "grid.extent or grid.angular",
      [THERMAL] = "a thermal momentum of the particle, in internal units, of",
      [MASS] = "a particle mass, in internal units, of",
      [UNIT_MOMENTUM] = "a thermal momentum of the gas of",
      [UNIT_LENGTH] = "a thermal wavelength of the gas of",
      [SI_UNITS] = "units, 1 for si:"};
  char reason[REASON_SIZE];
  const char *path;
  double header[HEADER];
  PetscBool readable = PETSC_FALSE;
  int differs = HEADER;

  PetscFunctionBegin;
  plan->from_file = PETSC_TRUE;
  path = problem->settings->state.file;
  PetscCall(QlbeHDF5CheckSeal(problem->comm, path, sizeof(reason), reason));
  if (!reason[0]) PetscCall(TryRead(problem, path, plan, header, &differs, &readable));
  if (!readable)
    PetscCall(QlbeComplain(complaint, "state_file",
                           "expected a file that `evolve` has written with evolve.save_fibers, "
                           "`%.300s` is none that can be read%s%.300s",
                           path, reason[0] ? ": " : "", reason));
  else if (differs < HEADER)
    PetscCall(QlbeComplain(complaint, "state_file",
                           "`%.300s` was made with %s %.12g, expected the same in this problem",
                           path, names[differs], header[differs]));
  PetscFunctionReturn(0);
}
