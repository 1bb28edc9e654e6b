/*
   Every block is evaluated once, by one rank, and sent to the ranks that own rows of its images.

   All ranks know who evaluates what, so that no message says what it holds: sender and receiver
   walk through the same list. It is done in rounds, so that buffers stay small, and the messages of
   one round travel while the next one is evaluated. A rank receives no more than the entries of its
   rows, counted before sums over orbits, nor sends more than its share of all of them.
*/
#include "fiber_impl.h"
#include "line_owners.h"

/* Bytes that a rank evaluates in one round, at most. */
static const double round_bytes = 8e6;

/* One round: where each rank is in the list as it begins, and its messages. */
typedef struct {
  PetscBool any;   /* some rank has blocks left */
  PetscInt *start; /* [ranks] */
  PetscMPIInt *send_count, *send_first, *receive_count, *receive_first;
  PetscScalar *out, *in;
  MPI_Request request;
} Round;

typedef struct {
  QlbeFiber fiber;
  LineSweep sweep;
  const LinePairs *pairs;
  PetscInt ranges;    /* of each rank in one round */
  PetscInt *position; /* [ranks]: where the next round begins */
  LineOwners owners;
  Round round[2];     /* the one that is evaluated, and the one before, whose messages travel */
  PetscScalar *gain;  /* of one range */
  PetscScalar *block; /* of one pair of lines, as it is taken */
} Exchange;

static PetscErrorCode RoundCreate(PetscMPIInt ranks, Round *r)
{
  PetscFunctionBegin;
  r->request = MPI_REQUEST_NULL;
  PetscCall(PetscMalloc5(ranks, &r->start, ranks, &r->send_count, ranks, &r->send_first, ranks,
                         &r->receive_count, ranks, &r->receive_first));
  PetscFunctionReturn(0);
}

static PetscErrorCode ExchangeCreate(QlbeFiber fiber, LineSweep sweep, Exchange *e)
{
  const PetscInt room = QlbeLineSweepRoom_Private(sweep);
  const PetscMPIInt P = fiber->ranks;

  PetscFunctionBegin;
  *e = (Exchange){.fiber = fiber, .sweep = sweep, .pairs = QlbeLineSweepPairs_Private(sweep)};
  e->ranges = PetscMax(1, (PetscInt)(round_bytes / (double)sizeof(PetscScalar) / (double)room));
  PetscCall(QlbeLineOwnersCreate_Private(fiber->grid.comm, fiber->rows, e->pairs, &e->owners));
  PetscCall(PetscMalloc1(P, &e->position));
  for (int i = 0; i < 2; i++) PetscCall(RoundCreate(P, &e->round[i]));
  PetscCall(PetscMalloc2(room, &e->gain, fiber->rows->depth * fiber->rows->depth, &e->block));
  PetscCall(PetscArraycpy(e->position, e->pairs->share, P));
  PetscFunctionReturn(0);
}

static PetscErrorCode ExchangeDestroy(Exchange *e)
{
  PetscFunctionBegin;
  PetscCall(QlbeLineOwnersDestroy_Private(&e->owners));
  PetscCall(PetscFree(e->position));
  for (int i = 0; i < 2; i++)
    PetscCall(PetscFree5(e->round[i].start, e->round[i].send_count, e->round[i].send_first,
                         e->round[i].receive_count, e->round[i].receive_first));
  PetscCall(PetscFree2(e->gain, e->block));
  PetscFunctionReturn(0);
}

/* Hands a block as taken to the sink at all of its images; a folded one has no direction. */
static PetscErrorCode Take(const Exchange *e, const LineColumn *column, PetscInt line,
                           const PetscScalar block[], LineSink *sink, void *context)
{
  LineImage image[GRID_SYMMETRIES];
  const PetscInt n = QlbeLineImages_Private(e->pairs, column, line, image);

  PetscFunctionBegin;
  for (PetscInt i = 0; i < n && e->fiber->rows->folded; i++) image[i].reversed = PETSC_FALSE;
  PetscCall(sink(&column->taken, n, image, block, context));
  PetscFunctionReturn(0);
}

/* The next range of one rank in a round; `taken` of them came before. */
static PetscBool NextRange(const Exchange *e, PetscMPIInt rank, PetscInt taken, PetscInt *position,
                           LineRange *range)
{
  return (PetscBool)(taken < e->ranges &&
                     QlbeLineRangeNext_Private(e->pairs, QlbeLineSweepMost_Private(e->sweep),
                                               e->pairs->share[rank + 1], position, range));
}

/* count += size, both of one message. */
static PetscErrorCode Lengthen(PetscMPIInt *count, PetscInt size)
{
  PetscFunctionBegin;
  PetscCheck((PetscInt64)*count + size <= PETSC_MPI_INT_MAX, PETSC_COMM_SELF,
             PETSC_ERR_ARG_OUTOFRANGE, "a message of %.3g entries is too long for MPI",
             (double)*count + (double)size);
  *count += (PetscMPIInt)size;
  PetscFunctionReturn(0);
}

/* Where the messages of all ranks begin in one array, and its length. */
static PetscErrorCode Place(PetscMPIInt ranks, const PetscMPIInt count[], PetscMPIInt first[],
                            PetscInt *total)
{
  PetscFunctionBegin;
  *total = 0;
  for (PetscMPIInt rank = 0; rank < ranks; rank++) {
    PetscCall(PetscMPIIntCast(*total, &first[rank]));
    PetscCheck((PetscInt64)*total + count[rank] <= PETSC_MPI_INT_MAX, PETSC_COMM_SELF,
               PETSC_ERR_ARG_OUTOFRANGE, "messages of %.3g entries are too long for MPI",
               (double)*total + (double)count[rank]);
    *total += count[rank];
  }
  PetscFunctionReturn(0);
}

/* Adds up the messages that the blocks of one source make. */
static PetscErrorCode CountMessages(Exchange *e, PetscMPIInt source, Round *r)
{
  const PetscMPIInt me = e->fiber->rank;
  LineRange range;

  PetscFunctionBegin;
  for (PetscInt i = 0; NextRange(e, source, i, &e->position[source], &range); i++) {
    const PetscInt size = range.column->sent;
    r->any = PETSC_TRUE;
    for (PetscInt l = range.begin; l < range.end; l++) {
      const PetscMPIInt n = QlbeLineOwnersFind_Private(&e->owners, range.column, e->pairs->line[l]);
      if (source != me && OwnersHave(&e->owners, me))
        PetscCall(Lengthen(&r->receive_count[source], size));
      for (PetscMPIInt to = 0; to < n && source == me; to++)
        if (e->owners.list[to] != me) PetscCall(Lengthen(&r->send_count[e->owners.list[to]], size));
    }
  }
  PetscFunctionReturn(0);
}

/* Begins the next round: its place in the list, and room for its messages. */
static PetscErrorCode RoundOpen(Exchange *e, Round *r)
{
  const PetscMPIInt P = e->fiber->ranks;
  PetscInt sent, received;

  PetscFunctionBegin;
  r->any = PETSC_FALSE;
  PetscCall(PetscArraycpy(r->start, e->position, P));
  PetscCall(PetscArrayzero(r->send_count, P));
  PetscCall(PetscArrayzero(r->receive_count, P));
  for (PetscMPIInt source = 0; source < P; source++) PetscCall(CountMessages(e, source, r));
  PetscCall(Place(P, r->send_count, r->send_first, &sent));
  PetscCall(Place(P, r->receive_count, r->receive_first, &received));
  PetscCall(PetscMalloc2(sent, &r->out, received, &r->in));
  PetscFunctionReturn(0);
}

/* Keeps the messages of the round before moving. */
static PetscErrorCode Progress(Round *before)
{
  int done;

  PetscFunctionBegin;
  if (before->request != MPI_REQUEST_NULL)
    PetscCallMPI(MPI_Test(&before->request, &done, MPI_STATUS_IGNORE));
  PetscFunctionReturn(0);
}

/* An evaluated block as rows take it. */
static const PetscScalar *AsTaken(const Exchange *e, const LineColumn *column, PetscInt block)
{
  const PetscScalar *gain = e->gain + block * column->evaluated.entries;

  if (!e->fiber->rows->folded) return gain;
  QlbeBlockFold_Private(&column->evaluated, gain, &column->taken, e->block);
  return e->block;
}

/* A block as it is taken into a message. */
static PetscErrorCode Pack(const LineColumn *column, const PetscScalar block[],
                           PetscScalar message[])
{
  PetscFunctionBegin;
  if (column->sent < column->taken.entries)
    QlbeBlockPack_Private(&column->taken, block, message);
  else
    PetscCall(PetscArraycpy(message, block, column->sent));
  PetscFunctionReturn(0);
}

/* The block of a message. */
static const PetscScalar *Unpack(const Exchange *e, const LineColumn *column,
                                 const PetscScalar message[])
{
  if (column->sent == column->taken.entries) return message;
  QlbeBlockUnpack_Private(&column->taken, e->pairs->mirror_conjugates, message, e->block);
  return e->block;
}

/* Own blocks of a round: evaluated, taken, packed for the others, and sent. */
static PetscErrorCode RoundEvaluate(Exchange *e, Round *r, Round *before, LossSums *sums,
                                    LineSink *sink, void *context)
{
  const PetscMPIInt me = e->fiber->rank;
  PetscInt position = r->start[me];
  LineRange range;

  PetscFunctionBegin;
  PetscCall(PetscArrayzero(r->send_count, e->fiber->ranks));
  for (PetscInt i = 0; NextRange(e, me, i, &position, &range); i++) {
    PetscCall(QlbeLineSweepEvaluate_Private(e->sweep, &range, sums, e->gain));
    PetscCall(Progress(before));
    for (PetscInt l = range.begin; l < range.end; l++) {
      const PetscScalar *block = AsTaken(e, range.column, l - range.begin);
      const PetscMPIInt n = QlbeLineOwnersFind_Private(&e->owners, range.column, e->pairs->line[l]);
      for (PetscMPIInt j = 0; j < n; j++) {
        const PetscMPIInt to = e->owners.list[j];
        if (to == me) continue;
        PetscCall(Pack(range.column, block, r->out + r->send_first[to] + r->send_count[to]));
        PetscCall(Lengthen(&r->send_count[to], range.column->sent));
      }
      if (OwnersHave(&e->owners, me))
        PetscCall(Take(e, range.column, e->pairs->line[l], block, sink, context));
    }
  }
  if (e->fiber->ranks > 1)
    PetscCallMPI(MPI_Ialltoallv(r->out, r->send_count, r->send_first, MPIU_SCALAR, r->in,
                                r->receive_count, r->receive_first, MPIU_SCALAR,
                                e->fiber->grid.comm, &r->request));
  PetscFunctionReturn(0);
}

/* Ends a round: the blocks of the others. */
static PetscErrorCode RoundClose(Exchange *e, Round *r, LineSink *sink, void *context)
{
  PetscFunctionBegin;
  PetscCall(QlbeEventBegin_Private("QlbeExchange"));
  PetscCallMPI(MPI_Wait(&r->request, MPI_STATUS_IGNORE));
  PetscCall(QlbeEventEnd_Private("QlbeExchange"));
  PetscCall(QlbeEventBegin_Private("QlbeStore"));
  for (PetscMPIInt source = 0; source < e->fiber->ranks; source++) {
    const PetscScalar *block = r->in + r->receive_first[source];
    PetscInt position = r->start[source];
    LineRange range;
    if (source == e->fiber->rank) continue;
    for (PetscInt i = 0; NextRange(e, source, i, &position, &range); i++) {
      for (PetscInt l = range.begin; l < range.end; l++) {
        (void)QlbeLineOwnersFind_Private(&e->owners, range.column, e->pairs->line[l]);
        if (!OwnersHave(&e->owners, e->fiber->rank)) continue;
        PetscCall(Take(e, range.column, e->pairs->line[l], Unpack(e, range.column, block), sink,
                       context));
        block += range.column->sent;
      }
    }
  }
  PetscCall(PetscFree2(r->out, r->in));
  PetscCall(QlbeEventEnd_Private("QlbeStore"));
  PetscFunctionReturn(0);
}

/*
   Evaluates every representative once, on one rank, and hands its block to the sinks of all ranks
   that own rows at its places.
*/
static PetscErrorCode ExchangeAll(QlbeFiber fiber, LineSweep sweep, LossSums *sums, LineSink *sink,
                                  void *context)
{
  Exchange e;
  PetscBool first = PETSC_TRUE;
  int now = 0;

  PetscFunctionBegin;
  PetscCall(ExchangeCreate(fiber, sweep, &e));
  PetscCall(RoundOpen(&e, &e.round[now]));
  for (; e.round[now].any; first = PETSC_FALSE, now = !now) {
    PetscCall(QlbeEventBegin_Private("QlbeEvaluate"));
    PetscCall(RoundEvaluate(&e, &e.round[now], &e.round[!now], sums, sink, context));
    PetscCall(QlbeEventEnd_Private("QlbeEvaluate"));
    if (!first) PetscCall(RoundClose(&e, &e.round[!now], sink, context));
    PetscCall(RoundOpen(&e, &e.round[!now]));
  }
  /* the round that is open has nothing, and the one before it is on its way */
  PetscCall(PetscFree2(e.round[now].out, e.round[now].in));
  if (!first) PetscCall(RoundClose(&e, &e.round[!now], sink, context));
  PetscCall(ExchangeDestroy(&e));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFiberBlocks_Private(QlbeFiber fiber, const double k[3], LineSweep sweep,
                                       LineSink *sink, void *context, PetscScalar diagonal[])
{
  LossSums sums;

  PetscFunctionBegin;
  PetscCall(QlbeLossSumsCreate_Private(fiber, k, &sums));
  PetscCall(ExchangeAll(fiber, sweep, &sums, sink, context));
  PetscCall(
      QlbeFiberDiagonal_Private(fiber, k, QlbeLineSweepPairs_Private(sweep), &sums, diagonal));
  PetscCall(QlbeLossSumsDestroy_Private(&sums));
  PetscFunctionReturn(0);
}
