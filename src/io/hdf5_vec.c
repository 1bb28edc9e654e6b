/*
   Distributed vectors: one data set each, every rank transferring its own rows.

   Parallel HDF5 admits filters, here Fletcher-32, in collective transfers only; ranks without rows
   take part with an empty selection. A rank that fails goes on through the collective calls with
   the others, and the agreement afterwards tells them.
*/
#include <string.h>

#include "hdf5_item.h"
#include "hdf5_vec.h"
#include "qlbe/hdf5_read.h"

/* What all ranks use to move one vector's rows. */
typedef struct {
  hid_t type, memory, disk, transfer;
} Selection;

PetscBool QlbeHDF5HasVec(const QlbeNode *group)
{
  for (const QlbeNode *node = group->child; node; node = node->next) {
    if (node->kind == QLBE_NODE_VEC || QlbeHDF5HasVec(node)) return PETSC_TRUE;
  }
  return PETSC_FALSE;
}

static void SelectionOpen(QlbeSafeFile *file, PetscInt size, PetscInt begin, PetscInt end,
                          Selection *s)
{
  const hsize_t all = (hsize_t)size, rows = (hsize_t)(end - begin), first = (hsize_t)begin;
  const char *name = file->path;

  s->type = QlbeHDF5ComplexType(file);
  s->memory = H5Screate_simple(1, &rows, NULL);
  s->disk = H5Screate_simple(1, &all, NULL);
  s->transfer = H5Pcreate(H5P_DATASET_XFER);
  QlbeHDF5Check(file, PETSC_ERR_LIB, s->memory, "selection in", name);
  QlbeHDF5Check(file, PETSC_ERR_LIB, s->disk, "selection in", name);
  QlbeHDF5Check(file, PETSC_ERR_LIB, s->transfer, "selection in", name);
  if (rows > 0) {
    QlbeHDF5Check(file, PETSC_ERR_LIB,
                  H5Sselect_hyperslab(s->disk, H5S_SELECT_SET, &first, NULL, &rows, NULL),
                  "selection in", name);
  } else {
    QlbeHDF5Check(file, PETSC_ERR_LIB, H5Sselect_none(s->memory), "selection in", name);
    QlbeHDF5Check(file, PETSC_ERR_LIB, H5Sselect_none(s->disk), "selection in", name);
  }
  QlbeHDF5Check(file, PETSC_ERR_LIB, H5Pset_dxpl_mpio(s->transfer, H5FD_MPIO_COLLECTIVE),
                "collective transfer in", name);
}

static void SelectionClose(QlbeSafeFile *file, const Selection *s)
{
  QlbeHDF5Check(file, PETSC_ERR_LIB, H5Pclose(s->transfer), "selection in", file->path);
  QlbeHDF5Check(file, PETSC_ERR_LIB, H5Sclose(s->disk), "selection in", file->path);
  QlbeHDF5Check(file, PETSC_ERR_LIB, H5Sclose(s->memory), "selection in", file->path);
  QlbeHDF5Check(file, PETSC_ERR_LIB, H5Tclose(s->type), "complex type", file->path);
}

/* Opens path through MPI-IO. Collective. */
static hid_t OpenParallel(QlbeSafeFile *file, const char path[], unsigned mode, PetscErrorCode code)
{
  const hid_t access = QlbeHDF5Access(file);
  hid_t disk;

  QlbeHDF5Check(file, PETSC_ERR_LIB, H5Pset_fapl_mpio(access, file->comm, MPI_INFO_NULL), "MPI-IO",
                path);
  disk = H5Fopen(path, mode, access);
  QlbeHDF5Check(file, code, disk, "opening", path);
  QlbeHDF5Check(file, PETSC_ERR_LIB, H5Pclose(access), "file access", path);
  return disk;
}

static PetscErrorCode WriteVec(QlbeSafeFile *file, hid_t group, const QlbeNode *node)
{
  QlbeHDF5 h = {file, QLBE_HDF5_WRITE};
  const PetscScalar *values;
  PetscInt size, begin, end;
  Selection s;
  hsize_t dims[1];
  hid_t creation, set;

  PetscFunctionBegin;
  PetscCall(VecGetSize(node->vec, &size));
  PetscCall(VecGetOwnershipRange(node->vec, &begin, &end));
  PetscCall(VecGetArrayRead(node->vec, &values));
  dims[0] = (hsize_t)size;
  SelectionOpen(file, size, begin, end, &s);
  creation = QlbeHDF5Creation(file, 1, dims, sizeof(PetscScalar));
  set = H5Dcreate2(group, node->name, s.type, s.disk, H5P_DEFAULT, creation, H5P_DEFAULT);
  if (QlbeHDF5Check(file, PETSC_ERR_FILE_WRITE, set, "creating", node->name)) {
    QlbeHDF5Check(file, PETSC_ERR_FILE_WRITE,
                  H5Dwrite(set, s.type, s.memory, s.disk, s.transfer, values), "writing",
                  node->name);
    if (node->unit) QlbeHDF5Attribute(&h, set, "unit", node->unit);
    QlbeHDF5Check(file, PETSC_ERR_FILE_WRITE, H5Dclose(set), "closing", node->name);
  }
  QlbeHDF5Check(file, PETSC_ERR_LIB, H5Pclose(creation), "properties of", node->name);
  SelectionClose(file, &s);
  PetscCall(VecRestoreArrayRead(node->vec, &values));
  PetscFunctionReturn(0);
}

/* Rows begin .. end - 1 of a vector of this size. */
typedef struct {
  PetscInt size, begin, end;
} Rows;

/* This rank's rows of the data set `name` into values. Collective. */
static void ReadRows(QlbeSafeFile *file, PetscErrorCode code, hid_t group, const char name[],
                     const Rows *rows, PetscScalar values[])
{
  const PetscInt size = rows->size;
  const hid_t set = H5Dopen2(group, name, H5P_DEFAULT);
  hid_t space;
  hsize_t have = 0;
  Selection s;

  if (!QlbeHDF5Check(file, code, set, "opening", name)) return;
  space = H5Dget_space(set);
  if (QlbeHDF5Check(file, code, space, "shape of", name)) {
    /* Every rank sees the same shape, so all of them or none go on to the transfer. */
    if (H5Sget_simple_extent_ndims(space) != 1 ||
        H5Sget_simple_extent_dims(space, &have, NULL) != 1 || have != (hsize_t)size) {
      QlbeSafeFileFail(file, code, "'%s' holds %llu entries, not %lld", name,
                       (unsigned long long)have, (long long)size);
    } else {
      SelectionOpen(file, size, rows->begin, rows->end, &s);
      QlbeHDF5Check(file, code, H5Dread(set, s.type, s.memory, s.disk, s.transfer, values),
                    "reading", name);
      SelectionClose(file, &s);
    }
    QlbeHDF5Check(file, code, H5Sclose(space), "shape of", name);
  }
  QlbeHDF5Check(file, code, H5Dclose(set), "closing", name);
}

static PetscErrorCode VerifyVec(QlbeSafeFile *file, hid_t group, const QlbeNode *node)
{
  const PetscScalar *values;
  PetscScalar *rows;
  PetscInt size, begin, end;

  PetscFunctionBegin;
  PetscCall(VecGetSize(node->vec, &size));
  PetscCall(VecGetOwnershipRange(node->vec, &begin, &end));
  PetscCall(PetscMalloc1(end - begin + 1, &rows));
  PetscCall(VecGetArrayRead(node->vec, &values));
  ReadRows(file, PETSC_ERR_FILE_WRITE, group, node->name, &(const Rows){size, begin, end}, rows);
  if (!file->code && end > begin && memcmp(rows, values, (size_t)(end - begin) * sizeof(*rows))) {
    QlbeSafeFileFail(file, PETSC_ERR_FILE_WRITE, "'%s' reads back with other values", node->name);
  }
  PetscCall(VecRestoreArrayRead(node->vec, &values));
  PetscCall(PetscFree(rows));
  PetscFunctionReturn(0);
}

/* Applies WriteVec or VerifyVec to all vectors below parent. Collective. */
static PetscErrorCode EachVec(QlbeSafeFile *file, QlbeHDF5Mode mode, hid_t group,
                              const QlbeNode *parent)
{
  PetscFunctionBegin;
  for (const QlbeNode *node = parent->child; node; node = node->next) {
    if (node->kind == QLBE_NODE_VEC) {
      PetscCall(mode == QLBE_HDF5_WRITE ? WriteVec(file, group, node)
                                        : VerifyVec(file, group, node));
    } else if (QlbeHDF5HasVec(node)) {
      const hid_t inner = H5Gopen2(group, node->name, H5P_DEFAULT);
      if (!QlbeHDF5Check(file, PETSC_ERR_FILE_WRITE, inner, "opening group", node->name)) continue;
      PetscCall(EachVec(file, mode, inner, node));
      QlbeHDF5Check(file, PETSC_ERR_FILE_WRITE, H5Gclose(inner), "closing", node->name);
    }
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeHDF5AppendVecs(QlbeSafeFile *file, const QlbeNode *root)
{
  PetscFunctionBegin;
  for (int step = 0; step < 2; step++) {
    const QlbeHDF5Mode mode = step == 0 ? QLBE_HDF5_WRITE : QLBE_HDF5_VERIFY;
    hid_t disk;
    PetscCall(QlbeSafeFileAgree(file));
    disk = OpenParallel(file, file->tmp, mode == QLBE_HDF5_WRITE ? H5F_ACC_RDWR : H5F_ACC_RDONLY,
                        PETSC_ERR_FILE_WRITE);
    if (disk < 0) continue; /* collective: it opens for all ranks or for none */
    PetscCall(EachVec(file, mode, disk, root));
    QlbeHDF5Check(file, PETSC_ERR_FILE_WRITE, H5Fclose(disk), "closing", file->tmp);
  }
  PetscCall(QlbeSafeFileAgree(file));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeHDF5ReadVec(const char path[], const char name[], Vec v)
{
  QlbeSafeFile file;
  QlbeHDF5Quiet quiet;
  PetscScalar *values;
  PetscInt size, begin, end;
  hid_t disk;

  PetscFunctionBegin;
  PetscCall(QlbeSafeFileForReading(PetscObjectComm((PetscObject)v), path, &file));
  PetscCall(VecGetSize(v, &size));
  PetscCall(VecGetOwnershipRange(v, &begin, &end));
  PetscCall(VecGetArrayWrite(v, &values));
  QlbeHDF5QuietBegin(&quiet);
  disk = OpenParallel(&file, path, H5F_ACC_RDONLY, PETSC_ERR_FILE_OPEN);
  if (disk >= 0) {
    ReadRows(&file, PETSC_ERR_FILE_READ, disk, name, &(const Rows){size, begin, end}, values);
    QlbeHDF5Check(&file, PETSC_ERR_FILE_READ, H5Fclose(disk), "closing", path);
  }
  QlbeHDF5QuietEnd(&quiet);
  PetscCall(VecRestoreArrayWrite(v, &values));
  PetscCall(QlbeSafeFileAgree(&file));
  PetscFunctionReturn(0);
}
