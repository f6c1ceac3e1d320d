/* SPDX-License-Identifier: Apache-2.0
 * Decides what our DTLS server offers and accepts: version, ciphers, groups, SRTP profiles,
 * certificates. */
#include "sfu/adapt/identity.h"

#include "sfu/adapt/crypt.h"
#include "sfu/adapt/rand.h"
#include "sfu/base/mem.h"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <string.h>

enum {
    DAY_S = 86400,
    VALID_DAYS = 365,        /* peers check the fingerprint, not the dates: RFC 8827 §6.5 */
    CERT_LIST_MAX = 8 * 1024 /* bytes; browsers send one certificate of 300 to 1000 */
};

struct dtls_identity {
    SSL_CTX *ctx;
    uint8_t fingerprint[DTLS_FINGERPRINT_BYTES];
};

enum err identity_digest(const void *cert, uint8_t out[DTLS_FINGERPRINT_BYTES])
{
    unsigned n = 0;
    if (X509_digest((const X509 *)cert, EVP_sha256(), out, &n) != 1 || n != DTLS_FINGERPRINT_BYTES)
        return E_IO;
    return E_OK;
}

/* The chain says nothing here: the certificate is self-signed and judged by its fingerprint (RFC
 * 8122 §5). */
static int accept_any(X509_STORE_CTX *store, void *arg)
{
    (void)arg;
    X509_STORE_CTX_set_error(store, X509_V_OK);
    return 1;
}

/* A client without use_srtp is refused before it costs a signature. */
static int require_srtp(SSL *ssl, int *alert, void *arg)
{
    const unsigned char *ext;
    size_t n;
    (void)arg;
    if (SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_use_srtp, &ext, &n) == 1)
        return SSL_CLIENT_HELLO_SUCCESS;
    *alert = SSL_AD_HANDSHAKE_FAILURE;
    return SSL_CLIENT_HELLO_ERROR;
}

static bool cert_fill(X509 *cert, EVP_PKEY *key)
{
    uint8_t serial[8];
    if (rand_bytes(serial, sizeof(serial)) != E_OK)
        return false;
    serial[0] = (serial[0] & 0x7f) | 0x40; /* positive and never short */
    BIGNUM *number = BN_bin2bn(serial, sizeof(serial), NULL);
    X509_NAME *name = X509_get_subject_name(cert);
    bool ok = number != NULL && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(cert)) != NULL &&
              X509_set_version(cert, X509_VERSION_3) == 1 &&
              X509_gmtime_adj(X509_getm_notBefore(cert), -DAY_S) != NULL &&
              X509_gmtime_adj(X509_getm_notAfter(cert), (long)VALID_DAYS * DAY_S) != NULL &&
              X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"amphi",
                                         -1, -1, 0) == 1 &&
              X509_set_issuer_name(cert, name) == 1 && X509_set_pubkey(cert, key) == 1 &&
              X509_sign(cert, key, EVP_sha256()) > 0;
    BN_free(number);
    return ok;
}

static bool context_set(SSL_CTX *ctx)
{
    char groups[] = "X25519:P-256:P-384"; /* OpenSSL's macro casts const away */
    /* GCM before CM although browsers may offer CM first: it is four times cheaper. Returns 0 for
     * success. */
    if (SSL_CTX_set_tlsext_use_srtp(
            ctx, "SRTP_AEAD_AES_128_GCM:SRTP_AEAD_AES_256_GCM:SRTP_AES128_CM_SHA1_80") != 0)
        return false;
    SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_QUERY_MTU |
                                 SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_max_cert_list(ctx, CERT_LIST_MAX);
    SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    SSL_CTX_set_cert_verify_callback(ctx, accept_any, NULL);
    SSL_CTX_set_client_hello_cb(ctx, require_srtp, NULL);
    return SSL_CTX_set_min_proto_version(ctx, DTLS1_2_VERSION) == 1 &&
           SSL_CTX_set_max_proto_version(ctx, DTLS1_2_VERSION) == 1 &&
           SSL_CTX_set_cipher_list(ctx,
                                   "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
                                   "ECDHE-ECDSA-CHACHA20-POLY1305") == 1 &&
           SSL_CTX_set1_groups_list(ctx, groups) == 1;
}

enum err dtls_identity_new(struct dtls_identity **out)
{
    enum err e = E_IO;
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *cert = X509_new();
    struct dtls_identity *id = mem_alloc(sizeof(*id));
    if (id == NULL) {
        e = E_NOMEM;
        goto out;
    }
    e = crypt_library_open(); /* here, so that the first handshake does not wait for it */
    if (e != E_OK)
        goto out;
    e = E_IO;
    id->ctx = SSL_CTX_new(DTLS_server_method());
    if (key == NULL || cert == NULL || id->ctx == NULL || !context_set(id->ctx) ||
        !cert_fill(cert, key) || SSL_CTX_use_certificate(id->ctx, cert) != 1 ||
        SSL_CTX_use_PrivateKey(id->ctx, key) != 1)
        goto out;
    e = identity_digest(cert, id->fingerprint);
out:
    EVP_PKEY_free(key);
    X509_free(cert);
    ERR_clear_error();
    if (e != E_OK)
        dtls_identity_free(id);
    else
        *out = id;
    return e;
}

void dtls_identity_free(struct dtls_identity *id)
{
    if (id == NULL)
        return;
    SSL_CTX_free(id->ctx);
    mem_free(id);
}

const uint8_t *dtls_identity_fingerprint(const struct dtls_identity *id)
{
    return id->fingerprint;
}

void *identity_context(const struct dtls_identity *id)
{
    return id->ctx;
}
