/*
   Reading small entries of an HDF5 file: rank 0 reads, all ranks get the result or the error.
*/
#include <string.h>

#include "hdf5_item.h"
#include "qlbe/hdf5_read.h"

/* The elements of an open data set, -1 after a noted failure. */
static hssize_t Elements(QlbeSafeFile *file, hid_t set, const char name[])
{
  const hid_t space = H5Dget_space(set);
  hssize_t have = -1;

  if (!QlbeHDF5Check(file, PETSC_ERR_FILE_READ, space, "shape of", name)) return -1;
  have = H5Sget_simple_extent_npoints(space);
  QlbeHDF5Check(file, PETSC_ERR_FILE_READ, H5Sclose(space), "shape of", name);
  return have;
}

static void ReadSize(QlbeSafeFile *file, const char name[], PetscInt64 *n)
{
  const hid_t disk = QlbeHDF5OpenSerial(file, PETSC_ERR_FILE_OPEN, file->path);
  hid_t set;

  if (disk < 0) return;
  set = H5Dopen2(disk, name, H5P_DEFAULT);
  if (set >= 0) {
    *n = PetscMax(0, (PetscInt64)Elements(file, set, name));
    QlbeHDF5Check(file, PETSC_ERR_FILE_READ, H5Dclose(set), "closing", name);
  }
  QlbeHDF5Check(file, PETSC_ERR_FILE_READ, H5Fclose(disk), "closing", file->path);
}

PetscErrorCode QlbeHDF5ReadSize(MPI_Comm comm, const char path[], const char name[], PetscInt64 *n)
{
  QlbeSafeFile file;
  QlbeHDF5Quiet quiet;

  PetscFunctionBegin;
  *n = 0;
  PetscCall(QlbeSafeFileForReading(comm, path, &file));
  QlbeHDF5QuietBegin(&quiet);
  if (file.rank == 0) ReadSize(&file, name, n);
  QlbeHDF5QuietEnd(&quiet);
  PetscCall(QlbeSafeFileAgree(&file));
  PetscCallMPI(MPI_Bcast(n, 1, MPIU_INT64, 0, comm));
  PetscFunctionReturn(0);
}

static void ReadReal(QlbeSafeFile *file, const char name[], PetscInt n, double values[])
{
  const hid_t disk = QlbeHDF5OpenSerial(file, PETSC_ERR_FILE_OPEN, file->path);
  hid_t set;

  if (disk < 0) return;
  set = H5Dopen2(disk, name, H5P_DEFAULT);
  if (QlbeHDF5Check(file, PETSC_ERR_FILE_READ, set, "opening", name)) {
    const hssize_t have = Elements(file, set, name);
    if (have != (hssize_t)n) {
      QlbeSafeFileFail(file, PETSC_ERR_FILE_READ, "'%s' holds %lld numbers, not %lld", name,
                       (long long)have, (long long)n);
    } else {
      QlbeHDF5Check(file, PETSC_ERR_FILE_READ,
                    H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values),
                    "reading", name);
    }
    QlbeHDF5Check(file, PETSC_ERR_FILE_READ, H5Dclose(set), "closing", name);
  }
  QlbeHDF5Check(file, PETSC_ERR_FILE_READ, H5Fclose(disk), "closing", file->path);
}

PetscErrorCode QlbeHDF5ReadReal(MPI_Comm comm, const char path[], const char name[], PetscInt n,
                                double values[])
{
  QlbeSafeFile file;
  QlbeHDF5Quiet quiet;
  PetscMPIInt count;

  PetscFunctionBegin;
  PetscCall(PetscMPIIntCast(n, &count));
  PetscCall(QlbeSafeFileForReading(comm, path, &file));
  QlbeHDF5QuietBegin(&quiet);
  if (file.rank == 0) ReadReal(&file, name, n, values);
  QlbeHDF5QuietEnd(&quiet);
  PetscCall(QlbeSafeFileAgree(&file));
  PetscCallMPI(MPI_Bcast(values, count, MPI_DOUBLE, 0, comm));
  PetscFunctionReturn(0);
}

static void ReadAttribute(QlbeSafeFile *file, const char name[], size_t size, char value[])
{
  const hid_t disk = QlbeHDF5OpenSerial(file, PETSC_ERR_FILE_OPEN, file->path);
  hid_t attribute, type;

  if (disk < 0) return;
  attribute = H5Aopen(disk, name, H5P_DEFAULT);
  if (QlbeHDF5Check(file, PETSC_ERR_FILE_READ, attribute, "opening attribute", name)) {
    type = H5Aget_type(attribute);
    if (type < 0 || H5Tget_class(type) != H5T_STRING || H5Tis_variable_str(type) > 0 ||
        H5Tget_size(type) > size || H5Aget_storage_size(attribute) > size) {
      QlbeSafeFileFail(file, PETSC_ERR_FILE_READ,
                       "attribute '%s' is no string of fewer than %zu "
                       "characters",
                       name, size);
    } else {
      QlbeHDF5Check(file, PETSC_ERR_FILE_READ, H5Aread(attribute, type, value), "reading attribute",
                    name);
    }
    value[size - 1] = '\0';
    if (type >= 0) QlbeHDF5Check(file, PETSC_ERR_FILE_READ, H5Tclose(type), "type of", name);
    QlbeHDF5Check(file, PETSC_ERR_FILE_READ, H5Aclose(attribute), "closing attribute", name);
  }
  QlbeHDF5Check(file, PETSC_ERR_FILE_READ, H5Fclose(disk), "closing", file->path);
}

PetscErrorCode QlbeHDF5ReadAttribute(MPI_Comm comm, const char path[], const char name[],
                                     PetscInt size, char value[])
{
  QlbeSafeFile file;
  QlbeHDF5Quiet quiet;
  PetscMPIInt count;

  PetscFunctionBegin;
  PetscCheck(size > 0, comm, PETSC_ERR_ARG_OUTOFRANGE, "No room for attribute '%s'", name);
  PetscCall(PetscMPIIntCast(size, &count));
  PetscCall(PetscMemzero(value, (size_t)size));
  PetscCall(QlbeSafeFileForReading(comm, path, &file));
  QlbeHDF5QuietBegin(&quiet);
  if (file.rank == 0) ReadAttribute(&file, name, (size_t)size, value);
  QlbeHDF5QuietEnd(&quiet);
  PetscCall(QlbeSafeFileAgree(&file));
  PetscCallMPI(MPI_Bcast(value, count, MPI_CHAR, 0, comm));
  PetscFunctionReturn(0);
}
