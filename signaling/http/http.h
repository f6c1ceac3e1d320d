/* SPDX-License-Identifier: Apache-2.0
 * HTTP/1.1 and WebSocket over libwebsockets: connections in, requests and text frames out. Knows no
 * message and no class. Thread: signaling, the one that called http_new and runs http_run;
 * http_wake and http_stop: any. new/free pair. Connections and requests are named by numbers that
 * are never 0; one that has gone is ignored. */
#ifndef SIGNALING_HTTP_HTTP_H
#define SIGNALING_HTTP_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sfu/base/addr.h"
#include "sfu/base/bytes.h"
#include "sfu/base/log.h"
#include "sfu/base/usec.h"

enum {
    HTTP_BODY_MAX = 64 * 1024,  /* of a request: PROTOCOL.md §2 */
    HTTP_FRAME_MAX = 64 * 1024, /* of a text frame, fragments joined: PROTOCOL.md §3 */
    HTTP_PATH_MAX = 512,
    HTTP_TOKEN_MAX = 256, /* of Authorization: Bearer */
    HTTP_QUEUE_MAX =
        4096, /* frames waiting for one browser: the 2,048 deltas of a resume and the live ones */
    HTTP_QUEUE_BYTES =
        12 * 1024 * 1024, /* a snapshot with 500 messages of 4,000 characters, and the live ones */
    HTTP_HEADER_S = 10,   /* to finish TLS and the header of a request, and idle between two */
    HTTP_HELLO_S = 5,     /* PROTOCOL.md §3 */
    HTTP_TICK_MS = 250,
    HTTP_CONNECTIONS = 8192,
};

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_PATCH, HTTP_DELETE, HTTP_OTHER };

/* Where somebody comes from. */
struct http_peer {
    struct addr remote; /* of the browser; behind a proxy on this machine, what the proxy says */
    struct addr local;  /* the address by which the page was reached */
    bool loopback;      /* no proxy between: the browser runs on this machine */
};

struct http_request {
    uint32_t id;
    enum http_method method;
    const char *path;   /* without the query */
    const char *query;  /* after '?', as it came; "" when there is none */
    const char *accept; /* "" when not said, as content_type */
    const char *content_type;
    const char *bearer; /* "" when there is none */
    struct bytes body;
    const struct http_peer *peer;
};

struct http_response {
    unsigned status;
    const char *type;       /* NULL: no body */
    const char *location;   /* NULL: none */
    unsigned retry_after_s; /* 0: none */
    struct bytes body;      /* copied */
};

/* What the service decides. All of them run on the signaling thread; what they get is borrowed
 * until return. */
struct http_handlers {
    void (*request)(void *ctx,
                    const struct http_request *r); /* answered by http_answer, now or later */
    void (*opened)(void *ctx, uint32_t conn, const struct http_peer *peer);
    void (*text)(void *ctx, uint32_t conn, struct bytes text);
    void (*closed)(void *ctx, uint32_t conn); /* after it nothing is said of conn any more */
    void (*woken)(void *ctx); /* after http_wake, or when the watched descriptor is readable */
    void (*tick)(void *ctx, usec now); /* each HTTP_TICK_MS */
};

struct http_config {
    struct addr listen;      /* port 0: any, see http_port */
    const char *certificate; /* files; NULL: plain */
    const char *key;
    bool self_signed;       /* said in a header of every page */
    const char *public_url; /* Origin and CSP */
    const char *client_dir; /* the built pages, read once; NULL or absent: a page that says so */
    unsigned sockets_an_address; /* unauthenticated ones */
    int watch_fd;                /* readable: woken; -1: none */
    struct log_sink log;
    struct http_handlers handlers;
    void *ctx;
};

/* Counters since start. */
struct http_stats {
    uint64_t requests, upgrades, refused_origin, refused_upgrade, refused_method, frames_in,
        frames_out, bytes_out;
    uint64_t closed_slow, closed_many, closed_full;
    uint32_t connections, sockets; /* now */
};

struct http; /* opaque */

/* E_IO: cannot listen, or the certificate is refused. config's texts must outlive h. */
MUST_USE enum err http_new(struct http **out, const struct http_config *config);
void http_free(struct http *h);         /* NULL is nothing */
const char *http_library_version(void); /* of libwebsockets, as it runs */

void http_run(struct http *h);  /* until http_stop; open sockets are closed with 1001 */
void http_stop(struct http *h); /* any thread, and a signal handler */
void http_wake(struct http *h); /* any thread */
usec http_now(void);            /* monotonic */
unsigned http_port(const struct http *h);
const struct http_stats *http_stats(const struct http *h);

void http_answer(struct http *h, uint32_t request, const struct http_response *response);

/* A text frame shared by its readers; the reader's queue holds its own reference. */
struct http_text;
MUST_USE struct http_text *http_text_new(const char *text,
                                         size_t len); /* copies; NULL: no memory */
void http_text_unref(struct http_text *t);            /* NULL is nothing */

void http_ws_send(struct http *h, uint32_t conn,
                  struct http_text *text); /* a full queue closes the connection */
void http_ws_close(struct http *h, uint32_t conn, unsigned code); /* after what is queued */
void http_ws_trust(struct http *h, uint32_t conn);                /* it has said hello */

#endif
