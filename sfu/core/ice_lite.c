/* SPDX-License-Identifier: Apache-2.0
 * Decides whose a STUN request is, which addresses of a transport count as proved, and to which of
 * them we send. Reading and answering the request are the ports'. */
#include "sfu/core/ice_lite.h"

#include "sfu/core/replica.h"
#include "sfu/core/world.h"

#include <string.h>

static uint64_t ufrag_key(const struct engine *e, const char *ufrag)
{
    uint64_t h = e->hash_seed;
    for (; *ufrag; ufrag++)
        h = rng_mix(h ^ (uint8_t)*ufrag);
    return h;
}

enum err ice_lite_register(struct engine *e, struct transport *t, const struct sfu_ice *ice)
{
    uint64_t key = ufrag_key(e, ice->ufrag);
    if (ice->ufrag[0] == '\0' || idmap_find(&e->ufrags, key) != IDMAP_NONE)
        return E_EXISTS;
    return idmap_set(&e->ufrags, key, slab_index(&e->transports, t));
}

static void drop_ufrag(struct engine *e, struct sfu_ice *ice)
{
    if (ice->ufrag[0])
        idmap_remove(&e->ufrags, ufrag_key(e, ice->ufrag));
    memset(ice, 0, sizeof(*ice));
}

void ice_lite_restart(struct engine *e, struct transport *t, const struct sfu_ice *ice)
{
    drop_ufrag(e, &t->ice[1]);
    if (ice_lite_register(e, t, ice) == E_OK)
        t->ice[1] = *ice;
    else
        e->stats.stale_commands++;
}

static void drop_tuple(struct engine *e, struct transport *t, uint8_t i)
{
    idmap_remove(&e->tuples, path_hash(&t->tuples[i].path, e->hash_seed));
    t->tuples[i] = t->tuples[--t->n_tuples];
}

void ice_lite_forget(struct engine *e, struct transport *t)
{
    while (t->n_tuples > 0)
        drop_tuple(e, t, 0);
    drop_ufrag(e, &t->ice[0]);
    drop_ufrag(e, &t->ice[1]);
}

void ice_lite_expire(struct engine *e, struct transport *t)
{
    for (uint8_t i = t->n_tuples; i > 0; i--) {
        if (e->now - t->tuples[i - 1].checked >= TRANSPORT_CONSENT_US)
            drop_tuple(e, t, (uint8_t)(i - 1));
    }
}

usec ice_lite_deadline(const struct transport *t)
{
    usec at = USEC_NEVER;
    for (uint8_t i = 0; i < t->n_tuples; i++) {
        usec ends = t->tuples[i].checked + TRANSPORT_CONSENT_US;
        at = ends < at ? ends : at;
    }
    return at;
}

/* Newest nomination first, newest check where nothing was nominated. */
const struct path *ice_lite_selected(const struct transport *t)
{
    const struct tuple *best = NULL;
    for (uint8_t i = 0; i < t->n_tuples; i++) {
        const struct tuple *it = &t->tuples[i];
        if (!best || it->nominated > best->nominated ||
            (it->nominated == best->nominated && it->checked > best->checked))
            best = it;
    }
    return best ? &best->path : NULL;
}

static struct tuple *find_tuple(struct transport *t, const struct path *path)
{
    for (uint8_t i = 0; i < t->n_tuples; i++) {
        if (path_equal(&t->tuples[i].path, path))
            return &t->tuples[i];
    }
    return NULL;
}

struct transport *ice_lite_owner(struct engine *e, const struct path *path)
{
    uint32_t i = idmap_find(&e->tuples, path_hash(path, e->hash_seed));
    if (i == IDMAP_NONE)
        return NULL;
    struct transport *t = slab_at(&e->transports, i);
    return find_tuple(t, path) ? t : NULL;
}

/* A place for a new tuple: the one checked longest ago gives way, never the selected one. */
static void make_room(struct engine *e, struct transport *t)
{
    if (t->n_tuples < TRANSPORT_TUPLES)
        return;
    const struct path *selected = ice_lite_selected(t);
    uint8_t oldest = 0;
    for (uint8_t i = 0; i < t->n_tuples; i++) {
        bool kept = &t->tuples[oldest].path == selected;
        if (&t->tuples[i].path != selected &&
            (kept || t->tuples[i].checked < t->tuples[oldest].checked))
            oldest = i;
    }
    drop_tuple(e, t, oldest);
}

static struct tuple *add_tuple(struct engine *e, struct transport *t, const struct path *path)
{
    struct transport *before = ice_lite_owner(e, path);
    if (before) { /* the same socket of the peer now speaks for another transport */
        for (uint8_t i = 0; i < before->n_tuples; i++) {
            if (path_equal(&before->tuples[i].path, path)) {
                drop_tuple(e, before, i);
                break;
            }
        }
    }
    make_room(e, t);
    if (idmap_set(&e->tuples, path_hash(path, e->hash_seed), slab_index(&e->transports, t)) !=
        E_OK) {
        e->stats.drop_full++;
        return NULL;
    }
    struct tuple *it = &t->tuples[t->n_tuples++];
    *it = (struct tuple){.path = *path, .nominated = -1};
    return it;
}

static void on_valid(struct engine *e, struct transport *t, const struct path *path, bool nominates)
{
    struct tuple *it = find_tuple(t, path);
    if (!it)
        it = add_tuple(e, t, path);
    if (!it)
        return;
    it->checked = e->now;
    if (nominates)
        it->nominated = e->now;
    t->checked = e->now;
    if (!t->announced)
        transport_set_state(e, t, SFU_TRANSPORT_CONNECTING, "check");
    else if (t->state == SFU_TRANSPORT_LOST)
        transport_set_state(e, t, SFU_TRANSPORT_CONNECTED, "check");
    transport_schedule(e, t);
}

/* Which of the transport's credentials the request names; -1: neither. */
static int credentials_of(const struct transport *t, const char *ufrag)
{
    for (int i = 0; i < 2; i++) {
        if (t->ice[i].ufrag[0] && strcmp(t->ice[i].ufrag, ufrag) == 0)
            return i;
    }
    return -1;
}

static void accept(struct engine *e, struct transport *t, const struct path *path,
                   struct bytes datagram, const struct port_binding *binding)
{
    int which = credentials_of(t, binding->ufrag);
    uint8_t *reply = outbox_reserve(&e->out, ICE_LITE_REPLY_MAX, OUTBOX_CONTROL);
    if (which < 0 || !reply) {
        e->stats.drop_stranger++;
        return;
    }
    size_t len = 0;
    enum err err = e->cfg.ports.binding_accept(e->cfg.ports.ctx, datagram, t->ice[which].ufrag,
                                               t->ice[which].pwd, &path->remote, reply,
                                               ICE_LITE_REPLY_MAX, &len);
    if (len > 0 && outbox_send(&e->out, path, len) != E_OK)
        e->stats.drop_full++;
    if (err != E_OK) {
        e->stats.drop_auth++;
        return;
    }
    if (which ==
        1) { /* the first check with the new credentials ends the old ones: RFC 8445 §2.4 */
        struct sfu_ice next = t->ice[1];
        idmap_remove(&e->ufrags, ufrag_key(e, t->ice[0].ufrag));
        t->ice[0] = next;
        memset(&t->ice[1], 0, sizeof(t->ice[1]));
    }
    on_valid(e, t, path, binding->use_candidate);
}

/* The worker a ufrag names: sfu_worker_letter() is 'A' + its number. */
static int worker_of(const struct engine *e, const char *ufrag)
{
    int w = ufrag[0] - 'A';
    return w >= 0 && (unsigned)w < e->cfg.workers ? w : -1;
}

void ice_lite_on_stun(struct engine *e, const struct path *path, struct bytes datagram,
                      int relayed_from)
{
    bool known = ice_lite_owner(e, path) || (relayed_from < 0 && ice_lite_routed(e, path) >= 0);
    if (!known && relayed_from < 0 && !limit_source_take(&e->strangers, e->now, &path->remote)) {
        e->stats.drop_limit++;
        return;
    }
    struct port_binding binding;
    if (e->cfg.ports.binding_peek(e->cfg.ports.ctx, datagram, &binding) != E_OK) {
        e->stats.drop_malformed++;
        return;
    }
    int worker = worker_of(e, binding.ufrag);
    if (worker >= 0 && (unsigned)worker != e->cfg.worker && relayed_from < 0) {
        replica_datagram(e, (unsigned)worker, path, datagram);
        return;
    }
    uint32_t i = idmap_find(&e->ufrags, ufrag_key(e, binding.ufrag));
    if (i == IDMAP_NONE) {
        e->stats.drop_stranger++;
        return;
    }
    struct transport *t = slab_at(&e->transports, i);
    accept(e, t, path, datagram, &binding);
    if (relayed_from >= 0 && ice_lite_owner(e, path))
        replica_route(e, (unsigned)relayed_from, path);
}

int ice_lite_routed(struct engine *e, const struct path *path)
{
    if (!e->route_table)
        return -1;
    uint32_t i = idmap_find(&e->routes, path_hash(path, e->hash_seed));
    if (i == IDMAP_NONE)
        return -1;
    const struct route *r = &e->route_table[i];
    return r->until > e->now && path_equal(&r->path, path) ? r->worker : -1;
}

void ice_lite_route(struct engine *e, const struct path *path, unsigned worker)
{
    if (!e->route_table)
        return;
    uint64_t key = path_hash(path, e->hash_seed);
    uint32_t i = idmap_find(&e->routes, key);
    if (i == IDMAP_NONE) {
        i = e->route_hand;
        e->route_hand = (e->route_hand + 1) % ICE_LITE_ROUTES;
        struct route *old = &e->route_table[i];
        if (old->until != 0)
            idmap_remove(&e->routes, path_hash(&old->path, e->hash_seed));
        if (idmap_set(&e->routes, key, i) != E_OK) {
            old->until = 0;
            return;
        }
    }
    e->route_table[i] = (struct route){
        .path = *path, .until = e->now + TRANSPORT_CONSENT_US, .worker = (uint8_t)worker};
}
