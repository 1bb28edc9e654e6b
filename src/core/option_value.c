/*
   Texts to values, strictly: a decimal number and nothing else, no nan, no inf, no hexadecimal, no
   overflow, no fraction or exponent where an integer is wanted.

   strtod and strtoll alone accept far too much, so the grammar is checked first.
*/
#include "options_private.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static size_t Digits(const char text[])
{
  return strspn(text, "0123456789");
}

/* [sign] digits [. digits] [e [sign] digits], with a digit on at least one side of the point. */
static PetscBool IsDecimal(const char text[])
{
  const char *s = text;
  size_t whole, fraction = 0;

  if (*s == '+' || *s == '-') s++;
  whole = Digits(s);
  s += whole;
  if (*s == '.') {
    fraction = Digits(++s);
    s += fraction;
  }
  if (whole + fraction == 0) return PETSC_FALSE;
  if (*s == 'e' || *s == 'E') {
    s++;
    if (*s == '+' || *s == '-') s++;
    if (!Digits(s)) return PETSC_FALSE;
    s += Digits(s);
  }
  return *s == '\0' ? PETSC_TRUE : PETSC_FALSE;
}

static PetscBool InRange(const QlbeOptionSpec *spec, double x)
{
  const PetscBool above = spec->lo_open ? x > spec->lo : x >= spec->lo;

  return isfinite(x) && above && x <= spec->hi ? PETSC_TRUE : PETSC_FALSE;
}

static PetscBool ParseReal(const QlbeOptionSpec *spec, const char text[], double *x)
{
  if (!IsDecimal(text)) return PETSC_FALSE;
  *x = strtod(text, NULL); /* infinite on overflow, which no range admits */
  return InRange(spec, *x);
}

static PetscBool ParseInt(const QlbeOptionSpec *spec, const char text[], PetscInt *n)
{
  const char *digits = text + (*text == '+' || *text == '-');
  long long wide;

  if (!*digits || digits[Digits(digits)] != '\0') return PETSC_FALSE;
  /* A leading zero is octal to some YAML readers and decimal to others. */
  if (digits[0] == '0' && digits[1]) return PETSC_FALSE;
  errno = 0;
  wide = strtoll(text, NULL, 10);
  if (errno || !InRange(spec, (double)wide)) return PETSC_FALSE;
  *n = (PetscInt)wide;
  return PETSC_TRUE;
}

static PetscBool IsChoice(const char choices[], const char text[])
{
  const size_t length = strlen(text);

  for (const char *word = choices; length;) {
    const size_t n = strcspn(word, "|");
    if (n == length && !strncmp(word, text, n)) return PETSC_TRUE;
    if (!word[n]) break;
    word += n + 1;
  }
  return PETSC_FALSE;
}

/* Elements of text between commas into x[n_max]; false on the first that does not fit. */
static PetscBool ParseList(const QlbeOptionSpec *spec, char text[], PetscInt n, double x[])
{
  double norm2 = 0.0;
  char *item = text;

  for (PetscInt i = 0; i < n; i++) {
    char *comma = strchr(item, ',');
    if (comma) *comma = '\0';
    if (!ParseReal(spec, item, &x[i])) return PETSC_FALSE;
    norm2 += x[i] * x[i];
    if (comma) item = comma + 1;
  }
  return !spec->nonzero || isnormal(norm2) ? PETSC_TRUE : PETSC_FALSE;
}

static PetscErrorCode ParseReals(const QlbeOptionSpec *spec, const char text[], PetscInt *n,
                                 double **values, PetscBool *ok)
{
  char *copy;
  double *x;

  PetscFunctionBegin;
  *n = *text ? 1 : 0;
  if (spec->type == QLBE_OPTION_REAL_LIST) {
    for (const char *s = text; *s; s++) *n += *s == ',';
    if (*n < spec->n_min || *n > spec->n_max) PetscFunctionReturn(0);
  }
  PetscCall(PetscMalloc1(*n + 1, &x));
  PetscCall(PetscStrallocpy(text, &copy));
  *ok = spec->type == QLBE_OPTION_REAL ? ParseReal(spec, text, x) : ParseList(spec, copy, *n, x);
  PetscCall(PetscFree(copy));
  if (*ok)
    *values = x;
  else
    PetscCall(PetscFree(x));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeOptionValueParse(const QlbeOptionSpec *spec, const char text[],
                                    QlbeOptionValue *value, PetscBool *ok)
{
  QlbeOptionValue parsed = {.n = 1};

  PetscFunctionBegin;
  *ok = PETSC_FALSE;
  switch (spec->type) {
  case QLBE_OPTION_REAL:
  case QLBE_OPTION_REAL_LIST:
    PetscCall(ParseReals(spec, text, &parsed.n, &parsed.values, ok));
    break;
  case QLBE_OPTION_INT:
    *ok = ParseInt(spec, text, &parsed.integer);
    break;
  case QLBE_OPTION_BOOL:
    parsed.flag = !strcmp(text, "true") ? PETSC_TRUE : PETSC_FALSE;
    *ok = parsed.flag || !strcmp(text, "false") ? PETSC_TRUE : PETSC_FALSE;
    break;
  case QLBE_OPTION_CHOICE:
    *ok = IsChoice(spec->choices, text);
    break;
  case QLBE_OPTION_STRING:
    *ok = *text ? PETSC_TRUE : PETSC_FALSE;
    break;
  }
  if (!*ok) PetscFunctionReturn(0);
  PetscCall(QlbeOptionValueReset(value));
  *value = parsed;
  PetscCall(PetscStrallocpy(text, &value->text));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeOptionValueReset(QlbeOptionValue *value)
{
  PetscFunctionBegin;
  PetscCall(PetscFree(value->text));
  PetscCall(PetscFree(value->origin));
  PetscCall(PetscFree(value->values));
  PetscCall(PetscMemzero(value, sizeof(*value)));
  PetscFunctionReturn(0);
}

static void DescribeRange(const QlbeOptionSpec *spec, size_t size, char text[])
{
  const char *sign = spec->lo_open ? ">" : ">=";

  text[0] = '\0';
  if (isinf(spec->hi) && isinf(spec->lo)) return;
  if (isinf(spec->hi))
    snprintf(text, size, " %s %g", sign, spec->lo);
  else
    snprintf(text, size, " in %s%g, %g]", spec->lo_open ? "(" : "[", spec->lo, spec->hi);
}

void QlbeOptionExpected(const QlbeOptionSpec *spec, size_t size, char text[])
{
  char range[64];

  DescribeRange(spec, sizeof(range), range);
  switch (spec->type) {
  case QLBE_OPTION_REAL:
    snprintf(text, size, "a number%s", range);
    break;
  case QLBE_OPTION_INT:
    snprintf(text, size, "an integer in %.0f..%.0f", spec->lo, spec->hi);
    break;
  case QLBE_OPTION_BOOL:
    snprintf(text, size, "true or false");
    break;
  case QLBE_OPTION_CHOICE:
    snprintf(text, size, "one of %s", spec->choices);
    break;
  case QLBE_OPTION_STRING:
    snprintf(text, size, "a text");
    break;
  case QLBE_OPTION_REAL_LIST:
    if (spec->n_min == spec->n_max) {
      snprintf(text, size, "a list of %d numbers%s%s", (int)spec->n_min, range,
               spec->nonzero ? ", not all zero" : "");
    } else {
      snprintf(text, size, "a list of %d to %d numbers%s", (int)spec->n_min, (int)spec->n_max,
               range);
    }
    break;
  }
}

void QlbeQuote(const char text[], char quoted[48])
{
  size_t n = 0;

  for (; n < 40 && text[n]; n++) {
    const unsigned char c = (unsigned char)text[n];
    quoted[n] = (char)(c < 32 || c == 127 ? '?' : c);
  }
  snprintf(quoted + n, 48 - n, "%s", text[n] ? "..." : "");
}
