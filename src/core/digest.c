/*
   FNV-1a: G. Fowler, L. C. Noll, K.-P. Vo, http://www.isthe.com/chongo/tech/comp/fnv/.
*/
#include "qlbe/digest.h"

uint64_t QlbeDigest(uint64_t digest, size_t size, const void *bytes)
{
  const unsigned char *byte = bytes;

  for (size_t i = 0; i < size; i++) digest = (digest ^ byte[i]) * UINT64_C(0x100000001b3);
  return digest;
}
