/* SPDX-License-Identifier: Apache-2.0
 * One transport's secure channel: DTLS, then keys, then SRTP. Thread: worker. Decides when packets
 * may be protected or unprotected: never before the peer's certificate matched the fingerprint of
 * its session description. */
#ifndef SFU_ADAPT_CHANNEL_H
#define SFU_ADAPT_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sfu/base/bytes.h"
#include "sfu/base/err.h"
#include "sfu/base/usec.h"

struct dtls_identity;

struct channel_config {
    const struct dtls_identity *identity; /* borrowed for the channel's life */
    bool keep_session; /* keep the SSL object to hear close_notify (WHIP, WHEP) */
};

enum channel_state {
    CHANNEL_HANDSHAKE, /* also: handshake over, fingerprint not known yet */
    CHANNEL_OPEN,
    CHANNEL_FAILED, /* see channel_why */
    CHANNEL_CLOSED, /* the peer said close_notify */
    N_CHANNEL_STATE
};

struct channel;

/* new returns owned (NULL: no memory), freed by channel_free, which cleanses the keys. */
struct channel *channel_new(const struct channel_config *config);
void channel_free(struct channel *c); /* takes; NULL is fine */

/* The SHA-256 fingerprint of the session description, 32 bytes; before or after the handshake ends.
 * Once only: a later different one fails an open channel, since its keys belong to another
 * certificate. */
void channel_set_fingerprint(struct channel *c, const uint8_t sha256[32]);

/* Facts. After each, drain channel_poll. now is the engine's clock, from any origin. */
void channel_on_dtls(struct channel *c, usec now, struct bytes datagram);
void channel_on_time(struct channel *c, usec now);
usec channel_deadline(const struct channel *c); /* USEC_NEVER: none */
/* Next DTLS datagram to send, borrowed until the next call on c; false: none left. */
bool channel_poll(struct channel *c, struct bytes *out);

enum channel_state channel_state(const struct channel *c);
/* A constant lower-case word for logs: "", "fingerprint", "handshake", "no-srtp", "timeout",
 * "alert", "memory", "close-notify", "changed-fingerprint". */
const char *channel_why(const struct channel *c);
const char *channel_profile(const struct channel *c); /* the SRTP profile's name, "" before OPEN */

/* In place on pkt of *len bytes; see crypt.h for the errors; E_STATE when the channel is not open.
 */
MUST_USE enum err channel_unprotect_rtp(struct channel *c, uint8_t *pkt, size_t *len);
MUST_USE enum err channel_unprotect_rtcp(struct channel *c, uint8_t *pkt, size_t *len);
MUST_USE enum err channel_protect_rtp(struct channel *c, uint8_t *pkt, size_t *len, size_t cap,
                                      uint64_t index);
MUST_USE enum err channel_protect_rtcp(struct channel *c, uint8_t *pkt, size_t *len, size_t cap);

bool channel_has_ssl(const struct channel *c); /* false once the first authentic packet freed it */

#endif
