/* SPDX-License-Identifier: Apache-2.0
 * Transport-wide congestion control feedback: draft-holmer-rmcat-transport-wide-cc-extensions-01
 * §3.1. Bytes ↔ arrivals; what they mean for the bandwidth is core's. Thread: any. Views borrow the
 * packet.
 *
 *  |V=2|P|  FMT=15 |    PT=205     |           length              |
 *  |                     SSRC of packet sender                     |
 *  |                      SSRC of media source                     |
 *  |      base sequence number     |      packet status count      |
 *  |                 reference time                | fb pkt. count |
 *  |          packet chunk         |         packet chunk  …       |
 *  |  recv delta   |  recv delta …  (8 bits small, 16 bits large)  | */
#ifndef SFU_WIRE_TWCC_H
#define SFU_WIRE_TWCC_H

#include "sfu/base/bytes.h"
#include "sfu/base/err.h"
#include "sfu/base/usec.h"
#include "sfu/wire/rtcp.h"

#include <stdbool.h>

enum { TWCC_TICK_US = 250 };        /* unit of receive deltas, §3.1.5 */
enum { TWCC_REFERENCE_US = 64000 }; /* unit of the reference time, §3.1 */

/* Statuses in one feedback of ours: 50 ms at over 20,000 packets/s. */
enum { TWCC_MAX_WRITTEN = 1024 };

/* Statuses accepted in one feedback: one run chunk's worth (§3.1.3). Thirty bytes may claim 65,535,
 * and to walk them would be work that a hostile peer gets for nothing. */
enum { TWCC_MAX_READ = 8191 };

struct twcc {
    uint32_t sender_ssrc;
    uint32_t media_ssrc;
    uint16_t base_seq;
    uint16_t status_count;
    int32_t reference; /* 24 bits, signed, in TWCC_REFERENCE_US: turns over after 12.4 days */
    uint8_t feedback_count;
    struct bytes rest; /* chunks and deltas; read with twcc_iter */
};

struct twcc_arrival {
    uint16_t seq;
    bool received;
    usec
        at; /* in the reporter's clock: reference time plus the deltas so far; only when received */
};

struct twcc_iter {
    struct bytes chunks, deltas; /* what is left of each */
    uint32_t left;               /* statuses still to come */
    uint32_t in_chunk;           /* statuses left in this chunk */
    uint16_t chunk;
    uint16_t seq;
    usec at;
};

/* Checks chunks and deltas to the end, so that a walk afterwards cannot fail. E_UNSUPPORTED: not
 * transport-cc; E_MALFORMED: chunks or deltas missing, reserved status symbol, no status at all.
 * E_RANGE: more than TWCC_MAX_READ statuses. */
MUST_USE enum err twcc_parse(struct twcc *out, const struct rtcp *packet);

/* Walks base_seq … base_seq + status_count - 1, at most TWCC_MAX_READ steps. */
void twcc_iter_init(struct twcc_iter *it, const struct twcc *t);
bool twcc_next(struct twcc_iter *it, struct twcc_arrival *out);

/* One received packet, for writing. */
struct twcc_received {
    uint64_t seq_ext;
    usec at;
};

struct twcc_head {
    uint32_t sender_ssrc;
    uint32_t media_ssrc;
    uint64_t base_ext; /* first number reported on; those missing before the first received are lost
                          ones */
    uint8_t feedback_count;
};

/* Appends one feedback packet about the first *used of the n received, which are strictly ascending
 * by seq_ext and start at base_ext or later; times may run in any order. Stops early, with *used <
 * n, where a status or a delta no longer fits the format (±8.19 s) or TWCC_MAX_WRITTEN: call again
 * with the rest and the next feedback_count. E_FULL: w is too small. E_RANGE: n is 0, the order is
 * wrong, or the first is further from base_ext than one feedback can span. */
MUST_USE enum err twcc_write(struct writer *w, const struct twcc_head *head,
                             const struct twcc_received *received, size_t n, size_t *used);

#endif
