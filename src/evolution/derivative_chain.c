/*
   The fiber and its first two derivatives in k as one system, and L_1, L_2 from fibers at two small k.

   With s = k^2 and A_k = L_0 + i k L_1 + (s/2) L_2 + O(k^3) + i O(k^3), real but for the i,

     L_1 = (s_2/k_1 Im A_1 - s_1/k_2 Im A_2)/(s_2 - s_1)
     L_2 = 2 [(s_2/s_1) (Re A_1 - A_0) - (s_1/s_2) (Re A_2 - A_0)]/(s_2 - s_1)

   up to O(k^4), as in QlbePerturbationDerivatives. Both are real parts and imaginary parts of real
   combinations P = a_1 A_1 + a_2 A_2 and Q = b_1 A_1 + b_2 A_2, and Q = (b_1/a_1) P + (b_2 - a_2 b_1/a_1) A_2: two
   matrices are overwritten by two, with no third. No digits are lost by that, the terms have the size of
   those in Q.

   A vector of the system holds the three parts one after the other on each rank, so that nothing moves
   between ranks when it is split.
*/
#include "qlbe/derivative_chain.h"

#if !defined(PETSC_USE_COMPLEX)
#error "qlbe needs PETSc with complex scalars"
#endif

enum { PARTS = 3 };

struct _p_QlbeDerivativeChain {
  Mat L[PARTS]; /* L_0, L_1, L_2 */
  Mat system;
  double length;             /* l */
  PetscInt local;            /* rows of one part on this rank */
  Vec in[PARTS], out[PARTS]; /* without values of their own but between products */
  Vec term;
};

/* A_1 becomes L_1, and A_2 becomes L_2. */
static PetscErrorCode ExtractDerivatives(Mat A0, double k1, Mat A1, double k2, Mat A2)
{
  const double s1 = k1 * k1, s2 = k2 * k2;
  const double a1 = s2 / (k1 * (s2 - s1)), a2 = -s1 / (k2 * (s2 - s1));
  const double b1 = 2.0 * s2 / (s1 * (s2 - s1)), b2 = -2.0 * s1 / (s2 * (s2 - s1));

  PetscFunctionBegin;
  PetscCall(MatScale(A1, a1));
  PetscCall(MatAXPY(A1, a2, A2, DIFFERENT_NONZERO_PATTERN));
  PetscCall(MatScale(A2, b2 - a2 * b1 / a1));
  PetscCall(MatAXPY(A2, b1 / a1, A1, DIFFERENT_NONZERO_PATTERN));
  PetscCall(MatImaginaryPart(A1));
  PetscCall(MatRealPart(A2));
  PetscCall(MatAXPY(A2, -(b1 + b2), A0, DIFFERENT_NONZERO_PATTERN));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDerivativeChainSetLength(QlbeDerivativeChain chain, double length)
{
  PetscFunctionBegin;
  PetscCheck(length > 0.0 && !PetscIsInfOrNanReal(length),
             PetscObjectComm((PetscObject)chain->term), PETSC_ERR_ARG_OUTOFRANGE,
             "The length must be positive and finite, not %g", length);
  chain->length = exp2(rint(log2(length)));
  PetscFunctionReturn(0);
}

/* The rates of x_i = f^(i)/l^i. */
static PetscErrorCode Rate(QlbeDerivativeChain chain, double l, const Vec x[3], Vec rate[3])
{
  PetscFunctionBegin;
  for (int i = 0; i < PARTS; i++) PetscCall(MatMult(chain->L[0], x[i], rate[i]));
  PetscCall(MatMult(chain->L[1], x[0], chain->term));
  PetscCall(VecAXPY(rate[1], PETSC_i / l, chain->term));
  PetscCall(MatMult(chain->L[1], x[1], chain->term));
  PetscCall(VecAXPY(rate[2], 2.0 * PETSC_i / l, chain->term));
  PetscCall(MatMult(chain->L[2], x[0], chain->term));
  PetscCall(VecAXPY(rate[2], 1.0 / (l * l), chain->term));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDerivativeChainRate(QlbeDerivativeChain chain, const Vec x[3], Vec rate[3])
{
  PetscFunctionBegin;
  PetscCall(Rate(chain, 1.0, x, rate));
  PetscFunctionReturn(0);
}

static PetscErrorCode SystemMult(Mat shell, Vec z, Vec y)
{
  QlbeDerivativeChain chain;
  const PetscScalar *from;
  PetscScalar *to;

  PetscFunctionBegin;
  PetscCall(MatShellGetContext(shell, &chain));
  PetscCall(VecGetArrayRead(z, &from));
  PetscCall(VecGetArrayWrite(y, &to));
  for (PetscInt i = 0; i < PARTS; i++) {
    PetscCall(VecPlaceArray(chain->in[i], from + i * chain->local));
    PetscCall(VecPlaceArray(chain->out[i], to + i * chain->local));
  }
  PetscCall(Rate(chain, chain->length, chain->in, chain->out));
  for (PetscInt i = 0; i < PARTS; i++) {
    PetscCall(VecResetArray(chain->in[i]));
    PetscCall(VecResetArray(chain->out[i]));
  }
  PetscCall(VecRestoreArrayRead(z, &from));
  PetscCall(VecRestoreArrayWrite(y, &to));
  PetscFunctionReturn(0);
}

static PetscErrorCode CreateSystem(QlbeDerivativeChain chain)
{
  const PetscInt local = PARTS * chain->local;
  const MPI_Comm comm = PetscObjectComm((PetscObject)chain->L[0]);

  PetscFunctionBegin;
  for (int i = 0; i < PARTS; i++)
    PetscCall(MatCreateVecs(chain->L[0], &chain->in[i], &chain->out[i]));
  PetscCall(VecDuplicate(chain->out[0], &chain->term));
  PetscCall(
      MatCreateShell(comm, local, local, PETSC_DETERMINE, PETSC_DETERMINE, chain, &chain->system));
  PetscCall(MatShellSetOperation(chain->system, MATOP_MULT, (void (*)(void))SystemMult));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDerivativeChainCreate(Mat *A0, double k1, Mat *A1, double k2, Mat *A2,
                                         QlbeDerivativeChain *chain)
{
  Mat *const A[PARTS] = {A0, A1, A2};

  PetscFunctionBegin;
  PetscCheck(k1 > 0.0 && k2 > k1 && !PetscIsInfOrNanReal(k2), PetscObjectComm((PetscObject)*A0),
             PETSC_ERR_ARG_OUTOFRANGE, "Wave numbers must be positive and ascending, not %g, %g",
             k1, k2);
  PetscCall(ExtractDerivatives(*A0, k1, *A1, k2, *A2));
  PetscCall(PetscNew(chain));
  (*chain)->length = 1.0;
  for (int i = 0; i < PARTS; i++) {
    (*chain)->L[i] = *A[i];
    *A[i] = NULL;
  }
  PetscCall(MatGetLocalSize((*chain)->L[0], &(*chain)->local, NULL));
  PetscCall(CreateSystem(*chain));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDerivativeChainDestroy(QlbeDerivativeChain *chain)
{
  PetscFunctionBegin;
  if (!*chain) PetscFunctionReturn(0);
  PetscCall(MatDestroy(&(*chain)->system));
  for (int i = 0; i < PARTS; i++) {
    PetscCall(MatDestroy(&(*chain)->L[i]));
    PetscCall(VecDestroy(&(*chain)->in[i]));
    PetscCall(VecDestroy(&(*chain)->out[i]));
  }
  PetscCall(VecDestroy(&(*chain)->term));
  PetscCall(PetscFree(*chain));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDerivativeChainGetOperator(QlbeDerivativeChain chain, Mat *A)
{
  PetscFunctionBegin;
  *A = chain->system;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDerivativeChainJoin(QlbeDerivativeChain chain, const Vec x[3], Vec *z)
{
  const PetscScalar *part;
  PetscScalar *to;

  PetscFunctionBegin;
  PetscCall(MatCreateVecs(chain->system, z, NULL));
  PetscCall(VecGetArrayWrite(*z, &to));
  for (PetscInt i = 0; i < PARTS; i++) {
    const double factor = pow(chain->length, -(double)i);
    PetscCall(VecGetArrayRead(x[i], &part));
    for (PetscInt row = 0; row < chain->local; row++)
      to[i * chain->local + row] = part[row] * factor;
    PetscCall(VecRestoreArrayRead(x[i], &part));
  }
  PetscCall(VecRestoreArrayWrite(*z, &to));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDerivativeChainSplit(QlbeDerivativeChain chain, Vec z, Vec x[3])
{
  const PetscScalar *from;
  PetscScalar *part;

  PetscFunctionBegin;
  PetscCall(VecGetArrayRead(z, &from));
  for (PetscInt i = 0; i < PARTS; i++) {
    const double factor = pow(chain->length, (double)i);
    PetscCall(VecGetArrayWrite(x[i], &part));
    for (PetscInt row = 0; row < chain->local; row++)
      part[row] = from[i * chain->local + row] * factor;
    PetscCall(VecRestoreArrayWrite(x[i], &part));
  }
  PetscCall(VecRestoreArrayRead(z, &from));
  PetscFunctionReturn(0);
}
