/* SPDX-License-Identifier: Apache-2.0
 * Decides what is kept of an incoming source, who must have it, and when its sender is asked for a
 * keyframe. Rewriting and sending to receivers is forward.c. */
#include "sfu/core/publication.h"

#include "sfu/core/forward.h"
#include "sfu/core/replica.h"
#include "sfu/core/world.h"

#include <string.h>

struct publication *publication_find(const struct engine *e, uint32_t id)
{
    uint32_t i = idmap_find(&e->publication_ids, id);
    return i == IDMAP_NONE ? NULL : slab_at(&e->publications, i);
}

bool publication_is_video(const struct publication *p)
{
    return p->source == SFU_CAMERA || p->source == SFU_SCREEN;
}

bool publication_flows(const struct publication *p)
{
    return p->on && ((p->member->may >> p->source) & 1U) != 0;
}

uint8_t payload_codec(const struct sfu_payload *payloads, uint8_t n, uint8_t pt)
{
    for (uint8_t i = 0; i < n && i < SFU_MAX_PAYLOADS; i++) {
        if (payloads[i].pt == pt)
            return payloads[i].codec;
    }
    return N_SFU_CODEC;
}

uint8_t payload_type(const struct sfu_payload *payloads, uint8_t n, enum sfu_codec codec)
{
    for (uint8_t i = 0; i < n && i < SFU_MAX_PAYLOADS; i++) {
        if (payloads[i].codec == codec)
            return payloads[i].pt;
    }
    return 0xFF;
}

/* The send transport of the member, when it is here: packets of the publication come in on it. */
static void bind_track(struct publication *p)
{
    struct peer *peer = p->member->peer;
    struct transport *t = peer ? peer->send : NULL;
    for (uint8_t i = 0; t && i < t->up->n_tracks; i++) {
        struct track *track = &t->up->tracks[i];
        if (track->cfg.publication != p->id)
            continue;
        p->transport = t;
        p->track = track;
        track->publication = p;
    }
}

static struct publication *publication_new(struct engine *e, struct member *m, uint32_t id,
                                           uint8_t source)
{
    if (m->source[source])
        publication_remove(e, m->source[source]);
    struct publication *p = slab_take(&e->publications, sizeof(*p));
    if (!p)
        return NULL;
    if (idmap_set(&e->publication_ids, id, slab_index(&e->publications, p)) != E_OK) {
        slab_give(&e->publications, p);
        return NULL;
    }
    p->id = id;
    p->source = source;
    p->member = m;
    p->room = m->room;
    p->cache = &e->caches[slab_index(&e->publications, p)];
    keyframe_init(&p->keyframe, source == SFU_SCREEN);
    m->source[source] = p;
    bind_track(p);
    return p;
}

void publication_set(struct engine *e, struct member *m, const struct publication_facts *facts)
{
    if (facts->source >= N_SFU_SOURCE || facts->id == 0)
        return;
    struct publication *p = publication_find(e, facts->id);
    if (!p)
        p = publication_new(e, m, facts->id, facts->source);
    if (!p || p->member != m || p->source != facts->source) {
        e->stats.drop_full++;
        return;
    }
    p->on = facts->on;
    p->n_payloads = facts->n_payloads;
    memcpy(p->payloads, facts->payloads, sizeof(p->payloads));
    room_touch(e, p->room);
}

void publication_remove(struct engine *e, struct publication *p)
{
    while (p->receivers)
        subscription_cut(e, p->receivers);
    if (p->track)
        p->track->publication = NULL;
    if (p->member->source[p->source] == p)
        p->member->source[p->source] = NULL;
    rtx_cache_expire(p->cache, USEC_NEVER);
    deadline_clear(&e->deadlines, world_publication_owner(e, p));
    idmap_remove(&e->publication_ids, p->id);
    room_touch(e, p->room);
    slab_give(&e->publications, p);
}

enum err media_read(struct media *m, const struct publication *p, struct bytes packet)
{
    enum err err = rtp_parse(&m->rtp, packet);
    if (err != E_OK)
        return err;
    m->codec = payload_codec(p->payloads, p->n_payloads, m->rtp.pt);
    m->video = publication_is_video(p);
    if (m->codec >= SFU_RTX || m->video != (m->codec == SFU_VP8))
        return E_UNSUPPORTED;
    m->vp8 = (struct vp8){0};
    if (m->video && m->rtp.payload.len > 0)
        return vp8_parse(&m->vp8, m->rtp.payload);
    return E_OK;
}

static bool keep(struct engine *e, struct publication *p, const struct media *m,
                 struct bytes packet)
{
    struct packet *kept = packet.len <= PACKET_BYTES ? pool_take(&e->pool) : NULL;
    if (!kept)
        return false;
    memcpy(kept->data, packet.p, packet.len);
    kept->len = (uint32_t)packet.len;
    kept->at = m->capture;
    rtx_cache_put(p->cache, e->now, kept, m->seq_ext, m->vp8.keyframe);
    packet_unref(kept);
    p->kept_at = e->now;
    return true;
}

/* The cache drops what is old at each packet; the deadline is for when none comes any more. */
static usec due(const struct publication *p)
{
    usec expiry = p->cache->any ? p->kept_at + RTX_CACHE_MAX_AGE_US + 1 : USEC_NEVER;
    usec ask = publication_is_video(p) ? keyframe_deadline(&p->keyframe) : USEC_NEVER;
    return ask < expiry ? ask : expiry;
}

/* Never later than before: a deadline that was moved on is found out when it comes. */
static void schedule(struct engine *e, const struct publication *p)
{
    usec at = due(p);
    deadline_set_earlier(&e->deadlines, world_publication_owner(e, p),
                         at > e->now ? at : e->now + 1, "publication");
}

void publication_on_packet(struct engine *e, struct publication *p, const struct media *m,
                           struct bytes packet)
{
    if (m->video && e->behind) {
        e->stats.drop_full++;
        return;
    }
    if (m->video) {
        keyframe_on_packet(&p->keyframe, e->now);
        if (m->vp8.keyframe)
            keyframe_on_keyframe(&p->keyframe, e->now);
    }
    if (!keep(e, p, m, packet))
        e->stats.drop_full++;
    if (p->workers)
        replica_packet(e, p, m, packet);
    forward_packet(e, p, m);
    schedule(e, p);
}

static void ask(struct engine *e, struct publication *p)
{
    if (!keyframe_poll(&p->keyframe, e->now))
        return;
    if (p->transport)
        uplink_ask_keyframe(e, p);
    else
        replica_keyframe(e, p);
}

void publication_want_keyframe(struct engine *e, struct publication *p)
{
    keyframe_want(&p->keyframe, e->now);
    ask(e, p);
    schedule(e, p);
}

void publication_on_time(struct engine *e, struct publication *p)
{
    rtx_cache_expire(p->cache, e->now);
    if (publication_is_video(p))
        ask(e, p);
    world_deadline(e, world_publication_owner(e, p), due(p), "publication");
}
