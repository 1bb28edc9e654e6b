/*
   The seal of a file: a digest of all of its bytes, behind the last of them.

   HDF5 does not mind what follows its own data, but what it does with damaged ones is another
   matter: checksums do not cover the superblock, and a library that fails half-way in a file may
   not close it any more. A file whose seal is good need not be doubted.
*/
#ifndef QLBE_SEAL_H
#define QLBE_SEAL_H

#include "safe_file.h"

enum { QLBE_SEAL_SIZE = 28 };

/* The seal of bytes[size] into seal[], without a zero behind. */
PETSC_INTERN void QlbeSealMake(size_t size, const void *bytes, char seal[QLBE_SEAL_SIZE]);

/*
   Notes a failure, PETSC_ERR_FILE_READ, where the file does not end with the seal of what stands
   before, or with none. Not collective.
*/
PETSC_INTERN void QlbeSealCheck(QlbeSafeFile *file);

#endif
