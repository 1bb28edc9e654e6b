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

/* This member's rows, which become coefficients along z if asked for; zero elsewhere. */
static PetscErrorCode SampleRows(const Search *s, PetscBool along_z, const double z[],
                                 const double y[], QlbeAmplitudeTensor *t)
{
  const PetscInt first = s->inter->team.rank, members = s->inter->team.size, nz = t->nz;
  const PetscInt rows = (t->ny - first + members - 1) / members;

  PetscFunctionBegin;
  PetscCall(PetscArrayzero(t->re, nz * t->ny));
  PetscCall(PetscArrayzero(t->im, nz * t->ny));
  for (PetscInt j = first; j < t->ny; j += members)
    PetscCall(QlbeInteractionBatch(s->inter, nz, z, y[j], &t->re[j * nz], &t->im[j * nz]));
  if (along_z && rows > 0) {
    PetscCall(QlbeCosineTransform(rows, nz, members * nz, 1, t->re + first * nz));
    PetscCall(QlbeCosineTransform(rows, nz, members * nz, 1, t->im + first * nz));
  }
  PetscFunctionReturn(0);
}

/*
   Fills the tensor with samples. In the directions asked for these are at the Chebyshev nodes, and
   values become coefficients.
*/
static PetscErrorCode SampleTensor(const Search *s, PetscBool along_z, PetscBool along_y,
                                   QlbeAmplitudeTensor *t)
{
  const QlbeTeam *team = &s->inter->team;
  const PetscInt nz = t->nz, ny = t->ny;
  double *z, *y;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(nz, &z, ny, &y));
  SampleSquares(nz, (PetscBool)!along_z, s->z_max, z);
  SampleSquares(ny, (PetscBool)!along_y, s->y_max, y);
  for (PetscInt i = 0; i < nz; i++) z[i] = sqrt(z[i]);
  for (PetscInt j = 0; j < ny; j++) y[j] = sqrt(y[j]);
  PetscCall(SampleRows(s, along_z, z, y, t));
  PetscCall(PetscFree2(z, y));
  if (team->size > 1) {
    PetscCall(team->sum(team->context, nz * ny, t->re));
    PetscCall(team->sum(team->context, nz * ny, t->im));
  }
  if (along_y) {
    PetscCall(QlbeCosineTransform(nz, ny, 1, nz, t->re));
    PetscCall(QlbeCosineTransform(nz, ny, 1, nz, t->im));
  }
  PetscFunctionReturn(0);
}

/* Size of the series data[i*line], i < lines, in the other variable; or of as many values of it. */
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
   The number of terms to keep along z (or y). The root of the sum of squares of the dropped ones
   stays below target: rounding noise adds up so, and a geometric tail is only a few times larger,
   which target has in reserve. Equal to the number of terms if the series has not converged.
*/
static PetscInt KeepTerms(const Search *s, PetscBool along_z, const QlbeAmplitudeTensor *t)
{
  const PetscInt n = along_z ? t->nz : t->ny, step = along_z ? 1 : t->nz;
  const PetscInt lines = along_z ? t->ny : t->nz, line = along_z ? t->nz : 1;
  double dropped = 0.0;
  PetscInt keep;

  for (keep = n; keep > 1; keep--) {
    const PetscInt at = (keep - 1) * step;

    dropped += PetscSqr(RowSize(s, lines, line, &t->re[at], &t->im[at]));
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
  QlbeAmplitudeTensor t;
  PetscInt keep = 0, n = MIN_DEGREE;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(MAX_DEGREE * PROBES, &t.re, MAX_DEGREE * PROBES, &t.im));
  for (; n <= MAX_DEGREE; n = n % 3 ? n / 2 * 3 : n / 3 * 4) {
    t.nz = along_z ? n : PROBES;
    t.ny = along_z ? PROBES : n;
    PetscCall(SampleTensor(s, along_z, (PetscBool)!along_z, &t));
    keep = KeepTerms(s, along_z, &t);
    /* A few small coefficients at the end may be accidental zeros; an eighth of all are not. */
    if (keep <= n - PetscMax(2, n / 8)) break;
  }
  PetscCall(PetscFree2(t.re, t.im));
  if (n > MAX_DEGREE) PetscCall(NotConverged(s, along_z ? "z" : "y"));
  *degree = keep;
  PetscFunctionReturn(0);
}

/* Lengths that the FFT likes, with room to see the tail. */
static PetscInt RoomyLength(PetscInt degree)
{
  return degree == 1 ? 4 : (degree + degree / 16 + 11) / 8 * 8;
}

/* Keeps the leading terms. Rows close up in place: none moves beyond where it was. */
static PetscErrorCode Trim(PetscInt nz, PetscInt ny, QlbeAmplitudeTensor *t)
{
  PetscFunctionBegin;
  for (PetscInt j = 0; j < ny; j++) {
    PetscCall(PetscArraymove(&t->re[j * nz], &t->re[j * t->nz], nz));
    PetscCall(PetscArraymove(&t->im[j * nz], &t->im[j * t->nz], nz));
  }
  PetscCall(PetscRealloc(sizeof(*t->re) * nz * ny, &t->re));
  PetscCall(PetscRealloc(sizeof(*t->im) * nz * ny, &t->im));
  t->nz = nz;
  t->ny = ny;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeAmplitudeCoefficients(QlbeInteraction inter, double z_max, double y_max,
                                         double target, QlbeAmplitudeTensor *coefficients)
{
  const Search search = {inter, z_max, y_max, hypot(z_max, y_max), target}, *s = &search;
  QlbeAmplitudeTensor t;
  PetscInt keep_z, keep_y;

  PetscFunctionBegin;
  /* Not worth a try: the amplitude turns faster than T of the largest degree. */
  if (inter->ops->traits.varies && inter->a * s->p_max > MAX_DEGREE * inter->hbar) {
    PetscCall(NotConverged(s, "p"));
  }
  PetscCall(ProbeDegree(s, PETSC_TRUE, &keep_z));
  PetscCall(ProbeDegree(s, PETSC_FALSE, &keep_y));
  t.nz = RoomyLength(keep_z);
  t.ny = RoomyLength(keep_y);
  for (;;) {
    if (t.nz > MAX_DEGREE) PetscCall(NotConverged(s, "z"));
    if (t.ny > MAX_DEGREE) PetscCall(NotConverged(s, "y"));
    PetscCall(PetscMalloc1(t.nz * t.ny, &t.re));
    PetscCall(PetscMalloc1(t.nz * t.ny, &t.im));
    PetscCall(SampleTensor(s, PETSC_TRUE, PETSC_TRUE, &t));
    keep_z = KeepTerms(s, PETSC_TRUE, &t);
    keep_y = KeepTerms(s, PETSC_FALSE, &t);
    if (keep_z < t.nz && keep_y < t.ny) break;
    PetscCall(PetscFree(t.re));
    PetscCall(PetscFree(t.im));
    if (keep_z == t.nz) t.nz = RoomyLength(t.nz + t.nz / 4);
    if (keep_y == t.ny) t.ny = RoomyLength(t.ny + t.ny / 4);
  }
  PetscCall(Trim(keep_z, keep_y, &t));
  *coefficients = t;
  PetscFunctionReturn(0);
}
