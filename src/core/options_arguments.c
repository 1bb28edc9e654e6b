/*
   The command line: which arguments are ours, and what they set.

   PETSc and SLEPc ignore options they do not know, silently. So only arguments with one of their
   prefixes reach them, and everything else is checked here against the table.
*/
#include "options_private.h"
#include <ctype.h>
#include <string.h>

static const char *const petsc_prefixes[] = {
    "-eps_", "-st_",     "-ksp_", "-pc_",  "-bv_",      "-ds_",           "-rg_",        "-log_",
    "-info", "-malloc_", "-mat_", "-vec_", "-options_", "-perturbation_", "-propagate_",
};

static PetscBool IsPetsc(const char argument[])
{
  for (size_t i = 0; i < sizeof(petsc_prefixes) / sizeof(petsc_prefixes[0]); i++) {
    if (!strncmp(argument, petsc_prefixes[i], strlen(petsc_prefixes[i]))) return PETSC_TRUE;
  }
  return PETSC_FALSE;
}

/* A dash and a letter; but -inf and -nan are (bad) numbers. */
static PetscBool IsOption(const char argument[])
{
  const PetscBool number = !strcmp(argument, "-inf") || !strcmp(argument, "-nan");

  if (argument[0] != '-' || number) return PETSC_FALSE;
  return isalpha((unsigned char)argument[1]) || argument[1] == '-' ? PETSC_TRUE : PETSC_FALSE;
}

/*
   A word that can only be the deck: no PETSc option takes one, and -log_view takes no word at all.
*/
static PetscBool IsDeck(const char argument[])
{
  const char *dot = strrchr(argument, '.');

  return dot && (!strcmp(dot, ".yaml") || !strcmp(dot, ".yml")) ? PETSC_TRUE : PETSC_FALSE;
}

void QlbeOptionsSplitArguments(int argc, char *argv[], int *n_own, char *own[], int *n_petsc,
                               char *petsc[])
{
  *n_own = *n_petsc = 0;
  if (argc > 0) own[(*n_own)++] = petsc[(*n_petsc)++] = argv[0];
  for (int i = 1; i < argc; i++) {
    if (!IsPetsc(argv[i])) {
      own[(*n_own)++] = argv[i];
      continue;
    }
    petsc[(*n_petsc)++] = argv[i];
    if (i + 1 < argc && !IsOption(argv[i + 1]) && !IsDeck(argv[i + 1]))
      petsc[(*n_petsc)++] = argv[++i];
  }
  own[*n_own] = NULL;
  petsc[*n_petsc] = NULL;
}

static PetscErrorCode FailUnknownOption(QlbeOptions options, const char argument[])
{
  const char *bare = argument + strspn(argument, "-");
  const char *nearest = NULL;
  char name[64], quoted[48];

  PetscFunctionBegin;
  snprintf(name, sizeof(name), "%.*s", (int)PetscMin(strcspn(bare, "="), 60), bare);
  nearest = QlbeOptionNearest(name);
  QlbeQuote(argument, quoted);
  PetscCall(QlbeOptionsFail(options, "command line: %s: unknown option%s%s%s", quoted,
                            nearest ? "; did you mean -" : "; see qlbe --help-options",
                            nearest ? nearest : "", nearest ? "?" : ""));
  PetscFunctionReturn(0);
}

/* The option argv[*next] and its value; *next moves behind them. */
static PetscErrorCode ReadOption(QlbeOptions options, int argc, char *const argv[], int *next)
{
  const char *argument = argv[(*next)++];
  const PetscInt i = QlbeOptionFind(argument + 1);
  const char *value = NULL;

  PetscFunctionBegin;
  if (i < 0) {
    PetscCall(FailUnknownOption(options, argument));
    PetscFunctionReturn(0);
  }
  if (*next < argc && !IsOption(argv[*next]))
    value = argv[(*next)++];
  else if (options->specs[i].type == QLBE_OPTION_BOOL)
    value = "true";
  if (value) {
    PetscCall(
        QlbeOptionsAssign(options, i, value, QLBE_FROM_COMMAND_LINE, "command line", argument));
  } else {
    PetscCall(QlbeOptionsFailValue(options, i, "command line", argument, "nothing"));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeOptionsSetUp(QlbeOptions options, int argc, char *const argv[])
{
  int next = 0;

  PetscFunctionBegin;
  PetscCheck(!options->set_up && !options->error, options->comm, PETSC_ERR_ARG_WRONGSTATE,
             "options are set up once");
  if (argc > 0 && !IsOption(argv[0])) {
    PetscCall(PetscStrallocpy(argv[0], &options->deck));
    next = 1;
    PetscCall(QlbeOptionsReadDeck(options));
  }
  while (next < argc && !options->error) {
    if (IsOption(argv[next])) {
      PetscCall(ReadOption(options, argc, argv, &next));
    } else {
      char quoted[48];
      QlbeQuote(argv[next], quoted);
      PetscCall(
          QlbeOptionsFail(options,
                          "command line: unexpected argument `%s`; expected at most one deck, "
                          "right after the command, then -section_key value",
                          quoted));
    }
  }
  if (!options->error) PetscCall(QlbeOptionsResolve(options));
  options->set_up = options->error ? PETSC_FALSE : PETSC_TRUE;
  PetscFunctionReturn(0);
}
