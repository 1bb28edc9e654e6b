/* Eigenpairs as rows of reals; integers up to 2^53 fit exactly. */
#include <math.h>

#include "qlbe/pair_row.h"
#include "qlbe/record.h"

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

static const QlbeField fields[] = {
    QLBE_FIELD(QlbeEigenpair, value),      QLBE_FIELD(QlbeEigenpair, residual),
    QLBE_FIELD(QlbeEigenpair, condition),  QLBE_FIELD(QlbeEigenpair, error),
    QLBE_FIELD(QlbeEigenpair, iterations), QLBE_FIELD(QlbeEigenpair, matvecs),
    QLBE_FIELD(QlbeEigenpair, share),      QLBE_FIELD(QlbeEigenpair, leading)};
enum { FIELDS = sizeof(fields) / sizeof(fields[0]) };

_Static_assert((int)QLBE_PAIR_WIDTH == (int)FIELDS + 2, "two of the fields are complex");
_Static_assert(sizeof(QlbeEigenpair) == 2 * sizeof(PetscScalar) + 3 * sizeof(PetscReal) +
                                            (sizeof(PetscBool) + 2 * sizeof(PetscInt) + 7) / 8 * 8,
               "every field is in the table");

void QlbePairToRow(const QlbeEigenpair *pair, double row[QLBE_PAIR_WIDTH])
{
  QlbeRecordToRow(FIELDS, fields, pair, row);
}

QlbeEigenpair QlbePairFromRow(const double row[QLBE_PAIR_WIDTH])
{
  QlbeEigenpair pair;

  QlbeRecordFromRow(FIELDS, fields, row, &pair);
  return pair;
}
