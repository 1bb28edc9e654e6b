/*
   The digest of a file as text at its end.
*/
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "qlbe/digest.h"
#include "seal.h"

static void Print(uint64_t hash, char seal[QLBE_SEAL_SIZE])
{
  char text[QLBE_SEAL_SIZE + 1];

  (void)snprintf(text, sizeof(text), "\nqlbe-seal %016" PRIx64 "\n", hash);
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
  if (held < QLBE_SEAL_SIZE || memcmp(buffer, seal, QLBE_SEAL_SIZE))
    QlbeSafeFileFail(file, PETSC_ERR_FILE_READ, "its bytes are not those that were written");
}
