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
    return FAULT_NONE;
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
    p->hand.up = false;
    struct note n = {.kind = NOTE_HAND_LOWERED,
                     .lowered = {.person = number, .by = call->p->number}};
    delta_say(call->c, (struct audience){.kind = AUDIENCE_ALL}, &n);
    return FAULT_NONE;
}
