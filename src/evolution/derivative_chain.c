/*
   The fiber and its first two derivatives in k as one system, and L_1, L_2 from fibers at two
   small k (derivative_weights.h).

   Only products with A_0, A_1, A_2 are needed: for a real vector u, Re A u = Re(A u) and
   Im A u = Im(A u). A complex vector is u + i v. One of the two is 0 for the derivatives of a real
   distribution, which are real and imaginary in turn.

   A vector of the system holds the three parts one after the other on each rank, so that nothing
   moves between ranks when it is split.
*/
#include "qlbe/derivative_chain.h"
#include "qlbe/derivative_weights.h"

#if !defined(PETSC_USE_COMPLEX)
#error "qlbe needs PETSc with complex scalars"
#endif

enum { PARTS = 3 };

struct _p_QlbeDerivativeChain {
  Mat A[PARTS];                  /* at k = 0, k_1, k_2 */
  QlbeDerivativeWeights weights; /* of A_1 and A_2 */
  Mat system;
  double length;             /* l */
  PetscInt local;            /* rows of one part on this rank */
  Vec in[PARTS], out[PARTS]; /* without values of their own but between products */
  Vec real, product[2];      /* work: a real vector, and A_1 and A_2 times it */
  Vec L1, L2;                /* work: L_1 x and L_2 x */
};

/*
   Adds `unit` times the terms of A_1 and A_2 in L_1 u and L_2 u, with u = chain->real, to the work
   vectors.
*/
static PetscErrorCode AddReal(QlbeDerivativeChain chain, PetscScalar unit)
{
  const double *first = chain->weights.first, *second = chain->weights.second;
  const PetscScalar *product[2];
  PetscScalar *L1, *L2;

  PetscFunctionBegin;
  for (int j = 0; j < 2; j++) {
    PetscCall(MatMult(chain->A[j + 1], chain->real, chain->product[j]));
    PetscCall(VecGetArrayRead(chain->product[j], &product[j]));
  }
  PetscCall(VecGetArray(chain->L1, &L1));
  PetscCall(VecGetArray(chain->L2, &L2));
  for (PetscInt row = 0; row < chain->local; row++) {
    const PetscScalar one = product[0][row], two = product[1][row];
    L1[row] += unit * (first[0] * PetscImaginaryPart(one) + first[1] * PetscImaginaryPart(two));
    L2[row] += unit * (second[0] * PetscRealPart(one) + second[1] * PetscRealPart(two));
  }
  PetscCall(VecRestoreArray(chain->L1, &L1));
  PetscCall(VecRestoreArray(chain->L2, &L2));
  for (int j = 0; j < 2; j++) PetscCall(VecRestoreArrayRead(chain->product[j], &product[j]));
  PetscFunctionReturn(0);
}

/* L_1 x and L_2 x into the work vectors; A0x is A_0 x. */
static PetscErrorCode Differentiate(QlbeDerivativeChain chain, Vec x, Vec A0x)
{
  const double *second = chain->weights.second;
  PetscReal size;

  PetscFunctionBegin;
  PetscCall(VecSet(chain->L1, 0.0));
  PetscCall(VecSet(chain->L2, 0.0));
  for (int imaginary = 0; imaginary < 2; imaginary++) {
    PetscCall(VecCopy(x, chain->real));
    if (imaginary)
      PetscCall(VecImaginaryPart(chain->real));
    else
      PetscCall(VecRealPart(chain->real));
    PetscCall(VecNorm(chain->real, NORM_INFINITY, &size));
    if (size != 0.0) PetscCall(AddReal(chain, imaginary ? PETSC_i : 1.0));
  }
  PetscCall(VecAXPY(chain->L2, -(second[0] + second[1]), A0x));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDerivativeChainSetLength(QlbeDerivativeChain chain, double length)
{
  PetscFunctionBegin;
  PetscCheck(length > 0.0 && !PetscIsInfOrNanReal(length),
             PetscObjectComm((PetscObject)chain->system), PETSC_ERR_ARG_OUTOFRANGE,
             "The length must be positive and finite, not %g", length);
  chain->length = exp2(rint(log2(length)));
  PetscFunctionReturn(0);
}

/* The rates of x_i = f^(i)/l^i. */
static PetscErrorCode Rate(QlbeDerivativeChain chain, double l, const Vec x[3], Vec rate[3])
{
  PetscFunctionBegin;
  for (int i = 0; i < PARTS; i++) PetscCall(MatMult(chain->A[0], x[i], rate[i]));
  PetscCall(Differentiate(chain, x[1], rate[1]));
  PetscCall(VecAXPY(rate[2], 2.0 * PETSC_i / l, chain->L1));
  PetscCall(Differentiate(chain, x[0], rate[0]));
  PetscCall(VecAXPY(rate[1], PETSC_i / l, chain->L1));
  PetscCall(VecAXPY(rate[2], 1.0 / (l * l), chain->L2));
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
  const MPI_Comm comm = PetscObjectComm((PetscObject)chain->A[0]);

  PetscFunctionBegin;
  for (int i = 0; i < PARTS; i++)
    PetscCall(MatCreateVecs(chain->A[0], &chain->in[i], &chain->out[i]));
  PetscCall(VecDuplicate(chain->out[0], &chain->real));
  for (int j = 0; j < 2; j++) PetscCall(VecDuplicate(chain->out[0], &chain->product[j]));
  PetscCall(VecDuplicate(chain->out[0], &chain->L1));
  PetscCall(VecDuplicate(chain->out[0], &chain->L2));
  PetscCall(
      MatCreateShell(comm, local, local, PETSC_DETERMINE, PETSC_DETERMINE, chain, &chain->system));
  PetscCall(MatShellSetOperation(chain->system, MATOP_MULT, (void (*)(void))SystemMult));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDerivativeChainCreate(Mat *A0, double k1, Mat *A1, double k2, Mat *A2,
                                         QlbeDerivativeChain *chain)
{
  Mat *const A[PARTS] = {A0, A1, A2};
  QlbeDerivativeWeights weights;

  PetscFunctionBegin;
  PetscCall(QlbeDerivativeWeightsCompute(k1, k2, &weights));
  PetscCall(PetscNew(chain));
  (*chain)->length = 1.0;
  (*chain)->weights = weights;
  for (int i = 0; i < PARTS; i++) {
    (*chain)->A[i] = *A[i];
    *A[i] = NULL;
  }
  PetscCall(MatGetLocalSize((*chain)->A[0], &(*chain)->local, NULL));
  PetscCall(CreateSystem(*chain));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDerivativeChainDestroy(QlbeDerivativeChain *chain)
{
  PetscFunctionBegin;
  if (!*chain) PetscFunctionReturn(0);
  PetscCall(MatDestroy(&(*chain)->system));
  for (int i = 0; i < PARTS; i++) {
    PetscCall(MatDestroy(&(*chain)->A[i]));
    PetscCall(VecDestroy(&(*chain)->in[i]));
    PetscCall(VecDestroy(&(*chain)->out[i]));
  }
  PetscCall(VecDestroy(&(*chain)->real));
  for (int j = 0; j < 2; j++) PetscCall(VecDestroy(&(*chain)->product[j]));
  PetscCall(VecDestroy(&(*chain)->L1));
  PetscCall(VecDestroy(&(*chain)->L2));
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
