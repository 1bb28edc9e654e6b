/*
   Record locks of fcntl(2): they end with the process, also by SIGKILL, so that no stale file keeps
   anybody out; and they work on network file systems, where flock(2) may not.

   The holder removes the file before it gives the lock back. Somebody who has opened it before that
   would then lock a file that has no name any more, or whose name is another file's: open again.
*/
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "qlbe/run_lock.h"

struct _n_QlbeRunLock {
  int fd;
  char path[PETSC_MAX_PATH_LEN];
};

/* Whether the open file is the one at path. */
static PetscBool HasName(int fd, const char path[])
{
  struct stat open_file, named;

  if (fstat(fd, &open_file) || lstat(path, &named)) return PETSC_FALSE;
  return (PetscBool)(open_file.st_nlink > 0 && open_file.st_dev == named.st_dev &&
                     open_file.st_ino == named.st_ino);
}

/*
   Who we are, for those who come later. A text that cannot be written, or only in part, makes their
   message worse and nothing else.
*/
static void Sign(int fd, const char what[], char owner[QLBE_LOCK_OWNER_SIZE])
{
  char host[64] = "";
  size_t length;

  if (gethostname(host, sizeof(host) - 1)) host[0] = '\0';
  (void)snprintf(owner, QLBE_LOCK_OWNER_SIZE, "%.64s, process %ld on %s", what, (long)getpid(),
                 host);
  length = strlen(owner);
  if (!ftruncate(fd, 0) && pwrite(fd, owner, length, 0) == (ssize_t)length) (void)fsync(fd);
}

static void ReadOwner(int fd, char owner[QLBE_LOCK_OWNER_SIZE])
{
  const ssize_t length = pread(fd, owner, QLBE_LOCK_OWNER_SIZE - 1, 0);

  owner[length > 0 ? length : 0] = '\0';
}

/* The open file, locked or not, into *fd; -1 where the lock is not ours. */
static QlbeLockOutcome Open(const char path[], int *fd, char owner[QLBE_LOCK_OWNER_SIZE])
{
  struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  QlbeLockOutcome outcome;

  for (;;) {
    *fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (*fd < 0) {
      (void)snprintf(owner, QLBE_LOCK_OWNER_SIZE, "%s", strerror(errno));
      return errno == ENOENT ? QLBE_LOCK_NO_DIRECTORY : QLBE_LOCK_FAILED;
    }
    outcome = QLBE_LOCK_TAKEN;
    if (fcntl(*fd, F_SETLK, &whole))
      outcome = errno == EACCES || errno == EAGAIN ? QLBE_LOCK_HELD : QLBE_LOCK_NONE;
    if (outcome != QLBE_LOCK_TAKEN || HasName(*fd, path)) break;
    (void)close(*fd); /* nothing was written */
  }
  if (outcome != QLBE_LOCK_HELD) return outcome;
  ReadOwner(*fd, owner);
  (void)close(*fd);
  *fd = -1;
  return outcome;
}

PetscErrorCode QlbeRunLockTake(const char path[], const char what[], QlbeRunLock *lock,
                               QlbeLockOutcome *outcome, char owner[QLBE_LOCK_OWNER_SIZE])
{
  int fd;

  PetscFunctionBegin;
  *lock = NULL;
  owner[0] = '\0';
  PetscCheck(strlen(path) < PETSC_MAX_PATH_LEN, PETSC_COMM_SELF, PETSC_ERR_FILE_OPEN,
             "File name too long: '%s'", path);
  *outcome = Open(path, &fd, owner);
  if (fd < 0) PetscFunctionReturn(0);
  Sign(fd, what, owner);
  PetscCall(PetscNew(lock));
  (*lock)->fd = fd;
  PetscCall(PetscStrncpy((*lock)->path, path, PETSC_MAX_PATH_LEN));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeRunLockRelease(QlbeRunLock *lock)
{
  PetscFunctionBegin;
  if (!*lock) PetscFunctionReturn(0);
  /* a file that cannot be removed keeps nobody out; one that is not ours any more stays */
  if (HasName((*lock)->fd, (*lock)->path)) (void)unlink((*lock)->path);
  (void)close((*lock)->fd);
  PetscCall(PetscFree(*lock));
  PetscFunctionReturn(0);
}
