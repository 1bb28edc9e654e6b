/*
   The deck: which keys and values stand where in the YAML, and what they set.

   Allowed are one document, a mapping of sections, each a mapping of keys to plain or quoted
   scalars or to a list of numbers: three levels. What is deeper is refused on sight, so hostile
   input costs no time. Duplicate and unknown keys are errors with their line.
*/
#include "deck_events.h"
#include <string.h>

enum { MAX_LIST_BYTES = 65536, NAME_SIZE = 128 };

/* Elements up to the end of the list into one text with commas. */
static PetscErrorCode ReadList(QlbeDeck *d, PetscInt i, const char shown[], size_t size,
                               char text[], PetscBool *ok)
{
  size_t used = 0;

  PetscFunctionBegin;
  *ok = PETSC_FALSE;
  text[0] = '\0';
  for (;;) {
    PetscCall(QlbeDeckNext(d));
    if (d->event.type == YAML_NO_EVENT) PetscFunctionReturn(0);
    if (d->event.type == YAML_SEQUENCE_END_EVENT) break;
    if (d->event.type != YAML_SCALAR_EVENT) {
      PetscCall(QlbeOptionsFailValue(d->options, i, d->where, shown, "a nested list or section"));
      PetscFunctionReturn(0);
    }
    const char *item = QlbeDeckScalar(d);
    const size_t length = strlen(item);
    if (!length || !QlbeDeckIsPlain(d) || strchr(item, ',') || used + length + 2 > size) {
      PetscCall(QlbeOptionsFailValue(d->options, i, d->where, shown, item));
      PetscFunctionReturn(0);
    }
    if (used) text[used++] = ',';
    memcpy(text + used, item, length + 1);
    used += length;
  }
  *ok = PETSC_TRUE;
  PetscFunctionReturn(0);
}

/* The value of option i, of whatever kind the next event is. */
static PetscErrorCode ReadValue(QlbeDeck *d, PetscInt i)
{
  const QlbeOptionSpec *spec = &d->options->specs[i];
  const PetscBool is_text = spec->type == QLBE_OPTION_STRING || spec->type == QLBE_OPTION_CHOICE;
  char shown[NAME_SIZE], where[QLBE_WHERE_SIZE];
  const char *got = NULL;

  PetscFunctionBegin;
  QlbeOptionDeckName(spec->name, sizeof(shown), shown);
  PetscCall(
      PetscStrncpy(where, d->where, sizeof(where))); /* of the key: a list may end lines below */
  PetscCall(QlbeDeckNext(d));
  switch (d->event.type) {
  case YAML_NO_EVENT:
    PetscFunctionReturn(0);
  case YAML_MAPPING_START_EVENT:
    got = "a section";
    break;
  case YAML_SEQUENCE_START_EVENT:
    if (spec->type == QLBE_OPTION_REAL_LIST) {
      PetscBool ok;
      char *text;
      PetscCall(PetscMalloc1(MAX_LIST_BYTES, &text));
      PetscCall(ReadList(d, i, shown, MAX_LIST_BYTES, text, &ok));
      if (ok) PetscCall(QlbeOptionsAssign(d->options, i, text, QLBE_FROM_DECK, where, shown));
      PetscCall(PetscFree(text));
      PetscFunctionReturn(0);
    }
    got = "a list";
    break;
  default:
    /* A quoted number is a text, and an empty plain scalar is YAML's null. */
    if (spec->type == QLBE_OPTION_REAL_LIST || (!is_text && !QlbeDeckIsPlain(d)) ||
        !*QlbeDeckScalar(d)) {
      got = *QlbeDeckScalar(d) ? QlbeDeckScalar(d) : "nothing";
    }
  }
  if (got)
    PetscCall(QlbeOptionsFailValue(d->options, i, d->where, shown, got));
  else
    PetscCall(QlbeOptionsAssign(d->options, i, QlbeDeckScalar(d), QLBE_FROM_DECK, where, shown));
  PetscFunctionReturn(0);
}

/* Whether some option lives in the section, and the nearest section that has one. */
static PetscBool IsSection(const QlbeOptions options, const char name[], const char **nearest)
{
  static const size_t cap = NAME_SIZE;
  const size_t length = strnlen(name, cap);
  /* One wrong letter in a short word, two in a long one. */
  PetscInt best = 1 + PetscMax(1, (PetscInt)(length / 3));

  *nearest = NULL;
  for (PetscInt i = 0; i < options->count; i++) {
    const char *full = options->specs[i].name;
    const char *bar = strchr(full, '_');
    char section[NAME_SIZE];
    PetscInt distance;
    if (!bar) continue;
    if ((size_t)(bar - full) == length && !strncmp(full, name, length)) return PETSC_TRUE;
    snprintf(section, sizeof(section), "%.*s", (int)(bar - full), full);
    distance = QlbeEditDistance(name, section);
    if (distance < best) {
      best = distance;
      *nearest = full;
    }
  }
  return PETSC_FALSE;
}

/* "deck:3: gas.densty: unknown key; did you mean gas.density?"; section is NULL at the top. */
static PetscErrorCode FailUnknown(QlbeDeck *d, const char section[], const char key[],
                                  const char nearest_section[])
{
  char quoted[48], option[2 * NAME_SIZE], proposal[NAME_SIZE] = "", name[NAME_SIZE];
  const char *nearest;

  PetscFunctionBegin;
  QlbeQuote(key, quoted);
  snprintf(option, sizeof(option), "%s%s%s", section ? section : "", section ? "_" : "", quoted);
  nearest = QlbeOptionNearest(option);
  if (nearest_section) {
    const char *bar = strchr(nearest_section, '_');
    snprintf(proposal, sizeof(proposal), "; did you mean the section %.*s?",
             (int)(bar - nearest_section), nearest_section);
  } else if (nearest) {
    QlbeOptionDeckName(nearest, sizeof(name), name);
    snprintf(proposal, sizeof(proposal), "; did you mean %.96s?", name);
  }
  PetscCall(QlbeOptionsFail(d->options, "%s: %s%s%s: unknown key%s", d->where,
                            section ? section : "", section ? "." : "", quoted, proposal));
  PetscFunctionReturn(0);
}

/* Complains unless the current event is a key; an empty text for the caller's loop to stop on. */
static PetscErrorCode ReadKey(QlbeDeck *d, const char expected[], size_t size, char key[])
{
  PetscFunctionBegin;
  key[0] = '\0';
  if (d->event.type == YAML_SCALAR_EVENT) {
    /* A longer key is unknown whatever follows, and stays so when it is cut. */
    PetscCall(PetscStrncpy(key, QlbeDeckScalar(d), size));
  }
  if (!key[0] && d->event.type != YAML_NO_EVENT) {
    PetscCall(QlbeOptionsFail(d->options, "%s: expected %s", d->where, expected));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode ReadSection(QlbeDeck *d, const char section[])
{
  char key[NAME_SIZE], option[2 * NAME_SIZE];

  PetscFunctionBegin;
  PetscCall(QlbeDeckNext(d));
  if (d->event.type == YAML_NO_EVENT) PetscFunctionReturn(0);
  if (d->event.type != YAML_MAPPING_START_EVENT) {
    PetscCall(QlbeOptionsFail(d->options,
                              "%s: %s: expected a section of `key: value` pairs, got %s", d->where,
                              section, d->event.type == YAML_SCALAR_EVENT ? "a value" : "a list"));
    PetscFunctionReturn(0);
  }
  while (!d->options->error) {
    PetscInt i;
    PetscCall(QlbeDeckNext(d));
    if (d->event.type == YAML_MAPPING_END_EVENT) break;
    PetscCall(ReadKey(d, "a key of the section", sizeof(key), key));
    if (!key[0]) break;
    snprintf(option, sizeof(option), "%s_%s", section, key);
    i = QlbeOptionFind(option);
    if (i < 0)
      PetscCall(FailUnknown(d, section, key, NULL));
    else
      PetscCall(ReadValue(d, i));
  }
  PetscFunctionReturn(0);
}

/* The top mapping. A section may be opened once: later keys would hide among the earlier ones. */
static PetscErrorCode ReadTop(QlbeDeck *d)
{
  enum { MAX_SECTIONS = 32 };
  char seen[MAX_SECTIONS][NAME_SIZE], key[NAME_SIZE];
  PetscInt n_seen = 0;

  PetscFunctionBegin;
  while (!d->options->error) {
    const char *nearest;
    PetscInt i;
    PetscCall(QlbeDeckNext(d));
    if (d->event.type == YAML_MAPPING_END_EVENT) break;
    PetscCall(ReadKey(d, "the name of a section", sizeof(key), key));
    if (!key[0]) break;
    i = strchr(key, '_') ? -1 : QlbeOptionFind(key);
    if (i >= 0) {
      PetscCall(ReadValue(d, i));
    } else if (!IsSection(d->options, key, &nearest)) {
      PetscCall(FailUnknown(d, NULL, key, nearest));
    } else {
      for (PetscInt s = 0; s < n_seen; s++) {
        if (strcmp(seen[s], key)) continue;
        PetscCall(QlbeOptionsFail(d->options, "%s: %s: section given twice", d->where, key));
        PetscFunctionReturn(0);
      }
      if (n_seen < MAX_SECTIONS) PetscCall(PetscStrncpy(seen[n_seen++], key, NAME_SIZE));
      PetscCall(ReadSection(d, key));
    }
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode ReadStream(QlbeDeck *d)
{
  const char *deck = d->options->deck;

  PetscFunctionBegin;
  PetscCall(QlbeDeckNext(d)); /* stream start */
  if (!d->options->error) PetscCall(QlbeDeckNext(d));
  if (d->event.type == YAML_STREAM_END_EVENT) {
    PetscCall(QlbeOptionsFail(d->options, "%s: expected a deck, got an empty file", deck));
  }
  if (!d->options->error) PetscCall(QlbeDeckNext(d));
  if (d->options->error) PetscFunctionReturn(0);
  if (d->event.type != YAML_MAPPING_START_EVENT) {
    PetscCall(
        QlbeOptionsFail(d->options, "%s: expected sections such as `gas: {mass: 1.0}`", d->where));
    PetscFunctionReturn(0);
  }
  PetscCall(ReadTop(d));
  if (!d->options->error) PetscCall(QlbeDeckNext(d)); /* document end */
  if (!d->options->error) PetscCall(QlbeDeckNext(d));
  if (!d->options->error && d->event.type != YAML_STREAM_END_EVENT) {
    PetscCall(QlbeOptionsFail(d->options, "%s: expected one document, got a second", d->where));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeOptionsParseDeck(QlbeOptions options, size_t size, const char text[])
{
  QlbeDeck d = {.options = options};

  PetscFunctionBegin;
  if (memchr(text, 0, size)) {
    PetscCall(QlbeOptionsFail(options, "%s: expected a text file, got binary data (NUL bytes)",
                              options->deck));
    PetscFunctionReturn(0);
  }
  PetscCheck(yaml_parser_initialize(&d.parser), PETSC_COMM_SELF, PETSC_ERR_MEM,
             "libyaml: out of memory");
  yaml_parser_set_input_string(&d.parser, (const unsigned char *)text, size);
  yaml_parser_set_encoding(&d.parser, YAML_UTF8_ENCODING);
  PetscCall(ReadStream(&d));
  yaml_event_delete(&d.event);
  yaml_parser_delete(&d.parser);
  PetscFunctionReturn(0);
}
