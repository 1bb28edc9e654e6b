/*
   Bounds of |f|^2 for the draw of an angle, and of the total cross section.

   |f|^2 is looked at on a mesh in |p_rel| and sin(theta/2) that is finer than its variation, and
   raised by a margin; a draw that finds more than its bound is counted, and makes the result fail.
*/
#include "collisions_impl.h"

/* Width of the cells of |p_rel|, and the mesh, in units of hbar/a. */
static const double cell_width = 0.125, mesh_width = 0.04;
enum { CELL_POINTS = 5, LEAST_MESH = 128 };

/* What is added to the largest |f|^2 of the mesh, and to a bin where it is small. */
static const double margin = 1.01, least_part = 0.02;

/* |f|^2 at u = sin^2(theta/2), the largest of the momenta of a cell, at n + 1 points of sin. */
static void Look(QlbeCollisions c, PetscInt cell, PetscInt n, double largest[])
{
  double mean = 0.0;

  for (PetscInt i = 0; i <= n; i++) {
    const double sine = (double)i / (double)n;
    largest[i] = 0.0;
    for (int j = 0; j < CELL_POINTS; j++) {
      const double p = ((double)cell + (double)j / (CELL_POINTS - 1.0)) / c->inverse;
      QlbeAmplitudePoint f;
      QlbeAmplitudeCellsValue(c->amplitude, p * sqrt(1.0 - sine * sine), p * sine, &f);
      largest[i] = PetscMax(largest[i], f.re * f.re + f.im * f.im);
    }
    mean += largest[i] * 2.0 * sine / (double)n;
  }
  for (PetscInt i = 0; i <= n; i++) largest[i] = margin * largest[i] + least_part * mean;
}

/* Point i of the mesh in u. */
static double Place(PetscInt n, PetscInt i)
{
  return (double)i * (double)i / ((double)n * (double)n);
}

/*
   Edges of bins, from 0 on, whose width times the largest value in them is at most `content`, as
   wide as they can be; returns their number, or one more than there may be. The mesh is constant
   between two points, the larger of both.
*/
static int CutAt(PetscInt n, const double largest[], double content, double edge[])
{
  int bin = 0;
  double top = 0.0;

  edge[0] = 0.0;
  for (PetscInt i = 0; i < n;) {
    const double value = PetscMax(largest[i], largest[i + 1]), next = PetscMax(top, value);
    const double start = Place(n, i), end = Place(n, i + 1);
    if (next * (end - edge[bin]) <= content) {
      top = next;
      i++;
      continue;
    }
    if (bin + 1 == QLBE_ANGLE_BINS) return QLBE_ANGLE_BINS + 1;
    edge[bin + 1] = PetscMax(edge[bin] + content / next, start);
    bin++;
    top = 0.0;
  }
  return bin + 1;
}

/* The bins with the least content of all: then the draws are accepted most often. */
static void Cut(PetscInt n, const double largest[], QlbeAngleCell *cell)
{
  enum { HALVINGS = 40 };
  double lo = 0.0, hi = 0.0;
  int bins;

  for (PetscInt i = 0; i <= n; i++) hi = PetscMax(hi, largest[i]);
  for (int i = 0; i < HALVINGS; i++) {
    const double content = 0.5 * (lo + hi);
    if (CutAt(n, largest, content, cell->edge) > QLBE_ANGLE_BINS)
      lo = content;
    else
      hi = content;
  }
  bins = CutAt(n, largest, hi, cell->edge);
  while (bins <= QLBE_ANGLE_BINS) cell->edge[bins++] = 1.0;
  cell->accept = 1.0 / hi;
  cell->cross_section = 4.0 * PETSC_PI * QLBE_ANGLE_BINS * hi;
}

/* One cell for all momenta where |f|^2 does not vary. */
static PetscErrorCode BoundConstant(QlbeCollisions c)
{
  const double square = c->constant * c->constant;

  PetscFunctionBegin;
  c->n_angle = 1;
  c->inverse = 0.5 / c->relative_max;
  PetscCall(PetscMalloc1(1, &c->angle));
  for (int bin = 0; bin <= QLBE_ANGLE_BINS; bin++)
    c->angle->edge[bin] = (double)bin / QLBE_ANGLE_BINS;
  /* 1 but for rounding, which must not show as an excess */
  c->angle->accept = (1.0 - 1e-15) * QLBE_ANGLE_BINS / square;
  c->angle->cross_section = 4.0 * PETSC_PI * QLBE_ANGLE_BINS / c->angle->accept;
  PetscFunctionReturn(0);
}

static PetscErrorCode BoundVarying(QlbeCollisions c)
{
  const double unit = c->par.hbar / c->par.a;
  double *largest;
  PetscInt most;

  PetscFunctionBegin;
  c->n_angle = PetscMax(1, (PetscInt)ceil(c->relative_max / (cell_width * unit)));
  /* less by a few roundings, so that no momentum below the last one is beyond the last cell */
  c->inverse = (1.0 - 1e-14) * (double)c->n_angle / c->relative_max;
  most = PetscMax(LEAST_MESH, (PetscInt)ceil(c->relative_max / (mesh_width * unit)));
  PetscCall(PetscMalloc1(c->n_angle, &c->angle));
  PetscCall(PetscMalloc1(most + 1, &largest));
  for (PetscInt i = 0; i < c->n_angle; i++) {
    const double p = (double)(i + 1) / c->inverse;
    const PetscInt n = PetscMin(most, PetscMax(LEAST_MESH, (PetscInt)(p / (mesh_width * unit))));
    Look(c, i, n, largest);
    Cut(n, largest, &c->angle[i]);
  }
  PetscCall(PetscFree(largest));
  PetscFunctionReturn(0);
}

/* The least alpha for a slope b: cells are bounded at both of their ends. */
static double LeastAlpha(QlbeCollisions c, double b)
{
  double alpha = 0.0;

  for (PetscInt i = 0; i < c->n_angle; i++) {
    const double more = c->angle[i].cross_section - b;
    alpha = PetscMax(alpha, more * (double)(more > 0.0 ? i + 1 : i) / c->inverse);
  }
  return alpha;
}

PetscErrorCode QlbeCollisionsBound(QlbeCollisions c)
{
  enum { TRIED = 32 };
  const double own = sqrt(8.0 / PETSC_PI * c->par.M / c->par.beta);
  double most = 0.0, best = HUGE_VAL;

  PetscFunctionBegin;
  if (c->varies)
    PetscCall(BoundVarying(c));
  else
    PetscCall(BoundConstant(c));
  for (PetscInt i = 0; i < c->n_angle; i++) most = PetscMax(most, c->angle[i].cross_section);
  for (int i = 1; i <= TRIED; i++) {
    const double b = most * i / TRIED, alpha = LeastAlpha(c, b);
    const double rate = alpha + b * (c->gas * c->mean_p0 + c->own * own);
    if (rate >= best) continue;
    best = rate;
    c->alpha = alpha;
    c->b = b;
  }
  PetscFunctionReturn(0);
}
