/*
   The deck's bytes: rank 0 opens the file and broadcasts either its contents or the complaint.
*/
#include "options_private.h"
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

enum { MAX_DECK_BYTES = 65536, MESSAGE_SIZE = 256 };

/* Up to MAX_DECK_BYTES + 1 bytes into text; a complaint, or an empty one, into message. */
static int Slurp(const char path[], char text[], char message[])
{
  struct stat status;
  FILE *file = NULL;
  size_t n = 0;

  message[0] = '\0';
  if (!stat(path, &status) && S_ISDIR(status.st_mode)) {
    snprintf(message, MESSAGE_SIZE, "expected a deck, got a directory");
  } else if (!(file = fopen(path, "rb"))) {
    snprintf(message, MESSAGE_SIZE, "cannot open the deck: %s", strerror(errno));
  } else {
    n = fread(text, 1, MAX_DECK_BYTES + 1, file);
    if (ferror(file))
      snprintf(message, MESSAGE_SIZE, "cannot read the deck: %s", strerror(errno));
    else if (n > MAX_DECK_BYTES)
      snprintf(message, MESSAGE_SIZE, "expected at most 64 KiB");
    fclose(file);
  }
  return (int)n;
}

PetscErrorCode QlbeOptionsReadDeck(QlbeOptions options)
{
  PetscMPIInt rank;
  char *text, message[MESSAGE_SIZE];
  int size = 0;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(options->comm, &rank));
  PetscCall(PetscMalloc1(MAX_DECK_BYTES + 1, &text));
  if (rank == 0) size = Slurp(options->deck, text, message);
  PetscCallMPI(MPI_Bcast(message, MESSAGE_SIZE, MPI_CHAR, 0, options->comm));
  PetscCallMPI(MPI_Bcast(&size, 1, MPI_INT, 0, options->comm));
  if (message[0]) {
    PetscCall(QlbeOptionsFail(options, "%s: %s", options->deck, message));
  } else {
    PetscCallMPI(MPI_Bcast(text, size, MPI_CHAR, 0, options->comm));
    PetscCall(QlbeOptionsParseDeck(options, (size_t)size, text));
  }
  PetscCall(PetscFree(text));
  PetscFunctionReturn(0);
}
