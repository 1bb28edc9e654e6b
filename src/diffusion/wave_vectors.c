/*
   Which wave vectors a curvature fit takes, and which ones of the settings it refuses.
*/
#include <math.h>

#include "curvature_model.h"
#include "qlbe/diffusion.h"
#include "wave_vectors.h"

/* The number of directions: z alone, or six that determine a symmetric matrix. */
static PetscInt Directions(const QlbeProblem *problem, double directions[6][3])
{
  const double along_z[3] = {0.0, 0.0, 1.0};

  QlbeCurvatureDirections(directions);
  if (!QlbeDiscretisationGetTraits(problem)->isotropic) return 6;
  for (int axis = 0; axis < 3; axis++) directions[0][axis] = along_z[axis];
  return 1;
}

/*
   The largest wave number of a fit along one direction. Rounding of eps is that of the escape
   rate: where the gap is a small part of it, as for heavy particles, eps has to reach further into
   the gap. Three even powers of k are fitted, so that it may.
*/
static double LineWaveNumber(const QlbeClosedForms *closed)
{
  const double ratio = closed->escape_rate_0 / (2.0 * closed->gap);

  return QlbeCurvatureWaveNumber(closed->gap, closed->D) *
         sqrt(PetscMin(5.0, PetscMax(1.0, sqrt(ratio))));
}

static double ChosenWaveNumber(const QlbeProblem *problem, const QlbeClosedForms *closed)
{
  return QlbeDiscretisationGetTraits(problem)->isotropic
             ? LineWaveNumber(closed)
             : QlbeCurvatureWaveNumber(closed->gap, closed->D);
}

/* Lengths of the fit along one direction, in units of the largest. */
static const double line_design[] = {0.5, 0.625, 0.75, 1.0};
enum { LINE_POINTS = sizeof(line_design) / sizeof(line_design[0]) };

/* The length that is added to a list with only two different ones, or 0. */
static double AddedLength(const QlbeRealList *lengths)
{
  double lo = lengths->values[0], hi = lengths->values[0];
  PetscBool between = PETSC_FALSE;

  for (PetscInt i = 1; i < lengths->n; i++) {
    lo = PetscMin(lo, lengths->values[i]);
    hi = PetscMax(hi, lengths->values[i]);
  }
  for (PetscInt i = 0; i < lengths->n; i++)
    between = (PetscBool)(between || (lengths->values[i] > lo * (1.0 + 1e-6) &&
                                      lengths->values[i] < hi * (1.0 - 1e-6)));
  if (between) return 0.0;
  return lo > 0.6 * hi ? 0.5 * hi : 0.75 * hi;
}

/* The given lengths along each of the directions, after the added one along z. */
static PetscErrorCode VectorsOfList(const QlbeRealList *lengths, PetscInt n_directions,
                                    const double directions[][3], QlbeWaveVectors *vectors)
{
  PetscInt first;

  PetscFunctionBegin;
  vectors->added = AddedLength(lengths);
  first = vectors->added > 0.0 ? 1 : 0;
  vectors->n = first + lengths->n * n_directions;
  PetscCall(PetscCalloc1(vectors->n, &vectors->k));
  if (first == 1) vectors->k[0][2] = vectors->added;
  for (PetscInt i = 0; i < lengths->n * n_directions; i++) {
    const double length = lengths->values[i / n_directions];
    for (int axis = 0; axis < 3; axis++)
      vectors->k[first + i][axis] = length * directions[i % n_directions][axis];
    if (length >= vectors->k_max) vectors->longest = first + i;
    vectors->k_max = PetscMax(vectors->k_max, length);
  }
  PetscFunctionReturn(0);
}

/* Lengths and directions that the program chooses; the last vector is one of the longest. */
static PetscErrorCode VectorsOfDesign(PetscBool line, double k_max, QlbeWaveVectors *vectors)
{
  PetscFunctionBegin;
  vectors->k_max = k_max;
  PetscCall(PetscCalloc1(PetscMax((int)LINE_POINTS, QLBE_CURVATURE_MAX_POINTS), &vectors->k));
  if (line) {
    vectors->n = LINE_POINTS;
    for (PetscInt i = 0; i < vectors->n; i++) vectors->k[i][2] = line_design[i] * k_max;
  } else
    QlbeCurvatureDesign(k_max, PETSC_FALSE, &vectors->n, vectors->k);
  vectors->longest = vectors->n - 1;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeWaveVectorsCreate(const QlbeProblem *problem, const QlbeClosedForms *closed,
                                     QlbeWaveVectors *vectors)
{
  const QlbeRealList *lengths = &problem->settings->fibers.k;
  double directions[6][3];
  PetscInt n;

  PetscFunctionBegin;
  *vectors = (QlbeWaveVectors){.n = 0};
  n = Directions(problem, directions);
  if (lengths->n == 0)
    PetscCall(VectorsOfDesign((PetscBool)(n == 1), ChosenWaveNumber(problem, closed), vectors));
  else
    PetscCall(VectorsOfList(lengths, n, (const double(*)[3])directions, vectors));
  if (vectors->added > 0.0)
    PetscCall(PetscPrintf(problem->comm,
                          "fibers.k has two magnitudes: %.6g along z is added, to tell the error "
                          "of D_fit\n",
                          QlbeUnitsToDeck(&problem->units, QLBE_WAVE_NUMBER, vectors->added)));
  PetscFunctionReturn(0);
}

QlbeDiscretisationUse QlbeDiffusionUse(const QlbeProblem *problem, double k_max, double axes[6][3])
{
  const PetscInt n = Directions(problem, axes);

  return (QlbeDiscretisationUse){.k_max = k_max,
                                 .count = 1,
                                 .n_axes = n,
                                 .axes = (const double(*)[3])axes,
                                 .matrices = 1,
                                 .compared = PETSC_TRUE};
}

/* Two different wave numbers or more, where eps(k) is neither rounding nor far from a parabola. */
PetscErrorCode QlbeDiffusionServes(const QlbeProblem *problem, const QlbeClosedForms *closed,
                                   QlbeComplaint *complaint)
{
  const double typical = QlbeCurvatureWaveNumber(closed->gap, closed->D);
  const QlbeRealList *k = &problem->settings->fibers.k;
  QlbeDiscretisationUse use;
  double axes[6][3], lo, hi;

  PetscFunctionBegin;
  lo = hi = k->n == 0 ? ChosenWaveNumber(problem, closed) : k->values[0];
  for (PetscInt i = 0; i < k->n; i++) {
    lo = PetscMin(lo, k->values[i]);
    hi = PetscMax(hi, k->values[i]);
  }
  if (k->n > 0 && (lo < 0.01 * typical || hi > 20.0 * typical || hi <= lo * (1.0 + 1e-6)))
    PetscCall(QlbeComplain(
        complaint, "fibers_k",
        "the curvature fit needs two different numbers or more, all of them in %.3g..%.3g, or an "
        "empty list to let the program choose",
        QlbeUnitsToDeck(&problem->units, QLBE_WAVE_NUMBER, 0.01 * typical),
        QlbeUnitsToDeck(&problem->units, QLBE_WAVE_NUMBER, 20.0 * typical)));
  use = QlbeDiffusionUse(problem, hi, axes);
  if (!complaint->option) PetscCall(QlbeDiscretisationServes(problem, &use, complaint));
  PetscFunctionReturn(0);
}
