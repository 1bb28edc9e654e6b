/*
   The initial state from the settings, or from a snapshot.
*/
#include <math.h>

#include "evolution_plan_impl.h"

typedef struct {
  double width[3], position[3], momentum[3], separation[3], momentum_separation[3];
  double weight, phase;
} StateOptions;

static void GetVector(const QlbeRealList *list, double v[3])
{
  for (int i = 0; i < 3; i++) v[i] = list->values[i];
}

/* Positions so far off that squares of them drown the widths. */
static PetscErrorCode CheckSize(const char name[], const double x[3], const double width[3],
                                QlbeComplaint *complaint)
{
  const double most = 1e6;

  PetscFunctionBegin;
  for (int i = 0; i < 3 && !complaint->option; i++)
    if (fabs(x[i]) > most * width[i])
      PetscCall(QlbeComplain(complaint, name,
                             "expected at most %g times the width of the packet, got %g of it",
                             most, fabs(x[i]) / width[i]));
  PetscFunctionReturn(0);
}

static PetscErrorCode GetOptions(const QlbeProblem *problem, StateOptions *o,
                                 QlbeComplaint *complaint)
{
  const QlbeParameters *par = &problem->parameters;
  const double *width;
  PetscInt n;

  PetscFunctionBegin;
  n = problem->settings->state.width.n;
  width = problem->settings->state.width.values;
  if (n == 2) {
    PetscCall(QlbeComplain(complaint, "state_width",
                           "expected one number, or three along x, y and z, got two"));
    PetscFunctionReturn(0);
  }
  for (int i = 0; i < 3; i++)
    o->width[i] = n == 0 ? par->hbar / sqrt(par->M / par->beta) : width[n == 1 ? 0 : i];
  GetVector(&problem->settings->state.position, o->position);
  GetVector(&problem->settings->state.momentum, o->momentum);
  GetVector(&problem->settings->state.separation, o->separation);
  GetVector(&problem->settings->state.momentum_separation, o->momentum_separation);
  PetscCall(CheckSize("state_position", o->position, o->width, complaint));
  PetscCall(CheckSize("state_separation", o->separation, o->width, complaint));
  o->weight = problem->settings->state.weight;
  o->phase = problem->settings->state.phase;
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

static PetscErrorCode CreatePackets(const QlbeProblem *problem, const StateOptions *o,
                                    PetscBool coherent, QlbeEvolutionPlan *plan,
                                    QlbeComplaint *complaint)
{
  QlbePacket packets[2];
  PetscErrorCode ierr;

  PetscFunctionBegin;
  if (IsZero(o->separation) && IsZero(o->momentum_separation)) {
    PetscCall(QlbeComplain(complaint, "state_separation",
                           "two packets need a separation in position or momentum, got zero"));
    PetscFunctionReturn(0);
  }
  TwoPackets(o, packets);
  PetscCall(PetscPushErrorHandler(PetscReturnErrorHandler, NULL));
  ierr = (coherent ? QlbeStateSuperposition : QlbeStateMixture)(problem->parameters.hbar, o->width,
                                                                2, packets, &plan->state);
  PetscCall(PetscPopErrorHandler());
  if (ierr == PETSC_ERR_ARG_OUTOFRANGE)
    PetscCall(
        QlbeComplain(complaint, "state_phase",
                     "the two packets cancel each other with this phase: expected another, or a "
                     "larger separation"));
  else
    PetscCall(ierr);
  PetscFunctionReturn(0);
}

static PetscErrorCode CreateThermal(const QlbeProblem *problem, const StateOptions *o,
                                    QlbeEvolutionPlan *plan, QlbeComplaint *complaint)
{
  const QlbeParameters *par = &problem->parameters;
  const double thermal = sqrt(par->M / par->beta), least = 0.5 * par->hbar / thermal;
  const double sigma[3] = {thermal, thermal, thermal};
  QlbePacket packet = {.amplitude = 1.0};

  PetscFunctionBegin;
  for (int i = 0; i < 3; i++) {
    packet.position[i] = o->position[i];
    packet.momentum[i] = o->momentum[i];
    if (o->width[i] < least * (1.0 - 1e-12) && !complaint->option)
      PetscCall(QlbeComplain(
          complaint, "state_width",
          "a state with thermal momenta is at least hbar/2(M kT)^(1/2) = %g wide, got %g",
          QlbeUnitsToDeck(&problem->units, QLBE_LENGTH, least),
          QlbeUnitsToDeck(&problem->units, QLBE_LENGTH, o->width[i])));
  }
  if (!complaint->option)
    PetscCall(QlbeStateGaussian(par->hbar, o->width, sigma, &packet, &plan->state));
  PetscFunctionReturn(0);
}

/* Symmetry and set of fibers of a snapshot, which has no terms. */
static PetscErrorCode TakeSnapshot(QlbeEvolutionPlan *plan)
{
  const QlbeFiberSnapshot *from = plan->from;

  PetscFunctionBegin;
  plan->symmetry = from->symmetry;
  for (int i = 0; i < 3; i++) plan->axis[i] = from->axis[i];
  if (from->n_magnitude > 0)
    PetscCall(QlbeFiberSetCreate(from->symmetry, from->axis, from->n_magnitude, from->n_polar,
                                 from->k_max, from->scale, &plan->set));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeEvolutionPlanState(const QlbeProblem *problem, QlbeEvolutionPlan *plan,
                                      QlbeComplaint *complaint)
{
  const int type = problem->settings->state.type;
  /* set where there is no complaint, which the analyzer does not follow */
  StateOptions o = {.phase = 0.0};

  PetscFunctionBegin;
  PetscCall(GetOptions(problem, &o, complaint));
  if (complaint->option) PetscFunctionReturn(0);
  if (plan->from) {
    PetscCall(TakeSnapshot(plan));
    PetscFunctionReturn(0);
  }
  PetscCheck(type != QLBE_STATE_FILE, problem->comm, PETSC_ERR_ARG_WRONG,
             "a state from a file needs its snapshot");
  if (type == QLBE_STATE_PACKET) {
    QlbePacket one = {.amplitude = 1.0};
    for (int i = 0; i < 3; i++) {
      one.position[i] = o.position[i];
      one.momentum[i] = o.momentum[i];
    }
    PetscCall(QlbeStateSuperposition(problem->parameters.hbar, o.width, 1, &one, &plan->state));
  } else if (type == QLBE_STATE_CAT || type == QLBE_STATE_MIXTURE) {
    PetscCall(CreatePackets(problem, &o, (PetscBool)(type == QLBE_STATE_CAT), plan, complaint));
  } else {
    PetscCall(CreateThermal(problem, &o, plan, complaint));
  }
  if (complaint->option) PetscFunctionReturn(0);
  PetscCall(QlbeStateInterference(&plan->state, &plan->interference));
  PetscCall(QlbeStateGetMoments(&plan->state, &plan->moments));
  plan->symmetry = QlbeStateGetSymmetry(&plan->state, plan->axis);
  if (plan->interference.n > 0) {
    for (int i = 0; i < 3; i++) plan->probe[i] = -plan->interference.terms[0].kappa[i];
  }
  PetscFunctionReturn(0);
}
