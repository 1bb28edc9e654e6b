/*
   Every block is evaluated once, by one rank, and sent to the ranks that own rows of its images.

   All ranks know who evaluates what, so that no message says what it holds: sender and receiver walk through the same list. It is
   done in rounds, so that buffers stay small. A rank receives no more than its own entries, nor sends more than its share of all of them.
*/
#include "fiber_impl.h"

/* Bytes that a rank evaluates in one round, at most. */
static const double round_bytes = 8e6;

typedef struct {
  QlbeFiber fiber;
  LineSweep sweep;
  const LinePairs *pairs;
  PetscInt ranges;          /* of each rank in one round */
  PetscInt *position;       /* [ranks]: where each of them is in the list */
  PetscInt *row_begin;      /* [ranks + 1] */
  PetscInt *stamp, stamped; /* [ranks]: ranks that need the block of the moment */
  PetscMPIInt *list;        /* [ranks]: these ranks */
  PetscMPIInt *send_count, *send_first, *receive_count, *receive_first;
  double *gain; /* of one range */
} Exchange;

static PetscErrorCode ExchangeCreate(QlbeFiber fiber, LineSweep sweep, Exchange *e)
{
  const PetscInt N = fiber->grid.points, most = QlbeLineSweepMost_Private(sweep);
  const PetscMPIInt P = fiber->ranks;
  const double bytes = (double)most * 2.0 * (double)(2 * N - 1) * (double)N * sizeof(double);

  PetscFunctionBegin;
  *e = (Exchange){.fiber = fiber, .sweep = sweep, .pairs = QlbeLineSweepPairs_Private(sweep)};
  e->ranges = PetscMax(1, (PetscInt)(round_bytes / bytes));
  PetscCall(PetscMalloc3(P, &e->position, P + 1, &e->row_begin, P, &e->list));
  PetscCall(PetscCalloc1(P, &e->stamp));
  PetscCall(PetscMalloc4(P, &e->send_count, P, &e->send_first, P, &e->receive_count, P,
                         &e->receive_first));
  PetscCall(PetscMalloc1(most * 2 * (2 * N - 1) * N, &e->gain));
  PetscCall(PetscArraycpy(e->position, e->pairs->share, P));
  PetscCallMPI(MPI_Allgather(&fiber->grid.row_end, 1, MPIU_INT, e->row_begin + 1, 1, MPIU_INT,
                             fiber->grid.comm));
  e->row_begin[0] = 0;
  PetscFunctionReturn(0);
}

static PetscErrorCode ExchangeDestroy(Exchange *e)
{
  PetscFunctionBegin;
  PetscCall(PetscFree3(e->position, e->row_begin, e->list));
  PetscCall(PetscFree(e->stamp));
  PetscCall(PetscFree4(e->send_count, e->send_first, e->receive_count, e->receive_first));
  PetscCall(PetscFree(e->gain));
  PetscFunctionReturn(0);
}

/* Owner of a row. */
static PetscMPIInt Owner(const Exchange *e, PetscInt row)
{
  PetscMPIInt low = 0, high = e->fiber->ranks - 1;

  while (low < high) {
    const PetscMPIInt middle = (low + high) / 2;
    if (e->row_begin[middle + 1] <= row)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* The ranks that own rows of a line, added to list[n] unless they are there. */
static void AddOwners(Exchange *e, PetscInt line, PetscMPIInt *n)
{
  const PetscInt N = e->pairs->points;

  for (PetscMPIInt rank = Owner(e, line * N);
       rank < e->fiber->ranks && e->row_begin[rank] < (line + 1) * N; rank++) {
    if (e->stamp[rank] == e->stamped) continue;
    e->stamp[rank] = e->stamped;
    e->list[(*n)++] = rank;
  }
}

/* The ranks that need the block of a representative into list; their number. */
static PetscMPIInt Needers(Exchange *e, const LineColumn *column, PetscInt line)
{
  LineImage image[GRID_SYMMETRIES];
  const PetscInt images = QlbeLineImages_Private(e->pairs, column, line, image);
  PetscMPIInt n = 0;

  e->stamped++;
  for (PetscInt i = 0; i < images; i++) {
    AddOwners(e, image[i].first, &n);
    AddOwners(e, image[i].second, &n);
  }
  return n;
}

static PetscBool Needs(const Exchange *e, PetscMPIInt rank)
{
  return (PetscBool)(e->stamp[rank] == e->stamped);
}

static PetscInt BlockSize(const Exchange *e, const LineColumn *column)
{
  return 2 * LineDiagonals(column) * e->pairs->points;
}

/* Lengths of the messages of this round; *any says whether some rank has something left. */
static PetscErrorCode CountMessages(Exchange *e, PetscInt *sent, PetscInt *received, PetscBool *any)
{
  const PetscMPIInt me = e->fiber->rank;

  PetscFunctionBegin;
  *any = PETSC_FALSE;
  PetscCall(PetscArrayzero(e->send_count, e->fiber->ranks));
  PetscCall(PetscArrayzero(e->receive_count, e->fiber->ranks));
  for (PetscMPIInt source = 0; source < e->fiber->ranks; source++) {
    PetscInt position = e->position[source];
    LineRange range;
    for (PetscInt r = 0; r < e->ranges; r++) {
      if (!QlbeLineRangeNext_Private(e->pairs, QlbeLineSweepMost_Private(e->sweep),
                                     e->pairs->share[source + 1], &position, &range))
        break;
      *any = PETSC_TRUE;
      for (PetscInt l = range.begin; l < range.end; l++) {
        const PetscMPIInt n = Needers(e, range.column, e->pairs->line[l]);
        const PetscMPIInt size = (PetscMPIInt)BlockSize(e, range.column);
        if (source != me && Needs(e, me)) e->receive_count[source] += size;
        for (PetscMPIInt i = 0; i < n && source == me; i++)
          if (e->list[i] != me) e->send_count[e->list[i]] += size;
      }
    }
  }
  *sent = *received = 0;
  for (PetscMPIInt rank = 0; rank < e->fiber->ranks; rank++) {
    PetscCall(PetscMPIIntCast(*sent, &e->send_first[rank]));
    PetscCall(PetscMPIIntCast(*received, &e->receive_first[rank]));
    *sent += e->send_count[rank];
    *received += e->receive_count[rank];
  }
  PetscFunctionReturn(0);
}

/* Own blocks of this round: evaluated, taken, and packed for the others behind send_first. */
static PetscErrorCode EvaluateRound(Exchange *e, LossSums *sums, LineSink *sink, void *context,
                                    double send[])
{
  const PetscMPIInt me = e->fiber->rank;
  LineRange range;

  PetscFunctionBegin;
  PetscCall(PetscArrayzero(e->send_count, e->fiber->ranks));
  for (PetscInt r = 0; r < e->ranges; r++) {
    if (!QlbeLineRangeNext_Private(e->pairs, QlbeLineSweepMost_Private(e->sweep),
                                   e->pairs->share[me + 1], &e->position[me], &range))
      break;
    PetscCall(QlbeLineSweepEvaluate_Private(e->sweep, &range, sums, e->gain));
    for (PetscInt l = range.begin; l < range.end; l++) {
      const PetscInt size = BlockSize(e, range.column);
      const double *block = e->gain + (l - range.begin) * size;
      const PetscMPIInt n = Needers(e, range.column, e->pairs->line[l]);
      for (PetscMPIInt i = 0; i < n; i++) {
        const PetscMPIInt to = e->list[i];
        if (to == me) continue;
        PetscCall(PetscArraycpy(send + e->send_first[to] + e->send_count[to], block, size));
        e->send_count[to] += (PetscMPIInt)size;
      }
      if (Needs(e, me)) PetscCall(sink(e->pairs, range.column, e->pairs->line[l], block, context));
    }
  }
  PetscFunctionReturn(0);
}

/* Blocks of the others. */
static PetscErrorCode TakeRound(Exchange *e, LineSink *sink, void *context, const double received[])
{
  PetscFunctionBegin;
  for (PetscMPIInt source = 0; source < e->fiber->ranks; source++) {
    const double *block = received + e->receive_first[source];
    LineRange range;
    if (source == e->fiber->rank) continue;
    for (PetscInt r = 0; r < e->ranges; r++) {
      if (!QlbeLineRangeNext_Private(e->pairs, QlbeLineSweepMost_Private(e->sweep),
                                     e->pairs->share[source + 1], &e->position[source], &range))
        break;
      for (PetscInt l = range.begin; l < range.end; l++) {
        (void)Needers(e, range.column, e->pairs->line[l]);
        if (!Needs(e, e->fiber->rank)) continue;
        PetscCall(sink(e->pairs, range.column, e->pairs->line[l], block, context));
        block += BlockSize(e, range.column);
      }
    }
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeLineExchange_Private(QlbeFiber fiber, LineSweep sweep, LossSums *sums,
                                        LineSink *sink, void *context)
{
  Exchange e;
  PetscBool any = PETSC_TRUE;

  PetscFunctionBegin;
  PetscCall(ExchangeCreate(fiber, sweep, &e));
  while (any) {
    PetscInt sent, received;
    double *out, *in;
    PetscCall(CountMessages(&e, &sent, &received, &any));
    PetscCall(PetscMalloc2(sent, &out, received, &in));
    PetscCall(QlbeEventBegin_Private("QlbeEvaluate"));
    PetscCall(EvaluateRound(&e, sums, sink, context, out));
    PetscCall(QlbeEventEnd_Private("QlbeEvaluate"));
    PetscCall(QlbeEventBegin_Private("QlbeExchange"));
    if (fiber->ranks > 1)
      PetscCallMPI(MPI_Alltoallv(out, e.send_count, e.send_first, MPI_DOUBLE, in, e.receive_count,
                                 e.receive_first, MPI_DOUBLE, fiber->grid.comm));
    PetscCall(QlbeEventEnd_Private("QlbeExchange"));
    PetscCall(QlbeEventBegin_Private("QlbeStore"));
    PetscCall(TakeRound(&e, sink, context, in));
    PetscCall(QlbeEventEnd_Private("QlbeStore"));
    PetscCall(PetscFree2(out, in));
  }
  PetscCall(ExchangeDestroy(&e));
  PetscFunctionReturn(0);
}
