/* SPDX-License-Identifier: Apache-2.0
 * What the media plane says, in the words of the protocol: states of connections, who fills which
 * slot, who speaks. */
#include "signaling/service_state.h"

#include <string.h>

enum { EVENTS_A_TURN = 256 }; /* so that a busy media plane never starves the sockets */

static const char *state_name(unsigned state)
{
    static const char *const names[] = {[SFU_TRANSPORT_CONNECTING] = "connecting",
                                        [SFU_TRANSPORT_CONNECTED] = "connected",
                                        [SFU_TRANSPORT_LOST] = "lost",
                                        [SFU_TRANSPORT_CLOSED] = "closed"};
    return state < sizeof names / sizeof names[0] ? names[state] : "unknown";
}

static void on_transport(struct service *v, struct session *s, const struct sfu_event *e)
{
    uint32_t transport = e->transport.transport;
    bool send = transport == s->send.transport;
    if (!send && transport != s->receive.transport)
        return; /* of a connection that was replaced */
    const char *reason = e->transport.reason != NULL ? e->transport.reason : "";
    log_info(&v->log, LOG_TRANSPORT, "state", "class=%s person=%u connection=%s state=%s reason=%s",
             s->of->id_text, s->person, send ? "send" : "receive", state_name(e->transport.state),
             reason);
    const struct note n = {.kind = NOTE_MEDIA_STATE,
                           .state = {.connection = send ? CONNECTION_SEND : CONNECTION_RECEIVE,
                                     .state = e->transport.state}};
    if (s->conn != 0)
        socket_say(v, s->conn, &n);
    if (e->transport.state != SFU_TRANSPORT_CLOSED)
        return;
    if (send) {
        s->send.transport = 0;
        class_on_unpublished(s->of->class, s->person);
    } else {
        s->receive.transport = 0;
    }
}

static void on_slots(struct service *v, struct session *s, const struct sfu_event *e)
{
    struct note_slot slots[SFU_MAX_SLOTS];
    size_t n = 0;
    if (e->slots.transport != s->receive.transport || s->conn == 0)
        return;
    for (size_t i = 0; i < e->slots.n && i < SFU_MAX_SLOTS; i++) {
        const struct sfu_slot_change *change = &e->slots.change[i];
        if (change->slot >= s->receive.open.n_slots)
            continue;
        const struct sfu_slot *slot = &s->receive.open.slots[change->slot];
        struct note_slot *to = &slots[n];
        *to = (struct note_slot){.mid_len = slot->mid_len,
                                 .publication = change->publication,
                                 .source = change->source,
                                 .rtp = change->first_rtp};
        memcpy(to->mid, slot->mid, slot->mid_len);
        to->person =
            change->publication == 0 ? 0 : class_person_of_peer(s->of->class, change->peer);
        if (change->publication != 0 && to->person == 0)
            to->publication = 0; /* the publisher has just left; the next event says who follows */
        n++;
    }
    const struct note note = {.kind = NOTE_MEDIA_SLOTS, .slots = {.n = n, .slots = slots}};
    if (n > 0)
        socket_say(v, s->conn, &note);
}

static void on_speakers(struct service *v, const struct sfu_event *e)
{
    struct school_class *c = school_find_room(&v->school, e->room);
    uint32_t people[SFU_MAX_SPEAKERS];
    size_t n = 0;
    if (c == NULL || class_room(c->class) != e->room)
        return;
    for (size_t i = 0; i < e->speakers.n && i < SFU_MAX_SPEAKERS; i++) {
        uint32_t person = class_person_of_peer(c->class, e->speakers.peers[i]);
        if (person != 0)
            people[n++] = person;
    }
    lesson_tell(v, c,
                &(struct note){.kind = NOTE_SPEAKERS, .speakers = {.n = n, .people = people}});
}

static void on_event(struct service *v, const struct sfu_event *e)
{
    if (e->kind == SFU_STATS && e->worker < SFU_MAX_WORKERS) {
        v->media[e->worker] = e->stats;
        return;
    }
    if (e->kind == SFU_SPEAKERS) {
        on_speakers(v, e);
        return;
    }
    struct school_class *c = school_find_peer(&v->school, e->peer);
    struct session *s = c == NULL ? NULL : session_of_peer(c, e->peer);
    if (s == NULL)
        return;
    if (e->kind == SFU_TRANSPORT_STATE)
        on_transport(v, s, e);
    else if (e->kind == SFU_SLOTS)
        on_slots(v, s, e);
    else if (e->kind == SFU_FLOOD)
        log_warn(&v->log, LOG_MEDIA, "flood", "class=%s person=%u", c->id_text, s->person);
}

void events_take(struct service *v)
{
    struct sfu_event e;
    for (unsigned i = 0; i < EVENTS_A_TURN && sfu_receive(v->sfu, &e); i++)
        on_event(v, &e);
}
