/* SPDX-License-Identifier: Apache-2.0
 * Retransmission payload (RFC 4588 §4): the original sequence number before the original payload.
 * Header, SSRC and payload type are the caller's. Thread: any. Views borrow the packet.
 *
 *  |            OSN                |  original RTP packet payload … */
#ifndef SFU_WIRE_RTX_H
#define SFU_WIRE_RTX_H

#include "sfu/base/bytes.h"
#include "sfu/base/err.h"

enum { RTX_OSN = 2 }; /* bytes in front of the payload */

struct rtx {
    uint16_t osn;
    struct bytes payload; /* may be empty */
};

/* E_NOTFOUND: empty payload, a padding-only probe that repairs nothing. E_MALFORMED: one byte. */
MUST_USE enum err rtx_parse(struct rtx *out, struct bytes payload);

/* Appends OSN and payload. E_FULL. */
MUST_USE enum err rtx_write(struct writer *w, const struct rtx *rtx);

#endif
