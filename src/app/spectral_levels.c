/*
   Levels of a fiber in the spectral basis: leading eigenvalues of all sectors, which of them are eigenvalues of L_k, and
   which only belong to the basis.

   The continuous spectrum of L_k lies to the left of -min E_k. What a basis has there, and close to it, moves with the basis; a level
   counts as discrete when it stands above the edge by ten times what a smaller basis changes it, and when that is a small part of
   its size. Levels that are eigenvalues can fail too: those of a heavy particle, once k v_th is a few times the gap, are so far from
   normal (condition above 1e10) that no basis settles them.
*/
#include <math.h>

#include "spectral.h"

static const QlbeEigenpair no_pair = {
    .value = NAN, .residual = NAN, .condition = NAN, .error = NAN};

/*
   Leading pairs of the last assembly in the basis of `orders`; *n of them converged. Two at least are asked for: the solver then takes the whole
   spectrum of a small matrix, which normality does not matter to.
*/
static PetscErrorCode Solve(QlbeRun *run, QlbeSpectralFiber fiber, const QlbeSpectralOrders *orders,
                            PetscInt count, double scale, QlbeEigenpair pairs[], PetscInt *n)
{
  QlbeSpectrum solver;
  PetscInt size;
  double tolerance;
  Vec x0;
  Mat A;

  PetscFunctionBegin;
  PetscCall(QlbePhaseBegin(run->phases, "eigenvalues"));
  PetscCall(QlbeOptionsGetReal(run->options, "spectrum_tolerance", &tolerance));
  PetscCall(QlbeSpectralFiberMatrix(fiber, orders->n_radial, orders->n_angular, &A));
  PetscCall(QlbeSpectralFiberEquilibrium(A, &x0));
  PetscCall(MatGetSize(A, &size, NULL));
  PetscCall(QlbeSpectrumCreate(run->comm, &solver));
  PetscCall(QlbeSpectrumSetOperator(solver, A, PETSC_TRUE, scale));
  PetscCall(QlbeSpectrumSetCount(solver, PetscMin(PetscMax(count, 2), size)));
  PetscCall(QlbeSpectrumSetTolerance(solver, tolerance));
  PetscCall(QlbeSpectrumSetInitialGuess(solver, x0));
  PetscCall(QlbeSpectrumSolve(solver));
  PetscCall(QlbeSpectrumGetConverged(solver, n));
  *n = PetscMin(*n, count);
  for (PetscInt i = 0; i < *n; i++) PetscCall(QlbeSpectrumGetEigenvalue(solver, i, &pairs[i]));
  PetscCall(QlbeSpectrumDestroy(&solver));
  PetscCall(VecDestroy(&x0));
  PetscCall(MatDestroy(&A));
  PetscCall(QlbePhaseEnd(run->phases, "eigenvalues"));
  PetscFunctionReturn(0);
}

PetscErrorCode SpectralLeading(QlbeRun *run, QlbeSpectralFiber fiber,
                               const QlbeSpectralOrders *orders, double scale, QlbeEigenpair *pair)
{
  PetscInt n;

  PetscFunctionBegin;
  PetscCall(Solve(run, fiber, orders, 1, scale, pair, &n));
  if (n == 0) *pair = no_pair;
  PetscFunctionReturn(0);
}

/* Distance of a value to the nearest one of another basis. */
static double NearestChange(PetscScalar value, PetscInt n, const QlbeEigenpair others[])
{
  double change = HUGE_VAL;

  for (PetscInt i = 0; i < n; i++)
    change = PetscMin(change, PetscAbsScalar(value - others[i].value));
  return change;
}

/* Puts a level into its place among n, keeping at most count. */
static void Insert(const SpectralLevel *level, PetscInt count, SpectralLevel levels[], PetscInt *n)
{
  PetscInt i = *n;

  if (i == count) {
    if (PetscRealPart(level->pair.value) <= PetscRealPart(levels[count - 1].pair.value)) return;
    i--;
  } else
    (*n)++;
  for (; i > 0 && PetscRealPart(level->pair.value) > PetscRealPart(levels[i - 1].pair.value); i--)
    levels[i] = levels[i - 1];
  levels[i] = *level;
}

/* Adds the levels of sector m of the last assembly to levels[n]; *leading is the largest real part, -inf if none converged. */
static PetscErrorCode AddSector(QlbeRun *run, QlbeSpectralFiber fiber,
                                const QlbeSpectralOrders *orders, PetscInt m, PetscInt count,
                                double edge, double scale, SpectralLevel levels[], PetscInt *n,
                                double *leading)
{
  const QlbeSpectralOrders smaller = SpectralSmaller(orders);
  const PetscInt wanted = PetscMin(count, QlbeSpectralFiberSize(fiber, m));
  QlbeEigenpair *pairs, *fewer;
  PetscInt n_pairs, n_fewer = 0;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(count, &pairs, count + 4, &fewer));
  PetscCall(Solve(run, fiber, orders, wanted, scale, pairs, &n_pairs));
  if (smaller.n_angular > m)
    PetscCall(Solve(run, fiber, &smaller, count == 1 ? 1 : count + 4, scale, fewer, &n_fewer));
  *leading = n_pairs > 0 ? PetscRealPart(pairs[0].value) : -HUGE_VAL;
  for (PetscInt i = 0; i < n_pairs; i++) {
    SpectralLevel level = {.pair = pairs[i], .m = m};
    level.basis_error = NearestChange(pairs[i].value, n_fewer, fewer);
    level.discrete =
        (PetscBool)(PetscRealPart(pairs[i].value) - 10.0 * level.basis_error > edge &&
                    level.basis_error <= 0.05 * PetscAbsScalar(pairs[i].value) + 1e-10 * scale);
    for (int sign = 0; sign < (m == 0 ? 1 : 2); sign++) Insert(&level, count, levels, n);
  }
  PetscCall(PetscFree2(pairs, fewer));
  PetscFunctionReturn(0);
}

PetscErrorCode SpectralLevels(QlbeRun *run, QlbeSpectralFiber fiber,
                              const QlbeSpectralOrders *orders, double k, PetscInt count,
                              double edge, double scale, SpectralLevel levels[], PetscInt *missing)
{
  PetscInt n = 0;

  PetscFunctionBegin;
  /* The leading value of a sector falls with m: the first sector that adds nothing above the edge is the last one looked at. */
  for (PetscInt m = 0; m < orders->n_angular - 1; m++) {
    double leading = 0.0;
    if (m > 0 && count == 1) break;
    PetscCall(SpectralAssemble(run, fiber, k, m));
    PetscCall(AddSector(run, fiber, orders, m, count, edge, scale, levels, &n, &leading));
    if (n == count && leading < PetscRealPart(levels[count - 1].pair.value)) break;
    if (leading < edge) break;
  }
  *missing = count - n;
  for (PetscInt i = n; i < count; i++)
    levels[i] = (SpectralLevel){.pair = no_pair, .basis_error = NAN};
  PetscFunctionReturn(0);
}
