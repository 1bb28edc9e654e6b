/*
   Reading a checkpoint: which of its two files is whole, and whether it belongs to this run.

   Nothing is believed, nor shown to HDF5, before the seal of the file has been found good.
*/
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "checkpoint_impl.h"

/* The value of the identity's entry `name`, "nothing" where there is none. */
static const char *Value(const QlbeContent *content, const char name[])
{
  for (PetscInt i = 0; i < content->n_identity; i++) {
    if (!strcmp(content->identity[i].name, name)) return content->identity[i].value;
  }
  return "nothing";
}

/* How two values differ; of long ones only what stands where they begin to. */
static void Tell(const char name[], const char theirs[], const char ours[], size_t size,
                 char line[])
{
  enum { SHOWN = 120, BEFORE = 20 };
  size_t same = 0;

  while (theirs[same] && theirs[same] == ours[same]) same++;
  if (same < SHOWN - BEFORE)
    (void)snprintf(line, size, "%s is %.*s there, %.*s here", name, SHOWN, theirs, SHOWN, ours);
  else
    (void)snprintf(line, size, "%s is ...%.*s there, ...%.*s here", name, SHOWN,
                   theirs + same - BEFORE, SHOWN, ours + same - BEFORE);
}

/*
   The first entry in which two identities differ, as a line for the user; empty where they are the
   same.
*/
static void Compare(const QlbeContent *there, const QlbeContent *here, size_t size, char line[])
{
  const QlbeContent *const sides[2] = {here, there};

  line[0] = '\0';
  if (there->n_identity == 1 && !strcmp(there->identity[0].name, "format")) {
    (void)snprintf(line, size, "its format is %.40s, ours is %s", there->identity[0].value,
                   QLBE_CHECKPOINT_FORMAT);
    return;
  }
  for (int side = 0; side < 2; side++) {
    for (PetscInt i = 0; i < sides[side]->n_identity; i++) {
      const char *name = sides[side]->identity[i].name;
      const char *theirs = Value(there, name), *ours = Value(here, name);
      if (!strcmp(theirs, ours)) continue;
      Tell(name, *theirs ? theirs : "empty", *ours ? ours : "empty", size, line);
      return;
    }
  }
}

/*
   The content of `path`, else of `path.previous`, into an empty one; rank 0. difference is set
   where neither can be read, note where the second is used. *found says whether there is any file.
*/
static PetscErrorCode ReadEither(QlbeCheckpoint checkpoint, const char path[], QlbeContent *content,
                                 PetscBool *found)
{
  char previous[PETSC_MAX_PATH_LEN + 16], damage[QLBE_DAMAGE_SIZE] = "it is missing";
  char other[QLBE_DAMAGE_SIZE];
  const PetscBool there = access(path, F_OK) ? PETSC_FALSE : PETSC_TRUE;

  PetscFunctionBegin;
  PetscCall(PetscSNPrintf(previous, sizeof(previous), "%s.previous", path));
  *found = (PetscBool)(there || !access(previous, F_OK));
  if (!*found) PetscFunctionReturn(0);
  if (there) PetscCall(QlbeContentRead(path, content, damage));
  if (!damage[0]) PetscFunctionReturn(0);
  if (there && !strcmp(path, checkpoint->path)) checkpoint->damaged = PETSC_TRUE;
  PetscCall(QlbeContentClear(content));
  if (access(previous, F_OK)) {
    (void)snprintf(checkpoint->difference, sizeof(checkpoint->difference),
                   "it is damaged (%s), and there is no previous one", damage);
    PetscFunctionReturn(0);
  }
  PetscCall(QlbeContentRead(previous, content, other));
  if (other[0])
    (void)snprintf(checkpoint->difference, sizeof(checkpoint->difference),
                   "it is damaged (%.400s), and so is the previous one (%.400s)", damage, other);
  else if (there)
    (void)snprintf(checkpoint->note, sizeof(checkpoint->note),
                   "%.400s is damaged (%.400s): going on from the previous one, %.400s", path,
                   damage, previous);
  else
    (void)snprintf(checkpoint->note, sizeof(checkpoint->note),
                   "going on from %.400s, for %.400s is missing", previous, path);
  PetscFunctionReturn(0);
}

/* Rank 0: reads, compares, and takes the records over. */
static PetscErrorCode Take(QlbeCheckpoint checkpoint, const char path[], PetscBool *found)
{
  QlbeContent content = {.count = 0};

  PetscFunctionBegin;
  PetscCall(ReadEither(checkpoint, path, &content, found));
  if (*found && !checkpoint->difference[0])
    Compare(&content, &checkpoint->content, sizeof(checkpoint->difference), checkpoint->difference);
  if (*found && !checkpoint->difference[0]) {
    for (PetscInt i = 0; i < content.count; i++) {
      const QlbeRecord *record = &content.records[i];
      PetscCall(QlbeContentPut(&checkpoint->content, record->name, record->n, record->values));
    }
  }
  PetscCall(QlbeContentClear(&content));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCheckpointRead(QlbeCheckpoint checkpoint, const char path[], PetscBool *found,
                                  const char **difference, const char **note)
{
  PetscFunctionBegin;
  checkpoint->difference[0] = checkpoint->note[0] = '\0';
  if (checkpoint->rank == 0) PetscCall(Take(checkpoint, path, found));
  PetscCallMPI(MPI_Bcast(found, 1, MPIU_BOOL, 0, checkpoint->comm));
  PetscCallMPI(MPI_Bcast(&checkpoint->damaged, 1, MPIU_BOOL, 0, checkpoint->comm));
  PetscCallMPI(MPI_Bcast(checkpoint->difference, sizeof(checkpoint->difference), MPI_CHAR, 0,
                         checkpoint->comm));
  PetscCallMPI(
      MPI_Bcast(checkpoint->note, sizeof(checkpoint->note), MPI_CHAR, 0, checkpoint->comm));
  *difference = checkpoint->difference[0] ? checkpoint->difference : NULL;
  *note = checkpoint->note[0] ? checkpoint->note : NULL;
  PetscFunctionReturn(0);
}
