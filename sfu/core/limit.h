/* SPDX-License-Identifier: Apache-2.0
 * How much one transport may send before any SRTP work is done on it (T9, N8), and how many
 * unauthenticated STUN requests an address may cost us (T2). Thread: worker. Pure; fixed size. */
#ifndef SFU_CORE_LIMIT_H
#define SFU_CORE_LIMIT_H

#include "sfu/base/addr.h"
#include "sfu/base/usec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    LIMIT_ABUSE_US = 5000000, /* T9: over for more than this is muted and told */
    LIMIT_CALM_US = 1000000,  /* so long without a refusal ends being over */
    LIMIT_SOURCES = 1024      /* address buckets; addresses with one hash share one: the bound */
};

/* Token bucket; the unit is the caller's. */
struct limit_bucket {
    int64_t rate_per_s, burst;
    int64_t micro; /* tokens * 10^6 */
    usec at;
};

void limit_bucket_init(struct limit_bucket *b, int64_t rate_per_s, int64_t burst);
/* Takes n tokens if there are so many. */
bool limit_bucket_take(struct limit_bucket *b, usec now, int64_t n);

struct limit_transport {
    struct limit_bucket packets, bits;
    usec over_since; /* USEC_NEVER: not over */
    usec last_refused;
    uint64_t refused; /* counter */
};

/* Bursts are one second's worth of packets and half a second's of bits. */
void limit_transport_init(struct limit_transport *l, int64_t packets_per_s, int64_t bps);
void limit_transport_set(struct limit_transport *l, int64_t packets_per_s, int64_t bps);
bool limit_transport_on_packet(struct limit_transport *l, usec now,
                               size_t bytes); /* false: drop it */
/* Over for more than LIMIT_ABUSE_US without a calm second. */
bool limit_transport_is_abusive(const struct limit_transport *l, usec now);

struct limit_source {
    uint64_t secret; /* so that nobody can aim at somebody else's bucket */
    struct limit_bucket bucket[LIMIT_SOURCES];
    uint64_t refused; /* counter */
};

void limit_source_init(struct limit_source *l, uint64_t secret, int64_t rate_per_s, int64_t burst);
/* By address without port; of IPv6 the first 64 bits, which one household has to itself. */
bool limit_source_take(struct limit_source *l, usec now, const struct addr *from);

#endif
