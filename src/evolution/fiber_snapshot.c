/*
   Snapshots of all fibers as plain data: arrays, and the header that describes them.
*/
#include "qlbe/fiber_snapshot.h"

#include <math.h>

#include "qlbe/discretisation.h"
#include "qlbe/vector_length.h"

/* 1: files without a seal */
static const double format_version = 2.0;

/* The axis is a unit vector to this. */
static const double unit_length = 1e-12;

/* What a header says, in the order of its numbers. */
enum {
  VERSION,
  DISCRETISATION, /* row of the registry */
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
  SIZE_A, /* of the discretisation, QlbeDiscretisationSizes */
  SIZE_B,
  THERMAL, /* (M/beta)^(1/2) and M, internal units */
  MASS,
  UNIT_MOMENTUM, /* what these are: deck units of one internal unit */
  UNIT_LENGTH,
  SI_UNITS,
  NUMBERS
};
_Static_assert((int)NUMBERS == (int)QLBE_SNAPSHOT_HEADER, "every number of a header has a name");

PetscErrorCode QlbeFiberSnapshotAllocate(QlbeFiberSnapshot *s)
{
  PetscFunctionBegin;
  PetscCall(
      PetscCalloc1((size_t)s->n_magnitude * (size_t)s->n_direction * (size_t)s->n_all, &s->fiber));
  PetscCall(PetscCalloc1(s->n_momentum, &s->momentum));
  PetscCall(PetscCalloc1(3 * (size_t)s->n_chain * (size_t)s->n_axial, &s->chain));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFiberSnapshotDestroy(QlbeFiberSnapshot *s)
{
  PetscFunctionBegin;
  PetscCall(PetscFree(s->fiber));
  PetscCall(PetscFree(s->momentum));
  PetscCall(PetscFree(s->chain));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFiberSnapshotStore(PetscInt n, const Vec x[], PetscScalar values[])
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

PetscErrorCode QlbeFiberSnapshotLoad(PetscInt n, const PetscScalar values[], Vec x[])
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

PetscErrorCode QlbeFiberSnapshotHeader(const QlbeProblem *problem, const QlbeFiberSnapshot *s,
                                       double header[QLBE_SNAPSHOT_HEADER])
{
  const QlbeParameters *par = &problem->parameters;

  PetscFunctionBegin;
  header[VERSION] = format_version;
  header[DISCRETISATION] = (double)problem->settings->grid.type;
  header[SYMMETRY] = (double)s->symmetry;
  header[MAGNITUDES] = (double)s->n_magnitude;
  header[DIRECTIONS] = (double)s->n_direction;
  header[POLAR] = (double)s->n_polar;
  header[K_MAX] = s->k_max;
  header[SCALE] = s->scale;
  header[CHAINS] = (double)s->n_chain;
  header[UNKNOWNS] = (double)s->n_all;
  header[UNKNOWNS_AXIAL] = (double)s->n_axial;
  header[UNKNOWNS_MOMENTUM] = (double)s->n_momentum;
  PetscCall(QlbeDiscretisationSizes(problem, &header[SIZE_A]));
  header[THERMAL] = sqrt(par->M / par->beta);
  header[MASS] = par->M;
  header[UNIT_MOMENTUM] = problem->units.momentum;
  header[UNIT_LENGTH] = problem->units.length;
  header[SI_UNITS] = problem->units.si ? 1.0 : 0.0;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFiberSnapshotDiffers(const QlbeProblem *problem,
                                        const double header[QLBE_SNAPSHOT_HEADER],
                                        const char **what, double *value)
{
  static const struct {
    int number;
    const char *what;
  } shared[] = {{VERSION, "the snapshots of another version of the program,"},
                {SI_UNITS, "units, 1 for si:"},
                {UNIT_MOMENTUM, "a thermal momentum of the gas of"},
                {UNIT_LENGTH, "a thermal wavelength of the gas of"},
                {DISCRETISATION, "the choice of grid.type that has, from 0, the number"},
                {SIZE_A, "grid.points or grid.radial"},
                {SIZE_B, "grid.extent or grid.angular"},
                {THERMAL, "a thermal momentum of the particle, in internal units, of"},
                {MASS, "a particle mass, in internal units, of"}};
  const QlbeFiberSnapshot empty = {.n_all = 0};
  double own[QLBE_SNAPSHOT_HEADER];

  PetscFunctionBegin;
  PetscCall(QlbeFiberSnapshotHeader(problem, &empty, own));
  *what = NULL;
  for (size_t i = 0; i < sizeof(shared) / sizeof(shared[0]) && !*what; i++) {
    const double there = header[shared[i].number], here = own[shared[i].number];
    /* negated, so that nan differs */
    if (fabs(there - here) <= 1e-12 * fabs(here)) continue;
    *what = shared[i].what;
    *value = there;
  }
  PetscFunctionReturn(0);
}

static PetscBool AllFinite(PetscInt n, const double values[])
{
  for (PetscInt i = 0; i < n; i++)
    if (!isfinite(values[i])) return PETSC_FALSE;
  return PETSC_TRUE;
}

/* Whether the product of counts n >= 0 fits into an index. */
static PetscBool Fits(int n, const double counts[])
{
  PetscInt64 product = 1;

  for (int i = 0; i < n; i++) {
    const PetscInt64 factor = (PetscInt64)counts[i];
    if (factor > 0 && product > PETSC_MAX_INT / factor) return PETSC_FALSE;
    product *= factor;
  }
  return PETSC_TRUE;
}

/* Whether each count is a whole number that an index holds. */
static PetscBool CountsAreWhole(const double h[QLBE_SNAPSHOT_HEADER])
{
  static const int counts[] = {SYMMETRY, MAGNITUDES, DIRECTIONS,     POLAR,
                               CHAINS,   UNKNOWNS,   UNKNOWNS_AXIAL, UNKNOWNS_MOMENTUM};

  for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
    const double count = h[counts[i]];
    if (!(count >= 0.0 && count <= (double)PETSC_MAX_INT / 2) || count != rint(count))
      return PETSC_FALSE;
  }
  return PETSC_TRUE;
}

/* Whether a set of fibers can have these sizes. */
static PetscBool SetIsPossible(const double h[QLBE_SNAPSHOT_HEADER])
{
  return (PetscBool)(h[MAGNITUDES] == 0.0 ||
                     (h[POLAR] >= 1.0 && h[UNKNOWNS] >= 1.0 && h[K_MAX] > 0.0 && h[SCALE] > 0.0 &&
                      isfinite(h[K_MAX] / h[SCALE])));
}

/* Whether the symmetry is one, and has these numbers of directions. */
static PetscBool DirectionsFit(const double h[QLBE_SNAPSHOT_HEADER])
{
  const double polar = h[POLAR];

  if (h[SYMMETRY] == QLBE_STATE_ISOTROPIC)
    return (PetscBool)(h[CHAINS] == 1.0 && h[DIRECTIONS] == polar);
  if (h[SYMMETRY] == QLBE_STATE_AXIAL)
    return (PetscBool)(h[CHAINS] == 2.0 && h[DIRECTIONS] == polar);
  return (PetscBool)(h[SYMMETRY] == QLBE_STATE_GENERAL && h[CHAINS] == 6.0 &&
                     h[DIRECTIONS] == 4.0 * polar * polar);
}

PetscErrorCode QlbeFiberSnapshotSetCounts(const double h[QLBE_SNAPSHOT_HEADER],
                                          QlbeFiberSnapshot *s, PetscBool *sound)
{
  const double momentum[] = {2.0, h[UNKNOWNS_MOMENTUM]};
  const double chain[] = {6.0, h[CHAINS], h[UNKNOWNS_AXIAL]};
  const double fiber[] = {2.0, h[MAGNITUDES], h[DIRECTIONS], h[UNKNOWNS]};

  PetscFunctionBegin;
  *s = (QlbeFiberSnapshot){.n_all = 0};
  *sound =
      (PetscBool)(AllFinite(QLBE_SNAPSHOT_HEADER, h) && CountsAreWhole(h) && SetIsPossible(h) &&
                  DirectionsFit(h) && Fits(2, momentum) && Fits(3, chain) && Fits(4, fiber));
  if (!*sound) PetscFunctionReturn(0);
  s->symmetry = (QlbeStateSymmetry)h[SYMMETRY];
  s->n_magnitude = (PetscInt)h[MAGNITUDES];
  s->n_direction = (PetscInt)h[DIRECTIONS];
  s->n_polar = (PetscInt)h[POLAR];
  s->k_max = h[K_MAX];
  s->scale = h[SCALE];
  s->n_chain = (PetscInt)h[CHAINS];
  s->n_all = (PetscInt)h[UNKNOWNS];
  s->n_axial = (PetscInt)h[UNKNOWNS_AXIAL];
  s->n_momentum = (PetscInt)h[UNKNOWNS_MOMENTUM];
  PetscFunctionReturn(0);
}

void QlbeFiberSnapshotArrays(QlbeFiberSnapshot *s, QlbeSnapshotArray arrays[QLBE_SNAPSHOT_ARRAYS])
{
  arrays[0] = (QlbeSnapshotArray){"axis", 3, 1, s->axis};
  arrays[1] = (QlbeSnapshotArray){"momentum", 2 * s->n_momentum, 2, (double *)s->momentum};
  arrays[2] = (QlbeSnapshotArray){"chain", 6 * s->n_chain * s->n_axial, 2, (double *)s->chain};
  arrays[3] = (QlbeSnapshotArray){"fiber", 2 * s->n_magnitude * s->n_direction * s->n_all, 2,
                                  (double *)s->fiber};
}

PetscBool QlbeFiberSnapshotIsGood(QlbeFiberSnapshot *s)
{
  const double *a = s->axis;
  QlbeSnapshotArray arrays[QLBE_SNAPSHOT_ARRAYS];

  QlbeFiberSnapshotArrays(s, arrays);
  for (int i = 0; i < QLBE_SNAPSHOT_ARRAYS; i++)
    if (!AllFinite(arrays[i].n, arrays[i].values)) return PETSC_FALSE;
  return (PetscBool)(fabs(QlbeVectorLength(a) - 1.0) <= unit_length);
}
