/* SPDX-License-Identifier: Apache-2.0
 * Decides what a record from another worker changes here: facts only from the owner to the home and
 * from the home to the replicas, packets only of publications that come in there. Lengths are
 * checked as if it came from the network. */
#include "sfu/core/engine.h"
#include "sfu/core/replica.h"
#include "sfu/core/replica_record.h"
#include "sfu/core/world.h"

#include <string.h>

/* The room of a state record, when the sender may speak about it. */
static struct room *room_of(struct engine *e, unsigned from, struct bytes body)
{
    struct room *r = room_find(e, be32(body.p));
    if (!r || (!world_is_home(e, r) && from != r->home))
        return NULL;
    return r;
}

/* At home the owner speaks about its own people only. */
static struct member *member_of(struct engine *e, const struct room *r, unsigned from,
                                uint32_t peer)
{
    struct member *m = member_find(e, peer);
    if (!m || m->room != r || (world_is_home(e, r) && m->worker != from))
        return NULL;
    return m;
}

static void on_member(struct engine *e, unsigned from, struct bytes body)
{
    struct room *r = room_of(e, from, body);
    if (!r)
        return;
    struct member as = {.id = be32(body.p + 4),
                        .may = be32(body.p + 8),
                        .order = be32(body.p + 12),
                        .worker = body.p[16]};
    const struct member *known = member_find(e, as.id);
    if (!world_is_home(e, r)) {
        (void)room_member_set(e, r, &as);
        return;
    }
    as.worker = (uint8_t)from;
    if (known && known->worker != from)
        return;
    if (from != e->cfg.worker && (r->workers >> from & 1U) == 0) {
        r->workers |= (uint64_t)1 << from;
        replica_snapshot(e, r, from);
    }
    const struct member *m = room_member_set(e, r, &as);
    if (m)
        replica_member_is(e, m);
}

static bool has_people_of(const struct room *r, unsigned worker)
{
    for (const struct member *m = r->first; m; m = m->next) {
        if (m->worker == worker)
            return true;
    }
    return false;
}

static void on_member_gone(struct engine *e, unsigned from, struct bytes body)
{
    struct room *r = room_of(e, from, body);
    struct member *m = r ? member_of(e, r, from, be32(body.p + 4)) : NULL;
    if (!m)
        return;
    room_member_remove(e, m);
    if (!world_is_home(e, r)) {
        if (!has_people_of(r, e->cfg.worker)) /* the home tells us no more */
            room_clear(e, r);
        return;
    }
    replica_broadcast(e, r, RECORD_MEMBER_GONE, body);
    if (!has_people_of(r, from))
        r->workers &= ~((uint64_t)1 << from);
}

static void on_publication(struct engine *e, unsigned from, struct bytes body)
{
    struct room *r = room_of(e, from, body);
    struct member *m = r ? member_of(e, r, from, be32(body.p + 4)) : NULL;
    if (!m)
        return;
    struct publication_facts f = {.id = be32(body.p + 8),
                                  .source = body.p[12],
                                  .on = body.p[13] != 0,
                                  .n_payloads = body.p[14]};
    if (f.n_payloads > SFU_MAX_PAYLOADS)
        return;
    for (unsigned i = 0; i < SFU_MAX_PAYLOADS; i++)
        f.payloads[i] = (struct sfu_payload){
            .pt = body.p[15 + 3 * i], .codec = body.p[16 + 3 * i], .apt = body.p[17 + 3 * i]};
    publication_set(e, m, &f);
    if (world_is_home(e, r))
        replica_broadcast(e, r, RECORD_PUBLICATION, body);
}

static void on_publication_gone(struct engine *e, unsigned from, struct bytes body)
{
    struct room *r = room_of(e, from, body);
    struct publication *p = publication_find(e, be32(body.p + 4));
    if (!r || !p || p->room != r || !member_of(e, r, from, p->member->id))
        return;
    publication_remove(e, p);
    if (world_is_home(e, r))
        replica_broadcast(e, r, RECORD_PUBLICATION_GONE, body);
}

static void on_level(struct engine *e, unsigned from, struct bytes body)
{
    struct room *r = room_of(e, from, body);
    if (r && world_is_home(e, r) && member_of(e, r, from, be32(body.p + 4)))
        room_on_level(e, r, be32(body.p + 4), body.p[8], body.p[9] != 0);
}

static void on_reset(struct engine *e, unsigned from, struct bytes body)
{
    struct room *r = room_of(e, from, body);
    if (r && !world_is_home(e, r))
        room_clear(e, r);
}

static void on_ranking(struct engine *e, unsigned from, struct bytes body)
{
    struct room *r = room_of(e, from, body);
    struct ranking ranking = {.n = body.p[4]};
    if (!r || world_is_home(e, r) || ranking.n > SFU_MAX_SPEAKERS)
        return;
    for (unsigned i = 0; i < SFU_MAX_SPEAKERS; i++)
        ranking.peers[i] = be32(body.p + 5 + 4 * i);
    room_ranking_set(e, r, &ranking);
}

static void on_want(struct engine *e, unsigned from, struct bytes body)
{
    struct publication *p = publication_find(e, be32(body.p));
    if (!p || !p->transport)
        return;
    uint64_t bit = (uint64_t)1 << from;
    p->workers = body.p[4] ? p->workers | bit : p->workers & ~bit;
}

static void on_keyframe(struct engine *e, unsigned from, struct bytes body)
{
    struct publication *p = publication_find(e, be32(body.p));
    (void)from;
    if (p && p->transport && publication_is_video(p))
        publication_want_keyframe(e, p);
}

static void on_packet(struct engine *e, unsigned from, struct bytes body)
{
    struct publication *p = publication_find(e, be32(body.p));
    struct bytes packet = bytes_skip(body, RECORD_PACKET_HEADER);
    struct media m = {.seq_ext = be64(body.p + 4),
                      .capture = (usec)be64(body.p + 12),
                      .has_level = body.p[20] != 0,
                      .level = body.p[21] & 0x7FU,
                      .voice = body.p[22] != 0};
    if (!p || p->transport || p->member->worker != from || !publication_flows(p))
        return;
    if (media_read(&m, p, packet) != E_OK) {
        e->stats.drop_malformed++;
        return;
    }
    publication_on_packet(e, p, &m, packet);
}

static struct path read_path(const uint8_t *at)
{
    struct path path = {.socket = be16(at + 36)};
    memcpy(path.local.ip, at, 16);
    path.local.port = be16(at + 16);
    memcpy(path.remote.ip, at + 18, 16);
    path.remote.port = be16(at + 34);
    return path;
}

static void on_datagram(struct engine *e, unsigned from, struct bytes body)
{
    struct path path = read_path(body.p);
    struct bytes datagram = bytes_skip(body, RECORD_PATH_BYTES);
    uint8_t buf[PACKET_BYTES];
    if (datagram.len == 0 || datagram.len > sizeof(buf))
        return;
    memcpy(buf, datagram.p, datagram.len);
    engine_on_relayed(e, from, &path, buf, datagram.len);
}

static void on_route(struct engine *e, unsigned from, struct bytes body)
{
    struct path path = read_path(body.p);
    ice_lite_route(e, &path, from);
}

static const struct {
    size_t least; /* bytes of body */
    void (*apply)(struct engine *e, unsigned from, struct bytes body);
} records[N_RECORD] = {
    [RECORD_MEMBER] = {RECORD_MEMBER_BYTES, on_member},
    [RECORD_MEMBER_GONE] = {8, on_member_gone},
    [RECORD_PUBLICATION] = {RECORD_PUBLICATION_BYTES, on_publication},
    [RECORD_PUBLICATION_GONE] = {8, on_publication_gone},
    [RECORD_LEVEL] = {10, on_level},
    [RECORD_RESET] = {4, on_reset},
    [RECORD_RANKING] = {RECORD_RANKING_BYTES, on_ranking},
    [RECORD_WANT] = {5, on_want},
    [RECORD_KEYFRAME] = {4, on_keyframe},
    [RECORD_PACKET] = {RECORD_PACKET_HEADER, on_packet},
    [RECORD_DATAGRAM] = {RECORD_PATH_BYTES, on_datagram},
    [RECORD_ROUTE] = {RECORD_PATH_BYTES, on_route},
};

void replica_apply(struct engine *e, unsigned from, enum record_kind kind, struct bytes body)
{
    if (kind < RECORD_MEMBER || kind >= N_RECORD || body.len < records[kind].least) {
        e->stats.drop_malformed++;
        return;
    }
    records[kind].apply(e, from, body);
}

void replica_on_batch(struct engine *e, unsigned from_worker, struct bytes message)
{
    while (message.len >= RECORD_HEADER) {
        size_t len = be16(message.p + 2);
        if (len > message.len - RECORD_HEADER)
            break;
        replica_apply(e, from_worker, (enum record_kind)message.p[0],
                      bytes_of(message.p + RECORD_HEADER, len));
        message = bytes_skip(message, RECORD_HEADER + len);
    }
    if (message.len > 0)
        e->stats.drop_malformed++;
}
