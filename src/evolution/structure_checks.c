/*
   What both routes to S and F have to agree in, and the symmetry of what they give.
*/
#include <math.h>

#include "qlbe/worse.h"
#include "structure_response.h"

PetscErrorCode ResponseDisagreement(const Response *r, const ResponseQuery *query, double *S,
                                    double *F)
{
  const Correlation *c = &r->correlation;

  PetscFunctionBegin;
  *S = *F = 0.0;
  for (PetscInt i = 0; i < query->points && !c->returned; i++) {
    double value[2], error[2];
    for (int route = 0; route < 2; route++)
      PetscCall(ResponseSpectrum(r, (PetscBool)(route == 1), query->omega[i], &value[route],
                                 &error[route]));
    /* without a claim there is nothing to compare */
    if (error[0] == HUGE_VAL || error[1] == HUGE_VAL) continue;
    *S = QlbeWorse(*S, fabs(value[1] - value[0]) / (error[0] + error[1]));
  }
  for (PetscInt i = 0; i < query->n_times; i++) {
    double value[2], error[2];
    if (c->returned && query->times[i] > c->end) continue;
    for (int route = 0; route < 2; route++)
      ResponseTime(r, (PetscBool)(route == 1), query, i, &value[route], &error[route]);
    if (error[0] == HUGE_VAL || error[1] == HUGE_VAL) continue;
    *F = QlbeWorse(*F, fabs(value[1] - value[0]) / (error[0] + error[1]));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode ResponseAsymmetry(const Response *r, const ResponseQuery *query, double *asymmetry)
{
  double peak, here, mirrored, error;

  PetscFunctionBegin;
  *asymmetry = r->correlation.imaginary;
  PetscCall(ResponseSpectrum(r, r->by_resolvent, 0.0, &peak, &error));
  for (PetscInt i = 0; i < query->points; i++) {
    PetscCall(ResponseSpectrum(r, r->by_resolvent, query->omega[i], &here, &error));
    PetscCall(ResponseSpectrum(r, r->by_resolvent, -query->omega[i], &mirrored, &error));
    *asymmetry = QlbeWorse(*asymmetry, fabs(mirrored - here) / fabs(peak));
  }
  for (PetscInt i = 0; i < query->n_times; i++)
    *asymmetry = QlbeWorse(*asymmetry, fabs(PetscImaginaryPart(r->F[i])));
  PetscFunctionReturn(0);
}
