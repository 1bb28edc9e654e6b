/*
   The initial state from the deck.
*/
#include <math.h>

#include "evolve.h"

typedef struct {
  double width[3], position[3], momentum[3], separation[3], momentum_separation[3];
  double weight, phase;
} StateOptions;

static PetscErrorCode GetVector(QlbeRun *run, const char name[], double v[3])
{
  const double *values;
  PetscInt n;

  PetscFunctionBegin;
  PetscCall(QlbeOptionsGetRealList(run->options, name, &n, &values));
  for (int i = 0; i < 3; i++) v[i] = values[i];
  PetscFunctionReturn(0);
}

/* Positions so far off that squares of them drown the widths. */
static PetscErrorCode CheckSize(QlbeRun *run, const char name[], const double x[3],
                                const double width[3], int *exit_status)
{
  const double most = 1e6;

  PetscFunctionBegin;
  for (int i = 0; i < 3 && *exit_status == QLBE_EXIT_DONE; i++)
    if (fabs(x[i]) > most * width[i])
      PetscCall(QlbeRunBadInput(run, name, exit_status,
                                "expected at most %g times the width of the packet, got %g of it",
                                most, fabs(x[i]) / width[i]));
  PetscFunctionReturn(0);
}

static PetscErrorCode GetOptions(QlbeRun *run, StateOptions *o, int *exit_status)
{
  const QlbeParameters *par = &run->parameters;
  const double *width;
  PetscInt n;

  PetscFunctionBegin;
  PetscCall(QlbeOptionsGetRealList(run->options, "state_width", &n, &width));
  if (n == 2) {
    PetscCall(QlbeRunBadInput(run, "state_width", exit_status,
                              "expected one number, or three along x, y and z, got two"));
    PetscFunctionReturn(0);
  }
  for (int i = 0; i < 3; i++)
    o->width[i] = n == 0 ? par->hbar / sqrt(par->M / par->beta) : width[n == 1 ? 0 : i];
  PetscCall(GetVector(run, "state_position", o->position));
  PetscCall(GetVector(run, "state_momentum", o->momentum));
  PetscCall(GetVector(run, "state_separation", o->separation));
  PetscCall(GetVector(run, "state_momentum_separation", o->momentum_separation));
  PetscCall(CheckSize(run, "state_position", o->position, o->width, exit_status));
  PetscCall(CheckSize(run, "state_separation", o->separation, o->width, exit_status));
  PetscCall(QlbeOptionsGetReal(run->options, "state_weight", &o->weight));
  PetscCall(QlbeOptionsGetReal(run->options, "state_phase", &o->phase));
  PetscFunctionReturn(0);
}

static PetscBool IsZero(const double v[3])
{
  return (PetscBool)(v[0] == 0.0 && v[1] == 0.0 && v[2] == 0.0);
}

/* Two packets at plus and minus half of the separations. */
static void TwoPackets(const StateOptions *o, QlbePacket packets[2])
{
  for (int j = 0; j < 2; j++) {
    const double half = j == 0 ? 0.5 : -0.5;
    for (int i = 0; i < 3; i++) {
      packets[j].position[i] = o->position[i] + half * o->separation[i];
      packets[j].momentum[i] = o->momentum[i] + half * o->momentum_separation[i];
    }
  }
  packets[0].amplitude = sqrt(o->weight) * PetscExpScalar(PetscCMPLX(0.0, o->phase));
  packets[1].amplitude = sqrt(1.0 - o->weight);
}

static PetscErrorCode CreatePackets(QlbeRun *run, const StateOptions *o, PetscBool coherent,
                                    EvolvePlan *plan, int *exit_status)
{
  QlbePacket packets[2];
  PetscErrorCode ierr;

  PetscFunctionBegin;
  if (IsZero(o->separation) && IsZero(o->momentum_separation)) {
    PetscCall(QlbeRunBadInput(run, "state_separation", exit_status,
                              "two packets need a separation in position or momentum, got zero"));
    PetscFunctionReturn(0);
  }
  TwoPackets(o, packets);
  PetscCall(PetscPushErrorHandler(PetscReturnErrorHandler, NULL));
  ierr = (coherent ? QlbeStateSuperposition : QlbeStateMixture)(run->parameters.hbar, o->width, 2,
                                                                packets, &plan->state);
  PetscCall(PetscPopErrorHandler());
  if (ierr == PETSC_ERR_ARG_OUTOFRANGE)
    PetscCall(
        QlbeRunBadInput(run, "state_phase", exit_status,
                        "the two packets cancel each other with this phase: expected another, or a "
                        "larger separation"));
  else
    PetscCall(ierr);
  PetscFunctionReturn(0);
}

static PetscErrorCode CreateThermal(QlbeRun *run, const StateOptions *o, EvolvePlan *plan,
                                    int *exit_status)
{
  const QlbeParameters *par = &run->parameters;
  const double thermal = sqrt(par->M / par->beta), least = 0.5 * par->hbar / thermal;
  const double sigma[3] = {thermal, thermal, thermal};
  QlbePacket packet = {.amplitude = 1.0};

  PetscFunctionBegin;
  for (int i = 0; i < 3; i++) {
    packet.position[i] = o->position[i];
    packet.momentum[i] = o->momentum[i];
    if (o->width[i] < least * (1.0 - 1e-12) && *exit_status == QLBE_EXIT_DONE)
      PetscCall(QlbeRunBadInput(
          run, "state_width", exit_status,
          "a state with thermal momenta is at least hbar/2(M kT)^(1/2) = %g wide, got %g",
          QlbeUnitsToDeck(&run->units, QLBE_LENGTH, least),
          QlbeUnitsToDeck(&run->units, QLBE_LENGTH, o->width[i])));
  }
  if (*exit_status == QLBE_EXIT_DONE)
    PetscCall(QlbeStateGaussian(par->hbar, o->width, sigma, &packet, &plan->state));
  PetscFunctionReturn(0);
}

PetscErrorCode EvolveStateCreate(QlbeRun *run, EvolvePlan *plan, int *exit_status)
{
  const char *type;
  StateOptions o;
  PetscBool packet, cat, mixture, file;

  PetscFunctionBegin;
  PetscCall(GetOptions(run, &o, exit_status));
  if (*exit_status != QLBE_EXIT_DONE) PetscFunctionReturn(0);
  PetscCall(QlbeOptionsGetChoice(run->options, "state_type", &type));
  PetscCall(PetscStrcmp(type, "file", &file));
  if (file) {
    PetscCall(EvolveSnapshotRead(run, plan, exit_status));
    PetscFunctionReturn(0);
  }
  PetscCall(PetscStrcmp(type, "packet", &packet));
  PetscCall(PetscStrcmp(type, "cat", &cat));
  PetscCall(PetscStrcmp(type, "mixture", &mixture));
  if (packet) {
    QlbePacket one = {.amplitude = 1.0};
    for (int i = 0; i < 3; i++) {
      one.position[i] = o.position[i];
      one.momentum[i] = o.momentum[i];
    }
    PetscCall(QlbeStateSuperposition(run->parameters.hbar, o.width, 1, &one, &plan->state));
  } else if (cat || mixture) {
    PetscCall(CreatePackets(run, &o, cat, plan, exit_status));
  } else {
    PetscCall(CreateThermal(run, &o, plan, exit_status));
  }
  if (*exit_status != QLBE_EXIT_DONE) PetscFunctionReturn(0);
  PetscCall(QlbeStateInterference(&plan->state, &plan->interference));
  PetscCall(QlbeStateGetMoments(&plan->state, &plan->moments));
  plan->symmetry = QlbeStateGetSymmetry(&plan->state, plan->axis);
  if (plan->interference.n > 0) {
    for (int i = 0; i < 3; i++) plan->probe[i] = -plan->interference.terms[0].kappa[i];
  }
  PetscFunctionReturn(0);
}
