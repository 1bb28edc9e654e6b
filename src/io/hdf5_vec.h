/*
   Distributed vectors in HDF5 files; private to src/io.
*/
#ifndef QLBE_HDF5_VEC_H
#define QLBE_HDF5_VEC_H

#include "report_impl.h"
#include "safe_file.h"

/* Whether group or a group below it holds a vector. */
PETSC_INTERN PetscBool QlbeHDF5HasVec(const QlbeNode *group);

/*
   Adds all vectors below root to the temporary file, which exists with its groups, and reads them
   back. Collective on the file's communicator; begins with an agreement.
*/
PETSC_INTERN PetscErrorCode QlbeHDF5AppendVecs(QlbeSafeFile *file, const QlbeNode *root);

#endif
