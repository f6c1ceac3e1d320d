/* SPDX-License-Identifier: Apache-2.0
 * Keeps the newest packets of a layer for sending again, and rations that per receiver. Does not
 * know why a packet is asked for, nor how it is sent. */
#include "sfu/core/rtx_cache.h"

#include "sfu/base/mem.h"
#include "sfu/base/pool.h"

#include <assert.h>
#include <string.h>

enum err rtx_cache_init(struct rtx_cache *c, size_t capacity)
{
    assert(capacity > 0 && (capacity & (capacity - 1)) == 0);
    memset(c, 0, sizeof(*c));
    c->ring = mem_alloc_array(capacity, sizeof(c->ring[0]));
    if (!c->ring)
        return E_NOMEM;
    c->capacity = capacity;
    return E_OK;
}

static struct rtx_cached *cell(const struct rtx_cache *c, uint64_t seq_ext)
{
    return &c->ring[seq_ext & (c->capacity - 1)];
}

static void drop(struct rtx_cached *e)
{
    packet_unref(e->packet);
    e->packet = NULL;
}

static void drop_all(struct rtx_cache *c)
{
    for (size_t i = 0; i < c->capacity; i++)
        drop(&c->ring[i]);
    c->any = false;
    c->has_keyframe = false;
}

void rtx_cache_fini(struct rtx_cache *c)
{
    if (!c->ring)
        return;
    drop_all(c);
    mem_free(c->ring);
    memset(c, 0, sizeof(*c));
}

/* Makes seq_ext the newest: what it pushes out of the ring is dropped. */
static void advance(struct rtx_cache *c, uint64_t seq_ext)
{
    if (c->any && seq_ext - c->highest_ext >= c->capacity)
        drop_all(c);
    if (!c->any) {
        c->any = true;
        c->lowest_ext = seq_ext;
        c->highest_ext = seq_ext;
        return;
    }
    for (uint64_t s = c->highest_ext + 1; s <= seq_ext; s++)
        drop(cell(c, s));
    c->highest_ext = seq_ext;
    if (seq_ext - c->lowest_ext >= c->capacity)
        c->lowest_ext = seq_ext - c->capacity + 1;
}

void rtx_cache_put(struct rtx_cache *c, usec now, struct packet *p, uint64_t seq_ext,
                   bool keyframe_start)
{
    rtx_cache_expire(c, now);
    if (!c->any || seq_ext > c->highest_ext)
        advance(c, seq_ext);
    if (c->highest_ext - seq_ext >= c->capacity || cell(c, seq_ext)->packet)
        return;
    *cell(c, seq_ext) = (struct rtx_cached){.packet = packet_ref(p), .seq_ext = seq_ext, .at = now};
    if (seq_ext < c->lowest_ext)
        c->lowest_ext = seq_ext;
    if (keyframe_start && (!c->has_keyframe || seq_ext > c->keyframe_ext)) {
        c->has_keyframe = true;
        c->keyframe_ext = seq_ext;
        c->keyframe_at = now;
    }
}

struct packet *rtx_cache_find(const struct rtx_cache *c, usec now, uint64_t seq_ext)
{
    if (!c->any || seq_ext < c->lowest_ext || seq_ext > c->highest_ext)
        return NULL;
    const struct rtx_cached *e = cell(c, seq_ext);
    if (!e->packet || now - e->at > RTX_CACHE_MAX_AGE_US)
        return NULL;
    return e->packet;
}

bool rtx_cache_keyframe_run(const struct rtx_cache *c, usec now, uint64_t *from_ext,
                            uint64_t *to_ext)
{
    if (!c->any || !c->has_keyframe)
        return false;
    for (uint64_t s = c->keyframe_ext; s <= c->highest_ext; s++) {
        if (!rtx_cache_find(c, now, s))
            return false;
    }
    *from_ext = c->keyframe_ext;
    *to_ext = c->highest_ext;
    return true;
}

void rtx_cache_expire(struct rtx_cache *c, usec now)
{
    while (c->any) {
        struct rtx_cached *e = cell(c, c->lowest_ext);
        if (e->packet && now - e->at <= RTX_CACHE_MAX_AGE_US)
            return;
        drop(e);
        if (c->lowest_ext == c->highest_ext) {
            c->any = false;
            c->has_keyframe = false;
        } else {
            c->lowest_ext++;
        }
    }
}

usec rtx_cache_deadline(const struct rtx_cache *c)
{
    if (!c->any)
        return USEC_NEVER;
    const struct rtx_cached *e = cell(c, c->lowest_ext);
    return e->packet ? e->at + RTX_CACHE_MAX_AGE_US + 1 : 0;
}

void rtx_budget_init(struct rtx_budget *b)
{
    memset(b, 0, sizeof(*b));
}

void rtx_asked_init(struct rtx_asked *a)
{
    memset(a, 0, sizeof(*a));
}

static size_t turn_to(struct rtx_budget *b, usec now)
{
    int64_t bucket = now / RTX_BUCKET_US;
    int64_t steps = bucket - b->bucket < RTX_BUCKETS ? bucket - b->bucket : RTX_BUCKETS;
    for (int64_t i = 0; i < steps; i++) {
        b->sent[(bucket - i) % RTX_BUCKETS] = 0;
        b->repaired[(bucket - i) % RTX_BUCKETS] = 0;
    }
    b->bucket = bucket;
    return (size_t)(bucket % RTX_BUCKETS);
}

void rtx_budget_on_sent(struct rtx_budget *b, usec now, size_t bytes)
{
    b->sent[turn_to(b, now)] += (uint32_t)bytes;
}

static bool has_share(const struct rtx_budget *b, size_t bytes)
{
    uint64_t sent = 0, repaired = bytes;
    for (size_t i = 0; i < RTX_BUCKETS; i++) {
        sent += b->sent[i];
        repaired += b->repaired[i];
    }
    uint64_t allowed = sent * RTX_PERCENT / 100;
    return repaired <= (allowed > RTX_FLOOR_BYTES ? allowed : RTX_FLOOR_BYTES);
}

static enum rtx_verdict judge(const struct rtx_budget *b, const struct rtx_asked *a, usec now,
                              usec rtt_us, uint64_t out_seq_ext, size_t bytes)
{
    size_t i = out_seq_ext % RTX_ASKED;
    if (a->entry[i].times > 0 && a->entry[i].seq_ext > out_seq_ext)
        return RTX_TOO_OLD;
    if (a->entry[i].times > 0 && a->entry[i].seq_ext == out_seq_ext) {
        if (a->entry[i].times >= RTX_MAX_TIMES)
            return RTX_TOO_OFTEN;
        if (now - a->entry[i].at < rtt_us)
            return RTX_TOO_SOON;
    }
    return has_share(b, bytes) ? RTX_GRANTED : RTX_OVER_SHARE;
}

enum rtx_verdict rtx_budget_ask(struct rtx_budget *b, struct rtx_asked *a, usec now, usec rtt_us,
                                uint64_t out_seq_ext, size_t bytes)
{
    size_t bucket = turn_to(b, now);
    enum rtx_verdict v = judge(b, a, now, rtt_us, out_seq_ext, bytes);
    if (v != RTX_GRANTED) {
        b->refused++;
        return v;
    }
    size_t i = out_seq_ext % RTX_ASKED;
    if (a->entry[i].seq_ext != out_seq_ext)
        a->entry[i].times = 0;
    a->entry[i].seq_ext = out_seq_ext;
    a->entry[i].at = now;
    a->entry[i].times++;
    b->repaired[bucket] += (uint32_t)bytes;
    b->granted++;
    return RTX_GRANTED;
}
