/* SPDX-License-Identifier: Apache-2.0
 * ICE connectivity checks as bytes: one Binding request in, at most one response out, over
 * libnice's STUN library (RFC 8489, RFC 8445 §7.3). Always the controlled, lite side. Thread: any;
 * keeps no state. Named binding and not stun because the prefix stun_ is libnice's. */
#ifndef SFU_ADAPT_BINDING_H
#define SFU_ADAPT_BINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sfu/base/bytes.h"
#include "sfu/base/err.h"

struct addr;

enum {
    BINDING_UFRAG_MAX = 64, /* we make shorter ones; RFC 8839 §5.4 allows 256 */
    BINDING_REPLY_MAX =
        128, /* success over IPv6 is 76 bytes, the 420 and 487 replies stay below 128 */
};

struct binding_request {
    char ufrag[BINDING_UFRAG_MAX + 1]; /* the server's part of USERNAME, before ':' */
    bool use_candidate;
    uint32_t priority; /* 0: attribute absent */
};

/* Reads whose request this is without any secret: structure, length, magic cookie, method,
 * attributes' bounds, FINGERPRINT (which ICE demands of every check), USERNAME. Borrows the
 * datagram. E_MALFORMED: not a STUN message. E_UNSUPPORTED: STUN, but no Binding request with a
 * USERNAME of ours. */
MUST_USE enum err binding_peek(struct bytes datagram, struct binding_request *out);

/* Proves MESSAGE-INTEGRITY with our password and writes the one response into reply (cap >=
 * BINDING_REPLY_MAX). E_OK: a success response with XOR-MAPPED-ADDRESS = mapped. E_DENIED: wrong
 * password or ufrag; send nothing. E_STATE: integrity holds but the peer claims our role; reply is
 * the 487 (RFC 8445 §7.3.1.1). E_UNSUPPORTED: integrity holds, an attribute we must understand is
 * unknown; reply is the 420 (RFC 8489 §6.3.1). E_MALFORMED, E_FULL (cap), E_IO: send nothing.
 * *reply_len is 0 whenever nothing is to be sent. */
MUST_USE enum err binding_accept(struct bytes datagram, const char *ufrag, const char *pwd,
                                 const struct addr *mapped, uint8_t *reply, size_t cap,
                                 size_t *reply_len);

#endif
