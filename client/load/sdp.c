/* SPDX-License-Identifier: Apache-2.0
 * Reads the lines a robot needs and writes the shortest descriptions a strict server accepts (RFC
 * 8866, RFC 8829). */
#include "client/load/sdp.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct text {
    char *p;
    size_t len;
    bool full;
};

static void add(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add(struct text *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const int n = vsnprintf(t->p + t->len, LOAD_SDP_MAX - t->len, format, args);
    va_end(args);
    if (n < 0 || (size_t)n >= LOAD_SDP_MAX - t->len)
        t->full = true;
    else
        t->len += (size_t)n;
}

/* The value of "prefix…" up to the line's end, when the line starts so. */
static bool value_of(const char *line, size_t len, const char *prefix, char *out, size_t cap)
{
    const size_t skip = strlen(prefix);
    if (len < skip || strncmp(line, prefix, skip) != 0 || len - skip >= cap)
        return false;
    memcpy(out, line + skip, len - skip);
    out[len - skip] = '\0';
    return true;
}

static void take_candidate(struct remote *r, const char *text)
{
    char protocol[8], ip[64], digits[8];
    if (r->n_candidates == ICE_CANDIDATES ||
        sscanf(text, "%*s %*s %7s %*s %63s %7s typ", protocol, ip, digits) != 3)
        return;
    const unsigned long port = strtoul(digits, NULL, 10);
    if (strcasecmp(protocol, "udp") == 0 && port > 0 && port < 65536 &&
        addr_parse_ip(&r->candidates[r->n_candidates], ip, (uint16_t)port) == E_OK)
        r->n_candidates++;
}

static void take_line(struct remote *r, const char *line, size_t len)
{
    char value[256];
    struct remote_mline *m = r->n_mlines > 0 ? &r->mlines[r->n_mlines - 1] : NULL;

    if (value_of(line, len, "m=", value, sizeof(value))) {
        if (r->n_mlines < LOAD_MLINES)
            r->mlines[r->n_mlines++] =
                (struct remote_mline){.video = strncmp(value, "video", 5) == 0};
    } else if (m && value_of(line, len, "a=mid:", value, sizeof(m->mid))) {
        memcpy(m->mid, value, sizeof(m->mid));
    } else if (value_of(line, len, "a=ice-ufrag:", value, sizeof(r->ufrag))) {
        memcpy(r->ufrag, value, sizeof(r->ufrag));
    } else if (value_of(line, len, "a=ice-pwd:", value, sizeof(r->pwd))) {
        memcpy(r->pwd, value, sizeof(r->pwd));
    } else if (value_of(line, len, "a=candidate:", value, sizeof(value)) && r->n_mlines <= 1) {
        take_candidate(r, value); /* one BUNDLE: the first m-line's stand for all */
    }
}

enum err remote_parse(struct remote *out, const char *sdp)
{
    *out = (struct remote){0};
    while (*sdp != '\0') {
        const size_t len = strcspn(sdp, "\r\n");
        take_line(out, sdp, len);
        sdp += len;
        sdp += strspn(sdp, "\r\n");
    }
    return out->ufrag[0] != '\0' && out->pwd[0] != '\0' && out->n_candidates > 0 ? E_OK
                                                                                 : E_MALFORMED;
}

static void add_session(struct text *t, const struct own *own)
{
    add(t, "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n");
    add(t, "a=ice-ufrag:%s\r\na=ice-pwd:%s\r\na=fingerprint:sha-256 %s\r\n", own->ufrag, own->pwd,
        own->fingerprint);
}

static void add_mline(struct text *t, bool video, const char *mid, const char *direction,
                      const char *setup)
{
    add(t,
        "m=%s 9 UDP/TLS/RTP/SAVPF %s\r\nc=IN IP4 "
        "0.0.0.0\r\na=mid:%s\r\na=%s\r\na=setup:%s\r\na=rtcp-mux\r\n",
        video ? "video" : "audio", video ? "96 97" : "111", mid, direction, setup);
    if (video)
        add(t, "a=rtcp-rsize\r\na=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 nack\r\na=rtcp-fb:96 nack "
               "pli\r\n"
               "a=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n");
    else
        add(t, "a=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10;useinbandfec=1\r\n");
}

// NOLINTNEXTLINE(readability-non-const-parameter): written through struct text
enum err answer_write(char out[LOAD_SDP_MAX], const struct own *own, const struct remote *remote)
{
    struct text t = {.p = out};
    add_session(&t, own);
    add(&t, "a=group:BUNDLE");
    for (unsigned i = 0; i < remote->n_mlines; i++)
        add(&t, " %s", remote->mlines[i].mid);
    add(&t, "\r\n");
    for (unsigned i = 0; i < remote->n_mlines; i++)
        add_mline(&t, remote->mlines[i].video, remote->mlines[i].mid, "recvonly", "active");
    return t.full ? E_FULL : E_OK;
}

// NOLINTNEXTLINE(readability-non-const-parameter): written through struct text
enum err offer_write(char out[LOAD_SDP_MAX], const struct own *own)
{
    static const char extensions[] = "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n"
                                     "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\n";
    struct text t = {.p = out};
    add_session(&t, own);
    add(&t, "a=group:BUNDLE 0 1\r\n");
    add_mline(&t, false, "0", "sendonly", "actpass");
    add(&t, "%sa=ssrc:%u cname:robot\r\n", extensions, own->audio_ssrc);
    add_mline(&t, true, "1", "sendonly", "actpass");
    add(&t, "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\n");
    add(&t, "a=ssrc-group:FID %u %u\r\na=ssrc:%u cname:robot\r\na=ssrc:%u cname:robot\r\n",
        own->video_ssrc, own->video_ssrc + 1, own->video_ssrc, own->video_ssrc + 1);
    return t.full ? E_FULL : E_OK;
}
