/* SPDX-License-Identifier: Apache-2.0
 * Decides who is told what, writes the records and batches them. What a record does on arrival is
 * replica_apply.c. */
#include "sfu/core/replica.h"

#include "sfu/core/replica_record.h"
#include "sfu/core/world.h"

#include <string.h>

/* A record's place in the batch towards a worker; NULL: full, and counted. */
static uint8_t *record(struct engine *e, unsigned worker, enum record_kind kind, size_t len,
                       enum outbox_class class)
{
    uint8_t *at =
        len <= UINT16_MAX ? outbox_relay(&e->out, worker, RECORD_HEADER + len, class) : NULL;
    if (!at) {
        e->stats.drop_full++;
        return NULL;
    }
    at[0] = (uint8_t)kind;
    at[1] = 0;
    put_be16(at + 2, (uint16_t)len);
    return at + RECORD_HEADER;
}

static void send_record(struct engine *e, unsigned worker, enum record_kind kind, struct bytes body)
{
    uint8_t *at = record(e, worker, kind, body.len, OUTBOX_CONTROL);
    if (at)
        memcpy(at, body.p, body.len);
}

/* A fact of ours: applied here when we are the home, else sent there. */
static void state_fact(struct engine *e, const struct room *r, enum record_kind kind,
                       struct bytes body)
{
    if (world_is_home(e, r))
        replica_apply(e, e->cfg.worker, kind, body);
    else
        send_record(e, r->home, kind, body);
}

static void write_member(uint8_t *at, const struct record_member *m)
{
    put_be32(at, m->room);
    put_be32(at + 4, m->peer);
    put_be32(at + 8, m->may);
    put_be32(at + 12, m->order);
    at[16] = m->worker;
}

static void write_publication(uint8_t *at, uint32_t room, uint32_t peer,
                              const struct publication_facts *f)
{
    put_be32(at, room);
    put_be32(at + 4, peer);
    put_be32(at + 8, f->id);
    at[12] = f->source;
    at[13] = f->on;
    at[14] = f->n_payloads;
    for (unsigned i = 0; i < SFU_MAX_PAYLOADS; i++) {
        at[15 + 3 * i] = f->payloads[i].pt;
        at[16 + 3 * i] = f->payloads[i].codec;
        at[17 + 3 * i] = f->payloads[i].apt;
    }
}

void replica_member(struct engine *e, const struct room *r, const struct peer *p)
{
    uint8_t body[RECORD_MEMBER_BYTES];
    struct record_member m = {
        .room = r->id, .peer = p->id, .may = p->may, .worker = (uint8_t)e->cfg.worker};
    write_member(body, &m);
    state_fact(e, r, RECORD_MEMBER, bytes_of(body, sizeof(body)));
}

void replica_member_gone(struct engine *e, const struct room *r, uint32_t peer)
{
    uint8_t body[8];
    put_be32(body, r->id);
    put_be32(body + 4, peer);
    state_fact(e, r, RECORD_MEMBER_GONE, bytes_of(body, sizeof(body)));
}

void replica_publication(struct engine *e, const struct room *r, uint32_t peer,
                         const struct publication_facts *facts)
{
    uint8_t body[RECORD_PUBLICATION_BYTES];
    write_publication(body, r->id, peer, facts);
    state_fact(e, r, RECORD_PUBLICATION, bytes_of(body, sizeof(body)));
}

void replica_publication_gone(struct engine *e, const struct room *r, uint32_t publication)
{
    uint8_t body[8];
    put_be32(body, r->id);
    put_be32(body + 4, publication);
    state_fact(e, r, RECORD_PUBLICATION_GONE, bytes_of(body, sizeof(body)));
}

void replica_level(struct engine *e, const struct room *r, uint32_t peer, uint8_t level, bool voice)
{
    uint8_t body[10];
    put_be32(body, r->id);
    put_be32(body + 4, peer);
    body[8] = level;
    body[9] = voice;
    state_fact(e, r, RECORD_LEVEL, bytes_of(body, sizeof(body)));
}

void replica_broadcast(struct engine *e, const struct room *r, enum record_kind kind,
                       struct bytes body)
{
    for (unsigned w = 0; w < e->cfg.workers; w++) {
        if (r->workers >> w & 1U)
            send_record(e, w, kind, body);
    }
}

static struct bytes write_ranking(uint8_t body[RECORD_RANKING_BYTES], const struct room *r)
{
    put_be32(body, r->id);
    body[4] = r->ranking.n;
    for (unsigned i = 0; i < SFU_MAX_SPEAKERS; i++)
        put_be32(body + 5 + 4 * i, r->ranking.peers[i]);
    return bytes_of(body, RECORD_RANKING_BYTES);
}

void replica_ranking(struct engine *e, const struct room *r)
{
    uint8_t body[RECORD_RANKING_BYTES];
    replica_broadcast(e, r, RECORD_RANKING, write_ranking(body, r));
}

void replica_member_is(struct engine *e, const struct member *m)
{
    uint8_t body[RECORD_MEMBER_BYTES];
    struct record_member is = {
        .room = m->room->id, .peer = m->id, .may = m->may, .order = m->order, .worker = m->worker};
    write_member(body, &is);
    replica_broadcast(e, m->room, RECORD_MEMBER, bytes_of(body, sizeof(body)));
}

static void snapshot_member(struct engine *e, unsigned worker, const struct member *m)
{
    uint8_t body[RECORD_PUBLICATION_BYTES];
    struct record_member is = {
        .room = m->room->id, .peer = m->id, .may = m->may, .order = m->order, .worker = m->worker};
    write_member(body, &is);
    send_record(e, worker, RECORD_MEMBER, bytes_of(body, RECORD_MEMBER_BYTES));
    for (unsigned i = 0; i < N_SFU_SOURCE; i++) {
        const struct publication *p = m->source[i];
        if (!p)
            continue;
        struct publication_facts f = {
            .id = p->id, .source = p->source, .on = p->on, .n_payloads = p->n_payloads};
        memcpy(f.payloads, p->payloads, sizeof(f.payloads));
        write_publication(body, m->room->id, m->id, &f);
        send_record(e, worker, RECORD_PUBLICATION, bytes_of(body, RECORD_PUBLICATION_BYTES));
    }
}

void replica_snapshot(struct engine *e, struct room *r, unsigned worker)
{
    uint8_t body[RECORD_RANKING_BYTES];
    put_be32(body, r->id);
    send_record(e, worker, RECORD_RESET, bytes_of(body, 4));
    for (const struct member *m = r->first; m; m = m->next)
        snapshot_member(e, worker, m);
    send_record(e, worker, RECORD_RANKING, write_ranking(body, r));
}

void replica_want(struct engine *e, const struct publication *p, bool on)
{
    uint8_t body[5];
    put_be32(body, p->id);
    body[4] = on;
    if (p->member->worker != e->cfg.worker)
        send_record(e, p->member->worker, RECORD_WANT, bytes_of(body, sizeof(body)));
}

void replica_keyframe(struct engine *e, const struct publication *p)
{
    uint8_t body[4];
    put_be32(body, p->id);
    if (p->member->worker != e->cfg.worker)
        send_record(e, p->member->worker, RECORD_KEYFRAME, bytes_of(body, sizeof(body)));
}

void replica_packet(struct engine *e, const struct publication *p, const struct media *m,
                    struct bytes packet)
{
    for (unsigned w = 0; w < e->cfg.workers; w++) {
        if ((p->workers >> w & 1U) == 0)
            continue;
        uint8_t *at = record(e, w, RECORD_PACKET, RECORD_PACKET_HEADER + packet.len,
                             m->video ? OUTBOX_MEDIA : OUTBOX_URGENT);
        if (!at)
            continue;
        put_be32(at, p->id);
        put_be64(at + 4, m->seq_ext);
        put_be64(at + 12, (uint64_t)m->capture);
        at[20] = m->has_level;
        at[21] = m->level;
        at[22] = m->voice;
        memcpy(at + RECORD_PACKET_HEADER, packet.p, packet.len);
    }
}

static void write_path(uint8_t *at, const struct path *path)
{
    memcpy(at, path->local.ip, 16);
    put_be16(at + 16, path->local.port);
    memcpy(at + 18, path->remote.ip, 16);
    put_be16(at + 34, path->remote.port);
    put_be16(at + 36, path->socket);
}

void replica_datagram(struct engine *e, unsigned worker, const struct path *path,
                      struct bytes datagram)
{
    uint8_t *at =
        record(e, worker, RECORD_DATAGRAM, RECORD_PATH_BYTES + datagram.len, OUTBOX_URGENT);
    if (!at)
        return;
    write_path(at, path);
    memcpy(at + RECORD_PATH_BYTES, datagram.p, datagram.len);
}

void replica_route(struct engine *e, unsigned worker, const struct path *path)
{
    uint8_t body[RECORD_PATH_BYTES];
    write_path(body, path);
    send_record(e, worker, RECORD_ROUTE, bytes_of(body, sizeof(body)));
}
