/* SPDX-License-Identifier: Apache-2.0
 * One DTLS server session: feeds OpenSSL datagram by datagram and keeps its last flight. Decides
 * which datagrams OpenSSL may see: a repeated ClientHello, a second handshake, and everything but
 * alerts once the handshake is over are dealt with here. */
#include "sfu/adapt/dtls.h"

#include "sfu/adapt/crypt.h"
#include "sfu/adapt/flight.h"
#include "sfu/adapt/identity.h"
#include "sfu/adapt/record.h"
#include "sfu/base/mem.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <string.h>

#define HANDSHAKE_MAX_US USEC_S(30) /* consent is lost after 30 s as well, RFC 7675 §5.1 */
#define NEVER_US                                                                                   \
    3600000000U /* OpenSSL's own timer reads the wall clock; an hour outlives the session */

struct dtls {
    SSL *ssl;
    bool keep_session;
    enum dtls_state state;
    const char *why;
    usec now;         /* of the fact being handled */
    usec give_up;     /* USEC_NEVER before the first datagram and after the handshake */
    struct bytes in;  /* the datagram OpenSSL has not read yet */
    bool new_flight;  /* the next datagram OpenSSL writes begins one */
    uint32_t dropped; /* datagrams */
    struct flight flight;
};

static void fail(struct dtls *d, enum dtls_state state, const char *why)
{
    if (d->state == DTLS_FAILED || d->state == DTLS_CLOSED)
        return;
    d->state = state;
    d->why = why;
    d->give_up = USEC_NEVER;
    flight_answered(&d->flight);
}

static int bio_write(BIO *bio, const char *p, int n)
{
    struct dtls *d = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (n <= 0)
        return 0;
    if (d->new_flight)
        flight_begin(&d->flight, d->now);
    d->new_flight = false;
    if (flight_add(&d->flight, bytes_of(p, (size_t)n)) != E_OK)
        return -1;
    return n;
}

static int bio_read(BIO *bio, char *p, int cap)
{
    struct dtls *d = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (d->in.p == NULL) {
        BIO_set_retry_read(bio);
        return -1;
    }
    size_t n = d->in.len < (size_t)cap ? d->in.len
                                       : (size_t)cap; /* as recv: the rest of a datagram is lost */
    memcpy(p, d->in.p, n);
    d->in = bytes_of(NULL, 0);
    return (int)n;
}

static long bio_ctrl(BIO *bio, int cmd, long num, void *ptr)
{
    (void)bio;
    (void)num;
    (void)ptr;
    switch (cmd) {
    case BIO_CTRL_FLUSH: return 1;
    case BIO_CTRL_DGRAM_QUERY_MTU: return DTLS_MTU;
    default: return 0;
    }
}

static BIO_METHOD
    *method; /* written once, under method_once; shared read-only by all threads, lives for ever */
static CRYPTO_ONCE method_once = CRYPTO_ONCE_STATIC_INIT;

static void method_free(void)
{
    BIO_meth_free(method);
    method = NULL;
}

static void method_make(void)
{
    method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "datagram in memory");
    if (method == NULL || BIO_meth_set_write(method, bio_write) != 1 ||
        BIO_meth_set_read(method, bio_read) != 1 || BIO_meth_set_ctrl(method, bio_ctrl) != 1 ||
        OPENSSL_atexit(method_free) != 1)
        method_free();
}

static unsigned int never(SSL *ssl, unsigned int previous_us)
{
    (void)ssl;
    (void)previous_us;
    return NEVER_US;
}

static bool ssl_open(struct dtls *d, const struct dtls_identity *id)
{
    if (CRYPTO_THREAD_run_once(&method_once, method_make) != 1 || method == NULL)
        return false;
    d->ssl = SSL_new(identity_context(id));
    BIO *bio = d->ssl == NULL ? NULL : BIO_new(method);
    if (bio == NULL)
        return false;
    BIO_set_data(bio, d);
    BIO_set_init(bio, 1);
    SSL_set_bio(d->ssl, bio, bio);
    SSL_set_mtu(d->ssl, DTLS_MTU);
    DTLS_set_timer_cb(d->ssl, never);
    SSL_set_accept_state(d->ssl);
    return true;
}

struct dtls *dtls_new(const struct dtls_identity *id, bool keep_session)
{
    struct dtls *d = mem_alloc(sizeof(*d));
    if (d == NULL)
        return NULL;
    d->keep_session = keep_session;
    d->why = "";
    d->give_up = USEC_NEVER;
    flight_init(&d->flight);
    if (ssl_open(d, id))
        return d;
    ERR_clear_error();
    dtls_free(d);
    return NULL;
}

void dtls_free(struct dtls *d)
{
    if (d == NULL)
        return;
    SSL_free(d->ssl);
    mem_free(d);
}

/* Alerts the peer sent come back as reasons above 1000; everything else is what we did not like. */
static const char *failure_word(void)
{
    unsigned long e = ERR_peek_error();
    if (ERR_GET_LIB(e) == ERR_LIB_SSL && ERR_GET_REASON(e) >= SSL_AD_REASON_OFFSET)
        return "alert";
    if (ERR_GET_LIB(e) == ERR_LIB_SSL && ERR_GET_REASON(e) == SSL_R_CALLBACK_FAILED)
        return "no-srtp"; /* require_srtp of identity.c is the only callback that can */
    return "handshake";
}

static void accept_step(struct dtls *d)
{
    int done = SSL_do_handshake(d->ssl);
    if (done == 1) {
        d->give_up = USEC_NEVER;
        d->state = DTLS_DONE;
        if (SSL_get_selected_srtp_profile(d->ssl) == NULL)
            fail(d, DTLS_FAILED, "no-srtp");
        return;
    }
    if (SSL_get_error(d->ssl, done) != SSL_ERROR_WANT_READ)
        fail(d, DTLS_FAILED, failure_word());
}

static void on_handshake(struct dtls *d, struct bytes datagram, const struct record_summary *r)
{
    if (d->give_up == USEC_NEVER)
        d->give_up = d->now + HANDSHAKE_MAX_US;
    if (r->hello && d->flight.count > 0) {
        if (r->hello_start)
            flight_on_repeat(&d->flight, d->now);
        return;
    }
    if (r->flight)
        flight_answered(
            &d->flight); /* the peer has our flight; if part of its own is lost, it repeats */
    d->in = datagram;
    d->new_flight = true;
    accept_step(d);
    d->in = bytes_of(NULL, 0);
}

static void on_session(struct dtls *d, struct bytes datagram, const struct record_summary *r)
{
    uint8_t none[1];
    if (r->flight && !r->hello) {
        flight_on_repeat(&d->flight, d->now);
        return;
    }
    if (!r->only_encrypted_alerts || d->ssl == NULL) {
        d->dropped++;
        return;
    }
    d->in = datagram;
    d->new_flight = true;
    int n = SSL_read(d->ssl, none, sizeof(none));
    d->in = bytes_of(NULL, 0);
    if ((SSL_get_shutdown(d->ssl) & SSL_RECEIVED_SHUTDOWN) == 0)
        return;
    fail(d, DTLS_CLOSED,
         SSL_get_error(d->ssl, n) == SSL_ERROR_ZERO_RETURN ? "close-notify" : "alert");
}

void dtls_on_datagram(struct dtls *d, usec now, struct bytes datagram)
{
    struct record_summary r;
    d->now = now;
    if (d->state == DTLS_FAILED || d->state == DTLS_CLOSED || record_scan(datagram, &r) != E_OK) {
        d->dropped++;
        return;
    }
    ERR_clear_error();
    if (d->state == DTLS_HANDSHAKE)
        on_handshake(d, datagram, &r);
    else
        on_session(d, datagram, &r);
    ERR_clear_error();
}

void dtls_on_time(struct dtls *d, usec now)
{
    d->now = now;
    if (now >= d->give_up)
        fail(d, DTLS_FAILED, "timeout");
    flight_on_time(&d->flight, now);
}

usec dtls_deadline(const struct dtls *d)
{
    return d->flight.due < d->give_up ? d->flight.due : d->give_up;
}

bool dtls_poll(struct dtls *d, struct bytes *out)
{
    return flight_poll(&d->flight, out);
}

enum dtls_state dtls_state(const struct dtls *d)
{
    return d->state;
}

const char *dtls_why(const struct dtls *d)
{
    return d->why;
}

/* RFC 5764 §4.2: client key, server key, client salt, server salt. */
static enum err export_keys(SSL *ssl, struct crypt_keys *out)
{
    static const char label[] = "EXTRACTOR-dtls_srtp";
    uint8_t block[2 * (CRYPT_KEY_MAX + CRYPT_SALT_MAX)];
    out->profile = (enum crypt_profile)SSL_get_selected_srtp_profile(ssl)->id;
    size_t key = crypt_key_bytes(out->profile), salt = crypt_salt_bytes(out->profile);
    if (SSL_export_keying_material(ssl, block, 2 * (key + salt), label, sizeof(label) - 1, NULL, 0,
                                   0) != 1)
        return E_IO;
    memcpy(out->client_key, block, key);
    memcpy(out->server_key, block + key, key);
    memcpy(out->client_salt, block + 2 * key, salt);
    memcpy(out->server_salt, block + 2 * key + salt, salt);
    OPENSSL_cleanse(block, sizeof(block));
    return E_OK;
}

enum err dtls_export_keys(struct dtls *d, const uint8_t sha256[DTLS_FINGERPRINT_BYTES],
                          struct crypt_keys *out)
{
    uint8_t seen[DTLS_FINGERPRINT_BYTES];
    if (d->state == DTLS_HANDSHAKE)
        return E_AGAIN;
    if (d->state != DTLS_DONE || d->ssl == NULL)
        return E_STATE;
    X509 *cert = SSL_get0_peer_certificate(d->ssl);
    if (cert == NULL || identity_digest(cert, seen) != E_OK ||
        CRYPTO_memcmp(seen, sha256, sizeof(seen)) != 0) {
        (void)SSL_shutdown(
            d->ssl); /* tells the peer, behind the last flight; nothing depends on it */
        ERR_clear_error();
        fail(d, DTLS_FAILED, "fingerprint");
        return E_DENIED;
    }
    return export_keys(d->ssl, out);
}

void dtls_peer_heard(struct dtls *d)
{
    flight_answered(&d->flight);
    if (d->keep_session || d->ssl == NULL)
        return;
    SSL_free(d->ssl);
    d->ssl = NULL;
}

bool dtls_has_ssl(const struct dtls *d)
{
    return d->ssl != NULL;
}

uint32_t dtls_resent(const struct dtls *d)
{
    return d->flight.resent;
}

uint32_t dtls_dropped(const struct dtls *d)
{
    return d->dropped;
}
