/*
   Both routes to S and F of one matrix, which have to agree within their errors; and what compares
   them notices a wrong one, a matrix without the mirror symmetry of fibers, and growth.

   The matrix is the BGK model in one dimension: a diagonal and a term of rank one, with S in closed
   form.
*/
#include "problem_case.h"

#include <slepcsys.h>

#include "structure_response.h"

enum { NODES = 61, POINTS = 20, TIMES = 6 };
static const double gamma_ = 2.0, spacing = 0.25;

/* The model with a flight of velocity k p + shift, and a rate of growth. */
typedef struct {
  double k, shift, growth;
} Model;

/* The node p = 0. */
static const PetscInt middle = NODES / 2;

static double Weight(PetscInt i)
{
  const double p = spacing * (double)(i - middle);

  return exp(-0.25 * p * p);
}

static void Make(const Model *model, Mat *A, Vec *x)
{
  double norm = 0.0;
  PetscInt begin, end;

  for (PetscInt i = 0; i < NODES; i++) norm += Weight(i) * Weight(i);
  assert_ok(MatCreateDense(PETSC_COMM_WORLD, PETSC_DECIDE, PETSC_DECIDE, NODES, NODES, NULL, A));
  assert_ok(MatCreateVecs(*A, x, NULL));
  assert_ok(MatGetOwnershipRange(*A, &begin, &end));
  for (PetscInt i = begin; i < end; i++) {
    const double p = spacing * (double)(i - middle);
    for (PetscInt j = 0; j < NODES; j++) {
      PetscScalar a = gamma_ * Weight(i) * Weight(j) / norm;
      if (i == j) a += PetscCMPLX(model->growth - gamma_, model->k * p + model->shift);
      assert_ok(MatSetValue(*A, i, j, a, INSERT_VALUES));
    }
    assert_ok(VecSetValue(*x, i, Weight(i) / sqrt(norm), INSERT_VALUES));
  }
  assert_ok(MatAssemblyBegin(*A, MAT_FINAL_ASSEMBLY));
  assert_ok(MatAssemblyEnd(*A, MAT_FINAL_ASSEMBLY));
  assert_ok(VecAssemblyBegin(*x));
  assert_ok(VecAssemblyEnd(*x));
}

/*
   (1/pi) Re W/(1 - gamma W), W = <1/(d - i k p)>, d = gamma + i w; without cancellation
   1 - gamma W = i w W + k^2 <p^2/(d^2 + k^2 p^2)>. On the nodes or on finer ones.
*/
static double Closed(double k, double w, PetscInt finer)
{
  const PetscScalar d = PetscCMPLX(gamma_, w);
  const PetscInt half = finer * (NODES / 2);
  PetscScalar W = 0.0, rest = 0.0;

  for (PetscInt i = -half; i <= half; i++) {
    const double p = spacing / (double)finer * (double)i, nu = exp(-0.5 * p * p);
    W += nu / (d - PETSC_i * k * p);
    rest += nu * k * k * p * p / (d * d + k * k * p * p);
  }
  return PetscRealPart(W / (PETSC_i * w * W + rest)) / PETSC_PI;
}

/* The response of a model, and its query. */
typedef struct {
  ProblemCase c;
  double omega[POINTS], times[TIMES];
  ResponseQuery query;
  Response r;
} Case;

static void CaseCreate(const Model *model, Case *s)
{
  Vec x;
  Mat A;

  ProblemCreate("-gas_density 1", &s->c);
  for (int i = 0; i < POINTS; i++) s->omega[i] = 0.3 * model->k * (double)i;
  for (int i = 0; i < TIMES; i++) s->times[i] = 0.4 / model->k * (double)i;
  s->query = (ResponseQuery){.points = POINTS,
                             .n_times = TIMES,
                             .omega = s->omega,
                             .times = s->times,
                             .rate = model->k,
                             .fast = 1.5 * gamma_ + 4.0 * model->k,
                             .gap = gamma_};
  Make(model, &A, &x);
  assert_ok(ResponseCreate(&s->c.problem, A, x, &s->query, PETSC_TRUE, &s->r));
  assert_ok(VecDestroy(&x));
  assert_ok(MatDestroy(&A));
}

static void CaseDestroy(Case *s)
{
  assert_ok(ResponseDestroy(&s->r));
  ProblemDestroy(&s->c);
}

/*
   From collisions to flight: both routes within their errors, which are small. At the largest k
   nodes bring F back: then the evolution gives the S of any finer nodes.
*/
static void both_routes_are_closed(void **state)
{
  const double k[] = {0.05, 0.5, 2.0, 6.0};

  (void)state;
  for (int i = 0; i < 4; i++) {
    Case s;
    double peak, error, disagreement[2], integral, second, width, half;
    CaseCreate(&(const Model){.k = k[i]}, &s);
    assert_ok(ResponseSpectrum(&s.r, PETSC_TRUE, 0.0, &peak, &error));
    assert_true(s.r.correlation.returned == (i == 3) && s.r.by_resolvent == (i != 3));
    for (int route = 0; route < 2; route++) {
      for (int j = 0; j < POINTS; j++) {
        const PetscBool ends = (PetscBool)(route == 0 && s.r.correlation.returned);
        const double exact = Closed(k[i], s.omega[j], ends ? 8 : 1);
        double value;
        assert_ok(ResponseSpectrum(&s.r, (PetscBool)(route == 1), s.omega[j], &value, &error));
        assert_close(value, exact, error + 1e-15 * peak, "S");
        assert_small(error, (ends ? 1e-6 : 1e-8) * peak, "error of S");
      }
    }
    assert_ok(ResponseDisagreement(&s.r, &s.query, &disagreement[0], &disagreement[1]));
    assert_small(disagreement[0], 1.0, "routes to S");
    assert_small(disagreement[1], 1.0, "routes to F");
    assert_ok(ResponseIntegrals(&s.r, &s.query, &integral, &second));
    assert_close(integral, 1.0, 1e-9, "integral");
    assert_close(second, k[i] * k[i], 1e-8 * k[i] * k[i], "second moment");
    assert_ok(ResponseHalfWidth(&s.r, &s.query, &width));
    assert_ok(ResponseSpectrum(&s.r, s.r.by_resolvent, width, &half, &error));
    assert_close(half, 0.5 * Closed(k[i], 0.0, 8), 1e-9 * peak, "half width");
    CaseDestroy(&s);
  }
}

/* The Krylov space of another k in place of the right one. */
static void disagreement_notices(void **state)
{
  const Model other = {.k = 0.5 * (1.0 + 1e-6)};
  double S, F;
  Case s;
  Vec x;
  Mat A;

  (void)state;
  CaseCreate(&(const Model){.k = 0.5}, &s);
  Make(&other, &A, &x);
  assert_ok(QlbeKrylovFormDestroy(&s.r.form));
  assert_ok(QlbeKrylovFormCreate(A, x, &s.r.form));
  assert_ok(QlbeKrylovFormExtend(s.r.form, NODES));
  assert_ok(QlbeKrylovFormExponential(s.r.form, TIMES, s.times, s.r.F, s.r.F_error));
  assert_ok(ResponseDisagreement(&s.r, &s.query, &S, &F));
  assert_true(S > 10.0 && F > 10.0);
  assert_ok(VecDestroy(&x));
  assert_ok(MatDestroy(&A));
  CaseDestroy(&s);
}

/* A flight in one direction: S is not even, and F not real. */
static void asymmetry_notices(void **state)
{
  double even, shifted;
  Case s;

  (void)state;
  CaseCreate(&(const Model){.k = 0.5}, &s);
  assert_ok(ResponseAsymmetry(&s.r, &s.query, &even));
  CaseDestroy(&s);
  CaseCreate(&(const Model){.k = 0.5, .shift = 1e-4}, &s);
  assert_ok(ResponseAsymmetry(&s.r, &s.query, &shifted));
  CaseDestroy(&s);
  assert_small(even, 1e-12, "asymmetry of a fiber");
  assert_true(shifted > 1e-5);
}

/* What grows has no structure factor: S by the resolvent is negative somewhere. */
static void growth_is_negative(void **state)
{
  double S, error;
  Case s;

  (void)state;
  CaseCreate(&(const Model){.k = 0.5, .growth = 0.4}, &s);
  assert_ok(ResponseSpectrum(&s.r, PETSC_TRUE, 0.0, &S, &error));
  assert_true(S + error < 0.0);
  CaseDestroy(&s);
}

int main(int argc, char *argv[])
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(both_routes_are_closed), cmocka_unit_test(disagreement_notices),
      cmocka_unit_test(asymmetry_notices), cmocka_unit_test(growth_is_negative)};
  int failures;

  if (SlepcInitialize(&argc, &argv, NULL, NULL)) return 1;
  failures = cmocka_run_group_tests(tests, NULL, NULL);
  return SlepcFinalize() ? 1 : failures;
}
