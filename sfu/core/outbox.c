/* SPDX-License-Identifier: Apache-2.0
 * Decides what waits for the shell and in which order it is taken; what to send is the others'. */
#include "sfu/core/outbox.h"

#include "sfu/base/mem.h"

#include <string.h>

struct parcel {
    struct path path;
    size_t at, len;
};

enum {
    MEAN_DATAGRAM = 192 /* bytes: bounds the datagrams of one turn; audio is about that long */
};

enum err outbox_init(struct outbox *o, size_t arena_bytes, unsigned workers)
{
    memset(o, 0, sizeof(*o));
    o->arena_bytes = arena_bytes;
    o->workers = workers;
    o->arena = mem_alloc(arena_bytes);
    if (!o->arena)
        return E_NOMEM;
    uint32_t parcels = (uint32_t)(arena_bytes / MEAN_DATAGRAM) + 16;
    enum err e = ring_init(&o->datagrams, parcels, sizeof(struct parcel));
    if (e == E_OK)
        e = ring_init(&o->events, OUTBOX_EVENTS, sizeof(struct sfu_event));
    if (e != E_OK || workers <= 1)
        return e;
    o->batches = mem_alloc_array(workers, sizeof(o->batches[0]));
    if (!o->batches)
        return E_NOMEM;
    for (unsigned i = 0; i < workers; i++) {
        o->batches[i].buf = mem_alloc(OUTBOX_RELAY_BYTES);
        if (!o->batches[i].buf)
            return E_NOMEM;
    }
    return E_OK;
}

void outbox_fini(struct outbox *o)
{
    for (unsigned i = 0; o->batches && i < o->workers; i++)
        mem_free(o->batches[i].buf);
    mem_free(o->batches);
    ring_fini(&o->events);
    ring_fini(&o->datagrams);
    mem_free(o->arena);
    memset(o, 0, sizeof(*o));
}

/* Which part of a whole is kept back from a class: 1/4 from video, 1/8 from audio. */
static size_t kept_back(size_t whole, enum outbox_class class)
{
    switch (class) {
    case OUTBOX_MEDIA: return whole / 4;
    case OUTBOX_URGENT: return whole / 8;
    case OUTBOX_CONTROL: break;
    }
    return 0;
}

uint8_t *outbox_reserve(struct outbox *o, size_t cap, enum outbox_class class)
{
    if (o->used + cap + kept_back(o->arena_bytes, class) > o->arena_bytes)
        return NULL;
    if (o->datagrams.count + kept_back(o->datagrams.max, class) >= o->datagrams.max)
        return NULL;
    return o->arena + o->used;
}

enum err outbox_send(struct outbox *o, const struct path *path, size_t len)
{
    struct parcel p = {.path = *path, .at = o->used, .len = len};
    enum err e = ring_push(&o->datagrams, &p);
    if (e == E_OK)
        o->used += len;
    return e;
}

enum err outbox_event(struct outbox *o, const struct sfu_event *event)
{
    return ring_push(&o->events, event);
}

uint8_t *outbox_relay(struct outbox *o, unsigned worker, size_t n, enum outbox_class class)
{
    if (!o->batches || worker >= o->workers)
        return NULL;
    struct outbox_batch *b = &o->batches[worker];
    size_t cap = OUTBOX_RELAY_BYTES;
    if (class != OUTBOX_CONTROL)
        cap -= OUTBOX_RELAY_SPARE;
    if (b->len + n > cap)
        return NULL;
    uint8_t *at = b->buf + b->len;
    b->len += n;
    return at;
}

static bool poll_batch(struct outbox *o, struct out *out)
{
    for (unsigned i = 0; o->batches && i < o->workers; i++) {
        struct outbox_batch *b = &o->batches[i];
        if (b->taken == b->len)
            continue;
        out->kind = OUT_RELAY;
        out->relay.to_worker = i;
        out->relay.message = bytes_of(b->buf + b->taken, b->len - b->taken);
        b->taken = b->len;
        return true;
    }
    return false;
}

bool outbox_poll(struct outbox *o, struct out *out)
{
    struct parcel p;
    if (ring_pop(&o->datagrams, &p)) {
        out->kind = OUT_DATAGRAM;
        out->datagram.path = p.path;
        out->datagram.bytes = bytes_of(o->arena + p.at, p.len);
        return true;
    }
    if (ring_pop(&o->events, &out->event)) {
        out->kind = OUT_EVENT;
        return true;
    }
    return poll_batch(o, out);
}

void outbox_recycle(struct outbox *o)
{
    if (o->datagrams.count == 0)
        o->used = 0;
    for (unsigned i = 0; o->batches && i < o->workers; i++) {
        struct outbox_batch *b = &o->batches[i];
        if (b->taken == b->len)
            b->taken = b->len = 0;
    }
}
