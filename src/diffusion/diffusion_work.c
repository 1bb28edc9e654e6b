/* Discretisations of one group's tasks, made when a task needs them. */
#include "diffusion_impl.h"

/* One line, with an axis for the discretisation whose matrices depend on it. */
static PetscErrorCode Announce(QlbeDiscretisation d, QlbeDiffusionWork *work)
{
  PetscFunctionBegin;
  if (!work->announce) PetscFunctionReturn(0);
  work->announce = PETSC_FALSE;
  PetscCall(QlbeDiscretisationSetAxis(d, work->vectors.k[work->vectors.longest]));
  PetscCall(QlbeDiscretisationAnnounce(d));
  PetscFunctionReturn(0);
}

static PetscErrorCode Make(const QlbeProblem *group, QlbeDiffusionWork *work)
{
  PetscFunctionBegin;
  if (!work->d) PetscCall(QlbeDiscretisationCreate(group, &work->use, work->choice, &work->d));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDiffusionWorkGet(const QlbeProblem *group, QlbeDiffusionWork *work,
                                    QlbeDiscretisation *d)
{
  PetscFunctionBegin;
  PetscCall(Make(group, work));
  PetscCall(Announce(work->d, work));
  *d = work->d;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDiffusionWorkGetNear(const QlbeProblem *group, QlbeDiffusionWork *work,
                                        QlbeDiscretisation *near)
{
  PetscFunctionBegin;
  PetscCall(Make(group, work));
  if (!work->near) PetscCall(QlbeDiscretisationNear(work->d, work->step, &work->near));
  PetscCall(Announce(work->near, work));
  *near = work->near;
  PetscFunctionReturn(0);
}
