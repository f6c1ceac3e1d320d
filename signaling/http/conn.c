/* SPDX-License-Identifier: Apache-2.0
 * Decides how long a connection that nobody vouched for may stay, and how many of them one address
 * may hold: slow ones are closed after their time, beyond the ceiling the oldest goes. A connection
 * younger than a second is never closed for its number: a whole ministry comes through one address
 * at once, and each of them is known within that second. */
#include "signaling/http/internal.h"

#include "sfu/base/mem.h"
#include "signaling/limit.h"

#include <libwebsockets.h>

#include <string.h>

enum {
    COUNT_CELLS = 4096, /* power of two, at least twice LISTED_MAX */
    LISTED_MAX = 2048,  /* unauthenticated connections in all; one more and the oldest goes */
    CLOSE_S = 2,        /* to send what is queued before a close */
};

static void unlist(struct conn *c)
{
    struct http *h = c->http;
    if (!c->listed)
        return;
    *(c->older != NULL ? &c->older->newer : &h->oldest) = c->newer;
    *(c->newer != NULL ? &c->newer->older : &h->newest) = c->older;
    c->older = c->newer = NULL;
    c->listed = false;
    h->n_listed--;
}

static void list(struct conn *c)
{
    struct http *h = c->http;
    unlist(c);
    c->older = h->newest;
    *(h->newest != NULL ? &h->newest->newer : &h->oldest) = c;
    h->newest = c;
    c->listed = true;
    h->n_listed++;
}

void conn_kill(struct conn *c)
{
    unlist(c);
    lws_set_timeout(c->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
}

struct conn *conn_new(struct http *h, struct lws *wsi)
{
    uint32_t slot = 0;
    for (uint32_t i = 0; i < HTTP_CONNECTIONS; i++) {
        slot = (h->next_slot + i) % HTTP_CONNECTIONS;
        if (h->conns[slot] == NULL)
            break;
    }
    if (h->conns[slot] != NULL)
        return NULL;
    struct conn *c = mem_alloc(sizeof *c);
    if (c == NULL)
        return NULL;
    h->next_slot = slot + 1;
    h->generation++;
    c->http = h;
    c->wsi = wsi;
    c->id = (h->generation << 13 | slot) + 1; /* 13 bits: HTTP_CONNECTIONS */
    if (c->id == 0)
        c->id = (++h->generation << 13 | slot) + 1;
    h->conns[slot] = c;
    h->stats.connections++;
    guard_socket(c);
    conn_set_state(c, CONN_SILENT, http_now());
    if (h->n_listed > LISTED_MAX) {
        h->stats.closed_many++;
        conn_kill(h->oldest);
    }
    return c;
}

struct conn *conn_find(const struct http *h, uint32_t id)
{
    struct conn *c = h->conns[(id - 1) % HTTP_CONNECTIONS];
    return c != NULL && c->id == id ? c : NULL;
}

void conn_free(struct conn *c)
{
    struct http *h = c->http;
    unlist(c);
    ws_drop_queue(c);
    request_reset(c);
    if (c->state == CONN_SOCKET || c->state == CONN_TRUSTED)
        h->stats.sockets--;
    h->stats.connections--;
    h->conns[(c->id - 1) % HTTP_CONNECTIONS] = NULL;
    mem_free(c->body);
    mem_free(c->queue);
    mem_free(c);
}

void conn_set_state(struct conn *c, enum conn_state to, usec now)
{
    c->state = to;
    c->since = now;
    if (to == CONN_SILENT || to == CONN_SOCKET || to == CONN_IDLE)
        list(c);
    else
        unlist(c);
}

static usec patience(const struct conn *c)
{
    return c->state == CONN_SOCKET ? USEC_S(HTTP_HELLO_S) : USEC_S(HTTP_HEADER_S);
}

struct count {
    uint64_t key;
    unsigned n;
};

static unsigned count_one(struct count cells[COUNT_CELLS], uint64_t key)
{
    uint32_t at = (uint32_t)(key * 0x9e3779b97f4a7c15ULL >> 52); /* Fibonacci hashing to 12 bits */
    while (cells[at].n != 0 && cells[at].key != key)
        at = (at + 1) % COUNT_CELLS;
    cells[at].key = key;
    return ++cells[at].n;
}

static void sweep_closing(struct http *h, usec now)
{
    for (uint32_t i = 0; i < HTTP_CONNECTIONS; i++) {
        struct conn *c = h->conns[i];
        if (c == NULL)
            continue;
        bool stuck = c->close_code != 0 && now > c->close_by;
        bool slow_body = c->state == CONN_BUSY && now - c->since > USEC_S(3 * HTTP_HEADER_S);
        if (stuck || slow_body) {
            h->stats.closed_slow += slow_body ? 1 : 0;
            conn_kill(c);
        }
    }
}

void conn_sweep(struct http *h, usec now)
{
    struct count *cells = mem_alloc_array(COUNT_CELLS, sizeof *cells);
    struct conn *older = NULL;
    for (struct conn *c = h->newest; c != NULL && cells != NULL; c = older) {
        older = c->older;
        if (now - c->since > patience(c)) {
            h->stats.closed_slow++;
            conn_kill(c);
            continue;
        }
        /* Idle ones have shown themselves with a whole request: time alone ends them. */
        if (c->state == CONN_IDLE)
            continue;
        if (count_one(cells, c->key) > h->config.sockets_an_address &&
            now - c->since >= USEC_S(1)) {
            h->stats.closed_many++;
            conn_kill(c);
        }
    }
    mem_free(cells);
    sweep_closing(h, now);
}

void http_ws_close(struct http *h, uint32_t conn, unsigned code)
{
    struct conn *c = conn_find(h, conn);
    if (c == NULL || c->close_code != 0)
        return;
    c->close_code = code;
    c->close_by = http_now() + USEC_S(CLOSE_S);
    lws_callback_on_writable(c->wsi);
}

void http_ws_trust(struct http *h, uint32_t conn)
{
    struct conn *c = conn_find(h, conn);
    if (c != NULL && c->state == CONN_SOCKET)
        conn_set_state(c, CONN_TRUSTED, http_now());
}
