/* SPDX-License-Identifier: Apache-2.0
 * What the core asks of the adapters beside it: STUN, DTLS and SRTP as bytes in, bytes out. The
 * shell (sfu/io/ports.c) fills this table with sfu/adapt; a simulated lesson may fill it with real
 * or plain ones. Thread: worker. The core owns what channel_new returns and gives it back to
 * channel_free. */
#ifndef SFU_CORE_PORTS_H
#define SFU_CORE_PORTS_H

#include <stdbool.h>

#include "sfu/base/addr.h"
#include "sfu/base/bytes.h"
#include "sfu/base/err.h"
#include "sfu/base/usec.h"

enum { PORT_UFRAG_MAX = 64 };

struct port_binding {
    char ufrag[PORT_UFRAG_MAX + 1]; /* the server's half of USERNAME (RFC 8445 §7.2.2) */
    bool use_candidate;
};

enum port_channel_state {
    PORT_CHANNEL_HANDSHAKE,
    PORT_CHANNEL_OPEN, /* keys in use: the fingerprint matched */
    PORT_CHANNEL_FAILED,
    PORT_CHANNEL_CLOSED, /* close_notify */
};

struct channel; /* opaque to the core */

struct engine_ports {
    void *ctx;
    enum err (*binding_peek)(void *ctx, struct bytes datagram, struct port_binding *out);
    /* Checks MESSAGE-INTEGRITY with pwd; writes the success response for `mapped`. E_DENIED: send
     * nothing. */
    enum err (*binding_accept)(void *ctx, struct bytes datagram, const char *ufrag, const char *pwd,
                               const struct addr *mapped, uint8_t *reply, size_t cap,
                               size_t *reply_len);
    enum err (*channel_new)(void *ctx, struct channel **out);
    void (*channel_free)(void *ctx, struct channel *c);
    void (*channel_set_fingerprint)(void *ctx, struct channel *c, const uint8_t sha256[32]);
    void (*channel_on_dtls)(void *ctx, struct channel *c, usec now, struct bytes datagram);
    bool (*channel_poll)(void *ctx, struct channel *c,
                         struct bytes *datagram); /* handshake datagrams to send */
    usec (*channel_deadline)(void *ctx, const struct channel *c);
    void (*channel_on_time)(void *ctx, struct channel *c, usec now);
    enum port_channel_state (*channel_state)(void *ctx, const struct channel *c,
                                             const char **reason);
    /* In place; *len shrinks (unprotect) or grows (protect, within cap). */
    enum err (*unprotect_rtp)(void *ctx, struct channel *c, uint8_t *packet, size_t *len);
    enum err (*unprotect_rtcp)(void *ctx, struct channel *c, uint8_t *packet, size_t *len);
    enum err (*protect_rtp)(void *ctx, struct channel *c, uint8_t *packet, size_t *len, size_t cap,
                            uint64_t index);
    enum err (*protect_rtcp)(void *ctx, struct channel *c, uint8_t *packet, size_t *len,
                             size_t cap);
};

#endif
