/* Eigenpairs as rows of reals; integers up to 2^53 fit exactly. */
#include <math.h>

#include "qlbe/pair_row.h"

QlbeEigenpair QlbePairMissing(void)
{
  const QlbeEigenpair pair = {.value = PetscCMPLX(NAN, NAN),
                              .residual = NAN,
                              .condition = NAN,
                              .error = NAN,
                              .share = PetscCMPLX(NAN, NAN)};

  return pair;
}

double QlbePairSolverError(const QlbeEigenpair *pair, double gap)
{
  return pair->residual * pair->residual * pair->condition / gap;
}

/* A field more has to be copied, too: two complex, three real, two integers, one truth value. */
_Static_assert(sizeof(QlbeEigenpair) == 2 * sizeof(PetscScalar) + 3 * sizeof(PetscReal) +
                                            (sizeof(PetscBool) + 2 * sizeof(PetscInt) + 7) / 8 * 8,
               "QlbePairToRow and QlbePairFromRow know all fields");

void QlbePairToRow(const QlbeEigenpair *pair, double row[QLBE_PAIR_WIDTH])
{
  row[0] = PetscRealPart(pair->value);
  row[1] = PetscImaginaryPart(pair->value);
  row[2] = pair->residual;
  row[3] = pair->condition;
  row[4] = pair->error;
  row[5] = (double)pair->iterations;
  row[6] = (double)pair->matvecs;
  row[7] = PetscRealPart(pair->share);
  row[8] = PetscImaginaryPart(pair->share);
  row[9] = (double)pair->leading;
}

QlbeEigenpair QlbePairFromRow(const double row[QLBE_PAIR_WIDTH])
{
  const QlbeEigenpair pair = {.value = PetscCMPLX(row[0], row[1]),
                              .residual = row[2],
                              .condition = row[3],
                              .error = row[4],
                              .iterations = (PetscInt)row[5],
                              .matvecs = (PetscInt)row[6],
                              .share = PetscCMPLX(row[7], row[8]),
                              .leading = (PetscBool)(row[9] != 0.0)};

  return pair;
}
