/*
   One fiber: S and F by both routes, their integrals, and what siblings of the discretisation make
   of them.
*/
#include "structure_fiber.h"

#include <math.h>

#include "qlbe/record.h"
#include "qlbe/worse.h"
#include "structure_response.h"

/* The relative error of a rate that is told as eps(k). */
static const double most_rate_error = 1e-4;

/* Frequencies up to, and times up to this many rates of the fiber, where none are given. */
static const double reach = 6.0;
/* The ratio of the longest time to the shortest one. */
static const double decades = 1e3;
/* Changes in siblings that are better than the discretisation itself show all but a part of its
   error. */
static const double better_safety = 2.0;
/*
   Changes oscillate with frequency and time: each one is taken for the largest that is close by, in
   units of the rate of the fiber. A zero of a change is none of the error, which was seen to be 8
   times as large there.
*/
static const double close_by = 0.25;

static const QlbeField fields[] = {QLBE_FIELD(QlbeStructureFiber, k),
                                   QLBE_FIELD(QlbeStructureFiber, peak),
                                   QLBE_FIELD(QlbeStructureFiber, peak_error),
                                   QLBE_FIELD(QlbeStructureFiber, half_width),
                                   QLBE_FIELD(QlbeStructureFiber, half_width_error),
                                   QLBE_FIELD(QlbeStructureFiber, eps),
                                   QLBE_FIELD(QlbeStructureFiber, slope),
                                   QLBE_FIELD(QlbeStructureFiber, second_moment),
                                   QLBE_FIELD(QlbeStructureFiber, second_by_route),
                                   QLBE_FIELD(QlbeStructureFiber, integral),
                                   QLBE_FIELD(QlbeStructureFiber, negative),
                                   QLBE_FIELD(QlbeStructureFiber, asymmetry),
                                   QLBE_FIELD(QlbeStructureFiber, failures),
                                   QLBE_FIELD(QlbeStructureFiber, S_excess),
                                   QLBE_FIELD(QlbeStructureFiber, F_excess),
                                   QLBE_FIELD(QlbeStructureFiber, unresolved),
                                   QLBE_FIELD(QlbeStructureFiber, by_resolvent),
                                   QLBE_FIELD(QlbeStructureFiber, steps),
                                   QLBE_FIELD(QlbeStructureFiber, products)};
enum { N_FIELDS = sizeof(fields) / sizeof(fields[0]) };

PetscInt StructureRowWidth(const QlbeStructureQuery *query)
{
  return QlbeRecordWidth(N_FIELDS, fields) + 3 * query->points + 4 * query->n_times;
}

StructureArrays StructureRowArrays(const QlbeStructureQuery *query, double row[])
{
  StructureArrays a;

  a.omega = row + QlbeRecordWidth(N_FIELDS, fields);
  a.S = a.omega + query->points;
  a.S_error = a.S + query->points;
  a.t = a.S_error + query->points;
  a.F_re = a.t + query->n_times;
  a.F_im = a.F_re + query->n_times;
  a.F_error = a.F_im + query->n_times;
  return a;
}

QlbeStructureFiber StructureRowFiber(const double row[])
{
  QlbeStructureFiber fiber = {.k = 0.0};

  QlbeRecordFromRow(N_FIELDS, fields, row, &fiber);
  return fiber;
}

double QlbeStructureRate(const QlbeParameters *par, double D, double k)
{
  const double flight = k / sqrt(par->M * par->beta);

  return D > 0.0 ? PetscMin(0.5 * D * k * k, flight) : flight;
}

/* Frequencies and times of the fiber into the row, and its rates. */
static ResponseQuery FiberQuery(const QlbeProblem *problem, const QlbeStructureQuery *q, double k,
                                StructureArrays *a)
{
  const QlbeParameters *par = &problem->parameters;
  const double rate = QlbeStructureRate(par, q->D, k);
  const double omega_max = q->omega_max > 0.0 ? q->omega_max : reach * rate;
  const double ratio = pow(decades, 1.0 / (double)PetscMax(q->n_times - 2, 1));
  ResponseQuery query = {.points = q->points,
                         .n_times = q->n_times,
                         .omega = a->omega,
                         .times = a->t,
                         .rate = rate,
                         .fast = 1.5 * q->scale + 4.0 * k / sqrt(par->M * par->beta),
                         .gap = q->gap};

  for (PetscInt i = 0; i < q->points; i++)
    a->omega[i] = omega_max * (double)i / (double)(q->points - 1);
  for (PetscInt i = 0; i < q->n_times; i++) {
    if (q->times)
      a->t[i] = q->times[i];
    else
      a->t[i] = i == 0 ? 0.0 : reach / rate * pow(ratio, (double)(i - q->n_times + 1));
  }
  return query;
}

/* Both routes in one discretisation. */
static PetscErrorCode Solve(const QlbeProblem *problem, QlbeDiscretisation d, const double k[3],
                            const ResponseQuery *query, PetscBool both, Response *r)
{
  Mat A = NULL;
  Vec x0;

  PetscFunctionBegin;
  PetscCall(QlbeDiscretisationOperator(d, k, 0, &A));
  PetscCall(QlbeDiscretisationEquilibrium(d, A, &x0));
  PetscCall(ResponseCreate(problem, A, x0, query, both, r));
  PetscCall(QlbeKrylovFormRelease(r->form));
  PetscCall(VecDestroy(&x0));
  PetscCall(QlbeDiscretisationRelease(d, &A));
  PetscFunctionReturn(0);
}

/* Values of the chosen route. */
static PetscErrorCode Fill(const Response *r, const ResponseQuery *query, StructureArrays *a)
{
  PetscFunctionBegin;
  for (PetscInt i = 0; i < query->points; i++)
    PetscCall(ResponseSpectrum(r, r->by_resolvent, a->omega[i], &a->S[i], &a->S_error[i]));
  for (PetscInt i = 0; i < query->n_times; i++) {
    ResponseTime(r, r->by_resolvent, query, i, &a->F_re[i], &a->F_error[i]);
    a->F_im[i] = PetscImaginaryPart(r->F[i]);
  }
  PetscFunctionReturn(0);
}

/* Numbers of a fiber that one discretisation gives. */
static PetscErrorCode Numbers(const Response *r, const ResponseQuery *query,
                              QlbeStructureFiber *fiber)
{
  PetscScalar moment[3];
  PetscBool invariant;
  double integral_error;

  PetscFunctionBegin;
  PetscCall(ResponseSpectrum(r, r->by_resolvent, 0.0, &fiber->peak, &integral_error));
  PetscCall(ResponseHalfWidth(r, query, &fiber->half_width));
  PetscCall(ResponseIntegrals(r, query, &fiber->integral, &fiber->second_by_route));
  PetscCall(QlbeKrylovFormMoments(r->form, 3, moment));
  PetscCall(QlbeKrylovFormGetSteps(r->form, &fiber->steps, &invariant));
  fiber->slope = PetscRealPart(moment[1]);
  fiber->second_moment = -PetscRealPart(moment[2]);
  /* a last mode that is not clear of the others is no eigenvalue */
  fiber->eps = r->correlation.tail != 0.0 && r->correlation.tail_rate_error <=
                                                 most_rate_error * fabs(r->correlation.tail_rate)
                   ? r->correlation.tail_rate
                   : NAN;
  PetscCall(ResponseDisagreement(r, query, &fiber->S_excess, &fiber->F_excess));
  PetscCall(ResponseAsymmetry(r, query, &fiber->asymmetry));
  fiber->failures = r->correlation.failures;
  fiber->products = r->correlation.products;
  fiber->by_resolvent = r->by_resolvent;
  PetscFunctionReturn(0);
}

/* The fiber, and what all siblings make of it, compared with the one that each refers to. */
typedef struct {
  const Response *own;
  Response response[QLBE_MOST_SIBLINGS];
  double half_width[QLBE_MOST_SIBLINGS];
} Siblings;

static double Safety(const StructureLadder *ladder, PetscInt i)
{
  return ladder->traits[i].every_fiber ? 1.0 : better_safety;
}

/* Sibling i, or the fiber itself for i < 0. */
static const Response *At(const Siblings *s, PetscInt i)
{
  return i < 0 ? s->own : &s->response[i];
}

/* The largest change of S between pair[0] and pair[1] at w and close to it. */
static PetscErrorCode SpectrumChange(const Siblings *s, const PetscInt pair[2], double w,
                                     double width, double *change)
{
  double value[2], unused;

  PetscFunctionBegin;
  *change = 0.0;
  for (int near = -1; near <= 1; near++) {
    for (int side = 0; side < 2; side++) {
      const Response *r = At(s, pair[side]);
      PetscCall(ResponseSpectrum(r, r->by_resolvent, w + near * width, &value[side], &unused));
    }
    *change = QlbeWorse(*change, fabs(value[1] - value[0]));
  }
  PetscFunctionReturn(0);
}

/* The same of F at time j and at times next to it, if these are close. */
static double TimeChange(const Siblings *s, const PetscInt pair[2], const ResponseQuery *query,
                         PetscInt j)
{
  const PetscInt begin = PetscMax(j - 1, 0), end = PetscMin(j + 1, query->n_times - 1);
  double value[2], unused, change = 0.0;

  for (PetscInt i = begin; i <= end; i++) {
    if (fabs(query->times[i] - query->times[j]) * query->rate > close_by) continue;
    for (int side = 0; side < 2; side++) {
      const Response *r = At(s, pair[side]);
      ResponseTime(r, r->by_resolvent, query, i, &value[side], &unused);
    }
    change = QlbeWorse(change, fabs(value[1] - value[0]));
  }
  return change;
}

/* Adds the changes in sibling i to the errors. */
static PetscErrorCode AddChanges(const StructureLadder *ladder, const Siblings *s, PetscInt i,
                                 const ResponseQuery *query, StructureArrays *a,
                                 QlbeStructureFiber *fiber)
{
  const PetscInt reference = QlbeDiscretisationReference(ladder->d, QLBE_COMPARE_LEVELS, i);
  const PetscInt pair[2] = {i, reference};
  const double safety = Safety(ladder, i), width = close_by * query->rate;
  const double other = reference < 0 ? fiber->half_width : s->half_width[reference];
  double change;

  PetscFunctionBegin;
  for (PetscInt j = 0; j < query->points; j++) {
    PetscCall(SpectrumChange(s, pair, query->omega[j], width, &change));
    a->S_error[j] += safety * change;
  }
  for (PetscInt j = 0; j < query->n_times; j++)
    a->F_error[j] += safety * TimeChange(s, pair, query, j);
  fiber->half_width_error += safety * fabs(s->half_width[i] - other);
  PetscFunctionReturn(0);
}

/* What all siblings make of the fiber s->own. */
static PetscErrorCode SolveSiblings(const QlbeProblem *problem, const StructureLadder *ladder,
                                    const double k[3], const ResponseQuery *query, Siblings *s)
{
  const PetscBool both = (PetscBool)!s->own->by_resolvent;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < ladder->n; i++) {
    PetscCall(Solve(problem, ladder->sibling[i], k, query, both, &s->response[i]));
    PetscCall(ResponseHalfWidth(&s->response[i], query, &s->half_width[i]));
  }
  PetscFunctionReturn(0);
}

/* Errors that are made of those of S. */
static void Judge(const ResponseQuery *query, const StructureArrays *a, QlbeStructureFiber *fiber)
{
  fiber->peak_error = a->S_error[0];
  fiber->negative = -HUGE_VAL;
  for (PetscInt i = 0; i < query->points; i++) {
    fiber->unresolved = QlbeWorse(fiber->unresolved, a->S_error[i] / a->S[0]);
    fiber->negative = QlbeWorse(fiber->negative, -(a->S[i] + a->S_error[i]) / a->S[0]);
  }
}

PetscErrorCode StructureFiber(const QlbeProblem *problem, const QlbeStructureQuery *q,
                              const StructureLadder *ladder, PetscInt i, double row[])
{
  QlbeStructureFiber fiber = {.k = q->k[i]};
  StructureArrays a = StructureRowArrays(q, row);
  const ResponseQuery query = FiberQuery(problem, q, q->k[i], &a);
  Response r;
  Siblings siblings = {.own = &r};
  double k[3], solver;

  PetscFunctionBegin;
  for (int axis = 0; axis < 3; axis++) k[axis] = q->k[i] * q->direction[axis];
  PetscCall(Solve(problem, ladder->d, k, &query, PETSC_TRUE, &r));
  PetscCall(Fill(&r, &query, &a));
  PetscCall(Numbers(&r, &query, &fiber));
  solver = a.S_error[0] / a.S[0];
  /* near the half width S falls by about its peak in twice the width */
  fiber.half_width_error = 4.0 * solver * fiber.half_width;
  PetscCall(SolveSiblings(problem, ladder, k, &query, &siblings));
  for (PetscInt j = 0; j < ladder->n; j++)
    PetscCall(AddChanges(ladder, &siblings, j, &query, &a, &fiber));
  Judge(&query, &a, &fiber);
  for (PetscInt j = 0; j < ladder->n; j++) PetscCall(ResponseDestroy(&siblings.response[j]));
  PetscCall(ResponseDestroy(&r));
  QlbeRecordToRow(N_FIELDS, fields, &fiber, row);
  PetscFunctionReturn(0);
}
