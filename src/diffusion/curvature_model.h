/*
   Terms of the curvature fit and their least-squares solution; scaled units. For curvature_fit.c
   only.
*/
#ifndef QLBE_CURVATURE_MODEL_H
#define QLBE_CURVATURE_MODEL_H

#include "qlbe/curvature_fit.h"

#define QLBE_CURVATURE_MAX_TERMS 12
/* A design with a smaller reciprocal condition does not determine its terms in double precision. */
#define QLBE_CURVATURE_RCOND 1e-8

/*
   Column of each term, or -1; the Hessian has the first 0, 1 (isotropic) or 6 of the n columns.
   logarithm is |k|^4 log |k| of a lattice.
*/
typedef struct {
  PetscInt hessian, n, quartic, cubic, sextic, logarithm, gradient[3];
} QlbeCurvatureModel;

typedef struct {
  double c[QLBE_CURVATURE_MAX_TERMS];
  double covariance[QLBE_CURVATURE_MAX_TERMS][QLBE_CURVATURE_MAX_TERMS]; /* for unit variance */
  double chi2;
} QlbeCurvatureSolution;

double QlbeCurvatureNorm(const double k[3]);

/* kx^4 + ky^4 + kz^4 - (3/5) |k|^4 */
double QlbeCurvatureCubic(const double k[3]);

/* Mean of the diagonal of D_ij from the coefficients c[]. */
double QlbeCurvatureTrace(const QlbeCurvatureModel *model, const double c[]);

/* Column of component a of (xx, yy, zz, xy, xz, yz), -1 where the model has none. */
PetscInt QlbeCurvatureHessianTerm(const QlbeCurvatureModel *model, int a);

/* Scaled points and data of a fit. */
typedef struct {
  PetscInt n;
  const double (*kappa)[3], *y, *weight;
} QlbeCurvatureData;

/*
   The richest model that the points determine; usable is false where Hessian and quartic term fail.
*/
PetscErrorCode QlbeCurvatureChoose(const QlbeCurvatureData *data, PetscBool isotropic,
                                   QlbeCurvatureModel *model, double *rcond, PetscBool *usable);

/* Adds a gradient component for each axis on which some point has one. */
void QlbeCurvatureAddGradient(QlbeCurvatureModel *model, PetscInt n, const double kappa[][3]);

/* Reciprocal condition of the weighted design with columns of length 1; needs n >= model->n. */
PetscErrorCode QlbeCurvatureCondition(const QlbeCurvatureModel *model, PetscInt n,
                                      const double kappa[][3], const double weight[],
                                      double *rcond);

/* Least squares for data y[n], residuals multiplied by weight[n]. */
PetscErrorCode QlbeCurvatureSolve(const QlbeCurvatureModel *model, PetscInt n,
                                  const double kappa[][3], const double y[], const double weight[],
                                  QlbeCurvatureSolution *solution);

/*
   Bounds shift[QLBE_CURVATURE_MAX_TERMS] of what the terms left out of a model with a Hessian can
   do to its coefficients c[]. ratio: (largest k/scale)^2, see QlbeCurvatureSeries.
*/
PetscErrorCode QlbeCurvatureTruncation(const QlbeCurvatureModel *model,
                                       const QlbeCurvatureData *data, PetscBool lattice,
                                       double ratio, const double c[], double shift[]);

#endif
