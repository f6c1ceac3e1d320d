/* SPDX-License-Identifier: Apache-2.0
 * Decides what follows from the settings (addresses, public URL) and which combinations are not
 * safe to run. */
#include "signaling/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef AMPHI_CLIENT_DIR
#define AMPHI_CLIENT_DIR ""
#endif

enum err config_parse_addr(struct addr *out, const char *text)
{
    const char *colon = strrchr(text, ':');
    if (colon == NULL || colon[1] < '0' || colon[1] > '9' || strlen(colon + 1) > 5)
        return E_MALFORMED;
    char *end = NULL;
    unsigned long port = strtoul(colon + 1, &end, 10);
    size_t len = (size_t)(colon - text);
    char ip[64];
    if (*end != '\0' || port > 65535 || len >= sizeof ip)
        return E_MALFORMED;
    if (len == 0) {
        memset(out, 0, sizeof *out);
        out->port = (uint16_t)port;
        return E_OK;
    }
    bool brackets = len > 2 && text[0] == '[' && text[len - 1] == ']';
    if (brackets) {
        text++;
        len -= 2;
    }
    memcpy(ip, text, len);
    ip[len] = '\0';
    if (brackets != (strchr(ip, ':') != NULL))
        return E_MALFORMED;
    return addr_parse_ip(out, ip, (uint16_t)port);
}

bool config_uses_tls(const struct config *c)
{
    return c->self_signed || c->certificate[0] != '\0';
}

static enum err refuse(char error[CONFIG_ERROR], const char *sentence, const char *value)
{
    snprintf(error, CONFIG_ERROR, "%s%.500s", sentence, value);
    return E_MALFORMED;
}

static enum err finish_announce(struct config *c, char error[CONFIG_ERROR])
{
    char text[CONFIG_TEXT];
    memcpy(text, c->announce_text, sizeof text);
    char *state = NULL;
    c->n_announce = 0;
    for (char *one = strtok_r(text, ", ", &state); one != NULL;
         one = strtok_r(NULL, ", ", &state)) {
        if (c->n_announce == CONFIG_ADDRESSES)
            return refuse(error, "media.announce: more than 8 addresses", "");
        if (addr_parse_ip(&c->announce[c->n_announce], one, c->media.port) != E_OK)
            return refuse(error, "media.announce: not an address: ", one);
        c->n_announce++;
    }
    return E_OK;
}

static enum err finish_log(struct config *c, char error[CONFIG_ERROR])
{
    for (unsigned i = 0; i < N_LOG_LEVEL; i++)
        if (strcmp(c->log_text, log_level_name((enum log_level)i)) == 0) {
            c->log = (enum log_level)i;
            return E_OK;
        }
    return refuse(error, "log.level must be error, warn, info or debug, not ", c->log_text);
}

/* scheme://host[:port], no path, query or control characters: it stands in links, in CSP and is
 * compared to Origin. */
static bool url_is_plain(const char *url, const char *scheme)
{
    size_t skip = strlen(scheme);
    if (strncmp(url, scheme, skip) != 0 || url[skip] == '\0')
        return false;
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789.-:[]";
    return strspn(url + skip, allowed) == strlen(url + skip);
}

static enum err finish_url(struct config *c, char error[CONFIG_ERROR])
{
    const char *scheme = config_uses_tls(c) ? "https://" : "http://";
    if (c->public_url[0] == '\0') {
        struct addr shown = c->listen;
        if (addr_is_unspecified(&shown))
            shown = addr_v4((const uint8_t[]){127, 0, 0, 1}, shown.port);
        char text[ADDR_TEXT];
        snprintf(c->public_url, sizeof c->public_url, "%s%s", scheme, addr_write(text, &shown));
    }
    size_t len = strlen(c->public_url);
    if (len > 0 && c->public_url[len - 1] == '/')
        c->public_url[len - 1] = '\0';
    /* Behind a proxy that ends TLS the page is https while we listen on loopback in clear. */
    if (!url_is_plain(c->public_url, "https://") && !url_is_plain(c->public_url, scheme))
        return refuse(
            error,
            "server.public_url must be scheme://host or scheme://host:port in lower case, not ",
            c->public_url);
    return E_OK;
}

/* The pages lie in a folder "web" beside the program when it was installed so, else where they were
 * built. */
static void finish_client(struct config *c)
{
    char path[CONFIG_TEXT];
    if (c->client_dir[0] != '\0')
        return;
    snprintf(c->client_dir, sizeof c->client_dir, "%s", AMPHI_CLIENT_DIR);
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 16);
    if (n <= 0)
        return;
    path[n] = '\0';
    char *slash = strrchr(path, '/');
    if (slash == NULL)
        return;
    memcpy(slash, "/web", sizeof "/web");
    if (access(path, R_OK | X_OK) == 0)
        memcpy(c->client_dir, path, sizeof path);
}

enum err config_finish(struct config *c, char error[CONFIG_ERROR])
{
    error[0] = '\0';
    if (config_parse_addr(&c->listen, c->listen_text) != E_OK)
        return refuse(error, "server.listen is not ADDRESS:PORT: ", c->listen_text);
    if (config_parse_addr(&c->media, c->media_text) != E_OK || c->media.port == 0)
        return refuse(error, "media.listen is not ADDRESS:PORT: ", c->media_text);
    if ((c->certificate[0] == '\0') != (c->key[0] == '\0'))
        return refuse(error, "tls.certificate and tls.key go together", "");
    if (c->self_signed && c->certificate[0] != '\0')
        return refuse(error, "tls.self_signed and tls.certificate exclude each other", "");
    if (!config_uses_tls(c) && !addr_is_loopback(&c->listen))
        return refuse(error,
                      "plain HTTP is accepted on a loopback address only: give tls.certificate and "
                      "tls.key, or "
                      "tls.self_signed=yes to try; server.listen is ",
                      c->listen_text);
    if (c->data_dir[0] == '\0')
        return refuse(error, "server.data is empty", "");
    finish_client(c);
    enum err e = finish_announce(c, error);
    if (e == E_OK)
        e = finish_log(c, error);
    return e == E_OK ? finish_url(c, error) : e;
}
