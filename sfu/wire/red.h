/* SPDX-License-Identifier: Apache-2.0
 * Redundant audio (RFC 2198 §3): older blocks before the primary one. Thread: any. Views borrow the
 * packet.
 *
 *  |F=1|   block PT  |  timestamp offset (14) | block length (10) |  each older block
 *  |F=0|   block PT  |                                               primary, up to the end */
#ifndef SFU_WIRE_RED_H
#define SFU_WIRE_RED_H

#include "sfu/base/bytes.h"
#include "sfu/base/err.h"

enum { RED_MAX_BLOCKS = 10 };     /* 9 older ones is the most libwebrtc sends; more is refused */
enum { RED_MAX_OFFSET = 0x3FFF }; /* 14 bits, RTP clock units */
enum { RED_MAX_LENGTH = 0x3FF };  /* 10 bits */

struct red_block {
    uint8_t pt;
    uint16_t offset_rtp; /* how much older than the packet's timestamp; 0 for the primary */
    struct bytes data;
};

struct red {
    size_t count;                            /* ≥ 1; blocks[count - 1] is the primary */
    struct red_block blocks[RED_MAX_BLOCKS]; /* oldest first, as sent */
};

/* E_MALFORMED: lengths beyond the end. E_UNSUPPORTED: more than RED_MAX_BLOCKS. */
MUST_USE enum err red_parse(struct red *out, struct bytes payload);

/* The primary alone, for a receiver without RED. Errors as red_parse. */
MUST_USE enum err red_unwrap(struct red_block *primary, struct bytes payload);

/* Appends headers and data. E_FULL; E_RANGE: pt > 127, an offset or a length that has no room,
 * count. */
MUST_USE enum err red_write(struct writer *w, const struct red *red);

#endif
