/* SPDX-License-Identifier: Apache-2.0
 * Decides whether a packet may be protected or is let in: profiles, SSRC ceilings, replay, nonces
 * used once. Unprotects with libsrtp2, whose one wildcard stream a transport costs a thirtieth of
 * explicit ones. */
#include "sfu/adapt/crypt.h"

#include "sfu/adapt/gcm.h"
#include "sfu/adapt/seal.h"
#include "sfu/adapt/sent.h"
#include "sfu/base/bytes.h"
#include "sfu/base/mem.h"

#include <openssl/crypto.h>
#include <srtp2/srtp.h>

#include <pthread.h>
#include <string.h>

enum {
    RTP_HEADER = 12,            /* RFC 3550 §5.1 */
    RTCP_HEADER = 8,            /* RFC 3550 §6.4: fixed part and the sender's SSRC */
    RTCP_INDEX_MAX = 0x7fffffff /* RFC 3711 §3.4 */
};

struct crypt {
    srtp_t in;
    struct seal *seal;
    uint32_t rtcp_index; /* of the last SRTCP packet sent */
    uint32_t in_ssrc[CRYPT_IN_SSRC_MAX];
    size_t in_count;
    struct sent sent;
};

static const struct profile {
    enum crypt_profile profile;
    size_t key, salt;
    const char *name;
} profiles[] = {
    {CRYPT_GCM_128, 16, 12, "aead-aes-128-gcm"},
    {CRYPT_GCM_256, 32, 12, "aead-aes-256-gcm"},
    {CRYPT_CM_SHA1_80, 16, 14, "aes-cm-128-sha1-80"},
};

static const struct profile *profile_find(enum crypt_profile profile)
{
    for (size_t i = 0; i < sizeof(profiles) / sizeof(profiles[0]); i++)
        if (profiles[i].profile == profile)
            return &profiles[i];
    return NULL;
}

size_t crypt_key_bytes(enum crypt_profile profile)
{
    const struct profile *p = profile_find(profile);
    return p == NULL ? 0 : p->key;
}

size_t crypt_salt_bytes(enum crypt_profile profile)
{
    const struct profile *p = profile_find(profile);
    return p == NULL ? 0 : p->salt;
}

const char *crypt_profile_name(enum crypt_profile profile)
{
    const struct profile *p = profile_find(profile);
    return p == NULL ? "" : p->name;
}

void crypt_keys_cleanse(struct crypt_keys *keys)
{
    OPENSSL_cleanse(keys, sizeof(*keys));
}

static srtp_err_status_t library_state =
    srtp_err_status_init_fail; /* written once, under library_once */
static pthread_once_t library_once = PTHREAD_ONCE_INIT;

/* libsrtp2's own handler prints; what it reports is seen in return codes as well. */
static void on_library_event(srtp_event_data_t *event)
{
    (void)event;
}

static void library_open(void)
{
    library_state = gcm_library_open() == E_OK ? srtp_init() : srtp_err_status_init_fail;
    if (library_state == srtp_err_status_ok)
        library_state = srtp_install_event_handler(on_library_event);
}

enum err crypt_library_open(void)
{
    if (pthread_once(&library_once, library_open) != 0 || library_state != srtp_err_status_ok)
        return E_IO;
    return E_OK;
}

static void policy_fill(srtp_policy_t *policy, enum crypt_profile profile)
{
    switch (profile) {
    case CRYPT_GCM_128:
        srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy->rtp);
        srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy->rtcp);
        break;
    case CRYPT_GCM_256:
        srtp_crypto_policy_set_aes_gcm_256_16_auth(&policy->rtp);
        srtp_crypto_policy_set_aes_gcm_256_16_auth(&policy->rtcp);
        break;
    case CRYPT_CM_SHA1_80:
        srtp_crypto_policy_set_rtp_default(&policy->rtp);
        srtp_crypto_policy_set_rtcp_default(&policy->rtcp);
        break;
    }
}

static enum err in_open(struct crypt *c, const struct profile *p, const uint8_t *key,
                        const uint8_t *salt)
{
    uint8_t both[CRYPT_KEY_MAX + CRYPT_SALT_MAX];
    srtp_policy_t policy;
    memset(&policy, 0, sizeof(policy));
    policy_fill(&policy, p->profile);
    memcpy(both, key, p->key);
    memcpy(both + p->key, salt, p->salt);
    policy.ssrc.type = ssrc_any_inbound;
    policy.key = both;
    policy.window_size = CRYPT_IN_WINDOW;
    srtp_err_status_t status = srtp_create(&c->in, &policy);
    OPENSSL_cleanse(both, sizeof(both));
    if (status == srtp_err_status_alloc_fail)
        return E_NOMEM;
    return status == srtp_err_status_ok ? E_OK : E_IO;
}

enum err crypt_new(struct crypt **out, const struct crypt_keys *keys, enum crypt_end end)
{
    bool server = end == CRYPT_SERVER;
    const struct profile *p = profile_find(keys->profile);
    if (p == NULL)
        return E_UNSUPPORTED;
    enum err e = crypt_library_open();
    if (e != E_OK)
        return e;
    struct crypt *c = mem_alloc(sizeof(*c));
    if (c == NULL)
        return E_NOMEM;
    sent_init(&c->sent);
    e = in_open(c, p, server ? keys->client_key : keys->server_key,
                server ? keys->client_salt : keys->server_salt);
    if (e == E_OK)
        e = seal_new(&c->seal, p->profile, server ? keys->server_key : keys->client_key,
                     server ? keys->server_salt : keys->client_salt);
    if (e != E_OK) {
        crypt_free(c);
        return e;
    }
    *out = c;
    return E_OK;
}

void crypt_free(struct crypt *c)
{
    if (c == NULL)
        return;
    if (c->in != NULL)
        (void)srtp_dealloc(c->in); /* fails only for a NULL session */
    seal_free(c->seal);
    OPENSSL_cleanse(c, sizeof(*c));
    mem_free(c);
}

/* Length of the RTP header with CSRCs and extension, 0 when it does not fit: RFC 3550 §5.1 and
 * §5.3.1. */
static size_t rtp_header(const uint8_t *pkt, size_t len)
{
    if (len < RTP_HEADER || pkt[0] >> 6 != 2)
        return 0;
    size_t n = RTP_HEADER + 4 * (size_t)(pkt[0] & 0x0f);
    if ((pkt[0] & 0x10) != 0) {
        if (len < n + 4)
            return 0;
        n += 4 + 4 * (size_t)be16(pkt + n + 2);
    }
    return n <= len ? n : 0;
}

static bool in_knows(const struct crypt *c, uint32_t ssrc)
{
    for (size_t i = 0; i < c->in_count; i++)
        if (c->in_ssrc[i] == ssrc)
            return true;
    return false;
}

static enum err in_result(srtp_err_status_t status)
{
    switch (status) {
    case srtp_err_status_ok: return E_OK;
    case srtp_err_status_auth_fail: return E_DENIED;
    case srtp_err_status_replay_fail:
    case srtp_err_status_replay_old: return E_REPLAY;
    case srtp_err_status_alloc_fail: return E_NOMEM;
    default: return E_MALFORMED;
    }
}

/* libsrtp2 keeps a list of SSRCs and walks it for each packet, so its length has a ceiling. An SSRC
 * takes a place only once a packet of it proved authentic. */
static enum err in_admit(struct crypt *c, uint8_t *pkt, size_t *len, uint32_t ssrc,
                         srtp_err_status_t (*unprotect)(srtp_t, void *, int *))
{
    bool known = in_knows(c, ssrc);
    if (!known && c->in_count == CRYPT_IN_SSRC_MAX)
        return E_FULL;
    int n = (int)*len;
    enum err e = in_result(unprotect(c->in, pkt, &n));
    if (e != E_OK)
        return e;
    if (!known)
        c->in_ssrc[c->in_count++] = ssrc;
    *len = (size_t)n;
    return E_OK;
}

enum err crypt_unprotect_rtp(struct crypt *c, uint8_t *pkt, size_t *len)
{
    size_t header = rtp_header(pkt, *len);
    if (header == 0 || *len > UINT16_MAX || *len < header + seal_rtp_growth(c->seal))
        return E_MALFORMED;
    return in_admit(c, pkt, len, be32(pkt + 8), srtp_unprotect);
}

enum err crypt_unprotect_rtcp(struct crypt *c, uint8_t *pkt, size_t *len)
{
    if (*len < RTCP_HEADER + seal_rtcp_growth(c->seal) || *len > UINT16_MAX || pkt[0] >> 6 != 2)
        return E_MALFORMED;
    return in_admit(c, pkt, len, be32(pkt + 4), srtp_unprotect_rtcp);
}

enum err crypt_protect_rtp(struct crypt *c, uint8_t *pkt, size_t *len, size_t cap, uint64_t index)
{
    size_t header = rtp_header(pkt, *len);
    if (header == 0 || *len > UINT16_MAX)
        return E_MALFORMED;
    if (cap < *len || cap - *len < seal_rtp_growth(c->seal))
        return E_FULL;
    if (index >> 48 != 0 || (uint16_t)index != be16(pkt + 2))
        return E_RANGE;
    enum err e = sent_use(&c->sent, be32(pkt + 8), index);
    if (e != E_OK)
        return e;
    return seal_rtp(c->seal, pkt, header, len, index);
}

enum err crypt_protect_rtcp(struct crypt *c, uint8_t *pkt, size_t *len, size_t cap)
{
    if (*len < RTCP_HEADER || *len > UINT16_MAX || pkt[0] >> 6 != 2)
        return E_MALFORMED;
    if (cap < *len || cap - *len < seal_rtcp_growth(c->seal) || c->rtcp_index == RTCP_INDEX_MAX)
        return E_FULL;
    c->rtcp_index++; /* even when sealing fails: an index is never tried twice */
    return seal_rtcp(c->seal, pkt, len, c->rtcp_index);
}
