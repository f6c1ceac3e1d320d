/* SPDX-License-Identifier: Apache-2.0
 * Decides when a transport is secure: handshake done, fingerprint matched, keys in use, in that
 * order. */
#include "sfu/adapt/channel.h"

#include "sfu/adapt/crypt.h"
#include "sfu/adapt/dtls.h"
#include "sfu/base/mem.h"

#include <assert.h>
#include <string.h>

struct channel {
    struct dtls *dtls;
    struct crypt *crypt; /* exists exactly while CHANNEL_OPEN */
    enum channel_state state;
    const char *why;
    const char *profile;
    bool fingerprint_known;
    uint8_t fingerprint[DTLS_FINGERPRINT_BYTES];
};

static const bool may[N_CHANNEL_STATE][N_CHANNEL_STATE] = {
    [CHANNEL_HANDSHAKE][CHANNEL_OPEN] = true,   [CHANNEL_HANDSHAKE][CHANNEL_FAILED] = true,
    [CHANNEL_HANDSHAKE][CHANNEL_CLOSED] = true, [CHANNEL_OPEN][CHANNEL_FAILED] = true,
    [CHANNEL_OPEN][CHANNEL_CLOSED] = true,
};

static void set_state(struct channel *c, enum channel_state to, const char *why)
{
    assert(may[c->state][to]);
    c->state = to;
    c->why = why;
    if (to == CHANNEL_OPEN)
        return;
    crypt_free(c->crypt);
    c->crypt = NULL;
}

struct channel *channel_new(const struct channel_config *config)
{
    struct channel *c = mem_alloc(sizeof(*c));
    if (c == NULL)
        return NULL;
    c->why = "";
    c->profile = "";
    c->dtls = dtls_new(config->identity, config->keep_session);
    if (c->dtls != NULL)
        return c;
    mem_free(c);
    return NULL;
}

void channel_free(struct channel *c)
{
    if (c == NULL)
        return;
    crypt_free(c->crypt);
    dtls_free(c->dtls);
    mem_free(c);
}

static void try_open(struct channel *c)
{
    struct crypt_keys keys;
    if (c->state != CHANNEL_HANDSHAKE || !c->fingerprint_known || dtls_state(c->dtls) != DTLS_DONE)
        return;
    if (dtls_export_keys(c->dtls, c->fingerprint, &keys) != E_OK) {
        const char *why = dtls_why(c->dtls);
        set_state(c, CHANNEL_FAILED, why[0] == '\0' ? "handshake" : why);
        return;
    }
    enum err e = crypt_new(&c->crypt, &keys, CRYPT_SERVER);
    c->profile = crypt_profile_name(keys.profile);
    crypt_keys_cleanse(&keys);
    if (e == E_OK)
        set_state(c, CHANNEL_OPEN, "");
    else
        set_state(c, CHANNEL_FAILED, "memory");
}

/* What DTLS came to, after a fact. */
static void follow(struct channel *c)
{
    if (c->state == CHANNEL_FAILED || c->state == CHANNEL_CLOSED)
        return;
    switch (dtls_state(c->dtls)) {
    case DTLS_DONE: try_open(c); break;
    case DTLS_FAILED: set_state(c, CHANNEL_FAILED, dtls_why(c->dtls)); break;
    case DTLS_CLOSED: set_state(c, CHANNEL_CLOSED, dtls_why(c->dtls)); break;
    case DTLS_HANDSHAKE:
    case N_DTLS_STATE: break;
    }
}

void channel_set_fingerprint(struct channel *c, const uint8_t sha256[32])
{
    bool changed =
        c->fingerprint_known && memcmp(c->fingerprint, sha256, sizeof(c->fingerprint)) != 0;
    if (changed && c->state == CHANNEL_OPEN)
        set_state(c, CHANNEL_FAILED, "changed-fingerprint");
    memcpy(c->fingerprint, sha256, sizeof(c->fingerprint));
    c->fingerprint_known = true;
    follow(c);
}

void channel_on_dtls(struct channel *c, usec now, struct bytes datagram)
{
    dtls_on_datagram(c->dtls, now, datagram);
    follow(c);
}

void channel_on_time(struct channel *c, usec now)
{
    dtls_on_time(c->dtls, now);
    follow(c);
}

usec channel_deadline(const struct channel *c)
{
    return dtls_deadline(c->dtls);
}

bool channel_poll(struct channel *c, struct bytes *out)
{
    return dtls_poll(c->dtls, out);
}

enum channel_state channel_state(const struct channel *c)
{
    return c->state;
}

const char *channel_why(const struct channel *c)
{
    return c->why;
}

const char *channel_profile(const struct channel *c)
{
    return c->profile;
}

/* The first authentic packet proves that the peer has our last flight. */
static enum err heard(struct channel *c, enum err e)
{
    if (e == E_OK)
        dtls_peer_heard(c->dtls);
    return e;
}

enum err channel_unprotect_rtp(struct channel *c, uint8_t *pkt, size_t *len)
{
    if (c->crypt == NULL)
        return E_STATE;
    return heard(c, crypt_unprotect_rtp(c->crypt, pkt, len));
}

enum err channel_unprotect_rtcp(struct channel *c, uint8_t *pkt, size_t *len)
{
    if (c->crypt == NULL)
        return E_STATE;
    return heard(c, crypt_unprotect_rtcp(c->crypt, pkt, len));
}

enum err channel_protect_rtp(struct channel *c, uint8_t *pkt, size_t *len, size_t cap,
                             uint64_t index)
{
    if (c->crypt == NULL)
        return E_STATE;
    return crypt_protect_rtp(c->crypt, pkt, len, cap, index);
}

enum err channel_protect_rtcp(struct channel *c, uint8_t *pkt, size_t *len, size_t cap)
{
    if (c->crypt == NULL)
        return E_STATE;
    return crypt_protect_rtcp(c->crypt, pkt, len, cap);
}

bool channel_has_ssl(const struct channel *c)
{
    return dtls_has_ssl(c->dtls);
}
