/* SPDX-License-Identifier: Apache-2.0
 * See client.h. Aborts on what only a broken OpenSSL can cause. */
#include "client.h"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <stdlib.h>
#include <string.h>

enum { QUEUE = 32, DATAGRAM = 1500, MTU = 1200, ALPN = 1100 };

#define NEVER_US 3600000000U /* an hour; longer than any test */

struct client {
    SSL_CTX *ctx;
    SSL *ssl;
    BIO_METHOD *method;
    uint8_t fingerprint[32];
    struct bytes in;
    uint8_t queue[QUEUE][DATAGRAM];
    size_t len[QUEUE];
    size_t head, tail;
};

static void must(bool ok)
{
    if (ok)
        return;
    ERR_print_errors_fp(stderr);
    abort();
}

static int bio_write(BIO *bio, const char *p, int n)
{
    struct client *c = BIO_get_data(bio);
    must(n > 0 && n <= DATAGRAM && c->tail - c->head < QUEUE);
    memcpy(c->queue[c->tail % QUEUE], p, (size_t)n);
    c->len[c->tail++ % QUEUE] = (size_t)n;
    return n;
}

static int bio_read(BIO *bio, char *p, int cap)
{
    struct client *c = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (c->in.p == NULL) {
        BIO_set_retry_read(bio);
        return -1;
    }
    int n = (int)c->in.len;
    must(n <= cap);
    memcpy(p, c->in.p, c->in.len);
    c->in = bytes_of(NULL, 0);
    return n;
}

static long bio_ctrl(BIO *bio, int cmd, long num, void *ptr)
{
    (void)bio;
    (void)num;
    (void)ptr;
    return cmd == BIO_CTRL_FLUSH ? 1 : 0;
}

static unsigned int never(SSL *ssl, unsigned int previous_us)
{
    (void)ssl;
    (void)previous_us;
    return NEVER_US;
}

static int accept_any(X509_STORE_CTX *store, void *arg)
{
    (void)store;
    (void)arg;
    return 1;
}

static void add_certificate(struct client *c)
{
    unsigned n = 0;
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *cert = X509_new();
    must(key != NULL && cert != NULL && X509_gmtime_adj(X509_getm_notBefore(cert), 0) != NULL &&
         X509_gmtime_adj(X509_getm_notAfter(cert), 3600) != NULL &&
         X509_set_pubkey(cert, key) == 1 && X509_sign(cert, key, EVP_sha256()) > 0 &&
         SSL_CTX_use_certificate(c->ctx, cert) == 1 && SSL_CTX_use_PrivateKey(c->ctx, key) == 1 &&
         X509_digest(cert, EVP_sha256(), c->fingerprint, &n) == 1);
    X509_free(cert);
    EVP_PKEY_free(key);
}

/* Makes the ClientHello longer than one datagram, as X25519MLKEM768 does in browsers. */
static void add_padding(SSL *ssl)
{
    uint8_t alpn[ALPN];
    memset(alpn, 'a', sizeof(alpn));
    for (size_t i = 0; i < sizeof(alpn); i += 100)
        alpn[i] = 99;
    must(SSL_set_alpn_protos(ssl, alpn, sizeof(alpn)) == 0);
}

struct client *client_new(const char *profiles, enum client_flaw flaw)
{
    struct client *c = calloc(1, sizeof(*c));
    must(c != NULL);
    c->ctx = SSL_CTX_new(DTLS_client_method());
    must(c->ctx != NULL);
    if (flaw != CLIENT_WITHOUT_CERTIFICATE)
        add_certificate(c);
    if (flaw == CLIENT_DTLS_1_0) {
        SSL_CTX_set_security_level(c->ctx, 0);
        must(SSL_CTX_set_min_proto_version(c->ctx, DTLS1_VERSION) == 1 &&
             SSL_CTX_set_max_proto_version(c->ctx, DTLS1_VERSION) == 1);
    }
    must(profiles == NULL || SSL_CTX_set_tlsext_use_srtp(c->ctx, profiles) == 0);
    SSL_CTX_set_options(c->ctx, SSL_OP_NO_QUERY_MTU);
    SSL_CTX_set_verify(c->ctx, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_cert_verify_callback(c->ctx, accept_any, NULL);
    c->method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "test client");
    must(c->method != NULL && BIO_meth_set_write(c->method, bio_write) == 1 &&
         BIO_meth_set_read(c->method, bio_read) == 1 &&
         BIO_meth_set_ctrl(c->method, bio_ctrl) == 1);
    BIO *bio = BIO_new(c->method);
    c->ssl = SSL_new(c->ctx);
    must(bio != NULL && c->ssl != NULL);
    BIO_set_data(bio, c);
    BIO_set_init(bio, 1);
    SSL_set_bio(c->ssl, bio, bio);
    SSL_set_mtu(c->ssl, MTU);
    add_padding(c->ssl);
    DTLS_set_timer_cb(c->ssl, never);
    SSL_set_connect_state(c->ssl);
    return c;
}

void client_free(struct client *c)
{
    SSL_free(c->ssl);
    SSL_CTX_free(c->ctx);
    BIO_meth_free(c->method);
    free(c);
}

void client_fingerprint(const struct client *c, uint8_t sha256[32])
{
    memcpy(sha256, c->fingerprint, sizeof(c->fingerprint));
}

void client_start(struct client *c)
{
    (void)SSL_do_handshake(c->ssl);
    ERR_clear_error();
}

void client_on_datagram(struct client *c, struct bytes datagram)
{
    uint8_t none[1];
    c->in = datagram;
    if (SSL_is_init_finished(c->ssl))
        (void)SSL_read(c->ssl, none, sizeof(none));
    else
        (void)SSL_do_handshake(c->ssl);
    c->in = bytes_of(NULL, 0);
    ERR_clear_error();
}

bool client_poll(struct client *c, struct bytes *out)
{
    if (c->head == c->tail)
        return false;
    *out = bytes_of(c->queue[c->head % QUEUE], c->len[c->head % QUEUE]);
    c->head++;
    return true;
}

bool client_is_done(const struct client *c)
{
    return SSL_is_init_finished(c->ssl) == 1;
}

bool client_was_closed(const struct client *c)
{
    return (SSL_get_shutdown(c->ssl) & SSL_RECEIVED_SHUTDOWN) != 0;
}

void client_close(struct client *c)
{
    (void)SSL_shutdown(c->ssl);
    ERR_clear_error();
}

void client_keys(struct client *c, struct crypt_keys *out)
{
    static const char label[] = "EXTRACTOR-dtls_srtp";
    uint8_t block[2 * (CRYPT_KEY_MAX + CRYPT_SALT_MAX)];
    const SRTP_PROTECTION_PROFILE *profile = SSL_get_selected_srtp_profile(c->ssl);
    must(profile != NULL);
    out->profile = (enum crypt_profile)profile->id;
    size_t key = crypt_key_bytes(out->profile), salt = crypt_salt_bytes(out->profile);
    must(SSL_export_keying_material(c->ssl, block, 2 * (key + salt), label, sizeof(label) - 1, NULL,
                                    0, 0) == 1);
    memcpy(out->client_key, block, key);
    memcpy(out->server_key, block + key, key);
    memcpy(out->client_salt, block + 2 * key, salt);
    memcpy(out->server_salt, block + 2 * key + salt, salt);
}
