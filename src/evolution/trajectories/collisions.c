/*
   The tables of the collision sampler.
*/
#include "collisions_impl.h"

#include "qlbe/gas_average.h"

/* Thermal momenta of the gas beyond which there are no particles: 1e-19 of them. */
static const double reach = 9.5;

/* Error that the table of the amplitude may have, in units of a. */
static const double amplitude_tolerance = 2e-9;

static double Shift(const void *context, double p)
{
  return QlbeEnergyShift((QlbeGasAverage)(uintptr_t)context, p);
}

static double Slope(const void *context, double p)
{
  return QlbeEnergyShiftSlope((QlbeGasAverage)(uintptr_t)context, p) / p;
}

/* What v(p)/p has beside 1/M. */
static double Drift(const void *context, double p)
{
  QlbeGasAverage average = (QlbeGasAverage)(uintptr_t)context;

  return (QlbeEnergyShiftSlope(average, p) + QlbeJumpDrift(average, p)) / p;
}

/* H_f, its slope, and the drift, on the smaller of the scales of particle and gas. */
static PetscErrorCode CreateRadial(QlbeCollisions c, double p_max)
{
  const QlbeParameters *par = &c->par;
  const double width =
      0.5 * PetscMin(sqrt(par->M / par->beta), par->M / par->m * sqrt(par->m / par->beta));
  QlbeGasAverage average;

  PetscFunctionBegin;
  PetscCall(QlbeGasAverageCreate(par, p_max, &average));
  PetscCall(QlbeRadialCellsCreate(Shift, average, p_max, width, 1.0 / par->beta, &c->shift));
  PetscCall(QlbeRadialCellsCreate(Slope, average, p_max, width, 1.0 / par->M, &c->slope));
  PetscCall(QlbeRadialCellsCreate(Drift, average, p_max, width, 1.0 / par->M, &c->drift));
  PetscCall(QlbeGasAverageDestroy(&average));
  PetscFunctionReturn(0);
}

/* f at all relative momenta, and of the other side of a pair beyond. */
static PetscErrorCode CreateAmplitude(QlbeCollisions c, double k_max, const QlbeTeam *team)
{
  const QlbeParameters *par = &c->par;
  const double beyond = c->relative_max + c->own * par->hbar * k_max;
  QlbeInteraction interaction;
  PetscComplex f;

  PetscFunctionBegin;
  PetscCall(QlbeInteractionCreate(par, &interaction));
  if (team) PetscCall(QlbeInteractionSetTeam(interaction, team));
  PetscCall(QlbeInteractionAmplitude(interaction, 0.0, 0.0, &f, NULL));
  c->constant = PetscRealPart(f);
  if (c->varies)
    PetscCall(QlbeAmplitudeCellsCreate(interaction, beyond, amplitude_tolerance, &c->amplitude));
  PetscCall(QlbeInteractionDestroy(&interaction));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCollisionsCreate(const QlbeParameters *par, double p_max, double k_max,
                                    const QlbeTeam *team, QlbeCollisions *collisions)
{
  const double own = PetscMax(p_max, reach * sqrt(par->M / par->beta));
  /* a collision can add a thermal energy of the gas; one side of a pair is hbar k off the other */
  const double most = hypot(own, reach * sqrt(par->M / par->beta)) + 1.5 * par->hbar * k_max;
  QlbeCollisions c;

  PetscFunctionBegin;
  PetscCall(PetscNew(&c));
  c->par = *par;
  c->gas = par->m_star / par->m;
  c->own = par->m_star / par->M;
  c->thermal = sqrt(par->m / par->beta);
  c->mean_p0 = sqrt(8.0 / PETSC_PI) * c->thermal;
  c->rate = par->eta / par->m_star;
  c->p_max = most;
  c->relative_max = c->gas * reach * c->thermal + c->own * most;
  c->varies = QlbeInteractionGetTraits(par->interaction)->varies;
  c->phase = QlbeInteractionGetTraits(par->interaction)->has_phase;
  *collisions = c;
  if (par->eta <= 0.0) PetscFunctionReturn(0);
  PetscCall(CreateAmplitude(c, k_max, team));
  PetscCall(QlbeCollisionsBound(c));
  PetscCall(CreateRadial(c, most));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCollisionsDestroy(QlbeCollisions *collisions)
{
  QlbeCollisions c = *collisions;

  PetscFunctionBegin;
  if (!c) PetscFunctionReturn(0);
  PetscCall(QlbeAmplitudeCellsDestroy(&c->amplitude));
  PetscCall(QlbeRadialCellsDestroy(&c->shift));
  PetscCall(QlbeRadialCellsDestroy(&c->slope));
  PetscCall(QlbeRadialCellsDestroy(&c->drift));
  PetscCall(PetscFree(c->angle));
  PetscCall(PetscFree(*collisions));
  PetscFunctionReturn(0);
}

QlbeCollisionsErrors QlbeCollisionsGetErrors(QlbeCollisions c)
{
  return (QlbeCollisionsErrors){.amplitude =
                                    c->amplitude ? QlbeAmplitudeCellsError(c->amplitude) : 0.0,
                                .shift = c->shift.error,
                                .drift = c->drift.error};
}

double QlbeCollisionsCandidateRate(QlbeCollisions collisions, double p)
{
  return QlbeCandidateRate(collisions, p);
}
