/* SPDX-License-Identifier: Apache-2.0
 * What the files of http/ share: the connection record and who calls whom. Thread: signaling.
 * Nobody outside http/ includes this. */
#ifndef SIGNALING_HTTP_INTERNAL_H
#define SIGNALING_HTTP_INTERNAL_H

#include <stdatomic.h>

#include "signaling/http/http.h"
#include "signaling/http/pages.h"

struct lws;
struct lws_context;
struct lws_vhost;

enum conn_state {
    CONN_SILENT, /* accepted; TLS or the header is not finished */
    CONN_BUSY,   /* a request is being read or answered */
    CONN_IDLE,   /* between two requests */
    CONN_SOCKET, /* WebSocket, hello not yet said */
    CONN_TRUSTED /* WebSocket of a person */
};

/* What is being written for a request. */
struct answer {
    bool ready, head_written, close_after;
    unsigned status;
    const char *type;
    char location[256];
    unsigned retry_after_s;
    const struct page *page; /* a file of the client; else body */
    uint8_t *body;           /* owned */
    size_t len, done;
};

struct conn {
    struct http *http;
    struct lws *wsi;
    struct conn *older, *newer; /* list of those who are not trusted, oldest first */
    bool listed;
    enum conn_state state;
    uint32_t id;
    usec since;   /* in this state */
    uint64_t key; /* of its address, for the ceiling */
    struct http_peer peer;
    /* request */
    uint32_t request;
    enum http_method method;
    char path[HTTP_PATH_MAX];
    char query[128], accept[128], content_type[64]; /* longer ones are empty */
    char bearer[HTTP_TOKEN_MAX];
    uint8_t
        *body; /* owned, HTTP_BODY_MAX or HTTP_FRAME_MAX: the request's body or the joined frame */
    size_t body_len;
    struct answer answer;
    /* WebSocket */
    struct http_text **queue; /* owned ring of HTTP_QUEUE_MAX, made with the socket */
    unsigned queue_first, queue_count;
    size_t queue_bytes;
    unsigned close_code; /* 0: stays */
    usec close_by;
};

struct http {
    struct http_config config;
    struct lws_context *context;
    struct lws_vhost *vhost;
    struct conn *conns[HTTP_CONNECTIONS];
    uint32_t next_slot, generation;
    struct conn *oldest, *newest;
    unsigned n_listed;
    struct pages pages;
    char csp[1024];
    char origins[3][600]; /* exact texts an Origin may have */
    struct http_stats stats;
    void *timer; /* owned: lws_sorted_usec_list_t with its way back */
    bool closing;
    atomic_bool stop;
    atomic_bool woken;
};

/* conn.c */
struct conn *conn_new(struct http *h, struct lws *wsi); /* NULL: no memory or all are in use */
void conn_free(struct conn *c);
struct conn *conn_find(const struct http *h, uint32_t id);
void conn_set_state(struct conn *c, enum conn_state to, usec now);
void conn_sweep(struct http *h,
                usec now); /* closes what is slow, and what one address has too many of */
void conn_kill(struct conn *c);

/* request.c: callbacks of HTTP, in the words of lws (reason, in, len) without its types */
int request_begin(struct conn *c, const char *uri);
int request_body(struct conn *c, const void *in, size_t len);
int request_body_end(struct conn *c);
int request_writable(struct conn *c);
void request_reset(struct conn *c);

/* headers.c */
int headers_write(struct conn *c);
void headers_init(struct http *h);

/* guard.c */
int guard_upgrade(struct conn *c); /* 0: may become a WebSocket; -1: hang up; 1: answered */
void guard_peer(struct conn *c);   /* who asks, read from the header of this request */
void guard_socket(struct conn *c); /* addresses of a fresh connection */

/* ws.c */
int ws_open(struct conn *c);
int ws_receive(struct conn *c, const void *in, size_t len);
int ws_writable(struct conn *c);
void ws_drop_queue(struct conn *c);

#endif
