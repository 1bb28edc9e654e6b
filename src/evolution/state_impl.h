/* What the files of the initial states share. */
#ifndef QLBE_STATE_IMPL_H
#define QLBE_STATE_IMPL_H

#include "qlbe/quantum_state.h"

#if !defined(PETSC_USE_COMPLEX)
#error "qlbe needs PETSc with complex scalars"
#endif

/* int dp of one term at k = 0. */
PETSC_INTERN PetscScalar QlbeTermTrace(const QlbeGaussianTerm *term, double hbar);

/* hbar^3 int dk int dp |[rho]_k(p)|^2. */
PETSC_INTERN double QlbeStatePurity(const QlbeQuantumState *state);

#endif
