/*
   The file of a checkpoint as HDF5 sees it: attributes of the root, and four data sets.
*/
#include <math.h>
#include <string.h>

#include "checkpoint_impl.h"
#include "hdf5_item.h"
#include "seal.h"

static PetscBool Check(QlbeSafeFile *file, long long status, const char what[], const char name[])
{
  return QlbeHDF5Check(file, PETSC_ERR_FILE_READ, status, what, name);
}

/* Room for size + 1 bytes, all zero; NULL after a noted failure. */
static char *Room(QlbeSafeFile *file, size_t size)
{
  char *text = NULL;

  if (PetscCalloc1(size + 1, &text)) {
    QlbeSafeFileFail(file, PETSC_ERR_MEM, "no memory for %zu bytes", size);
    return NULL;
  }
  return text;
}

/* A string data set or attribute has this many bytes; 0 for anything else. */
static size_t StringSize(hid_t type)
{
  if (type < 0 || H5Tget_class(type) != H5T_STRING || H5Tis_variable_str(type) != 0) return 0;
  return H5Tget_size(type);
}

/*
   Attribute i of the root in the order of creation: its name into name[size], its text allocated.
*/
static char *ReadAttribute(QlbeSafeFile *file, hid_t root, hsize_t i, size_t size, char name[])
{
  const hid_t attribute =
      H5Aopen_by_idx(root, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, i, H5P_DEFAULT, H5P_DEFAULT);
  char *text = NULL;
  hid_t type;

  if (!Check(file, attribute, "opening an attribute of", file->path)) return NULL;
  type = H5Aget_type(attribute);
  if (Check(file, H5Aget_name(attribute, size, name), "name of an attribute of", file->path)) {
    const size_t length = StringSize(type);
    if (length == 0)
      QlbeSafeFileFail(file, PETSC_ERR_FILE_READ, "attribute '%s' is no text", name);
    else
      text = Room(file, PetscMax(length, (size_t)H5Aget_storage_size(attribute)));
    if (text) Check(file, H5Aread(attribute, type, text), "reading attribute", name);
  }
  if (type >= 0) Check(file, H5Tclose(type), "type of", name);
  Check(file, H5Aclose(attribute), "closing attribute", name);
  return text;
}

/* The identity into content; of a file of another format, its format alone. */
static PetscErrorCode ReadAttributes(QlbeSafeFile *file, hid_t disk, QlbeContent *content,
                                     PetscBool *known)
{
  const hid_t root = H5Gopen2(disk, "/", H5P_DEFAULT);
  const int n = root < 0 ? -1 : H5Aget_num_attrs(root);
  QlbeAttribute *entries, format = {"format", NULL};
  char(*names)[256];
  char **texts;
  PetscInt count = 0;

  PetscFunctionBegin;
  if (!Check(file, n, "attributes of", file->path)) {
    if (root >= 0) (void)H5Gclose(root);
    PetscFunctionReturn(0);
  }
  PetscCall(PetscCalloc3(n, &entries, n, &names, n, &texts));
  for (int i = 0; i < n && !file->code; i++) {
    texts[i] = ReadAttribute(file, root, (hsize_t)i, sizeof(names[i]), names[i]);
    if (file->code) break;
    if (!strcmp(names[i], "checkpoint.format")) format.value = texts[i];
    if (!strncmp(names[i], "identity.", 9))
      entries[count++] = (QlbeAttribute){names[i] + 9, texts[i]};
  }
  if (!format.value) QlbeSafeFileFail(file, PETSC_ERR_FILE_READ, "it does not name its format");
  *known =
      (PetscBool)(!file->code && format.value && !strcmp(format.value, QLBE_CHECKPOINT_FORMAT));
  if (*known)
    PetscCall(QlbeContentSetIdentity(content, count, entries));
  else if (!file->code)
    PetscCall(QlbeContentSetIdentity(content, 1, &format));
  Check(file, H5Gclose(root), "closing the root of", file->path);
  for (int i = 0; i < n; i++) PetscCall(PetscFree(texts[i]));
  PetscCall(PetscFree3(entries, names, texts));
  PetscFunctionReturn(0);
}

/*
   The whole data set, allocated, with a zero behind, converted to `type` or as it is where
   type < 0; *n elements or bytes.
*/
static void *ReadSet(QlbeSafeFile *file, hid_t disk, const char name[], hid_t type, size_t *n)
{
  const hid_t set = H5Dopen2(disk, name, H5P_DEFAULT);
  char *data = NULL;
  hid_t space, own;
  hssize_t points;
  size_t bytes = sizeof(double);

  *n = 0;
  if (!Check(file, set, "opening", name)) return NULL;
  space = H5Dget_space(set);
  own = H5Dget_type(set);
  points = space < 0 ? -1 : H5Sget_simple_extent_npoints(space);
  if (type < 0) bytes = StringSize(own);
  if (points < 1 || points > PETSC_MAX_INT || bytes == 0)
    QlbeSafeFileFail(file, PETSC_ERR_FILE_READ, "'%s' has another type or shape", name);
  else
    data = Room(file, (size_t)points * bytes);
  if (data && Check(file, H5Dread(set, type < 0 ? own : type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data),
                    "reading", name))
    *n = (size_t)points;
  if (space >= 0) Check(file, H5Sclose(space), "shape of", name);
  if (own >= 0) Check(file, H5Tclose(own), "type of", name);
  Check(file, H5Dclose(set), "closing", name);
  return data;
}

/*
   Records as they stand in the file: names with line breaks, lengths, values one after the other.
*/
typedef struct {
  size_t count, total;
  char *names;
  double *lengths; /* [count] */
  double *values;  /* [total] */
} Packed;

/* Cuts names and values into records. */
static PetscErrorCode Unpack(QlbeSafeFile *file, const Packed *p, QlbeContent *content)
{
  const size_t count = p->count, total = p->total;
  char *name = p->names;
  size_t at = 0;

  PetscFunctionBegin;
  PetscCheck(name, PETSC_COMM_SELF, PETSC_ERR_PLIB, "names not read, and no failure recorded");
  for (size_t i = 0; i < count; i++) {
    char *end = strchr(name, '\n');
    const double length = p->lengths[i];
    if (!end || end == name || !(length >= 1.0 && length <= (double)(total - at)) ||
        length != rint(length)) {
      QlbeSafeFileFail(file, PETSC_ERR_FILE_READ, "record %zu of %zu has no name or no place", i,
                       count);
      PetscFunctionReturn(0);
    }
    *end = '\0';
    PetscCall(QlbeContentPut(content, name, (PetscInt)length, p->values + at));
    at += (size_t)length;
    name = end + 1;
  }
  if (at != total || *name)
    QlbeSafeFileFail(file, PETSC_ERR_FILE_READ, "there is more than %zu records", count);
  PetscFunctionReturn(0);
}

static PetscErrorCode ReadRecords(QlbeSafeFile *file, hid_t disk, QlbeContent *content)
{
  double *count, *lengths = NULL, *values = NULL;
  char *names = NULL;
  size_t n, n_lengths, total;

  PetscFunctionBegin;
  count = ReadSet(file, disk, "records/count", H5T_NATIVE_DOUBLE, &n);
  if (!file->code && count[0] != 0.0) {
    names = ReadSet(file, disk, "records/names", -1, &n);
    lengths = ReadSet(file, disk, "records/lengths", H5T_NATIVE_DOUBLE, &n_lengths);
    values = ReadSet(file, disk, "records/values", H5T_NATIVE_DOUBLE, &total);
    if (!file->code && (double)n_lengths != count[0])
      QlbeSafeFileFail(file, PETSC_ERR_FILE_READ, "%zu records instead of %g", n_lengths, count[0]);
    if (!file->code) {
      const Packed packed = {n_lengths, total, names, lengths, values};
      PetscCall(Unpack(file, &packed, content));
    }
  }
  PetscCall(PetscFree(count));
  PetscCall(PetscFree(names));
  PetscCall(PetscFree(lengths));
  PetscCall(PetscFree(values));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeContentRead(const char path[], QlbeContent *content,
                               char damage[QLBE_DAMAGE_SIZE])
{
  QlbeHDF5Quiet quiet;
  QlbeSafeFile file;
  PetscBool known = PETSC_FALSE;
  hid_t disk = -1;

  PetscFunctionBegin;
  damage[0] = '\0';
  PetscCall(QlbeSafeFileForReading(PETSC_COMM_SELF, path, &file));
  QlbeSealCheck(&file);
  QlbeHDF5QuietBegin(&quiet);
  if (!file.code) disk = QlbeHDF5OpenSerial(&file, PETSC_ERR_FILE_OPEN, path);
  if (disk >= 0) {
    PetscCall(ReadAttributes(&file, disk, content, &known));
    if (known && !file.code) PetscCall(ReadRecords(&file, disk, content));
    Check(&file, H5Fclose(disk), "closing", path);
  }
  QlbeHDF5QuietEnd(&quiet);
  if (file.code) PetscCall(PetscStrncpy(damage, file.reason, QLBE_DAMAGE_SIZE));
  PetscFunctionReturn(0);
}
