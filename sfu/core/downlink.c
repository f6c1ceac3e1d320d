/* SPDX-License-Identifier: Apache-2.0
 * Decides when a receiver's slots may be filled and when it is told what fills them. Reports are
 * downlink_rtcp.c. */
#include "sfu/core/downlink.h"

#include "sfu/core/world.h"

#include <string.h>

static void append_slots(struct engine *e, struct downlink *d, const struct sfu_receive_open *open)
{
    for (uint8_t i = d->n_slots; i < open->n_slots && i < SFU_MAX_SLOTS; i++) {
        struct slot *s = slab_take(&e->slots, offsetof(struct slot, rewrite));
        if (!s) {
            e->stats.drop_full++;
            return;
        }
        slot_init(e, s, d, i, &open->slots[i]);
        d->slots[d->n_slots++] = s;
    }
}

void downlink_open(struct engine *e, struct peer *p, const struct sfu_receive_open *open)
{
    if (p->receive && p->receive->id == open->transport) { /* m-lines are only ever appended */
        append_slots(e, p->receive->down, open);
        return;
    }
    if (p->receive)
        transport_close(e, p->receive);
    struct transport *t = transport_open(e, p, open->transport, &open->ice);
    struct downlink *d = t ? slab_take(&e->downlinks, sizeof(*d)) : NULL;
    if (!d) {
        e->stats.stale_commands++;
        if (t)
            transport_close(e, t);
        return;
    }
    t->down = d;
    t->ext = open->extensions;
    d->transport = t;
    d->ssrc = rng_u32(&e->rng) | 1U;
    rtt_init(&d->rtt);
    rtx_budget_init(&d->budget);
    p->receive = t;
    append_slots(e, d, open);
}

void downlink_answer(struct engine *e, struct peer *p, const struct sfu_receive_answer *answer)
{
    struct transport *t = p->receive;
    if (!t || t->id != answer->transport) {
        e->stats.stale_commands++;
        return;
    }
    struct downlink *d = t->down;
    t->ext = answer->extensions;
    for (uint8_t i = 0; i < d->n_slots && i < answer->n_slots; i++)
        slot_answer(d->slots[i], &answer->slots[i]);
    transport_set_fingerprint(e, t, answer->fingerprint);
    slot_assign(e, d);
}

static void forget_changed(struct engine *e, struct downlink *d)
{
    for (struct downlink **at = &e->changed; *at; at = &(*at)->changed_next) {
        if (*at == d) {
            *at = d->changed_next;
            break;
        }
    }
    d->changed = false;
}

void downlink_free(struct engine *e, struct downlink *d)
{
    downlink_detach(e, d);
    forget_changed(e, d);
    for (uint8_t i = 0; i < d->n_slots; i++)
        slab_give(&e->slots, d->slots[i]);
    d->transport->down = NULL;
    slab_give(&e->downlinks, d);
}

void downlink_attach(struct engine *e, struct downlink *d)
{
    d->attached = true;
    slot_assign(e, d);
}

void downlink_detach(struct engine *e, struct downlink *d)
{
    d->attached = false;
    for (uint8_t i = 0; i < d->n_slots; i++) {
        subscription_cut(e, &d->slots[i]->next);
        subscription_cut(e, &d->slots[i]->now);
    }
}

void downlink_slot_changed(struct engine *e, struct downlink *d, const struct slot *s)
{
    d->changed_slots |= 1U << s->index;
    if (d->changed)
        return;
    d->changed = true;
    d->changed_next = e->changed;
    e->changed = d;
}

void downlink_tell(struct engine *e, struct downlink *d)
{
    const struct peer *peer = d->transport->peer;
    struct sfu_event event = {.kind = SFU_SLOTS, .room = peer->room->id, .peer = peer->id};
    event.slots.transport = d->transport->id;
    for (uint8_t i = 0; i < d->n_slots; i++) {
        struct slot *s = d->slots[i];
        if ((d->changed_slots >> i & 1U) == 0)
            continue;
        /* Until its first packet has passed, a publication does not fill the slot. */
        const struct publication *p = s->fresh ? NULL : s->now.publication;
        struct sfu_slot_change c = {.slot = i};
        if (p) {
            c.source = p->source;
            c.publication = p->id;
            c.peer = p->member->id;
            c.first_rtp = s->first_rtp;
        }
        if (c.publication == s->told && c.first_rtp == s->told_rtp)
            continue;
        s->told = c.publication;
        s->told_rtp = c.first_rtp;
        event.slots.change[event.slots.n++] = c;
    }
    d->changed_slots = 0;
    if (event.slots.n > 0)
        world_event(e, &event);
}
