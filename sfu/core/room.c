/* SPDX-License-Identifier: Apache-2.0
 * Decides who is in a room, who stands on its stage and who speaks. What fills whose slots follows
 * from it in slot.c. */
#include "sfu/core/room.h"

#include "sfu/core/replica.h"
#include "sfu/core/world.h"

#include <assert.h>
#include <string.h>

struct room *room_find(const struct engine *e, uint32_t id)
{
    uint32_t i = idmap_find(&e->room_ids, id);
    return i == IDMAP_NONE ? NULL : slab_at(&e->rooms, i);
}

struct member *member_find(const struct engine *e, uint32_t peer_id)
{
    uint32_t i = idmap_find(&e->member_ids, peer_id);
    return i == IDMAP_NONE ? NULL : slab_at(&e->members, i);
}

void room_touch(struct engine *e, struct room *r)
{
    if (r->dirty)
        return;
    r->dirty = true;
    r->dirty_next = e->dirty;
    e->dirty = r;
}

static struct speaker *speaker_of(const struct engine *e, const struct room *r)
{
    return &e->speakers[slab_index(&e->rooms, r)];
}

static void schedule(struct engine *e, const struct room *r)
{
    usec at = speaker_deadline(speaker_of(e, r));
    const char *why = "speakers";
    if (r->speakers_owed && r->speakers_at + ROOM_SPEAKERS_US < at)
        at = r->speakers_at + ROOM_SPEAKERS_US;
    world_deadline(e, world_room_owner(e, r), at, why);
}

void room_open(struct engine *e, uint32_t id, uint8_t home)
{
    if (id == 0 || home >= e->cfg.workers || room_find(e, id))
        return;
    struct room *r = slab_take(&e->rooms, sizeof(*r));
    if (!r) {
        e->stats.drop_full++;
        return;
    }
    r->id = id;
    r->home = home;
    r->speakers_at = e->now - ROOM_SPEAKERS_US;
    if (idmap_set(&e->room_ids, id, slab_index(&e->rooms, r)) != E_OK) {
        slab_give(&e->rooms, r);
        e->stats.drop_full++;
        return;
    }
    log_info(&e->cfg.log, LOG_ROOM, "open", "room=%u home=%u", id, home);
}

static void undirty(struct engine *e, struct room *r)
{
    for (struct room **at = &e->dirty; *at; at = &(*at)->dirty_next) {
        if (*at == r) {
            *at = r->dirty_next;
            break;
        }
    }
    r->dirty = false;
}

void room_close(struct engine *e, struct room *r)
{
    for (uint32_t i = 0; i < e->peers.ever; i++) {
        struct peer *p = slab_at(&e->peers, i);
        if (peer_find(e, p->id) == p && p->room == r)
            peer_leave(e, p);
    }
    room_clear(e, r);
    undirty(e, r);
    deadline_clear(&e->deadlines, world_room_owner(e, r));
    idmap_remove(&e->room_ids, r->id);
    log_info(&e->cfg.log, LOG_ROOM, "close", "room=%u", r->id);
    slab_give(&e->rooms, r);
}

static void link_in_order(struct room *r, struct member *m)
{
    struct member *after = r->last;
    while (after && after->order > m->order)
        after = after->prev;
    m->prev = after;
    m->next = after ? after->next : r->first;
    if (m->prev)
        m->prev->next = m;
    else
        r->first = m;
    if (m->next)
        m->next->prev = m;
    else
        r->last = m;
    r->n_members++;
}

static struct member *member_new(struct engine *e, struct room *r, const struct member *as)
{
    if (r->n_members >= SFU_MAX_ROOM_PEERS)
        return NULL;
    struct member *m = slab_take(&e->members, sizeof(*m));
    if (!m)
        return NULL;
    m->id = as->id;
    m->worker = as->worker;
    m->order = as->order;
    m->room = r;
    if (idmap_set(&e->member_ids, m->id, slab_index(&e->members, m)) != E_OK) {
        slab_give(&e->members, m);
        return NULL;
    }
    if (world_is_home(e, r)) {
        m->order = ++r->joined;
        m->has_voice = speaker_add(speaker_of(e, r), m->id, &m->voice) == E_OK;
    }
    link_in_order(r, m);
    m->peer = peer_find(e, m->id);
    if (m->peer)
        m->peer->member = m;
    return m;
}

struct member *room_member_set(struct engine *e, struct room *r, const struct member *as)
{
    struct member *m = member_find(e, as->id);
    if (!m)
        m = member_new(e, r, as);
    if (!m || m->room != r) {
        e->stats.drop_full++;
        return NULL;
    }
    m->may = as->may;
    room_touch(e, r);
    return m;
}

void room_member_remove(struct engine *e, struct member *m)
{
    struct room *r = m->room;
    for (unsigned i = 0; i < N_SFU_SOURCE; i++) {
        if (m->source[i])
            publication_remove(e, m->source[i]);
    }
    if (m->has_voice) {
        speaker_remove(speaker_of(e, r), m->voice);
        schedule(e, r);
    }
    if (m->prev)
        m->prev->next = m->next;
    else
        r->first = m->next;
    if (m->next)
        m->next->prev = m->prev;
    else
        r->last = m->prev;
    r->n_members--;
    if (m->peer)
        m->peer->member = NULL;
    idmap_remove(&e->member_ids, m->id);
    slab_give(&e->members, m);
    room_touch(e, r);
}

void room_clear(struct engine *e, struct room *r)
{
    while (r->first)
        room_member_remove(e, r->first);
    r->ranking.n = 0;
}

void room_ranking_set(struct engine *e, struct room *r, const struct ranking *ranking)
{
    r->ranking = *ranking;
    room_touch(e, r);
}

void room_on_level(struct engine *e, struct room *r, uint32_t peer, uint8_t level, bool voice)
{
    struct member *m = member_find(e, peer);
    if (!m || m->room != r || !m->has_voice)
        return;
    speaker_on_level(speaker_of(e, r), e->now, m->voice, level, voice);
    schedule(e, r);
}

static void tell_speakers(struct engine *e, struct room *r)
{
    struct sfu_event event = {.kind = SFU_SPEAKERS, .room = r->id};
    event.speakers.n = r->ranking.n;
    memcpy(event.speakers.peers, r->ranking.peers, sizeof(event.speakers.peers));
    world_event(e, &event);
    r->speakers_at = e->now;
    r->speakers_owed = false;
}

void room_on_time(struct engine *e, struct room *r)
{
    struct speaker_list list;
    if (speaker_poll(speaker_of(e, r), e->now, &list)) {
        struct ranking ranking = {0};
        for (size_t i = 0; i < list.count && ranking.n < SFU_MAX_SPEAKERS; i++)
            ranking.peers[ranking.n++] = (uint32_t)list.id[i];
        room_ranking_set(e, r, &ranking);
        replica_ranking(e, r);
        r->speakers_owed = true;
    }
    if (r->speakers_owed && e->now >= r->speakers_at + ROOM_SPEAKERS_US)
        tell_speakers(e, r);
    schedule(e, r);
}

static bool has_something_on(const struct member *m)
{
    for (unsigned i = 0; i < N_SFU_SOURCE; i++) {
        if (m->source[i] && publication_flows(m->source[i]))
            return true;
    }
    return false;
}

struct member *room_stage(const struct room *r, const struct member *receiver)
{
    for (struct member *m = r->first; m; m = m->next) {
        if (m != receiver && (m->may & SFU_IS_STAGE) != 0 && has_something_on(m))
            return m;
    }
    return NULL;
}
