/* SPDX-License-Identifier: Apache-2.0
 * Outbound SRTP: GCM on gcm.h, CM with SHA-1 on OpenSSL's EVP. One context per direction and kind
 * keeps its expanded key, so a packet costs one IV, one pass and one tag. Byte-identical with
 * libsrtp2 (tests/sfu/adapt/crypt_test.c). */
#include "sfu/adapt/seal.h"

#include "sfu/adapt/gcm.h"
#include "sfu/base/bytes.h"
#include "sfu/base/mem.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <stdbool.h>
#include <string.h>

enum {
    CM_IV = 16,     /* RFC 3711 §4.1.1 */
    CM_TAG = 10,    /* RFC 3711 §4.2: 80 bits */
    CM_AUTH = 20,   /* RFC 3711 §8.2: session authentication key of HMAC-SHA1 */
    RTCP_CLEAR = 8, /* RFC 3711 §3.4: fixed header and sender SSRC stay readable */
    RTCP_INDEX = 4, /* E flag and 31 bits */
};

/* RFC 3711 §4.3.2 */
enum label { LABEL_RTP = 0x00, LABEL_RTCP = 0x03 };
enum { LABEL_KEY = 0, LABEL_AUTH = 1, LABEL_SALT = 2 };

/* Session keys of one kind of packet. */
struct lane {
    struct gcm *gcm;        /* GCM only */
    EVP_CIPHER_CTX *cipher; /* CM only, as the next */
    EVP_MAC_CTX *mac;
    uint8_t salt[CM_IV];
};

struct seal {
    bool gcm;
    struct lane rtp, rtcp;
};

/* The key derivation function with key_derivation_rate 0, so the index is 0: RFC 3711 §4.3.1 and
 * §4.3.3. */
static bool derive(const uint8_t *key, size_t key_bytes, const uint8_t salt[CM_IV], int label,
                   uint8_t *out, int n)
{
    static const uint8_t zeros[CRYPT_KEY_MAX];
    uint8_t iv[CM_IV];
    int done = 0;
    memcpy(iv, salt, sizeof(iv));
    iv[7] ^= (uint8_t)label;
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    bool ok = ctx != NULL &&
              EVP_EncryptInit_ex(ctx, key_bytes == 32 ? EVP_aes_256_ctr() : EVP_aes_128_ctr(), NULL,
                                 key, iv) == 1 &&
              EVP_EncryptUpdate(ctx, out, &done, zeros, n) == 1 && done == n;
    EVP_CIPHER_CTX_free(ctx);
    return ok;
}

static bool lane_open_mac(struct lane *l, const uint8_t auth[CM_AUTH])
{
    char digest[] = "SHA1";
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end(),
    };
    EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    if (hmac != NULL)
        l->mac = EVP_MAC_CTX_new(hmac);
    EVP_MAC_free(hmac); /* the context holds its own reference */
    return l->mac != NULL && EVP_MAC_init(l->mac, auth, CM_AUTH, params) == 1;
}

static bool lane_open_cm(struct lane *l, const uint8_t *key, const uint8_t auth[CM_AUTH])
{
    l->cipher = EVP_CIPHER_CTX_new();
    return l->cipher != NULL &&
           EVP_EncryptInit_ex(l->cipher, EVP_aes_128_ctr(), NULL, key, NULL) == 1 &&
           lane_open_mac(l, auth);
}

static bool lane_open(struct lane *l, enum crypt_profile profile, enum label base,
                      const uint8_t *master, const uint8_t salt[CM_IV])
{
    size_t n = crypt_key_bytes(profile);
    uint8_t key[CRYPT_KEY_MAX], auth[CM_AUTH];
    bool ok =
        derive(master, n, salt, (int)base + LABEL_KEY, key, (int)n) &&
        derive(master, n, salt, (int)base + LABEL_SALT, l->salt, (int)crypt_salt_bytes(profile));
    if (ok && profile == CRYPT_CM_SHA1_80)
        ok = derive(master, n, salt, (int)base + LABEL_AUTH, auth, CM_AUTH) &&
             lane_open_cm(l, key, auth);
    else if (ok)
        ok = gcm_new(&l->gcm, bytes_of(key, n)) == E_OK;
    OPENSSL_cleanse(key, sizeof(key));
    OPENSSL_cleanse(auth, sizeof(auth));
    return ok;
}

enum err seal_new(struct seal **out, enum crypt_profile profile, const uint8_t *key,
                  const uint8_t *salt)
{
    uint8_t padded[CM_IV] = {0}; /* RFC 7714 §11: a 96-bit salt is padded with zeros on the right */
    if (crypt_key_bytes(profile) == 0)
        return E_UNSUPPORTED;
    struct seal *s = mem_alloc(sizeof(*s));
    if (s == NULL)
        return E_NOMEM;
    s->gcm = profile != CRYPT_CM_SHA1_80;
    memcpy(padded, salt, crypt_salt_bytes(profile));
    bool ok = lane_open(&s->rtp, profile, LABEL_RTP, key, padded) &&
              lane_open(&s->rtcp, profile, LABEL_RTCP, key, padded);
    OPENSSL_cleanse(padded, sizeof(padded));
    if (!ok) {
        seal_free(s);
        return E_IO;
    }
    *out = s;
    return E_OK;
}

void seal_free(struct seal *s)
{
    if (s == NULL)
        return;
    gcm_free(s->rtp.gcm);
    gcm_free(s->rtcp.gcm);
    EVP_CIPHER_CTX_free(s->rtp.cipher); /* OpenSSL cleanses the keys inside */
    EVP_CIPHER_CTX_free(s->rtcp.cipher);
    EVP_MAC_CTX_free(s->rtp.mac);
    EVP_MAC_CTX_free(s->rtcp.mac);
    OPENSSL_cleanse(s, sizeof(*s));
    mem_free(s);
}

size_t seal_rtp_growth(const struct seal *s)
{
    return s->gcm ? GCM_TAG : CM_TAG;
}

size_t seal_rtcp_growth(const struct seal *s)
{
    return (s->gcm ? GCM_TAG : CM_TAG) + RTCP_INDEX;
}

static void xor_into(uint8_t *iv, const uint8_t *salt, size_t n)
{
    for (size_t i = 0; i < n; i++)
        iv[i] ^= salt[i];
}

static bool cm(struct lane *l, const uint8_t *iv, uint8_t *text, size_t n)
{
    int done = 0;
    return n == 0 || (EVP_EncryptInit_ex(l->cipher, NULL, NULL, NULL, iv) == 1 &&
                      EVP_EncryptUpdate(l->cipher, text, &done, text, (int)n) == 1);
}

/* HMAC-SHA1 over both parts, cut to 80 bits, written to tag. */
static bool sha1_80(struct lane *l, struct bytes whole, struct bytes roc, uint8_t *tag)
{
    uint8_t full[CM_AUTH];
    size_t n = 0;
    bool ok = EVP_MAC_init(l->mac, NULL, 0, NULL) == 1 &&
              EVP_MAC_update(l->mac, whole.p, whole.len) == 1 &&
              (roc.len == 0 || EVP_MAC_update(l->mac, roc.p, roc.len) == 1) &&
              EVP_MAC_final(l->mac, full, &n, sizeof(full)) == 1 && n == CM_AUTH;
    if (ok)
        memcpy(tag, full, CM_TAG);
    return ok;
}

enum err seal_rtp(struct seal *s, uint8_t *pkt, size_t header, size_t *len, uint64_t index)
{
    uint8_t iv[CM_IV] = {0};
    uint8_t *text = pkt + header;
    size_t n = *len - header;
    bool ok;
    if (s->gcm) {
        /* RFC 7714 §8.1:  00 00 | SSRC | ROC | SEQ  xor  salt */
        memcpy(iv + 2, pkt + 8, 4);
        put_be32(iv + 6, (uint32_t)(index >> 16));
        put_be16(iv + 10, (uint16_t)index);
        xor_into(iv, s->rtp.salt, GCM_IV);
        ok = gcm_seal(s->rtp.gcm, iv, bytes_of(pkt, header), text, n) == E_OK;
    } else {
        /* RFC 3711 §4.1.1:  salt * 2^16  xor  SSRC * 2^64  xor  index * 2^16 */
        uint8_t roc[4];
        memcpy(iv + 4, pkt + 8, 4);
        put_be32(iv + 8, (uint32_t)(index >> 16));
        put_be16(iv + 12, (uint16_t)index);
        xor_into(iv, s->rtp.salt, CM_IV);
        put_be32(roc, (uint32_t)(index >> 16));
        ok = cm(&s->rtp, iv, text, n) &&
             sha1_80(&s->rtp, bytes_of(pkt, *len), bytes_of(roc, sizeof(roc)), pkt + *len);
    }
    if (!ok)
        return E_IO;
    *len += seal_rtp_growth(s);
    return E_OK;
}

enum err seal_rtcp(struct seal *s, uint8_t *pkt, size_t *len, uint32_t index)
{
    uint8_t iv[CM_IV] = {0};
    uint8_t trailer[RTCP_INDEX], aad[RTCP_CLEAR + RTCP_INDEX];
    uint8_t *text = pkt + RTCP_CLEAR;
    size_t n = *len - RTCP_CLEAR;
    bool ok;
    put_be32(trailer, index | UINT32_C(0x80000000)); /* E: encrypted */
    if (s->gcm) {
        /* RFC 7714 §9.1:  00 00 | SSRC | 00 00 | 0 + index  xor  salt; tag before the index, §9.3
         */
        memcpy(iv + 2, pkt + 4, 4);
        put_be32(iv + 8, index);
        xor_into(iv, s->rtcp.salt, GCM_IV);
        memcpy(aad, pkt,
               RTCP_CLEAR); /* the index is authenticated too, but stands behind the tag */
        memcpy(aad + RTCP_CLEAR, trailer, sizeof(trailer));
        ok = gcm_seal(s->rtcp.gcm, iv, bytes_of(aad, sizeof(aad)), text, n) == E_OK;
        memcpy(text + n + GCM_TAG, trailer, sizeof(trailer));
    } else {
        memcpy(iv + 4, pkt + 4, 4);
        put_be32(iv + 10, index);
        xor_into(iv, s->rtcp.salt, CM_IV);
        memcpy(pkt + *len, trailer,
               sizeof(trailer)); /* RFC 3711 §3.4: authenticated, so before the tag */
        ok = cm(&s->rtcp, iv, text, n) && sha1_80(&s->rtcp, bytes_of(pkt, *len + RTCP_INDEX),
                                                  bytes_of(NULL, 0), pkt + *len + RTCP_INDEX);
    }
    if (!ok)
        return E_IO;
    *len += seal_rtcp_growth(s);
    return E_OK;
}
