/*
   The discretised Stieltjes procedure: the coefficients are sums over the nodes of the weight. It
   is stable as long as there are clearly more nodes than polynomials (W. Gautschi, Orthogonal
   Polynomials: Computation and Approximation, sec. 2.2.3).
*/
#include "qlbe/recurrence.h"

PetscErrorCode QlbeRecurrenceFromWeight(PetscInt n, PetscInt n_nodes, const double x[],
                                        const double w[], double a[], double b[])
{
  double *now, *before, norm2 = 0.0;

  PetscFunctionBegin;
  PetscCheck(n >= 1 && n_nodes >= n, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "%" PetscInt_FMT " polynomials on %" PetscInt_FMT " nodes", n, n_nodes);
  PetscCall(PetscMalloc2(n_nodes, &now, n_nodes, &before));
  for (PetscInt j = 0; j < n_nodes; j++) norm2 += w[j];
  for (PetscInt j = 0; j < n_nodes; j++) {
    now[j] = 1.0 / sqrt(norm2);
    before[j] = 0.0;
  }
  for (PetscInt i = 0; i < n; i++) {
    b[i] = sqrt(norm2);
    a[i] = norm2 = 0.0;
    for (PetscInt j = 0; j < n_nodes; j++) a[i] += w[j] * x[j] * now[j] * now[j];
    for (PetscInt j = 0; j < n_nodes; j++) {
      const double next = (x[j] - a[i]) * now[j] - (i > 0 ? b[i] : 0.0) * before[j];
      before[j] = now[j];
      now[j] = next;
      norm2 += w[j] * next * next;
    }
    for (PetscInt j = 0; j < n_nodes; j++) now[j] /= sqrt(norm2);
  }
  PetscCall(PetscFree2(now, before));
  PetscFunctionReturn(0);
}
