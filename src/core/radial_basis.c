/*
   Orthonormal radial functions: polynomials in x by the recurrence of their weight (recurrence.h),
   stable in evaluation too.
*/
#include "qlbe/radial_basis.h"
#include "qlbe/recurrence.h"

struct _p_QlbeRadialBasis {
  PetscInt n, l;
  double P2;
  double *a, *b; /* [n] */
};

PetscErrorCode QlbeRadialBasisCreate(PetscInt n, PetscInt l, double P, const QlbeRule *rule,
                                     QlbeRadialBasis *basis)
{
  const PetscInt n_nodes = rule->n;
  const double *p = rule->x;
  QlbeRadialBasis r;
  double *x, *w;

  PetscFunctionBegin;
  PetscCheck(n >= 1 && n_nodes >= n, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "%" PetscInt_FMT " radial functions on %" PetscInt_FMT " nodes", n, n_nodes);
  PetscCall(PetscNew(&r));
  r->n = n;
  r->l = l;
  r->P2 = P * P;
  PetscCall(PetscMalloc2(n, &r->a, n, &r->b));
  PetscCall(PetscMalloc2(n_nodes, &x, n_nodes, &w));
  for (PetscInt j = 0; j < n_nodes; j++) {
    x[j] = p[j] * p[j] / (p[j] * p[j] + r->P2);
    w[j] = rule->w[j] * pow(x[j], (double)l);
  }
  PetscCall(QlbeRecurrenceFromWeight(n, n_nodes, x, w, r->a, r->b));
  PetscCall(PetscFree2(x, w));
  *basis = r;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeRadialBasisDestroy(QlbeRadialBasis *basis)
{
  PetscFunctionBegin;
  if (!*basis) PetscFunctionReturn(0);
  PetscCall(PetscFree2((*basis)->a, (*basis)->b));
  PetscCall(PetscFree(*basis));
  PetscFunctionReturn(0);
}

void QlbeRadialBasisEvaluate(QlbeRadialBasis r, PetscInt n_points, const double p2[], double R[])
{
  for (PetscInt j = 0; j < n_points; j++) {
    const double x = p2[j] / (p2[j] + r->P2), root = sqrt(x);
    double *at = R + j * r->n, power = 1.0 / r->b[0];

    for (PetscInt l = 0; l < r->l; l++) power *= root;
    at[0] = power;
    if (r->n > 1) at[1] = (x - r->a[0]) * at[0] / r->b[1];
    for (PetscInt i = 1; i + 1 < r->n; i++)
      at[i + 1] = ((x - r->a[i]) * at[i] - r->b[i] * at[i - 1]) / r->b[i + 1];
  }
}
