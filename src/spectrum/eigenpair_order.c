/*
   The one order of eigenvalues: by descending real part, then by descending imaginary part.

   The two of a conjugate pair have the same real part, which rounding makes differ. Comparing two
   values with a tolerance is no ordering (a = b and b = c do not make a = c), so values are first
   sorted by their real parts as they are, neighbours within rounding are joined to groups, and
   groups are sorted by the imaginary part. Equal imaginary parts leave the tag to decide.
*/
#include "qlbe/spectrum.h"

/* Rounding of a quotient: sums over a row, and what the residual leaves, which is quadratic. Where
   a pair is so far from normal that this is no small number, order means nothing any more. */
static const PetscReal sum_rounding = 1e-14, largest_rounding = 1e-6;

PetscReal QlbeEigenpairRounding(const QlbeEigenpair *pair, PetscReal scale)
{
  const PetscReal condition = PetscIsNanReal(pair->condition) ? 1.0 : pair->condition;
  const PetscReal residual = pair->residual / scale;
  const PetscReal rounding = condition * (sum_rounding + residual * residual);

  return scale * (rounding <= largest_rounding ? rounding : largest_rounding);
}

/* A key by which to sort: descending, what is no number last. */
typedef PetscReal Key(const QlbeEigenpair pairs[], const PetscInt tag[], PetscInt i);

static PetscReal RealKey(const QlbeEigenpair pairs[], const PetscInt tag[], PetscInt i)
{
  const PetscReal re = PetscRealPart(pairs[i].value);

  (void)tag;
  return PetscIsNanReal(re) ? -PETSC_INFINITY : re;
}

static PetscReal ImaginaryKey(const QlbeEigenpair pairs[], const PetscInt tag[], PetscInt i)
{
  const PetscReal im = PetscImaginaryPart(pairs[i].value);

  (void)tag;
  return PetscIsNanReal(im) ? -PETSC_INFINITY : im;
}

static PetscReal TagKey(const QlbeEigenpair pairs[], const PetscInt tag[], PetscInt i)
{
  (void)pairs;
  return tag ? -(PetscReal)tag[i] : 0.0;
}

static void SortBy(Key *key, const QlbeEigenpair pairs[], const PetscInt tag[], PetscInt n,
                   PetscInt order[])
{
  for (PetscInt i = 1; i < n; i++) {
    const PetscInt moved = order[i];
    PetscInt j = i;
    for (; j > 0 && key(pairs, tag, moved) > key(pairs, tag, order[j - 1]); j--)
      order[j] = order[j - 1];
    order[j] = moved;
  }
}

/* Length of the group at the head of order[n]: neighbours whose keys differ by rounding. */
static PetscInt GroupLength(Key *key, const QlbeEigenpair pairs[], PetscReal scale, PetscInt n,
                            const PetscInt order[])
{
  PetscInt length = 1;

  while (length < n) {
    const PetscInt a = order[length - 1], b = order[length];
    const PetscReal rounding =
        QlbeEigenpairRounding(&pairs[a], scale) + QlbeEigenpairRounding(&pairs[b], scale);
    if (!(key(pairs, NULL, a) - key(pairs, NULL, b) <= rounding)) break;
    length++;
  }
  return length;
}

void QlbeEigenpairOrder(PetscInt n, const QlbeEigenpair pairs[], PetscReal scale,
                        const PetscInt tag[], PetscInt order[])
{
  for (PetscInt i = 0; i < n; i++) order[i] = i;
  SortBy(RealKey, pairs, tag, n, order);
  for (PetscInt i = 0, length; i < n; i += length) {
    length = GroupLength(RealKey, pairs, scale, n - i, order + i);
    SortBy(ImaginaryKey, pairs, tag, length, order + i);
    for (PetscInt j = 0, equal; j < length; j += equal) {
      equal = GroupLength(ImaginaryKey, pairs, scale, length - j, order + i + j);
      SortBy(TagKey, pairs, tag, equal, order + i + j);
    }
  }
}
