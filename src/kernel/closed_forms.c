/*
   Closed forms of the diffusion constant: D = 2 D_kin + D_jps. Second-order perturbation of eps(k)
   has no factor 1/2, which Proposition 7.1 prints.
*/
#include "qlbe/closed_forms.h"
#include "qlbe/gas_average.h"
#include "qlbe/spatial_jumps.h"

/*
   (1/3) <v (-L_0)^(-1) w>, and its error: the change from three quarters of the functions, and what
   the quadrature adds.
*/
static PetscErrorCode Correlation(QlbeRadial radial, PetscInt n_basis, const double v[],
                                  const double w[], double *value, double *error)
{
  double coarse, quadrature;

  PetscFunctionBegin;
  PetscCall(QlbeRadialResolvent(radial, n_basis, v, w, value, &quadrature));
  PetscCall(QlbeRadialResolvent(radial, 3 * n_basis / 4, v, w, &coarse, NULL));
  *error = (fabs(*value - coarse) + quadrature + 1e-14 * fabs(*value)) / 3.0;
  *value /= 3.0;
  PetscFunctionReturn(0);
}

/*
   Correlations of the velocities: v = p/M + w, where L_0 and w = grad H_f + u are proportional to
   the density, so that 2 D_kin = 2 <p/M R p/M> + 4 <p/M R w> + 2 <w R w> with R = (-L_0)^(-1) goes
   as 1/eta, 1 and eta.
*/
static PetscErrorCode VelocityCorrelations(QlbeRadial radial, PetscInt n_basis,
                                           QlbeGasAverage average, double M, QlbeClosedForms *c)
{
  PetscInt n;
  const double *p;
  double *drift, *slope, *free_flight, *gas, value, error;

  PetscFunctionBegin;
  PetscCall(QlbeRadialGetNodes(radial, &n, &p));
  PetscCall(PetscMalloc4(n, &drift, n, &slope, n, &free_flight, n, &gas));
  for (PetscInt i = 0; i < n; i++) {
    const double shift = QlbeEnergyShiftSlope(average, p[i]);
    free_flight[i] = p[i] / M;
    gas[i] = shift + QlbeJumpDrift(average, p[i]);
    slope[i] = free_flight[i] + shift;
    drift[i] = free_flight[i] + gas[i];
  }
  PetscCall(Correlation(radial, n_basis, drift, drift, &c->D_kin, &c->D_kin_error));
  PetscCall(Correlation(radial, n_basis, slope, slope, &value, &error));
  c->D_classical_velocity = 2.0 * value;
  PetscCall(Correlation(radial, n_basis, free_flight, free_flight, &value, &error));
  c->by_density[0] = (QlbeDensityTerm){2.0 * value, 2.0 * error};
  PetscCall(Correlation(radial, n_basis, free_flight, gas, &value, &error));
  c->by_density[1] = (QlbeDensityTerm){4.0 * value, 4.0 * error};
  PetscCall(Correlation(radial, n_basis, gas, gas, &value, &error));
  c->by_density[2] = (QlbeDensityTerm){2.0 * value + c->D_jps, 2.0 * error + c->D_jps_error};
  /* where the gas adds no velocity, B is what rounding leaves of one */
  c->by_density[1].error += 1e-15 * (c->by_density[0].value + c->by_density[2].value);
  PetscCall(PetscFree4(drift, slope, free_flight, gas));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeClosedFormsCompute(const QlbeParameters *par, PetscInt n_basis,
                                      const QlbeTeam *team, QlbeClosedForms *result)
{
  const double p_max = 10.0 * sqrt(par->M / par->beta);
  const PetscInt n_q = 64 + (PetscInt)ceil(14.0 * par->a / par->hbar * sqrt(par->m / par->beta));
  double D_jps, D_qdc, gap;
  QlbeGasAverage average;
  QlbeRadial radial;

  PetscFunctionBegin;
  PetscCheck(par->eta > 0.0, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "diffusion needs a positive gas density, not %g", par->eta);
  PetscCall(QlbeGasAverageCreate(par, p_max, &average));
  result->escape_rate_0 = QlbeEscapeRate(average, 0.0);
  PetscCall(QlbeSpatialJumps(par, n_q, &result->D_jps, &result->D_qdc));
  PetscCall(QlbeSpatialJumps(par, 3 * n_q / 4, &D_jps, &D_qdc));
  result->D_jps_error = fabs(result->D_jps - D_jps) + 1e-14 * fabs(result->D_jps);
  result->D_qdc_error = fabs(result->D_qdc - D_qdc) + 1e-14 * fabs(result->D_qdc);
  PetscCall(QlbeRadialCreate(par, n_basis, team, &radial));
  PetscCall(VelocityCorrelations(radial, n_basis, average, par->M, result));
  PetscCall(QlbeRadialGap(radial, n_basis, result->escape_rate_0, &result->gap));
  PetscCall(QlbeRadialGap(radial, 3 * n_basis / 4, result->escape_rate_0, &gap));
  result->gap_error = fabs(gap - result->gap) + 1e-13 * fabs(gap);
  PetscCall(QlbeRadialDestroy(&radial));
  PetscCall(QlbeGasAverageDestroy(&average));
  result->D = 2.0 * result->D_kin + result->D_jps;
  result->D_error = 2.0 * result->D_kin_error + result->D_jps_error + 1e-13 * fabs(result->D);
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeClosedFormsOfProblem(const QlbeProblem *problem, PetscInt n_basis,
                                        QlbeClosedForms *result)
{
  QlbeTeam team;

  PetscFunctionBegin;
  PetscCall(QlbeTeamFromComm(&problem->comm, &team));
  PetscCall(QlbePhaseBegin(problem->phases, "closed forms"));
  PetscCall(QlbeClosedFormsCompute(&problem->parameters, n_basis, &team, result));
  PetscCall(QlbePhaseEnd(problem->phases, "closed forms"));
  PetscFunctionReturn(0);
}
