/* Nodes of the exact flight: cylinders for a fiber along its axis, and Cartesian grids. */
#include "flight_nodes.h"
#include "qlbe/spherical.h"

#include <math.h>

/* Nodes of the weight that the Gauss rule across k is made for, and its end in thermal momenta. */
enum { WEIGHT_NODES = 400 };
static const double weight_end = 18.0;

static PetscErrorCode Allocate(PetscInt n, PetscInt begin, PetscInt end, PetscBool azimuth,
                               FlightNodes *nodes)
{
  const PetscInt local = end - begin;

  PetscFunctionBegin;
  *nodes = (FlightNodes){.n = n, .begin = begin, .end = end};
  PetscCall(PetscMalloc3(local, &nodes->par, local, &nodes->perp, local, &nodes->weight));
  if (azimuth) PetscCall(PetscMalloc1(local, &nodes->azimuth));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFlightNodesDestroy_Private(FlightNodes *nodes)
{
  PetscFunctionBegin;
  PetscCall(PetscFree3(nodes->par, nodes->perp, nodes->weight));
  PetscCall(PetscFree(nodes->azimuth));
  *nodes = (FlightNodes){.n = 0};
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFlightAcross_Private(const FlightCylinder *c, QlbeRule *rule)
{
  const double width = c->thermal;
  QlbeRule weight;

  PetscFunctionBegin;
  PetscCall(QlbeRuleLegendre(PetscMax(WEIGHT_NODES, 2 * c->n_perp), 0.0, weight_end, &weight));
  for (PetscInt j = 0; j < weight.n; j++)
    weight.w[j] *= weight.x[j] * exp(-0.5 * weight.x[j] * weight.x[j]);
  PetscCall(QlbeRuleGauss(c->n_perp, &weight, rule));
  PetscCall(QlbeRuleDestroy(&weight));
  for (PetscInt j = 0; j < rule->n; j++) {
    const double x = rule->x[j];
    rule->x[j] = width * x;
    rule->w[j] *= 2.0 * PETSC_PI * width * width * exp(0.5 * x * x);
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFlightNodesCylinder_Private(MPI_Comm comm, const FlightCylinder *c,
                                               FlightNodes *nodes)
{
  PetscInt begin, end;
  QlbeRule across;

  PetscFunctionBegin;
  PetscCall(QlbeMomentumGridDeal(comm, c->n_perp, &begin, &end));
  begin *= c->n_par;
  end *= c->n_par;
  PetscCall(Allocate(c->n_par * c->n_perp, begin, end, PETSC_FALSE, nodes));
  nodes->line = c->n_par;
  PetscCall(QlbeFlightAcross_Private(c, &across));
  for (PetscInt row = begin; row < end; row++) {
    const PetscInt i = row % c->n_par, j = row / c->n_par;
    nodes->par[row - begin] = c->spacing * ((double)i - 0.5 * (double)(c->n_par - 1));
    nodes->perp[row - begin] = across.x[j];
    nodes->weight[row - begin] = c->spacing * across.w[j];
  }
  PetscCall(QlbeRuleDestroy(&across));
  PetscFunctionReturn(0);
}

/* Node i of this rank at p[3], in the frame e. */
static void Place(FlightNodes *nodes, PetscInt i, const double e[3][3], const double p[3],
                  double weight)
{
  double along[3];

  for (int a = 0; a < 3; a++) along[a] = p[0] * e[a][0] + p[1] * e[a][1] + p[2] * e[a][2];
  nodes->par[i] = along[2];
  nodes->perp[i] = hypot(along[0], along[1]);
  nodes->azimuth[i] = atan2(along[1], along[0]);
  nodes->weight[i] = weight;
}

PetscErrorCode QlbeFlightNodesCartesian_Private(const QlbeMomentumGrid *grid, const double axis[3],
                                                FlightNodes *nodes)
{
  const double cell = grid->spacing * grid->spacing * grid->spacing;
  double e[3][3];

  PetscFunctionBegin;
  PetscCall(Allocate(grid->size, grid->row_begin, grid->row_end, PETSC_TRUE, nodes));
  nodes->line = grid->paired ? 2 : 0;
  QlbeSphericalFrame(axis, e);
  for (PetscInt row = grid->row_begin; row < grid->row_end; row++) {
    double p[3];
    QlbeMomentumGridPoint(grid, row, p);
    Place(nodes, row - grid->row_begin, (const double(*)[3])e, p, cell);
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFlightNodesOctant_Private(const QlbeMomentumGrid *grid, FlightNodes *nodes)
{
  const double e[3][3] = {{1.0, 0.0, 0.0}, {0.0, 1.0, 0.0}, {0.0, 0.0, 1.0}};
  const double cell = grid->spacing * grid->spacing * grid->spacing;
  const PetscInt N = grid->points, first = N / 2, n = N - first;
  QlbeMomentumGrid all = *grid;
  PetscInt begin, end;

  PetscFunctionBegin;
  all.paired = PETSC_FALSE;
  PetscCall(QlbeMomentumGridDeal(grid->comm, n * n * n, &begin, &end));
  PetscCall(Allocate(n * n * n, begin, end, PETSC_TRUE, nodes));
  for (PetscInt row = begin; row < end; row++) {
    const PetscInt x = first + row / (n * n), y = first + (row / n) % n, z = first + row % n;
    double p[3], weight = cell;
    QlbeMomentumGridPoint(&all, (x * N + y) * N + z, p);
    for (int i = 0; i < 3; i++)
      if (p[i] > 0.0) weight *= 2.0;
    Place(nodes, row - begin, e, p, weight);
  }
  PetscFunctionReturn(0);
}
