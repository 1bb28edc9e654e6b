/*
   The digest of a file as text at its end.
*/
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "qlbe/digest.h"
#include "qlbe/hdf5_read.h"
#include "seal.h"

static const char begin[] = "\nqlbe-seal ";

static void Print(uint64_t hash, char seal[QLBE_SEAL_SIZE])
{
  char text[QLBE_SEAL_SIZE + 1];

  (void)snprintf(text, sizeof(text), "%s%016" PRIx64 "\n", begin, hash);
  memcpy(seal, text, QLBE_SEAL_SIZE);
}

void QlbeSealMake(size_t size, const void *bytes, char seal[QLBE_SEAL_SIZE])
{
  Print(QlbeDigest(QLBE_DIGEST_START, size, bytes), seal);
}

void QlbeSealCheck(QlbeSafeFile *file)
{
  unsigned char buffer[65536 + QLBE_SEAL_SIZE];
  char seal[QLBE_SEAL_SIZE];
  uint64_t hash = QLBE_DIGEST_START;
  size_t held = 0, count;
  FILE *stream = fopen(file->path, "rb");

  if (!stream) {
    QlbeSafeFileFail(file, PETSC_ERR_FILE_READ, "%s", strerror(errno));
    return;
  }
  /* the last bytes so far are held back, for they may be the seal */
  while ((count = fread(buffer + held, 1, sizeof(buffer) - held, stream)) > 0) {
    const size_t have = held + count;
    held = PetscMin(have, (size_t)QLBE_SEAL_SIZE);
    hash = QlbeDigest(hash, have - held, buffer);
    memmove(buffer, buffer + have - held, held);
  }
  if (ferror(stream)) QlbeSafeFileFail(file, PETSC_ERR_FILE_READ, "%s", strerror(errno));
  if (fclose(stream)) QlbeSafeFileFail(file, PETSC_ERR_FILE_READ, "%s", strerror(errno));
  Print(hash, seal);
  if (held < QLBE_SEAL_SIZE || memcmp(buffer, begin, strlen(begin)))
    QlbeSafeFileFail(file, PETSC_ERR_FILE_READ,
                     "it does not end with a seal: it is incomplete or damaged, was changed, or "
                     "was written by an older version");
  else if (memcmp(buffer, seal, QLBE_SEAL_SIZE))
    QlbeSafeFileFail(file, PETSC_ERR_FILE_READ, "its bytes are not those that were written");
}

PetscErrorCode QlbeHDF5CheckSeal(MPI_Comm comm, const char path[], size_t size, char reason[])
{
  QlbeSafeFile file;
  PetscMPIInt count;

  PetscFunctionBegin;
  PetscCall(PetscMPIIntCast((PetscInt)size, &count));
  PetscCall(QlbeSafeFileForReading(comm, path, &file));
  if (file.rank == 0) QlbeSealCheck(&file);
  (void)snprintf(reason, size, "%s", file.reason);
  PetscCallMPI(MPI_Bcast(reason, count, MPI_CHAR, 0, comm));
  PetscFunctionReturn(0);
}
