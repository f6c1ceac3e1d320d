/* SPDX-License-Identifier: Apache-2.0
 * Ceilings by address and by session: wrong tokens (10 a minute an address) and messages (50 a
 * second, burst 100). An IPv6 address counts as its /64, which is what one subscriber holds (RFC
 * 6177 §2). Thread: signaling. */
#ifndef SIGNALING_LIMIT_H
#define SIGNALING_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "sfu/base/addr.h"
#include "sfu/base/err.h"
#include "sfu/base/usec.h"

enum {
    LIMIT_SETS = 1024,
    LIMIT_WAYS = 8, /* 8,192 addresses remembered; beyond it the one nearest to a full allowance is
                       forgotten */
};

/* What identifies an address to every limit: IPv4 whole, IPv6 its first 64 bits. */
uint64_t limit_key(const struct addr *a);

struct limit_cell {
    uint64_t key; /* 0: free */
    usec full_at; /* when the allowance is whole again */
};

struct limit {
    struct limit_cell *cells; /* owned */
    uint64_t seed;
    unsigned per_minute;
};

MUST_USE enum err limit_init(struct limit *l, unsigned per_minute, uint64_t seed);
void limit_fini(struct limit *l);

/* Charges one wrong try. 0: within the allowance; else the seconds to wait (for Retry-After). */
unsigned limit_charge(struct limit *l, usec now, const struct addr *a);

/* The same without a charge: what the next wrong try would have to wait. */
unsigned limit_wait(struct limit *l, usec now, const struct addr *a);

enum rate_answer {
    RATE_OK,
    RATE_TOO_FAST, /* this message is refused */
    RATE_CLOSE     /* too fast for 5 s */
};

enum {
    RATE_A_SECOND = 50, /* PROTOCOL.md §3 */
    RATE_BURST = 100,
    RATE_PATIENCE_S = 5,
};

/* Zero-initialised is ready. */
struct rate {
    usec full_at;
    usec fast_since; /* 0: not too fast */
    usec fast_last;  /* the last message that was refused */
};

enum rate_answer rate_take(struct rate *r, usec now);

#endif
