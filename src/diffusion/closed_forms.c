/*
   Closed forms of the diffusion constant: D = 2 D_kin + D_jps. Second-order perturbation of eps(k)
   has no factor 1/2, which Proposition 7.1 prints.
*/
#include "qlbe/closed_forms.h"
#include "qlbe/gas_average.h"
#include "qlbe/radial.h"
#include "qlbe/spatial_jumps.h"

/* D_kin and D_classical_velocity from the l = 1 resolvent. */
static PetscErrorCode VelocityCorrelations(QlbeRadial radial, QlbeGasAverage average, double M,
                                           QlbeClosedForms *c)
{
  PetscInt n;
  const double *p;
  double *drift, *slope, value;

  PetscFunctionBegin;
  PetscCall(QlbeRadialGetNodes(radial, &n, &p));
  PetscCall(PetscMalloc2(n, &drift, n, &slope));
  for (PetscInt i = 0; i < n; i++) {
    drift[i] = QlbeDrift(average, p[i]);
    slope[i] = p[i] / M + QlbeEnergyShiftSlope(average, p[i]);
  }
  PetscCall(QlbeRadialResolvent(radial, drift, drift, &value));
  c->D_kin = value / 3.0;
  PetscCall(QlbeRadialResolvent(radial, slope, slope, &value));
  c->D_classical_velocity = 2.0 * value / 3.0;
  PetscCall(PetscFree2(drift, slope));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeClosedFormsCompute(const QlbeParameters *par, PetscInt n_basis,
                                      QlbeClosedForms *result)
{
  const double p_max = 10.0 * sqrt(par->M / par->beta);
  const PetscInt n_q = 64 + (PetscInt)ceil(14.0 * par->a / par->hbar * sqrt(par->m / par->beta));
  QlbeClosedForms coarse = {0};
  QlbeGasAverage average;
  QlbeRadial radial;

  PetscFunctionBegin;
  PetscCheck(par->eta > 0.0, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "diffusion needs a positive gas density, not %g", par->eta);
  PetscCall(QlbeGasAverageCreate(par, p_max, &average));
  result->escape_rate_0 = QlbeEscapeRate(average, 0.0);
  PetscCall(QlbeSpatialJumps(par, n_q, &result->D_jps, &result->D_qdc));
  PetscCall(QlbeSpatialJumps(par, 3 * n_q / 4, &coarse.D_jps, &coarse.D_qdc));
  PetscCall(QlbeRadialCreate(par, n_basis, &radial));
  PetscCall(VelocityCorrelations(radial, average, par->M, result));
  PetscCall(QlbeRadialGap(radial, result->escape_rate_0, &result->gap));
  PetscCall(QlbeRadialDestroy(&radial));
  PetscCall(QlbeRadialCreate(par, PetscMax(4, 3 * n_basis / 4), &radial));
  PetscCall(VelocityCorrelations(radial, average, par->M, &coarse));
  PetscCall(QlbeRadialDestroy(&radial));
  PetscCall(QlbeGasAverageDestroy(&average));
  result->D = 2.0 * result->D_kin + result->D_jps;
  result->D_error = fabs(2.0 * (result->D_kin - coarse.D_kin)) +
                    fabs(result->D_jps - coarse.D_jps) + 1e-13 * fabs(result->D);
  PetscFunctionReturn(0);
}
