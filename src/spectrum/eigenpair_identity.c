/*
   Which eigenvalue a pair is: evidence that no option of the solver can change.
*/
#include <string.h>

#include "spectrum_impl.h"

/* Prefixes of what an EPS, its transformation, bases and projected problems read. */
static const char *const prefixes[] = {"-eps_", "-st_",  "-bv_", "-ds_", "-rg_",
                                       "-fn_",  "-ksp_", "-pc_", "-mat_"};

PetscErrorCode QlbeSpectrumHasOptions(PetscBool *has)
{
  char *all;

  PetscFunctionBegin;
  *has = PETSC_FALSE;
  PetscCall(PetscOptionsGetAll(NULL, &all));
  for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
    if (strstr(all, prefixes[i])) *has = PETSC_TRUE;
  }
  PetscCall(PetscFree(all));
  PetscFunctionReturn(0);
}

/*
   Seen of eps(k) up to the continuum, for 0.2 <= M/m <= 100 and both interactions: 0.998 and more.
   Seen of others: below 0, and around 0.5 where a grid does not resolve the flight between
   collisions.
*/
static const PetscReal least_share = 0.75;

PetscBool QlbeEigenpairContinues(const QlbeEigenpair *pair, PetscReal scale, PetscReal error)
{
  const PetscReal rounding = 10.0 * QlbeEigenpairRounding(pair, scale) + error;
  const PetscReal re = PetscRealPart(pair->share), im = PetscImaginaryPart(pair->share);
  const PetscBool real = (PetscBool)(PetscAbsReal(PetscImaginaryPart(pair->value)) <= rounding);
  const PetscBool decays = (PetscBool)(PetscRealPart(pair->value) <= rounding);

  return (PetscBool)(pair->leading && real && decays && re >= least_share &&
                     PetscAbsReal(im) <= 1e-3 * re);
}
