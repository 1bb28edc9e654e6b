/*
   Vectors through the output times, with what is needed to go on from any of them.

   What is kept of a task: the next output time, failures so far, the records of all times,
   and the vectors, in the order of the spaces' vectors whatever the ranks. Nothing else goes from
   one time to the next, neither in the tasks nor in a propagator (see QlbeEvolutionPlanTimes), so that a
   run that goes on has the bits of one that was never stopped.
*/
#include <limits.h>

#include "evolution_tasks.h"

enum { NEXT, FAILURES, HEAD };

/* What is kept, as numbers in a row. */
typedef struct {
  size_t n_records, n_vectors, n;
  double *values;  /* [n]: head, records, vectors */
  double *records; /* [n_records], in values */
  double *vectors; /* [n_vectors], in values */
} Kept;

size_t QlbeEvolutionCourseWidth(const QlbeEvolutionPlan *plan, PetscInt n_record, PetscInt unknowns)
{
  return (size_t)plan->n_time * (size_t)n_record + 2 * (size_t)unknowns;
}

static PetscErrorCode KeptCreate(const QlbeEvolutionPlan *plan, const QlbeEvolutionCourse *course,
                                 Kept *kept)
{
  PetscFunctionBegin;
  kept->n_records = QlbeEvolutionCourseWidth(plan, course->n_record, 0);
  kept->n_vectors = 0;
  for (PetscInt i = 0; i < course->n; i++) {
    PetscInt size;
    PetscCall(VecGetSize(course->x[i], &size));
    kept->n_vectors += 2 * (size_t)size;
  }
  kept->n = HEAD + kept->n_records + kept->n_vectors;
  /* a record goes from rank to rank in one message */
  PetscCheck(kept->n <= (size_t)INT_MAX, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "a task of %zu numbers", kept->n);
  PetscCall(PetscCalloc1(kept->n, &kept->values));
  kept->records = kept->values + HEAD;
  kept->vectors = kept->records + kept->n_records;
  PetscFunctionReturn(0);
}

/*
   Complete vectors into what is kept on the group's first rank. Bits, not numbers, are added: 0 + -0 is
   0.
*/
static PetscErrorCode Gather(MPI_Comm comm, const QlbeEvolutionCourse *course, Kept *kept)
{
  const size_t piece = INT_MAX / 2;
  PetscMPIInt rank, ranks;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  PetscCallMPI(MPI_Comm_size(comm, &ranks));
  PetscCall(PetscArrayzero(kept->vectors, kept->n_vectors));
  PetscCall(QlbeFiberSnapshotStore(course->n, course->x, (PetscScalar *)kept->vectors));
  for (size_t begin = 0; ranks > 1 && begin < kept->n_vectors; begin += piece) {
    double *from = kept->vectors + begin;
    const int n = (int)PetscMin(piece, kept->n_vectors - begin);
    PetscCallMPI(
        MPI_Reduce(rank == 0 ? MPI_IN_PLACE : from, from, n, MPI_UINT64_T, MPI_BOR, 0, comm));
  }
  PetscFunctionReturn(0);
}

/* The output time to begin with. */
static PetscErrorCode Restore(QlbeEvolution e, const QlbeEvolutionCourse *course, Kept *kept,
                              PetscInt *begin)
{
  PetscBool found;

  PetscFunctionBegin;
  *begin = 0;
  PetscCall(QlbeTasksRestore(e->tasks, (PetscInt)kept->n, kept->values, &found));
  if (!found) PetscFunctionReturn(0);
  *begin = (PetscInt)kept->values[NEXT];
  e->failures += kept->values[FAILURES];
  PetscCall(QlbeFiberSnapshotLoad(course->n, (const PetscScalar *)kept->vectors, course->x));
  PetscFunctionReturn(0);
}

static PetscErrorCode Follow(const QlbeEvolutionPlan *plan, QlbeEvolution e,
                             const QlbeEvolutionCourse *course, Kept *kept)
{
  PetscInt begin;
  PetscBool stop = PETSC_FALSE;

  PetscFunctionBegin;
  PetscCall(Restore(e, course, kept, &begin));
  for (PetscInt i = begin; i < plan->n_time && !stop; i++) {
    const PetscBool last = (PetscBool)(i == plan->n_time - 1);
    PetscCall(course->advance(plan, e, course->context, i,
                              kept->records + (size_t)i * (size_t)course->n_record));
    if (last && !course->ends_in_row) break;
    PetscCall(Gather(e->problem.comm, course, kept));
    if (last) break;
    kept->values[NEXT] = (double)(i + 1);
    kept->values[FAILURES] = e->failures;
    PetscCall(QlbeTasksKeep(e->tasks, (PetscInt)kept->n, kept->values, &stop));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeEvolutionFollow(const QlbeEvolutionPlan *plan, QlbeEvolution e,
                                   const QlbeEvolutionCourse *course, double row[])
{
  Kept kept;

  PetscFunctionBegin;
  PetscCall(KeptCreate(plan, course, &kept));
  PetscCall(Follow(plan, e, course, &kept));
  PetscCall(PetscArraycpy(row, kept.records,
                          kept.n_records + (course->ends_in_row ? kept.n_vectors : 0)));
  PetscCall(PetscFree(kept.values));
  PetscFunctionReturn(0);
}
