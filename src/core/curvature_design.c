/*
   Where to evaluate the leading eigenvalue for the curvature fit.

   Fractions 1/2, 3/4 and 1 of k_max separate k^2, k^4 and k^6 on one direction. The first neglected
   power then changes D by about (1/2)^2 (3/4)^2 = 0.14 of its relative size at k_max, some
   0.0004^3.
*/
#include "qlbe/curvature_design.h"

#include <math.h>

void QlbeCurvatureDirections(double directions[6][3])
{
  const double d[6][3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {1, 1, 0}, {1, 0, 1}, {0, 1, 1}};

  for (int i = 0; i < 6; i++) {
    const double norm = sqrt(d[i][0] + d[i][1] + d[i][2]);
    for (int j = 0; j < 3; j++) directions[i][j] = d[i][j] / norm;
  }
}

/* D k^2/2 over the gap at the largest wave number of a fit. */
static const double largest_ratio = 4e-4;

double QlbeCurvatureScale(double gap, double D)
{
  return sqrt(2.0 * gap / D);
}

double QlbeCurvatureWaveNumber(double gap, double D)
{
  return sqrt(largest_ratio) * QlbeCurvatureScale(gap, D);
}

static void AddPoint(const double direction[3], double k, PetscInt *n,
                     double points[QLBE_CURVATURE_MAX_POINTS][3])
{
  for (int d = 0; d < 3; d++) points[*n][d] = k * direction[d];
  (*n)++;
}

void QlbeCurvatureDesign(double k_max, PetscBool redundant, PetscInt *n,
                         double k[QLBE_CURVATURE_MAX_POINTS][3])
{
  /* Without redundancy: [001] carries three magnitudes, [110] and [011] the second one. */
  const PetscBool half[6] = {redundant, redundant, PETSC_TRUE, PETSC_TRUE, redundant, PETSC_TRUE};
  double directions[6][3];

  *n = 0;
  QlbeCurvatureDirections(directions);
  for (int i = 0; i < 6; i++) {
    if (half[i]) AddPoint(directions[i], 0.5 * k_max, n, k);
  }
  AddPoint(directions[2], 0.75 * k_max, n, k);
  for (int i = 0; i < 6; i++) AddPoint(directions[i], k_max, n, k);
}
