/*
   Private to the deck's reader: YAML events with their place in the file.
*/
#ifndef QLBE_DECK_EVENTS_H
#define QLBE_DECK_EVENTS_H

#include "options_private.h"
#include <yaml.h>

enum { QLBE_WHERE_SIZE = 512 };

typedef struct {
  QlbeOptions options;
  yaml_parser_t parser;
  yaml_event_t event;          /* the current one; deleted when the next one is asked for */
  char where[QLBE_WHERE_SIZE]; /* "deck.yaml:7", where the current event begins */
} QlbeDeck;

/* Moves to the next event and to its line. After a complaint the event's type is YAML_NO_EVENT. */
PETSC_INTERN PetscErrorCode QlbeDeckNext(QlbeDeck *d);

/* The text of the current scalar; empty if a NUL hides in it. */
PETSC_INTERN const char *QlbeDeckScalar(const QlbeDeck *d);

/* Whether the current scalar stands without quotes. */
PETSC_INTERN PetscBool QlbeDeckIsPlain(const QlbeDeck *d);

#endif
