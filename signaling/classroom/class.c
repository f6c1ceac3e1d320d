/* SPDX-License-Identifier: Apache-2.0
 * Birth and end of a class, and which handler a message goes to once the table allows it. What a
 * message does is decided in its family's file. */
#include "signaling/classroom/class.h"

#include "sfu/base/mem.h"
#include "signaling/classroom/state.h"

#include <string.h>

enum err class_new(struct class **out, const struct class_config *config)
{
    struct class *c = mem_alloc(sizeof(*c));
    if (c == NULL)
        return E_NOMEM;
    c->info = config->info;
    c->policy = config->policy;
    c->entrance = config->entrance;
    c->ended = config->ended;
    c->worker = config->worker;
    c->grace_s = config->grace_s;
    c->next_person = config->next_person > 0 ? config->next_person : 1;
    c->next_message = 1;
    c->period = config->period;
    c->pause_ms = config->pause_ms;
    c->sink = config->sink;
    *out = c;
    return E_OK;
}

void class_free(struct class *c)
{
    if (c == NULL)
        return;
    for (size_t i = 0; i < c->n_people; i++)
        mem_free(c->people[i]);
    for (size_t i = 0; i < c->n_messages; i++)
        mem_free(c->messages[i]);
    mem_free(c->deltas);
    mem_free(c);
}

static enum fault on_hello(const struct call *call)
{
    (void)call;
    return FAULT_WRONG_STATE; /* entered already */
}

/* Done by the service: the heartbeat and the connections' descriptions. */
static enum fault on_service(const struct call *call)
{
    (void)call;
    return FAULT_NONE;
}

static handler *const handlers[N_MSG] = {
    [MSG_HELLO] = on_hello,
    [MSG_PONG] = on_service,
    [MSG_LEAVE] = on_leave,
    [MSG_PERSON_REMOVE] = on_person_remove,
    [MSG_PERSON_MUTE] = on_person_mute,
    [MSG_MUTE_ALL] = on_mute_all,
    [MSG_RIGHTS_SET] = on_rights_set,
    [MSG_POLICY_SET] = on_policy_set,
    [MSG_MICROPHONE_REQUEST] = on_microphone_request,
    [MSG_MICROPHONE_WITHDRAW] = on_microphone_withdraw,
    [MSG_HAND_RAISE] = on_hand_raise,
    [MSG_HAND_LOWER] = on_hand_lower,
    [MSG_MESSAGE_SEND] = on_message_send,
    [MSG_MESSAGE_DELETE] = on_message_delete,
    [MSG_ENTRANCE_SET] = on_entrance_set,
    [MSG_CLASS_END] = on_class_end,
    [MSG_HERE_LEAVE] = on_here_leave,
    [MSG_SITE_TICK] = on_site_tick,
    [MSG_SITE_CONFIRM] = on_site_confirm,
    [MSG_PAUSE_SET] = on_pause_set,
    [MSG_PERSON_MERGE] = on_person_merge,
    [MSG_MESSAGE_TAKE] = on_message_take,
    [MSG_MESSAGE_RELEASE] = on_message_release,
    [MSG_MESSAGE_RELAY] = on_message_relay,
    [MSG_MESSAGE_ANSWERED] = on_message_answered,
    [MSG_MEDIA_OPEN] = on_service,
    [MSG_MEDIA_ANSWER] = on_service,
    [MSG_MEDIA_PUBLISH] = on_service,
    [MSG_MEDIA_CLOSE] = on_service,
    [MSG_PUBLISH] = on_publish,
    [MSG_VIEW_SET] = on_view_set,
};

enum fault class_on_message(struct class *c, int64_t now_ms, uint32_t person, const struct msg *m)
{
    struct person *p = person_find(c, person);
    if (p == NULL || p->state != PERSON_PRESENT)
        return FAULT_WRONG_STATE;
    if (m->kind >= N_MSG)
        return FAULT_UNKNOWN_TYPE;
    enum permission permission = roles_permission(m->kind, p->role);
    if (permission == PERMISSION_NO || permission == PERMISSION_NONE)
        return FAULT_NOT_ALLOWED;
    const struct call call = {
        .c = c, .p = p, .now_ms = now_ms, .m = m, .own_only = permission == PERMISSION_OWN};
    return handlers[m->kind](&call);
}

void class_set_info(struct class *c, const struct class_info *info)
{
    c->info = *info;
}

const struct person *class_person(const struct class *c, uint32_t number)
{
    return person_find(c, number);
}

const struct person *class_person_at(const struct class *c, size_t i)
{
    return i < c->n_people ? c->people[i] : NULL;
}

uint32_t class_person_of_peer(const struct class *c, uint32_t peer)
{
    for (size_t i = 0; i < c->n_people && peer != 0; i++) {
        if (c->people[i]->peer == peer)
            return c->people[i]->number;
    }
    return 0;
}

size_t class_count_here(const struct class *c)
{
    size_t n = 0;
    for (size_t i = 0; i < c->n_people; i++)
        n += person_is_here(c->people[i]) ? 1U : 0U;
    return n;
}

uint64_t class_seq(const struct class *c)
{
    return c->seq;
}

uint32_t class_room(const struct class *c)
{
    return c->room;
}

uint8_t class_worker(const struct class *c)
{
    return c->worker;
}

bool class_is_ended(const struct class *c)
{
    return c->ended;
}

uint8_t class_period(const struct class *c)
{
    return c->period;
}

int64_t class_pause_ms(const struct class *c)
{
    return c->pause_ms;
}

uint32_t class_who_is(const struct class *c, uint32_t number)
{
    const struct person *p = person_resolve(c, number);
    return p != NULL ? p->number : 0;
}

enum entrance class_entrance(const struct class *c)
{
    return c->entrance;
}

struct policy class_policy(const struct class *c)
{
    return c->policy;
}

const struct class_info *class_info(const struct class *c)
{
    return &c->info;
}

uint32_t class_next_person(const struct class *c)
{
    return c->next_person;
}
