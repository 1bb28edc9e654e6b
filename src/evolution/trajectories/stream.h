/* Random numbers of one walker. Private to the evolution of a density matrix. */
#ifndef QLBE_STREAM_H
#define QLBE_STREAM_H

#include <Random123/philox.h>
#include <math.h>

#include "qlbe/collisions.h"

/* Uniform in (0, 1): the middles of 2^53 intervals, none of which is an end. */
static inline double QlbeStreamUniform(QlbeWalkerStream *s)
{
  if (s->left == 0) {
    const philox4x64_ctr_t counter = {{s->walker, s->drawn++, 0, 0}};
    const philox4x64_key_t key = {{s->key[0], s->key[1]}};
    const philox4x64_ctr_t block = philox4x64(counter, key);
    for (int i = 0; i < 4; i++) s->block[i] = block.v[i];
    s->left = 4;
  }
  return ((double)(s->block[--s->left] >> 12) + 0.5) * 0x1p-52;
}

/* Standard exponential. */
static inline double QlbeStreamWait(QlbeWalkerStream *s)
{
  return -log(QlbeStreamUniform(s));
}

#endif
