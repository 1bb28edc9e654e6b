/*
   Typed settings from the values of the options: each row of the table says where its value goes.
*/
#include <string.h>

#include "options_private.h"

/* Number of the word in words that are separated by bars, -1 where it is none of them. */
static int NumberOfChoice(const char choices[], const char word[])
{
  const size_t length = strlen(word);

  for (int i = 0;; i++) {
    const size_t n = strcspn(choices, "|");
    if (n == length && !strncmp(choices, word, n)) return i;
    if (!choices[n]) return -1;
    choices += n + 1;
  }
}

static void Fill(const QlbeOptionSpec *spec, const QlbeOptionValue *value, QlbeSettings *settings)
{
  void *field = (char *)settings + spec->setting;

  switch (spec->type) {
  case QLBE_OPTION_REAL:
    *(double *)field = value->values[0];
    break;
  case QLBE_OPTION_INT:
    *(PetscInt *)field = value->integer;
    break;
  case QLBE_OPTION_BOOL:
    *(PetscBool *)field = value->flag;
    break;
  case QLBE_OPTION_CHOICE:
    *(int *)field = NumberOfChoice(spec->choices, value->text);
    break;
  case QLBE_OPTION_STRING:
    *(const char **)field = value->text;
    break;
  case QLBE_OPTION_REAL_LIST:
    *(QlbeRealList *)field = (QlbeRealList){value->n, value->values};
    break;
  }
}

void QlbeSettingsFill_Private(QlbeOptions options)
{
  for (PetscInt i = 0; i < options->count; i++)
    Fill(&options->specs[i], &options->values[i], &options->settings);
}

PetscErrorCode QlbeOptionsGetSettings(QlbeOptions options, const QlbeSettings **settings)
{
  PetscFunctionBegin;
  PetscCheck(options->set_up, options->comm, PETSC_ERR_ARG_WRONGSTATE, "options are not set up");
  *settings = &options->settings;
  PetscFunctionReturn(0);
}
