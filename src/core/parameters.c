/* Names of the interactions. */
#include "qlbe/parameters.h"

const char *QlbeInteractionGetName(QlbeInteractionType type)
{
#define NAME_OF(NAME, name, text) [QLBE_##NAME] = #name,
  static const char *const names[] = {QLBE_INTERACTION_LIST(NAME_OF)};

  return (int)type >= 0 && type < QLBE_INTERACTION_COUNT ? names[type] : "unknown";
}
