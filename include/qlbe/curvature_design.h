/*
   Where eps(k), the leading eigenvalue, is evaluated near k = 0: wave numbers and directions that
   its Hessian follows from (curvature_fit.h).
*/
#ifndef QLBE_CURVATURE_DESIGN_H
#define QLBE_CURVATURE_DESIGN_H

#include <petscsys.h>

#define QLBE_CURVATURE_MAX_POINTS 13

/*
   The wave number (2 gap/D)^(1/2) where D k^2/2 reaches the gap, for gap >= 0 and D > 0. Not
   checked: inf for D = 0, nan where gap and D differ in sign. Not collective.
*/
PETSC_EXTERN double QlbeCurvatureScale(double gap, double D);

/*
   Unit vectors along (100), (010), (001), (110), (101), (011), that determine a symmetric matrix.
*/
PETSC_EXTERN void QlbeCurvatureDirections(double directions[6][3]);

/*
   The largest recommended wave number: D k^2/2 = 0.0004 gap. gap and D > 0 need to be known to a
   factor of two only; gap in 1/time, D in length^2/time. Then c4 k^4 and c6 k^6 are of the order
   4e-4 and 4e-4^2 relative to D k^2/2, and a term k^4 log k of the lattice operator costs about
   1e-7 of D; eps itself stands 10 digits and more above rounding.
*/
PETSC_EXTERN double QlbeCurvatureWaveNumber(double gap, double D);

/*
   Recommended points for k_max, into k[][3] and their number into *n. The nine terms of the full
   model need three magnitudes on one direction, two on another one, and one on the rest; that makes
   10 points with one to spare, and no gradient of Re eps. redundant: two magnitudes everywhere, 13
   points, with one. Small k come first, so that each solve can start from the one before.
*/
PETSC_EXTERN void QlbeCurvatureDesign(double k_max, PetscBool redundant, PetscInt *n,
                                      double k[QLBE_CURVATURE_MAX_POINTS][3]);

#endif
