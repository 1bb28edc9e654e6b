/*
   The Cartesian grid as a discretisation: nodes of a momentum box, a lattice sum over jumps.
*/
#include "cartesian_space.h"
#include "qlbe/interaction.h"
#include "cartesian.h"
#include "qlbe/vector_length.h"

#include <math.h>

/* Lattice weights with angular momenta up to this one: see docs/discretisation.md. */
enum { L_MAX = 4 };

static Cartesian *Data(QlbeDiscretisation d)
{
  return d->data;
}

/* d->data without tables, from d->problem and d->use. */
static PetscErrorCode FillData(QlbeDiscretisation d, PetscInt points, double drop_tolerance)
{
  Cartesian *c;

  PetscFunctionBegin;
  PetscCall(PetscNew(&c));
  d->data = c;
  c->drop_tolerance = drop_tolerance;
  c->symmetric = QlbeCartesianSymmetric_Private(&d->problem, &d->use);
  PetscCall(QlbeMomentumGridSetUp(d->problem.comm, points,
                                  QlbeCartesianHalfWidth_Private(&d->problem), &c->grid));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCartesianNew_Private(QlbeDiscretisation like, PetscInt points,
                                        double drop_tolerance, double k_max, QlbeDiscretisation *d)
{
  QlbeDiscretisationUse use = like->use;

  PetscFunctionBegin;
  use.k_max = k_max;
  PetscCall(QlbeDiscretisationNew_Private(like->ops, &like->problem, &use, d));
  PetscCall(FillData(*d, points, drop_tolerance));
  PetscFunctionReturn(0);
}

static PetscErrorCode Create(QlbeDiscretisation d, const QlbeDiscretisationChoice *choice)
{
  const QlbeSettings *settings = d->problem.settings;

  PetscFunctionBegin;
  (void)choice;
  PetscCall(FillData(d, settings->grid.points, settings->grid.drop_tolerance));
  PetscFunctionReturn(0);
}

static PetscErrorCode Destroy(QlbeDiscretisation d)
{
  Cartesian *c = Data(d);

  PetscFunctionBegin;
  PetscCall(QlbeFiberDestroy(&c->fiber));
  PetscCall(QlbeGasAverageDestroy(&c->average));
  if (c->tables && --c->tables->references == 0) {
    PetscCall(QlbeDispersionDestroy(&c->tables->dispersion));
    PetscCall(QlbeJumpKernelDestroy(&c->tables->kernel));
    PetscCall(PetscFree(c->tables));
  }
  PetscCall(PetscFree(d->data));
  PetscFunctionReturn(0);
}

/* Kernel and dispersion, for displacements from the spacing of the grid on. */
static PetscErrorCode CreateTables(QlbeDiscretisation d)
{
  const QlbeParameters *par = &d->problem.parameters;
  Cartesian *c = Data(d);
  const double corner = c->grid.half_width * sqrt(3.0);
  QlbeTeam team;
  double q_max;

  PetscFunctionBegin;
  PetscCall(PetscNew(&c->tables));
  c->tables->references = 1;
  PetscCall(QlbeTeamFromComm(&d->problem.comm, &team));
  q_max = PetscMin(2.0 * corner * (1.0 + 1e-12), QlbeJumpLargestTransfer(par, corner));
  PetscCall(QlbeJumpKernelCreate(par, PetscMin(c->grid.spacing * (1.0 - 1e-12), q_max), q_max,
                                 corner, d->use.k_max, CARTESIAN_TABLE_TOLERANCE, &team,
                                 &c->tables->kernel));
  PetscCall(
      QlbeDispersionCreate(par, corner + par->hbar * d->use.k_max / 2.0, &c->tables->dispersion));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCartesianSetUp_Private(QlbeDiscretisation d)
{
  Cartesian *c = Data(d);
  double most;

  PetscFunctionBegin;
  if (c->fiber) PetscFunctionReturn(0);
  PetscCall(QlbePhaseBegin(d->problem.phases, "kernel tables"));
  if (!c->tables) PetscCall(CreateTables(d));
  PetscCall(QlbeFiberCreate(&c->grid, c->tables->kernel, c->tables->dispersion, c->drop_tolerance,
                            L_MAX, &c->fiber));
  PetscCall(QlbeCartesianMemory_Private(&d->problem, &most));
  PetscCall(QlbeFiberSetFormat(c->fiber, QlbeCartesianFormat_Private(&d->problem), most));
  if (c->symmetric && (c->axis[0] != 0.0 || c->axis[1] != 0.0 || c->axis[2] != 0.0))
    PetscCall(QlbeFiberSetSymmetry(c->fiber, c->axis));
  PetscCall(QlbePhaseEnd(d->problem.phases, "kernel tables"));
  PetscFunctionReturn(0);
}

static PetscErrorCode SetAxis(QlbeDiscretisation d, const double axis[3])
{
  Cartesian *c = Data(d);

  PetscFunctionBegin;
  PetscCall(PetscArraycpy(c->axis, axis, 3));
  if (c->symmetric && c->fiber) PetscCall(QlbeFiberSetSymmetry(c->fiber, axis));
  PetscFunctionReturn(0);
}

/* i k.p/M on the diagonal: all that is left of the generator without gas. */
static PetscErrorCode FreeFlight(QlbeDiscretisation d, const double k[3], Mat *A)
{
  const QlbeMomentumGrid *g = &Data(d)->grid;

  PetscFunctionBegin;
  PetscCall(MatDestroy(A));
  PetscCall(MatCreateAIJ(g->comm, g->row_end - g->row_begin, g->row_end - g->row_begin, g->size,
                         g->size, 1, NULL, 0, NULL, A));
  for (PetscInt row = g->row_begin; row < g->row_end; row++) {
    double p[3];
    QlbeMomentumGridPoint(g, row, p);
    PetscCall(MatSetValue(
        *A, row, row,
        PetscCMPLX(0.0, (k[0] * p[0] + k[1] * p[1] + k[2] * p[2]) / d->problem.parameters.M),
        INSERT_VALUES));
  }
  PetscCall(MatAssemblyBegin(*A, MAT_FINAL_ASSEMBLY));
  PetscCall(MatAssemblyEnd(*A, MAT_FINAL_ASSEMBLY));
  PetscFunctionReturn(0);
}

static PetscErrorCode Operator(QlbeDiscretisation d, const double k[3], PetscInt m, Mat *A)
{
  PetscFunctionBegin;
  (void)m; /* one operator has all functions */
  if (d->problem.parameters.eta <= 0.0) {
    PetscCall(FreeFlight(d, k, A));
    PetscFunctionReturn(0);
  }
  PetscCall(QlbeCartesianSetUp_Private(d));
  PetscCall(QlbePhaseBegin(d->problem.phases, "assembly"));
  PetscCall(QlbeFiberAssemble(Data(d)->fiber, k, A));
  PetscCall(QlbePhaseEnd(d->problem.phases, "assembly"));
  PetscFunctionReturn(0);
}

static PetscErrorCode Release(QlbeDiscretisation d)
{
  PetscFunctionBegin;
  if (Data(d)->fiber) PetscCall(QlbeFiberFreeStorage(Data(d)->fiber));
  PetscFunctionReturn(0);
}

static PetscErrorCode Equilibrium(QlbeDiscretisation d, Mat A, Vec *x0)
{
  PetscFunctionBegin;
  (void)A;
  PetscCall(QlbeCartesianSetUp_Private(d));
  PetscCall(QlbeFiberEquilibrium(Data(d)->fiber, x0));
  PetscFunctionReturn(0);
}

/*
   -E(hbar k/2), or what the grid has in its place, the largest diagonal entry: near the faces of
   the box rejected jumps lower the loss.
*/
static PetscErrorCode Edge(QlbeDiscretisation d, Mat A, double k, double *edge)
{
  const QlbeParameters *par = &d->problem.parameters;
  Cartesian *c = Data(d);
  Vec on_nodes, diagonal;
  PetscReal largest;

  PetscFunctionBegin;
  if (!c->average)
    PetscCall(QlbeGasAverageCreate(par, 0.5 * par->hbar * d->use.k_max, &c->average));
  PetscCall(QlbeFiberGetNodeDiagonal(A, &on_nodes));
  PetscCall(VecDuplicate(on_nodes, &diagonal));
  PetscCall(VecCopy(on_nodes, diagonal));
  PetscCall(VecRealPart(diagonal));
  PetscCall(VecMax(diagonal, NULL, &largest));
  PetscCall(VecDestroy(&diagonal));
  *edge = PetscMax(-QlbeEscapeRate(c->average, 0.5 * par->hbar * k), largest);
  PetscFunctionReturn(0);
}

static PetscErrorCode Measure(QlbeDiscretisation d, Mat A, QlbeDiscretisationStructure *structure)
{
  QlbeFiberStructure s;

  PetscFunctionBegin;
  PetscCall(QlbeFiberCheckStructure(Data(d)->fiber, A, &s));
  *structure = (QlbeDiscretisationStructure){.column_sum = s.column_sum,
                                             .null_vector = s.null_vector,
                                             .asymmetry = s.asymmetry,
                                             .contraction = s.contraction};
  PetscFunctionReturn(0);
}

/* Unknowns, format and memory of fibers along the axis, before anything large is allocated. */
static PetscErrorCode Announce(QlbeDiscretisation d)
{
  Cartesian *c = Data(d);
  const double length = QlbeVectorLength(c->axis);
  QlbeFiberEstimate estimate;
  PetscInt rows;
  double k[3];
  Vec x0;

  PetscFunctionBegin;
  PetscCall(QlbeCartesianSetUp_Private(d));
  for (int i = 0; i < 3; i++) k[i] = d->use.k_max * c->axis[i] / length;
  PetscCall(QlbeFiberEstimateMemory(c->fiber, k, &estimate));
  PetscCall(QlbeFiberEquilibrium(c->fiber, &x0));
  PetscCall(VecGetSize(x0, &rows));
  PetscCall(VecDestroy(&x0));
  PetscCall(PetscPrintf(d->problem.comm,
                        "grid of %" PetscInt_FMT "^3 = %" PetscInt_FMT " momenta; %s matrix of "
                        "%" PetscInt_FMT " rows, %.3g GB (%.3g entries)\n",
                        c->grid.points, c->grid.size, QlbeFiberFormatName(estimate.format), rows,
                        estimate.bytes / 1e9, estimate.entries));
  PetscFunctionReturn(0);
}

static PetscErrorCode Describe(QlbeDiscretisation d, QlbeEntries *entries)
{
  const QlbeMomentumGrid *g = &Data(d)->grid;

  PetscFunctionBegin;
  PetscCall(QlbeEntriesAddText(entries, "grid/type", d->ops->traits.name));
  PetscCall(QlbeEntriesAddInteger(entries, "grid/points", g->points));
  PetscCall(QlbeEntriesAdd(entries, "grid/spacing", QLBE_MOMENTUM, g->spacing));
  PetscFunctionReturn(0);
}

/* Whether the grid is fine enough for the forward peak, and for the width of the jumps. */
static PetscErrorCode Check(QlbeDiscretisation d, MPI_Comm comm, QlbeChecks *checks)
{
  const QlbeProblem *problem = &d->problem;
  const QlbeParameters *par = &problem->parameters;
  const double spacing = Data(d)->grid.spacing;
  const double bound = 1.0 + 1e-9; /* a spacing chosen to be just right is right */
  const double forward = spacing / QlbeCartesianForwardWidth_Private(par),
               jumps = spacing / QlbeCartesianJumpWidth_Private(par);

  PetscFunctionBegin;
  PetscCall(QlbeChecksAdd(checks, "grid_resolves_forward_peak", forward, bound));
  PetscCall(QlbeChecksAdd(checks, "grid_resolves_jumps", jumps, bound));
  if (forward > bound || jumps > bound)
    PetscCall(PetscPrintf(
        comm,
        "warning: the grid is too coarse (spacing %.4g %s): it does not resolve %s; "
        "raise grid.points or lower grid.extent\n",
        QlbeUnitsToDeck(&problem->units, QLBE_MOMENTUM, spacing),
        QlbeUnitsName(&problem->units, QLBE_MOMENTUM),
        forward > bound ? "the forward peak, hbar/2a" : "the jumps, (2 m*/m) (m kT)^(1/2)"));
  PetscFunctionReturn(0);
}

/*
   The step follows from the scales on which the operator varies with k, by the phase that k adds to
   the amplitude, a kappa/hbar, and by hbar k over the momenta on which rates vary. At a tenth of
   them the error of fourth order is about 1e-8 of D and below, while the error of the kernel
   tables, which grows like 1/k^2, costs up to some 1e-7.
*/
static double DifferenceStep(QlbeDiscretisation d)
{
  const QlbeParameters *par = &d->problem.parameters;
  const double rates = par->M / par->m * sqrt(par->m / par->beta) / par->hbar;
  const double phase = par->M / (par->a * par->m_star);

  return 0.1 * PetscMin(rates, phase);
}

double QlbeCartesianTableError_Private(const QlbeParameters *par)
{
  /* momenta of the size of a jump, over hbar/a: the phases that the tables resolve */
  const double phase = 2.0 * par->m_star / par->m * sqrt(par->m / par->beta) * par->a / par->hbar;

  return QlbeInteractionGetTraits(par->interaction)->varies
             ? 2.0 * CARTESIAN_TABLE_TOLERANCE * PetscMax(1.0, phase)
             : 1e-14;
}

static double TableError(QlbeDiscretisation d)
{
  return QlbeCartesianTableError_Private(&d->problem.parameters);
}

static double Rounding(const QlbeProblem *problem, double k, double scale, double gap)
{
  (void)k;
  (void)gap;
  return QlbeCartesianTableError_Private(&problem->parameters) * scale;
}

static PetscErrorCode Space(QlbeDiscretisation d, PetscBool all, double width,
                            QlbeMomentumSpace *space)
{
  const QlbeParameters *par = &d->problem.parameters;

  PetscFunctionBegin;
  (void)all;
  (void)width;
  PetscCall(QlbeMomentumSpaceCreateCartesian(&Data(d)->grid, sqrt(par->M / par->beta), space));
  PetscFunctionReturn(0);
}

static double NodeSpacing(QlbeDiscretisation d)
{
  return Data(d)->grid.spacing;
}

const QlbeDiscretisationOps QlbeDiscretisation_cartesian = {
    .traits = {.name = "cartesian",
               .cubic = PETSC_TRUE,
               .lattice = PETSC_TRUE,
               .row_checks = PETSC_TRUE,
               .spare_compared = 1},
    .serves = QlbeCartesianServes_Private,
    .largest_wave_number = QlbeCartesianLargestWaveNumber_Private,
    .estimate = QlbeCartesianEstimate_Private,
    .print_cost = QlbeCartesianPrintCost_Private,
    .line = QlbeCartesianLine_Private,
    .rounding = Rounding,
    .sizes = QlbeCartesianSizes_Private,
    .create = Create,
    .destroy = Destroy,
    .set_axis = SetAxis,
    .operator_of = Operator,
    .release = Release,
    .equilibrium = Equilibrium,
    .edge = Edge,
    .measure = Measure,
    .announce = Announce,
    .describe = Describe,
    .check = Check,
    .difference_step = DifferenceStep,
    .table_error = TableError,
    .near = QlbeCartesianNear_Private,
    .get_siblings = QlbeCartesianGetSiblings_Private,
    .create_sibling = QlbeCartesianCreateSibling_Private,
    .reference = QlbeCartesianReference_Private,
    .isolated = QlbeCartesianIsolated_Private,
    .describe_levels = QlbeCartesianDescribeLevels_Private,
    .level_error = QlbeCartesianLevelError_Private,
    .diffusion_errors = QlbeCartesianDiffusionErrors_Private,
    .space = Space,
    .node_spacing = NodeSpacing,
    .suggest = QlbeCartesianSuggest_Private,
};
