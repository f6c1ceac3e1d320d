/* SPDX-License-Identifier: Apache-2.0
 * The life of a WebSocket: its messages within their rate, the heartbeat, its end. What a message
 * does is decided by the class or in service_media.c. */
#include "signaling/service_state.h"

#include "sfu/base/mem.h"
#include "signaling/json.h"

#include <stdio.h>

enum {
    PING_S = 10,           /* PROTOCOL.md §3 */
    PING_PUBLISHING_S = 5, /* PROTOCOL.md §3 */
    SILENCE_S = 15,        /* PROTOCOL.md §3 */
};

static struct socket **cell_of(struct service *v, uint32_t conn)
{
    return &v->sockets[(conn - 1) % HTTP_CONNECTIONS];
}

struct socket *socket_find(const struct service *v, uint32_t conn)
{
    struct socket *k = v->sockets[(conn - 1) % HTTP_CONNECTIONS];
    return conn != 0 && k != NULL && k->conn == conn ? k : NULL;
}

void socket_say(struct service *v, uint32_t conn, const struct note *note)
{
    size_t len = 0;
    char *text = json_write(note, &len);
    struct http_text *t = text == NULL ? NULL : http_text_new(text, len);
    json_text_free(text);
    http_ws_send(v->http, conn, t);
    http_text_unref(t);
}

void socket_opened(void *ctx, uint32_t conn, const struct http_peer *peer)
{
    struct service *v = ctx;
    struct socket *k = mem_alloc(sizeof *k);
    if (k == NULL) {
        http_ws_close(v->http, conn, CLOSE_BUSY);
        return;
    }
    k->conn = conn;
    k->peer = *peer;
    k->heard = k->pinged = http_now();
    mem_free(*cell_of(v, conn));
    *cell_of(v, conn) = k;
}

/* The socket has gone or goes: its person is lost until it comes back. */
static void untie(struct service *v, struct socket *k)
{
    struct session *s = k->session;
    k->session = NULL;
    if (s == NULL || s->conn != k->conn)
        return;
    s->heard = k->heard;
    s->conn = 0;
    s->joined = false;
    v->counts.lost++;
    struct school_class *c = s->of;
    class_on_lost(c->class, service_now_ms(v), s->person);
    lesson_settle(v, c);
}

void socket_closed(void *ctx, uint32_t conn)
{
    struct service *v = ctx;
    struct socket *k = socket_find(v, conn);
    if (k == NULL)
        return;
    untie(v, k);
    *cell_of(v, conn) = NULL;
    mem_free(k);
}

void session_end(struct service *v, struct session *s, unsigned code)
{
    struct socket *k = socket_find(v, s->conn);
    if (k != NULL) {
        k->session = NULL;
        http_ws_close(v->http, k->conn, code);
    }
    session_free(s);
}

static void answer(struct service *v, uint32_t conn, const struct msg *m, enum fault fault)
{
    if (fault != FAULT_NONE)
        v->counts.faults++;
    if (fault == FAULT_NONE && !m->has_id)
        return;
    const struct note n = {.kind = fault == FAULT_NONE ? NOTE_OK : NOTE_FAULT,
                           .answer = {.has_id = m->has_id, .id = m->id, .fault = (uint8_t)fault}};
    socket_say(v, conn, &n);
}

/* What an event says happened is answered when it is on the disk. A page that was not is told to
 * come back, and finds what is. */
void journal_answered(struct service *v, const struct journal_answer *a, bool stored)
{
    if (a->cookie != 0) {
        rest_stored(v, &(struct store_done){.cookie = a->cookie, .err = stored ? E_OK : E_IO});
        return;
    }
    const struct msg m = {.has_id = a->has_id, .id = a->id};
    if (stored)
        answer(v, a->conn, &m, FAULT_NONE);
    else
        http_ws_close(v->http, a->conn, CLOSE_BUSY);
}

static enum fault do_media(struct service *v, struct session *s, const struct msg *m)
{
    switch (m->kind) {
    case MSG_MEDIA_OPEN: return media_open(v, s, m);
    case MSG_MEDIA_ANSWER: return media_answer(v, s, m);
    case MSG_MEDIA_PUBLISH: return media_publish(v, s, m);
    case MSG_MEDIA_CLOSE: return media_close(v, s, m);
    default: return FAULT_NONE;
    }
}

static void on_message(struct service *v, struct socket *k, const struct msg *m)
{
    struct session *s = k->session;
    struct school_class *c = s->of;
    uint32_t conn = k->conn;
    v->counts.messages++;
    uint64_t mark = journal_mark(v);
    enum fault fault = class_on_message(c->class, service_now_ms(v), s->person, m);
    /* The message may have ended the session (leave, class.end): then the socket holds none any
     * more. */
    if (fault == FAULT_NONE && k->session == s)
        fault = do_media(v, s, m);
    const struct journal_answer later = {.conn = conn, .has_id = m->has_id, .id = m->id};
    /* Who goes is answered before the socket closes. */
    if (fault != FAULT_NONE || k->session != s || !journal_wait(v, mark, later))
        answer(v, conn, m, fault);
    lesson_settle(v, c);
}

static bool is_too_fast(struct service *v, struct socket *k, usec now)
{
    enum rate_answer rate = rate_take(&k->rate, now);
    if (rate == RATE_OK)
        return false;
    v->counts.too_fast++;
    const struct msg none = {.has_id = false};
    if (rate == RATE_CLOSE)
        http_ws_close(v->http, k->conn, CLOSE_TOO_FAST);
    else if (now - k->rate.fast_since ==
             0) /* once for each time it gets too fast, not for each message */
        answer(v, k->conn, &none, FAULT_TOO_FAST);
    return true;
}

void socket_text(void *ctx, uint32_t conn, struct bytes text)
{
    struct service *v = ctx;
    struct socket *k = socket_find(v, conn);
    if (k == NULL)
        return;
    usec now = http_now();
    k->heard = now;
    if (is_too_fast(v, k, now))
        return;
    struct msg m = {.has_id = false};
    struct json_doc *doc = NULL;
    enum fault fault = json_read(&m, &doc, text);
    if (k->session == NULL && (fault != FAULT_NONE || m.kind != MSG_HELLO))
        http_ws_close(v->http, conn, CLOSE_PROTOCOL);
    else if (fault != FAULT_NONE)
        answer(v, conn, &m, fault);
    else if (k->session == NULL)
        hello(v, k, &m);
    else
        on_message(v, k, &m);
    json_doc_free(doc);
}

static usec ping_every(const struct session *s)
{
    const struct person *p = class_person(s->of->class, s->person);
    return USEC_S(p != NULL && p->on != 0 ? PING_PUBLISHING_S : PING_S);
}

static void beat(struct service *v, struct socket *k, usec now)
{
    if (k->session == NULL)
        return; /* http/ closes those who do not say hello */
    if (now - k->heard > USEC_S(SILENCE_S)) {
        http_ws_close(v->http, k->conn, CLOSE_NO_ANSWER);
        untie(v, k);
        return;
    }
    if (now - k->pinged < ping_every(k->session))
        return;
    k->pinged = now;
    char nonce[17];
    snprintf(nonce, sizeof nonce, "%llx", (unsigned long long)now & 0xffffffffULL);
    socket_say(v, k->conn, &(struct note){.kind = NOTE_PING, .nonce = nonce});
}

void socket_tick(struct service *v, usec now)
{
    for (size_t i = 0; i < HTTP_CONNECTIONS; i++)
        if (v->sockets[i] != NULL)
            beat(v, v->sockets[i], now);
}
