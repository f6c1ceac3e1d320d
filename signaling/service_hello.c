/* SPDX-License-Identifier: Apache-2.0
 * Decides who a socket is: takes the ticket, enters the class, ties socket and session, sends the
 * snapshot or what was missed. */
#include "signaling/service_state.h"

#include "sfu/adapt/rand.h"

#include <string.h>

enum { SESSION_BYTES = 12, SESSION_TEXT = B64_TEXT(SESSION_BYTES) };

static const char *const capabilities[] = {"messages", "hands", "media", "attendance", "relay"};

static void refuse(struct service *v, struct socket *k, unsigned code)
{
    if (code == CLOSE_BAD_TICKET) {
        v->counts.bad_tickets++;
        (void)limit_charge(&v->bad_tokens, http_now(), &k->peer.remote);
    }
    http_ws_close(v->http, k->conn, code);
}

static unsigned code_of(enum err e)
{
    return e == E_GONE ? CLOSE_REMOVED : e == E_STATE ? CLOSE_CLASS_ENDED : CLOSE_BAD_TICKET;
}

/* The person's session for this socket. One that was connected elsewhere is told and closed; a new
 * page starts without connections of the media plane. */
static struct session *tie(struct service *v, struct socket *k, struct school_class *c,
                           uint32_t person, const struct class_entered *entered)
{
    struct session *s = session_find(c, person);
    struct socket *old = s == NULL ? NULL : socket_find(v, s->conn);
    if (old != NULL && old != k) {
        if (!entered->same_page)
            socket_say(v, old->conn, &(struct note){.kind = NOTE_YOU_MOVED});
        old->session = NULL;
        http_ws_close(v->http, old->conn, entered->same_page ? CLOSE_END : CLOSE_MOVED);
    }
    if (s == NULL)
        s = session_new(c, person);
    if (s == NULL)
        return NULL;
    if (!entered->same_page)
        media_forget(s);
    s->peer = entered->peer;
    s->conn = k->conn;
    s->joined = false;
    k->session = s;
    http_ws_trust(v->http, k->conn);
    return s;
}

struct resumer {
    struct service *v;
    uint32_t conn;
};

static void say_missed(void *ctx, const struct note *note)
{
    struct resumer *r = ctx;
    socket_say(r->v, r->conn, note);
}

static void resume(struct service *v, struct session *s, const struct class_entered *entered,
                   uint64_t seq)
{
    struct class *c = s->of->class;
    const struct note n = {.kind = NOTE_RESUMED, .seq = class_seq(c), .session = entered->session};
    socket_say(v, s->conn, &n);
    struct resumer r = {v, s->conn};
    size_t missed = class_resume(c, s->person, seq, say_missed, &r);
    v->counts.resumed++;
    log_info(&v->log, LOG_CLASS, "resumed", "class=%s person=%u missed=%zu", s->of->id_text,
             s->person, missed);
}

static enum err welcome(struct service *v, struct session *s)
{
    enum err e = class_snapshot(s->of->class, service_now_ms(v), s->person, v->snapshot);
    if (e != E_OK)
        return e;
    site_snapshot(v, s->of, s->person);
    v->snapshot->note.welcome.capabilities = capabilities;
    v->snapshot->note.welcome.n_capabilities = sizeof capabilities / sizeof capabilities[0];
    socket_say(v, s->conn, &v->snapshot->note);
    v->counts.welcomed++;
    return E_OK;
}

void hello(struct service *v, struct socket *k, const struct msg *m)
{
    char ticket[MSG_TICKET_MAX + 1] = {0}, session[SESSION_TEXT];
    uint8_t raw[SESSION_BYTES];
    struct ticket_for who;
    memcpy(ticket, m->hello.ticket.p,
           m->hello.ticket.len <= MSG_TICKET_MAX ? m->hello.ticket.len : 0);
    struct school_class *c = NULL;
    if (ticket_take(&v->tickets, http_now(), ticket, &who) == E_OK)
        c = school_find_number(&v->school, who.class_slot);
    if (c == NULL || rand_bytes(raw, sizeof raw) != E_OK) {
        refuse(v, k, CLOSE_BAD_TICKET);
        return;
    }
    b64_write(session, raw, sizeof raw);
    const struct class_entry entry = {.person = who.person,
                                      .session = session,
                                      .resume = m->hello.resume,
                                      .resume_session = m->hello.session,
                                      .resume_seq = m->hello.seq};
    struct class_entered entered;
    enum err e = class_enter(c->class, service_now_ms(v), &entry, &entered);
    if (e != E_OK) {
        refuse(v, k, code_of(e));
        return;
    }
    struct session *s = tie(v, k, c, who.person, &entered);
    if (s == NULL) {
        refuse(v, k, CLOSE_BUSY);
        return;
    }
    s->form = m->hello.form;
    if (entered.resumed)
        resume(v, s, &entered, m->hello.seq);
    else if (welcome(v, s) != E_OK)
        refuse(v, k, CLOSE_BUSY);
    s->joined = true;
    lesson_settle(v, c);
}
