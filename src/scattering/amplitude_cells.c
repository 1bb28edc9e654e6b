/*
   Polynomials on square cells of side h: interpolation at DEGREE Chebyshev nodes in either
   variable, kept as powers of the distance from the middle of the cell, in units of h/2.

   A cell has its coefficients in the order [power of z][Re, Im/p][power of y], so that a Horner
   step in z is one loop over 16 neighbours.
*/
#include "qlbe/amplitude_cells.h"
#include "qlbe/worse.h"
#include "interaction_impl.h"
#include <math.h>

enum { DEGREE = 8, PARTS = 2, ROW = PARTS * DEGREE, CELL = DEGREE * ROW };

/* Sides of the cells in units of hbar/a: the first, and halvings of it. */
static const double first_side = 0.5;
enum { MOST_HALVINGS = 4 };

/* Points of either variable where the error is measured. */
enum { MEASURED = 33 };

struct _p_QlbeAmplitudeCells {
  double p_max, h, inverse, a, error;
  PetscInt n;                      /* rows of cells in y */
  size_t *first;                   /* [n + 1]: number of the first cell of a row */
  double *c;                       /* [cells][CELL] */
  double to_power[DEGREE][DEGREE]; /* coefficients of powers from values at the nodes */
};

static double Node(int i)
{
  return cos(PETSC_PI * (i + 0.5) / DEGREE);
}

/* Lagrange polynomials of the nodes in powers of t. */
static void FillPowers(double to_power[DEGREE][DEGREE])
{
  for (int j = 0; j < DEGREE; j++) {
    double p[DEGREE] = {1.0};
    for (int i = 0, degree = 0; i < DEGREE; i++) {
      const double scale = 1.0 / (Node(j) - Node(i));
      if (i == j) continue;
      degree++;
      for (int k = degree; k >= 0; k--)
        p[k] = scale * ((k > 0 ? p[k - 1] : 0.0) - (k < degree ? Node(i) * p[k] : 0.0));
    }
    for (int k = 0; k < DEGREE; k++) to_power[k][j] = p[k];
  }
}

/* Cells of row iy that reach into the quarter disc, and one more. */
static PetscInt RowCells(const struct _p_QlbeAmplitudeCells *t, PetscInt iy)
{
  const double y = (double)iy * t->h, rest = t->p_max * t->p_max - y * y;

  return (PetscInt)floor(sqrt(PetscMax(rest, 0.0)) * t->inverse) + 2;
}

/* Values at the nodes of one cell into its coefficients. */
static void Transform(const struct _p_QlbeAmplitudeCells *t, const double values[], double c[])
{
  double half[PARTS][DEGREE][DEGREE]; /* [part][power of z][node of y] */

  for (int part = 0; part < PARTS; part++)
    for (int a = 0; a < DEGREE; a++)
      for (int j = 0; j < DEGREE; j++) {
        double sum = 0.0;
        for (int i = 0; i < DEGREE; i++)
          sum += t->to_power[a][i] * values[(part * DEGREE + j) * DEGREE + i];
        half[part][a][j] = sum;
      }
  for (int a = 0; a < DEGREE; a++)
    for (int part = 0; part < PARTS; part++)
      for (int b = 0; b < DEGREE; b++) {
        double sum = 0.0;
        for (int j = 0; j < DEGREE; j++) sum += t->to_power[b][j] * half[part][a][j];
        c[a * ROW + part * DEGREE + b] = sum;
      }
}

/* All cells of row iy. */
static PetscErrorCode FillRow(struct _p_QlbeAmplitudeCells *t, QlbeInteraction inter, PetscInt iy)
{
  const PetscInt cells = (PetscInt)(t->first[iy + 1] - t->first[iy]), n = cells * DEGREE;
  double *z, *f;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(n, &z, PARTS * DEGREE * n, &f));
  for (PetscInt i = 0; i < n; i++) {
    const PetscInt cell = i / DEGREE;
    z[i] = t->h * ((double)cell + 0.5 * (1.0 + Node((int)(i % DEGREE))));
  }
  for (int j = 0; j < DEGREE; j++) {
    const double y = t->h * ((double)iy + 0.5 * (1.0 + Node(j)));
    PetscCall(QlbeInteractionBatch(inter, n, z, y, f + j * n, f + (DEGREE + j) * n));
  }
  for (PetscInt cell = 0; cell < cells; cell++) {
    double values[CELL];
    for (int row = 0; row < ROW; row++)
      for (int i = 0; i < DEGREE; i++) values[row * DEGREE + i] = f[row * n + cell * DEGREE + i];
    Transform(t, values, t->c + (t->first[iy] + (size_t)cell) * CELL);
  }
  PetscCall(PetscFree2(z, f));
  PetscFunctionReturn(0);
}

/* All cells of side h, the rows dealt to the team. */
static PetscErrorCode Fill(struct _p_QlbeAmplitudeCells *t, QlbeInteraction inter, double h)
{
  const QlbeTeam *team = &inter->team;

  PetscFunctionBegin;
  t->h = h;
  t->inverse = 1.0 / h;
  t->n = (PetscInt)floor(t->p_max / h) + 1;
  PetscCall(PetscMalloc1(t->n + 1, &t->first));
  t->first[0] = 0;
  for (PetscInt i = 0; i < t->n; i++) t->first[i + 1] = t->first[i] + (size_t)RowCells(t, i);
  PetscCall(PetscCalloc1(t->first[t->n] * CELL, &t->c));
  for (PetscInt i = team->rank; i < t->n; i += team->size) PetscCall(FillRow(t, inter, i));
  for (PetscInt i = 0; i < t->n && team->size > 1; i++)
    PetscCall(team->sum(team->context, (PetscInt)(t->first[i + 1] - t->first[i]) * CELL,
                        t->c + t->first[i] * CELL));
  PetscFunctionReturn(0);
}

static PetscErrorCode FreeCells(struct _p_QlbeAmplitudeCells *t)
{
  PetscFunctionBegin;
  PetscCall(PetscFree(t->first));
  PetscCall(PetscFree(t->c));
  PetscFunctionReturn(0);
}

/* The largest error along z at one y. */
static PetscErrorCode MeasureRow(struct _p_QlbeAmplitudeCells *t, QlbeInteraction inter, double y,
                                 double *largest)
{
  const double z_max = sqrt(PetscMax(t->p_max * t->p_max - y * y, 0.0)) * (1.0 - 1e-12);

  PetscFunctionBegin;
  *largest = 0.0;
  for (PetscInt i = 0; i < MEASURED; i++) {
    const double u = (double)i / (double)(MEASURED - 1), z = z_max * u * sqrt(u);
    QlbeAmplitudePoint seen;
    PetscComplex f;
    PetscCall(QlbeInteractionAmplitude(inter, z, y, &f, NULL));
    QlbeAmplitudeCellsValue(t, z, y, &seen);
    *largest = QlbeWorse(*largest, PetscAbsComplex(PetscCMPLX(seen.re, seen.im) - f) / t->a);
  }
  PetscFunctionReturn(0);
}

/* Graded points, finer toward the origin; rows are dealt to the team. */
static PetscErrorCode Measure(struct _p_QlbeAmplitudeCells *t, QlbeInteraction inter)
{
  const QlbeTeam *team = &inter->team;
  double error[MEASURED] = {0.0};

  PetscFunctionBegin;
  for (PetscInt j = team->rank; j < MEASURED; j += team->size) {
    const double v = (double)j / (double)(MEASURED - 1);
    PetscCall(MeasureRow(t, inter, t->p_max * (1.0 - 1e-12) * v * sqrt(v), &error[j]));
  }
  if (team->size > 1) PetscCall(team->sum(team->context, MEASURED, error));
  t->error = 0.0;
  for (PetscInt j = 0; j < MEASURED; j++) t->error = QlbeWorse(t->error, error[j]);
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeAmplitudeCellsCreate(QlbeInteraction inter, double p_max, double tolerance,
                                        QlbeAmplitudeCells *cells)
{
  QlbeAmplitudeCells t;
  int halving = 0;

  PetscFunctionBegin;
  *cells = NULL;
  PetscCheck(p_max > 0.0 && inter->a * p_max <= 0.5 * QLBE_KAPPA_MAX * inter->hbar, PETSC_COMM_SELF,
             PETSC_ERR_ARG_OUTOFRANGE, "range p_max = %g must be positive, and a p/hbar at most %g",
             p_max, 0.5 * QLBE_KAPPA_MAX);
  PetscCall(PetscNew(&t));
  t->p_max = p_max;
  t->a = inter->a;
  FillPowers(t->to_power);
  for (;; halving++) {
    PetscCall(Fill(t, inter, first_side * inter->hbar / inter->a * exp2(-halving)));
    PetscCall(Measure(t, inter));
    if (t->error <= tolerance || halving == MOST_HALVINGS) break;
    PetscCall(FreeCells(t));
  }
  if (!(t->error <= tolerance)) {
    const double error = t->error;
    PetscCall(QlbeAmplitudeCellsDestroy(&t));
    SETERRQ(PETSC_COMM_SELF, PETSC_ERR_NOT_CONVERGED,
            "cells of the amplitude have an error of %.1e, expected %.1e", error, tolerance);
  }
  *cells = t;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeAmplitudeCellsDestroy(QlbeAmplitudeCells *cells)
{
  PetscFunctionBegin;
  if (!cells || !*cells) PetscFunctionReturn(0);
  PetscCall(FreeCells(*cells));
  PetscCall(PetscFree(*cells));
  PetscFunctionReturn(0);
}

double QlbeAmplitudeCellsError(QlbeAmplitudeCells cells)
{
  return cells->error;
}

double QlbeAmplitudeCellsBytes(QlbeAmplitudeCells cells)
{
  return (double)cells->first[cells->n] * CELL * sizeof(double);
}

/* The cell of a point, and the point in it: t along z, s along y, both in [-1, 1]. */
static inline const double *Find(QlbeAmplitudeCells cells, double z, double y, double *t, double *s)
{
  const double cz = z * cells->inverse, cy = y * cells->inverse;
  const int iz = (int)cz, iy = (int)cy;

  *t = 2.0 * (cz - iz) - 1.0;
  *s = 2.0 * (cy - iy) - 1.0;
  return cells->c + (cells->first[iy] + (size_t)iz) * CELL;
}

static inline double Sum(const double a[DEGREE], double s)
{
  const double s2 = s * s;

  return ((a[0] + a[1] * s) + (a[2] + a[3] * s) * s2) +
         ((a[4] + a[5] * s) + (a[6] + a[7] * s) * s2) * (s2 * s2);
}

void QlbeAmplitudeCellsValue(QlbeAmplitudeCells cells, double z, double y, QlbeAmplitudePoint *f)
{
  double t, s, a[ROW];
  const double *c = Find(cells, z, y, &t, &s);

  for (int i = 0; i < ROW; i++) a[i] = c[(DEGREE - 1) * ROW + i];
  for (int k = DEGREE - 2; k >= 0; k--) {
#pragma omp simd
    for (int i = 0; i < ROW; i++) a[i] = a[i] * t + c[k * ROW + i];
  }
  f->re = Sum(a, s);
  f->im = Sum(a + DEGREE, s) * sqrt(z * z + y * y);
}

void QlbeAmplitudeCellsDerivative(QlbeAmplitudeCells cells, double z, double y,
                                  QlbeAmplitudePoint *f)
{
  const double p = sqrt(z * z + y * y), slope = 2.0 * cells->inverse;
  double t, s, a[ROW], d[ROW] = {0.0}, ratio;
  const double *c = Find(cells, z, y, &t, &s);

  for (int i = 0; i < ROW; i++) a[i] = c[(DEGREE - 1) * ROW + i];
  for (int k = DEGREE - 2; k >= 0; k--) {
#pragma omp simd
    for (int i = 0; i < ROW; i++) {
      d[i] = d[i] * t + a[i];
      a[i] = a[i] * t + c[k * ROW + i];
    }
  }
  ratio = Sum(a + DEGREE, s);
  f->re = Sum(a, s);
  f->im = ratio * p;
  f->dz_re = slope * Sum(d, s);
  /* Im f = p times the ratio; at p = 0 the limit along y = 0 */
  f->dz_im = slope * Sum(d + DEGREE, s) * p + ratio * (p > 0.0 ? z / p : 1.0);
}
