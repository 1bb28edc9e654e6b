/*
   The report as an HDF5 file.

   The tree, which is small, is laid out by rank 0 as a file image in memory (HDF5's core driver)
   and goes to disk through the same checked path as JSON and CSV: a full disk then meets plain
   fwrite and fsync, not the library's cache, whose state after a failed flush is no longer defined.
   Distributed vectors follow collectively through MPI-IO; see hdf5_vec.c. Last, the file is opened
   anew from disk and the same walk over the tree compares every entry.
*/
#include "report_impl.h"
#include "hdf5_item.h"
#include "hdf5_vec.h"
#include "seal.h"

static void PutTable(QlbeHDF5 *h, hid_t parent, const QlbeNode *node)
{
  const hsize_t dims[1] = {(hsize_t)node->rows};
  const hid_t group = QlbeHDF5Group(h, parent, node->name);

  for (PetscInt c = 0; c < node->ncolumns; c++) {
    const QlbeReportColumn *column = &node->columns[c];
    if (column->text) {
      QlbeHDF5Strings(h, group, column->name, node->rows, column->string);
    } else if (column->kind == QLBE_COLUMN_BOOL) {
      QlbeHDF5Bools(h, group, column->name, node->rows, column->number);
    } else if (column->kind == QLBE_COLUMN_INTEGER) {
      PetscInt64 *values = NULL;
      if (PetscMalloc1((size_t)node->rows + 1, &values)) {
        QlbeSafeFileFail(h->file, PETSC_ERR_MEM, "no memory for '%s'", column->name);
        continue;
      }
      for (PetscInt i = 0; i < node->rows; i++) values[i] = (PetscInt64)column->number[i];
      QlbeHDF5Array(h, group, column->name,
                    &(const QlbeHDF5Data){H5T_NATIVE_INT64, 1, dims, values}, column->unit);
      (void)PetscFree(values);
    } else {
      QlbeHDF5Array(h, group, column->name,
                    &(const QlbeHDF5Data){H5T_NATIVE_DOUBLE, 1, dims, column->number},
                    column->unit);
    }
  }
  if (group >= 0) {
    QlbeHDF5Check(h->file, PETSC_ERR_FILE_WRITE, H5Gclose(group), "closing", node->name);
  }
}

static void PutReal(QlbeHDF5 *h, hid_t group, const QlbeNode *node)
{
  hsize_t dims[QLBE_REPORT_MAX_DIMS] = {1};

  for (PetscInt d = 0; d < node->ndim; d++) dims[d] = (hsize_t)node->shape[d];
  QlbeHDF5Array(
      h, group, node->name,
      &(const QlbeHDF5Data){H5T_NATIVE_DOUBLE, PetscMax(1, (int)node->ndim), dims, node->real},
      node->unit);
}

/*
   Attributes go to the root, under "group.name": that is where one looks for what describes a file.
*/
static void PutAttributes(QlbeHDF5 *h, hid_t root, const QlbeNode *group)
{
  for (const QlbeNode *node = group->child; node; node = node->next) {
    char name[512];
    (void)snprintf(name, sizeof(name), "%s.%s", group->name, node->name); /* paths end at 256 */
    QlbeHDF5Attribute(h, root, name, node->string);
  }
}

static void PutChildren(QlbeHDF5 *h, hid_t group, const QlbeNode *parent)
{
  const hsize_t one[1] = {1};

  for (const QlbeNode *node = parent->child; node && !h->file->code; node = node->next) {
    const double number = (double)node->integer;
    hid_t inner;
    switch (node->kind) {
    case QLBE_NODE_GROUP:
      if (node->attributes) {
        PutAttributes(h, group, node);
        break;
      }
      inner = QlbeHDF5Group(h, group, node->name);
      PutChildren(h, inner, node);
      if (inner >= 0) {
        QlbeHDF5Check(h->file, PETSC_ERR_FILE_WRITE, H5Gclose(inner), "closing", node->name);
      }
      break;
    case QLBE_NODE_REAL:
      PutReal(h, group, node);
      break;
    case QLBE_NODE_INTEGER:
      QlbeHDF5Array(h, group, node->name,
                    &(const QlbeHDF5Data){H5T_NATIVE_INT64, 1, one, &node->integer}, node->unit);
      break;
    case QLBE_NODE_BOOL:
      QlbeHDF5Bools(h, group, node->name, 1, &number);
      break;
    case QLBE_NODE_STRING:
      QlbeHDF5Strings(h, group, node->name, 1, &node->string);
      break;
    case QLBE_NODE_TABLE:
      PutTable(h, group, node);
      break;
    case QLBE_NODE_VEC:
      break; /* collective, hence not in this walk of rank 0 */
    }
  }
}

/* The file creation properties that keep the root group's entries and attributes in order. */
static hid_t OrderedRoot(QlbeSafeFile *file)
{
  const unsigned order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
  const hid_t creation = H5Pcreate(H5P_FILE_CREATE);

  QlbeHDF5Check(file, PETSC_ERR_LIB, creation, "properties of", file->path);
  QlbeHDF5Check(file, PETSC_ERR_LIB, H5Pset_link_creation_order(creation, order), "order of",
                file->path);
  QlbeHDF5Check(file, PETSC_ERR_LIB, H5Pset_attr_creation_order(creation, order), "order of",
                file->path);
  return creation;
}

/* Hands the finished image of `image` to the disk. */
static void StoreImage(QlbeSafeFile *file, hid_t image)
{
  ssize_t size;
  void *bytes = NULL;

  if (!QlbeHDF5Check(file, PETSC_ERR_LIB, H5Fflush(image, H5F_SCOPE_GLOBAL), "image of",
                     file->path)) {
    return;
  }
  size = H5Fget_file_image(image, NULL, 0);
  if (!QlbeHDF5Check(file, PETSC_ERR_LIB, size, "image of", file->path)) return;
  if (PetscMalloc((size_t)size + QLBE_SEAL_SIZE, &bytes)) {
    QlbeSafeFileFail(file, PETSC_ERR_MEM, "no memory for an image of %zd bytes", size);
    return;
  }
  if (QlbeHDF5Check(file, PETSC_ERR_LIB, H5Fget_file_image(image, bytes, (size_t)size), "image of",
                    file->path)) {
    if (file->seal) QlbeSealMake((size_t)size, bytes, (char *)bytes + size);
    QlbeSafeFileWriteBytes(file, bytes, (size_t)size + (file->seal ? QLBE_SEAL_SIZE : 0));
  }
  (void)PetscFree(bytes);
}

/* Rank 0: everything but the vectors. */
static void WriteTree(QlbeSafeFile *file, QlbeReport report)
{
  QlbeHDF5 h = {file, QLBE_HDF5_WRITE};
  const hid_t access = QlbeHDF5Access(file), creation = OrderedRoot(file);
  hid_t image;

  QlbeHDF5Check(file, PETSC_ERR_LIB, H5Pset_fapl_core(access, 1 << 20, 0), "image of", file->path);
  /* H5Fget_file_image clears the "open for writing" mark of newer superblocks but leaves their
     checksum as it was, and the image does not open. The oldest superblock has neither; all objects
     after it, the root group too by its order of attributes, take formats with checksums. */
  QlbeHDF5Check(file, PETSC_ERR_LIB,
                H5Pset_libver_bounds(access, H5F_LIBVER_EARLIEST, H5F_LIBVER_V110), "file format",
                file->path);
  image = H5Fcreate(file->tmp, H5F_ACC_TRUNC, creation, access);
  if (QlbeHDF5Check(file, PETSC_ERR_LIB, image, "image of", file->path)) {
    QlbeHDF5Check(file, PETSC_ERR_LIB,
                  H5Fset_libver_bounds(image, H5F_LIBVER_V110, H5F_LIBVER_V110), "file format",
                  file->path);
    PutChildren(&h, image, report->root);
    if (!file->code) StoreImage(file, image);
    QlbeHDF5Check(file, PETSC_ERR_LIB, H5Fclose(image), "image of", file->path);
  }
  QlbeHDF5Check(file, PETSC_ERR_LIB, H5Pclose(creation), "properties of", file->path);
  QlbeHDF5Check(file, PETSC_ERR_LIB, H5Pclose(access), "file access", file->path);
}

/* Rank 0: compares the file on disk with the tree. */
static void VerifyTree(QlbeSafeFile *file, QlbeReport report)
{
  QlbeHDF5 h = {file, QLBE_HDF5_VERIFY};
  const hid_t disk = QlbeHDF5OpenSerial(file, PETSC_ERR_FILE_WRITE, file->tmp);

  if (disk < 0) return;
  PutChildren(&h, disk, report->root);
  QlbeHDF5Check(file, PETSC_ERR_FILE_WRITE, H5Fclose(disk), "closing", file->tmp);
}

/* Whether there are vectors, on the word of rank 0: all ranks must agree on a collective step. */
static PetscErrorCode HasVecs(MPI_Comm comm, const QlbeNode *root, PetscBool *answer)
{
  PetscFunctionBegin;
  *answer = QlbeHDF5HasVec(root);
  PetscCallMPI(MPI_Bcast(answer, 1, MPIU_BOOL, 0, comm));
  PetscFunctionReturn(0);
}

static PetscErrorCode Write(QlbeReport report, MPI_Comm comm, const char path[],
                            PetscBool overwrite, PetscBool keep)
{
  QlbeSafeFile file;
  QlbeHDF5Quiet quiet;
  PetscBool vecs;
  PetscErrorCode ierr;

  PetscFunctionBegin;
  PetscCall(HasVecs(comm, report->root, &vecs));
  PetscCall(QlbeSafeFileBegin(comm, path, overwrite, &file));
  file.keep = keep;
  file.seal = vecs ? PETSC_FALSE : PETSC_TRUE; /* vectors come after the image */
  QlbeHDF5QuietBegin(&quiet);
  if (file.rank == 0) WriteTree(&file, report);
  ierr = vecs ? QlbeHDF5AppendVecs(&file, report->root) : 0;
  if (!ierr && file.rank == 0 && !file.code) VerifyTree(&file, report);
  QlbeHDF5QuietEnd(&quiet);
  PetscCall(ierr);
  PetscCall(QlbeSafeFileCommit(&file));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeReportWriteHDF5(QlbeReport report, MPI_Comm comm, const char path[],
                                   PetscBool overwrite)
{
  PetscFunctionBegin;
  PetscCall(Write(report, comm, path, overwrite, PETSC_FALSE));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeReportReplaceHDF5(QlbeReport report, MPI_Comm comm, const char path[],
                                     PetscBool keep)
{
  PetscFunctionBegin;
  PetscCall(Write(report, comm, path, PETSC_TRUE, keep));
  PetscFunctionReturn(0);
}
