/* SPDX-License-Identifier: Apache-2.0
 * Decides requests for the microphone and turning microphones off. Giving the right is decided in
 * rights.c. */
#include "signaling/classroom/state.h"

enum { MICROPHONE_BIT = 1 << SFU_MICROPHONE };

void request_end(struct class *c, struct person *p, enum withdraw_reason reason)
{
    if (!p->request.up)
        return;
    p->request.up = false;
    struct note n = {.kind = NOTE_MICROPHONE_WITHDRAWN,
                     .gone = {.person = p->number, .reason = (uint8_t)reason}};
    delta_say(c, (struct audience){.kind = AUDIENCE_ALL}, &n);
}

enum fault on_microphone_request(const struct call *call)
{
    struct person *p = call->p;
    if ((person_may(call->c, p) & MICROPHONE_BIT) != 0 || person_is_deaf(p))
        return FAULT_WRONG_STATE;
    if (p->request.up)
        return FAULT_NONE;
    struct note n = {.kind = NOTE_MICROPHONE_REQUESTED,
                     .since = {.person = p->number, .since_ms = call->now_ms}};
    p->request.up = true;
    p->request.since_ms = call->now_ms;
    p->request.seq = call->c->seq + 1; /* the delta said next */
    delta_say(call->c, (struct audience){.kind = AUDIENCE_ALL}, &n);
    return FAULT_NONE;
}

enum fault on_microphone_withdraw(const struct call *call)
{
    uint32_t number = call->m->person != 0 ? call->m->person : call->p->number;
    bool own = number == call->p->number;
    if (call->own_only && !own)
        return FAULT_NOT_ALLOWED;
    struct person *p = person_here(call->c, number);
    if (p == NULL)
        return FAULT_NOT_FOUND;
    request_end(call->c, p, own ? WITHDRAW_WITHDRAWN : WITHDRAW_REFUSED);
    return FAULT_NONE;
}

static void mute(const struct call *call, struct person *p)
{
    if (!sources_off(call->c, p, MICROPHONE_BIT))
        return;
    delta_changed(call->c, p, CHANGED_ON);
    struct note n = {.kind = NOTE_YOU_MUTED, .by = call->p->number};
    note_say(call->c, p->number, &n);
}

enum fault on_person_mute(const struct call *call)
{
    struct person *p = person_here(call->c, call->m->person);
    if (p == NULL)
        return FAULT_NOT_FOUND;
    if (!role_may_act_on(call->p->role, p->role))
        return FAULT_NOT_ALLOWED;
    mute(call, p);
    return FAULT_NONE;
}

enum fault on_mute_all(const struct call *call)
{
    for (size_t i = 0; i < call->c->n_people; i++) {
        struct person *p = call->c->people[i];
        if (person_is_here(p) && !role_moderates(p->role))
            mute(call, p);
    }
    return FAULT_NONE;
}
