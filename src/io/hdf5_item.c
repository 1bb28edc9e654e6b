/*
   HDF5 data sets, attributes and groups, written or compared.

   Fletcher-32 works on chunks, so every data set is chunked, scalars too. Strings are of fixed
   length: those of variable length live in a heap that the filter does not see.
*/
#include <string.h>

#include "hdf5_item.h"

#define CHUNK_BYTES (512 * 1024)

void QlbeHDF5QuietBegin(QlbeHDF5Quiet *quiet)
{
  if (H5Eget_auto2(H5E_DEFAULT, &quiet->function, &quiet->data) < 0) {
    quiet->function = NULL;
    quiet->data = NULL;
  }
  (void)H5Eset_auto2(H5E_DEFAULT, NULL, NULL); /* at worst HDF5 prints as well */
}

void QlbeHDF5QuietEnd(const QlbeHDF5Quiet *quiet)
{
  (void)H5Eset_auto2(H5E_DEFAULT, quiet->function, quiet->data);
}

/* H5Ewalk2 upward starts at the innermost error, which knows the reason: keep that one. */
static herr_t KeepFirst(unsigned n, const H5E_error2_t *error, void *context)
{
  if (n == 0 && error->desc) (void)PetscStrncpy(context, error->desc, 256);
  return 0;
}

PetscBool QlbeHDF5Check(QlbeSafeFile *file, PetscErrorCode code, long long status,
                        const char what[], const char name[])
{
  char reason[256] = "no reason given";

  if (status >= 0) return PETSC_TRUE;
  (void)H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, KeepFirst, reason);
  QlbeSafeFileFail(file, code, "HDF5, %s '%s': %s", what, name, reason);
  return PETSC_FALSE;
}

static PetscBool Check(QlbeHDF5 *h, long long status, const char what[], const char name[])
{
  return QlbeHDF5Check(h->file, PETSC_ERR_FILE_WRITE, status, what, name);
}

hid_t QlbeHDF5Access(QlbeSafeFile *file)
{
  const hid_t access = H5Pcreate(H5P_FILE_ACCESS);

  QlbeHDF5Check(file, PETSC_ERR_LIB, access, "file access", file->path);
  QlbeHDF5Check(file, PETSC_ERR_LIB, H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110),
                "file format", file->path);
  return access;
}

hid_t QlbeHDF5OpenSerial(QlbeSafeFile *file, PetscErrorCode code, const char path[])
{
  const hid_t access = QlbeHDF5Access(file);
  hid_t disk;

#if H5_VERSION_GE(1, 12, 1) || (H5_VERSION_GE(1, 10, 7) && !H5_VERSION_GE(1, 12, 0))
  /* Many parallel file systems have no locks, and nobody writes to a file under its final name. */
  QlbeHDF5Check(file, PETSC_ERR_LIB, H5Pset_file_locking(access, 0, 1), "file locks of", path);
#endif
  disk = H5Fopen(path, H5F_ACC_RDONLY, access);
  QlbeHDF5Check(file, code, disk, "opening", path);
  QlbeHDF5Check(file, PETSC_ERR_LIB, H5Pclose(access), "file access", path);
  return disk;
}

hid_t QlbeHDF5Creation(QlbeSafeFile *file, int rank, const hsize_t dims[], size_t bytes)
{
  const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
  hsize_t chunk[8], room = PetscMax(1, CHUNK_BYTES / (hsize_t)bytes), total = 1;

  QlbeHDF5Check(file, PETSC_ERR_LIB, creation, "properties of", file->path);
  for (int d = rank - 1; d >= 0; d--) {
    chunk[d] = PetscMax(1, PetscMin(dims[d], room));
    room = PetscMax(1, room / chunk[d]);
    total *= dims[d];
  }
  if (total > 0) {
    QlbeHDF5Check(file, PETSC_ERR_LIB, H5Pset_chunk(creation, rank, chunk), "chunks of",
                  file->path);
    QlbeHDF5Check(file, PETSC_ERR_LIB, H5Pset_fletcher32(creation), "checksum of", file->path);
  }
  return creation;
}

hid_t QlbeHDF5ComplexType(QlbeSafeFile *file)
{
  const hid_t type = H5Tcreate(H5T_COMPOUND, sizeof(PetscScalar));

  QlbeHDF5Check(file, PETSC_ERR_LIB, type, "complex type", file->path);
  QlbeHDF5Check(file, PETSC_ERR_LIB, H5Tinsert(type, "r", 0, H5T_NATIVE_DOUBLE), "complex type",
                file->path);
  QlbeHDF5Check(file, PETSC_ERR_LIB, H5Tinsert(type, "i", sizeof(PetscReal), H5T_NATIVE_DOUBLE),
                "complex type", file->path);
  return type;
}

/* Reads the data set and compares shape and bytes: bytes, so that nan equals itself. */
static void Compare(QlbeHDF5 *h, hid_t set, const char name[], const QlbeHDF5Data *data)
{
  const hid_t space = H5Dget_space(set);
  const hsize_t *dims = data->dims;
  const int rank = data->rank;
  hsize_t have[8] = {0};
  size_t bytes = H5Tget_size(data->type);
  void *buffer = NULL;

  for (int d = 0; d < rank; d++) bytes *= (size_t)dims[d];
  if (Check(h, space, "shape of", name)) {
    if (H5Sget_simple_extent_ndims(space) != rank ||
        H5Sget_simple_extent_dims(space, have, NULL) != rank ||
        memcmp(have, dims, (size_t)rank * sizeof(*dims))) {
      QlbeSafeFileFail(h->file, PETSC_ERR_FILE_WRITE, "'%s' reads back with another shape", name);
    }
    Check(h, H5Sclose(space), "shape of", name);
  }
  if (h->file->code || bytes == 0) return;
  if (PetscMalloc(bytes, &buffer)) {
    QlbeSafeFileFail(h->file, PETSC_ERR_MEM, "no memory to read back '%s'", name);
    return;
  }
  if (Check(h, H5Dread(set, data->type, H5S_ALL, H5S_ALL, H5P_DEFAULT, buffer), "reading back",
            name) &&
      memcmp(buffer, data->data, bytes)) {
    QlbeSafeFileFail(h->file, PETSC_ERR_FILE_WRITE, "'%s' reads back with other values", name);
  }
  (void)PetscFree(buffer);
}

void QlbeHDF5Array(QlbeHDF5 *h, hid_t group, const char name[], const QlbeHDF5Data *data,
                   const char unit[])
{
  hid_t set;

  if (h->mode == QLBE_HDF5_VERIFY) {
    set = H5Dopen2(group, name, H5P_DEFAULT);
    if (Check(h, set, "opening", name)) Compare(h, set, name, data);
  } else {
    const hid_t space = H5Screate_simple(data->rank, data->dims, NULL);
    const hid_t creation =
        QlbeHDF5Creation(h->file, data->rank, data->dims, H5Tget_size(data->type));
    Check(h, space, "shape of", name);
    set = H5Dcreate2(group, name, data->type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    if (Check(h, set, "creating", name)) {
      Check(h, H5Dwrite(set, data->type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data->data), "writing",
            name);
    }
    Check(h, H5Pclose(creation), "properties of", name);
    Check(h, H5Sclose(space), "shape of", name);
  }
  if (set < 0) return;
  if (unit) QlbeHDF5Attribute(h, set, "unit", unit);
  Check(h, H5Dclose(set), "closing", name);
}

/* A type of fixed-length, zero-padded UTF-8 strings. */
static hid_t StringType(QlbeHDF5 *h, size_t length, const char name[])
{
  const hid_t type = H5Tcopy(H5T_C_S1);

  Check(h, type, "string type of", name);
  Check(h, H5Tset_size(type, length), "string type of", name);
  Check(h, H5Tset_strpad(type, H5T_STR_NULLPAD), "string type of", name);
  Check(h, H5Tset_cset(type, H5T_CSET_UTF8), "string type of", name);
  return type;
}

void QlbeHDF5Strings(QlbeHDF5 *h, hid_t group, const char name[], PetscInt n, char *const strings[])
{
  const hsize_t dims[1] = {(hsize_t)n};
  size_t length = 1;
  char *packed;
  hid_t type;

  for (PetscInt i = 0; i < n; i++) length = PetscMax(length, strlen(strings[i]));
  if (PetscCalloc1((size_t)n * length + 1, &packed)) {
    QlbeSafeFileFail(h->file, PETSC_ERR_MEM, "no memory for '%s'", name);
    return;
  }
  for (PetscInt i = 0; i < n; i++) {
    memcpy(packed + (size_t)i * length, strings[i], strlen(strings[i]));
  }
  type = StringType(h, length, name);
  QlbeHDF5Array(h, group, name, &(const QlbeHDF5Data){type, 1, dims, packed}, NULL);
  Check(h, H5Tclose(type), "string type of", name);
  (void)PetscFree(packed);
}

void QlbeHDF5Bools(QlbeHDF5 *h, hid_t group, const char name[], PetscInt n, const double values[])
{
  const hsize_t dims[1] = {(hsize_t)n};
  const signed char no = 0, yes = 1;
  const hid_t type = H5Tenum_create(H5T_NATIVE_SCHAR);
  signed char *bytes;

  Check(h, type, "boolean type of", name);
  Check(h, H5Tenum_insert(type, "FALSE", &no), "boolean type of", name);
  Check(h, H5Tenum_insert(type, "TRUE", &yes), "boolean type of", name);
  if (PetscMalloc1((size_t)n + 1, &bytes)) {
    QlbeSafeFileFail(h->file, PETSC_ERR_MEM, "no memory for '%s'", name);
  } else {
    for (PetscInt i = 0; i < n; i++) bytes[i] = (signed char)(values[i] != 0.0 ? yes : no);
    QlbeHDF5Array(h, group, name, &(const QlbeHDF5Data){type, 1, dims, bytes}, NULL);
    (void)PetscFree(bytes);
  }
  Check(h, H5Tclose(type), "boolean type of", name);
}

void QlbeHDF5Attribute(QlbeHDF5 *h, hid_t object, const char name[], const char value[])
{
  const size_t length = strlen(value) + 1;
  const hid_t type = StringType(h, length, name);
  hid_t attribute;
  char *buffer;

  if (h->mode == QLBE_HDF5_WRITE) {
    const hid_t space = H5Screate(H5S_SCALAR);
    Check(h, space, "shape of", name);
    attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    if (Check(h, attribute, "creating attribute", name)) {
      Check(h, H5Awrite(attribute, type, value), "writing attribute", name);
    }
    Check(h, H5Sclose(space), "shape of", name);
  } else {
    attribute = H5Aopen(object, name, H5P_DEFAULT);
    if (Check(h, attribute, "opening attribute", name)) {
      if (PetscCalloc1(length, &buffer)) {
        QlbeSafeFileFail(h->file, PETSC_ERR_MEM, "no memory for '%s'", name);
      } else if (Check(h, H5Aread(attribute, type, buffer), "reading attribute", name) &&
                 memcmp(buffer, value, length)) {
        QlbeSafeFileFail(h->file, PETSC_ERR_FILE_WRITE, "attribute '%s' reads back wrong", name);
      }
      (void)PetscFree(buffer);
    }
  }
  if (attribute >= 0) Check(h, H5Aclose(attribute), "closing attribute", name);
  Check(h, H5Tclose(type), "string type of", name);
}

hid_t QlbeHDF5Group(QlbeHDF5 *h, hid_t group, const char name[])
{
  hid_t creation, made;

  if (h->mode == QLBE_HDF5_VERIFY) {
    made = H5Gopen2(group, name, H5P_DEFAULT);
    Check(h, made, "opening group", name);
    return made;
  }
  creation = H5Pcreate(H5P_GROUP_CREATE);
  Check(h, creation, "properties of group", name);
  Check(h, H5Pset_link_creation_order(creation, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED),
        "order of group", name);
  made = H5Gcreate2(group, name, H5P_DEFAULT, creation, H5P_DEFAULT);
  Check(h, made, "creating group", name);
  Check(h, H5Pclose(creation), "properties of group", name);
  return made;
}
