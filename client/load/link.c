/* SPDX-License-Identifier: Apache-2.0
 * Ticket, WebSocket and queue of one robot; knows the first message (hello) and nothing of the
 * others. */
#include "client/load/link.h"

#include "sfu/base/mem.h"

#include <jansson.h>
#include <libwebsockets.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    QUEUE = 32, /* messages waiting to go out */
    INCOMING =
        512 *
        1024, /* bytes of one message: a snapshot of 200 people and 500 messages stays below */
    URL_TEXT = 256,
    FIRST = 1024, /* bytes of a fresh incoming buffer; it doubles */
};

struct link_context {
    struct lws_context *lws;
    char host[URL_TEXT], authority[URL_TEXT];
    int port;
    int ssl; /* LCCSCF_… */
};

struct link {
    struct link_context *context;
    struct link_handler handler;
    struct lws *wsi;
    const char *token;
    char name[64], body[128], ticket[128];
    char *queue[QUEUE]; /* owned */
    unsigned first, count;
    char *incoming; /* owned */
    size_t incoming_len, incoming_cap;
    bool closed, body_sent;
};

static void close_link(struct link *l, const char *why)
{
    if (l->closed)
        return;
    l->closed = true;
    l->wsi = NULL;
    l->handler.on_closed(l->handler.ctx, why);
}

static enum err gather(struct link *l, const void *p, size_t len)
{
    if (l->incoming_len + len + 1 > l->incoming_cap) {
        size_t cap = l->incoming_cap > 0 ? l->incoming_cap : FIRST;
        while (cap < l->incoming_len + len + 1)
            cap *= 2;
        char *larger = cap <= INCOMING ? mem_alloc(cap) : NULL;
        if (!larger)
            return E_FULL;
        if (l->incoming)
            memcpy(larger, l->incoming, l->incoming_len);
        mem_free(l->incoming);
        l->incoming = larger;
        l->incoming_cap = cap;
    }
    memcpy(l->incoming + l->incoming_len, p, len);
    l->incoming_len += len;
    l->incoming[l->incoming_len] = '\0';
    return E_OK;
}

static struct lws *connect_to(struct link *l, const char *path, const char *method,
                              const char *protocol, const char *local)
{
    const struct link_context *c = l->context;
    struct lws_client_connect_info info = {
        .context = c->lws,
        .address = c->host,
        .port = c->port,
        .path = path,
        .host = c->authority,
        .origin = c->authority, /* libwebsockets puts the scheme before it */
        .method = method,
        .protocol = protocol,
        .local_protocol_name = local,
        .ssl_connection = c->ssl,
        .opaque_user_data = l,
    };
    return lws_client_connect_via_info(&info);
}

static void take_ticket(struct link *l)
{
    json_t *root = l->incoming_len > 0 ? json_loads(l->incoming, 0, NULL) : NULL;
    const char *ticket = json_string_value(json_object_get(root, "ticket"));
    l->incoming_len = 0;
    if (ticket && strlen(ticket) < sizeof(l->ticket)) {
        memcpy(l->ticket, ticket, strlen(ticket) + 1);
        l->wsi = connect_to(l, "/api/v1/ws", NULL, "amphi.v1", "amphi.v1");
        if (!l->wsi)
            close_link(l, "connect");
    } else {
        close_link(l, "no-ticket");
    }
    json_decref(root);
}

static int add_headers(struct link *l, struct lws *wsi, unsigned char **p, size_t room)
{
    char value[512], length[16];
    unsigned char *end = *p + room;
    const int n = snprintf(value, sizeof(value), "Bearer %s", l->token);
    const int k = snprintf(length, sizeof(length), "%zu", strlen(l->body));
    if (lws_add_http_header_by_token(wsi, WSI_TOKEN_HTTP_AUTHORIZATION,
                                     (const unsigned char *)value, n, p, end) ||
        lws_add_http_header_by_token(wsi, WSI_TOKEN_HTTP_CONTENT_TYPE,
                                     (const unsigned char *)"application/json", 16, p, end) ||
        lws_add_http_header_by_token(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH,
                                     (const unsigned char *)length, k, p, end))
        return -1;
    lws_client_http_body_pending(wsi, 1);
    lws_callback_on_writable(wsi);
    return 0;
}

static int write_body(struct link *l, struct lws *wsi)
{
    unsigned char buf[LWS_PRE + sizeof(l->body)];
    const size_t len = strlen(l->body);
    if (l->body_sent)
        return 0;
    l->body_sent = true;
    memcpy(buf + LWS_PRE, l->body, len);
    lws_client_http_body_pending(wsi, 0);
    return lws_write(wsi, buf + LWS_PRE, len, LWS_WRITE_HTTP_FINAL) < 0 ? -1 : 0;
}

static int pull_body(struct lws *wsi)
{
    char buffer[LWS_PRE + 2048];
    char *p = buffer + LWS_PRE;
    int len = sizeof(buffer) - LWS_PRE;
    return lws_http_client_read(wsi, &p, &len) < 0 ? -1 : 0;
}

/* The ticket's POST. */
static int on_post(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                   size_t len)
{
    struct link *l = lws_get_opaque_user_data(wsi);
    (void)user;
    if (!l)
        return 0;
    switch ((int)reason) {
    case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER: return add_headers(l, wsi, in, len);
    case LWS_CALLBACK_CLIENT_HTTP_WRITEABLE: return write_body(l, wsi);
    case LWS_CALLBACK_RECEIVE_CLIENT_HTTP: return pull_body(wsi);
    case LWS_CALLBACK_RECEIVE_CLIENT_HTTP_READ: return gather(l, in, len) == E_OK ? 0 : -1;
    case LWS_CALLBACK_COMPLETED_CLIENT_HTTP: take_ticket(l); return -1;
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR: close_link(l, "post"); return 0;
    default: return 0;
    }
}

static int write_next(struct link *l, struct lws *wsi)
{
    if (l->count == 0)
        return 0;
    char *text = l->queue[l->first];
    const size_t len = strlen(text);
    unsigned char *buf = mem_alloc(LWS_PRE + len);
    if (!buf)
        return -1;
    memcpy(buf + LWS_PRE, text, len);
    const int written = lws_write(wsi, buf + LWS_PRE, len, LWS_WRITE_TEXT);
    mem_free(buf);
    mem_free(text);
    l->first = (l->first + 1) % QUEUE;
    if (--l->count > 0)
        lws_callback_on_writable(wsi);
    return written < 0 ? -1 : 0;
}

static int say_hello(struct link *l)
{
    char hello[256];
    snprintf(hello, sizeof(hello), "{\"type\":\"hello\",\"ticket\":\"%s\",\"form\":\"desktop\"}",
             l->ticket);
    return link_send(l, hello) == E_OK ? 0 : -1;
}

static int on_text(struct link *l, struct lws *wsi, const void *in, size_t len)
{
    if (gather(l, in, len) != E_OK)
        return -1;
    if (!lws_is_final_fragment(wsi) || lws_remaining_packet_payload(wsi) > 0)
        return 0;
    l->handler.on_message(l->handler.ctx, l->incoming);
    l->incoming_len = 0;
    return 0;
}

static int on_socket(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                     size_t len)
{
    struct link *l = lws_get_opaque_user_data(wsi);
    (void)user;
    if (!l)
        return 0;
    switch ((int)reason) {
    case LWS_CALLBACK_CLIENT_ESTABLISHED: l->wsi = wsi; return say_hello(l);
    case LWS_CALLBACK_CLIENT_WRITEABLE: return write_next(l, wsi);
    case LWS_CALLBACK_CLIENT_RECEIVE: return on_text(l, wsi, in, len);
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR: close_link(l, "refused"); return 0;
    case LWS_CALLBACK_CLIENT_CLOSED: close_link(l, "closed"); return 0;
    default: return 0;
    }
}

static const struct lws_protocols protocols[] = {
    {.name = "ticket", .callback = on_post},
    {.name = "amphi.v1", .callback = on_socket},
    {.name = NULL},
};

static enum err take_url(struct link_context *c, const char *url, bool insecure)
{
    const bool tls = strncmp(url, "https://", 8) == 0;
    if (!tls && strncmp(url, "http://", 7) != 0)
        return E_MALFORMED;
    const char *rest = url + (tls ? 8 : 7);
    const size_t len = strcspn(rest, "/");
    if (len == 0 || len >= sizeof(c->authority))
        return E_MALFORMED;
    memcpy(c->authority, rest, len);
    c->port = tls ? 443 : 80;
    const size_t name = strcspn(c->authority, ":");
    memcpy(c->host, c->authority, name);
    if (c->authority[name] == ':')
        c->port = (int)strtol(c->authority + name + 1, NULL, 10);
    if (name == 0 || c->port < 1 || c->port > 65535)
        return E_MALFORMED;
    if (tls)
        c->ssl = LCCSCF_USE_SSL |
                 (insecure ? LCCSCF_ALLOW_SELFSIGNED | LCCSCF_SKIP_SERVER_CERT_HOSTNAME_CHECK : 0);
    return E_OK;
}

enum err link_context_new(struct link_context **out, const char *url, bool insecure)
{
    const struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN,
        .protocols = protocols,
        .options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT,
    };
    struct link_context *c = mem_alloc(sizeof(*c));
    if (!c)
        return E_NOMEM;
    lws_set_log_level(LLL_ERR, NULL);
    enum err e = take_url(c, url, insecure);
    if (e == E_OK) {
        c->lws = lws_create_context(&info);
        e = c->lws ? E_OK : E_IO;
    }
    if (e != E_OK) {
        link_context_free(c);
        return e;
    }
    *out = c;
    return E_OK;
}

void link_context_free(struct link_context *c)
{
    if (!c)
        return;
    if (c->lws)
        lws_context_destroy(c->lws);
    mem_free(c);
}

void link_service(struct link_context *c)
{
    (void)lws_service(c->lws, -1);
}

enum err link_open(struct link **out, struct link_context *c, const char *token, const char *name,
                   const struct link_handler *handler)
{
    struct link *l = mem_alloc(sizeof(*l));
    if (!l)
        return E_NOMEM;
    *l = (struct link){.context = c, .handler = *handler, .token = token};
    snprintf(l->body, sizeof(l->body), "{\"name\":\"%s\"}", name);
    *out = l; /* before connecting: callbacks may come at once */
    return connect_to(l, "/api/v1/tickets", "POST", NULL, "ticket") ? E_OK : E_IO;
}

void link_free(struct link *l)
{
    if (!l)
        return;
    for (; l->count > 0; l->count--, l->first = (l->first + 1) % QUEUE)
        mem_free(l->queue[l->first]);
    if (l->wsi)
        lws_set_opaque_user_data(l->wsi, NULL);
    mem_free(l->incoming);
    mem_free(l);
}

enum err link_send(struct link *l, const char *text)
{
    const size_t len = strlen(text) + 1;
    char *copy = l->count < QUEUE && !l->closed ? mem_alloc(len) : NULL;
    if (!copy)
        return E_FULL;
    memcpy(copy, text, len);
    l->queue[(l->first + l->count++) % QUEUE] = copy;
    if (l->wsi)
        lws_callback_on_writable(l->wsi);
    return E_OK;
}
