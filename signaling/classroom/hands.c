/* SPDX-License-Identifier: Apache-2.0
 * Raised hands: one a person, in the order in which the server heard of them. */
#include "signaling/classroom/state.h"

enum fault on_hand_raise(const struct call *call)
{
    struct person *p = call->p;
    if (p->hand.up)
        return FAULT_NONE;
    struct note n = {.kind = NOTE_HAND_RAISED,
                     .since = {.person = p->number, .since_ms = call->now_ms}};
    p->hand.up = true;
    p->hand.since_ms = call->now_ms;
    p->hand.seq = call->c->seq + 1; /* the delta said next */
    delta_say(call->c, (struct audience){.kind = AUDIENCE_ALL}, &n);
    struct class_event e = event_of(p, EVENT_HAND_RAISED, call->now_ms);
    event_say(call->c, &e);
    return FAULT_NONE;
}

void hand_lower(struct class *c, struct person *p, int64_t now_ms, uint32_t by)
{
    p->hand.up = false;
    struct note n = {.kind = NOTE_HAND_LOWERED, .lowered = {.person = p->number, .by = by}};
    delta_say(c, (struct audience){.kind = AUDIENCE_ALL}, &n);
    struct class_event e = event_of(p, EVENT_HAND_LOWERED, now_ms);
    e.by = by;
    event_say(c, &e);
}

enum fault on_hand_lower(const struct call *call)
{
    uint32_t number = call->m->person != 0 ? call->m->person : call->p->number;
    if (call->own_only && number != call->p->number)
        return FAULT_NOT_ALLOWED;
    struct person *p = person_here(call->c, number);
    if (p == NULL)
        return FAULT_NOT_FOUND;
    if (!p->hand.up)
        return FAULT_NONE; /* two lowered it at once: both have what they wished */
    hand_lower(call->c, p, call->now_ms, call->p->number);
    return FAULT_NONE;
}
