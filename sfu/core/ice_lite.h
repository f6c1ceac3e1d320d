/* SPDX-License-Identifier: Apache-2.0
 * The lite side of ICE (RFC 8445 §2.5): which addresses a peer proved, which of them is used, how
 * long consent lasts (RFC 7675 §5.1), and whose a datagram is. Thread: worker. Strangers get
 * silence. */
#ifndef SFU_CORE_ICE_LITE_H
#define SFU_CORE_ICE_LITE_H

#include "sfu/core/transport.h"

enum {
    ICE_LITE_REPLY_MAX = 160, /* a binding response, IPv6 and error attributes included */
    ICE_LITE_SOURCE_RATE =
        1000, /* requests a second of one address that prove nothing: 4 ms of HMAC */
    ICE_LITE_SOURCE_BURST = 4000, /* 130 people join through one address within seconds */
    ICE_LITE_ROUTES = 4096        /* tuples of transports on other workers */
};

/* A STUN datagram that came in here, or (relayed_from ≥ 0) at another worker. */
void ice_lite_on_stun(struct engine *e, const struct path *path, struct bytes datagram,
                      int relayed_from);
/* The transport that validated this path within 30 s; NULL: a stranger, or another worker's. */
struct transport *ice_lite_owner(struct engine *e, const struct path *path);
/* Another worker proved this path: what comes along it goes there for 30 s. */
void ice_lite_route(struct engine *e, const struct path *path, unsigned worker);
/* The worker a path is routed to; -1: none. */
int ice_lite_routed(struct engine *e, const struct path *path);

MUST_USE enum err ice_lite_register(struct engine *e, struct transport *t,
                                    const struct sfu_ice *ice);
void ice_lite_restart(struct engine *e, struct transport *t, const struct sfu_ice *ice);
void ice_lite_forget(struct engine *e, struct transport *t); /* ufrags and tuples */
void ice_lite_expire(struct engine *e, struct transport *t); /* tuples without a check for 30 s */
usec ice_lite_deadline(const struct transport *t);
/* Where to send; NULL: nowhere. */
const struct path *ice_lite_selected(const struct transport *t);

#endif
