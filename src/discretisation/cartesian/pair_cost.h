/* What the evaluation of pairs of nodes costs. Private to the fiber operator. */
#ifndef QLBE_PAIR_COST_H
#define QLBE_PAIR_COST_H

#include <petscsys.h>

/* Operations per pair on a grid of |n| up to reach and of the sine of the angle to k. */
enum { PAIR_COSTS = 16 };
typedef struct {
  double direction[3], reach;
  double operations[PAIR_COSTS][PAIR_COSTS];
} PairCosts;

/* Operations that a pair of nodes at displacement n costs. */
double QlbePairCost_Private(const PairCosts *costs, const PetscInt n[3]);

#endif
