/*
   Levels of one fiber: leading eigenvalues of all sectors, and what siblings of the discretisation
   make of them.
*/
#include "levels_impl.h"
#include "pair_partners.h"
#include "qlbe/pair_row.h"

#include <math.h>

PetscErrorCode QlbeLevelsSolve_Private(const QlbeProblem *problem, QlbeDiscretisation d, Mat A,
                                       const LevelQuery *query, PetscInt count,
                                       QlbeEigenpair pairs[], PetscInt *n)
{
  QlbeSpectrum solver;
  PetscInt size;
  Vec x0;

  PetscFunctionBegin;
  PetscCall(QlbePhaseBegin(problem->phases, "eigenvalues"));
  PetscCall(QlbeDiscretisationEquilibrium(d, A, &x0));
  PetscCall(MatGetSize(A, &size, NULL));
  PetscCall(QlbeSpectrumCreate(problem->comm, &solver));
  PetscCall(QlbeSpectrumSetOperator(solver, A, PETSC_TRUE, query->scale));
  /* with two the solver takes the whole spectrum of a small matrix, which normality does not matter
     to */
  PetscCall(QlbeSpectrumSetCount(
      solver, PetscMin(QlbeDiscretisationTraitsOf(d)->small ? PetscMax(count, 2) : count, size)));
  PetscCall(QlbeSpectrumSetTolerance(solver, problem->settings->spectrum.tolerance));
  PetscCall(QlbeSpectrumSetInitialGuess(solver, x0));
  PetscCall(QlbeSpectrumSolve(solver));
  PetscCall(QlbeSpectrumGetConverged(solver, n));
  *n = PetscMin(*n, count);
  for (PetscInt i = 0; i < *n; i++) PetscCall(QlbeSpectrumGetEigenvalue(solver, i, &pairs[i]));
  PetscCall(QlbeSpectrumDestroy(&solver));
  PetscCall(VecDestroy(&x0));
  PetscCall(QlbePhaseEnd(problem->phases, "eigenvalues"));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeLeadingEigenvalue(const QlbeProblem *problem, QlbeDiscretisation d, Mat A,
                                     double scale, QlbeEigenpair *pair)
{
  const LevelQuery query = {.count = 1, .scale = scale};
  PetscInt n;

  PetscFunctionBegin;
  PetscCall(QlbeLevelsSolve_Private(problem, d, A, &query, 1, pair, &n));
  /* what an option has chosen in its place is no eps(k) */
  if (n == 0 || !pair->leading) *pair = QlbePairMissing();
  PetscFunctionReturn(0);
}

QlbeLevelChange QlbeLevelsChange_Private(const LevelQuery *query, const QlbeLevel *level)
{
  QlbeLevelChange change = {.k = query->size,
                            .edge = level->edge,
                            .value = level->pair.value,
                            .scale = query->scale,
                            .gap = query->gap};

  for (PetscInt i = 0; i < QLBE_MOST_SIBLINGS; i++) change.change[i] = level->change[i];
  return change;
}

/* Levels of the sectors seen so far; what the search needs. */
typedef struct {
  const QlbeProblem *problem;
  const LevelLadder *ladder;
  const LevelQuery *query;
  PetscInt count; /* levels kept: the wanted ones and the spare ones */
  double edge;
  double floor; /* below it a sector may have levels that did not converge */
  PetscInt n;
  QlbeLevel *levels; /* [n], in order */
} Search;

/* Puts all levels in order, and drops those beyond count. */
static PetscErrorCode Arrange(Search *search, PetscInt n, QlbeLevel levels[])
{
  QlbeEigenpair *pairs;
  PetscInt *order, *m;

  PetscFunctionBegin;
  PetscCall(PetscMalloc3(n, &pairs, n, &order, n, &m));
  for (PetscInt i = 0; i < n; i++) {
    pairs[i] = levels[i].pair;
    m[i] = levels[i].m;
  }
  QlbeEigenpairOrder(n, pairs, search->query->scale, m, order);
  search->n = PetscMin(n, search->count);
  for (PetscInt i = 0; i < search->n; i++) search->levels[i] = levels[order[i]];
  PetscCall(PetscFree3(pairs, order, m));
  PetscFunctionReturn(0);
}

/* Leading pairs of one sector. */
typedef struct {
  PetscInt m, n;
  QlbeEigenpair *pairs;                     /* [n] */
  PetscScalar *partner[QLBE_MOST_SIBLINGS]; /* [n]: values in the siblings, nan without one */
} Sector;

/* The partners of a sector's pairs in sibling i. */
static PetscErrorCode Compare(const Search *search, PetscInt i, PetscInt wanted, Sector *sector)
{
  const QlbeDiscretisation other = search->ladder->sibling[i];
  const PetscInt spare = QlbeDiscretisationTraitsOf(other)->spare_compared;
  const PetscInt most = wanted == 1 ? 1 : wanted + spare;
  PairList of = {sector->n, sector->pairs, NULL}, among = {.n = 0};
  QlbeEigenpair *pairs;
  Mat A = NULL;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(most, &pairs));
  PetscCall(QlbeDiscretisationOperator(other, search->query->k, sector->m, &A));
  PetscCall(
      QlbeLevelsSolve_Private(search->problem, other, A, search->query, most, pairs, &among.n));
  PetscCall(QlbeDiscretisationRelease(other, &A));
  among.pairs = pairs;
  PetscCall(PairPartners(&of, &among, sector->partner[i]));
  PetscCall(PetscFree(pairs));
  PetscFunctionReturn(0);
}

/* Pairs of sector m, *wanted at most, and of sector 0 the edge of the continuum. */
static PetscErrorCode SectorCreate(Search *search, PetscInt m, PetscInt *wanted, Sector *sector)
{
  const LevelLadder *ladder = search->ladder;
  PetscInt size;
  Mat A = NULL;

  PetscFunctionBegin;
  *sector = (Sector){.m = m};
  PetscCall(QlbeDiscretisationOperator(ladder->d, search->query->k, m, &A));
  PetscCall(MatGetSize(A, &size, NULL));
  *wanted = PetscMin(search->count, size);
  PetscCall(PetscMalloc1(*wanted, &sector->pairs));
  for (PetscInt i = 0; i < ladder->n; i++) PetscCall(PetscMalloc1(*wanted, &sector->partner[i]));
  PetscCall(QlbeLevelsSolve_Private(search->problem, ladder->d, A, search->query, *wanted,
                                    sector->pairs, &sector->n));
  if (m == 0) PetscCall(QlbeDiscretisationEdge(ladder->d, A, search->query->size, &search->edge));
  PetscCall(QlbeDiscretisationRelease(ladder->d, &A));
  for (PetscInt i = 0; i < ladder->n && ladder->compared; i++)
    if (ladder->sibling[i]) PetscCall(Compare(search, i, *wanted, sector));
  PetscFunctionReturn(0);
}

static PetscErrorCode SectorDestroy(Sector *sector)
{
  PetscFunctionBegin;
  PetscCall(PetscFree(sector->pairs));
  for (PetscInt i = 0; i < QLBE_MOST_SIBLINGS; i++) PetscCall(PetscFree(sector->partner[i]));
  PetscFunctionReturn(0);
}

/* Level i of a sector, with its changes in the siblings. */
static QlbeLevel Judge(const Search *search, const Sector *sector, PetscInt i)
{
  const LevelLadder *ladder = search->ladder;
  QlbeLevel level = {.pair = sector->pairs[i], .m = sector->m, .edge = search->edge, .error = NAN};
  QlbeLevelChange change;

  for (PetscInt s = 0; s < ladder->n && ladder->compared; s++) {
    const PetscInt reference = QlbeDiscretisationReference(ladder->d, QLBE_COMPARE_LEVELS, s);
    PetscScalar difference;
    if (!ladder->sibling[s]) continue;
    difference = sector->partner[s][i] -
                 (reference < 0 ? sector->pairs[i].value : sector->partner[reference][i]);
    level.change[s] = PetscIsNanScalar(difference) ? HUGE_VAL : PetscAbsScalar(difference);
  }
  change = QlbeLevelsChange_Private(search->query, &level);
  level.isolated = QlbeDiscretisationIsolated(ladder->d, &change);
  return level;
}

/* Adds the levels of sector m; *leading is the largest real part, -inf if none converged. */
static PetscErrorCode AddSector(Search *search, PetscInt m, double *leading)
{
  PetscInt wanted = 0, n = search->n;
  QlbeLevel *levels;
  Sector sector;

  PetscFunctionBegin;
  PetscCall(SectorCreate(search, m, &wanted, &sector));
  PetscCall(PetscMalloc1(n + 2 * wanted, &levels));
  PetscCall(PetscArraycpy(levels, search->levels, n));
  *leading = sector.n > 0 ? PetscRealPart(sector.pairs[0].value) : -HUGE_VAL;
  if (sector.n < wanted)
    search->floor = PetscMax(
        search->floor, sector.n > 0 ? PetscRealPart(sector.pairs[sector.n - 1].value) : HUGE_VAL);
  for (PetscInt i = 0; i < sector.n; i++) {
    const QlbeLevel level = Judge(search, &sector, i);
    for (int sign = 0; sign < (m == 0 ? 1 : 2); sign++) levels[n++] = level;
  }
  PetscCall(Arrange(search, n, levels));
  PetscCall(PetscFree(levels));
  PetscCall(SectorDestroy(&sector));
  PetscFunctionReturn(0);
}

/* What stands where a level did not converge. */
static QlbeLevel Missing(double edge)
{
  QlbeLevel level = {.pair = QlbePairMissing(), .edge = edge, .error = NAN};

  for (PetscInt i = 0; i < QLBE_MOST_SIBLINGS; i++) level.change[i] = NAN;
  return level;
}

PetscErrorCode QlbeLevelsOfFiber_Private(const QlbeProblem *problem, const LevelLadder *ladder,
                                         const LevelQuery *query, QlbeLevel levels[],
                                         PetscInt *missing)
{
  const PetscInt count = query->count, spare = QlbeDiscretisationTraitsOf(ladder->d)->spare;
  Search search = {.problem = problem,
                   .ladder = ladder,
                   .query = query,
                   .count = count == 1 ? 1 : count + spare,
                   .floor = -HUGE_VAL};

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(search.count, &search.levels));
  /* The leading value of a sector falls with m: the first sector that adds nothing above the edge is
     the last one looked at. The leading level alone is in sector 0. */
  for (PetscInt m = 0; m < QlbeDiscretisationSectors(ladder->d); m++) {
    double leading = 0.0;
    if (m > 0 && count == 1) break;
    PetscCall(AddSector(&search, m, &leading));
    if (search.n >= count && leading < PetscRealPart(search.levels[count - 1].pair.value)) break;
    if (leading < search.edge) break;
  }
  while (search.n > 0 && PetscRealPart(search.levels[search.n - 1].pair.value) <
                             search.floor - 1e-12 * query->scale)
    search.n--;
  *missing = PetscMax(count - search.n, 0);
  for (PetscInt i = 0; i < count; i++)
    levels[i] = i < search.n ? search.levels[i] : Missing(search.edge);
  PetscCall(PetscFree(search.levels));
  PetscFunctionReturn(0);
}
