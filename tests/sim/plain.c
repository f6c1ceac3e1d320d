/* SPDX-License-Identifier: Apache-2.0
 * Decides whether a checksum holds, whether a packet was seen before, and that no number is used
 * twice. No secrecy. */
#include "tests/sim/plain.h"

#include "sfu/base/rng.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_SSRCS = 32 }; /* a library behind this port keeps state for each: N6 */

/* A growing set of 64-bit keys, none of them 0. */
struct set {
    uint64_t *cells;
    size_t cap, count;
};

struct channel {
    enum port_channel_state state;
    bool has_expected, has_said, reply;
    uint8_t expected[PLAIN_FINGERPRINT], said[PLAIN_FINGERPRINT];
    uint8_t flight[4];
    struct set sent, seen, ssrcs;
};

static bool set_add(struct set *s, uint64_t key);

static void set_grow(struct set *s)
{
    struct set old = *s;
    s->cap = old.cap ? 2 * old.cap : 256;
    s->count = 0;
    s->cells = calloc(s->cap, sizeof(*s->cells));
    assert(s->cells);
    for (size_t i = 0; i < old.cap; i++) {
        if (old.cells[i])
            (void)set_add(s, old.cells[i]);
    }
    free(old.cells);
}

/* False: it was there. */
static bool set_add(struct set *s, uint64_t key)
{
    if (2 * s->count >= s->cap)
        set_grow(s);
    size_t i = rng_mix(key) & (s->cap - 1);
    for (; s->cells[i]; i = (i + 1) & (s->cap - 1)) {
        if (s->cells[i] == key)
            return false;
    }
    s->cells[i] = key;
    s->count++;
    return true;
}

static uint64_t digest(const void *key, size_t key_len, const uint8_t *p, size_t len)
{
    uint64_t h = 0xcbf29ce484222325U; /* FNV-1a, 64 bits */
    for (size_t i = 0; i < key_len; i++)
        h = (h ^ ((const uint8_t *)key)[i]) * 0x100000001b3U;
    for (size_t i = 0; i < len; i++)
        h = (h ^ p[i]) * 0x100000001b3U;
    return h | 1U;
}

size_t plain_check(uint8_t *out, const char *ufrag, const char *pwd, bool use_candidate)
{
    size_t n = strlen(ufrag);
    out[0] = 0;
    out[1] = 1;
    out[2] = use_candidate;
    out[3] = (uint8_t)n;
    memcpy(out + 4, ufrag, n);
    put_be64(out + 4 + n, digest(pwd, strlen(pwd), out, 4 + n));
    return 4 + n + PLAIN_TAG;
}

static enum err binding_peek(void *ctx, struct bytes d, struct port_binding *out)
{
    (void)ctx;
    if (d.len < 4 + PLAIN_TAG || d.p[0] != 0 || d.p[1] != 1 || d.p[3] > PORT_UFRAG_MAX ||
        d.len != 4U + d.p[3] + PLAIN_TAG)
        return E_MALFORMED;
    memcpy(out->ufrag, d.p + 4, d.p[3]);
    out->ufrag[d.p[3]] = '\0';
    out->use_candidate = d.p[2] != 0;
    return E_OK;
}

static enum err binding_accept(void *ctx, struct bytes d, const char *ufrag, const char *pwd,
                               const struct addr *mapped, uint8_t *reply, size_t cap,
                               size_t *reply_len)
{
    (void)ctx;
    (void)mapped;
    *reply_len = 0;
    size_t body = d.len - PLAIN_TAG;
    if (strncmp(ufrag, (const char *)d.p + 4, d.p[3]) != 0 || cap < 12 ||
        be64(d.p + body) != digest(pwd, strlen(pwd), d.p, body))
        return E_DENIED;
    memset(reply, 0, 12);
    reply[0] = 1;
    reply[1] = 1;
    *reply_len = 12;
    return E_OK;
}

static enum err channel_new(void *ctx, struct channel **out)
{
    struct plain *p = ctx;
    *out = calloc(1, sizeof(**out));
    assert(*out);
    p->channels_live++;
    return E_OK;
}

static void channel_free(void *ctx, struct channel *c)
{
    struct plain *p = ctx;
    p->channels_live--;
    free(c->sent.cells);
    free(c->seen.cells);
    free(c->ssrcs.cells);
    free(c);
}

static void settle(struct channel *c)
{
    if (c->state != PORT_CHANNEL_HANDSHAKE || !c->has_expected || !c->has_said)
        return;
    bool equal = memcmp(c->expected, c->said, PLAIN_FINGERPRINT) == 0;
    c->state = equal ? PORT_CHANNEL_OPEN : PORT_CHANNEL_FAILED;
}

static void channel_set_fingerprint(void *ctx, struct channel *c, const uint8_t sha256[32])
{
    (void)ctx;
    memcpy(c->expected, sha256, PLAIN_FINGERPRINT);
    c->has_expected = true;
    settle(c);
}

size_t plain_hello(uint8_t *out, const uint8_t fingerprint[PLAIN_FINGERPRINT])
{
    out[0] = 22;
    memcpy(out + 1, fingerprint, PLAIN_FINGERPRINT);
    return 1 + PLAIN_FINGERPRINT;
}

static void channel_on_dtls(void *ctx, struct channel *c, usec now, struct bytes d)
{
    (void)ctx;
    (void)now;
    if (d.len == 2 && d.p[0] == 21) {
        c->state = PORT_CHANNEL_CLOSED;
        return;
    }
    if (d.len != 1 + PLAIN_FINGERPRINT || d.p[0] != 22)
        return;
    if (!c->has_said)
        memcpy(c->said, d.p + 1, PLAIN_FINGERPRINT);
    c->has_said = true;
    c->reply = true;
    settle(c);
}

static bool channel_poll(void *ctx, struct channel *c, struct bytes *d)
{
    (void)ctx;
    if (!c->reply || c->state != PORT_CHANNEL_OPEN)
        return false;
    c->reply = false;
    memcpy(c->flight, "\x16ok", 3);
    *d = bytes_of(c->flight, 3);
    return true;
}

static usec channel_deadline(void *ctx, const struct channel *c)
{
    (void)ctx;
    (void)c;
    return USEC_NEVER;
}

static void channel_on_time(void *ctx, struct channel *c, usec now)
{
    (void)ctx;
    (void)c;
    (void)now;
}

static enum port_channel_state channel_state(void *ctx, const struct channel *c,
                                             const char **reason)
{
    (void)ctx;
    *reason = c->state == PORT_CHANNEL_FAILED ? "fingerprint" : "close-notify";
    return c->state;
}

size_t plain_seal(uint8_t *packet, size_t len, const uint8_t fingerprint[PLAIN_FINGERPRINT])
{
    put_be64(packet + len, digest(fingerprint, PLAIN_FINGERPRINT, packet, len));
    return len + PLAIN_TAG;
}

bool plain_open(const uint8_t *packet, size_t *len, const uint8_t fingerprint[PLAIN_FINGERPRINT])
{
    if (*len < PLAIN_TAG + 4)
        return false;
    *len -= PLAIN_TAG;
    return be64(packet + *len) == digest(fingerprint, PLAIN_FINGERPRINT, packet, *len);
}

static enum err unprotect(void *ctx, struct channel *c, uint8_t *packet, size_t *len)
{
    (void)ctx;
    assert(c->state == PORT_CHANNEL_OPEN);
    if (!plain_open(packet, len, c->expected))
        return E_DENIED;
    (void)set_add(&c->ssrcs, (uint64_t)be32(packet + 8) + 1);
    assert(c->ssrcs.count <= MAX_SSRCS);
    return set_add(&c->seen, be64(packet + *len)) ? E_OK : E_REPLAY;
}

static enum err unprotect_rtcp(void *ctx, struct channel *c, uint8_t *packet, size_t *len)
{
    (void)ctx;
    assert(c->state == PORT_CHANNEL_OPEN);
    return plain_open(packet, len, c->expected) ? E_OK : E_DENIED;
}

static enum err protect_rtp(void *ctx, struct channel *c, uint8_t *packet, size_t *len, size_t cap,
                            uint64_t index)
{
    struct plain *p = ctx;
    assert(c->state == PORT_CHANNEL_OPEN && cap >= *len + PLAIN_TAG);
    assert((index & 0xFFFF) == be16(packet + 2) && index < (uint64_t)1 << 32);
    bool first = set_add(&c->sent, ((uint64_t)be32(packet + 8) << 32 | index) + 1);
    assert(first); /* the same nonce twice would give the authentication key away */
    (void)first;
    *len = plain_seal(packet, *len, c->expected);
    p->protected_packets++;
    return E_OK;
}

static enum err protect_rtcp(void *ctx, struct channel *c, uint8_t *packet, size_t *len, size_t cap)
{
    (void)ctx;
    assert(c->state == PORT_CHANNEL_OPEN && cap >= *len + PLAIN_TAG);
    *len = plain_seal(packet, *len, c->expected);
    return E_OK;
}

void plain_ports(struct plain *p, struct engine_ports *out)
{
    memset(p, 0, sizeof(*p));
    *out = (struct engine_ports){.ctx = p,
                                 .binding_peek = binding_peek,
                                 .binding_accept = binding_accept,
                                 .channel_new = channel_new,
                                 .channel_free = channel_free,
                                 .channel_set_fingerprint = channel_set_fingerprint,
                                 .channel_on_dtls = channel_on_dtls,
                                 .channel_poll = channel_poll,
                                 .channel_deadline = channel_deadline,
                                 .channel_on_time = channel_on_time,
                                 .channel_state = channel_state,
                                 .unprotect_rtp = unprotect,
                                 .unprotect_rtcp = unprotect_rtcp,
                                 .protect_rtp = protect_rtp,
                                 .protect_rtcp = protect_rtcp};
}
