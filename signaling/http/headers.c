/* SPDX-License-Identifier: Apache-2.0
 * Decides the header of every answer: what a page may load and talk to, what a browser may keep,
 * and nothing about who asked. */
#include "signaling/http/internal.h"

#include <libwebsockets.h>

#include <stdio.h>
#include <string.h>

enum { HEADER_MAX = 4096 };

/* The WebSocket form of the public URL, for connect-src: browsers differ on whether 'self' covers
 * it. */
static void socket_origin(char *out, size_t cap, const char *url)
{
    bool tls = strncmp(url, "https://", 8) == 0;
    snprintf(out, cap, "%s%s", tls ? "wss://" : "ws://", url + (tls ? 8 : 7));
}

void headers_init(struct http *h)
{
    char ws[3][600] = {"", "", ""};
    bool plain = strncmp(h->config.public_url, "http://", 7) == 0;
    snprintf(h->origins[0], sizeof h->origins[0], "%s", h->config.public_url);
    if (addr_is_loopback(&h->config.listen) && plain) {
        unsigned port = http_port(h);
        snprintf(h->origins[1], sizeof h->origins[1], "http://127.0.0.1:%u", port);
        snprintf(h->origins[2], sizeof h->origins[2], "http://localhost:%u", port);
    }
    size_t n = 0;
    char all[3 * 600 + 8] = "";
    for (size_t i = 0; i < 3; i++) {
        if (h->origins[i][0] == '\0' || (i > 0 && strcmp(h->origins[i], h->origins[0]) == 0))
            continue;
        socket_origin(ws[i], sizeof ws[i], h->origins[i]);
        n += (size_t)snprintf(all + n, sizeof all - n, " %s", ws[i]);
    }
    snprintf(
        h->csp, sizeof h->csp,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
        "font-src 'self'; "
        "media-src 'self' blob:; connect-src 'self'%.480s; worker-src 'self'; manifest-src 'self'; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'self'; require-trusted-types-for "
        "'script'",
        all);
}

struct head {
    struct lws *wsi;
    unsigned char *p, *end;
    bool failed;
};

static void add(struct head *head, const char *name, const char *value)
{
    if (lws_add_http_header_by_name(head->wsi, (const unsigned char *)name,
                                    (const unsigned char *)value, (int)strlen(value), &head->p,
                                    head->end) != 0)
        head->failed = true;
}

static void add_security(struct head *head, const struct http *h)
{
    add(head, "content-security-policy:", h->csp);
    add(head, "x-content-type-options:", "nosniff");
    add(head, "referrer-policy:", "no-referrer");
    add(head, "cross-origin-opener-policy:", "same-origin");
    add(head, "cross-origin-resource-policy:", "same-origin");
    add(head, "permissions-policy:",
        "camera=(self), microphone=(self), display-capture=(self), screen-wake-lock=(self), "
        "geolocation=()");
    if (h->config.self_signed)
        add(head, "amphi-certificate:", "self-signed, for trying out only");
    else if (strncmp(h->config.public_url, "https://", 8) == 0)
        add(head, "strict-transport-security:", "max-age=31536000"); /* one year */
}

static void add_answer(struct head *head, const struct answer *a)
{
    if (a->page != NULL) {
        add(head, "etag:", a->page->etag);
        add(head, "cache-control:",
            a->page->forever ? "public, max-age=31536000, immutable" : "no-cache");
    } else {
        add(head, "cache-control:", "no-store");
    }
    if (a->location[0] != '\0')
        add(head, "location:", a->location);
    if (a->status == 401)
        add(head, "www-authenticate:", "Bearer");
    if (a->retry_after_s > 0) {
        char text[16];
        snprintf(text, sizeof text, "%u", a->retry_after_s);
        add(head, "retry-after:", text);
    }
    if (a->close_after)
        add(head, "connection:", "close");
}

int headers_write(struct conn *c)
{
    unsigned char *buffer = calloc(1, LWS_PRE + HEADER_MAX);
    if (buffer == NULL)
        return -1;
    struct answer *a = &c->answer;
    struct head head = {c->wsi, buffer + LWS_PRE, buffer + LWS_PRE + HEADER_MAX - 1, false};
    bool bodiless = a->status == 204 || a->status == 304;
    if (lws_add_http_header_status(c->wsi, a->status, &head.p, head.end) != 0)
        head.failed = true;
    if (a->type != NULL && !bodiless)
        add(&head, "content-type:", a->type);
    if (!bodiless && lws_add_http_header_content_length(c->wsi, a->len, &head.p, head.end) != 0)
        head.failed = true;
    add_answer(&head, a);
    add_security(&head, c->http);
    int r = -1;
    if (!head.failed)
        r = lws_finalize_write_http_header(c->wsi, buffer + LWS_PRE, &head.p, head.end);
    free(buffer);
    return r;
}
