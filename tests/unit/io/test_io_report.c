/*
   The report's tree, JSON, CSV and the summary.

   Doubles that need all 17 digits must come back bit for bit through strtod and through cJSON's
   parser.
*/
#include <math.h>
#include <float.h>
#include <cjson/cJSON.h>

#include "io_test.h"
#include "qlbe/report.h"

/* 1/3, neighbours of round numbers, extremes, a denormal: 15 digits are not enough for most of
 * them. */
static const double hard[] = {
    1.0 / 3.0,     0.1 + 0.2,          1.0 + DBL_EPSILON,   -DBL_MAX, 5e-324, -0.0,
    6.02214076e23, 123456789.12345679, 0x1.fffffffffffffp-1};
#define HARD ((PetscInt)(sizeof(hard) / sizeof(hard[0])))

static void AssertSame(double a, double b)
{
  assert_memory_equal(&a, &b, sizeof(a));
}

static QlbeReport Sample(void)
{
  const QlbeAttribute provenance[] = {{"version", "1.2.3"}, {"host", "a\nb \"c\""}};
  const QlbeColumn columns[] = {{"k", QLBE_COLUMN_REAL, "1/m"},
                                {"index", QLBE_COLUMN_INTEGER, NULL},
                                {"done", QLBE_COLUMN_BOOL, NULL}};
  const PetscInt shape[] = {3, 3}, n[] = {HARD};
  const double hessian[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
  QlbeReport r;

  OK(QlbeReportCreate(&r));
  OK(QlbeReportSetReal(r, "D", 0.1 + 0.2, "m^2/s"));
  OK(QlbeReportSetReal(r, "D_error", NAN, NULL));
  OK(QlbeReportSetReal(r, "quartic", -INFINITY, ""));
  OK(QlbeReportSetRealArray(r, "hard", 1, n, hard, NULL));
  OK(QlbeReportSetRealArray(r, "hessian", 2, shape, hessian, "m^2/s"));
  OK(QlbeReportSetReal(r, "parameters/M", 1.5, "kg"));
  OK(QlbeReportSetString(r, "parameters/type", "hard \"sphere\"\n\\"));
  OK(QlbeReportSetBool(r, "parameters/exact", PETSC_TRUE));
  OK(QlbeReportSetInteger(r, "grid/points", 9007199254740993, NULL)); /* 2^53 + 1: not a double */
  OK(QlbeReportSetAttributes(r, "provenance", 2, provenance));
  OK(QlbeReportAddTable(r, "spectrum", 3, columns));
  for (PetscInt i = 0; i < HARD; i++) {
    OK(QlbeReportAddRow(r, "spectrum", 3, (double[]){hard[i], (double)i, i % 2 ? 1.0 : 0.0}));
  }
  OK(QlbeReportAddCheck(r, "defect, small", 0.25, 1.0));
  OK(QlbeReportAddCheck(r, "isotropy", NAN, 1e-8));
  return r;
}

static const cJSON *Get(const cJSON *object, const char name[])
{
  const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
  assert_non_null(item);
  return item;
}

static void TestJSONValues(void **state)
{
  char path[PETSC_MAX_PATH_LEN], *text;
  QlbeReport r = Sample();
  cJSON *root;
  const cJSON *row;

  OK(QlbeReportWriteJSON(r, PETSC_COMM_WORLD, InScratch(state, "a.json", path), PETSC_FALSE));
  Barrier();
  text = Slurp(path, NULL);
  assert_int_equal(text[strlen(text) - 1], '\n');
  root = cJSON_Parse(text);
  assert_non_null(root);
  AssertSame(Get(root, "D")->valuedouble, 0.1 + 0.2);
  assert_true(cJSON_IsNull(Get(root, "D_error")));
  assert_true(cJSON_IsNull(Get(root, "quartic")));
  assert_int_equal(cJSON_GetArraySize(Get(root, "hard")), HARD);
  for (int i = 0; i < HARD; i++) {
    AssertSame(cJSON_GetArrayItem(Get(root, "hard"), i)->valuedouble, hard[i]);
  }
  assert_int_equal(cJSON_GetArraySize(Get(root, "hessian")), 3);
  row = cJSON_GetArrayItem(Get(root, "hessian"), 1);
  assert_int_equal(cJSON_GetArraySize(row), 3);
  AssertSame(cJSON_GetArrayItem(row, 2)->valuedouble, 6.0);
  assert_string_equal(Get(Get(root, "parameters"), "type")->valuestring, "hard \"sphere\"\n\\");
  assert_true(cJSON_IsTrue(Get(Get(root, "parameters"), "exact")));
  assert_string_equal(Get(Get(root, "provenance"), "host")->valuestring, "a\nb \"c\"");
  assert_non_null(strstr(text, "9007199254740993"));
  assert_string_equal(Get(Get(root, "units"), "parameters/M")->valuestring, "kg");
  assert_string_equal(Get(Get(root, "units"), "spectrum/k")->valuestring, "1/m");
  assert_null(cJSON_GetObjectItem(Get(root, "units"), "quartic"));
  cJSON_Delete(root);
  free(text);
  OK(QlbeReportDestroy(&r));
  assert_null(r);
}

static void TestJSONOrderAndTables(void **state)
{
  const char *order[] = {"D",    "D_error",    "quartic",  "hard",   "hessian", "parameters",
                         "grid", "provenance", "spectrum", "checks", "units"};
  char path[PETSC_MAX_PATH_LEN], *text;
  QlbeReport r = Sample();
  PetscInt failures, i = 0;
  const cJSON *item;
  cJSON *root;

  OK(QlbeReportSetReal(r, "D", 7.0, NULL)); /* set again: new value, no unit, old place */
  OK(QlbeReportWriteJSON(r, PETSC_COMM_WORLD, InScratch(state, "b.json", path), PETSC_FALSE));
  Barrier();
  text = Slurp(path, NULL);
  root = cJSON_Parse(text);
  assert_non_null(root);
  cJSON_ArrayForEach(item, root) assert_string_equal(item->string, order[i++]);
  assert_int_equal(i, 11);
  AssertSame(Get(root, "D")->valuedouble, 7.0);
  assert_null(cJSON_GetObjectItem(Get(root, "units"), "D"));
  item = cJSON_GetArrayItem(Get(root, "spectrum"), 3);
  AssertSame(Get(item, "k")->valuedouble, -DBL_MAX);
  AssertSame(Get(item, "index")->valuedouble, 3.0);
  assert_true(cJSON_IsTrue(Get(item, "done")));
  item = cJSON_GetArrayItem(Get(root, "checks"), 0);
  assert_string_equal(Get(item, "name")->valuestring, "defect, small");
  AssertSame(Get(item, "bound")->valuedouble, 1.0);
  assert_true(cJSON_IsTrue(Get(item, "pass")));
  item = cJSON_GetArrayItem(Get(root, "checks"), 1);
  assert_true(cJSON_IsNull(Get(item, "value")));
  assert_true(cJSON_IsFalse(Get(item, "pass"))); /* nan fails */
  OK(QlbeReportGetFailures(r, &failures));
  assert_int_equal(failures, 1);
  cJSON_Delete(root);
  free(text);
  OK(QlbeReportDestroy(&r));
}

static void TestCSV(void **state)
{
  char path[PETSC_MAX_PATH_LEN], *text, *line, *next;
  QlbeReport r = Sample();

  OK(QlbeReportWriteCSV(r, PETSC_COMM_WORLD, "spectrum", InScratch(state, "s.csv", path),
                        PETSC_FALSE));
  Barrier();
  text = Slurp(path, NULL);
  line = strtok_r(text, "\n", &next);
  assert_string_equal(line, "# provenance.version: 1.2.3");
  assert_string_equal(strtok_r(NULL, "\n", &next), "# provenance.host: a b \"c\"");
  assert_string_equal(strtok_r(NULL, "\n", &next), "# unit of k: 1/m");
  assert_string_equal(strtok_r(NULL, "\n", &next), "k,index,done");
  for (int i = 0; i < HARD; i++) {
    char rest[32], *end;
    line = strtok_r(NULL, "\n", &next);
    assert_non_null(line);
    AssertSame(strtod(line, &end), hard[i]);
    snprintf(rest, sizeof(rest), ",%d,%s", i, i % 2 ? "true" : "false");
    assert_string_equal(end, rest);
  }
  assert_null(strtok_r(NULL, "\n", &next));
  free(text);
  OK(QlbeReportWriteCSV(r, PETSC_COMM_WORLD, "checks", InScratch(state, "c.csv", path),
                        PETSC_FALSE));
  Barrier();
  text = Slurp(path, NULL);
  assert_non_null(strstr(text, "\n\"defect, small\",0.25,1,true\n"));
  assert_non_null(strstr(text, "\nisotropy,nan,1e-08,false\n"));
  free(text);
  RAISES(PETSC_ERR_ARG_WRONG, "n.csv",
         QlbeReportWriteCSV(r, PETSC_COMM_WORLD, "nothing", InScratch(state, "n.csv", path),
                            PETSC_FALSE));
  assert_false(Exists(path));
  OK(QlbeReportDestroy(&r));
}

/* Rank 0 decides what is written: a rank whose report differs, even by a missing table, is no harm.
 */
static void TestRankZeroWrites(void **state)
{
  char path[PETSC_MAX_PATH_LEN], *text;
  QlbeReport r;

  OK(QlbeReportCreate(&r));
  OK(QlbeReportSetInteger(r, "rank", Rank(), NULL));
  OK(QlbeReportWriteJSON(r, PETSC_COMM_WORLD, InScratch(state, "rank.json", path), PETSC_FALSE));
  Barrier();
  text = Slurp(path, NULL);
  assert_non_null(strstr(text, "\"rank\":\t0,"));
  free(text);
  OK(QlbeReportDestroy(&r));
}

static void TestRefusals(void **state)
{
  const QlbeColumn columns[] = {{"i", QLBE_COLUMN_INTEGER, NULL}, {"b", QLBE_COLUMN_BOOL, NULL}};
  const QlbeColumn twice[] = {{"i", QLBE_COLUMN_REAL, NULL}, {"i", QLBE_COLUMN_REAL, NULL}};
  const PetscInt bad[] = {2, -1};
  const double row[] = {1.0, 1.0}, x[2] = {0};
  QlbeReport r;

  (void)state;
  OK(QlbeReportCreate(&r));
  OK(QlbeReportSetReal(r, "a", 1.0, NULL));
  OK(QlbeReportAddTable(r, "t", 2, columns));
  OK(QlbeReportAddRow(r, "t", 2, row));
  RAISES(PETSC_ERR_ARG_WRONG, "Malformed", QlbeReportSetReal(r, "", 1.0, NULL));
  RAISES(PETSC_ERR_ARG_WRONG, "x//y", QlbeReportSetReal(r, "x//y", 1.0, NULL));
  RAISES(PETSC_ERR_ARG_WRONG, "/x", QlbeReportSetReal(r, "/x", 1.0, NULL));
  RAISES(PETSC_ERR_ARG_WRONG, "g/..", QlbeReportSetReal(r, "g/..", 1.0, NULL));
  OK(QlbeReportSetReal(r, ".x", 1.0, NULL));
  RAISES(PETSC_ERR_ARG_WRONG, "not a group", QlbeReportSetReal(r, "a/b", 1.0, NULL));
  RAISES(PETSC_ERR_ARG_WRONG, "taken", QlbeReportSetReal(r, "t", 1.0, NULL));
  RAISES(PETSC_ERR_ARG_WRONG, "taken", QlbeReportAddTable(r, "a", 2, columns));
  RAISES(PETSC_ERR_ARG_WRONG, "taken", QlbeReportAddTable(r, "t", 2, columns));
  RAISES(PETSC_ERR_ARG_WRONG, "two columns", QlbeReportAddTable(r, "u", 2, twice));
  RAISES(PETSC_ERR_ARG_WRONG, "No table", QlbeReportAddRow(r, "a", 2, row));
  RAISES(PETSC_ERR_ARG_SIZ, "2 columns", QlbeReportAddRow(r, "t", 1, row));
  RAISES(PETSC_ERR_ARG_OUTOFRANGE, "'i'", QlbeReportAddRow(r, "t", 2, (double[]){0.5, 1.0}));
  RAISES(PETSC_ERR_ARG_OUTOFRANGE, "'i'", QlbeReportAddRow(r, "t", 2, (double[]){NAN, 1.0}));
  RAISES(PETSC_ERR_ARG_OUTOFRANGE, "'i'", QlbeReportAddRow(r, "t", 2, (double[]){1e16, 1.0}));
  RAISES(PETSC_ERR_ARG_OUTOFRANGE, "'b'", QlbeReportAddRow(r, "t", 2, (double[]){1.0, 2.0}));
  RAISES(PETSC_ERR_ARG_OUTOFRANGE, "dimension", QlbeReportSetRealArray(r, "v", 2, bad, x, NULL));
  RAISES(PETSC_ERR_ARG_OUTOFRANGE, "dimension", QlbeReportSetRealArray(r, "v", 0, bad, x, NULL));
  OK(QlbeReportDestroy(&r));
}

static void TestSummary(void **state)
{
  char text[4096] = "";
  QlbeReport r = Sample();
  FILE *stream = tmpfile();

  (void)state;
  assert_non_null(stream);
  OK(QlbeReportPrintSummary(r, PETSC_COMM_WORLD, stream));
  assert_int_equal(fseek(stream, 0, SEEK_SET), 0);
  assert_true(fread(text, 1, sizeof(text) - 1, stream) < sizeof(text) - 1);
  fclose(stream);
  if (Rank()) {
    assert_string_equal(text, "");
  } else {
    assert_non_null(strstr(text, "  D                 0.3 m^2/s\n"));
    assert_non_null(strstr(text, "  hessian           1 2 3 4 5 6 7 8 9 m^2/s\n"));
    assert_non_null(strstr(text, "  parameters/exact  true\n"));
    assert_non_null(strstr(text, "  spectrum          (9 rows)\n"));
    assert_null(strstr(text, "version"));
    assert_non_null(strstr(text, "  defect, small              0.25                 1  pass\n"));
    assert_non_null(strstr(text, "  isotropy                    nan             1e-08  FAIL\n"));
    assert_non_null(strstr(text, "  1 of 2 checks failed\n"));
  }
  OK(QlbeReportSummarizeGroup(r, "parameters", "  first\n"));
  OK(QlbeReportSummarizeGroup(r, "parameters", "  in a line\n"));
  RAISES(PETSC_ERR_ARG_WRONG, "'nothing'", QlbeReportSummarizeGroup(r, "nothing", ""));
  RAISES(PETSC_ERR_ARG_WRONG, "'D'", QlbeReportSummarizeGroup(r, "D", ""));
  stream = tmpfile();
  assert_non_null(stream);
  memset(text, 0, sizeof(text));
  OK(QlbeReportPrintSummary(r, PETSC_COMM_WORLD, stream));
  assert_int_equal(fseek(stream, 0, SEEK_SET), 0);
  assert_true(fread(text, 1, sizeof(text) - 1, stream) < sizeof(text) - 1);
  fclose(stream);
  if (!Rank()) {
    assert_non_null(strstr(text, "m^2/s\n  in a line\n"));
    assert_null(strstr(text, "parameters/"));
    assert_null(strstr(text, "first"));
  }
  stream = fopen("/dev/full", "w");
  if (stream) {
    RAISES(PETSC_ERR_FILE_WRITE, "summary", QlbeReportPrintSummary(r, PETSC_COMM_WORLD, stream));
    fclose(stream);
  } else {
    print_message("/dev/full is not here: failure of the summary not tested\n");
  }
  OK(QlbeReportDestroy(&r));
}

/* Checks pass on finite numbers only, whichever of the two is not. */
static void TestChecks(void **state)
{
  const double cases[][3] = {{1.0, 1.0, 0},      {1.5, 1.0, 1},       {NAN, 1.0, 1},
                             {1.0, NAN, 1},      {-INFINITY, 1.0, 1}, {INFINITY, INFINITY, 1},
                             {0.0, INFINITY, 1}, {-1.0, 0.0, 0}};
  PetscInt before = 0, failures;
  QlbeReport r;

  (void)state;
  OK(QlbeReportCreate(&r));
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    OK(QlbeReportAddCheck(r, "x", cases[i][0], cases[i][1]));
    OK(QlbeReportGetFailures(r, &failures));
    assert_int_equal(failures - before, (int)cases[i][2]);
    before = failures;
  }
  OK(QlbeReportDestroy(&r));
}

/* The first number that is not finite is named; nan passes where it is allowed, infinity does not.
 */
static void TestFinite(void **state)
{
  const QlbeColumn columns[] = {{"t", QLBE_COLUMN_REAL, NULL},
                                {"rate", QLBE_COLUMN_REAL_OR_NAN, NULL}};
  const PetscInt two = 2;
  char first[64];
  PetscInt failures;
  QlbeReport r;

  (void)state;
  OK(QlbeReportCreate(&r));
  OK(QlbeReportAddTable(r, "a/table", 2, columns));
  OK(QlbeReportAddRow(r, "a/table", 2, (double[]){1.0, NAN}));
  OK(QlbeReportSetReal(r, "missing", NAN, NULL));
  OK(QlbeReportAllowNaN(r, "missing"));
  OK(QlbeReportAllowNaN(r, "no such entry"));
  OK(QlbeReportAddCheck(r, "x", 1.0, 2.0));
  OK(QlbeReportCheckFinite(r, sizeof(first), first));
  OK(QlbeReportGetFailures(r, &failures));
  assert_int_equal(failures, 0);
  assert_string_equal(first, "");
  OK(QlbeReportDestroy(&r));

  OK(QlbeReportCreate(&r));
  OK(QlbeReportAddTable(r, "a/table", 2, columns));
  OK(QlbeReportAddRow(r, "a/table", 2, (double[]){NAN, INFINITY}));
  OK(QlbeReportSetReal(r, "missing", -INFINITY, NULL));
  OK(QlbeReportAllowNaN(r, "missing"));
  OK(QlbeReportSetRealArray(r, "array", 1, &two, (double[]){0.0, NAN}, NULL));
  OK(QlbeReportCheckFinite(r, sizeof(first), first));
  OK(QlbeReportGetFailures(r, &failures));
  assert_int_equal(failures, 1);
  assert_string_equal(first, "a/table/t");
  OK(QlbeReportSetReal(r, "missing", NAN, NULL)); /* set again: no longer allowed */
  OK(QlbeReportCheckFinite(r, sizeof(first), first));
  OK(QlbeReportGetFailures(r, &failures));
  assert_int_equal(failures, 2);
  OK(QlbeReportDestroy(&r));
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(TestJSONValues), cmocka_unit_test(TestJSONOrderAndTables),
      cmocka_unit_test(TestCSV),        cmocka_unit_test(TestRankZeroWrites),
      cmocka_unit_test(TestRefusals),   cmocka_unit_test(TestSummary),
      cmocka_unit_test(TestChecks),     cmocka_unit_test(TestFinite),
  };
  RUN(tests);
}
