/* Parts of the plan of an evolution. Private to the evolution of a density matrix. */
#ifndef QLBE_EVOLUTION_PLAN_IMPL_H
#define QLBE_EVOLUTION_PLAN_IMPL_H

#include "qlbe/evolution_plan.h"

/*
   Complains about settings that describe no state, and fills the state's part of the plan: from the
   settings, or from the snapshot plan->from. Not collective.
*/
PETSC_INTERN PetscErrorCode QlbeEvolutionPlanState(const QlbeProblem *problem,
                                                   QlbeEvolutionPlan *plan,
                                                   QlbeComplaint *complaint);

/*
   Output times and the steps between them into the plan, whose closed forms are there already, or a
   complaint. Steps that are equal but for rounding are the same number: an exponential that was
   kept for one of them serves the others, and what a task finds does not depend on which of them
   came first, nor on where a run went on. Not collective.
*/
PETSC_INTERN PetscErrorCode QlbeEvolutionPlanTimes(const QlbeProblem *problem,
                                                   QlbeEvolutionPlan *plan,
                                                   QlbeComplaint *complaint);

/*
   Separations whose rates of decoherence are asked for into the plan; none without gas or terms,
   and for packets that decoherence.h does not serve. Not collective.
*/
PETSC_INTERN PetscErrorCode QlbeEvolutionPlanSeparations(const QlbeProblem *problem,
                                                         QlbeEvolutionPlan *plan);

/*
   The set of fibers as the settings say, or chosen for the initial state; needs moments, times,
   closed forms and the line of rho(x, x'). Collective.
*/
PETSC_INTERN PetscErrorCode QlbeEvolutionPlanSet(const QlbeProblem *problem,
                                                 QlbeEvolutionPlan *plan);

/*
   A finer set where the program chooses it and fields with the relative errors `worst` do not keep
   the tolerance; plan->known says what need not be computed again. unknowns: of one fiber.
   Collective.
*/
PETSC_INTERN PetscErrorCode QlbeEvolutionPlanRefine(const QlbeProblem *problem,
                                                    QlbeFiberError worst, double unknowns,
                                                    QlbeEvolutionPlan *plan, PetscBool *refined);

/*
   Numbers in the largest array that a set with so many magnitudes and cosines makes; saved fibers
   of so many unknowns count too. Not collective.
*/
PETSC_INTERN double QlbeEvolutionPlanNumbers(const QlbeEvolutionPlan *plan, PetscInt radial,
                                             PetscInt angular, double unknowns);

/*
   Complains about wave numbers, sizes and orders of an otherwise complete plan; output times whose
   limit asks for larger wave numbers than are served lose it. Collective.
*/
PETSC_INTERN PetscErrorCode QlbeEvolutionPlanFeasible(const QlbeProblem *problem,
                                                      QlbeEvolutionPlan *plan,
                                                      QlbeComplaint *complaint);

/*
   In place of the discretisation's part of a plan: complains about what trajectories cannot serve.
   Not collective.
*/
PETSC_INTERN PetscErrorCode QlbeEvolutionPlanWalkers(const QlbeProblem *problem,
                                                     QlbeEvolutionPlan *plan,
                                                     QlbeComplaint *complaint);

/*
   Complains about arrays that are too large together. Not collective.
*/
PETSC_INTERN PetscErrorCode QlbeEvolutionPlanSizes(const QlbeProblem *problem,
                                                   const QlbeEvolutionPlan *plan,
                                                   QlbeComplaint *complaint);

#endif
