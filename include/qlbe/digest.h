/*
   Digests of bytes by FNV-1a, 64 bits: against mistakes of disks and people, not against malice.
*/
#ifndef QLBE_DIGEST_H
#define QLBE_DIGEST_H

#include <petscsys.h>
#include <stdint.h>

/* What the digest of nothing is. */
#define QLBE_DIGEST_START UINT64_C(0xcbf29ce484222325)

/* The digest of what was there before, `digest`, followed by bytes[size]. Not collective. */
PETSC_EXTERN uint64_t QlbeDigest(uint64_t digest, size_t size, const void *bytes);

#endif
