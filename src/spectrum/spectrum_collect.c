/*
   What a solve has found: recomputed pairs in their order, as many as are wanted and good.
*/
#include "spectrum_impl.h"

PetscErrorCode QlbeSpectrumCollect(QlbeSpectrum s, EPS eps, PetscInt n)
{
  QlbeEigenpair *pairs;
  PetscInt *order;
  Vec work, *vectors;

  PetscFunctionBegin;
  if (n == 0) PetscFunctionReturn(0);
  PetscCall(MatCreateVecs(s->A, NULL, &work));
  PetscCall(VecDuplicateVecs(work, n, &vectors));
  PetscCall(VecDuplicateVecs(work, n, &s->vectors));
  PetscCall(PetscCalloc1(n, &s->pairs));
  PetscCall(PetscCalloc1(n, &pairs));
  PetscCall(PetscMalloc1(n, &order));
  s->n_pairs = n;
  for (PetscInt i = 0; i < n; i++) {
    PetscCall(EPSGetEigenpair(eps, i, &pairs[i].value, NULL, vectors[i], NULL));
    PetscCall(QlbeSpectrumRefinePair(s, vectors[i], work, &pairs[i]));
    pairs[i].leading = PETSC_TRUE;
    s->matvecs++;
  }
  QlbeEigenpairOrder(n, pairs, s->scale, NULL, order);
  for (PetscInt i = 0; i < n; i++) {
    s->pairs[i] = pairs[order[i]];
    PetscCall(VecCopy(vectors[order[i]], s->vectors[i]));
  }
  PetscCall(VecDestroyVecs(n, &vectors));
  PetscCall(PetscFree(pairs));
  PetscCall(PetscFree(order));
  PetscCall(VecDestroy(&work));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeSpectrumTrim(QlbeSpectrum s)
{
  const PetscInt most = PetscMin(s->n_pairs, s->count);
  PetscInt good = 0;

  PetscFunctionBegin;
  while (good < most && s->pairs[good].residual <= s->tolerance * s->scale) good++;
  for (PetscInt i = good; i < s->n_pairs; i++) PetscCall(VecDestroy(&s->vectors[i]));
  if (good == 0) PetscCall(PetscFree(s->vectors));
  s->n_pairs = good;
  for (PetscInt i = 0; i < good; i++) {
    s->pairs[i].iterations = s->iterations;
    s->pairs[i].matvecs = s->matvecs;
  }
  PetscFunctionReturn(0);
}
