/*
   The matrix of -L_0 for one angular momentum.

   For functions R(|p|) Y_lm, averaged over m, with p' = p + q and c = cos(p', p),

     <R, -L_0 R> = 1/2 int dp nu(p) int dq T_q(p) [ R(p')^2 + R(p)^2 - 2 P_l(c) R(p') R(p) ]
                 = 1/2 int int nu T [ (1 + P_l)/2 (R' - R)^2 + (1 - P_l)/2 (R' + R)^2 ],

   a sum of squares with positive weights: every quadrature leaves it positive and the constant
   conserved. It is summed in the equal form

     1/2 int int nu T [ (R' - R)^2 + 2 (1 - P_l) R' R ],

   where neither term suffers from cancellation when jumps are short (M >> m), and the second, whose
   R is that of the node, costs no more than a vector per point.

   Detailed balance says that int int nu T R'^2 = int int nu T R^2. The quadrature does not know;
   what it makes of the difference measures its error.
*/
#include <gsl/gsl_blas.h>
#include <gsl/gsl_errno.h>

#include "radial_impl.h"

/* Sums over the jumps from one node, and their work. */
typedef struct {
  double *rows;   /* [points][n], functions at p', then sqrt(rate) (R' - R) */
  double *turned; /* [points], 1 - P_l(c) */
  double total;   /* sum of rates */
  double *mean;   /* [n], sum of rate R' */
  double *bent;   /* [n], sum of rate (1 - P_l) R' */
} NodeSums;

/*
   1 - P_l(1 - bend) by the recurrence of the Legendre polynomials, rewritten for the difference so
   that small angles keep their digits.
*/
static void LegendreComplement(PetscInt l, PetscInt n, const double bend[], double turned[])
{
  for (PetscInt i = 0; i < n; i++) {
    double before = 0.0, now = bend[i];
    for (PetscInt k = 1; k < l; k++) {
      const double next =
          ((double)(2 * k + 1) * (now + bend[i] * (1.0 - now)) - (double)k * before) /
          (double)(k + 1);
      before = now;
      now = next;
    }
    turned[i] = l == 0 ? 0.0 : now;
  }
}

/* The sums over the jumps from node ip; rows are left weighted. */
static void SumNode(QlbeRadial r, PetscInt l, const QlbeRadialSector *s, PetscInt ip,
                    NodeSums *sums)
{
  const PetscInt n = r->n_basis, begin = r->first[ip], n_points = r->first[ip + 1] - begin;
  const double *at_p = s->R + ip * n;

  QlbeRadialBasisEvaluate(s->basis, n_points, r->p2 + begin, sums->rows);
  LegendreComplement(l, n_points, r->bend + begin, sums->turned);
  sums->total = 0.0;
  for (PetscInt j = 0; j < n; j++) sums->mean[j] = sums->bent[j] = 0.0;
  for (PetscInt i = 0; i < n_points; i++) {
    const double rate = r->rate[begin + i], bent = rate * sums->turned[i], root = sqrt(rate);
    double *row = sums->rows + i * n;

    sums->total += rate;
#pragma omp simd
    for (PetscInt j = 0; j < n; j++) {
      sums->mean[j] += rate * row[j];
      sums->bent[j] += bent * row[j];
      row[j] = root * (row[j] - at_p[j]);
    }
  }
}

/* squares += rows^T rows, upper triangle */
static PetscErrorCode AddSquares(PetscInt n_points, PetscInt n, double rows[], double squares[])
{
  const gsl_matrix_const_view a = gsl_matrix_const_view_array(rows, (size_t)n_points, (size_t)n);
  gsl_matrix_view c = gsl_matrix_view_array(squares, (size_t)n, (size_t)n);
  const int status = gsl_blas_dsyrk(CblasUpper, CblasTrans, 1.0, &a.matrix, 1.0, &c.matrix);

  PetscFunctionBegin;
  PetscCheck(status == GSL_SUCCESS, PETSC_COMM_SELF, PETSC_ERR_LIB, "dsyrk: %s",
             gsl_strerror(status));
  PetscFunctionReturn(0);
}

/* What a node gives to twice the form and to the defect besides the squares; upper triangles. */
static void AddNode(PetscInt n, const double at_p[], const NodeSums *sums, double form[],
                    double defect[])
{
  for (PetscInt i = 0; i < n; i++) {
    for (PetscInt j = i; j < n; j++) {
      form[i * n + j] += at_p[i] * sums->bent[j] + sums->bent[i] * at_p[j];
      defect[i * n + j] +=
          at_p[i] * sums->mean[j] + sums->mean[i] * at_p[j] - 2.0 * sums->total * at_p[i] * at_p[j];
    }
  }
}

/* Sums over the nodes of a group; [n_basis][n_basis] each, upper triangles. */
enum { SQUARES, FORM, DEFECT, MATRICES };

/*
   The sums of all groups, groups[RADIAL_GROUPS][MATRICES][n_basis n_basis], each made by one member
   of the team.
*/
static PetscErrorCode SumGroups(QlbeRadial r, PetscInt l, const QlbeRadialSector *s,
                                double groups[])
{
  const PetscInt n = r->n_basis, size = n * n, count = RADIAL_GROUPS * MATRICES * size;
  PetscInt most = 0;
  NodeSums sums;

  PetscFunctionBegin;
  for (PetscInt ip = 0; ip < r->n_p; ip++) most = PetscMax(most, r->first[ip + 1] - r->first[ip]);
  PetscCall(PetscMalloc4(most * n, &sums.rows, most, &sums.turned, n, &sums.mean, n, &sums.bent));
  PetscCall(PetscArrayzero(groups, count));
  for (PetscInt ip = 0; ip < r->n_p; ip++) {
    double *of = groups + QlbeRadialGroup_Private(r, ip) * MATRICES * size;
    if (!QlbeRadialOwns_Private(r, ip)) continue;
    SumNode(r, l, s, ip, &sums);
    PetscCall(AddSquares(r->first[ip + 1] - r->first[ip], n, sums.rows, of + SQUARES * size));
    AddNode(n, s->R + ip * n, &sums, of + FORM * size, of + DEFECT * size);
  }
  PetscCall(PetscFree4(sums.rows, sums.turned, sums.mean, sums.bent));
  if (r->team.size > 1) PetscCall(r->team.sum(r->team.context, count, groups));
  PetscFunctionReturn(0);
}

/* Fills the matrices of a sector whose functions are there. */
static PetscErrorCode FillMatrices(QlbeRadial r, PetscInt l, QlbeRadialSector *s)
{
  const PetscInt n = r->n_basis, size = n * n;
  double *groups;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(RADIAL_GROUPS * MATRICES * size, &groups));
  PetscCall(SumGroups(r, l, s, groups));
  for (PetscInt i = 0; i < n; i++) {
    for (PetscInt j = i; j < n; j++) {
      double sum[MATRICES] = {0.0};
      for (PetscInt k = 0; k < RADIAL_GROUPS * MATRICES; k++)
        sum[k % MATRICES] += groups[k * size + i * n + j];
      s->dirichlet[i * n + j] = s->dirichlet[j * n + i] = 0.5 * (sum[SQUARES] + sum[FORM]);
      s->defect[i * n + j] = s->defect[j * n + i] = sum[SQUARES] + sum[DEFECT];
    }
  }
  PetscCall(PetscFree(groups));
  PetscFunctionReturn(0);
}

static PetscErrorCode SectorFill(QlbeRadial r, PetscInt l, QlbeRadialSector *s)
{
  const PetscInt n = r->n_basis;
  const QlbeRule rule = {r->n_p, r->p, r->wp};
  double *p2;

  PetscFunctionBegin;
  (void)gsl_set_error_handler_off();
  PetscCall(QlbeRadialBasisCreate(n, l, r->P, &rule, &s->basis));
  PetscCall(PetscMalloc1(r->n_p, &p2));
  PetscCall(PetscCalloc3(r->n_p * n, &s->R, n * n, &s->dirichlet, n * n, &s->defect));
  for (PetscInt ip = 0; ip < r->n_p; ip++) p2[ip] = r->p[ip] * r->p[ip];
  QlbeRadialBasisEvaluate(s->basis, r->n_p, p2, s->R);
  PetscCall(PetscFree(p2));
  PetscCall(FillMatrices(r, l, s));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeRadialSector_Private(QlbeRadial r, PetscInt l, const QlbeRadialSector **sector)
{
  PetscFunctionBegin;
  PetscCheck(l >= 0, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "angular momentum %" PetscInt_FMT " is negative", l);
  if (l >= r->n_sectors) {
    PetscCall(PetscRealloc((size_t)(l + 1) * sizeof(*r->sectors), &r->sectors));
    PetscCall(PetscArrayzero(r->sectors + r->n_sectors, l + 1 - r->n_sectors));
    r->n_sectors = l + 1;
  }
  if (!r->sectors[l].basis) PetscCall(SectorFill(r, l, &r->sectors[l]));
  *sector = &r->sectors[l];
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeRadialSectorFree_Private(QlbeRadialSector *s)
{
  PetscFunctionBegin;
  PetscCall(QlbeRadialBasisDestroy(&s->basis));
  PetscCall(PetscFree3(s->R, s->dirichlet, s->defect));
  PetscFunctionReturn(0);
}
