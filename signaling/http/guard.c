/* SPDX-License-Identifier: Apache-2.0
 * Decides who may talk and how: nothing but HTTP/1.1 and WebSocket, one path, one subprotocol, our
 * own Origin. Debian 12's libwebsockets would also speak h2c (CVE-2026-19773) and raw after
 * CONNECT; here both are refused. */
#include "signaling/http/internal.h"

#include "signaling/limit.h"

#include <libwebsockets.h>

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

static const char socket_path[] = "/api/v1/ws";
static const char subprotocol[] = "amphi.v1";

static bool is_websocket(const char *upgrade)
{
    return strcasecmp(upgrade, "websocket") == 0; /* RFC 6455 §4.2.1: compared without case */
}

static bool origin_is_ours(const struct http *h, const char *origin)
{
    for (size_t i = 0; i < sizeof h->origins / sizeof h->origins[0]; i++)
        if (h->origins[i][0] != '\0' && strcmp(h->origins[i], origin) == 0)
            return true;
    return false;
}

static int refuse(struct conn *c, unsigned status)
{
    return lws_return_http_status(c->wsi, status, NULL) != 0 ? -1 : 1;
}

int guard_upgrade(struct conn *c)
{
    struct http *h = c->http;
    char text[600];
    /* Copied from the header table: the pointer lws hands over can dangle (CVE-2025-11677). */
    if (lws_hdr_copy(c->wsi, text, sizeof text, WSI_TOKEN_UPGRADE) <= 0 || !is_websocket(text)) {
        h->stats.refused_upgrade++;
        return -1;
    }
    if (lws_hdr_copy(c->wsi, text, sizeof text, WSI_TOKEN_GET_URI) <= 0 ||
        strcmp(text, socket_path) != 0) {
        h->stats.refused_upgrade++;
        return refuse(c, HTTP_STATUS_NOT_FOUND);
    }
    if (lws_hdr_copy(c->wsi, text, sizeof text, WSI_TOKEN_ORIGIN) <= 0 ||
        !origin_is_ours(h, text)) {
        h->stats.refused_origin++;
        return refuse(c, HTTP_STATUS_FORBIDDEN);
    }
    if (lws_hdr_copy(c->wsi, text, sizeof text, WSI_TOKEN_PROTOCOL) <= 0 ||
        strcmp(text, subprotocol) != 0) {
        h->stats.refused_upgrade++;
        return refuse(c, HTTP_STATUS_BAD_REQUEST);
    }
    guard_peer(c);
    return 0;
}

static struct addr addr_of(const struct sockaddr_storage *s)
{
    if (s->ss_family == AF_INET) {
        struct sockaddr_in v4;
        memcpy(&v4, s, sizeof v4);
        uint8_t ip[4];
        memcpy(ip, &v4.sin_addr, sizeof ip);
        return addr_v4(ip, ntohs(v4.sin_port));
    }
    struct sockaddr_in6 v6;
    memcpy(&v6, s, sizeof v6);
    return addr_v6(v6.sin6_addr.s6_addr, ntohs(v6.sin6_port));
}

void guard_socket(struct conn *c)
{
    int fd = lws_get_socket_fd(c->wsi);
    struct sockaddr_storage s = {0};
    socklen_t len = sizeof s;
    if (fd >= 0 && getpeername(fd, (struct sockaddr *)&s, &len) == 0)
        c->peer.remote = addr_of(&s);
    len = sizeof s;
    if (fd >= 0 && getsockname(fd, (struct sockaddr *)&s, &len) == 0)
        c->peer.local = addr_of(&s);
    c->peer.loopback = addr_is_loopback(&c->peer.remote);
    c->key = limit_key(&c->peer.remote);
}

/* A proxy on this machine names the browser's address last in X-Forwarded-For; from elsewhere the
 * header is a claim of the client and worth nothing. */
void guard_peer(struct conn *c)
{
    char text[256];
    guard_socket(c);
    if (!c->peer.loopback || lws_hdr_total_length(c->wsi, WSI_TOKEN_X_FORWARDED_FOR) <= 0)
        return;
    c->peer.loopback = false;
    if (lws_hdr_copy(c->wsi, text, sizeof text, WSI_TOKEN_X_FORWARDED_FOR) <= 0)
        return;
    const char *last = strrchr(text, ',');
    last = last == NULL ? text : last + 1;
    last += strspn(last, " ");
    struct addr real;
    if (addr_parse_ip(&real, last, 0) == E_OK) {
        c->peer.remote = real;
        c->key = limit_key(&real);
    }
}
