/* SPDX-License-Identifier: Apache-2.0
 * Decides the way of a message to the trainer: taken up by exactly one, relayed, answered. Who
 * reads a message at all is decided in messages.c. */
#include "signaling/classroom/state.h"

struct note_relay relay_note(const struct message *m, enum relay state)
{
    struct note_relay r = {
        .message = m->number, .by = m->relay_by, .state = (uint8_t)state, .since_ms = m->relay_ms};
    if (state == RELAY_RELAYED) { /* the prompter needs no other source */
        r.name = m->name;
        r.text = bytes_of(m->text, m->text_len);
    }
    return r;
}

static void relay_set(struct class *c, struct message *m, enum relay state, int64_t now_ms,
                      uint32_t by)
{
    static const uint8_t kinds[N_RELAY] = {[RELAY_NONE] = EVENT_MESSAGE_RELEASED,
                                           [RELAY_TAKEN] = EVENT_MESSAGE_TAKEN,
                                           [RELAY_RELAYED] = EVENT_MESSAGE_RELAYED,
                                           [RELAY_ANSWERED] = EVENT_MESSAGE_ANSWERED};
    m->relay = (uint8_t)state;
    m->relay_by = by;
    m->relay_ms = now_ms;
    const struct note n = {.kind = NOTE_RELAY_CHANGED, .relay = relay_note(m, state)};
    delta_say(c, (struct audience){.kind = AUDIENCE_MODERATORS}, &n);
    event_say(c, &(struct class_event){.kind = kinds[state],
                                       .person = m->person,
                                       .by = by,
                                       .message = m->number,
                                       .at_ms = now_ms});
}

/* Somebody else has it in hand. */
static bool is_held(const struct message *m, const struct person *by)
{
    return m->relay == RELAY_TAKEN && m->relay_by != by->number;
}

enum fault on_message_take(const struct call *call)
{
    struct message *m = message_find(call->c, call->m->message);
    if (m == NULL)
        return FAULT_NOT_FOUND;
    if (m->relay == RELAY_TAKEN && !is_held(m, call->p))
        return FAULT_NONE; /* said again after a break */
    if (m->relay != RELAY_NONE)
        return FAULT_WRONG_STATE;
    relay_set(call->c, m, RELAY_TAKEN, call->now_ms, call->p->number);
    return FAULT_NONE;
}

enum fault on_message_release(const struct call *call)
{
    struct message *m = message_find(call->c, call->m->message);
    if (m == NULL)
        return FAULT_NOT_FOUND;
    if (m->relay == RELAY_NONE)
        return FAULT_NONE;
    if (m->relay != RELAY_TAKEN || (is_held(m, call->p) && call->p->role != ROLE_TRAINER))
        return FAULT_WRONG_STATE;
    relay_set(call->c, m, RELAY_NONE, call->now_ms, call->p->number);
    return FAULT_NONE;
}

enum fault on_message_relay(const struct call *call)
{
    struct message *m = message_find(call->c, call->m->message);
    if (m == NULL)
        return FAULT_NOT_FOUND;
    if (m->relay == RELAY_RELAYED)
        return FAULT_NONE;
    if (m->relay == RELAY_ANSWERED || is_held(m, call->p))
        return FAULT_WRONG_STATE;
    relay_set(call->c, m, RELAY_RELAYED, call->now_ms, call->p->number);
    return FAULT_NONE;
}

enum fault on_message_answered(const struct call *call)
{
    struct message *m = message_find(call->c, call->m->message);
    if (m == NULL)
        return FAULT_NOT_FOUND;
    if (m->relay == RELAY_ANSWERED)
        return FAULT_NONE;
    if (m->relay != RELAY_RELAYED)
        return FAULT_WRONG_STATE;
    relay_set(call->c, m, RELAY_ANSWERED, call->now_ms, call->p->number);
    return FAULT_NONE;
}

void relay_let_go(struct class *c, const struct person *p, int64_t now_ms)
{
    for (size_t i = 0; i < c->n_messages; i++) {
        struct message *m = c->messages[i];
        if (m->relay == RELAY_TAKEN && m->relay_by == p->number)
            relay_set(c, m, RELAY_NONE, now_ms, 0);
    }
}
