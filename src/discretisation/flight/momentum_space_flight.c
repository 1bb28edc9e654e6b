/*
   Functions of momentum on a cylinder of nodes. Along k the trapezoidal rule, which converges
   exponentially for what the nodes resolve; around k Fourier sums that grow until two of them
   agree.
*/
#include "momentum_space_flight.h"
#include "momentum_space_impl.h"
#include "qlbe/spherical.h"

#include <math.h>

/*
   Azimuths of the first Fourier sum beyond those of the sectors. Level 0 has these, each further
   one those halfway between all before.
*/
enum { FIRST_AZIMUTHS = 8, LEVELS = 12 };

/*
   Two Fourier sums agree to this part of the largest value on the ring: far out exp(-600) has an
   error of 600 roundings.
*/
static const double agreement = 1e-12;
/* ... or to this, far out where values lose their digits. */
static const double least = 1e-290;

/* How far from the axis a point may be, in thermal momenta. */
static const double on_axis = 1e-9;

/* exp(-i m phi) at the azimuths of a level, once it was needed. */
typedef struct {
  PetscInt n;
  double *circle;    /* [n][2]: cos and sin of phi */
  PetscScalar *wave; /* [n][2 m_max + 1] */
} Azimuths;

typedef struct {
  FlightCylinder cylinder;
  FlightNodes nodes;
  double *nu; /* at the nodes */
  Azimuths level[LEVELS];
} Data;

static Data *GetData(QlbeMomentumSpace space)
{
  return (Data *)space->data;
}

static PetscErrorCode Destroy(QlbeMomentumSpace space)
{
  PetscFunctionBegin;
  PetscCall(QlbeFlightNodesDestroy_Private(&GetData(space)->nodes));
  PetscCall(PetscFree(GetData(space)->nu));
  for (int i = 0; i < LEVELS; i++)
    PetscCall(PetscFree2(GetData(space)->level[i].circle, GetData(space)->level[i].wave));
  PetscCall(PetscFree(space->data));
  PetscFunctionReturn(0);
}

static PetscErrorCode Vectors(QlbeMomentumSpace space, Vec x[])
{
  const FlightNodes *nodes = &GetData(space)->nodes;

  PetscFunctionBegin;
  for (PetscInt s = 0; s < 2 * space->m_max + 1; s++) {
    PetscCall(VecCreate(space->comm, &x[s]));
    PetscCall(VecSetSizes(x[s], nodes->end - nodes->begin, nodes->n));
    PetscCall(VecSetType(x[s], VECSTANDARD));
  }
  PetscFunctionReturn(0);
}

/* n azimuths, the first one `offset` of their distance from 0. */
static PetscErrorCode FillAzimuths(PetscInt m_max, PetscInt n, double offset, Azimuths *a)
{
  const PetscInt sectors = 2 * m_max + 1;

  PetscFunctionBegin;
  a->n = n;
  PetscCall(PetscMalloc2(2 * n, &a->circle, n * sectors, &a->wave));
  for (PetscInt i = 0; i < n; i++) {
    const double phi = 2.0 * PETSC_PI * ((double)i + offset) / (double)n;
    a->circle[2 * i] = cos(phi);
    a->circle[2 * i + 1] = sin(phi);
    for (PetscInt s = 0; s < sectors; s++) {
      const double angle = (double)(s - m_max) * phi;
      a->wave[i * sectors + s] = PetscCMPLX(cos(angle), -sin(angle));
    }
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode GetAzimuths(QlbeMomentumSpace space, int level, const Azimuths **azimuths)
{
  const PetscInt first = space->m_max + FIRST_AZIMUTHS;
  Azimuths *a;

  PetscFunctionBegin;
  PetscCheck(level < LEVELS, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "a function of momentum that varies too fast around the wave vector");
  a = &GetData(space)->level[level];
  if (a->n == 0)
    PetscCall(FillAzimuths(space->m_max, level > 0 ? first << (level - 1) : first,
                           level > 0 ? 0.5 : 0.0, a));
  *azimuths = a;
  PetscFunctionReturn(0);
}

/* A function on a ring around the axis. */
typedef struct {
  QlbeMomentumFunction *f;
  const void *context;
  double centre[3], first[3], second[3]; /* p = centre + first cos(phi) + second sin(phi) */
} Ring;

/* Adds the sums of f exp(-i m phi) over the azimuths to modes[]; *largest is kept up. */
static void AddAzimuths(const Ring *ring, const Azimuths *a, PetscInt sectors, PetscScalar modes[],
                        double *largest)
{
  for (PetscInt j = 0; j < a->n; j++) {
    const double *c = a->circle + 2 * j;
    const PetscScalar *wave = a->wave + j * sectors;
    double p[3], re, im;
    PetscScalar value;
    for (int i = 0; i < 3; i++)
      p[i] = ring->centre[i] + ring->first[i] * c[0] + ring->second[i] * c[1];
    value = ring->f(p, ring->context);
    re = PetscRealPart(value);
    im = PetscImaginaryPart(value);
    *largest = PetscMax(*largest, PetscMax(fabs(re), fabs(im)));
    for (PetscInt s = 0; s < sectors; s++) {
      const double x = PetscRealPart(wave[s]), y = PetscImaginaryPart(wave[s]);
      modes[s] += PetscCMPLX(re * x - im * y, re * y + im * x);
    }
  }
}

/* f_m on a ring into modes[2 m_max + 1]. */
static PetscErrorCode RingModes(QlbeMomentumSpace space, const Ring *ring, PetscScalar modes[],
                                PetscScalar work[])
{
  const PetscInt sectors = 2 * space->m_max + 1;
  const Azimuths *a;
  double largest = 0.0, change = HUGE_VAL;
  PetscInt n = 0;

  PetscFunctionBegin;
  for (PetscInt s = 0; s < sectors; s++) modes[s] = 0.0;
  for (int level = 0; change > agreement * largest + least; level++) {
    for (PetscInt s = 0; s < sectors && level > 0; s++) work[s] = modes[s] / (double)n;
    PetscCall(GetAzimuths(space, level, &a));
    AddAzimuths(ring, a, sectors, modes, &largest);
    n += a->n;
    if (level == 0) continue;
    change = 0.0;
    for (PetscInt s = 0; s < sectors; s++)
      change = PetscMax(change, PetscAbsScalar(modes[s] / (double)n - work[s]));
  }
  for (PetscInt s = 0; s < sectors && n > 0; s++) modes[s] /= (double)n;
  PetscFunctionReturn(0);
}

static PetscErrorCode Frame(QlbeMomentumSpace space, const double axis[3], double e[3][3])
{
  const double length = axis ? hypot(hypot(axis[0], axis[1]), axis[2]) : 0.0;

  PetscFunctionBegin;
  PetscCheck(length > 0.0 && PetscIsNormalReal(length), space->comm, PETSC_ERR_ARG_OUTOFRANGE,
             "a polar axis without direction");
  QlbeSphericalFrame(axis, e);
  PetscFunctionReturn(0);
}

static PetscErrorCode Expand(QlbeMomentumSpace space, const double axis[3], QlbeMomentumFunction *f,
                             const void *context, Vec x[])
{
  const FlightNodes *nodes = &GetData(space)->nodes;
  const PetscInt sectors = 2 * space->m_max + 1, local = nodes->end - nodes->begin;
  Ring ring = {.f = f, .context = context};
  PetscScalar **own, *modes, *work;
  double e[3][3];

  PetscFunctionBegin;
  PetscCall(Frame(space, axis, e));
  PetscCall(PetscMalloc3(sectors, &own, sectors, &modes, sectors, &work));
  for (PetscInt s = 0; s < sectors; s++) PetscCall(VecGetArrayWrite(x[s], &own[s]));
  for (PetscInt j = 0; j < local; j++) {
    const double factor = sqrt(nodes->weight[j] / GetData(space)->nu[j]);
    for (int i = 0; i < 3; i++) {
      ring.centre[i] = nodes->par[j] * e[2][i];
      ring.first[i] = nodes->perp[j] * e[0][i];
      ring.second[i] = nodes->perp[j] * e[1][i];
    }
    PetscCall(RingModes(space, &ring, modes, work));
    for (PetscInt s = 0; s < sectors; s++) own[s][j] = factor * modes[s];
  }
  for (PetscInt s = 0; s < sectors; s++) PetscCall(VecRestoreArrayWrite(x[s], &own[s]));
  PetscCall(PetscFree3(own, modes, work));
  PetscFunctionReturn(0);
}

static PetscErrorCode Square(QlbeMomentumSpace space, const Vec x[], double *square)
{
  const FlightNodes *nodes = &GetData(space)->nodes;

  PetscFunctionBegin;
  *square = 0.0;
  for (PetscInt s = 0; s < 2 * space->m_max + 1; s++) {
    const PetscScalar *own;
    PetscCall(VecGetArrayRead(x[s], &own));
    for (PetscInt j = 0; j < nodes->end - nodes->begin; j++)
      *square += GetData(space)->nu[j] * PetscRealPart(own[j] * PetscConj(own[j]));
    PetscCall(VecRestoreArrayRead(x[s], &own));
  }
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, square, 1, MPI_DOUBLE, MPI_SUM, space->comm));
  PetscFunctionReturn(0);
}

/* The mean of |f| over the azimuths, of modes[sectors]. */
static double MeanModulus(const Azimuths *a, PetscInt sectors, const PetscScalar modes[])
{
  double sum = 0.0;

  for (PetscInt j = 0; j < a->n; j++) {
    const PetscScalar *wave = a->wave + j * sectors;
    double re = 0.0, im = 0.0;
    for (PetscInt s = 0; s < sectors; s++) {
      /* exp(i m phi) is the conjugate of what stands here */
      const double x = PetscRealPart(wave[s]), y = PetscImaginaryPart(wave[s]);
      const double u = PetscRealPart(modes[s]), v = PetscImaginaryPart(modes[s]);
      re += u * x + v * y;
      im += v * x - u * y;
    }
    sum += sqrt(re * re + im * im);
  }
  return sum / (double)a->n;
}

static PetscErrorCode Norm1(QlbeMomentumSpace space, const Vec x[], double *norm)
{
  const FlightNodes *nodes = &GetData(space)->nodes;
  const PetscInt sectors = 2 * space->m_max + 1;
  const PetscScalar **own;
  const Azimuths *a;
  PetscScalar *modes;

  PetscFunctionBegin;
  *norm = 0.0;
  /* twice the azimuths of the first level */
  PetscCall(GetAzimuths(space, space->m_max > 0 ? 2 : 0, &a));
  PetscCall(PetscMalloc2(sectors, &own, sectors, &modes));
  for (PetscInt s = 0; s < sectors; s++) PetscCall(VecGetArrayRead(x[s], &own[s]));
  for (PetscInt j = 0; j < nodes->end - nodes->begin; j++) {
    const double factor = sqrt(nodes->weight[j] * GetData(space)->nu[j]);
    for (PetscInt s = 0; s < sectors; s++) modes[s] = own[s][j];
    *norm += factor * MeanModulus(a, sectors, modes);
  }
  for (PetscInt s = 0; s < sectors; s++) PetscCall(VecRestoreArrayRead(x[s], &own[s]));
  PetscCall(PetscFree2(own, modes));
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, norm, 1, MPI_DOUBLE, MPI_SUM, space->comm));
  PetscFunctionReturn(0);
}

/*
   Weights at the nodes rho_j of a polynomial in rho^2 that interpolates, at rho = 0, in
   logarithms where products would overflow.
*/
static void AxisWeights(const QlbeRule *across, double weight[])
{
  for (PetscInt j = 0; j < across->n; j++) {
    const double u = across->x[j] * across->x[j];
    double size = 0.0, sign = 1.0;
    for (PetscInt i = 0; i < across->n; i++) {
      const double v = across->x[i] * across->x[i];
      if (i == j) continue;
      size += log(v / fabs(v - u));
      if (v < u) sign = -sign;
    }
    weight[j] = sign * exp(size);
  }
}

/*
   Points on the polar axis, where m = 0 alone is there: across it the polynomial in p_perp^2
   through f nu^(-1/2), along it the band-limited function through the equidistant nodes.
*/
static PetscErrorCode Evaluate(QlbeMomentumSpace space, const double axis[3], const Vec x[],
                               PetscInt n, const double p[][3], PetscScalar f[])
{
  const Data *data = GetData(space);
  const FlightCylinder *c = &data->cylinder;
  const FlightNodes *nodes = &data->nodes;
  const PetscScalar *own;
  double e[3][3], *weight;
  QlbeRule across;

  PetscFunctionBegin;
  PetscCall(Frame(space, axis, e));
  PetscCall(QlbeFlightAcross_Private(c, &across));
  PetscCall(PetscMalloc1(across.n, &weight));
  AxisWeights(&across, weight);
  PetscCall(VecGetArrayRead(x[space->m_max], &own));
  for (PetscInt i = 0; i < n; i++) {
    double along[3];
    for (int a = 0; a < 3; a++)
      along[a] = p[i][0] * e[a][0] + p[i][1] * e[a][1] + p[i][2] * e[a][2];
    PetscCheck(hypot(along[0], along[1]) <= on_axis * space->thermal, space->comm,
               PETSC_ERR_ARG_OUTOFRANGE, "(%g, %g, %g) is not on the polar axis", p[i][0], p[i][1],
               p[i][2]);
    f[i] = 0.0;
    for (PetscInt j = 0; j < nodes->end - nodes->begin; j++) {
      const double t = PETSC_PI * (along[2] - nodes->par[j]) / c->spacing;
      const double nu0 =
          QlbeMomentumSpaceEquilibrium_Private(space->thermal, nodes->par[j] * nodes->par[j]);
      f[i] += (fabs(t) < 1e-9 ? 1.0 : sin(t) / t) * weight[(nodes->begin + j) / c->n_par] * own[j] *
              sqrt(nu0 / nodes->weight[j]);
    }
  }
  PetscCall(VecRestoreArrayRead(x[space->m_max], &own));
  PetscCall(QlbeMomentumSpaceSum_Private(space->comm, n, f));
  PetscCall(PetscFree(weight));
  PetscCall(QlbeRuleDestroy(&across));
  PetscFunctionReturn(0);
}

static const QlbeMomentumSpaceOps ops = {.destroy = Destroy,
                                         .vectors = Vectors,
                                         .expand = Expand,
                                         .square = Square,
                                         .norm1 = Norm1,
                                         .evaluate = Evaluate};

PetscErrorCode QlbeMomentumSpaceCreateFlight(MPI_Comm comm, const FlightCylinder *cylinder,
                                             PetscInt m_max, QlbeMomentumSpace *space)
{
  Data *data;

  PetscFunctionBegin;
  PetscCall(QlbeMomentumSpaceCreate_Private(comm, cylinder->thermal, &ops, space));
  PetscCall(PetscNew(&data));
  (*space)->data = data;
  (*space)->m_max = m_max;
  data->cylinder = *cylinder;
  PetscCall(QlbeFlightNodesCylinder_Private(comm, cylinder, &data->nodes));
  PetscCall(PetscMalloc1(data->nodes.end - data->nodes.begin, &data->nu));
  for (PetscInt j = 0; j < data->nodes.end - data->nodes.begin; j++) {
    const double par = data->nodes.par[j], perp = data->nodes.perp[j];
    data->nu[j] = QlbeMomentumSpaceEquilibrium_Private(cylinder->thermal, par * par + perp * perp);
  }
  PetscFunctionReturn(0);
}
