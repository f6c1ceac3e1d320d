/* SPDX-License-Identifier: Apache-2.0
 * Reads SDP lines into sections. Lines it does not know are passed over; what a section must have
 * is decided in sdp_parse.c. */
#include "signaling/sdp_read.h"

#include <string.h>

static struct bytes text_bytes(const char *text)
{
    return bytes_of(text, strlen(text));
}

/* Takes the prefix off b when it stands there. */
static bool take_prefix(struct bytes *b, const char *prefix)
{
    size_t n = strlen(prefix);
    if (b->len < n || memcmp(b->p, prefix, n) != 0)
        return false;
    *b = bytes_of(b->p + n, b->len - n);
    return true;
}

/* What stands before the first `end`, or all; takes both off b. */
static struct bytes take_until(struct bytes *b, char end)
{
    size_t n = 0;
    while (n < b->len && b->p[n] != (uint8_t)end)
        n++;
    struct bytes word = bytes_of(b->p, n);
    size_t skip = n < b->len ? n + 1 : n;
    *b = bytes_of(b->p + skip, b->len - skip);
    return word;
}

/* A decimal number and nothing else, at most max. */
static bool number(struct bytes b, uint32_t max, uint32_t *out)
{
    uint64_t n = 0;
    if (b.len == 0 || b.len > 10)
        return false;
    for (size_t i = 0; i < b.len; i++) {
        if (b.p[i] < '0' || b.p[i] > '9')
            return false;
        n = n * 10 + (uint64_t)(b.p[i] - '0');
    }
    *out = (uint32_t)n;
    return n <= max;
}

/* The number at the start of b, taken off; what follows stays. */
static bool take_number(struct bytes *b, uint32_t max, uint32_t *out)
{
    size_t n = 0;
    while (n < b->len && b->p[n] >= '0' && b->p[n] <= '9')
        n++;
    bool good = number(bytes_of(b->p, n), max, out);
    *b = bytes_of(b->p + n, b->len - n);
    return good;
}

static uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c;
}

static bool equal_nocase(struct bytes b, const char *text)
{
    if (b.len != strlen(text))
        return false;
    for (size_t i = 0; i < b.len; i++) {
        if (lower(b.p[i]) != (uint8_t)text[i])
            return false;
    }
    return true;
}

/* a=rtpmap:111 opus/48000/2 */
static enum err read_rtpmap(struct sdp_section *s, struct bytes value)
{
    static const struct {
        const char *name;
        uint8_t codec, kind;
    } known[] = {
        {"opus/48000/2", SFU_OPUS, SDP_KIND_AUDIO},
        {"red/48000/2", SFU_RED, SDP_KIND_AUDIO},
        {"vp8/90000", SFU_VP8, SDP_KIND_VIDEO},
        {"rtx/90000", SFU_RTX, SDP_KIND_VIDEO},
    };
    uint32_t pt = 0;
    if (!number(take_until(&value, ' '), SDP_FORMATS - 1, &pt))
        return E_MALFORMED;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (s->kind == known[i].kind && equal_nocase(value, known[i].name))
            s->formats[pt].codec = (uint8_t)(known[i].codec + 1);
    }
    return E_OK;
}

/* a=fmtp:97 apt=96 (RFC 4588 §8.6), a=fmtp:63 111/111 (RFC 2198 §5) */
static enum err read_fmtp(struct sdp_section *s, struct bytes value)
{
    uint32_t pt = 0, apt = 0;
    if (!number(take_until(&value, ' '), SDP_FORMATS - 1, &pt))
        return E_MALFORMED;
    while (value.len > 0) {
        struct bytes parameter = take_until(&value, ';');
        while (take_prefix(&parameter, " "))
            ;
        bool named = take_prefix(&parameter, "apt=");
        bool red = !named && parameter.len > 0 && memchr(parameter.p, '/', parameter.len) != NULL;
        if ((named || red) && take_number(&parameter, SDP_FORMATS - 1, &apt))
            s->formats[pt].apt = (uint8_t)apt;
    }
    return E_OK;
}

/* a=rtcp-fb:96 transport-cc */
static enum err read_rtcp_fb(struct sdp_section *s, struct bytes value)
{
    uint32_t pt = 0;
    struct bytes format = take_until(&value, ' ');
    if (!bytes_equal(value, text_bytes("transport-cc")))
        return E_OK;
    if (number(format, SDP_FORMATS - 1, &pt))
        s->formats[pt].twcc = true;
    else if (bytes_equal(format, text_bytes("*")))
        for (size_t i = 0; i < SDP_FORMATS; i++)
            s->formats[i].twcc = true;
    else
        return E_MALFORMED;
    return E_OK;
}

/* a=extmap:4 urn:…  or  a=extmap:4/sendonly urn:… (RFC 8285 §5). Ids above 255 do not exist in a
 * header. */
static enum err read_extmap(struct sdp_section *s, struct bytes value)
{
    const struct {
        const char *uri;
        uint8_t *id;
    } known[] = {
        {"urn:ietf:params:rtp-hdrext:sdes:mid", &s->extensions.mid},
        {"urn:ietf:params:rtp-hdrext:ssrc-audio-level", &s->extensions.audio_level},
        {"http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
         &s->extensions.abs_send_time},
        {"http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
         &s->extensions.twcc},
    };
    uint32_t id = 0;
    struct bytes direction = take_until(&value, ' ');
    if (!number(take_until(&direction, '/'), UINT16_MAX, &id) || id == 0)
        return E_MALFORMED;
    if (id > UINT8_MAX || equal_nocase(direction, "inactive"))
        return E_OK;
    struct bytes uri = take_until(&value, ' ');
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (bytes_equal(uri, text_bytes(known[i].uri)))
            *known[i].id = (uint8_t)id;
    }
    return E_OK;
}

static int hex(uint8_t c)
{
    c = lower(c);
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* a=fingerprint:sha-256 AB:CD:… (RFC 8122 §5); other hashes are passed over. */
static enum err read_fingerprint(struct sdp_section *s, struct bytes value)
{
    if (!equal_nocase(take_until(&value, ' '), "sha-256"))
        return E_OK;
    if (value.len != SFU_FINGERPRINT * 3 - 1)
        return E_MALFORMED;
    for (size_t i = 0; i < SFU_FINGERPRINT; i++) {
        int high = hex(value.p[3 * i]), low = hex(value.p[3 * i + 1]);
        if (high < 0 || low < 0 || (i + 1 < SFU_FINGERPRINT && value.p[3 * i + 2] != ':'))
            return E_MALFORMED;
        s->fingerprint[i] = (uint8_t)(high << 4 | low);
    }
    s->has_fingerprint = true;
    return E_OK;
}

static enum err read_setup(struct sdp_section *s, struct bytes value)
{
    static const char *const words[] = {[SDP_SETUP_ACTPASS] = "actpass",
                                        [SDP_SETUP_ACTIVE] = "active",
                                        [SDP_SETUP_PASSIVE] = "passive"};
    s->setup = SDP_SETUP_NONE;
    for (unsigned i = SDP_SETUP_ACTPASS; i <= SDP_SETUP_PASSIVE; i++) {
        if (equal_nocase(value, words[i]))
            s->setup = (uint8_t)i;
    }
    return E_OK;
}

static enum err read_mid(struct sdp_section *s, struct bytes value)
{
    s->mid = value;
    return value.len > 0 && value.len <= SFU_MAX_MID && text_length(value, NULL) != SIZE_MAX
               ? E_OK
               : E_MALFORMED;
}

static enum err credential(struct bytes *out, struct bytes value)
{
    *out = value;
    return value.len > 0 && value.len <= SDP_CREDENTIAL_MAX ? E_OK : E_MALFORMED;
}

static enum err read_ufrag(struct sdp_section *s, struct bytes value)
{
    return credential(&s->ufrag, value);
}

static enum err read_pwd(struct sdp_section *s, struct bytes value)
{
    return credential(&s->pwd, value);
}

/* a=ssrc:1234 cname:… (RFC 5576 §4.1) */
static enum err read_ssrc(struct sdp_section *s, struct bytes value)
{
    uint32_t ssrc = 0;
    if (!take_number(&value, UINT32_MAX, &ssrc))
        return E_MALFORMED;
    if (s->ssrc == 0)
        s->ssrc = ssrc;
    return E_OK;
}

/* a=ssrc-group:FID 1 2 (RFC 5576 §4.2) */
static enum err read_ssrc_group(struct sdp_section *s, struct bytes value)
{
    if (!take_prefix(&value, "FID ") || s->fid[0] != 0)
        return E_OK;
    struct bytes first = take_until(&value, ' '), second = take_until(&value, ' ');
    if (number(first, UINT32_MAX, &s->fid[0]) && number(second, UINT32_MAX, &s->fid[1]))
        return E_OK;
    return E_MALFORMED;
}

static const struct {
    const char *name;
    enum err (*read)(struct sdp_section *s, struct bytes value);
} attributes[] = {
    {"rtpmap:", read_rtpmap},
    {"fmtp:", read_fmtp},
    {"rtcp-fb:", read_rtcp_fb},
    {"extmap:", read_extmap},
    {"fingerprint:", read_fingerprint},
    {"setup:", read_setup},
    {"mid:", read_mid},
    {"ice-ufrag:", read_ufrag},
    {"ice-pwd:", read_pwd},
    {"ssrc:", read_ssrc},
    {"ssrc-group:", read_ssrc_group},
};

static void read_flag(struct sdp_section *s, struct bytes flag)
{
    static const char *const directions[] = {"inactive", "sendonly", "recvonly",
                                             "sendrecv"}; /* by SDP_SENDS | SDP_RECEIVES */
    for (uint8_t i = 0; i < 4; i++) {
        if (bytes_equal(flag, text_bytes(directions[i])))
            s->direction = i;
    }
    s->rtcp_mux |= bytes_equal(flag, text_bytes("rtcp-mux"));
    s->bundle_only |= bytes_equal(flag, text_bytes("bundle-only"));
    s->simulcast |= take_prefix(&flag, "simulcast:send");
}

/* The value of an a= line. */
static enum err read_attribute(struct sdp_section *s, struct bytes value)
{
    for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++) {
        if (take_prefix(&value, attributes[i].name))
            return attributes[i].read(s, value);
    }
    read_flag(s, value);
    return E_OK;
}

/* m=audio 9 UDP/TLS/RTP/SAVPF 111 63; formats of other media are passed over. */
static enum err read_media(struct sdp_section *s, struct bytes value)
{
    uint32_t port = 0, pt = 0;
    struct bytes kind = take_until(&value, ' ');
    if (!number(take_until(&value, ' '), UINT16_MAX, &port))
        return E_MALFORMED;
    s->port = (uint16_t)port;
    struct bytes proto = take_until(&value, ' ');
    bool savpf = bytes_equal(proto, text_bytes("UDP/TLS/RTP/SAVPF"));
    s->kind = !savpf                                   ? SDP_KIND_OTHER
              : bytes_equal(kind, text_bytes("audio")) ? SDP_KIND_AUDIO
              : bytes_equal(kind, text_bytes("video")) ? SDP_KIND_VIDEO
                                                       : SDP_KIND_OTHER;
    while (value.len > 0 && s->kind != SDP_KIND_OTHER) {
        if (!number(take_until(&value, ' '), SDP_FORMATS - 1, &pt) || s->n_listed == SDP_FORMATS)
            return E_MALFORMED;
        s->listed[s->n_listed++] = (uint8_t)pt;
    }
    return E_OK;
}

/* The next line without its end; false: none left. E_MALFORMED lines are seen by the caller. */
static bool take_line(struct bytes *rest, struct bytes *line)
{
    if (rest->len == 0)
        return false;
    *line = take_until(rest, '\n');
    if (line->len > 0 && line->p[line->len - 1] == '\r')
        line->len--;
    return true;
}

static bool is_line(struct bytes line)
{
    return line.len >= 2 && line.p[1] == '=' && line.p[0] >= 'a' && line.p[0] <= 'z';
}

/* Lines up to the next m= into s. */
static enum err read_section(struct sdp_reader *r, struct sdp_section *s)
{
    struct bytes line, ahead = r->rest;
    while (take_line(&ahead, &line)) {
        if (!is_line(line))
            return E_MALFORMED;
        if (line.p[0] == 'm')
            return E_OK;
        r->rest = ahead;
        if (take_prefix(&line, "a=group:BUNDLE ") && r->bundle.len == 0)
            r->bundle = line;
        if (!take_prefix(&line, "a="))
            continue;
        enum err e = read_attribute(s, line);
        if (e != E_OK)
            return e;
    }
    return E_OK;
}

static void formats_clear(struct sdp_section *s)
{
    s->n_listed = 0;
    for (size_t i = 0; i < SDP_FORMATS; i++)
        s->formats[i] = (struct sdp_format){.apt = UINT8_MAX};
}

enum err sdp_reader_init(struct sdp_reader *r, struct bytes text)
{
    memset(r, 0, sizeof(*r));
    r->rest = text;
    r->session.direction = SDP_SENDS | SDP_RECEIVES; /* RFC 8866 §6.7 */
    formats_clear(&r->session);
    if (text.len > MSG_SDP_MAX || !take_prefix(&text, "v=0"))
        return E_MALFORMED;
    return read_section(r, &r->session);
}

enum err sdp_reader_next(struct sdp_reader *r, struct sdp_section *out)
{
    struct bytes line;
    if (!take_line(&r->rest, &line))
        return E_NOTFOUND;
    if (r->n_sections++ == MSG_LINES_MAX || !take_prefix(&line, "m="))
        return E_MALFORMED;
    *out = r->session;
    formats_clear(out);
    enum err e = read_media(out, line);
    return e == E_OK ? read_section(r, out) : e;
}

bool sdp_is_bundled(const struct sdp_reader *r, struct bytes mid)
{
    struct bytes group = r->bundle;
    while (group.len > 0) {
        if (bytes_equal(take_until(&group, ' '), mid))
            return true;
    }
    return false;
}

bool sdp_is_stopped(const struct sdp_section *s)
{
    return s->port == 0 && !s->bundle_only;
}

uint8_t sdp_choose(const struct sdp_section *s, struct sfu_payload out[SFU_MAX_PAYLOADS])
{
    uint8_t main_codec = s->kind == SDP_KIND_AUDIO ? SFU_OPUS : SFU_VP8;
    uint8_t side_codec = s->kind == SDP_KIND_AUDIO ? SFU_RED : SFU_RTX;
    uint8_t n = 0;
    for (size_t i = 0; i < s->n_listed && n == 0; i++) {
        if (s->formats[s->listed[i]].codec == main_codec + 1)
            out[n++] = (struct sfu_payload){.pt = s->listed[i], .codec = main_codec};
    }
    for (size_t i = 0; i < s->n_listed && n == 1; i++) {
        const struct sdp_format *f = &s->formats[s->listed[i]];
        if (f->codec == side_codec + 1 && f->apt == out[0].pt)
            out[n++] = (struct sfu_payload){.pt = s->listed[i], .codec = side_codec, .apt = f->apt};
    }
    return n;
}
