/*
   Chebyshev coefficients of the amplitude on a rectangle in (z^2, y^2).

   Degrees are found in two steps. Series along eight lines in each direction tell how many terms
   the amplitude needs there, at the cost of some lines instead of a plane; then the whole tensor is
   sampled, transformed and trimmed, and enlarged if its own tail disagrees with the lines. The size
   of row k, a series in the other variable, is the largest of its values at both edges, where the
   amplitude has its peaks, and its mean-square size: unlike the sum of the moduli of its
   coefficients this does not collect the rounding noise of a thousand columns.
   Coefficients of (Im f)/p count with the largest p, so that one tolerance bounds both parts of f.
*/
#include "amplitude_coefficients.h"
#include "qlbe/chebyshev.h"
#include "cosine_transform.h"
#include <math.h>

#define PROBES     8
#define MIN_DEGREE 8
#define MAX_DEGREE 4096

/* What the search for degrees needs to know. */
typedef struct {
  QlbeInteraction inter;
  double z_max, y_max, p_max;
  double target; /* size of coefficients that may be neglected, a length */
} Search;

/* Squares of a variable on [0, largest]: Chebyshev nodes, or as probes points with both ends. */
static void SampleSquares(PetscInt n, PetscBool probe, double largest, double x[])
{
  const double square = largest * largest;

  if (probe) {
    for (PetscInt i = 0; i < n; i++) {
      x[i] = square * PetscSqr(sin(0.5 * PETSC_PI * (double)i / (double)(n - 1)));
    }
  } else {
    QlbeChebyshevNodes(n, 0.0, square, x);
  }
}

/* The rows of this part, which become coefficients along z if asked for; zero elsewhere. */
static PetscErrorCode SampleRows(const Search *s, PetscInt nz, PetscInt ny, PetscBool along_z,
                                 const double z[], const double y[], double re[], double im[])
{
  const PetscInt part = s->inter->team.rank, parts = s->inter->team.size;
  const PetscInt rows = (ny - part + parts - 1) / parts;

  PetscFunctionBegin;
  PetscCall(PetscArrayzero(re, nz * ny));
  PetscCall(PetscArrayzero(im, nz * ny));
  for (PetscInt j = part; j < ny; j += parts)
    PetscCall(QlbeInteractionBatch(s->inter, nz, z, y[j], &re[j * nz], &im[j * nz]));
  if (along_z && rows > 0) {
    PetscCall(QlbeCosineTransform(rows, nz, parts * nz, 1, re + part * nz));
    PetscCall(QlbeCosineTransform(rows, nz, parts * nz, 1, im + part * nz));
  }
  PetscFunctionReturn(0);
}

/*
   Re f and Im f / p sampled on [ny][nz] points; in the directions asked for these are the Chebyshev
   nodes, and values become coefficients.
*/
static PetscErrorCode SampleTensor(const Search *s, PetscInt nz, PetscInt ny, PetscBool along_z,
                                   PetscBool along_y, double re[], double im[])
{
  const QlbeTeam *team = &s->inter->team;
  double *z, *y;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(nz, &z, ny, &y));
  SampleSquares(nz, (PetscBool)!along_z, s->z_max, z);
  SampleSquares(ny, (PetscBool)!along_y, s->y_max, y);
  for (PetscInt i = 0; i < nz; i++) z[i] = sqrt(z[i]);
  for (PetscInt j = 0; j < ny; j++) y[j] = sqrt(y[j]);
  PetscCall(SampleRows(s, nz, ny, along_z, z, y, re, im));
  PetscCall(PetscFree2(z, y));
  if (team->size > 1) {
    PetscCall(team->sum(team->context, nz * ny, re));
    PetscCall(team->sum(team->context, nz * ny, im));
  }
  if (along_y) {
    PetscCall(QlbeCosineTransform(nz, ny, 1, nz, re));
    PetscCall(QlbeCosineTransform(nz, ny, 1, nz, im));
  }
  PetscFunctionReturn(0);
}

/* Size of the series data[i*line], i < lines, in the other variable; or of that many values of it.
 */
static double RowSize(const Search *s, PetscInt lines, PetscInt line, const double re[],
                      const double im[])
{
  double square = 0.0, up_re = 0.0, up_im = 0.0, down_re = 0.0, down_im = 0.0, sign = 1.0;

  for (PetscInt i = 0; i < lines; i++) {
    const double x = re[i * line], y = s->p_max * im[i * line];

    square += x * x + y * y;
    up_re += x;
    up_im += y;
    down_re += sign * x;
    down_im += sign * y;
    sign = -sign;
  }
  return PetscMax(sqrt(square), PetscMax(hypot(up_re, up_im), hypot(down_re, down_im)));
}

/*
   The number of terms to keep of n, where term k is the row at data[k*step] for RowSize. What is
   dropped stays below target in the root of its sum of squares: rounding noise adds up so, and a
   geometric tail is only a few times larger, which target has in reserve. Equal to n if the series
   has not converged.
*/
static PetscInt KeepTerms(const Search *s, PetscInt n, PetscInt step, PetscInt lines, PetscInt line,
                          const double re[], const double im[])
{
  double dropped = 0.0;
  PetscInt keep;

  for (keep = n; keep > 1; keep--) {
    const PetscInt at = (keep - 1) * step;

    dropped += PetscSqr(RowSize(s, lines, line, &re[at], &im[at]));
    if (!(sqrt(dropped) < s->target)) break;
  }
  return keep;
}

static PetscErrorCode NotConverged(const Search *s, const char *variable)
{
  PetscFunctionBegin;
  SETERRQ(
      PETSC_COMM_SELF, PETSC_ERR_NOT_CONVERGED,
      "the Chebyshev series of the amplitude in %s does not reach %g of the radius with %d terms: "
      "raise the tolerance or lower the largest momentum",
      variable, s->target / s->inter->a, MAX_DEGREE);
}

/* Terms needed along z (or y), judged on PROBES lines. */
static PetscErrorCode ProbeDegree(const Search *s, PetscBool along_z, PetscInt *degree)
{
  double *re, *im;
  PetscInt keep = 0, n = MIN_DEGREE;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(MAX_DEGREE * PROBES, &re, MAX_DEGREE * PROBES, &im));
  for (; n <= MAX_DEGREE; n = n % 3 ? n / 2 * 3 : n / 3 * 4) {
    if (along_z) {
      PetscCall(SampleTensor(s, n, PROBES, PETSC_TRUE, PETSC_FALSE, re, im));
      keep = KeepTerms(s, n, 1, PROBES, n, re, im);
    } else {
      PetscCall(SampleTensor(s, PROBES, n, PETSC_FALSE, PETSC_TRUE, re, im));
      keep = KeepTerms(s, n, PROBES, PROBES, 1, re, im);
    }
    /* A few small coefficients at the end may be accidental zeros; an eighth of all are not. */
    if (keep <= n - PetscMax(2, n / 8)) break;
  }
  PetscCall(PetscFree2(re, im));
  if (n > MAX_DEGREE) PetscCall(NotConverged(s, along_z ? "z" : "y"));
  *degree = keep;
  PetscFunctionReturn(0);
}

/* Lengths that the FFT likes, with room to see the tail. */
static PetscInt RoomyLength(PetscInt degree)
{
  return degree == 1 ? 4 : (degree + degree / 16 + 11) / 8 * 8;
}

PetscErrorCode QlbeAmplitudeCoefficients(QlbeInteraction inter, double z_max, double y_max,
                                         double target, PetscInt *nz_out, PetscInt *ny_out,
                                         double **re_out, double **im_out)
{
  const Search search = {inter, z_max, y_max, hypot(z_max, y_max), target}, *s = &search;
  double *re, *im;
  PetscInt nz, ny, keep_z, keep_y;

  PetscFunctionBegin;
  /* Not worth a try: the amplitude turns faster than T of the largest degree. */
  if (inter->ops->traits.varies && inter->a * s->p_max > MAX_DEGREE * inter->hbar) {
    PetscCall(NotConverged(s, "p"));
  }
  PetscCall(ProbeDegree(s, PETSC_TRUE, &keep_z));
  PetscCall(ProbeDegree(s, PETSC_FALSE, &keep_y));
  nz = RoomyLength(keep_z);
  ny = RoomyLength(keep_y);
  for (;;) {
    if (nz > MAX_DEGREE) PetscCall(NotConverged(s, "z"));
    if (ny > MAX_DEGREE) PetscCall(NotConverged(s, "y"));
    PetscCall(PetscMalloc1(nz * ny, &re));
    PetscCall(PetscMalloc1(nz * ny, &im));
    PetscCall(SampleTensor(s, nz, ny, PETSC_TRUE, PETSC_TRUE, re, im));
    keep_z = KeepTerms(s, nz, 1, ny, nz, re, im);
    keep_y = KeepTerms(s, ny, nz, nz, 1, re, im);
    if (keep_z < nz && keep_y < ny) break;
    if (keep_z == nz) nz = RoomyLength(nz + nz / 4);
    if (keep_y == ny) ny = RoomyLength(ny + ny / 4);
    PetscCall(PetscFree(re));
    PetscCall(PetscFree(im));
  }
  /* Close the rows up in place: none moves beyond where it was. */
  for (PetscInt j = 0; j < keep_y; j++) {
    PetscCall(PetscArraymove(&re[j * keep_z], &re[j * nz], keep_z));
    PetscCall(PetscArraymove(&im[j * keep_z], &im[j * nz], keep_z));
  }
  PetscCall(PetscRealloc(sizeof(*re) * keep_z * keep_y, &re));
  PetscCall(PetscRealloc(sizeof(*im) * keep_z * keep_y, &im));
  *nz_out = keep_z;
  *ny_out = keep_y;
  *re_out = re;
  *im_out = im;
  PetscFunctionReturn(0);
}
