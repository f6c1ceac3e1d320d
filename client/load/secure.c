/* SPDX-License-Identifier: Apache-2.0
 * OpenSSL as DTLS client over two memory BIOs, keys exported by RFC 5764 §4.2 into two libsrtp2
 * sessions. The server's fingerprint is not checked: the tool proves capacity, not identity. */
#include "client/load/secure.h"

#include "sfu/base/mem.h"

#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <srtp2/srtp.h>

#include <stdio.h>

enum { MTU = 1200, KEYS_MAX = 2 * (32 + 14) };

struct secure_identity {
    SSL_CTX *ctx;
    char fingerprint[SECURE_FINGERPRINT_TEXT];
};

struct secure {
    SSL *ssl;
    BIO *in, *out; /* owned by ssl */
    srtp_t send, receive;
    bool open;
};

static X509 *make_certificate(EVP_PKEY *key)
{
    X509 *x = X509_new();
    if (!x)
        return NULL;
    X509_set_version(x, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
    X509_gmtime_adj(X509_getm_notBefore(x), -86400);
    X509_gmtime_adj(X509_getm_notAfter(x), 30L * 86400);
    X509_NAME *name = X509_get_subject_name(x);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"amphi-load", -1,
                               -1, 0);
    X509_set_issuer_name(x, name);
    X509_set_pubkey(x, key);
    if (X509_sign(x, key, EVP_sha256()) > 0)
        return x;
    X509_free(x);
    return NULL;
}

static enum err write_fingerprint(struct secure_identity *id, const X509 *x)
{
    unsigned char digest[32];
    unsigned len = 0;
    if (X509_digest(x, EVP_sha256(), digest, &len) != 1 || len != sizeof(digest))
        return E_IO;
    for (unsigned i = 0; i < len; i++)
        snprintf(id->fingerprint + (size_t)3 * i, 4, i + 1 < len ? "%02X:" : "%02X", digest[i]);
    return E_OK;
}

/* The server's certificate is self-signed by design (RFC 8827 §6.5). */
static int accept_any(int ok, X509_STORE_CTX *store)
{
    (void)ok;
    (void)store;
    return 1;
}

enum err secure_identity_new(struct secure_identity **out)
{
    struct secure_identity *id = mem_alloc(sizeof(*id));
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *x = key ? make_certificate(key) : NULL;
    enum err e = E_IO;

    if (!id || !x || srtp_init() != srtp_err_status_ok)
        goto out;
    id->ctx = SSL_CTX_new(DTLS_client_method());
    if (!id->ctx || SSL_CTX_use_certificate(id->ctx, x) != 1 ||
        SSL_CTX_use_PrivateKey(id->ctx, key) != 1 ||
        SSL_CTX_set_tlsext_use_srtp(id->ctx, "SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80") != 0)
        goto out;
    SSL_CTX_set_verify(id->ctx, SSL_VERIFY_PEER, accept_any);
    SSL_CTX_set_options(id->ctx, SSL_OP_NO_QUERY_MTU);
    e = write_fingerprint(id, x);
out:
    X509_free(x);
    EVP_PKEY_free(key);
    if (e != E_OK) {
        secure_identity_free(id);
        id = NULL;
    }
    *out = id;
    return e;
}

void secure_identity_free(struct secure_identity *id)
{
    if (!id)
        return;
    SSL_CTX_free(id->ctx);
    mem_free(id);
}

const char *secure_identity_fingerprint(const struct secure_identity *id)
{
    return id->fingerprint;
}

enum err secure_new(struct secure **out, const struct secure_identity *id)
{
    struct secure *s = mem_alloc(sizeof(*s));
    if (!s)
        return E_NOMEM;
    s->ssl = SSL_new(id->ctx);
    s->in = BIO_new(BIO_s_mem());
    s->out = BIO_new(BIO_s_mem());
    if (!s->ssl || !s->in || !s->out) {
        BIO_free(s->in);
        BIO_free(s->out);
        SSL_free(s->ssl);
        mem_free(s);
        return E_NOMEM;
    }
    BIO_set_mem_eof_return(s->in, -1);
    SSL_set_bio(s->ssl, s->in, s->out);
    SSL_set_mtu(s->ssl, MTU);
    SSL_set_connect_state(s->ssl);
    *out = s;
    return E_OK;
}

void secure_free(struct secure *s)
{
    if (!s)
        return;
    if (s->send)
        srtp_dealloc(s->send);
    if (s->receive)
        srtp_dealloc(s->receive);
    SSL_free(s->ssl);
    mem_free(s);
}

static enum err open_session(srtp_t *session, bool gcm, const uint8_t *key, const uint8_t *salt,
                             bool inbound)
{
    uint8_t joined[KEYS_MAX];
    const size_t salt_len = gcm ? 12 : 14; /* RFC 7714 §12.3, RFC 3711 §8.2 */
    srtp_policy_t policy = {.key = joined, .window_size = 1024, .allow_repeat_tx = 0};

    memcpy(joined, key, 16);
    memcpy(joined + 16, salt, salt_len);
    policy.ssrc.type = inbound ? ssrc_any_inbound : ssrc_any_outbound;
    if (gcm) {
        srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp);
        srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtcp);
    } else {
        srtp_crypto_policy_set_rtp_default(&policy.rtp);
        srtp_crypto_policy_set_rtcp_default(&policy.rtcp);
    }
    return srtp_create(session, &policy) == srtp_err_status_ok ? E_OK : E_IO;
}

static void open_srtp(struct secure *s)
{
    uint8_t keys[KEYS_MAX];
    const SRTP_PROTECTION_PROFILE *profile = SSL_get_selected_srtp_profile(s->ssl);
    if (!profile)
        return;
    const bool gcm = profile->id == SRTP_AEAD_AES_128_GCM;
    const size_t salt = gcm ? 12 : 14;
    if (SSL_export_keying_material(s->ssl, keys, 2 * (16 + salt), "EXTRACTOR-dtls_srtp", 19, NULL,
                                   0, 0) != 1)
        return;
    /* client key, server key, client salt, server salt: RFC 5764 §4.2 */
    s->open = open_session(&s->send, gcm, keys, keys + 32, false) == E_OK &&
              open_session(&s->receive, gcm, keys + 16, keys + 32 + salt, true) == E_OK;
}

static void advance(struct secure *s)
{
    if (!s->open && SSL_do_handshake(s->ssl) == 1)
        open_srtp(s);
}

void secure_start(struct secure *s)
{
    advance(s);
}

void secure_on_dtls(struct secure *s, struct bytes datagram)
{
    uint8_t rest[64];
    if (BIO_write(s->in, datagram.p, (int)datagram.len) <= 0)
        return;
    if (s->open)
        (void)SSL_read(s->ssl, rest, sizeof(rest)); /* a repeated server flight */
    else
        advance(s);
}

void secure_on_time(struct secure *s)
{
    if (!s->open)
        (void)DTLSv1_handle_timeout(s->ssl);
}

size_t secure_poll(struct secure *s, uint8_t *out, size_t cap)
{
    const int n = BIO_read(s->out, out, (int)cap);
    return n > 0 ? (size_t)n : 0;
}

bool secure_is_open(const struct secure *s)
{
    return s->open;
}

enum err secure_protect(struct secure *s, uint8_t *packet, size_t *len, bool rtcp)
{
    int n = (int)*len;
    const srtp_err_status_t status =
        rtcp ? srtp_protect_rtcp(s->send, packet, &n) : srtp_protect(s->send, packet, &n);
    *len = (size_t)n;
    return status == srtp_err_status_ok ? E_OK : E_IO;
}

enum err secure_unprotect(struct secure *s, uint8_t *packet, size_t *len, bool rtcp)
{
    int n = (int)*len;
    const srtp_err_status_t status =
        rtcp ? srtp_unprotect_rtcp(s->receive, packet, &n) : srtp_unprotect(s->receive, packet, &n);
    *len = (size_t)n;
    return status == srtp_err_status_ok ? E_OK : E_DENIED;
}
