/* SPDX-License-Identifier: Apache-2.0
 * Decides who has to go and who may still come: removal of a person, the entrance, the end of the
 * class, leaving. */
#include "signaling/classroom/state.h"

enum fault on_person_remove(const struct call *call)
{
    struct class *c = call->c;
    struct person *p = person_find(c, call->m->person);
    if (p == NULL || p->state == PERSON_REMOVED || p->merged_into != 0)
        return FAULT_NOT_FOUND;
    if (!role_may_act_on(call->p->role, p->role))
        return FAULT_NOT_ALLOWED;
    if (p == call->p)
        return FAULT_WRONG_STATE; /* one leaves by `leave` */
    if (person_is_here(p)) {
        struct note n = {.kind = NOTE_YOU_REMOVED};
        note_say(c, p->number, &n);
        person_leave(c, p, call->now_ms, LEFT_REMOVED, call->p->number);
    } else {
        check_out(c, p, call->now_ms, call->p->number);
        person_set_state(p, PERSON_REMOVED, call->now_ms);
    }
    event_say(c, &(struct class_event){.kind = EVENT_PERSON_REMOVED,
                                       .person = p->number,
                                       .by = call->p->number,
                                       .at_ms = call->now_ms});
    return FAULT_NONE;
}

void class_set_entrance(struct class *c, int64_t now_ms, enum entrance entrance, uint32_t by)
{
    if (c->entrance == entrance)
        return;
    c->entrance = (uint8_t)entrance;
    struct note n = {.kind = NOTE_ENTRANCE_CHANGED, .entrance = c->entrance};
    delta_say(c, (struct audience){.kind = AUDIENCE_ALL}, &n);
    event_say(c, &(struct class_event){
                     .kind = EVENT_ENTRANCE, .reason = c->entrance, .by = by, .at_ms = now_ms});
}

enum fault on_entrance_set(const struct call *call)
{
    class_set_entrance(call->c, call->now_ms, call->m->entrance, call->p->number);
    return FAULT_NONE;
}

void class_end(struct class *c, int64_t now_ms, uint32_t by)
{
    if (c->ended)
        return;
    pause_end(c, now_ms, by);
    struct note n = {.kind = NOTE_CLASS_ENDED};
    delta_say(c, (struct audience){.kind = AUDIENCE_ALL}, &n);
    c->ended = true;
    c->period = 0;
    for (size_t i = 0; i < c->n_people; i++) {
        struct person *p = c->people[i];
        p->seated = false; /* the end of the class ends every stay in a place */
        p->due_period = 0;
        if (!person_is_here(p))
            p->site = 0;
        if (person_is_here(p))
            person_leave(c, p, now_ms, LEFT_ENDED, by);
        else if (p->state == PERSON_ADMITTED)
            person_set_state(p, PERSON_LEFT, now_ms);
    }
    event_say(c, &(struct class_event){.kind = EVENT_CLASS_ENDED, .by = by, .at_ms = now_ms});
}

enum err class_reopen(struct class *c, int64_t now_ms, uint32_t by)
{
    if (!c->ended)
        return E_STATE;
    c->ended = false;
    event_say(c, &(struct class_event){.kind = EVENT_CLASS_REOPENED, .by = by, .at_ms = now_ms});
    return E_OK;
}

enum fault on_class_end(const struct call *call)
{
    class_end(call->c, call->now_ms, call->p->number);
    return FAULT_NONE;
}

enum fault on_leave(const struct call *call)
{
    person_leave(call->c, call->p, call->now_ms, LEFT_LEFT, call->p->number);
    return FAULT_NONE;
}
