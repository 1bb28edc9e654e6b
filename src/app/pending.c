/*
   Commands whose own files are still to be written: each settles its output, says so and fails.
*/
#include "qlbe/app.h"

static PetscErrorCode NotBuilt(QlbeRun *run, const char table[], const char data[],
                               int *exit_status)
{
  const char *const names[] = {table, data};
  PetscBool ok;

  PetscFunctionBegin;
  PetscCall(QlbeOutputPrepare(run, 2, names, &ok));
  *exit_status = ok ? QLBE_EXIT_FAILED : QLBE_EXIT_BAD_INPUT;
  if (ok) PetscCall(QlbeError(run->comm, "command %s is not built", run->command));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCommandScattering(QlbeRun *run, int *exit_status)
{
  PetscFunctionBegin;
  PetscCall(NotBuilt(run, "scattering.csv", "scattering.h5", exit_status));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCommandMomentum(QlbeRun *run, int *exit_status)
{
  PetscFunctionBegin;
  PetscCall(NotBuilt(run, "momentum.csv", "momentum.h5", exit_status));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCommandSpectrum(QlbeRun *run, int *exit_status)
{
  PetscFunctionBegin;
  PetscCall(NotBuilt(run, "spectrum.csv", "spectrum.h5", exit_status));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCommandDiffusion(QlbeRun *run, int *exit_status)
{
  PetscFunctionBegin;
  PetscCall(NotBuilt(run, "diffusion.json", "diffusion.h5", exit_status));
  PetscFunctionReturn(0);
}
