/*
   Both routes to S and F of one matrix.

   The Krylov space grows until neither S at the frequencies nor F at the times changes any more. On
   nodes without collisions S is a sum of poles on the real axis, and no space has an S: then F
   alone settles, and S comes from the evolution, which ends before the nodes bring F back.
*/
#include "structure_response.h"

#include <math.h>

#include "qlbe/rule.h"
#include "qlbe/worse.h"

/* Changes of S, relative to its largest value, and of F that end the growth of the space. */
static const double settled = 1e-10;
/* Growth of the space between two looks, its first size, and the largest where F is looked at. */
static const double growth = 1.4;
enum { FIRST_STEPS = 8, MOST_STEPS_OF_TIMES = 150 };
/* Changes of S that are no reason to go on, once F has settled: it does not converge. */
static const double hopeless = 1e-2;
/* Frequencies beyond those of the query at which S has to settle as well. */
enum { BEYOND = 16 };
/* Largest error of S by the Krylov space, relative to the peak, where it is preferred. */
static const double preferred = 1e-8;

/* F has decayed after this many times of flight, or of relaxation: what is left is of the nodes. */
static const double flight_time = 60.0, relaxation_time = 100.0;

/* S and F as they were at the last look. */
typedef struct {
  PetscInt rows; /* of the matrix */
  PetscInt n_S, n_F;
  double *w, *S, *S_error;
  PetscScalar *F;
  double S_change, F_change; /* against the look before, S relative to its largest value */
  double largest;            /* S */
} Look;

static PetscErrorCode LookCreate(const ResponseQuery *query, Look *look)
{
  const double low = query->omega[query->points - 1], high = PetscMax(4.0 * query->fast, 2.0 * low);

  PetscFunctionBegin;
  *look = (Look){.n_S = query->points + BEYOND, .n_F = query->n_times};
  PetscCall(PetscCalloc4(look->n_S, &look->w, look->n_S, &look->S, look->n_S, &look->S_error,
                         look->n_F, &look->F));
  for (PetscInt i = 0; i < look->n_S; i++)
    look->w[i] = i < query->points
                     ? query->omega[i]
                     : low * pow(high / low, (double)(i - query->points + 1) / (double)BEYOND);
  PetscFunctionReturn(0);
}

static PetscErrorCode LookDestroy(Look *look)
{
  PetscFunctionBegin;
  PetscCall(PetscFree4(look->w, look->S, look->S_error, look->F));
  PetscFunctionReturn(0);
}

/* S at all frequencies in the present space; the change counts the error as well. */
static PetscErrorCode LookAtSpectrum(QlbeKrylovForm form, Look *look)
{
  PetscFunctionBegin;
  look->S_change = look->largest = 0.0;
  for (PetscInt i = 0; i < look->n_S; i++) {
    PetscScalar value;
    double error, S;
    PetscCall(QlbeKrylovFormResolvent(form, PetscCMPLX(0.0, look->w[i]), &value, &error));
    S = PetscRealPart(value) / PETSC_PI;
    look->S_error[i] = error / PETSC_PI + fabs(S - look->S[i]);
    look->S[i] = S;
    look->largest = QlbeWorse(look->largest, fabs(S));
    look->S_change = QlbeWorse(look->S_change, look->S_error[i]);
  }
  /* poles on the imaginary axis alone, as without collisions, have S = 0 between them */
  look->S_change =
      isfinite(look->largest) && look->largest > 0.0 ? look->S_change / look->largest : HUGE_VAL;
  PetscFunctionReturn(0);
}

static PetscErrorCode LookAtTimes(const ResponseQuery *query, Response *r, Look *look)
{
  PetscFunctionBegin;
  PetscCall(QlbeKrylovFormExponential(r->form, query->n_times, query->times, r->F, r->F_error));
  look->F_change = 0.0;
  for (PetscInt i = 0; i < query->n_times; i++) {
    r->F_error[i] += PetscAbsScalar(r->F[i] - look->F[i]);
    look->F_change = QlbeWorse(look->F_change, r->F_error[i]);
    look->F[i] = r->F[i];
  }
  PetscFunctionReturn(0);
}

/*
   Whether S, whose change falls like exp(-c n) from `before` to now, would not settle with `most`
   steps. A space that comes to hold all functions settles at once.
*/
static PetscBool IsHopeless(const Look *look, double before, const PetscInt steps[2], PetscInt most)
{
  const double fall = log(before / look->S_change) / (double)(steps[1] - steps[0]);

  if (look->S_change > hopeless && look->S_change > 0.5 * before) return PETSC_TRUE;
  if (!isfinite(fall) || fall <= 0.0 || look->rows <= most) return PETSC_FALSE;
  return (PetscBool)(log(look->S_change / preferred) > fall * (double)(most - steps[1]));
}

/* Takes steps until S and F have settled, or do not. */
static PetscErrorCode Grow(const ResponseQuery *query, Response *r, PetscInt most, Look *look)
{
  PetscInt steps[2] = {0, 0};
  PetscBool go_on = PETSC_TRUE;

  PetscFunctionBegin;
  for (PetscInt n = FIRST_STEPS; go_on; n = (PetscInt)(growth * (double)n) + 1) {
    const double before = look->S_change;
    const PetscInt last = steps[1];
    PetscBool invariant;
    PetscCall(QlbeKrylovFormExtend(r->form, PetscMin(n, most)));
    PetscCall(QlbeKrylovFormGetSteps(r->form, &steps[1], &invariant));
    steps[0] = last;
    PetscCall(LookAtSpectrum(r->form, look));
    if (steps[1] <= MOST_STEPS_OF_TIMES || look->S_change <= settled)
      PetscCall(LookAtTimes(query, r, look));
    if (invariant) { /* exact: a second look shows rounding alone */
      PetscCall(LookAtSpectrum(r->form, look));
      PetscCall(LookAtTimes(query, r, look));
    }
    go_on = (PetscBool)(!invariant && steps[1] < most &&
                        !(look->F_change <= settled &&
                          (look->S_change <= settled || IsHopeless(look, before, steps, most))));
  }
  PetscFunctionReturn(0);
}

/* The largest number of steps that a quarter of the memory holds. */
static PetscInt MostSteps(const QlbeProblem *problem, PetscInt rows)
{
  const double most = 0.25 * problem->memory / (16.0 * (double)PetscMax(rows, 1)) - 2.0;

  return (PetscInt)PetscMax((double)FIRST_STEPS, PetscMin(most, QLBE_KRYLOV_MOST_STEPS));
}

PetscErrorCode ResponseCreate(const QlbeProblem *problem, Mat A, Vec x, const ResponseQuery *query,
                              PetscBool both, Response *r)
{
  const PetscBool flies = (PetscBool)(query->rate > 2.0 * query->gap);
  const CorrelationScales scales = {.fast = query->fast,
                                    .gap = query->gap,
                                    .limit = flies ? flight_time / query->rate
                                                   : relaxation_time / query->gap};
  PetscInt rows, most;
  Look look;

  PetscFunctionBegin;
  *r = (Response){.form = NULL};
  PetscCall(QlbePhaseBegin(problem->phases, "krylov spaces"));
  PetscCall(PetscCalloc2(query->n_times, &r->F, query->n_times, &r->F_error));
  PetscCall(LookCreate(query, &look));
  PetscCall(VecGetSize(x, &look.rows));
  PetscCall(VecGetLocalSize(x, &rows));
  most = MostSteps(problem, rows);
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &most, 1, MPIU_INT, MPI_MIN, problem->comm));
  PetscCall(QlbeKrylovFormCreate(A, x, &r->form));
  PetscCall(Grow(query, r, most, &look));
  PetscCall(QlbePhaseEnd(problem->phases, "krylov spaces"));
  r->by_resolvent = (PetscBool)(look.S_change <= preferred);
  if (both || !r->by_resolvent) {
    PetscCall(QlbePhaseBegin(problem->phases, "propagation"));
    PetscCall(CorrelationCreate(A, x, &scales, &r->correlation));
    PetscCall(QlbePhaseEnd(problem->phases, "propagation"));
  }
  if (r->correlation.returned) r->by_resolvent = PETSC_FALSE;
  r->S_change = look.S_change < HUGE_VAL ? look.S_change * look.largest : HUGE_VAL;
  PetscCall(LookDestroy(&look));
  PetscFunctionReturn(0);
}

PetscErrorCode ResponseDestroy(Response *r)
{
  PetscFunctionBegin;
  PetscCall(QlbeKrylovFormDestroy(&r->form));
  PetscCall(CorrelationDestroy(&r->correlation));
  PetscCall(PetscFree2(r->F, r->F_error));
  PetscFunctionReturn(0);
}

PetscErrorCode ResponseSpectrum(const Response *r, PetscBool by_resolvent, double w, double *value,
                                double *error)
{
  PetscScalar resolvent;

  PetscFunctionBegin;
  if (by_resolvent) {
    PetscCall(QlbeKrylovFormResolvent(r->form, PetscCMPLX(0.0, w), &resolvent, error));
    *value = PetscRealPart(resolvent) / PETSC_PI;
    /* what the space still changed at the last look, and rounding */
    *error = (*error + 1e-14 * PetscAbsScalar(resolvent)) / PETSC_PI + r->S_change;
  } else {
    PetscCall(CorrelationTransform(&r->correlation, w, value, error));
  }
  PetscFunctionReturn(0);
}

void ResponseTime(const Response *r, PetscBool by_resolvent, const ResponseQuery *query, PetscInt i,
                  double *value, double *error)
{
  if (by_resolvent) {
    *value = PetscRealPart(r->F[i]);
    *error = r->F_error[i] + 1e-14;
  } else {
    CorrelationAt(&r->correlation, query->times[i], value, error);
  }
}
