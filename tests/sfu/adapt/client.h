/* SPDX-License-Identifier: Apache-2.0
 * A DTLS client as a browser is one, for tests: OpenSSL over memory, a ClientHello of two
 * datagrams, a certificate of its own. Its timer never fires; what is lost and repeated is the
 * test's decision. */
#ifndef TESTS_SFU_ADAPT_CLIENT_H
#define TESTS_SFU_ADAPT_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sfu/adapt/crypt.h"
#include "sfu/base/bytes.h"

struct client;

enum client_flaw {
    CLIENT_FINE,
    CLIENT_WITHOUT_CERTIFICATE,
    CLIENT_DTLS_1_0, /* offers nothing newer */
};

#define CLIENT_BROWSER_PROFILES                                                                    \
    "SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_256_GCM:SRTP_AEAD_AES_128_GCM" /* as Chromium orders     \
                                                                            them */

/* profiles NULL: no use_srtp. Aborts when OpenSSL fails. Freed by client_free. */
struct client *client_new(const char *profiles, enum client_flaw flaw);
void client_free(struct client *c);

void client_fingerprint(const struct client *c, uint8_t sha256[32]);
void client_start(struct client *c); /* writes the ClientHello */
void client_on_datagram(struct client *c, struct bytes datagram);
bool client_poll(struct client *c, struct bytes *out); /* borrowed until the next call on c */
bool client_is_done(const struct client *c);
bool client_was_closed(const struct client *c); /* close_notify or a fatal alert came */
void client_close(struct client *c);            /* writes close_notify */
void client_keys(struct client *c, struct crypt_keys *out);

#endif
