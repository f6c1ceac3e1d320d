/* SPDX-License-Identifier: Apache-2.0
 * The only randomness of the pure layers: xoshiro256** seeded through splitmix64, both public
 * domain by Blackman and Vigna (2018). Repeats exactly for one seed. Not for keys or passwords:
 * adapt/rand.c gives those. Thread: owner's. */
#ifndef SFU_BASE_RNG_H
#define SFU_BASE_RNG_H

#include <stddef.h>
#include <stdint.h>

struct rng {
    uint64_t s[4];
};

void rng_init(struct rng *r, uint64_t seed);
uint64_t rng_u64(struct rng *r);
uint32_t rng_u32(struct rng *r);

/* Even over 0 … n - 1; n must not be 0. */
uint32_t rng_below(struct rng *r, uint32_t n);

void rng_fill(struct rng *r, uint8_t *out, size_t len);

/* One step of splitmix64 as a bit mixer, for hashes. */
uint64_t rng_mix(uint64_t v);

#endif
