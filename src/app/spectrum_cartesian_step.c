/*
   One fiber of `qlbe spectrum` on the Cartesian grid, and once more on a coarser one.
*/
#include <math.h>

#include "pair_partners.h"
#include "spectrum_cartesian.h"

/* Levels of a coarser grid looked at beyond several wanted ones: no conjugate pair may be cut. */
enum { SPARE = 1 };

/*
   Where the continuum begins, as a real part: -E(hbar k/2), or what the grid has in its place, the
   largest diagonal entry: near the faces of the box rejected jumps lower the loss.
*/
static PetscErrorCode ContinuumEdge(const QlbeProblem *problem, Cartesian *c,
                                    QlbeGasAverage average, double k, double *edge)
{
  Vec on_nodes, diagonal;
  PetscReal largest;

  PetscFunctionBegin;
  PetscCall(VecDuplicate(c->x0, &diagonal));
  PetscCall(QlbeFiberGetNodeDiagonal(c->A, &on_nodes));
  PetscCall(VecCopy(on_nodes, diagonal));
  PetscCall(VecRealPart(diagonal));
  PetscCall(VecMax(diagonal, NULL, &largest));
  PetscCall(VecDestroy(&diagonal));
  *edge = PetscMax(-QlbeEscapeRate(average, 0.5 * problem->parameters.hbar * k), largest);
  PetscFunctionReturn(0);
}

static PetscErrorCode Make(const QlbeProblem *problem, SpectrumCartesian *work)
{
  const Fibers *f = work->fibers;

  PetscFunctionBegin;
  if (work->made) PetscFunctionReturn(0);
  PetscCall(CartesianCreate(problem, f->count, work->points, work->half_width, f->k_max, work->drop,
                            &work->grid[DECK]));
  work->n_grids = work->drop > 0.0 ? COARSE_ALL + 1 : COARSE + 1;
  for (PetscInt i = COARSE; i < work->n_grids; i++)
    PetscCall(CartesianCreateCoarser(problem, &work->grid[DECK], work->coarse_points,
                                     i == COARSE ? work->drop : 0.0, &work->grid[i]));
  for (PetscInt i = 0; i < work->n_grids; i++)
    PetscCall(CartesianSetAxis(f->direction, &work->grid[i]));
  if (work->announce) PetscCall(CartesianAnnounce(problem, &work->grid[DECK]));
  PetscCall(QlbeGasAverageCreate(&problem->parameters, 0.5 * problem->parameters.hbar * f->k_max,
                                 &work->average));
  work->made = PETSC_TRUE;
  PetscFunctionReturn(0);
}

/* Assembles a fiber on one of the grids; *n of its leading pairs, at most `count`, into pairs. */
static PetscErrorCode Solve(const QlbeProblem *problem, const Fibers *f, double size,
                            PetscInt count, Cartesian *c, QlbeEigenpair pairs[], PetscInt *n)
{
  QlbeSpectrum solver;
  PetscInt rows;
  double k[3];

  PetscFunctionBegin;
  for (int axis = 0; axis < 3; axis++) k[axis] = size * f->direction[axis];
  PetscCall(CartesianAssemble(problem, k, c));
  PetscCall(QlbePhaseBegin(problem->phases, "eigenvalues"));
  PetscCall(VecGetSize(c->x0, &rows));
  PetscCall(CartesianSpectrum(problem, c, &solver));
  PetscCall(QlbeSpectrumSetCount(solver, PetscMin(count, rows)));
  PetscCall(QlbeSpectrumSetOperator(solver, c->A, PETSC_TRUE, f->scale));
  PetscCall(QlbeSpectrumSolve(solver));
  PetscCall(QlbeSpectrumGetConverged(solver, n));
  for (PetscInt j = 0; j < *n; j++) PetscCall(QlbeSpectrumGetEigenvalue(solver, j, &pairs[j]));
  PetscCall(QlbeSpectrumDestroy(&solver));
  PetscCall(QlbePhaseEnd(problem->phases, "eigenvalues"));
  PetscFunctionReturn(0);
}

/* Pairs of each grid at one fiber. */
typedef struct {
  PetscInt n[SPECTRUM_GRIDS];
  QlbeEigenpair *pairs[SPECTRUM_GRIDS];
} Solutions;

/* Solves a fiber on all grids; each frees its matrix before the next, the tables stay. */
static PetscErrorCode SolveAll(const QlbeProblem *problem, SpectrumCartesian *work, double k,
                               PetscInt most, Solutions *s, double *edge)
{
  const Fibers *f = work->fibers;

  PetscFunctionBegin;
  for (PetscInt g = 0; g < work->n_grids; g++) {
    Cartesian *c = &work->grid[g];
    PetscCall(PetscMalloc1(most, &s->pairs[g]));
    PetscCall(Solve(problem, f, k, g == DECK ? f->count : most, c, s->pairs[g], &s->n[g]));
    if (g == DECK) PetscCall(ContinuumEdge(problem, c, work->average, k, edge));
    PetscCall(CartesianFreeMatrix(c));
  }
  PetscFunctionReturn(0);
}

/* Value of each level of the deck's grid on the coarser one, and of that with all pairs. */
static PetscErrorCode Compare(const SpectrumCartesian *work, const Solutions *s, double row[])
{
  const PairList deck = {s->n[DECK], s->pairs[DECK], NULL},
                 coarse = {s->n[COARSE], s->pairs[COARSE], NULL},
                 all = {s->n[COARSE_ALL], s->pairs[COARSE_ALL], NULL};
  PetscScalar *partner, *of_all;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(deck.n, &partner, deck.n, &of_all));
  PetscCall(PairPartners(&deck, &coarse, partner));
  PetscCall(PairPartners(&deck, &all, of_all));
  for (PetscInt j = 0; j < deck.n; j++) {
    double *level = row + LEVELS + j * LEVEL_WIDTH;
    level[SPACING_CHANGE] = PetscAbsScalar(partner[j] - deck.pairs[j].value);
    level[DROP_CHANGE] = work->n_grids > COARSE_ALL ? PetscAbsScalar(of_all[j] - partner[j]) : 0.0;
  }
  PetscCall(PetscFree2(partner, of_all));
  PetscFunctionReturn(0);
}

PetscErrorCode SpectrumCartesianStep(const QlbeProblem *problem, void *context, PetscInt i,
                                     double row[])
{
  SpectrumCartesian *work = context;
  const Fibers *f = work->fibers;
  Solutions s = {.n = {0}};

  PetscFunctionBegin;
  PetscCall(Make(problem, work));
  PetscCall(SolveAll(problem, work, f->k[i], f->count == 1 ? 1 : f->count + SPARE, &s, &row[EDGE]));
  row[CONVERGED] = (double)s.n[DECK];
  for (PetscInt j = 0; j < f->count; j++) {
    const QlbeEigenpair pair = j < s.n[DECK] ? s.pairs[DECK][j] : PairMissing();
    double *level = row + LEVELS + j * LEVEL_WIDTH;
    PairToRow(&pair, level);
    level[SPACING_CHANGE] = level[DROP_CHANGE] = NAN;
  }
  PetscCall(Compare(work, &s, row));
  for (PetscInt g = 0; g < work->n_grids; g++) PetscCall(PetscFree(s.pairs[g]));
  PetscFunctionReturn(0);
}

PetscErrorCode SpectrumCartesianDestroy(SpectrumCartesian *work)
{
  PetscFunctionBegin;
  PetscCall(QlbeGasAverageDestroy(&work->average));
  /* the coarser ones borrow the tables of the deck's */
  for (PetscInt i = work->n_grids - 1; i >= 0; i--) PetscCall(CartesianDestroy(&work->grid[i]));
  PetscFunctionReturn(0);
}
