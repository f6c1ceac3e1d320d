/* SPDX-License-Identifier: Apache-2.0
 * Decides how much memory an engine takes, all of it here: no ceiling moves later, nothing is
 * allocated after. */
#include "sfu/base/mem.h"
#include "sfu/core/engine.h"
#include "sfu/core/world.h"

enum {
    DEFAULT_PEERS = 1024,
    DEFAULT_PUBLICATIONS = 1024,
    DEFAULT_PACKETS = 16384,
    DEFAULT_ARENA = 4 * 1024 * 1024,
    SLOTS_PER_PEER = 10, /* a desktop's 5 + 9 and a phone's 3 + 4 */
};

static void fill_defaults(struct engine_config *c)
{
    c->workers = c->workers == 0 ? 1 : c->workers;
    c->max_rooms = c->max_rooms ? c->max_rooms : SFU_MAX_ROOMS;
    c->max_peers = c->max_peers ? c->max_peers : DEFAULT_PEERS;
    c->max_transports = c->max_transports ? c->max_transports : 2 * c->max_peers;
    c->max_publications = c->max_publications ? c->max_publications : DEFAULT_PUBLICATIONS;
    c->max_packets = c->max_packets ? c->max_packets : DEFAULT_PACKETS;
    c->arena_bytes = c->arena_bytes ? c->arena_bytes : DEFAULT_ARENA;
}

/* Members of all rooms held here: with several workers also people whose transports are elsewhere.
 */
static uint32_t max_members(const struct engine_config *c)
{
    uint64_t n = (uint64_t)c->max_peers * c->workers;
    return n < SFU_MAX_PEERS || c->max_peers > SFU_MAX_PEERS ? (uint32_t)n : SFU_MAX_PEERS;
}

static enum err init_slabs(struct engine *e)
{
    const struct engine_config *c = &e->cfg;
    const struct {
        struct slab *slab;
        uint32_t max;
        size_t item_bytes;
    } slabs[] = {
        {&e->rooms, c->max_rooms, sizeof(struct room)},
        {&e->members, max_members(c), sizeof(struct member)},
        {&e->peers, c->max_peers, sizeof(struct peer)},
        {&e->transports, c->max_transports, sizeof(struct transport)},
        {&e->uplinks, c->max_peers, sizeof(struct uplink)},
        {&e->downlinks, c->max_peers, sizeof(struct downlink)},
        {&e->slots, c->max_peers * SLOTS_PER_PEER, sizeof(struct slot)},
        {&e->publications, c->max_publications, sizeof(struct publication)},
    };
    for (size_t i = 0; i < sizeof(slabs) / sizeof(slabs[0]); i++) {
        enum err err = slab_init(slabs[i].slab, slabs[i].max, slabs[i].item_bytes);
        if (err != E_OK)
            return err;
    }
    return E_OK;
}

static enum err init_maps(struct engine *e)
{
    const struct engine_config *c = &e->cfg;
    const struct {
        struct idmap *map;
        uint32_t max;
    } maps[] = {
        {&e->room_ids, c->max_rooms},
        {&e->member_ids, max_members(c)},
        {&e->peer_ids, c->max_peers},
        {&e->transport_ids, c->max_transports},
        {&e->publication_ids, c->max_publications},
        {&e->ufrags, 2 * c->max_transports},
        {&e->tuples, TRANSPORT_TUPLES * c->max_transports},
        {&e->routes, c->workers > 1 ? ICE_LITE_ROUTES : 1},
    };
    for (size_t i = 0; i < sizeof(maps) / sizeof(maps[0]); i++) {
        enum err err = idmap_init(maps[i].map, maps[i].max, rng_u64(&e->rng));
        if (err != E_OK)
            return err;
    }
    return E_OK;
}

static enum err init_places(struct engine *e)
{
    const struct engine_config *c = &e->cfg;
    e->speakers = mem_alloc_array(c->max_rooms, sizeof(e->speakers[0]));
    e->caches = mem_alloc_array(c->max_publications, sizeof(e->caches[0]));
    if (!e->speakers || !e->caches)
        return E_NOMEM;
    enum err err = E_OK;
    for (uint32_t i = 0; err == E_OK && i < c->max_rooms; i++)
        err = speaker_init(&e->speakers[i], SFU_MAX_ROOM_PEERS);
    for (uint32_t i = 0; err == E_OK && i < c->max_publications; i++)
        err = rtx_cache_init(&e->caches[i], RTX_CACHE_VIDEO);
    if (err != E_OK || c->workers == 1)
        return err;
    e->route_table = mem_alloc_array(ICE_LITE_ROUTES, sizeof(e->route_table[0]));
    return e->route_table ? E_OK : E_NOMEM;
}

static enum err init_all(struct engine *e)
{
    const struct engine_config *c = &e->cfg;
    enum err err = outbox_init(&e->out, c->arena_bytes, c->workers);
    if (err == E_OK)
        err = pool_init(&e->pool, c->max_packets);
    if (err == E_OK)
        err = deadline_init(&e->deadlines,
                            c->max_transports + c->max_rooms + c->max_publications + 1);
    if (err == E_OK)
        err = init_slabs(e);
    if (err == E_OK)
        err = init_maps(e);
    if (err == E_OK)
        err = init_places(e);
    return err;
}

enum err engine_new(struct engine **out, const struct engine_config *config)
{
    *out = NULL;
    struct engine *e = mem_alloc(sizeof(*e));
    if (!e)
        return E_NOMEM;
    e->cfg = *config;
    fill_defaults(&e->cfg);
    rng_init(&e->rng, config->seed);
    e->hash_seed = rng_u64(&e->rng);
    enum err err = init_all(e);
    if (err != E_OK) {
        engine_free(e);
        return err;
    }
    limit_source_init(&e->strangers, rng_u64(&e->rng), ICE_LITE_SOURCE_RATE, ICE_LITE_SOURCE_BURST);
    if (e->cfg.workers > 1)
        deadline_set(&e->deadlines, world_engine_owner(e), 0, "repeat");
    *out = e;
    return E_OK;
}

static void free_channels(struct engine *e)
{
    for (uint32_t i = 0; i < e->transports.ever; i++) {
        struct transport *t = slab_at(&e->transports, i);
        if (transport_find(e, t->id) == t && t->channel)
            e->cfg.ports.channel_free(e->cfg.ports.ctx, t->channel);
    }
}

void engine_free(struct engine *e)
{
    if (!e)
        return;
    struct slab *slabs[] = {&e->rooms,   &e->members,   &e->peers, &e->transports,
                            &e->uplinks, &e->downlinks, &e->slots, &e->publications};
    struct idmap *maps[] = {&e->room_ids,        &e->member_ids, &e->peer_ids, &e->transport_ids,
                            &e->publication_ids, &e->ufrags,     &e->tuples,   &e->routes};
    free_channels(e);
    for (uint32_t i = 0; e->caches && i < e->cfg.max_publications; i++)
        rtx_cache_fini(&e->caches[i]);
    for (uint32_t i = 0; e->speakers && i < e->cfg.max_rooms; i++)
        speaker_fini(&e->speakers[i]);
    mem_free(e->caches);
    mem_free(e->speakers);
    mem_free(e->route_table);
    for (size_t i = 0; i < sizeof(slabs) / sizeof(slabs[0]); i++)
        slab_fini(slabs[i]);
    for (size_t i = 0; i < sizeof(maps) / sizeof(maps[0]); i++)
        idmap_fini(maps[i]);
    deadline_fini(&e->deadlines);
    pool_fini(&e->pool);
    outbox_fini(&e->out);
    mem_free(e);
}
