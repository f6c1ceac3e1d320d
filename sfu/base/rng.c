/* SPDX-License-Identifier: Apache-2.0
 * xoshiro256** and splitmix64 as published by Blackman and Vigna (prng.di.unimi.it); their shift
 * and multiplication constants are the algorithm's own. */
#include "sfu/base/rng.h"

static uint64_t rotl(uint64_t v, unsigned k)
{
    return (v << k) | (v >> (64 - k));
}

uint64_t rng_mix(uint64_t v)
{
    v += 0x9E3779B97F4A7C15U;
    v = (v ^ (v >> 30)) * 0xBF58476D1CE4E5B9U;
    v = (v ^ (v >> 27)) * 0x94D049BB133111EBU;
    return v ^ (v >> 31);
}

void rng_init(struct rng *r, uint64_t seed)
{
    for (unsigned i = 0; i < 4; i++)
        r->s[i] = rng_mix(seed + i * 0x9E3779B97F4A7C15U);
}

uint64_t rng_u64(struct rng *r)
{
    uint64_t *s = r->s;
    uint64_t result = rotl(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 45);
    return result;
}

uint32_t rng_u32(struct rng *r)
{
    return (uint32_t)(rng_u64(r) >> 32);
}

/* Lemire's multiplication, refusing the uneven rest. */
uint32_t rng_below(struct rng *r, uint32_t n)
{
    uint32_t uneven = (0U - n) % n;
    uint64_t product;
    do {
        product = (uint64_t)rng_u32(r) * n;
    } while ((uint32_t)product < uneven);
    return (uint32_t)(product >> 32);
}

void rng_fill(struct rng *r, uint8_t *out, size_t len)
{
    uint64_t v = 0;
    for (size_t i = 0; i < len; i++) {
        if (i % 8 == 0)
            v = rng_u64(r);
        out[i] = (uint8_t)(v >> (8 * (i % 8)));
    }
}
