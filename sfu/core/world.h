/* SPDX-License-Identifier: Apache-2.0
 * Everything one engine holds, for the files of the engine alone; engine.h is the door. Thread:
 * worker. Deadlines are owned by numbers: transports first, then rooms, then publications, then the
 * engine itself. */
#ifndef SFU_CORE_WORLD_H
#define SFU_CORE_WORLD_H

#include "sfu/base/deadline.h"
#include "sfu/base/idmap.h"
#include "sfu/base/pool.h"
#include "sfu/base/rng.h"
#include "sfu/core/downlink.h"
#include "sfu/core/engine.h"
#include "sfu/core/ice_lite.h"
#include "sfu/core/limit.h"
#include "sfu/core/outbox.h"
#include "sfu/core/peer.h"
#include "sfu/core/publication.h"
#include "sfu/core/room.h"
#include "sfu/core/slab.h"
#include "sfu/core/uplink.h"

struct route {
    struct path path;
    usec until; /* 0: empty */
    uint8_t worker;
};

struct engine {
    struct engine_config cfg;
    usec now;
    struct rng rng;
    uint64_t hash_seed;
    struct sfu_stats stats;
    struct outbox out;
    struct pool pool;
    struct deadline_heap deadlines;
    struct slab rooms, members, peers, transports, uplinks, downlinks, slots, publications;
    struct idmap room_ids, member_ids, peer_ids, transport_ids, publication_ids;
    struct idmap ufrags, tuples, routes;
    struct speaker *speakers;  /* owned, one a place of rooms */
    struct rtx_cache *caches;  /* owned, one a place of publications */
    struct route *route_table; /* owned, ICE_LITE_ROUTES when there are other workers */
    uint32_t route_hand;       /* next place to replace */
    struct limit_source strangers;
    bool behind; /* video is shed */
    struct room *dirty;
    struct downlink *changed;
};

static inline uint32_t world_transport_owner(const struct engine *e, const struct transport *t)
{
    return slab_index(&e->transports, t);
}

static inline uint32_t world_room_owner(const struct engine *e, const struct room *r)
{
    return e->transports.max + slab_index(&e->rooms, r);
}

static inline uint32_t world_publication_owner(const struct engine *e, const struct publication *p)
{
    return e->transports.max + e->rooms.max + slab_index(&e->publications, p);
}

static inline uint32_t world_engine_owner(const struct engine *e)
{
    return e->transports.max + e->rooms.max + e->publications.max;
}

static inline bool world_is_home(const struct engine *e, const struct room *r)
{
    return r->home == e->cfg.worker;
}

/* Sets an owner's deadline; what is overdue comes a microsecond later, so that handling it now
 * never loops. */
static inline void world_deadline(struct engine *e, uint32_t owner, usec at, const char *why)
{
    deadline_set(&e->deadlines, owner, at > e->now ? at : e->now + 1, why);
}

/* A datagram that came in at another worker: engine_on_datagram without its time. */
void engine_on_relayed(struct engine *e, unsigned from, const struct path *path, uint8_t *buf,
                       size_t len);

/* An event of this worker, counted when there is no place for it. */
void world_event(struct engine *e, struct sfu_event *event);

#endif
