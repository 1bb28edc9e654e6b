/*
   Progress on standard error. A terminal gets a bar that is redrawn in place ten times a second at
   most; a file gets lines, flushed, ten seconds apart, so that a log stays readable and a dead job
   is noticed.
*/
#include "qlbe/progress.h"
#include <petsctime.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { BAR_WIDTH = 30, LABEL_SIZE = 48 };

struct _n_QlbeProgress {
  PetscMPIInt rank;
  PetscBool terminal;
  char label[LABEL_SIZE];
  PetscInt total, done, printed; /* printed: the last count shown, -1 before any */
  PetscLogDouble started, last;
};

PetscErrorCode QlbeProgressCreate(MPI_Comm comm, const char label[], PetscInt total,
                                  QlbeProgress *progress)
{
  QlbeProgress p;

  PetscFunctionBegin;
  PetscCheck(total > 0, comm, PETSC_ERR_ARG_OUTOFRANGE, "total %d must be positive", (int)total);
  PetscCall(PetscNew(&p));
  PetscCallMPI(MPI_Comm_rank(comm, &p->rank));
  PetscCall(PetscStrncpy(p->label, label, LABEL_SIZE));
  p->terminal = isatty(STDERR_FILENO) ? PETSC_TRUE : PETSC_FALSE;
  p->total = total;
  p->printed = -1;
  PetscCall(PetscTime(&p->started));
  p->last = p->started;
  *progress = p;
  PetscFunctionReturn(0);
}

static void Draw(const struct _n_QlbeProgress *p, double elapsed)
{
  const double part = (double)p->done / (double)p->total;
  const double left = p->done > 0 ? elapsed * (1.0 - part) / part : 0.0;

  if (p->terminal) {
    char bar[BAR_WIDTH + 1];
    for (int i = 0; i < BAR_WIDTH; i++) bar[i] = i < (int)(part * BAR_WIDTH) ? '#' : '.';
    bar[BAR_WIDTH] = '\0';
    fprintf(stderr, "\r%-20s [%s] %3.0f%%  %.0f s left   %s", p->label, bar, 100.0 * part, left,
            p->done == p->total ? "\n" : "");
  } else {
    char stamp[32] = "";
    const time_t now = time(NULL);
    struct tm utc;
    if (gmtime_r(&now, &utc)) strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ", &utc);
    fprintf(stderr, "%s %s: %d of %d (%.0f%%), %.1f s passed, about %.0f s left\n", stamp, p->label,
            (int)p->done, (int)p->total, 100.0 * part, elapsed, left);
  }
  fflush(stderr);
}

PetscErrorCode QlbeProgressUpdate(QlbeProgress progress, PetscInt done)
{
  PetscLogDouble now;

  PetscFunctionBegin;
  if (progress->rank) PetscFunctionReturn(0);
  progress->done = PetscMin(PetscMax(done, 0), progress->total);
  PetscCall(PetscTime(&now));
  if (progress->printed == progress->done) PetscFunctionReturn(0);
  if (progress->done == progress->total ||
      now - progress->last >= (progress->terminal ? 0.1 : 10.0)) {
    Draw(progress, now - progress->started);
    progress->last = now;
    progress->printed = progress->done;
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeProgressDestroy(QlbeProgress *progress)
{
  QlbeProgress p = *progress;
  PetscLogDouble now;

  PetscFunctionBegin;
  if (!p) PetscFunctionReturn(0);
  if (!p->rank && p->printed != p->done) {
    PetscCall(PetscTime(&now));
    Draw(p, now - p->started);
  }
  /* A bar that stopped early still holds the cursor. */
  if (!p->rank && p->terminal && p->done < p->total) fputs("\n", stderr);
  PetscCall(PetscFree(*progress));
  PetscFunctionReturn(0);
}
