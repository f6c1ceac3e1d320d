/* SPDX-License-Identifier: Apache-2.0
 * A light controlling ICE agent for one socket and one remote lite agent (RFC 8445 §7.2), on
 * libnice's STUN library. Thread: the loop's. Bytes in, bytes out; the caller owns the socket. */
#ifndef CLIENT_LOAD_ICE_H
#define CLIENT_LOAD_ICE_H

#include <stdbool.h>

#include "sfu/base/addr.h"
#include "sfu/base/bytes.h"
#include "sfu/base/err.h"
#include "sfu/base/usec.h"

enum { ICE_CANDIDATES = 8, ICE_TEXT = 64, ICE_MESSAGE = 256 };

struct ice {
    char local_ufrag[ICE_TEXT], remote_ufrag[ICE_TEXT], remote_pwd[ICE_TEXT];
    struct addr candidates[ICE_CANDIDATES];
    unsigned n_candidates;
    int chosen;              /* index of the candidate that answered; -1: none yet */
    usec next;               /* when the next check is due */
    uint8_t transaction[12]; /* of the last request: only its answer counts */
    unsigned turn;
};

/* A check to send now, into out (ICE_MESSAGE bytes) and where; 0: none is due. */
size_t ice_poll(struct ice *ice, usec now, uint8_t *out, struct addr *to);
/* A STUN datagram came. True: it proves the chosen path. */
bool ice_on_datagram(struct ice *ice, usec now, struct bytes datagram, const struct addr *from);

#endif
