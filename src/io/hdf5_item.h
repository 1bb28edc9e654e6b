/*
   One data set, attribute or group of an HDF5 file, written or compared, by the same call.

   A tree walked in one mode writes a file, walked in the other it verifies it: what is written and
   what is expected cannot drift apart. Failures are noted in a QlbeSafeFile; the first one counts,
   and later calls on handles that never opened do no harm.
*/
#ifndef QLBE_HDF5_ITEM_H
#define QLBE_HDF5_ITEM_H

#include <hdf5.h>

#include "safe_file.h"

typedef enum { QLBE_HDF5_WRITE, QLBE_HDF5_VERIFY } QlbeHDF5Mode;

typedef struct {
  QlbeSafeFile *file;
  QlbeHDF5Mode mode;
} QlbeHDF5;

/* How HDF5 reports its errors on stderr, while we take them into our own messages. */
typedef struct {
  H5E_auto2_t function;
  void *data;
} QlbeHDF5Quiet;

PETSC_INTERN void QlbeHDF5QuietBegin(QlbeHDF5Quiet *quiet);
PETSC_INTERN void QlbeHDF5QuietEnd(const QlbeHDF5Quiet *quiet);

/*
   Notes a failure of the HDF5 call that gave `status` < 0, with HDF5's own innermost reason; code
   is the PetscErrorCode to raise. PETSC_TRUE when all is well.
*/
PETSC_INTERN PetscBool QlbeHDF5Check(QlbeSafeFile *file, PetscErrorCode code, long long status,
                                     const char what[], const char name[]);

/* File access in the 1.10 format, whose metadata are checksummed. */
PETSC_INTERN hid_t QlbeHDF5Access(QlbeSafeFile *file);

/* Opens `path` for reading by this rank alone; < 0 after a noted failure with `code`. */
PETSC_INTERN hid_t QlbeHDF5OpenSerial(QlbeSafeFile *file, PetscErrorCode code, const char path[]);

/*
   Creation properties: chunks of at most about 512 kB and Fletcher-32; no chunks where nothing is
   stored.
*/
PETSC_INTERN hid_t QlbeHDF5Creation(QlbeSafeFile *file, int rank, const hsize_t dims[],
                                    size_t bytes);

/* The in-memory type of PetscScalar: a compound {r, i}, which numpy takes for complex. */
PETSC_INTERN hid_t QlbeHDF5ComplexType(QlbeSafeFile *file);

/* Elements of a type in memory, with lengths dims[rank]. */
typedef struct {
  hid_t type;
  int rank;
  const hsize_t *dims;
  const void *data;
} QlbeHDF5Data;

/* Data set `name`, with the attribute "unit" where unit is not NULL. */
PETSC_INTERN void QlbeHDF5Array(QlbeHDF5 *h, hid_t group, const char name[],
                                const QlbeHDF5Data *data, const char unit[]);

/* Data set of n strings. */
PETSC_INTERN void QlbeHDF5Strings(QlbeHDF5 *h, hid_t group, const char name[], PetscInt n,
                                  char *const strings[]);

/* Data set of n booleans, given as nonzero numbers: an enumeration as h5py makes it. */
PETSC_INTERN void QlbeHDF5Bools(QlbeHDF5 *h, hid_t group, const char name[], PetscInt n,
                                const double values[]);

/* String attribute of an open object. */
PETSC_INTERN void QlbeHDF5Attribute(QlbeHDF5 *h, hid_t object, const char name[],
                                    const char value[]);

/* Creates (keeping the order of creation) or opens a group. */
PETSC_INTERN hid_t QlbeHDF5Group(QlbeHDF5 *h, hid_t group, const char name[]);

#endif
