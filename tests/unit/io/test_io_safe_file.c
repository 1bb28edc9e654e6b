/*
   Files that cannot be written: the error reaches every rank with file and reason, the previous
   file stays byte for byte, no temporary file stays behind.
*/
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>

#include "io_test.h"
#include "safe_file.h"
#include "qlbe/report.h"

typedef enum { JSON, CSV, HDF5, FORMATS } Format;
static const char *const names[] = {"x.json", "x.csv", "x.h5"};

static QlbeReport Table(PetscInt rows)
{
  const QlbeColumn columns[] = {{"x", QLBE_COLUMN_REAL, NULL}};
  QlbeReport r;

  OK(QlbeReportCreate(&r));
  OK(QlbeReportAddTable(r, "t", 1, columns));
  for (PetscInt i = 0; i < rows; i++) OK(QlbeReportAddRow(r, "t", 1, (double[]){1.0 / (i + 3.0)}));
  return r;
}

static PetscErrorCode Write(QlbeReport r, Format format, const char path[], PetscBool overwrite)
{
  if (format == JSON) return QlbeReportWriteJSON(r, PETSC_COMM_WORLD, path, overwrite);
  if (format == CSV) return QlbeReportWriteCSV(r, PETSC_COMM_WORLD, "t", path, overwrite);
  return QlbeReportWriteHDF5(r, PETSC_COMM_WORLD, path, overwrite);
}

/* How link(2) ends in this program: as the system says, or as over NFS when the answer is lost. */
static PetscBool lost_answer = PETSC_FALSE;

int link(const char from[], const char to[])
{
  const int result = linkat(AT_FDCWD, from, AT_FDCWD, to, 0);

  if (result || !lost_answer) return result;
  errno = EEXIST;
  return -1;
}

/* The file holds `text` as before, and path.tmp is not there. */
static void AssertKept(const char path[], const char text[])
{
  char tmp[PETSC_MAX_PATH_LEN + 8], *now = Slurp(path, NULL);

  assert_string_equal(now, text);
  free(now);
  snprintf(tmp, sizeof(tmp), "%s.tmp", path);
  assert_false(Exists(tmp));
  Barrier();
}

static void TestOverwrite(void **state)
{
  char path[PETSC_MAX_PATH_LEN], *now;
  QlbeReport r = Table(3);

  for (Format f = JSON; f < FORMATS; f++) {
    InScratch(state, names[f], path);
    if (Rank() == 0) Spit(path, "precious");
    Barrier();
    RAISES(PETSC_ERR_FILE_OPEN, names[f], Write(r, f, path, PETSC_FALSE));
    AssertMessage(PETSC_ERR_FILE_OPEN, "exists");
    AssertKept(path, "precious");
    OK(Write(r, f, path, PETSC_TRUE));
    Barrier();
    now = Slurp(path, NULL);
    assert_string_not_equal(now, "precious");
    free(now);
  }
  RAISES(PETSC_ERR_FILE_OPEN, "directory", Write(r, JSON, *state, PETSC_TRUE));
  OK(QlbeReportDestroy(&r));
}

/* A file that appears while ours is written stays where overwriting was not asked for. */
static void TestAppearing(void **state)
{
  char path[PETSC_MAX_PATH_LEN], *now;

  for (int overwrite = 0; overwrite < 2; overwrite++) {
    QlbeSafeFile file;
    InScratch(state, overwrite ? "replaced.txt" : "appeared.txt", path);
    OK(QlbeSafeFileBegin(PETSC_COMM_WORLD, path, overwrite ? PETSC_TRUE : PETSC_FALSE, &file));
    if (Rank() == 0) {
      QlbeSafeFileWriteBytes(&file, "results", 7);
      Spit(path, "precious");
    }
    Barrier();
    if (!overwrite) {
      RAISES(PETSC_ERR_FILE_OPEN, "appeared.txt", QlbeSafeFileCommit(&file));
      AssertMessage(PETSC_ERR_FILE_OPEN, "exists");
      AssertKept(path, "precious");
      continue;
    }
    OK(QlbeSafeFileCommit(&file));
    now = Slurp(path, NULL);
    assert_string_equal(now, "results");
    free(now);
    Barrier();
  }
}

/* A link that was made counts as made, whatever link(2) says of it. */
static void TestLostAnswer(void **state)
{
  char path[PETSC_MAX_PATH_LEN], *now;
  QlbeSafeFile file;

  InScratch(state, "linked.txt", path);
  OK(QlbeSafeFileBegin(PETSC_COMM_WORLD, path, PETSC_FALSE, &file));
  if (Rank() == 0) QlbeSafeFileWriteBytes(&file, "results", 7);
  lost_answer = PETSC_TRUE;
  OK(QlbeSafeFileCommit(&file));
  lost_answer = PETSC_FALSE;
  Barrier();
  now = Slurp(path, NULL);
  assert_string_equal(now, "results");
  free(now);
  assert_false(Exists(file.tmp));
  Barrier();
}

/* A temporary file left by a killed run goes; one that is a link to elsewhere is not written
 * through. */
static void TestStaleTemporary(void **state)
{
  char path[PETSC_MAX_PATH_LEN], tmp[PETSC_MAX_PATH_LEN], target[PETSC_MAX_PATH_LEN];
  QlbeReport r = Table(3);

  InScratch(state, "stale.json", path);
  InScratch(state, "stale.json.tmp", tmp);
  InScratch(state, "target", target);
  if (Rank() == 0) {
    Spit(target, "elsewhere");
    assert_int_equal(symlink(target, tmp), 0);
  }
  Barrier();
  OK(Write(r, JSON, path, PETSC_FALSE));
  Barrier();
  AssertKept(target, "elsewhere");
  assert_true(Exists(path));
  assert_false(Exists(tmp));
  OK(QlbeReportDestroy(&r));
}

static void TestUnwritableDirectory(void **state)
{
  char directory[PETSC_MAX_PATH_LEN], path[PETSC_MAX_PATH_LEN];
  const PetscBool root = geteuid() == 0 ? PETSC_TRUE : PETSC_FALSE;
  QlbeReport r = Table(3);

  InScratch(state, "locked", directory);
  if (Rank() == 0) {
    assert_int_equal(chmod(*state, 0755), 0);
    assert_int_equal(mkdir(directory, 0755), 0);
  }
  Barrier();
  for (Format f = JSON; f < FORMATS; f++) {
    snprintf(path, sizeof(path), "%s/locked/%s", (char *)*state, names[f]);
    if (Rank() == 0) {
      Spit(path, "precious");
      assert_int_equal(chmod(directory, 0555), 0);
    }
    Barrier();
    if (root) assert_int_equal(seteuid(65534), 0); /* permissions do not bind root */
    RAISES(PETSC_ERR_FILE_OPEN, "Permission denied", Write(r, f, path, PETSC_TRUE));
    AssertMessage(PETSC_ERR_FILE_OPEN, path);
    if (root) assert_int_equal(seteuid(0), 0);
    AssertKept(path, "precious");
    if (Rank() == 0) assert_int_equal(chmod(directory, 0755), 0);
    Barrier();
    InScratch(state, "missing/x", path);
    RAISES(PETSC_ERR_FILE_OPEN, "No such file", Write(r, f, path, PETSC_TRUE));
  }
  OK(QlbeReportDestroy(&r));
}

/* A limit on the file size stops the write after some good bytes, as a quota does. */
static void TestFileSizeLimit(void **state)
{
  char path[PETSC_MAX_PATH_LEN];
  QlbeReport r = Table(4000);
  struct rlimit old, small;
  void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);

  assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
  small = old;
  small.rlim_cur = 20000;
  for (Format f = JSON; f < FORMATS; f++) {
    InScratch(state, names[f], path);
    if (Rank() == 0) Spit(path, "precious");
    Barrier();
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    RAISES(PETSC_ERR_FILE_WRITE, "File too large", Write(r, f, path, PETSC_TRUE));
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    AssertKept(path, "precious");
    OK(Write(r, f, path, PETSC_TRUE)); /* and nothing keeps the next attempt from working */
  }
  (void)signal(SIGXFSZ, handler);
  OK(QlbeReportDestroy(&r));
}

/* With and without a distributed vector, whose blocks go through MPI-IO. */
static void TestFullDisk(void **state)
{
  char disk[PETSC_MAX_PATH_LEN], path[PETSC_MAX_PATH_LEN];
  QlbeReport r = Table(20000), small = Table(3);
  int mounted = 0;
  Vec v;

  InScratch(state, "disk", disk);
  if (Rank() == 0) {
    assert_int_equal(mkdir(disk, 0755), 0);
    mounted = mount("tmpfs", disk, "tmpfs", 0, "size=128k") == 0;
  }
  OK(MPI_Bcast(&mounted, 1, MPI_INT, 0, PETSC_COMM_WORLD));
  if (!mounted) {
    print_message("no right to mount: full disk not tested\n");
    skip();
  }
  for (Format f = JSON; f < FORMATS; f++) {
    snprintf(path, sizeof(path), "%s/disk/%s", (char *)*state, names[f]);
    if (Rank() == 0) Spit(path, "precious");
    Barrier();
    RAISES(PETSC_ERR_FILE_WRITE, "No space left", Write(r, f, path, PETSC_TRUE));
    AssertMessage(PETSC_ERR_FILE_WRITE, path);
    AssertKept(path, "precious");
    OK(Write(small, f, path, PETSC_TRUE));
  }
  OK(VecCreateMPI(PETSC_COMM_WORLD, PETSC_DECIDE, 100000, &v));
  OK(VecSet(v, 0.7));
  OK(QlbeReportAddVec(small, "eigenvector", v, NULL));
  if (Rank() == 0) Spit(path, "precious");
  Barrier();
  RAISES(PETSC_ERR_FILE_WRITE, path, Write(small, HDF5, path, PETSC_TRUE));
  AssertKept(path, "precious");
  OK(VecDestroy(&v));
  OK(QlbeReportDestroy(&r));
  OK(QlbeReportDestroy(&small));
  Barrier();
  if (Rank() == 0) assert_int_equal(umount(disk), 0);
}

/* The failure of one rank, and the lowest where there are several, is the error of all. */
static void TestAgreement(void **state)
{
  char path[PETSC_MAX_PATH_LEN], part[64];
  QlbeSafeFile file;
  int size;

  OK(MPI_Comm_size(PETSC_COMM_WORLD, &size));
  for (int first = 0; first < size; first++) {
    InScratch(state, "agreed", path);
    OK(QlbeSafeFileBegin(PETSC_COMM_WORLD, path, PETSC_FALSE, &file));
    if (Rank() == 0) QlbeSafeFileWriteBytes(&file, "half", 4);
    Barrier();
    assert_true(Exists(file.tmp));
    Barrier();
    if (Rank() >= first) {
      QlbeSafeFileFail(&file, PETSC_ERR_FILE_WRITE, "disk %d", Rank());
      QlbeSafeFileFail(&file, PETSC_ERR_LIB, "consequence");
    }
    snprintf(part, sizeof(part), "disk %d (rank %d)", first, first);
    RAISES(PETSC_ERR_FILE_WRITE, part, QlbeSafeFileCommit(&file));
    assert_false(Exists(file.tmp));
    assert_false(Exists(path));
    Barrier();
  }
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(TestOverwrite),      cmocka_unit_test(TestAppearing),
      cmocka_unit_test(TestStaleTemporary), cmocka_unit_test(TestUnwritableDirectory),
      cmocka_unit_test(TestFileSizeLimit),  cmocka_unit_test(TestFullDisk),
      cmocka_unit_test(TestAgreement),      cmocka_unit_test(TestLostAnswer),
  };
  RUN(tests);
}
