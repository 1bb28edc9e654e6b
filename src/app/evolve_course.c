/*
   Vectors through the output times, with what is needed to go on from any of them.

   The part of a task that is kept: the next output time, failures so far, the records of all times,
   and the vectors, in the order of the spaces' vectors whatever the ranks. Nothing else goes from
   one time to the next, neither in the tasks nor in a propagator (see EvolvePlanTimes), so that a
   run that goes on has the bits of one that was never stopped.
*/
#include <limits.h>

#include "evolve_tasks.h"

enum { NEXT, FAILURES, HEAD };

/* The part, as numbers in a row. */
typedef struct {
  size_t n_records, n_vectors, n;
  double *values;  /* [n]: head, records, vectors */
  double *records; /* [n_records], in values */
  double *vectors; /* [n_vectors], in values */
} Part;

size_t EvolveCourseWidth(const EvolvePlan *plan, PetscInt n_record, PetscInt unknowns)
{
  return (size_t)plan->n_time * (size_t)n_record + 2 * (size_t)unknowns;
}

static PetscErrorCode PartCreate(const EvolvePlan *plan, const EvolveCourse *course, Part *part)
{
  PetscFunctionBegin;
  part->n_records = EvolveCourseWidth(plan, course->n_record, 0);
  part->n_vectors = 0;
  for (PetscInt i = 0; i < course->n; i++) {
    PetscInt size;
    PetscCall(VecGetSize(course->x[i], &size));
    part->n_vectors += 2 * (size_t)size;
  }
  part->n = HEAD + part->n_records + part->n_vectors;
  /* a record goes from rank to rank in one message */
  PetscCheck(part->n <= (size_t)INT_MAX, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "a task of %zu numbers", part->n);
  PetscCall(PetscCalloc1(part->n, &part->values));
  part->records = part->values + HEAD;
  part->vectors = part->records + part->n_records;
  PetscFunctionReturn(0);
}

/*
   Complete vectors into the part of the group's first rank. Bits, not numbers, are added: 0 + -0 is
   0.
*/
static PetscErrorCode Gather(MPI_Comm comm, const EvolveCourse *course, Part *part)
{
  const size_t piece = INT_MAX / 2;
  PetscMPIInt rank, ranks;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  PetscCallMPI(MPI_Comm_size(comm, &ranks));
  PetscCall(PetscArrayzero(part->vectors, part->n_vectors));
  PetscCall(EvolveStore(course->n, course->x, (PetscScalar *)part->vectors));
  for (size_t begin = 0; ranks > 1 && begin < part->n_vectors; begin += piece) {
    double *from = part->vectors + begin;
    const int n = (int)PetscMin(piece, part->n_vectors - begin);
    PetscCallMPI(
        MPI_Reduce(rank == 0 ? MPI_IN_PLACE : from, from, n, MPI_UINT64_T, MPI_BOR, 0, comm));
  }
  PetscFunctionReturn(0);
}

/* The output time to begin with. */
static PetscErrorCode Restore(EvolveEngine *e, const EvolveCourse *course, Part *part,
                              PetscInt *begin)
{
  PetscBool found;

  PetscFunctionBegin;
  *begin = 0;
  PetscCall(QlbeTasksRestore(e->tasks, (PetscInt)part->n, part->values, &found));
  if (!found) PetscFunctionReturn(0);
  *begin = (PetscInt)part->values[NEXT];
  e->failures += part->values[FAILURES];
  PetscCall(EvolveLoad(course->n, (const PetscScalar *)part->vectors, course->x));
  PetscFunctionReturn(0);
}

static PetscErrorCode Follow(const EvolvePlan *plan, EvolveEngine *e, const EvolveCourse *course,
                             Part *part)
{
  PetscInt begin;
  PetscBool stop = PETSC_FALSE;

  PetscFunctionBegin;
  PetscCall(Restore(e, course, part, &begin));
  for (PetscInt i = begin; i < plan->n_time && !stop; i++) {
    const PetscBool last = (PetscBool)(i == plan->n_time - 1);
    PetscCall(course->advance(plan, e, course->context, i,
                              part->records + (size_t)i * (size_t)course->n_record));
    if (last && !course->ends_in_row) break;
    PetscCall(Gather(e->problem.comm, course, part));
    if (last) break;
    part->values[NEXT] = (double)(i + 1);
    part->values[FAILURES] = e->failures;
    PetscCall(QlbeTasksKeep(e->tasks, (PetscInt)part->n, part->values, &stop));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode EvolveFollow(const EvolvePlan *plan, EvolveEngine *e, const EvolveCourse *course,
                            double row[])
{
  Part part;

  PetscFunctionBegin;
  PetscCall(PartCreate(plan, course, &part));
  PetscCall(Follow(plan, e, course, &part));
  PetscCall(PetscArraycpy(row, part.records,
                          part.n_records + (course->ends_in_row ? part.n_vectors : 0)));
  PetscCall(PetscFree(part.values));
  PetscFunctionReturn(0);
}
