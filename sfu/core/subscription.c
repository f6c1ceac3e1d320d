/* SPDX-License-Identifier: Apache-2.0
 * Decides how a slot passes from one publication to the next: audio at once, video when a keyframe
 * of the next one starts, the former going on until then. Which publication it shall be is
 * slot.c's. */
#include "sfu/core/subscription.h"

#include "sfu/core/forward.h"
#include "sfu/core/replica.h"
#include "sfu/core/world.h"

static void attach(struct engine *e, struct subscription *sub, struct publication *p)
{
    sub->publication = p;
    sub->prev = NULL;
    sub->next = p->receivers;
    if (sub->next)
        sub->next->prev = sub;
    p->receivers = sub;
    if (p->n_receivers++ == 0 && !p->transport)
        replica_want(e, p, true);
}

static void detach(struct engine *e, struct subscription *sub)
{
    struct publication *p = sub->publication;
    if (sub->prev)
        sub->prev->next = sub->next;
    else
        p->receivers = sub->next;
    if (sub->next)
        sub->next->prev = sub->prev;
    sub->publication = NULL;
    sub->prev = sub->next = NULL;
    if (--p->n_receivers == 0 && !p->transport)
        replica_want(e, p, false);
}

void subscription_cut(struct engine *e, struct subscription *sub)
{
    struct slot *s = sub->slot;
    if (!sub->publication)
        return;
    detach(e, sub);
    if (sub != &s->now)
        return;
    rewrite_stop(&s->rewrite);
    s->fresh = false;
    downlink_slot_changed(e, s->down, s);
}

static void fill(struct engine *e, struct slot *s, struct publication *p)
{
    subscription_cut(e, &s->now);
    attach(e, &s->now, p);
    rewrite_switch(&s->rewrite, p->id);
    report_out_restart(&s->report);
    s->fresh = true;
}

void subscription_promote(struct engine *e, struct slot *s)
{
    struct publication *p = s->next.publication;
    /* Attached before the waiting link goes, so that the publication is never without a receiver.
     */
    fill(e, s, p);
    detach(e, &s->next);
}

void subscription_start(struct engine *e, struct slot *s, struct publication *p)
{
    if (s->now.publication == p) {
        subscription_cut(e, &s->next);
        return;
    }
    if (s->next.publication == p)
        return;
    subscription_cut(e, &s->next);
    if (!publication_is_video(p)) {
        fill(e, s, p);
        return;
    }
    attach(e, &s->next, p);
    if (!forward_run(e, s, p))
        publication_want_keyframe(e, p);
}
