/*
   Second-order perturbation of the leading eigenvalue (T. Kato, Perturbation Theory for Linear
   Operators, II.2.2), the discrete form of the argument behind Proposition 7.1.

   The reduced resolvent acts through one solve with P (-L0) P, P the projector off x0: conjugate
   gradients with the diagonal as preconditioner, since -L0 is a diagonal plus a compact operator. P
   on both sides keeps the system consistent where L0 x0 is only nearly 0. With the residual r of
   the solution u at hand, <b|u> + <u|r> = 2 <b|u> - <u|(-L0) u> is the variational value: its error
   is quadratic in that of u.
*/
#include <petscksp.h>
#include "qlbe/perturbation.h"

#if !defined(PETSC_USE_COMPLEX)
#error "qlbe needs PETSc with complex scalars"
#endif

/* Largest imaginary part, relative to the norm, that still counts as rounding. */
#define REAL_TOLERANCE 1e-8

typedef struct {
  Mat L0;
  Vec x0; /* of length 1 */
} Complement;

static PetscErrorCode ProjectOff(Vec x0, Vec y)
{
  PetscScalar overlap;

  PetscFunctionBegin;
  PetscCall(VecDot(y, x0, &overlap));
  PetscCall(VecAXPY(y, -overlap, x0));
  PetscFunctionReturn(0);
}

/* y = -P L0 x; x is in the range of P already, as everything in the iteration is. */
static PetscErrorCode ComplementMult(Mat shell, Vec x, Vec y)
{
  Complement *c;

  PetscFunctionBegin;
  PetscCall(MatShellGetContext(shell, &c));
  PetscCall(MatMult(c->L0, x, y));
  PetscCall(VecScale(y, -1.0));
  PetscCall(ProjectOff(c->x0, y));
  PetscFunctionReturn(0);
}

static PetscErrorCode ComplementDiagonal(Mat shell, Vec diagonal)
{
  Complement *c;

  PetscFunctionBegin;
  PetscCall(MatShellGetContext(shell, &c));
  PetscCall(MatGetDiagonal(c->L0, diagonal));
  PetscCall(VecScale(diagonal, -1.0));
  PetscFunctionReturn(0);
}

static PetscErrorCode CreateComplement(Complement *context, Mat *shell)
{
  MatNullSpace null_space;
  PetscInt rows, columns;

  PetscFunctionBegin;
  PetscCall(MatGetLocalSize(context->L0, &rows, &columns));
  PetscCall(MatCreateShell(PetscObjectComm((PetscObject)context->L0), rows, columns,
                           PETSC_DETERMINE, PETSC_DETERMINE, context, shell));
  PetscCall(MatShellSetOperation(*shell, MATOP_MULT, (void (*)(void))ComplementMult));
  PetscCall(MatShellSetOperation(*shell, MATOP_GET_DIAGONAL, (void (*)(void))ComplementDiagonal));
  PetscCall(MatNullSpaceCreate(PetscObjectComm((PetscObject)context->L0), PETSC_FALSE, 1,
                               &context->x0, &null_space));
  PetscCall(MatSetNullSpace(*shell, null_space));
  PetscCall(MatNullSpaceDestroy(&null_space));
  PetscFunctionReturn(0);
}

static PetscErrorCode CheckReal(Vec x, const char name[])
{
  PetscScalar xtx;
  PetscReal norm;

  PetscFunctionBegin;
  PetscCall(VecNorm(x, NORM_2, &norm));
  PetscCall(VecTDot(x, x, &xtx));
  /* ||x||^2 - Re x^T x = 2 ||Im x||^2 */
  PetscCheck(norm * norm - PetscRealPart(xtx) <= 2.0 * REAL_TOLERANCE * norm * norm,
             PetscObjectComm((PetscObject)x), PETSC_ERR_ARG_WRONG, "%s must be real", name);
  PetscFunctionReturn(0);
}

/* Solves P (-L0) P u = b for b in the range of P, to a relative residual of rtol. */
static PetscErrorCode SolveComplement(Complement *context, Vec b, PetscReal rtol, Vec u, Vec r,
                                      PetscInt *iterations)
{
  Mat shell;
  KSP ksp;
  PC pc;

  PetscFunctionBegin;
  PetscCall(CreateComplement(context, &shell));
  PetscCall(KSPCreate(PetscObjectComm((PetscObject)context->L0), &ksp));
  PetscCall(KSPSetOptionsPrefix(ksp, "perturbation_"));
  PetscCall(KSPSetOperators(ksp, shell, shell));
  PetscCall(KSPSetType(ksp, KSPCG));
  PetscCall(KSPSetNormType(ksp, KSP_NORM_UNPRECONDITIONED));
  /* The recurrence of CG and the recomputed residual part ways at rounding level: leave room. */
  PetscCall(KSPSetTolerances(ksp, 0.5 * rtol, PETSC_DEFAULT, PETSC_DEFAULT, PETSC_DEFAULT));
  PetscCall(KSPGetPC(ksp, &pc));
  PetscCall(PCSetType(pc, PCJACOBI));
  PetscCall(KSPSetFromOptions(ksp));
  PetscCall(KSPSolve(ksp, b, u));
  PetscCall(KSPGetIterationNumber(ksp, iterations));
  PetscCall(ProjectOff(context->x0, u));
  PetscCall(MatMult(shell, u, r));
  PetscCall(VecAYPX(r, -1.0, b));
  PetscCall(KSPDestroy(&ksp));
  PetscCall(MatDestroy(&shell));
  PetscFunctionReturn(0);
}

/* The second-order part of D, with the residual it was obtained with; b is not empty. */
static PetscErrorCode SecondOrder(Complement *context, Vec b, PetscReal rtol,
                                  QlbePerturbation *result)
{
  Vec u, r;
  PetscScalar bu, ur;
  PetscReal norm_b, norm_r, norm_u, smallest;

  PetscFunctionBegin;
  PetscCall(VecDuplicate(b, &u));
  PetscCall(VecDuplicate(b, &r));
  PetscCall(SolveComplement(context, b, rtol, u, r, &result->iterations));
  PetscCall(VecDot(u, b, &bu));
  PetscCall(VecDot(r, u, &ur));
  PetscCall(VecNorm(b, NORM_2, &norm_b));
  PetscCall(VecNorm(r, NORM_2, &norm_r));
  PetscCall(VecNorm(u, NORM_2, &norm_u));
  result->response = norm_u;
  result->residual = norm_r / norm_b;
  result->converged = (PetscBool)(result->residual <= rtol);
  result->D_second = 2.0 * (PetscRealPart(bu) + PetscRealPart(ur));
  /* <r|(-L0)^+ r> is what is missing; <u|(-L0) u>/<u|u> stands for the eigenvalues r meets. */
  smallest = norm_u > 0.0 ? PetscRealPart(bu - ur) / (norm_u * norm_u) : 1.0;
  result->D_error = smallest > 0.0 ? 2.0 * norm_r * norm_r / smallest : INFINITY;
  PetscCall(VecDestroy(&u));
  PetscCall(VecDestroy(&r));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbePerturbationSolve(Mat L0, Vec x0, Vec L1x0, PetscReal second, PetscReal rtol,
                                     QlbePerturbation *result)
{
  const QlbePerturbation empty = {0};
  Complement context = {.L0 = L0};
  PetscScalar overlap;
  PetscReal norm, length, norm_b;
  Vec b;

  PetscFunctionBegin;
  *result = empty;
  PetscCheck(rtol > 0.0, PetscObjectComm((PetscObject)L0), PETSC_ERR_ARG_OUTOFRANGE,
             "The relative tolerance must be positive, not %g", (double)rtol);
  PetscCall(CheckReal(x0, "The null vector"));
  PetscCall(CheckReal(L1x0, "L1 x0"));
  PetscCall(VecDuplicate(x0, &context.x0));
  PetscCall(VecCopy(x0, context.x0));
  PetscCall(VecNormalize(context.x0, &length));
  PetscCheck(length > 0.0, PetscObjectComm((PetscObject)L0), PETSC_ERR_ARG_WRONG,
             "The null vector is zero");
  PetscCall(VecDuplicate(L1x0, &b));
  PetscCall(MatMult(L0, context.x0, b));
  PetscCall(VecNorm(b, NORM_2, &norm));
  result->null_defect = norm;
  PetscCall(VecCopy(L1x0, b));
  PetscCall(VecScale(b, 1.0 / length));
  PetscCall(VecNorm(b, NORM_2, &norm));
  PetscCall(VecDot(b, context.x0, &overlap));
  result->drift = PetscRealPart(overlap);
  PetscCall(ProjectOff(context.x0, b));
  PetscCall(ProjectOff(context.x0, b)); /* once more: cancellation of a large drift */
  PetscCall(VecNorm(b, NORM_2, &norm_b));
  result->converged = PETSC_TRUE;
  if (norm_b > 1e-14 * norm) PetscCall(SecondOrder(&context, b, rtol, result));
  result->D_first = -second;
  result->D = result->D_first + result->D_second;
  PetscCall(VecDestroy(&b));
  PetscCall(VecDestroy(&context.x0));
  PetscFunctionReturn(0);
}
