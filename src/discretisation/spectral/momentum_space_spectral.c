/*
   Functions of momentum in the spectral basis: the object, its vectors, and what is quadratic in
   them.
*/
#include "spectral_space.h"
#include "momentum_space_spectral.h"
#include "spectral_grid.h"
#include "qlbe/spherical.h"

/*
   Nodes in |p| of integrals with products of radial functions under nu^2, and of |f| under nu,
   beyond a multiple of n_radial.
*/
enum { GRAM_NODES = 160, NORM_NODES = 32 };

/*
   The smallest width that is not taken for a mistake, in thermal momenta: the nodes of an expansion
   grow like its inverse cube.
*/
static const double least_width = 1e-3;

PetscErrorCode QlbeRadialNodesCreate_Private(QlbeMomentumSpace space, const QlbeRule *rule,
                                             RadialNodes *nodes)
{
  SpectralData *d = (SpectralData *)space->data;
  const PetscInt stride = d->n_angular * d->n_radial;
  PetscMPIInt rank, ranks;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(space->comm, &rank));
  PetscCallMPI(MPI_Comm_size(space->comm, &ranks));
  nodes->n = rule->n / ranks + (rank < rule->n % ranks ? 1 : 0);
  PetscCall(PetscMalloc3(nodes->n, &nodes->p, nodes->n, &nodes->w, nodes->n * stride, &nodes->R));
  for (PetscInt j = 0; j < nodes->n; j++) {
    /* dealt in turn: outer spheres have more points than inner ones */
    nodes->p[j] = rule->x[rank + j * ranks];
    nodes->w[j] = rule->w[rank + j * ranks];
    for (PetscInt l = 0; l < d->n_angular; l++) {
      const double p2 = nodes->p[j] * nodes->p[j];
      QlbeRadialBasisEvaluate(d->radial[l], 1, &p2, nodes->R + j * stride + l * d->n_radial);
    }
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeRadialNodesDestroy_Private(RadialNodes *nodes)
{
  PetscFunctionBegin;
  PetscCall(PetscFree3(nodes->p, nodes->w, nodes->R));
  PetscFunctionReturn(0);
}

static PetscErrorCode Destroy(QlbeMomentumSpace space)
{
  SpectralData *d = (SpectralData *)space->data;

  PetscFunctionBegin;
  PetscCall(QlbeSpectralBasisDestroy(d->n_angular, &d->radial));
  PetscCall(PetscFree(d->gram));
  PetscCall(QlbeRadialNodesDestroy_Private(&d->expansion));
  PetscCall(QlbeRadialNodesDestroy_Private(&d->norm));
  for (int level = 0; level < SPHERE_LEVELS; level++)
    PetscCall(QlbeSphereRuleDestroy(&d->level[level]));
  PetscCall(QlbeSphereRuleDestroy(&d->norm_sphere));
  PetscCall(PetscFree(d));
  PetscFunctionReturn(0);
}

static PetscErrorCode Vectors(QlbeMomentumSpace space, Vec x[])
{
  SpectralData *d = (SpectralData *)space->data;

  PetscFunctionBegin;
  for (PetscInt m = -space->m_max; m <= space->m_max; m++) {
    Vec *v = &x[m + space->m_max];
    PetscCall(VecCreate(space->comm, v));
    PetscCall(VecSetSizes(*v, PETSC_DECIDE, d->n_radial * (d->n_angular - PetscAbs(m))));
    PetscCall(VecSetType(*v, VECSTANDARD));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeMomentumSpaceGather_Private(QlbeMomentumSpace space, const Vec x[],
                                               PetscScalar c[])
{
  SpectralData *d = (SpectralData *)space->data;
  PetscInt offset = 0;

  PetscFunctionBegin;
  PetscCall(PetscArrayzero(c, d->n_c));
  for (PetscInt s = 0; s <= 2 * space->m_max; s++) {
    PetscInt begin, end, size;
    const PetscScalar *own;
    PetscCall(VecGetSize(x[s], &size));
    PetscCall(VecGetOwnershipRange(x[s], &begin, &end));
    PetscCall(VecGetArrayRead(x[s], &own));
    PetscCall(PetscArraycpy(c + offset + begin, own, end - begin));
    PetscCall(VecRestoreArrayRead(x[s], &own));
    offset += size;
  }
  PetscCall(QlbeMomentumSpaceSum_Private(space->comm, d->n_c, c));
  PetscFunctionReturn(0);
}

void QlbeMomentumSpaceAngular_Private(QlbeMomentumSpace space, const PetscScalar c[],
                                      const double R[], PetscScalar h[])
{
  const SpectralData *d = (const SpectralData *)space->data;

  for (PetscInt m = -space->m_max; m <= space->m_max; m++) {
    for (PetscInt l = PetscAbs(m); l < d->n_angular; l++) {
      PetscScalar sum = 0.0;
      for (PetscInt i = 0; i < d->n_radial; i++) sum += R[l * d->n_radial + i] * *c++;
      *h++ = sum;
    }
  }
}

/*
   |f|^2 = (4 pi nu)^2/(4 pi) |sum x R Y|^2: harmonics are orthonormal, what is left are the Gram
   matrices.
*/
static PetscErrorCode Square(QlbeMomentumSpace space, const Vec x[], double *square)
{
  SpectralData *d = (SpectralData *)space->data;
  const PetscInt n = d->n_radial;
  double sum = 0.0;
  PetscScalar *all, *c;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(d->n_c, &all));
  PetscCall(QlbeMomentumSpaceGather_Private(space, x, all));
  c = all;
  for (PetscInt m = -space->m_max; m <= space->m_max; m++) {
    for (PetscInt l = PetscAbs(m); l < d->n_angular; l++, c += n) {
      const double *gram = d->gram + l * n * n;
      for (PetscInt i = 0; i < n; i++) {
        PetscScalar row = 0.0;
        for (PetscInt k = 0; k < n; k++) row += gram[i * n + k] * c[k];
        sum += PetscRealPart(PetscConj(c[i]) * row);
      }
    }
  }
  PetscCall(PetscFree(all));
  *square = sum;
  PetscFunctionReturn(0);
}

static PetscErrorCode CreateGram(QlbeMomentumSpace space)
{
  SpectralData *d = (SpectralData *)space->data;
  const PetscInt n = d->n_radial;
  double *R;
  QlbeRule rule;

  PetscFunctionBegin;
  PetscCall(QlbeSpectralEquilibriumRule(GRAM_NODES + 4 * n, space->thermal, &rule));
  PetscCall(PetscCalloc1(d->n_angular * n * n, &d->gram));
  PetscCall(PetscMalloc1(n, &R));
  for (PetscInt j = 0; j < rule.n; j++) {
    const double p2 = rule.x[j] * rule.x[j];
    const double weight = rule.w[j] * QlbeMomentumSpaceEquilibrium_Private(space->thermal, p2);
    for (PetscInt l = 0; l < d->n_angular; l++) {
      double *gram = d->gram + l * n * n;
      QlbeRadialBasisEvaluate(d->radial[l], 1, &p2, R);
      for (PetscInt i = 0; i < n; i++)
        for (PetscInt k = 0; k < n; k++) gram[i * n + k] += weight * R[i] * R[k];
    }
  }
  PetscCall(PetscFree(R));
  PetscCall(QlbeRuleDestroy(&rule));
  PetscFunctionReturn(0);
}

static PetscErrorCode CreateRules(QlbeMomentumSpace space)
{
  SpectralData *d = (SpectralData *)space->data;
  QlbeRule rule;

  PetscFunctionBegin;
  PetscCall(QlbeExpansionRule_Private(space, &rule));
  PetscCall(QlbeRadialNodesCreate_Private(space, &rule, &d->expansion));
  PetscCall(QlbeRuleDestroy(&rule));
  PetscCall(QlbeSpectralEquilibriumRule(NORM_NODES + d->n_radial, space->thermal, &rule));
  PetscCall(QlbeRadialNodesCreate_Private(space, &rule, &d->norm));
  PetscCall(QlbeRuleDestroy(&rule));
  /* without other sectors |f| does not depend on the azimuth */
  PetscCall(QlbeSphereRuleCreate(d->n_angular - 1, space->m_max, d->n_angular + 12,
                                 space->m_max == 0 ? 1 : 2 * space->m_max + 16, &d->norm_sphere));
  PetscFunctionReturn(0);
}

static const QlbeMomentumSpaceOps ops = {.destroy = Destroy,
                                         .vectors = Vectors,
                                         .expand = QlbeMomentumSpaceExpand_Spectral,
                                         .square = Square,
                                         .norm1 = QlbeMomentumSpaceNorm1_Spectral,
                                         .evaluate = QlbeMomentumSpaceEvaluate_Spectral};

PetscErrorCode QlbeMomentumSpaceCreateSpectral(MPI_Comm comm, PetscInt n_radial, PetscInt n_angular,
                                               PetscInt m_max, double thermal, double width,
                                               QlbeMomentumSpace *space)
{
  SpectralData *d;

  PetscFunctionBegin;
  PetscCheck(n_radial >= 2 && m_max >= 0 && m_max < n_angular, comm, PETSC_ERR_ARG_OUTOFRANGE,
             "momentum space of %" PetscInt_FMT " radial and %" PetscInt_FMT
             " angular functions with |m| <= %" PetscInt_FMT,
             n_radial, n_angular, m_max);
  PetscCheck(width >= least_width * thermal, comm, PETSC_ERR_ARG_OUTOFRANGE,
             "width %g of functions of momentum, the thermal momentum being %g", width, thermal);
  PetscCall(QlbeMomentumSpaceCreate_Private(comm, thermal, &ops, space));
  PetscCall(PetscNew(&d));
  (*space)->data = d;
  (*space)->m_max = m_max;
  d->n_radial = n_radial;
  d->n_angular = n_angular;
  d->width = width;
  for (PetscInt m = -m_max; m <= m_max; m++) d->n_h += n_angular - PetscAbs(m);
  d->n_c = d->n_h * n_radial;
  PetscCall(QlbeSpectralBasisCreate(n_radial, n_angular, thermal, &d->radial));
  PetscCall(CreateGram(*space));
  PetscCall(CreateRules(*space));
  PetscFunctionReturn(0);
}
