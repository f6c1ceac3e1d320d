/* SPDX-License-Identifier: Apache-2.0
 * One request of one connection: reads its header and its body within their limits, hands it to the
 * service or to the table of pages, and writes the answer in pieces as the browser takes them. */
#include "signaling/http/internal.h"

#include "sfu/base/mem.h"

#include <libwebsockets.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PIECE = 16384 }; /* bytes of a body a turn of the loop, so that a large file delays nobody */

static const struct {
    int token;
    enum http_method method;
} methods[] = {
    {WSI_TOKEN_GET_URI, HTTP_GET},       {WSI_TOKEN_HEAD_URI, HTTP_HEAD},
    {WSI_TOKEN_POST_URI, HTTP_POST},     {WSI_TOKEN_PATCH_URI, HTTP_PATCH},
    {WSI_TOKEN_DELETE_URI, HTTP_DELETE}, {WSI_TOKEN_PUT_URI, HTTP_OTHER},
    {WSI_TOKEN_OPTIONS_URI, HTTP_OTHER}, {WSI_TOKEN_CONNECT, HTTP_OTHER},
};

static enum http_method method_of(struct lws *wsi)
{
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
        if (lws_hdr_total_length(wsi, (enum lws_token_indexes)methods[i].token) > 0)
            return methods[i].method;
    return HTTP_OTHER;
}

void request_reset(struct conn *c)
{
    mem_free(c->answer.body);
    memset(&c->answer, 0, sizeof c->answer);
    c->request = 0;
    c->body_len = 0;
    c->bearer[0] = '\0';
}

static void answer_set(struct conn *c, const struct http_response *r)
{
    struct answer *a = &c->answer;
    if (a->ready)
        return;
    a->ready = true;
    a->status = r->status;
    a->type = r->type;
    a->retry_after_s = r->retry_after_s;
    snprintf(a->location, sizeof a->location, "%s", r->location != NULL ? r->location : "");
    if (r->body.len > 0) {
        a->body = mem_alloc(r->body.len);
        if (a->body != NULL) {
            memcpy(a->body, r->body.p, r->body.len);
            a->len = r->body.len;
        } else {
            a->status = 503;
        }
    }
    lws_callback_on_writable(c->wsi);
}

static int answer_plain(struct conn *c, unsigned status, const char *text, bool close_after)
{
    c->answer.close_after = close_after;
    answer_set(c, &(struct http_response){.status = status,
                                          .type = "text/plain; charset=utf-8",
                                          .body = bytes_of(text, strlen(text))});
    return 0;
}

void http_answer(struct http *h, uint32_t request, const struct http_response *response)
{
    struct conn *c = conn_find(h, request);
    if (c != NULL && c->request == request)
        answer_set(c, response);
}

/* The token of "Authorization: Bearer TOKEN" (RFC 6750 §2.1), "" when there is none. */
static void read_bearer(struct conn *c)
{
    char text[HTTP_TOKEN_MAX + 16];
    c->bearer[0] = '\0';
    int n = lws_hdr_copy(c->wsi, text, sizeof text, WSI_TOKEN_HTTP_AUTHORIZATION);
    if (n > 7 && strncasecmp(text, "Bearer ", 7) == 0)
        snprintf(c->bearer, sizeof c->bearer, "%.*s", HTTP_TOKEN_MAX - 1, text + 7);
    lws_explicit_bzero(text, sizeof text);
}

static void read_header(struct conn *c, char *out, size_t cap, enum lws_token_indexes token)
{
    if (lws_hdr_copy(c->wsi, out, (int)cap, token) <= 0)
        out[0] = '\0';
}

static int serve_page(struct conn *c)
{
    const struct page *page = pages_find(&c->http->pages, c->path);
    if (page == NULL && c->http->pages.n == 0 &&
        (strcmp(c->path, "/") == 0 || strcmp(c->path, "/join") == 0))
        return answer_plain(c, 503, "Amphi runs, but its pages were not built (client/web/dist).\n",
                            false);
    if (page == NULL)
        return answer_plain(c, 404, "Not found\n", false);
    char known[64];
    bool same = lws_hdr_copy(c->wsi, known, sizeof known, WSI_TOKEN_HTTP_IF_NONE_MATCH) > 0 &&
                strcmp(known, page->etag) == 0;
    struct answer *a = &c->answer;
    a->ready = true;
    a->status = same ? 304 : 200;
    a->type = page->type;
    a->page = page;
    a->len = same ? 0 : page->len;
    lws_callback_on_writable(c->wsi);
    return 0;
}

static bool is_api(const char *path)
{
    return strncmp(path, "/api/", 5) == 0 || strcmp(path, "/healthz") == 0 ||
           strcmp(path, "/metrics") == 0;
}

static int dispatch(struct conn *c)
{
    if (!is_api(c->path)) {
        if (c->method == HTTP_GET || c->method == HTTP_HEAD)
            return serve_page(c);
        return answer_plain(c, 405, "Method not allowed\n", true);
    }
    struct http *h = c->http;
    const struct http_request r = {.id = c->request,
                                   .method = c->method,
                                   .path = c->path,
                                   .query = c->query,
                                   .accept = c->accept,
                                   .content_type = c->content_type,
                                   .bearer = c->bearer,
                                   .body = bytes_of(c->body, c->body_len),
                                   .peer = &c->peer};
    h->config.handlers.request(h->config.ctx, &r);
    lws_explicit_bzero(c->bearer, sizeof c->bearer);
    return 0;
}

/* Bytes that the request announces; SIZE_MAX: not a number we take. */
static size_t content_length(struct lws *wsi)
{
    char text[24];
    if (lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH) <= 0)
        return 0;
    int n = lws_hdr_copy(wsi, text, sizeof text, WSI_TOKEN_HTTP_CONTENT_LENGTH);
    if (n <= 0 || n > 9 || strspn(text, "0123456789") != (size_t)n)
        return SIZE_MAX;
    return (size_t)strtoul(text, NULL, 10);
}

int request_begin(struct conn *c, const char *uri)
{
    struct http *h = c->http;
    request_reset(c);
    conn_set_state(c, CONN_BUSY, http_now());
    h->stats.requests++;
    c->request = c->id;
    c->method = method_of(c->wsi);
    guard_peer(c);
    read_bearer(c);
    read_header(c, c->query, sizeof c->query, WSI_TOKEN_HTTP_URI_ARGS);
    read_header(c, c->accept, sizeof c->accept, WSI_TOKEN_HTTP_ACCEPT);
    read_header(c, c->content_type, sizeof c->content_type, WSI_TOKEN_HTTP_CONTENT_TYPE);
    if (c->method == HTTP_OTHER) {
        h->stats.refused_method++;
        return answer_plain(c, 405, "Method not allowed\n", true);
    }
    if (strlen(uri) >= sizeof c->path)
        return answer_plain(c, 414, "Too long\n", true);
    memcpy(c->path, uri, strlen(uri) + 1);
    /* libwebsockets reads no chunked bodies: what it would leave in the stream must not become the
     * next request. */
    if (lws_hdr_total_length(c->wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING) > 0)
        return answer_plain(c, 411, "Content-Length is required\n", true);
    size_t len = content_length(c->wsi);
    if (len > HTTP_BODY_MAX)
        return answer_plain(c, 413, "At most 64 KiB\n", true);
    if (len == 0)
        return dispatch(c);
    if (c->body == NULL)
        c->body = mem_alloc(HTTP_BODY_MAX);
    return c->body == NULL ? -1 : 0;
}

int request_body(struct conn *c, const void *in, size_t len)
{
    if (c->answer.ready) /* refused already: what still comes is thrown away */
        return 0;
    if (c->body == NULL || len > HTTP_BODY_MAX - c->body_len)
        return -1;
    memcpy(c->body + c->body_len, in, len);
    c->body_len += len;
    return 0;
}

int request_body_end(struct conn *c)
{
    return c->request == 0 || c->answer.ready ? 0 : dispatch(c);
}

static int answer_end(struct conn *c)
{
    bool close_after = c->answer.close_after;
    request_reset(c);
    conn_set_state(c, CONN_IDLE, http_now());
    if (close_after || lws_http_transaction_completed(c->wsi) != 0)
        return -1;
    return 0;
}

static int write_piece(struct conn *c)
{
    struct answer *a = &c->answer;
    unsigned char buffer[LWS_PRE + 4096];
    size_t turn = 0;
    while (a->done < a->len && turn < PIECE && !lws_send_pipe_choked(c->wsi)) {
        size_t n = a->len - a->done;
        n = n > 4096 ? 4096 : n;
        memcpy(buffer + LWS_PRE, (a->page != NULL ? a->page->body : a->body) + a->done, n);
        enum lws_write_protocol how = a->done + n == a->len ? LWS_WRITE_HTTP_FINAL : LWS_WRITE_HTTP;
        if (lws_write(c->wsi, buffer + LWS_PRE, n, how) < 0)
            return -1;
        a->done += n;
        turn += n;
        c->http->stats.bytes_out += n;
    }
    if (a->done < a->len) {
        c->since = http_now(); /* the browser takes it: not slow */
        lws_callback_on_writable(c->wsi);
        return 0;
    }
    return answer_end(c);
}

int request_writable(struct conn *c)
{
    struct answer *a = &c->answer;
    if (!a->ready)
        return 0;
    if (!a->head_written) {
        a->head_written = true;
        if (headers_write(c) != 0)
            return -1;
        if (a->len == 0 || c->method == HTTP_HEAD)
            return answer_end(c);
        lws_callback_on_writable(c->wsi);
        return 0;
    }
    return write_piece(c);
}
