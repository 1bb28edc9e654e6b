/*
   All fibers at one time in a file, and a run that starts from them.

   Vectors are stored as they are, in the representation of grid or basis; a run that reads them has to have the same one, and the same mass and
   temperature of the particle, which are in its weights. Gas and interaction may differ.
*/
#include <math.h>

#include "evolve.h"
#include "qlbe/hdf5_read.h"

/* The numbers that a reader has to know or to agree with, in the order of the array "snapshot/header". */
enum {
  VERSION,
  SPECTRAL,
  SYMMETRY,
  MAGNITUDES,
  DIRECTIONS,
  POLAR,
  K_MAX, /* internal units */
  SCALE,
  CHAINS,
  UNKNOWNS,
  UNKNOWNS_AXIAL,
  UNKNOWNS_MOMENTUM,
  ORDER_A, /* points, or radial functions */
  ORDER_B, /* half width in thermal momenta, or angular functions */
  THERMAL, /* (M/beta)^(1/2) and M, internal units */
  MASS,
  UNIT_MOMENTUM, /* what these are: deck units of one internal unit */
  UNIT_LENGTH,
  SI_UNITS,
  HEADER
};
static const double version = 1.0;

static PetscErrorCode Allocate(PetscInt fibers, PetscInt chains, EvolveSnapshot *s)
{
  PetscFunctionBegin;
  PetscCall(PetscCalloc1((size_t)fibers * (size_t)s->n_all, &s->fiber));
  PetscCall(PetscCalloc1(s->n_momentum, &s->momentum));
  PetscCall(PetscCalloc1(3 * chains * s->n_axial, &s->chain));
  PetscFunctionReturn(0);
}

PetscErrorCode EvolveSnapshotCreate(const EvolvePlan *plan, const EvolveEngine *e,
                                    EvolveSnapshot *s)
{
  PetscFunctionBegin;
  *s = (EvolveSnapshot){.n_all = e->n_all, .n_axial = e->n_axial, .n_momentum = e->n_momentum};
  PetscCall(Allocate(plan->set.magnitude.n * plan->set.n_direction, plan->n_chain, s));
  PetscFunctionReturn(0);
}

PetscErrorCode EvolveSnapshotDestroy(EvolveSnapshot *s)
{
  PetscFunctionBegin;
  PetscCall(PetscFree(s->fiber));
  PetscCall(PetscFree(s->momentum));
  PetscCall(PetscFree(s->chain));
  PetscFunctionReturn(0);
}

PetscErrorCode EvolveStore(PetscInt n, const Vec x[], PetscScalar values[])
{
  PetscInt offset = 0;

  PetscFunctionBegin;
  for (PetscInt s = 0; s < n; s++) {
    const PetscScalar *a;
    PetscInt begin, end, size;
    PetscCall(VecGetOwnershipRange(x[s], &begin, &end));
    PetscCall(VecGetSize(x[s], &size));
    PetscCall(VecGetArrayRead(x[s], &a));
    PetscCall(PetscArraycpy(values + offset + begin, a, end - begin));
    PetscCall(VecRestoreArrayRead(x[s], &a));
    offset += size;
  }
  PetscFunctionReturn(0);
}

PetscErrorCode EvolveLoad(PetscInt n, const PetscScalar values[], Vec x[])
{
  PetscInt offset = 0;

  PetscFunctionBegin;
  for (PetscInt s = 0; s < n; s++) {
    PetscScalar *a;
    PetscInt begin, end, size;
    PetscCall(VecGetOwnershipRange(x[s], &begin, &end));
    PetscCall(VecGetSize(x[s], &size));
    PetscCall(VecGetArrayWrite(x[s], &a));
    PetscCall(PetscArraycpy(a, values + offset + begin, end - begin));
    PetscCall(VecRestoreArrayWrite(x[s], &a));
    offset += size;
  }
  PetscFunctionReturn(0);
}

/* What this run would write into a header. */
static PetscErrorCode FillHeader(QlbeRun *run, const EvolvePlan *plan, const EvolveSnapshot *s,
                                 double header[HEADER])
{
  const QlbeParameters *par = &run->parameters;
  PetscBool spectral;
  PetscInt points, radial, angular;
  double extent;

  PetscFunctionBegin;
  PetscCall(SpectralChosen(run, &spectral));
  PetscCall(QlbeOptionsGetInt(run->options, "grid_points", &points));
  PetscCall(QlbeOptionsGetReal(run->options, "grid_extent", &extent));
  PetscCall(QlbeOptionsGetInt(run->options, "grid_radial", &radial));
  PetscCall(QlbeOptionsGetInt(run->options, "grid_angular", &angular));
  header[VERSION] = version;
  header[SPECTRAL] = spectral ? 1.0 : 0.0;
  header[SYMMETRY] = (double)plan->symmetry;
  header[MAGNITUDES] = (double)plan->set.magnitude.n;
  header[DIRECTIONS] = (double)plan->set.n_direction;
  header[POLAR] = (double)plan->set.n_polar;
  header[K_MAX] = plan->set.k_max;
  header[SCALE] = plan->set.scale;
  header[CHAINS] = (double)plan->n_chain;
  header[UNKNOWNS] = (double)s->n_all;
  header[UNKNOWNS_AXIAL] = (double)s->n_axial;
  header[UNKNOWNS_MOMENTUM] = (double)s->n_momentum;
  header[ORDER_A] = (double)(spectral ? radial : points);
  header[ORDER_B] = spectral ? (double)angular : extent;
  header[THERMAL] = sqrt(par->M / par->beta);
  header[MASS] = par->M;
  header[UNIT_MOMENTUM] = run->units.momentum;
  header[UNIT_LENGTH] = run->units.length;
  header[SI_UNITS] = run->units.si ? 1.0 : 0.0;
  PetscFunctionReturn(0);
}

static PetscErrorCode SetComplex(QlbeReport report, const char path[], PetscInt n,
                                 const PetscScalar values[])
{
  const PetscInt shape[2] = {n, 2};

  PetscFunctionBegin;
  if (n > 0)
    PetscCall(QlbeReportSetRealArray(report, path, 2, shape, (const double *)values, NULL));
  PetscFunctionReturn(0);
}

PetscErrorCode EvolveSnapshotReport(QlbeRun *run, const EvolvePlan *plan, const EvolveSnapshot *s,
                                    QlbeReport report)
{
  const QlbeFiberSet *set = &plan->set;
  const PetscInt n_header = HEADER, three = 3;
  double header[HEADER];

  PetscFunctionBegin;
  PetscCall(FillHeader(run, plan, s, header));
  PetscCall(QlbeReportSetRealArray(report, "snapshot/header", 1, &n_header, header, NULL));
  PetscCall(QlbeReportSetRealArray(report, "snapshot/axis", 1, &three, plan->axis, NULL));
  PetscCall(SetComplex(report, "snapshot/momentum", s->n_momentum, s->momentum));
  PetscCall(SetComplex(report, "snapshot/chain", 3 * plan->n_chain * s->n_axial, s->chain));
  if (set->magnitude.n == 0) PetscFunctionReturn(0);
  PetscCall(SetComplex(report, "snapshot/fiber", set->magnitude.n * set->n_direction * s->n_all,
                       s->fiber));
  PetscFunctionReturn(0);
}

/* The set of fibers, and the vectors, of a file whose header is sound. */
static PetscErrorCode ReadArrays(MPI_Comm comm, const char path[], const double header[HEADER],
                                 EvolvePlan *plan, EvolveSnapshot *s)
{
  const PetscInt n = (PetscInt)header[MAGNITUDES], n_dir = (PetscInt)header[DIRECTIONS];

  PetscFunctionBegin;
  plan->symmetry = (QlbeStateSymmetry)header[SYMMETRY];
  s->n_all = (PetscInt)header[UNKNOWNS];
  s->n_axial = (PetscInt)header[UNKNOWNS_AXIAL];
  s->n_momentum = (PetscInt)header[UNKNOWNS_MOMENTUM];
  PetscCall(Allocate(n * n_dir, (PetscInt)header[CHAINS], s));
  PetscCall(QlbeHDF5ReadReal(comm, path, "snapshot/axis", 3, plan->axis));
  PetscCall(
      QlbeHDF5ReadReal(comm, path, "snapshot/momentum", 2 * s->n_momentum, (double *)s->momentum));
  PetscCall(QlbeHDF5ReadReal(comm, path, "snapshot/chain",
                             6 * (PetscInt)header[CHAINS] * s->n_axial, (double *)s->chain));
  if (n == 0) PetscFunctionReturn(0);
  PetscCall(QlbeFiberSetCreate(plan->symmetry, plan->axis, n, (PetscInt)header[POLAR],
                               header[K_MAX], header[SCALE], &plan->set));
  PetscCall(
      QlbeHDF5ReadReal(comm, path, "snapshot/fiber", 2 * n * n_dir * s->n_all, (double *)s->fiber));
  PetscFunctionReturn(0);
}

/* The first number in which header differs from that of this run, or HEADER. */
static PetscErrorCode Compare(QlbeRun *run, const double header[HEADER], int *differs)
{
  static const int agreed[] = {VERSION, SI_UNITS, UNIT_MOMENTUM, UNIT_LENGTH, SPECTRAL,
                               ORDER_A, ORDER_B,  THERMAL,       MASS};
  const EvolvePlan none = {.n_time = 0};
  const EvolveSnapshot nothing = {.n_all = 0};
  double own[HEADER] = {0.0};

  PetscFunctionBegin;
  PetscCall(FillHeader(run, &none, &nothing, own));
  *differs = HEADER;
  for (size_t i = 0; i < sizeof(agreed) / sizeof(agreed[0]) && *differs == HEADER; i++)
    if (fabs(header[agreed[i]] - own[agreed[i]]) > 1e-12 * fabs(own[agreed[i]]))
      *differs = agreed[i];
  PetscFunctionReturn(0);
}

/* Whether the counts of a header fit each other; a damaged file must not lead out of the arrays. */
static PetscBool IsSound(const double header[HEADER])
{
  static const int counts[] = {MAGNITUDES,     DIRECTIONS,       POLAR, CHAINS, UNKNOWNS,
                               UNKNOWNS_AXIAL, UNKNOWNS_MOMENTUM};
  const double polar = header[POLAR];

  for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
    if (!(header[counts[i]] >= 0.0 && header[counts[i]] < 1e8)) return PETSC_FALSE;
  if (!(header[UNKNOWNS] * PetscMax(1.0, header[MAGNITUDES] * header[DIRECTIONS]) < 1e9))
    return PETSC_FALSE;
  switch ((int)header[SYMMETRY]) {
  case QLBE_STATE_ISOTROPIC:
    return (PetscBool)(header[CHAINS] == 1.0 && header[DIRECTIONS] == polar);
  case QLBE_STATE_AXIAL:
    return (PetscBool)(header[CHAINS] == 2.0 && header[DIRECTIONS] == polar);
  case QLBE_STATE_GENERAL:
    return (PetscBool)(header[CHAINS] == 6.0 && header[DIRECTIONS] == 4.0 * polar * polar);
  default:
    return PETSC_FALSE;
  }
}

/* Reads without a stack trace: a file that is none is the user's, not the program's, mistake. */
static PetscErrorCode TryRead(QlbeRun *run, const char path[], EvolvePlan *plan,
                              double header[HEADER], int *differs, PetscBool *readable)
{
  PetscErrorCode ierr;

  PetscFunctionBegin;
  PetscCall(PetscPushErrorHandler(PetscReturnErrorHandler, NULL));
  ierr = QlbeHDF5ReadReal(run->comm, path, "snapshot/header", HEADER, header);
  if (!ierr) ierr = Compare(run, header, differs);
  if (!ierr && *differs == HEADER && !IsSound(header)) ierr = PETSC_ERR_FILE_READ;
  if (!ierr && *differs == HEADER)
    ierr = ReadArrays(run->comm, path, header, plan, &plan->snapshot);
  PetscCall(PetscPopErrorHandler());
  *readable = (PetscBool)(ierr == 0);
  PetscFunctionReturn(0);
}

PetscErrorCode EvolveSnapshotRead(QlbeRun *run, EvolvePlan *plan, int *exit_status)
{
  static const char *const names[HEADER] = {
      [VERSION] = "a file version of",
      [SPECTRAL] = "grid.type, 1 for spectral:",
      [ORDER_A] = "grid.points or grid.radial",
      [ORDER_B] = "grid.extent or grid.angular",
      [THERMAL] = "a thermal momentum of the particle, in internal units, of",
      [MASS] = "a particle mass, in internal units, of",
      [UNIT_MOMENTUM] = "a thermal momentum of the gas of",
      [UNIT_LENGTH] = "a thermal wavelength of the gas of",
      [SI_UNITS] = "units, 1 for si:"};
  const char *path;
  double header[HEADER];
  PetscBool readable = PETSC_FALSE;
  int differs = HEADER;

  PetscFunctionBegin;
  PetscCall(QlbeOptionsGetString(run->options, "state_file", &path));
  PetscCall(TryRead(run, path, plan, header, &differs, &readable));
  if (!readable)
    PetscCall(QlbeRunBadInput(run, "state_file", exit_status,
                              "expected a file that `evolve` has written with evolve.save_fibers, "
                              "`%s` is none that can be read",
                              path));
  else if (differs < HEADER)
    PetscCall(QlbeRunBadInput(run, "state_file", exit_status,
                              "`%s` was made with %s %.12g, expected the same in this run", path,
                              names[differs], header[differs]));
  plan->from_file = PETSC_TRUE;
  PetscFunctionReturn(0);
}
