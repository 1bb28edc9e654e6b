/*
   The diffusion constant from fibers: the order of the two routes, and the numbers that they leave.
*/
#include "qlbe/diffusion.h"

#include <math.h>

#include "diffusion_impl.h"
#include "qlbe/pair_row.h"
#include "qlbe/vector_length.h"

/* The quartic coefficient, and higher powers of k, from one eigenvalue and D. */
static double Quartic(double eps, double D, double k)
{
  return (eps + 0.5 * D * k * k) / pow(k, 4);
}

static double SolvedD(const QlbePerturbation *perturbation)
{
  return perturbation->converged ? perturbation->D : NAN;
}

/* What all rungs say of D; quartic coefficients and the fit are still missing. */
static QlbeDiffusionChanges ChangesOfD(const QlbeDiffusionWork *work)
{
  const QlbePerturbation *own = &work->rungs[work->n_siblings].perturbation;
  QlbeDiffusionChanges changes = {.n = work->n_siblings,
                                  .D = SolvedD(own),
                                  .k_error = own->k_error,
                                  .D_error = own->D_error,
                                  .scale = work->closed->escape_rate_0};

  for (PetscInt i = 0; i < work->n_siblings; i++)
    changes.sibling_D[i] = SolvedD(&work->rungs[i].perturbation);
  return changes;
}

/*
   eps of a rung at the longest wave vector. The whole spectrum of a small matrix has it wherever it
   is a leading one; others are judged as the eigenvalues of the fit are, and count as they do.
*/
static double RungValue(const QlbeDiffusionWork *work, const QlbeDiffusionRung *rung,
                        QlbeDiffusionFindings *found, QlbeDiffusion *result)
{
  QlbeDiffusionLevel level;

  if (work->traits->small) return rung->pair.leading ? PetscRealPart(rung->pair.value) : NAN;
  QlbeDiffusionJudge(&rung->pair, work->vectors.k[work->vectors.longest], found, result, &level);
  return PetscRealPart(level.pair.value);
}

/*
   Quartic coefficients of d and of the siblings that are asked for theirs. That of d comes from the
   fit unless a sibling of its family has let it be solved once more, in the same way.
*/
static void AddQuartics(const QlbeDiffusionWork *work, QlbeDiffusionChanges *changes,
                        QlbeDiffusionFindings *found, QlbeDiffusion *result)
{
  const PetscInt n = work->n_siblings, longest = work->vectors.longest;
  const double k = QlbeVectorLength(work->vectors.k[longest]);
  double eps = PetscRealPart(result->levels[longest].pair.value);
  PetscBool again = PETSC_FALSE;

  for (PetscInt i = 0; i < n; i++) {
    if (!work->siblings[i].quartic) continue;
    changes->sibling_quartic[i] =
        Quartic(RungValue(work, &work->rungs[i], found, result), changes->sibling_D[i], k);
    if (work->siblings[i].family == 0) again = PETSC_TRUE;
  }
  if (again) eps = RungValue(work, &work->rungs[n], found, result);
  changes->quartic = Quartic(eps, changes->D, k);
}

/* Route (a): levels in the order of the vectors, and the fit. */
static PetscErrorCode Fit(const QlbeDiffusionWork *work, QlbeDiffusionFindings *found,
                          QlbeDiffusion *result)
{
  const QlbeWaveVectors *vectors = &work->vectors;
  const QlbeClosedForms *closed = work->closed;
  const QlbeCurvatureSeries series = {.isotropic = work->traits->isotropic,
                                      .lattice = work->traits->lattice,
                                      .scale = QlbeCurvatureScale(closed->gap, closed->D)};
  PetscScalar *eps;
  double *sigma;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(vectors->n, &eps, vectors->n, &sigma));
  for (PetscInt i = 0; i < vectors->n; i++) {
    QlbeDiffusionLevel *level = &result->levels[result->n++];
    QlbeDiffusionJudge(&work->fit.pairs[i], vectors->k[i], found, result, level);
    eps[i] = level->pair.value;
    sigma[i] = found->rounding + QlbePairSolverError(&level->pair, closed->gap);
  }
  PetscCall(QlbeCurvatureFit(vectors->n, (const double(*)[3])vectors->k, eps, sigma, &series,
                             &result->fit));
  PetscCall(PetscFree2(eps, sigma));
  PetscFunctionReturn(0);
}

/* The level of the longest vector reversed, L_(-k) = conj L_k. */
static void Reverse(const QlbeDiffusionWork *work, QlbeDiffusionFindings *found,
                    QlbeDiffusion *result)
{
  const PetscInt longest = work->vectors.longest;
  const double *of = work->vectors.k[longest], k[3] = {-of[0], -of[1], -of[2]};
  QlbeDiffusionLevel *level = &result->levels[result->n++];

  QlbeDiffusionJudge(&work->fit.reversed, k, found, result, level);
  found->reversal =
      PetscAbsScalar(level->pair.value - PetscConj(result->levels[longest].pair.value));
}

/* Derivatives in k of fit and perturbation differ by as much: the fit takes its share. */
static void AddDerivativeError(double error, QlbeCurvature *fit)
{
  fit->D_truncation += error;
  fit->D_fit_error += error;
  fit->isotropy_error += 2.0 * error / fabs(fit->D);
  for (int i = 0; i < 3; i++) {
    for (int j = 0; j < 3; j++) fit->hessian_error[i][j] += error;
  }
}

/*
   Results, errors and checks from the numbers of all tasks. `whole` is the discretisation on the
   ranks of the problem. Errors of eps come first, from those of D by perturbation: the fit takes
   what is eps(k) alone.
*/
static PetscErrorCode Conclude(const QlbeProblem *problem, const QlbeDiffusionWork *work,
                               QlbeDiscretisation whole, QlbeDiffusion *result)
{
  const QlbeClosedForms *closed = work->closed;
  const QlbeDiffusionRung *own = &work->rungs[work->n_siblings];
  QlbeDiffusionChanges changes = ChangesOfD(work);
  QlbeDiffusionFindings found = {
      .closed = closed, .at_zero = own->structure, .at_longest = work->fit.structure};

  PetscFunctionBegin;
  found.rounding =
      QlbeDiscretisationRounding(problem, work->vectors.k_max, closed->escape_rate_0, closed->gap);
  result->perturbation = own->perturbation;
  PetscCall(QlbeDiscretisationDiffusionErrors(whole, &changes, &result->errors, NULL));
  PetscCall(Fit(work, &found, result));
  if (!work->traits->isotropic) Reverse(work, &found, result);
  AddQuartics(work, &changes, &found, result);
  changes.fit_D = result->fit.D;
  changes.fit_error = result->fit.D_fit_error;
  changes.fit_quartic = result->fit.quartic;
  changes.fit_quartic_error = result->fit.quartic_error;
  PetscCall(QlbeDiscretisationDescribe(whole, &result->entries));
  PetscCall(QlbeDiscretisationDiffusionErrors(whole, &changes, &result->errors, &result->entries));
  AddDerivativeError(result->errors.derivative_error, &result->fit);
  PetscCall(QlbeDiscretisationCheck(whole, problem->comm, &result->checks));
  PetscCall(QlbeDiffusionAddChecks(problem, work->vectors.k_max, &found, result));
  PetscFunctionReturn(0);
}

/* The step of differences in k, for which no tables are made. */
static PetscErrorCode FindStep(const QlbeProblem *problem, QlbeDiffusionWork *work)
{
  QlbeDiscretisation d;

  PetscFunctionBegin;
  PetscCall(QlbeDiscretisationCreate(problem, &work->use, NULL, &d));
  work->step = QlbeDiscretisationDifferenceStep(d);
  PetscCall(QlbeDiscretisationDestroy(&d));
  PetscFunctionReturn(0);
}

/* Orders that settle, where the settings ask for them. */
static PetscErrorCode ChooseOrders(const QlbeProblem *problem, QlbeTasks tasks,
                                   QlbeDiffusionWork *work, QlbeDiscretisationChoice *choice,
                                   PetscBool *stopped)
{
  PetscFunctionBegin;
  *stopped = PETSC_FALSE;
  if (!QlbeDiscretisationHasToSettle(problem)) PetscFunctionReturn(0);
  work->use.k_max = work->step;
  PetscCall(QlbeDiffusionOrders(tasks, work, choice, stopped));
  work->choice = choice;
  PetscFunctionReturn(0);
}

/* All tasks of both routes. `whole` is not used by any: their groups make their own. */
static PetscErrorCode ComputeTasks(const QlbeProblem *problem, QlbeTasks tasks,
                                   QlbeDiscretisation whole, QlbeDiffusionWork *work,
                                   PetscBool *stopped)
{
  const PetscBool alike = (PetscBool)(work->traits->isotropic || work->traits->cubic);
  const PetscBool all =
      (PetscBool)(!alike || problem->settings->grid.functions == QLBE_FUNCTIONS_ALL);

  PetscFunctionBegin;
  PetscCall(QlbeDiscretisationGetSiblings(whole, QLBE_COMPARE_DIFFUSION, &work->n_siblings,
                                          work->siblings));
  PetscCall(QlbeDiffusionRungs(tasks, work, stopped));
  /* of two objects only one needs tables and a matrix */
  if (work->near) PetscCall(QlbeDiscretisationDestroy(&work->near));
  if (!*stopped) PetscCall(QlbeDiffusionFibers(tasks, all, work, stopped));
  if (work->A) PetscCall(QlbeDiscretisationRelease(work->d, &work->A));
  if (work->d) PetscCall(QlbeDiscretisationDestroy(&work->d));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDiffusionCompute(const QlbeProblem *problem, QlbeTasks tasks,
                                    const QlbeClosedForms *closed, QlbeDiffusion *result,
                                    PetscBool *stopped)
{
  QlbeDiffusionWork work = {.closed = closed,
                            .traits = QlbeDiscretisationGetTraits(problem),
                            .announce = (PetscBool)(QlbeTasksGroupNumber(tasks) == 0)};
  QlbeDiscretisationChoice choice;
  QlbeDiscretisation whole;
  double axes[6][3];

  PetscFunctionBegin;
  *result = (QlbeDiffusion){.n = 0};
  PetscCall(QlbeWaveVectorsCreate(problem, closed, &work.vectors));
  result->added_k = work.vectors.added;
  PetscCall(PetscCalloc1(work.vectors.n + 1, &result->levels));
  PetscCall(PetscCalloc1(work.vectors.n, &work.fit.pairs));
  work.use = QlbeDiffusionUse(problem, work.vectors.k_max, axes);
  PetscCall(FindStep(problem, &work));
  PetscCall(ChooseOrders(problem, tasks, &work, &choice, stopped));
  if (!*stopped) {
    work.use.k_max = PetscMax(work.vectors.k_max, work.step);
    PetscCall(QlbeDiscretisationCreate(problem, &work.use, work.choice, &whole));
    PetscCall(ComputeTasks(problem, tasks, whole, &work, stopped));
    if (!*stopped) PetscCall(Conclude(problem, &work, whole, result));
    PetscCall(QlbeDiscretisationDestroy(&whole));
  }
  if (*stopped) PetscCall(QlbeDiffusionDestroy(result));
  PetscCall(PetscFree(work.fit.pairs));
  PetscCall(PetscFree(work.vectors.k));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDiffusionDestroy(QlbeDiffusion *result)
{
  PetscFunctionBegin;
  PetscCall(PetscFree(result->levels));
  *result = (QlbeDiffusion){.n = 0};
  PetscFunctionReturn(0);
}
