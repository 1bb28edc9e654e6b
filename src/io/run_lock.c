/*
   Record locks of fcntl(2): they end with the process, also by SIGKILL, so that no stale file keeps anybody out; and they work on network file
   systems, where flock(2) may not.

   The holder removes the file before it gives the lock back. Somebody who has opened it before that would then lock a file that has no name any
   more, which shows in its number of links: open again.
*/
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "qlbe/run_lock.h"

struct _n_QlbeRunLock {
  int fd; /* -1 where the file system gives no lock */
  char path[PETSC_MAX_PATH_LEN];
};

typedef enum { TAKEN, HELD_BY_ANOTHER, NAMELESS, NO_LOCKS } Outcome;

/* The descriptor of the open file is locked and has a name, or why not. */
static Outcome Try(int fd)
{
  struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  struct stat info;

  if (fcntl(fd, F_SETLK, &whole))
    return errno == EACCES || errno == EAGAIN ? HELD_BY_ANOTHER : NO_LOCKS;
  if (fstat(fd, &info)) return NO_LOCKS;
  return info.st_nlink == 0 ? NAMELESS : TAKEN;
}

/* Who we are, for those who come later. A text that cannot be written, or only in part, makes their message worse and nothing else. */
static void Sign(int fd)
{
  char host[64] = "", text[QLBE_LOCK_OWNER_SIZE];
  int length;

  if (gethostname(host, sizeof(host) - 1)) host[0] = '\0';
  length = snprintf(text, sizeof(text), "process %ld on %s", (long)getpid(), host);
  if (!ftruncate(fd, 0) && pwrite(fd, text, (size_t)length, 0) == length) (void)fsync(fd);
}

static void ReadOwner(int fd, char owner[QLBE_LOCK_OWNER_SIZE])
{
  const ssize_t length = pread(fd, owner, QLBE_LOCK_OWNER_SIZE - 1, 0);

  owner[length > 0 ? length : 0] = '\0';
}

PetscErrorCode QlbeRunLockTake(const char path[], QlbeRunLock *lock,
                               char owner[QLBE_LOCK_OWNER_SIZE])
{
  Outcome outcome = NAMELESS;
  int fd = -1;

  PetscFunctionBegin;
  *lock = NULL;
  owner[0] = '\0';
  PetscCheck(strlen(path) < PETSC_MAX_PATH_LEN, PETSC_COMM_SELF, PETSC_ERR_FILE_OPEN,
             "File name too long: '%s'", path);
  while (outcome == NAMELESS) {
    fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    outcome = fd < 0 ? NO_LOCKS : Try(fd);
    if (outcome == TAKEN) break;
    if (outcome == HELD_BY_ANOTHER) ReadOwner(fd, owner);
    if (fd >= 0) (void)close(fd); /* nothing was written */
    fd = -1;
  }
  if (outcome == HELD_BY_ANOTHER) PetscFunctionReturn(0);
  if (fd >= 0) Sign(fd);
  PetscCall(PetscNew(lock));
  (*lock)->fd = fd;
  PetscCall(PetscStrncpy((*lock)->path, path, PETSC_MAX_PATH_LEN));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeRunLockRelease(QlbeRunLock *lock)
{
  PetscFunctionBegin;
  if (!*lock) PetscFunctionReturn(0);
  if ((*lock)->fd >= 0) {
    /* a file that cannot be removed keeps nobody out */
    (void)unlink((*lock)->path);
    (void)close((*lock)->fd);
  }
  PetscCall(PetscFree(*lock));
  PetscFunctionReturn(0);
}
