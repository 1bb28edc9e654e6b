/*
   Levels of a fiber in the spectral basis: leading eigenvalues of all sectors, which of them are
   eigenvalues of L_k, and which only belong to the basis.

   The continuous spectrum of L_k lies to the left of -min E_k. What a basis has there, and close
   to it, moves with the basis; a level counts as discrete when it stands above the edge by ten
   times what a smaller basis changes it, and when that is a small part of its size. Levels that
   are eigenvalues can fail too: those of a heavy particle, once k v_th is a few times the gap, are
   so far from normal (condition above 1e10) that no basis settles them.
*/
#include <math.h>

#include "pair_partners.h"
#include "pair_row.h"
#include "spectral.h"

/*
   Leading pairs of the last assembly in the basis of `orders`; *n of them converged. Two at least
   are asked for: the solver then takes the whole spectrum of a small matrix, which normality does
   not matter to.
*/
static PetscErrorCode Solve(const QlbeProblem *problem, QlbeSpectralFiber fiber,
                            const QlbeSpectralOrders *orders, PetscInt count, double scale,
                            QlbeEigenpair pairs[], PetscInt *n)
{
  QlbeSpectrum solver;
  PetscInt size;
  double tolerance;
  Vec x0;
  Mat A;

  PetscFunctionBegin;
  PetscCall(QlbePhaseBegin(problem->phases, "eigenvalues"));
  tolerance = problem->settings->spectrum.tolerance;
  PetscCall(QlbeSpectralFiberMatrix(fiber, orders->n_radial, orders->n_angular, &A));
  PetscCall(QlbeSpectralFiberEquilibrium(A, &x0));
  PetscCall(MatGetSize(A, &size, NULL));
  PetscCall(QlbeSpectrumCreate(problem->comm, &solver));
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
  PetscCall(QlbePhaseEnd(problem->phases, "eigenvalues"));
  PetscFunctionReturn(0);
}

PetscErrorCode SpectralLeading(const QlbeProblem *problem, QlbeSpectralFiber fiber,
                               const QlbeSpectralOrders *orders, double scale, QlbeEigenpair *pair)
{
  PetscInt n;

  PetscFunctionBegin;
  PetscCall(Solve(problem, fiber, orders, 1, scale, pair, &n));
  /* what an option has chosen in its place is no eps(k) */
  if (n == 0 || !pair->leading) *pair = PairMissing();
  PetscFunctionReturn(0);
}

/* Levels looked for beyond several wanted ones: both of a conjugate pair, for both signs of m. The
   leading level alone is real. */
enum { SPARE = 4 };

/* Levels of the sectors seen so far; what the search needs. */
typedef struct {
  const QlbeSpectralOrders *orders;
  PetscInt count; /* levels kept: the wanted ones and the spare ones */
  double edge, scale;
  double floor; /* below it a sector may have levels that did not converge */
  PetscInt n;
  SpectralLevel *levels; /* [n], in order */
} Search;

/* Puts all levels in order, and drops those beyond count. */
static PetscErrorCode Arrange(Search *search, PetscInt n, SpectralLevel levels[])
{
  QlbeEigenpair *pairs;
  PetscInt *order, *m;

  PetscFunctionBegin;
  PetscCall(PetscMalloc3(n, &pairs, n, &order, n, &m));
  for (PetscInt i = 0; i < n; i++) {
    pairs[i] = levels[i].pair;
    m[i] = levels[i].m;
  }
  QlbeEigenpairOrder(n, pairs, search->scale, m, order);
  search->n = PetscMin(n, search->count);
  for (PetscInt i = 0; i < search->n; i++) search->levels[i] = levels[order[i]];
  PetscCall(PetscFree3(pairs, order, m));
  PetscFunctionReturn(0);
}

/* A level of sector m, from its partner in a smaller basis, nan without one. */
static SpectralLevel Judge(const Search *search, PetscInt m, const QlbeEigenpair *pair,
                           PetscScalar partner)
{
  const double change =
      PetscIsNanScalar(partner) ? HUGE_VAL : PetscAbsScalar(pair->value - partner);
  SpectralLevel level = {.pair = *pair, .m = m, .basis_error = change};

  level.discrete =
      (PetscBool)(PetscRealPart(pair->value) - 10.0 * change > search->edge &&
                  change <= 0.05 * PetscAbsScalar(pair->value) + 1e-10 * search->scale);
  return level;
}

/* Adds the levels of sector m of the last assembly; *leading is the largest real part, -inf if none
   converged. */
static PetscErrorCode AddSector(const QlbeProblem *problem, QlbeSpectralFiber fiber, PetscInt m,
                                Search *search, double *leading)
{
  const QlbeSpectralOrders smaller = SpectralSmaller(search->orders);
  const PetscInt wanted = PetscMin(search->count, QlbeSpectralFiberSize(fiber, m));
  QlbeEigenpair *pairs, *fewer;
  SpectralLevel *levels;
  PairList of = {.n = 0}, among = {.n = 0};
  PetscScalar *partner;
  PetscInt n = search->n;

  PetscFunctionBegin;
  PetscCall(PetscMalloc4(wanted, &pairs, wanted + SPARE, &fewer, n + 2 * wanted, &levels, wanted,
                         &partner));
  PetscCall(PetscArraycpy(levels, search->levels, n));
  PetscCall(Solve(problem, fiber, search->orders, wanted, search->scale, pairs, &of.n));
  if (smaller.n_angular > m)
    PetscCall(Solve(problem, fiber, &smaller, wanted == 1 ? 1 : wanted + SPARE, search->scale,
                    fewer, &among.n));
  of.pairs = pairs;
  among.pairs = fewer;
  PetscCall(PairPartners(&of, &among, partner));
  *leading = of.n > 0 ? PetscRealPart(pairs[0].value) : -HUGE_VAL;
  if (of.n < wanted)
    search->floor =
        PetscMax(search->floor, of.n > 0 ? PetscRealPart(pairs[of.n - 1].value) : HUGE_VAL);
  for (PetscInt i = 0; i < of.n; i++) {
    const SpectralLevel level = Judge(search, m, &pairs[i], partner[i]);
    for (int sign = 0; sign < (m == 0 ? 1 : 2); sign++) levels[n++] = level;
  }
  PetscCall(Arrange(search, n, levels));
  PetscCall(PetscFree4(pairs, fewer, levels, partner));
  PetscFunctionReturn(0);
}

PetscErrorCode SpectralLevels(const QlbeProblem *problem, QlbeSpectralFiber fiber,
                              const QlbeSpectralOrders *orders, double k, PetscInt count,
                              double edge, double scale, SpectralLevel levels[], PetscInt *missing)
{
  Search search = {.orders = orders,
                   .count = count == 1 ? 1 : count + SPARE,
                   .edge = edge,
                   .scale = scale,
                   .floor = -HUGE_VAL};

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(search.count, &search.levels));
  /* The leading value of a sector falls with m: the first sector that adds nothing above the edge
     is the last one looked at. */
  for (PetscInt m = 0; m < orders->n_angular - 1; m++) {
    double leading = 0.0;
    if (m > 0 && count == 1) break;
    PetscCall(SpectralAssemble(problem, fiber, k, m));
    PetscCall(AddSector(problem, fiber, m, &search, &leading));
    if (search.n >= count && leading < PetscRealPart(search.levels[count - 1].pair.value)) break;
    if (leading < edge) break;
  }
  while (search.n > 0 &&
         PetscRealPart(search.levels[search.n - 1].pair.value) < search.floor - 1e-12 * scale)
    search.n--;
  *missing = PetscMax(count - search.n, 0);
  for (PetscInt i = 0; i < count; i++)
    levels[i] = i < search.n ? search.levels[i]
                             : (SpectralLevel){.pair = PairMissing(), .basis_error = NAN};
  PetscCall(PetscFree(search.levels));
  PetscFunctionReturn(0);
}
