/* SPDX-License-Identifier: Apache-2.0
 * One connection of one peer: addresses it proved (ice_lite.h), its secure channel, its state.
 * Thread: worker. Lives in the engine's slab and owns its uplink or downlink. */
#ifndef SFU_CORE_TRANSPORT_H
#define SFU_CORE_TRANSPORT_H

#include "sfu/base/bytes.h"
#include "sfu/core/limit.h"
#include "sfu/core/outbox.h"
#include "sfu/core/ports.h"
#include "sfu/sfu.h"

struct engine;
struct peer;
struct uplink;
struct downlink;

enum {
    TRANSPORT_TUPLES = 8,            /* validated at a time */
    TRANSPORT_CONSENT_US = 30000000, /* RFC 7675 §5.1 */
    TRANSPORT_FREE_US = 60000000,    /* lost for so long after the last check: freed (N11) */
    TRANSPORT_TRAILER = 20,          /* an SRTCP packet grows by tag 16 + index 4: RFC 7714 §9.2 */
    TRANSPORT_MTU = 1500,
    TRANSPORT_PACKETS_PER_S = 3000, /* of one sender, before any SRTP work (T9) */
    TRANSPORT_BPS = 8000000
};

struct tuple {
    struct path path;
    usec checked;   /* last valid request from it */
    usec nominated; /* last one with USE-CANDIDATE; -1: none */
};

struct transport {
    uint32_t id;
    struct peer *peer;
    uint8_t state;  /* enum sfu_transport_state; written by transport_set_state alone */
    bool announced; /* a first state was told */
    bool flood_told;
    struct sfu_ice ice[2]; /* in force; after a restart the next one, ufrag "" when none waits */
    struct tuple tuples[TRANSPORT_TUPLES];
    uint8_t n_tuples;
    usec checked;            /* last valid check on any tuple; -1: none yet */
    usec sent_at;            /* last SRTP or SRTCP packet */
    struct channel *channel; /* owned; NULL until a validated tuple sent DTLS */
    bool has_fingerprint;
    uint8_t fingerprint[SFU_FINGERPRINT];
    struct sfu_extensions ext;
    struct limit_transport limit;
    struct uplink *up;     /* owned: a send transport of the client */
    struct downlink *down; /* owned: a receive transport */
};

struct transport *transport_find(const struct engine *e, uint32_t id);
/* NULL: the ceiling, or a ufrag or id that exists. A second of the same kind replaces the first. */
struct transport *transport_open(struct engine *e, struct peer *p, uint32_t id,
                                 const struct sfu_ice *ice);
void transport_close(struct engine *e, struct transport *t); /* silently: by command */
void transport_set_fingerprint(struct engine *e, struct transport *t, const uint8_t sha256[32]);
/* Ends with CLOSED and frees t when state is that. */
void transport_set_state(struct engine *e, struct transport *t, enum sfu_transport_state state,
                         const char *reason);

/* Datagrams of one of its validated tuples. */
void transport_on_dtls(struct engine *e, struct transport *t, struct bytes datagram);
void transport_on_srtp(struct engine *e, struct transport *t, uint8_t *buf, size_t len, bool rtcp);
void transport_on_time(struct engine *e, struct transport *t);
void transport_schedule(struct engine *e,
                        struct transport *t); /* after anything that moved a deadline */

bool transport_is_ready(const struct transport *t); /* connected and with consent */
/* Protects what stands in the place that outbox_reserve gave (TRANSPORT_TRAILER of room behind it)
 * and sends it along the selected path. False: dropped. */
bool transport_send_rtp(struct engine *e, struct transport *t, uint8_t *packet, size_t len,
                        uint64_t index);
bool transport_send_rtcp(struct engine *e, struct transport *t, uint8_t *packet, size_t len);

#endif
