/*
   The deck's YAML as a stream of events from libyaml, each with its line, and nothing that a deck
   has no use for: anchors, aliases and tags end the stream with a complaint, like broken YAML.
*/
#include "deck_events.h"
#include <string.h>

/* libyaml's own complaints; the reader (bad encoding) knows an offset only. */
static PetscErrorCode FailParser(QlbeDeck *d, size_t size, const char text[])
{
  const yaml_parser_t *p = &d->parser;
  size_t line = p->problem_mark.line + 1;

  PetscFunctionBegin;
  if (p->error == YAML_READER_ERROR) {
    line = 1;
    for (size_t i = 0; i < size && i < p->problem_offset; i++) line += text[i] == '\n';
  }
  PetscCall(QlbeOptionsFail(d->options, "%s:%zu: not valid YAML: %s", d->options->deck, line,
                            p->problem ? p->problem : "unreadable"));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDeckNext(QlbeDeck *d)
{
  const yaml_event_t *e = &d->event;
  const yaml_char_t *anchor = NULL, *tag = NULL;

  PetscFunctionBegin;
  yaml_event_delete(&d->event);
  if (!yaml_parser_parse(&d->parser, &d->event)) {
    d->event.type = YAML_NO_EVENT;
    PetscCall(FailParser(d, d->parser.input.string.end - d->parser.input.string.start,
                         (const char *)d->parser.input.string.start));
    PetscFunctionReturn(0);
  }
  PetscCall(PetscSNPrintf(d->where, sizeof(d->where), "%s:%d", d->options->deck,
                          (int)e->start_mark.line + 1));
  if (e->type == YAML_ALIAS_EVENT) anchor = e->data.alias.anchor;
  if (e->type == YAML_SCALAR_EVENT) {
    anchor = e->data.scalar.anchor;
    tag = e->data.scalar.tag;
  } else if (e->type == YAML_SEQUENCE_START_EVENT) {
    anchor = e->data.sequence_start.anchor;
    tag = e->data.sequence_start.tag;
  } else if (e->type == YAML_MAPPING_START_EVENT) {
    anchor = e->data.mapping_start.anchor;
    tag = e->data.mapping_start.tag;
  }
  if (anchor || tag) {
    PetscCall(QlbeOptionsFail(d->options, "%s: expected plain values, got %s", d->where,
                              anchor ? "an anchor or alias (& or *)" : "a tag (!)"));
    yaml_event_delete(&d->event); /* resets the type to YAML_NO_EVENT */
  }
  PetscFunctionReturn(0);
}

const char *QlbeDeckScalar(const QlbeDeck *d)
{
  const char *text = (const char *)d->event.data.scalar.value;

  return strlen(text) == d->event.data.scalar.length ? text : "";
}

PetscBool QlbeDeckIsPlain(const QlbeDeck *d)
{
  return d->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE ? PETSC_TRUE : PETSC_FALSE;
}
