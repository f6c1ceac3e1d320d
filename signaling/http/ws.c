/* SPDX-License-Identifier: Apache-2.0
 * One WebSocket: joins fragments up to 64 KiB, keeps the bounded queue of what the browser has not
 * taken yet, closes it with a code. What the texts say is decided by the service. */
#include "signaling/http/internal.h"

#include "sfu/base/mem.h"

#include <libwebsockets.h>

#include <string.h>

enum {
    CLOSE_PROTOCOL = 4002, /* PROTOCOL.md §3 */
    CLOSE_BUSY = 1013,     /* RFC 6455 §7.4.1, registered: try again later */
};

struct http_text {
    unsigned refs;
    size_t len;
    unsigned char data[]; /* LWS_PRE bytes for the frame's header, then the text */
};

struct http_text *http_text_new(const char *text, size_t len)
{
    struct http_text *t = mem_alloc(sizeof *t + LWS_PRE + len);
    if (t == NULL)
        return NULL;
    t->refs = 1;
    t->len = len;
    memcpy(t->data + LWS_PRE, text, len);
    return t;
}

void http_text_unref(struct http_text *t)
{
    if (t != NULL && --t->refs == 0)
        mem_free(t);
}

void ws_drop_queue(struct conn *c)
{
    while (c->queue_count > 0) {
        http_text_unref(c->queue[c->queue_first]);
        c->queue_first = (c->queue_first + 1) % HTTP_QUEUE_MAX;
        c->queue_count--;
    }
    c->queue_bytes = 0;
}

void http_ws_send(struct http *h, uint32_t conn, struct http_text *text)
{
    struct conn *c = conn_find(h, conn);
    if (c == NULL || c->queue == NULL || text == NULL)
        return;
    if (c->queue_count == HTTP_QUEUE_MAX || text->len > HTTP_QUEUE_BYTES - c->queue_bytes) {
        h->stats.closed_full++;
        ws_drop_queue(c);
        http_ws_close(h, conn, CLOSE_BUSY);
        return;
    }
    text->refs++;
    c->queue[(c->queue_first + c->queue_count++) % HTTP_QUEUE_MAX] = text;
    c->queue_bytes += text->len;
    lws_callback_on_writable(c->wsi);
}

int ws_open(struct conn *c)
{
    struct http *h = c->http;
    request_reset(c);
    if (c->queue == NULL)
        c->queue = mem_alloc_array(HTTP_QUEUE_MAX, sizeof(struct http_text *));
    if (c->queue == NULL)
        return -1;
    h->stats.upgrades++;
    h->stats.sockets++;
    conn_set_state(c, CONN_SOCKET, http_now());
    h->config.handlers.opened(h->config.ctx, c->id, &c->peer);
    return 0;
}

/* A message takes its 64 KiB only while it arrives: hundreds of sockets wait most of the time. */
static void drop_body(struct conn *c)
{
    mem_free(c->body);
    c->body = NULL;
    c->body_len = 0;
}

static int refuse(struct conn *c)
{
    http_ws_close(c->http, c->id, CLOSE_PROTOCOL);
    return 0;
}

int ws_receive(struct conn *c, const void *in, size_t len)
{
    struct http *h = c->http;
    if (c->close_code != 0)
        return 0;
    if (lws_is_first_fragment(c->wsi))
        drop_body(c);
    if (lws_frame_is_binary(c->wsi) || len > HTTP_FRAME_MAX - c->body_len)
        return refuse(c);
    if (c->body == NULL)
        c->body = mem_alloc(HTTP_FRAME_MAX);
    if (c->body == NULL)
        return -1;
    memcpy(c->body + c->body_len, in, len);
    c->body_len += len;
    if (!lws_is_final_fragment(c->wsi) || lws_remaining_packet_payload(c->wsi) > 0)
        return 0;
    h->stats.frames_in++;
    h->config.handlers.text(h->config.ctx, c->id, bytes_of(c->body, c->body_len));
    drop_body(c);
    return 0;
}

int ws_writable(struct conn *c)
{
    struct http *h = c->http;
    while (c->queue_count > 0 && !lws_send_pipe_choked(c->wsi)) {
        struct http_text *t = c->queue[c->queue_first];
        c->queue_first = (c->queue_first + 1) % HTTP_QUEUE_MAX;
        c->queue_count--;
        c->queue_bytes -= t->len;
        int n = lws_write(c->wsi, t->data + LWS_PRE, t->len, LWS_WRITE_TEXT);
        h->stats.frames_out++;
        h->stats.bytes_out += t->len;
        http_text_unref(t);
        if (n < 0)
            return -1;
    }
    if (c->queue_count > 0) {
        lws_callback_on_writable(c->wsi);
        return 0;
    }
    if (c->close_code != 0) {
        lws_close_reason(c->wsi, (enum lws_close_status)c->close_code, NULL, 0);
        return -1;
    }
    return 0;
}
