/* SPDX-License-Identifier: Apache-2.0
 * The sans-IO face: decides which part a fact concerns, and in which order decisions leave. Nothing
 * about media itself. */
#include "sfu/core/engine.h"

#include "sfu/core/command.h"
#include "sfu/core/replica.h"
#include "sfu/core/world.h"
#include "sfu/wire/demux.h"

#include <assert.h>

enum { REPEAT_US = 1000000 }; /* facts that another worker may have missed are said again */

void world_event(struct engine *e, struct sfu_event *event)
{
    event->worker = (uint8_t)e->cfg.worker;
    if (outbox_event(&e->out, event) != E_OK)
        e->stats.drop_full++;
}

static void advance(struct engine *e, usec now)
{
    assert(now >= e->now);
    e->now = now;
}

/* From an address that proved itself: DTLS and SRTP of its transport. */
static void on_proved(struct engine *e, struct transport *t, enum demux_kind kind, uint8_t *buf,
                      size_t len)
{
    if (kind == DEMUX_DTLS)
        transport_on_dtls(e, t, bytes_of(buf, len));
    else if (kind == DEMUX_RTP || kind == DEMUX_RTCP)
        transport_on_srtp(e, t, buf, len, kind == DEMUX_RTCP);
    else
        e->stats.drop_malformed++;
}

static void on_datagram(struct engine *e, const struct path *path, uint8_t *buf, size_t len,
                        int relayed_from)
{
    enum demux_kind kind = demux(bytes_of(buf, len));
    if (kind == DEMUX_STUN) {
        ice_lite_on_stun(e, path, bytes_of(buf, len), relayed_from);
        return;
    }
    struct transport *t = ice_lite_owner(e, path);
    int worker = t || relayed_from >= 0 ? -1 : ice_lite_routed(e, path);
    if (t)
        on_proved(e, t, kind, buf, len);
    else if (worker >= 0)
        replica_datagram(e, (unsigned)worker, path, bytes_of(buf, len));
    else
        e->stats.drop_stranger++;
}

void engine_on_datagram(struct engine *e, usec now, const struct path *path, uint8_t *buf,
                        size_t len)
{
    advance(e, now);
    e->stats.datagrams_in++;
    e->stats.bytes_in += len;
    on_datagram(e, path, buf, len, -1);
}

void engine_on_relayed(struct engine *e, unsigned from, const struct path *path, uint8_t *buf,
                       size_t len)
{
    on_datagram(e, path, buf, len, (int)from);
}

void engine_on_command(struct engine *e, usec now, const struct sfu_command *command)
{
    advance(e, now);
    command_apply(e, command);
}

void engine_on_relay(struct engine *e, usec now, unsigned from_worker, struct bytes message)
{
    advance(e, now);
    if (from_worker < e->cfg.workers && from_worker != e->cfg.worker)
        replica_on_batch(e, from_worker, message);
}

void engine_set_behind(struct engine *e, bool behind)
{
    e->behind = behind;
}

/* What another worker may not have heard, said again: batches are bounded, and a want can overtake
 * the fact it names. */
static void repeat_facts(struct engine *e)
{
    for (uint32_t i = 0; i < e->peers.ever; i++) {
        const struct peer *p = slab_at(&e->peers, i);
        if (peer_find(e, p->id) == p && !p->member) {
            replica_member(e, p->room, p);
            uplink_repeat(e, p);
        }
    }
    for (uint32_t i = 0; i < e->publications.ever; i++) {
        const struct publication *p = slab_at(&e->publications, i);
        if (publication_find(e, p->id) == p && p->receivers && !p->transport)
            replica_want(e, p, true);
    }
    world_deadline(e, world_engine_owner(e), e->now + REPEAT_US, "repeat");
}

static void on_deadline(struct engine *e, uint32_t owner)
{
    if (owner == world_engine_owner(e)) {
        repeat_facts(e);
        return;
    }
    if (owner < e->transports.max) {
        transport_on_time(e, slab_at(&e->transports, owner));
        return;
    }
    owner -= e->transports.max;
    if (owner < e->rooms.max)
        room_on_time(e, slab_at(&e->rooms, owner));
    else
        publication_on_time(e, slab_at(&e->publications, owner - e->rooms.max));
}

void engine_on_time(struct engine *e, usec now)
{
    struct deadline due;
    advance(e, now);
    while (deadline_pop(&e->deadlines, now, &due))
        on_deadline(e, due.owner);
}

/* Rooms whose slots are to be decided again, then receivers that are to be told. False: nothing
 * left. */
static bool settle(struct engine *e)
{
    if (e->dirty) {
        struct room *r = e->dirty;
        e->dirty = r->dirty_next;
        r->dirty = false;
        for (struct member *m = r->first; m; m = m->next) {
            if (m->peer && m->peer->receive)
                slot_assign(e, m->peer->receive->down);
        }
        return true;
    }
    if (e->changed) {
        struct downlink *d = e->changed;
        e->changed = d->changed_next;
        d->changed = false;
        downlink_tell(e, d);
        return true;
    }
    return false;
}

bool engine_poll(struct engine *e, struct out *out)
{
    while (settle(e)) {
    }
    if (outbox_poll(&e->out, out)) {
        if (out->kind == OUT_DATAGRAM) {
            e->stats.datagrams_out++;
            e->stats.bytes_out += out->datagram.bytes.len;
        }
        return true;
    }
    const struct deadline *first = deadline_first(&e->deadlines);
    out->deadline.at = first ? first->at : USEC_NEVER;
    out->deadline.why = first ? first->why : "";
    return false;
}

void engine_recycle(struct engine *e)
{
    outbox_recycle(&e->out);
}

void engine_stats(const struct engine *e, struct sfu_stats *out)
{
    *out = e->stats;
    out->rooms = e->rooms.live;
    out->peers = e->peers.live;
    out->transports = e->transports.live;
    out->publications = e->publications.live;
}
