/* SPDX-License-Identifier: Apache-2.0
 * Decides whether one more packet of a transport, or one more request of an address, is within its
 * allowance. What follows from being over (mute, notice) is the caller's. */
#include "sfu/core/limit.h"

#include "sfu/base/rng.h"

#include <string.h>

enum { MICRO = 1000000 };

void limit_bucket_init(struct limit_bucket *b, int64_t rate_per_s, int64_t burst)
{
    *b = (struct limit_bucket){.rate_per_s = rate_per_s, .burst = burst, .micro = burst * MICRO};
}

static void refill(struct limit_bucket *b, usec now)
{
    usec passed = now - b->at;
    b->at = now;
    if (b->rate_per_s <= 0)
        return;
    int64_t room = b->burst * MICRO - b->micro;
    if (passed > room / b->rate_per_s)
        b->micro = b->burst * MICRO;
    else
        b->micro += passed * b->rate_per_s;
}

bool limit_bucket_take(struct limit_bucket *b, usec now, int64_t n)
{
    refill(b, now);
    if (b->micro < n * MICRO)
        return false;
    b->micro -= n * MICRO;
    return true;
}

void limit_transport_init(struct limit_transport *l, int64_t packets_per_s, int64_t bps)
{
    memset(l, 0, sizeof(*l));
    l->over_since = USEC_NEVER;
    limit_bucket_init(&l->packets, packets_per_s, packets_per_s);
    limit_bucket_init(&l->bits, bps, bps / 2);
}

static void set_rate(struct limit_bucket *b, int64_t rate_per_s, int64_t burst)
{
    b->rate_per_s = rate_per_s;
    b->burst = burst;
    if (b->micro > burst * MICRO)
        b->micro = burst * MICRO;
}

void limit_transport_set(struct limit_transport *l, int64_t packets_per_s, int64_t bps)
{
    set_rate(&l->packets, packets_per_s, packets_per_s);
    set_rate(&l->bits, bps, bps / 2);
}

bool limit_transport_on_packet(struct limit_transport *l, usec now, size_t bytes)
{
    refill(&l->packets, now);
    int64_t bits = (int64_t)bytes * 8;
    if (l->packets.micro >= MICRO && limit_bucket_take(&l->bits, now, bits)) {
        l->packets.micro -= MICRO;
        return true;
    }
    if (l->over_since == USEC_NEVER || now - l->last_refused > LIMIT_CALM_US)
        l->over_since = now;
    l->last_refused = now;
    l->refused++;
    return false;
}

bool limit_transport_is_abusive(const struct limit_transport *l, usec now)
{
    return l->over_since != USEC_NEVER && now - l->last_refused <= LIMIT_CALM_US &&
           l->last_refused - l->over_since > LIMIT_ABUSE_US;
}

void limit_source_init(struct limit_source *l, uint64_t secret, int64_t rate_per_s, int64_t burst)
{
    l->secret = secret;
    l->refused = 0;
    for (size_t i = 0; i < LIMIT_SOURCES; i++)
        limit_bucket_init(&l->bucket[i], rate_per_s, burst);
}

bool limit_source_take(struct limit_source *l, usec now, const struct addr *from)
{
    uint64_t net = addr_is_v4(from) ? be32(from->ip + 12) : be64(from->ip);
    uint64_t hash = rng_mix(rng_mix(net ^ l->secret) + l->secret);
    if (limit_bucket_take(&l->bucket[hash % LIMIT_SOURCES], now, 1))
        return true;
    l->refused++;
    return false;
}
