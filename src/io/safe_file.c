/*
   Safe making or replacement of a file: write a temporary file beside it, verify, fsync, rename.

   rename(2) replaces atomically within a file system, so a reader, or a job killed at any moment,
   finds the old file or the new one. fsync before it keeps the new name from pointing at unwritten
   blocks after a crash; fsync of the directory makes the name itself last. Full disks and quotas
   show up in write, fflush, fsync or only in fclose, so all of them are checked.
*/
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "safe_file.h"

static PetscErrorCode Initialize(MPI_Comm comm, const char path[], QlbeSafeFile *file)
{
  PetscFunctionBegin;
  PetscCall(PetscMemzero(file, sizeof(*file)));
  file->comm = comm;
  PetscCallMPI(MPI_Comm_rank(comm, &file->rank));
  PetscCheck(path[0] && strlen(path) + 5 < sizeof(file->tmp), PETSC_COMM_SELF, PETSC_ERR_FILE_OPEN,
             "File name empty or too long: '%s'", path);
  PetscCall(PetscStrncpy(file->path, path, sizeof(file->path)));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeSafeFileForReading(MPI_Comm comm, const char path[], QlbeSafeFile *file)
{
  PetscFunctionBegin;
  PetscCall(Initialize(comm, path, file));
  file->reading = PETSC_TRUE;
  PetscFunctionReturn(0);
}

static const char exists[] = "it exists and overwriting was not asked for";

PetscErrorCode QlbeSafeFileBegin(MPI_Comm comm, const char path[], PetscBool overwrite,
                                 QlbeSafeFile *file)
{
  struct stat info;

  PetscFunctionBegin;
  PetscCall(Initialize(comm, path, file));
  file->overwrite = overwrite;
  if (file->rank == 0) {
    if (lstat(path, &info) == 0) {
      if (!overwrite) {
        QlbeSafeFileFail(file, PETSC_ERR_FILE_OPEN, "%s", exists);
      } else if (S_ISDIR(info.st_mode)) {
        QlbeSafeFileFail(file, PETSC_ERR_FILE_OPEN, "it is a directory");
      }
    } else if (errno != ENOENT) {
      QlbeSafeFileFail(file, PETSC_ERR_FILE_OPEN, "%s", strerror(errno));
    }
  }
  /* The temporary file is not ours to remove before this agreement. */
  PetscCall(QlbeSafeFileAgree(file));
  PetscCall(PetscSNPrintf(file->tmp, sizeof(file->tmp), "%s.tmp", path));
  if (file->rank == 0 && unlink(file->tmp) && errno != ENOENT) {
    QlbeSafeFileFail(file, PETSC_ERR_FILE_OPEN, "cannot remove the stale %s: %s", file->tmp,
                     strerror(errno));
  }
  PetscCall(QlbeSafeFileAgree(file));
  PetscFunctionReturn(0);
}

void QlbeSafeFileFail(QlbeSafeFile *file, PetscErrorCode code, const char format[], ...)
{
  va_list arguments;

  if (file->code) return;
  file->code = code;
  va_start(arguments, format);
  (void)vsnprintf(file->reason, sizeof(file->reason), format, arguments);
  va_end(arguments);
}

PetscErrorCode QlbeSafeFileAgree(QlbeSafeFile *file)
{
  struct {
    int ok, rank;
  } mine, first;

  PetscFunctionBegin;
  mine.ok = file->code ? 0 : 1;
  mine.rank = file->rank;
  PetscCallMPI(MPI_Allreduce(&mine, &first, 1, MPI_2INT, MPI_MINLOC, file->comm));
  if (first.ok) PetscFunctionReturn(0);
  if (file->rank == 0 && file->tmp[0]) (void)unlink(file->tmp); /* it may never have come to be */
  PetscCallMPI(MPI_Bcast(&file->code, 1, MPI_INT, first.rank, file->comm));
  PetscCallMPI(MPI_Bcast(file->reason, sizeof(file->reason), MPI_CHAR, first.rank, file->comm));
  SETERRQ(PETSC_COMM_SELF, file->code, "Cannot %s %s: %s (rank %d)",
          file->reading ? "read" : "write", file->path, file->reason, first.rank);
}

static void ReadBack(QlbeSafeFile *file, const unsigned char *bytes, size_t size)
{
  unsigned char buffer[65536];
  size_t done = 0, count;
  FILE *stream = fopen(file->tmp, "rb");

  if (!stream) {
    QlbeSafeFileFail(file, PETSC_ERR_FILE_WRITE, "reading back: %s", strerror(errno));
    return;
  }
  while ((count = fread(buffer, 1, sizeof(buffer), stream)) > 0) {
    if (count > size - done || memcmp(buffer, bytes + done, count)) break;
    done += count;
  }
  if (ferror(stream) || count > 0 || done != size) {
    QlbeSafeFileFail(file, PETSC_ERR_FILE_WRITE, "reading back: other data after byte %zu of %zu",
                     done, size);
  }
  if (fclose(stream)) {
    QlbeSafeFileFail(file, PETSC_ERR_FILE_WRITE, "reading back: %s", strerror(errno));
  }
}

void QlbeSafeFileWriteBytes(QlbeSafeFile *file, const void *bytes, size_t size)
{
  FILE *stream;

  if (file->code) return;
  /* "x": never through a link that somebody else put there. */
  stream = fopen(file->tmp, "wbx");
  if (!stream) {
    QlbeSafeFileFail(file, PETSC_ERR_FILE_OPEN, "%s", strerror(errno));
    return;
  }
  if (fwrite(bytes, 1, size, stream) != size || fflush(stream) || fsync(fileno(stream))) {
    QlbeSafeFileFail(file, PETSC_ERR_FILE_WRITE, "%s", strerror(errno));
  }
  if (fclose(stream)) QlbeSafeFileFail(file, PETSC_ERR_FILE_WRITE, "%s", strerror(errno));
  if (!file->code) ReadBack(file, bytes, size);
}

/*
   fsync of a file or directory; a file system that cannot sync a directory says EINVAL: no error.
*/
static void Sync(QlbeSafeFile *file, const char path[])
{
  const int fd = open(path, O_RDONLY);

  if (fd < 0) {
    QlbeSafeFileFail(file, PETSC_ERR_FILE_WRITE, "opening %s for fsync: %s", path, strerror(errno));
    return;
  }
  if (fsync(fd) && errno != EINVAL) {
    QlbeSafeFileFail(file, PETSC_ERR_FILE_WRITE, "fsync of %s: %s", path, strerror(errno));
  }
  if (close(fd)) {
    QlbeSafeFileFail(file, PETSC_ERR_FILE_WRITE, "closing %s: %s", path, strerror(errno));
  }
}

/*
   link(2) of the temporary file to its name. Over NFS a lost answer makes the client ask again, and
   the second request fails although the first has made the link: the count of links tells.
*/
static PetscBool Link(const QlbeSafeFile *file)
{
  struct stat info;
  int error;

  if (!link(file->tmp, file->path)) return PETSC_TRUE;
  error = errno;
  if (!lstat(file->tmp, &info) && info.st_nlink == 2) return PETSC_TRUE;
  errno = error;
  return PETSC_FALSE;
}

/*
   The new file under its name where no file has it: rename(2) would replace one that has appeared
   meanwhile, link(2) does not. A file system without links gets an empty file of that name first,
   which nobody else can have made.
*/
static void Place(QlbeSafeFile *file)
{
  int fd;

  if (Link(file)) {
    if (unlink(file->tmp))
      QlbeSafeFileFail(file, PETSC_ERR_FILE_WRITE, "removing %s: %s", file->tmp, strerror(errno));
    return;
  }
  if (errno == EEXIST) {
    QlbeSafeFileFail(file, PETSC_ERR_FILE_OPEN, "%s", exists);
    return;
  }
  fd = open(file->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd < 0) {
    if (errno == EEXIST)
      QlbeSafeFileFail(file, PETSC_ERR_FILE_OPEN, "%s", exists);
    else
      QlbeSafeFileFail(file, PETSC_ERR_FILE_WRITE, "%s", strerror(errno));
    return;
  }
  (void)close(fd); /* nothing was written */
  if (rename(file->tmp, file->path)) {
    QlbeSafeFileFail(file, PETSC_ERR_FILE_WRITE, "rename: %s", strerror(errno));
    (void)unlink(file->path);
  }
}

/*
   The new file into its place; the one before stays under another name where it is to be kept, or
   in its place where this fails.
*/
static void Replace(QlbeSafeFile *file)
{
  char previous[PETSC_MAX_PATH_LEN + 16];
  PetscBool moved = PETSC_FALSE;

  (void)snprintf(previous, sizeof(previous), "%s.previous", file->path);
  if (file->keep) {
    moved = rename(file->path, previous) ? PETSC_FALSE : PETSC_TRUE;
    if (!moved && errno != ENOENT) {
      QlbeSafeFileFail(file, PETSC_ERR_FILE_WRITE, "rename to %s: %s", previous, strerror(errno));
      return;
    }
  }
  if (rename(file->tmp, file->path)) {
    QlbeSafeFileFail(file, PETSC_ERR_FILE_WRITE, "rename: %s", strerror(errno));
    if (moved) (void)rename(previous, file->path); /* readers know the other name too */
  }
}

PetscErrorCode QlbeSafeFileCommit(QlbeSafeFile *file)
{
  char directory[PETSC_MAX_PATH_LEN], *slash;

  PetscFunctionBegin;
  PetscCall(QlbeSafeFileAgree(file));
  if (file->rank == 0) {
    Sync(file, file->tmp);
    if (!file->code && file->overwrite) Replace(file);
    if (!file->code && !file->overwrite) Place(file);
    PetscCall(PetscStrncpy(directory, file->path, sizeof(directory)));
    slash = strrchr(directory, '/');
    if (!slash) {
      PetscCall(PetscStrncpy(directory, ".", sizeof(directory)));
    } else {
      slash[slash == directory ? 1 : 0] = '\0';
    }
    if (!file->code) Sync(file, directory);
  }
  PetscCall(QlbeSafeFileAgree(file));
  PetscFunctionReturn(0);
}
