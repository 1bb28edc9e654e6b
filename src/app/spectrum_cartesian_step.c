/*
   One fiber of `qlbe spectrum` on the Cartesian grid, and once more on a coarser one.
*/
#include <math.h>

#include "spectrum_cartesian.h"

/* Levels of a coarser grid looked at beyond several wanted ones: no conjugate pair may be cut. */
enum { SPARE = 1 };

/*
   Where the continuum begins, as a real part: -E(hbar k/2), or what the grid has in its place, the
   largest diagonal entry: near the faces of the box rejected jumps lower the loss.
*/
static PetscErrorCode ContinuumEdge(QlbeRun *run, Cartesian *c, QlbeGasAverage average, double k,
                                    double *edge)
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
  *edge = PetscMax(-QlbeEscapeRate(average, 0.5 * run->parameters.hbar * k), largest);
  PetscFunctionReturn(0);
}

static PetscErrorCode Make(QlbeRun *run, SpectrumCube *work)
{
  const Fibers *f = work->fibers;

  PetscFunctionBegin;
  if (work->made) PetscFunctionReturn(0);
  PetscCall(CartesianCreate(run, f->count, work->points, work->half_width, f->k_max, work->drop,
                            &work->cube[DECK]));
  work->n_cubes = work->drop > 0.0 ? COARSE_ALL + 1 : COARSE + 1;
  for (PetscInt i = COARSE; i < work->n_cubes; i++)
    PetscCall(CartesianCreateCoarser(run, &work->cube[DECK], work->coarse_points,
                                     i == COARSE ? work->drop : 0.0, &work->cube[i]));
  for (PetscInt i = 0; i < work->n_cubes; i++)
    PetscCall(CartesianSetAxis(f->direction, &work->cube[i]));
  if (work->announce) PetscCall(CartesianAnnounce(run, &work->cube[DECK]));
  PetscCall(QlbeGasAverageCreate(&run->parameters, 0.5 * run->parameters.hbar * f->k_max,
                                 &work->average));
  work->made = PETSC_TRUE;
  PetscFunctionReturn(0);
}

/* Assembles a fiber on one of the grids; *n of its leading pairs, at most `count`, into pairs. */
static PetscErrorCode Solve(QlbeRun *run, const Fibers *f, double size, PetscInt count,
                            Cartesian *c, QlbeEigenpair pairs[], PetscInt *n)
{
  QlbeSpectrum solver;
  PetscInt rows;
  double k[3];

  PetscFunctionBegin;
  for (int axis = 0; axis < 3; axis++) k[axis] = size * f->direction[axis];
  PetscCall(CartesianAssemble(run, k, c));
  PetscCall(QlbePhaseBegin(run->phases, "eigenvalues"));
  PetscCall(VecGetSize(c->x0, &rows));
  PetscCall(CartesianSpectrum(run, c, &solver));
  PetscCall(QlbeSpectrumSetCount(solver, PetscMin(count, rows)));
  PetscCall(QlbeSpectrumSetOperator(solver, c->A, PETSC_TRUE, f->scale));
  PetscCall(QlbeSpectrumSolve(solver));
  PetscCall(QlbeSpectrumGetConverged(solver, n));
  for (PetscInt j = 0; j < *n; j++) PetscCall(QlbeSpectrumGetEigenvalue(solver, j, &pairs[j]));
  PetscCall(QlbeSpectrumDestroy(&solver));
  PetscCall(QlbePhaseEnd(run->phases, "eigenvalues"));
  PetscFunctionReturn(0);
}

/* The pair of another grid nearest to a value; nan without any. */
static PetscScalar Nearest(PetscScalar value, PetscInt n, const QlbeEigenpair pairs[])
{
  PetscScalar nearest = PetscCMPLX(NAN, NAN);

  for (PetscInt i = 0; i < n; i++) {
    if (!pairs[i].leading) continue;
    if (PetscIsNanScalar(nearest) ||
        PetscAbsScalar(pairs[i].value - value) < PetscAbsScalar(nearest - value))
      nearest = pairs[i].value;
  }
  return nearest;
}

PetscErrorCode SpectrumCubeStep(QlbeRun *run, void *context, PetscInt i, double row[])
{
  SpectrumCube *work = context;
  const Fibers *f = work->fibers;
  const PetscInt count = f->count, most = count == 1 ? 1 : count + SPARE;
  QlbeEigenpair *pairs[CUBES];
  PetscInt n[CUBES] = {0};

  PetscFunctionBegin;
  PetscCall(Make(run, work));
  for (PetscInt c = 0; c < work->n_cubes; c++) {
    PetscCall(PetscMalloc1(most, &pairs[c]));
    PetscCall(Solve(run, f, f->k[i], c == DECK ? count : most, &work->cube[c], pairs[c], &n[c]));
  }
  PetscCall(ContinuumEdge(run, &work->cube[DECK], work->average, f->k[i], &row[EDGE]));
  row[CONVERGED] = (double)n[DECK];
  for (PetscInt j = 0; j < count; j++) {
    const QlbeEigenpair pair = j < n[DECK] ? pairs[DECK][j] : PairMissing();
    const PetscScalar coarse = Nearest(pair.value, n[COARSE], pairs[COARSE]);
    double *level = row + LEVELS + j * LEVEL_WIDTH;
    PairToRow(&pair, level);
    level[SPACING_CHANGE] = PetscAbsScalar(coarse - pair.value);
    level[DROP_CHANGE] = 0.0;
    if (work->n_cubes > COARSE_ALL)
      level[DROP_CHANGE] =
          PetscAbsScalar(Nearest(coarse, n[COARSE_ALL], pairs[COARSE_ALL]) - coarse);
  }
  for (PetscInt c = 0; c < work->n_cubes; c++) PetscCall(PetscFree(pairs[c]));
  PetscFunctionReturn(0);
}

PetscErrorCode SpectrumCubeDestroy(SpectrumCube *work)
{
  PetscFunctionBegin;
  PetscCall(QlbeGasAverageDestroy(&work->average));
  /* the coarser ones borrow the tables of the deck's */
  for (PetscInt i = work->n_cubes - 1; i >= 0; i--) PetscCall(CartesianDestroy(&work->cube[i]));
  PetscFunctionReturn(0);
}
