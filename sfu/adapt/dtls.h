/* SPDX-License-Identifier: Apache-2.0
 * DTLS 1.2 for one peer over memory, always as server (RFC 5764, RFC 8827 §6.5). Thread: worker; an
 * identity is shared read-only by all workers. Times are the engine's; OpenSSL's own DTLS timer
 * never fires. Leaves to others: which address sends and receives (core), what is done with the
 * keys (crypt.h). */
#ifndef SFU_ADAPT_DTLS_H
#define SFU_ADAPT_DTLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sfu/base/bytes.h"
#include "sfu/base/err.h"
#include "sfu/base/usec.h"

struct crypt_keys;

enum {
    DTLS_FINGERPRINT_BYTES = 32, /* SHA-256 */
    DTLS_MTU = 1200,             /* bytes of UDP payload we never exceed */
    DTLS_FLIGHT_MAX = 8,         /* datagrams kept; the real flights are one each */
};

/* An ECDSA P-256 key and a self-signed certificate made at start, never stored.
 * new returns owned, freed by dtls_identity_free after the last dtls made from it. E_IO: OpenSSL's
 * fault. */
struct dtls_identity;
MUST_USE enum err dtls_identity_new(struct dtls_identity **out);
void dtls_identity_free(struct dtls_identity *id);                        /* takes; NULL is fine */
const uint8_t *dtls_identity_fingerprint(const struct dtls_identity *id); /* borrows 32 bytes */

enum dtls_state {
    DTLS_HANDSHAKE,
    DTLS_DONE,   /* keys can be exported for the right fingerprint */
    DTLS_FAILED, /* see dtls_why */
    DTLS_CLOSED, /* the peer sent close_notify */
    N_DTLS_STATE
};

struct dtls;

/* Borrows the identity. NULL: no memory. keep_session: dtls_peer_heard does not free the SSL
 * object, so that a later close_notify is still understood (WHIP, WHEP). */
struct dtls *dtls_new(const struct dtls_identity *id, bool keep_session);
void dtls_free(struct dtls *d); /* takes; NULL is fine */

/* One datagram from a validated address. What is not a well-formed DTLS record sequence is counted
 * and dropped. */
void dtls_on_datagram(struct dtls *d, usec now, struct bytes datagram);
void dtls_on_time(struct dtls *d, usec now); /* resends the last flight when due */
usec dtls_deadline(const struct dtls *d);    /* USEC_NEVER: none */
/* Next datagram to send, borrowed until the next call on d; false: none left. */
bool dtls_poll(struct dtls *d, struct bytes *out);

enum dtls_state dtls_state(const struct dtls *d);
const char *dtls_why(const struct dtls *d); /* a constant word; "" while nothing is wrong */

/* Keys for SRTP (RFC 5764 §4.2), only when the peer's certificate has this SHA-256 fingerprint
 * (compared in constant time). E_AGAIN: handshake under way. E_DENIED: another certificate; the
 * session has failed. E_STATE: failed, closed, or the SSL object is gone. */
MUST_USE enum err dtls_export_keys(struct dtls *d, const uint8_t sha256[DTLS_FINGERPRINT_BYTES],
                                   struct crypt_keys *out);

/* The peer proved that it has the keys: stop resending, free the SSL object (47-50 KB). */
void dtls_peer_heard(struct dtls *d);
bool dtls_has_ssl(const struct dtls *d);
uint32_t dtls_resent(const struct dtls *d);  /* flights sent again so far */
uint32_t dtls_dropped(const struct dtls *d); /* datagrams refused before OpenSSL saw them */

#endif
