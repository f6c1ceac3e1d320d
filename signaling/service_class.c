/* SPDX-License-Identifier: Apache-2.0
 * What a lesson says to the world: notes are encoded once and sent to each reader, commands go to
 * the media plane, events end sessions and are stored. */
#include "signaling/service_state.h"

#include "sfu/base/mem.h"
#include "signaling/api/instant.h"
#include "signaling/json.h"

#include <string.h>

static void count_note(struct service *v, unsigned readers)
{
    v->counts.notes += readers;
}

/* One encoding for all readers; NULL: no memory, and then the reader learns of it by its next
 * resume. */
static struct http_text *encode(const struct note *note)
{
    size_t len = 0;
    char *text = json_write(note, &len);
    struct http_text *t = text == NULL ? NULL : http_text_new(text, len);
    json_text_free(text);
    return t;
}

void lesson_tell(struct service *v, struct school_class *c, const struct note *note)
{
    struct http_text *text = encode(note);
    for (size_t i = 0; i < c->n_sessions && text != NULL; i++)
        if (c->sessions[i]->joined && c->sessions[i]->conn != 0)
            http_ws_send(v->http, c->sessions[i]->conn, text);
    http_text_unref(text);
}

static void deliver(void *ctx, const struct audience *to, const struct note *note)
{
    struct school_class *c = ctx;
    struct service *v = c->service;
    struct http_text *text = encode(note);
    unsigned readers = 0;
    for (size_t i = 0; i < c->n_sessions && text != NULL; i++) {
        const struct session *s = c->sessions[i];
        if (!s->joined || s->conn == 0 || !class_has(c->class, to, s->person))
            continue;
        http_ws_send(v->http, s->conn, text);
        readers++;
    }
    http_text_unref(text);
    count_note(v, readers);
}

void lesson_deliver(struct school_class *c, const struct audience *to, const struct note *note)
{
    deliver(c, to, note);
}

/* Which class a room or a peer of the media plane belongs to, for its events. */
static void remember(struct school_class *c, const struct sfu_command *command)
{
    struct school *s = &c->service->school;
    enum err e = E_OK;
    if (command->kind == SFU_ROOM_OPEN)
        e = idmap_set(&s->by_room, command->room, c->place);
    else if (command->kind == SFU_PEER_JOIN)
        e = idmap_set(&s->by_peer, command->peer, c->place);
    else if (command->kind == SFU_ROOM_CLOSE)
        idmap_remove(&s->by_room, command->room);
    else if (command->kind == SFU_PEER_LEAVE)
        idmap_remove(&s->by_peer, command->peer);
    if (e != E_OK)
        log_warn(&c->service->log, LOG_MEDIA, "too many peers", "err=%s", err_name(e));
}

static void to_sfu(void *ctx, const struct sfu_command *command)
{
    struct school_class *c = ctx;
    struct service *v = c->service;
    remember(c, command);
    if (sfu_send(v->sfu, command) == E_OK)
        return;
    v->counts.sfu_refused++;
    struct session *s = command->peer != 0 ? session_of_peer(c, command->peer) : NULL;
    if (s != NULL && s->conn != 0)
        http_ws_close(v->http, s->conn,
                      CLOSE_BUSY); /* the rule of sfu.h: the peer concerned is closed */
}

static unsigned code_of(uint8_t reason)
{
    static const unsigned codes[] = {[LEFT_LEFT] = CLOSE_END,
                                     [LEFT_NETWORK] = CLOSE_END,
                                     [LEFT_REMOVED] = CLOSE_REMOVED,
                                     [LEFT_ENDED] = CLOSE_CLASS_ENDED};
    return reason < sizeof codes / sizeof codes[0] ? codes[reason] : CLOSE_END;
}

enum { CLOSE_COME_BACK = 1001 }; /* PROTOCOL.md §3 */

/* Merged: one page of the two goes on; alone, it comes back by its own token as the other. */
static unsigned merged_code(struct school_class *c, uint32_t into)
{
    const struct session *other = session_find(c, into);
    return other != NULL && other->conn != 0 ? CLOSE_MOVED : CLOSE_COME_BACK;
}

static void on_removed(struct school_class *c, uint32_t person)
{
    struct service *v = c->service;
    ticket_revoke(&v->tickets, c->number, person);
    v->counts.removed++;
    struct store_person *p = roster_find(c, person);
    if (p == NULL)
        return;
    p->removed = true;
    p->revocation++;
    if (lesson_keep_person(v, p, 0) != E_OK)
        log_error(&v->log, LOG_STORE, "a removal was not stored", "class=%s person=%u", c->id_text,
                  person);
}

/* Both numbers are one person from now on, after a restart too. */
static void on_merged(struct school_class *c, const struct class_event *event)
{
    struct store_person *p = roster_find(c, event->person);
    if (p == NULL)
        return;
    p->merged_into = event->other;
    if (lesson_keep_person(c->service, p, 0) != E_OK)
        log_error(&c->service->log, LOG_STORE, "a merge was not stored", "class=%s person=%u",
                  c->id_text, event->person);
}

static void on_event(void *ctx, const struct class_event *event)
{
    struct school_class *c = ctx;
    struct service *v = c->service;
    log_info(&v->log, LOG_CLASS, class_event_name(event->kind),
             "class=%s person=%u by=%u reason=%u", c->id_text, event->person, event->by,
             event->reason);
    journal_class_event(c, event);
    struct session *s = event->person != 0 ? session_find(c, event->person) : NULL;
    if (event->kind == EVENT_PERSON_LEFT && s != NULL)
        session_end(v, s,
                    event->reason == LEFT_MOVED ? merged_code(c, event->other)
                                                : code_of(event->reason));
    else if (event->kind == EVENT_PERSON_REMOVED)
        on_removed(c, event->person);
    else if (event->kind == EVENT_MESSAGE_DELETED)
        keep_erase_message(c, event->message);
    else if (event->kind == EVENT_PERSON_MERGED)
        on_merged(c, event);
    else if (event->kind == EVENT_CLASS_ENDED || event->kind == EVENT_ENTRANCE ||
             event->kind == EVENT_POLICY || event->kind == EVENT_CLASS_REOPENED)
        c->dirty = true;
}

/* The store keeps the texts of the plan only. */
static void read_times(struct class_info *info)
{
    for (size_t i = 0; i < info->n_periods; i++) {
        struct period *p = &info->periods[i];
        int64_t from_s = 0, to_s = 0;
        if (instant_parse(&from_s, p->from) != E_OK || instant_parse(&to_s, p->to) != E_OK)
            continue; /* never runs; it was checked before it was kept */
        p->from_ms = from_s * 1000;
        p->to_ms = to_s * 1000;
    }
}

static enum err restore_person(struct school_class *c, const struct store_person *p,
                               const struct class_restored *seat)
{
    char organisation[PERSON_NAME_BYTES];
    people_cut(organisation, p->organisation);
    const struct class_restored who = {.number = p->number,
                                       .role = p->role,
                                       .identity = p->identity,
                                       .removed = p->removed,
                                       .merged_into = p->merged_into,
                                       .name = p->name,
                                       .site = seat->site,
                                       .period = seat->period,
                                       .how = seat->how,
                                       .organisation = organisation};
    return class_restore(c->class, &who);
}

enum err lesson_open(struct service *v, struct school_class *c)
{
    c->service = v;
    read_times(&c->kept.info);
    struct class_restored *sits = NULL;
    struct class_config config = {.info = c->kept.info,
                                  .policy = c->kept.policy,
                                  .entrance = c->kept.entrance,
                                  .ended = c->kept.ended,
                                  .next_person = roster_next_number(c),
                                  .grace_s = v->config->grace_s,
                                  .worker = (uint8_t)(c->number % v->config->workers),
                                  .sink = {.ctx = c,
                                           .deliver = deliver,
                                           .sfu = to_sfu,
                                           .event = on_event,
                                           .new_id = service_new_id}};
    enum err e = recall_read(v, c, &config, &sits);
    if (e == E_OK)
        e = class_new(&c->class, &config);
    for (size_t i = 0; i < c->n_people && e == E_OK; i++)
        e = restore_person(c, c->people[i], &sits[i]);
    mem_free(sits);
    return e;
}

enum err lesson_keep(struct service *v, struct school_class *c, uint64_t cookie)
{
    struct store_op *op = &(struct store_op){.kind = STORE_PUT_CLASS, .cookie = cookie};
    c->kept.policy = class_policy(c->class);
    c->kept.entrance = (uint8_t)class_entrance(c->class);
    c->kept.ended = class_is_ended(c->class);
    op->class = c->kept;
    enum err e = store_put(v->store, op);
    if (e != E_OK)
        v->counts.store_refused++;
    return e;
}

enum err lesson_keep_person(struct service *v, const struct store_person *p, uint64_t cookie)
{
    struct store_op *op = &(struct store_op){.kind = STORE_PUT_PERSON, .cookie = cookie};
    op->person = *p;
    enum err e = store_put(v->store, op);
    if (e != E_OK)
        v->counts.store_refused++;
    return e;
}

void lesson_settle(struct service *v, struct school_class *c)
{
    if (c->dirty && lesson_keep(v, c, 0) == E_OK) /* else it is tried again in the next second */
        c->dirty = false;
}

void lesson_close(struct service *v, struct school_class *c)
{
    class_end(c->class, service_now_ms(v), 0);
    ticket_revoke(&v->tickets, c->number, 0);
    while (c->n_sessions > 0)
        session_end(v, c->sessions[0], CLOSE_CLASS_ENDED);
    school_remove(&v->school, c);
}
