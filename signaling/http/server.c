/* SPDX-License-Identifier: Apache-2.0
 * The libwebsockets context: what it listens on, its one loop, and which of our functions hears
 * which callback. */
#include "signaling/http/internal.h"

#include "sfu/base/mem.h"

#include <libwebsockets.h>

#include <openssl/ssl.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    HEADER_BYTES = 8192, /* of one request */
    WS_PIECE =
        4096, /* a socket is handed its frames in pieces of this many bytes; ws.c joins them */
    HEADER_POOL = 4096, /* never the choke: conn.c closes the slow ones first */
    GOING_AWAY = 1001,  /* RFC 6455 §7.4.1 */
    STOP_MS = 1000,     /* for the close frames to leave */
};

struct timer {
    lws_sorted_usec_list_t list; /* first: lws hands back a pointer to it */
    struct http *http;
};

usec http_now(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_BOOTTIME, &ts);
    return USEC_S(ts.tv_sec) + ts.tv_nsec / 1000;
}

static struct http *http_of(struct lws *wsi)
{
    return lws_context_user(lws_get_context(wsi));
}

static int on_adopted(struct lws *wsi)
{
    struct conn *c = conn_new(http_of(wsi), wsi);
    if (c == NULL)
        return -1;
    lws_set_opaque_user_data(wsi, c);
    return 0;
}

static void on_destroyed(struct lws *wsi)
{
    struct conn *c = lws_get_opaque_user_data(wsi);
    if (c == NULL)
        return;
    lws_set_opaque_user_data(wsi, NULL);
    struct http *h = c->http;
    bool socket = c->state == CONN_SOCKET || c->state == CONN_TRUSTED;
    uint32_t id = c->id;
    conn_free(c);
    if (socket)
        h->config.handlers.closed(h->config.ctx, id);
}

static void wake_up(struct http *h)
{
    if (atomic_exchange(&h->woken, false))
        h->config.handlers.woken(h->config.ctx);
}

/* All that is not HTTP: refused. CONNECT would turn a connection into a raw one before any login.
 */
static bool is_raw(enum lws_callback_reasons reason)
{
    switch (reason) {
    case LWS_CALLBACK_RAW_ADOPT:
    case LWS_CALLBACK_RAW_RX:
    case LWS_CALLBACK_RAW_CONNECTED:
    case LWS_CALLBACK_RAW_WRITEABLE:
    case LWS_CALLBACK_RAW_SKT_BIND_PROTOCOL: return true;
    default: return false;
    }
}

static int on_http(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                   size_t len)
{
    (void)user;
    if (is_raw(reason))
        return -1;
    if (reason == LWS_CALLBACK_SERVER_NEW_CLIENT_INSTANTIATED)
        return on_adopted(wsi);
    if (reason == LWS_CALLBACK_EVENT_WAIT_CANCELLED) {
        wake_up(http_of(wsi));
        return 0;
    }
    if (reason == LWS_CALLBACK_WSI_DESTROY) {
        on_destroyed(wsi);
        return 0;
    }
    struct conn *c = wsi != NULL ? lws_get_opaque_user_data(wsi) : NULL;
    switch (reason) {
    case LWS_CALLBACK_HTTP: return c == NULL ? -1 : request_begin(c, in);
    case LWS_CALLBACK_HTTP_BODY: return c == NULL ? -1 : request_body(c, in, len);
    case LWS_CALLBACK_HTTP_BODY_COMPLETION: return c == NULL ? -1 : request_body_end(c);
    case LWS_CALLBACK_HTTP_WRITEABLE: return c == NULL ? -1 : request_writable(c);
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE: return c == NULL ? -1 : guard_upgrade(c);
    case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
    case LWS_CALLBACK_ESTABLISHED: return -1; /* a WebSocket without our subprotocol lands here */
    default: return 0;
    }
}

static int on_socket(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                     size_t len)
{
    (void)user;
    if (is_raw(reason))
        return -1;
    if (reason == LWS_CALLBACK_WSI_DESTROY) {
        on_destroyed(wsi);
        return 0;
    }
    struct conn *c = wsi != NULL ? lws_get_opaque_user_data(wsi) : NULL;
    switch (reason) {
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE: return c == NULL ? -1 : guard_upgrade(c);
    case LWS_CALLBACK_ESTABLISHED: return c == NULL ? -1 : ws_open(c);
    case LWS_CALLBACK_RECEIVE: return c == NULL ? -1 : ws_receive(c, in, len);
    case LWS_CALLBACK_SERVER_WRITEABLE: return c == NULL ? -1 : ws_writable(c);
    default: return 0;
    }
}

/* The media plane's event descriptor, in the same loop. */
static int on_watched(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                      size_t len)
{
    (void)user, (void)in, (void)len;
    if (is_raw(reason))
        return -1;
    if (reason == LWS_CALLBACK_RAW_RX_FILE) {
        struct http *h = http_of(wsi);
        h->config.handlers.woken(h->config.ctx);
    }
    return 0;
}

static const struct lws_protocols protocols[] = {
    {.name = "http", .callback = on_http},
    {.name = "amphi.v1", .callback = on_socket, .rx_buffer_size = WS_PIECE},
    {.name = "watched", .callback = on_watched},
    {.name = NULL},
};

static void on_timer(lws_sorted_usec_list_t *list)
{
    struct timer *t = lws_container_of(list, struct timer, list);
    struct http *h = t->http;
    usec now = http_now();
    conn_sweep(h, now);
    h->config.handlers.tick(h->config.ctx, now);
    lws_sul_schedule(h->context, 0, &t->list, on_timer, USEC_MS(HTTP_TICK_MS));
}

static void quiet(int level, const char *line)
{
    (void)level,
        (void)line; /* lws' lines hold addresses and paths; what matters is counted by us */
}

static void fill_listen(struct lws_context_creation_info *info, const struct http_config *config,
                        char *text)
{
    info->port = config->listen.port;
    info->options |= LWS_SERVER_OPTION_FAIL_UPON_UNABLE_TO_BIND | LWS_SERVER_OPTION_VALIDATE_UTF8;
    if (addr_is_v4(&config->listen))
        info->options |= LWS_SERVER_OPTION_DISABLE_IPV6;
    if (!addr_is_unspecified(&config->listen))
        info->iface = addr_write_ip(text, &config->listen);
}

static void fill_tls(struct lws_context_creation_info *info, const struct http_config *config)
{
    if (config->certificate == NULL)
        return;
    info->options |= LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
    info->ssl_cert_filepath = config->certificate;
    info->ssl_private_key_filepath = config->key;
    info->ssl_cipher_list = "ECDHE+AESGCM:ECDHE+CHACHA20"; /* TLS 1.2; 1.3 has only such ones */
    info->ssl_options_set = (long)(SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1 | SSL_OP_NO_RENEGOTIATION |
                                   SSL_OP_NO_COMPRESSION);
}

static enum err context_open(struct http *h)
{
    char iface[ADDR_TEXT];
    struct lws_context_creation_info info = {0};
    info.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS;
    info.protocols = protocols;
    info.extensions = NULL; /* no permessage-deflate: no bomb to unpack */
    info.alpn = "http/1.1";
    info.user = h;
    info.gid = -1;
    info.uid = -1;
    info.timeout_secs = HTTP_HEADER_S;
    info.keepalive_timeout = HTTP_HEADER_S;
    info.max_http_header_data = HEADER_BYTES;
    info.max_http_header_pool = HEADER_POOL;
    info.server_string = "amphi";
    info.vhost_name = "amphi";
    fill_listen(&info, &h->config, iface);
    fill_tls(&info, &h->config);
    h->context = lws_create_context(&info);
    if (h->context == NULL)
        return E_IO;
    h->vhost = lws_create_vhost(h->context, &info);
    return h->vhost == NULL ? E_IO : E_OK;
}

static enum err watch(struct http *h, int fd)
{
    if (fd < 0)
        return E_OK;
    lws_sock_file_fd_type type = {.filefd = dup(fd)}; /* lws closes what it adopts */
    if (type.filefd < 0)
        return E_IO;
    if (lws_adopt_descriptor_vhost(h->vhost, LWS_ADOPT_RAW_FILE_DESC, type, "watched", NULL) ==
        NULL)
        return E_IO;
    return E_OK;
}

enum err http_new(struct http **out, const struct http_config *config)
{
    *out = NULL;
    lws_set_log_level(LLL_ERR, quiet);
    struct http *h = mem_alloc(sizeof *h);
    struct timer *t = mem_alloc(sizeof *t);
    enum err e = E_NOMEM;
    if (h == NULL || t == NULL)
        goto out;
    h->config = *config;
    h->timer = t;
    t->http = h;
    e = pages_init(&h->pages, config->client_dir);
    if (e == E_NOTFOUND) {
        log_warn(&config->log, LOG_HTTP, "no pages", "hint=build client/web");
        e = E_OK;
    }
    if (e == E_OK)
        e = context_open(h);
    if (e == E_OK)
        e = watch(h, config->watch_fd);
    if (e != E_OK)
        goto out;
    headers_init(h);
    lws_sul_schedule(h->context, 0, &t->list, on_timer, USEC_MS(HTTP_TICK_MS));
    log_info(&config->log, LOG_HTTP, "listening", "port=%u tls=%s pages=%zu", http_port(h),
             config->certificate != NULL ? "yes" : "no", h->pages.n);
    *out = h;
    return E_OK;
out:
    if (h == NULL)
        mem_free(t);
    http_free(h);
    return e;
}

void http_free(struct http *h)
{
    if (h == NULL)
        return;
    if (h->context != NULL)
        lws_context_destroy(h->context);
    pages_fini(&h->pages);
    mem_free(h->timer);
    mem_free(h);
}

unsigned http_port(const struct http *h)
{
    int port = h->vhost != NULL ? lws_get_vhost_listen_port(h->vhost) : 0;
    return port > 0 ? (unsigned)port : 0;
}

const struct http_stats *http_stats(const struct http *h)
{
    return &h->stats;
}

void http_wake(struct http *h)
{
    atomic_store(&h->woken, true);
    lws_cancel_service(h->context);
}

void http_stop(struct http *h)
{
    atomic_store(&h->stop, true);
    lws_cancel_service(h->context);
}

static void say_goodbye(struct http *h)
{
    for (uint32_t i = 0; i < HTTP_CONNECTIONS; i++) {
        struct conn *c = h->conns[i];
        if (c != NULL && (c->state == CONN_SOCKET || c->state == CONN_TRUSTED))
            http_ws_close(h, c->id, GOING_AWAY);
    }
    usec until = http_now() + USEC_MS(STOP_MS);
    while (h->stats.sockets > 0 && http_now() < until && lws_service(h->context, 0) >= 0)
        continue;
}

void http_run(struct http *h)
{
    while (!atomic_load(&h->stop) && lws_service(h->context, 0) >= 0)
        continue;
    h->closing = true;
    say_goodbye(h);
}

const char *http_library_version(void)
{
    return lws_get_library_version();
}
