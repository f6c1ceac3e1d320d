/* SPDX-License-Identifier: Apache-2.0
 * Decides what happens to a person's transports and facts when they join, change or leave; the room
 * is the home's. */
#include "sfu/core/peer.h"

#include "sfu/core/replica.h"
#include "sfu/core/world.h"

struct peer *peer_find(const struct engine *e, uint32_t id)
{
    uint32_t i = idmap_find(&e->peer_ids, id);
    return i == IDMAP_NONE ? NULL : slab_at(&e->peers, i);
}

void peer_join(struct engine *e, const struct sfu_command *command)
{
    struct room *r = room_find(e, command->room);
    if (!r || command->peer == 0 || peer_find(e, command->peer)) {
        e->stats.stale_commands++;
        return;
    }
    struct peer *p = slab_take(&e->peers, sizeof(*p));
    if (!p) {
        e->stats.drop_full++;
        return;
    }
    p->id = command->peer;
    p->may = command->may;
    p->room = r;
    p->view.tiles = SFU_MAX_SLOTS;
    if (idmap_set(&e->peer_ids, p->id, slab_index(&e->peers, p)) != E_OK) {
        slab_give(&e->peers, p);
        e->stats.drop_full++;
        return;
    }
    replica_member(e, r, p);
}

void peer_leave(struct engine *e, struct peer *p)
{
    if (p->send)
        transport_close(e, p->send);
    if (p->receive)
        transport_close(e, p->receive);
    if (p->member)
        p->member->peer = NULL;
    idmap_remove(&e->peer_ids, p->id);
    replica_member_gone(e, p->room, p->id);
    p->room = NULL;
    slab_give(&e->peers, p);
}

void peer_set_may(struct engine *e, struct peer *p, uint32_t may)
{
    bool hearing_changed = ((p->may ^ may) & SFU_DEAF) != 0;
    p->may = may;
    replica_member(e, p->room, p);
    if (hearing_changed && p->receive && p->receive->down->attached)
        slot_assign(e, p->receive->down); /* at once: the room's answer may be a worker away */
}

void peer_set_view(struct engine *e, struct peer *p, const struct sfu_view *view)
{
    p->view = *view;
    if (p->receive && p->receive->down->attached)
        slot_assign(e, p->receive->down);
}
