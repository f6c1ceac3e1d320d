/* SPDX-License-Identifier: Apache-2.0
 * The client's half of DTLS-SRTP for one connection: DTLS 1.2 client over memory, then SRTP both
 * ways by libsrtp2. Thread: the loop's. new/free pair. */
#ifndef CLIENT_LOAD_SECURE_H
#define CLIENT_LOAD_SECURE_H

#include <stdbool.h>

#include "sfu/base/bytes.h"
#include "sfu/base/err.h"

enum { SECURE_FINGERPRINT_TEXT = 96 }; /* 32 × "XX:" */

/* One certificate for all robots: what is measured is the server. */
struct secure_identity;
MUST_USE enum err secure_identity_new(struct secure_identity **out);
void secure_identity_free(struct secure_identity *id);
const char *secure_identity_fingerprint(const struct secure_identity *id);

struct secure;
MUST_USE enum err secure_new(struct secure **out, const struct secure_identity *id);
void secure_free(struct secure *s);

void secure_start(struct secure *s);
void secure_on_dtls(struct secure *s, struct bytes datagram);
void secure_on_time(struct secure *s);
/* Next handshake bytes to send as one datagram; 0: none. */
size_t secure_poll(struct secure *s, uint8_t *out, size_t cap);
bool secure_is_open(const struct secure *s);

MUST_USE enum err secure_protect(struct secure *s, uint8_t *packet, size_t *len, bool rtcp);
MUST_USE enum err secure_unprotect(struct secure *s, uint8_t *packet, size_t *len, bool rtcp);

#endif
