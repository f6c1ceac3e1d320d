/* SPDX-License-Identifier: Apache-2.0
 * Decides written messages: who reads them, that each is added once, who deletes them, how many are
 * kept. Texts live in the class's memory only. */
#include "signaling/classroom/state.h"

#include "sfu/base/mem.h"

#include <string.h>

/* FNV-1a, 64 bits (draft-eastlake-fnv-17 §2): keys of one person only, who can but fool themselves.
 */
static uint64_t key_hash(struct bytes key)
{
    uint64_t h = 14695981039346656037U;
    for (size_t i = 0; i < key.len; i++)
        h = (h ^ key.p[i]) * 1099511628211U;
    return h;
}

static bool key_seen(const struct person *p, uint64_t hash)
{
    for (size_t i = 0; i < p->n_keys; i++) {
        if (p->keys[i] == hash)
            return true;
    }
    return false;
}

static void key_remember(struct person *p, uint64_t hash)
{
    p->keys[p->next_key] = hash;
    p->next_key = (uint16_t)((p->next_key + 1) % PERSON_KEYS);
    if (p->n_keys < PERSON_KEYS)
        p->n_keys++;
}

static size_t message_index(const struct class *c, uint32_t number)
{
    for (size_t i = 0; i < c->n_messages; i++) {
        if (c->messages[i]->number == number)
            return i;
    }
    return SIZE_MAX;
}

struct message *message_find(const struct class *c, uint32_t number)
{
    size_t i = message_index(c, number);
    return i != SIZE_MAX ? c->messages[i] : NULL;
}

struct note_message message_note(const struct message *m, uint32_t reader)
{
    return (struct note_message){.message = m->number,
                                 .person = m->person,
                                 .name = m->name,
                                 .to = m->to,
                                 .text = bytes_of(m->text, m->text_len),
                                 .at_ms = m->at_ms,
                                 .key = reader == m->person ? m->key : NULL};
}

bool message_is_for(const struct message *m, const struct person *p)
{
    return m->to == TO_ALL || m->person == p->number || role_moderates(p->role);
}

static struct audience readers_of(const struct message *m)
{
    if (m->to == TO_ALL)
        return (struct audience){.kind = AUDIENCE_ALL};
    return (struct audience){.kind = AUDIENCE_MODERATORS, .person = m->person};
}

static void message_drop(struct class *c, size_t i)
{
    mem_free(c->messages[i]);
    c->n_messages--;
    for (; i < c->n_messages; i++)
        c->messages[i] = c->messages[i + 1];
}

static struct message *message_new(const struct call *call)
{
    struct bytes text = call->m->send.text, key = call->m->send.key;
    struct message *m = mem_alloc(sizeof(*m) + text.len);
    if (m == NULL)
        return NULL;
    m->number = call->c->next_message++;
    m->person = call->p->number;
    m->seq = call->c->seq + 1; /* the delta said next */
    m->at_ms = call->now_ms;
    m->to = call->m->send.to;
    memcpy(m->key, key.p, key.len);
    memcpy(m->name, call->p->name, sizeof(m->name));
    m->text_len = text.len;
    memcpy(m->text, text.p, text.len);
    return m;
}

enum fault on_message_send(const struct call *call)
{
    struct class *c = call->c;
    if (call->m->send.key.len > MSG_KEY_MAX || call->m->send.text.len > MSG_TEXT_MAX * MSG_UTF8_MAX)
        return FAULT_TOO_LONG;
    uint64_t hash = key_hash(call->m->send.key);
    if (key_seen(call->p, hash))
        return FAULT_NONE;
    struct message *m = message_new(call);
    if (m == NULL)
        return FAULT_TOO_MANY;
    key_remember(call->p, hash);
    if (c->n_messages == CLASS_MESSAGES_MAX) {
        deltas_lose(c, c->messages[0]->seq);
        message_drop(c, 0);
    }
    c->messages[c->n_messages++] = m;
    struct note n = {.kind = NOTE_MESSAGE_ADDED, .message = message_note(m, m->person)};
    delta_say(c, readers_of(m), &n);
    struct class_event e = event_of(call->p, EVENT_MESSAGE_SENT, call->now_ms);
    e.message = m->number;
    e.reason = m->to;
    e.text = bytes_of(m->text, m->text_len);
    event_say(c, &e);
    return FAULT_NONE;
}

enum fault on_message_delete(const struct call *call)
{
    struct class *c = call->c;
    size_t i = message_index(c, call->m->message);
    if (i == SIZE_MAX || !message_is_for(c->messages[i], call->p))
        return FAULT_NOT_FOUND;
    if (call->own_only && c->messages[i]->person != call->p->number)
        return FAULT_NOT_ALLOWED;
    struct audience to = readers_of(c->messages[i]);
    uint32_t author = c->messages[i]->person;
    message_drop(c, i);
    struct note n = {.kind = NOTE_MESSAGE_DELETED,
                     .deleted = {.message = call->m->message, .by = call->p->number}};
    delta_say(c, to, &n);
    event_say(c, &(struct class_event){.kind = EVENT_MESSAGE_DELETED,
                                       .person = author,
                                       .by = call->p->number,
                                       .message = call->m->message,
                                       .at_ms = call->now_ms});
    return FAULT_NONE;
}
