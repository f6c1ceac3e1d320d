/* SPDX-License-Identifier: Apache-2.0
 * RTP header extension elements in one- and two-byte form (RFC 8285 §4.2, §4.3), and the six that
 * we know. Thread: any. Views borrow the packet.
 *
 *   one-byte (0xBEDE):  |  ID   |  L-1  | L bytes …       ID 1–14, L 1–16
 *   two-byte (0x100x):  |      ID       |       L       | L bytes …       ID 1–255, L 0–255 */
#ifndef SFU_WIRE_RTP_EXT_H
#define SFU_WIRE_RTP_EXT_H

#include "sfu/base/bytes.h"
#include "sfu/base/err.h"
#include "sfu/wire/rtp.h"

#include <stdbool.h>

enum { RTP_EXT_ONE_BYTE = 0xBEDE }; /* RFC 8285 §4.2 */
enum { RTP_EXT_TWO_BYTE = 0x1000 }; /* RFC 8285 §4.3, low four bits are the application's */
enum { RTP_EXT_TWO_BYTE_MASK = 0xFFF0 };

struct rtp_ext_element {
    uint8_t id;
    struct bytes data;
};

struct rtp_ext_iter {
    struct bytes left;
    bool two_byte;
    bool malformed; /* an element ran past the end: set when next has returned false */
};

/* E_UNSUPPORTED: the profile is neither form. An absent extension gives an empty walk. */
MUST_USE enum err rtp_ext_iter_init(struct rtp_ext_iter *it, const struct rtp *r);

/* The next element, padding skipped; false at the end. */
bool rtp_ext_next(struct rtp_ext_iter *it, struct rtp_ext_element *out);

/* The ids one connection negotiated (a=extmap); 0: not negotiated. */
struct rtp_ext_ids {
    uint8_t mid;           /* urn:ietf:params:rtp-hdrext:sdes:mid, RFC 9143 §15 */
    uint8_t rid;           /* …:sdes:rtp-stream-id, RFC 8852 §3.1 */
    uint8_t repaired_rid;  /* …:sdes:repaired-rtp-stream-id, RFC 8852 §3.2 */
    uint8_t audio_level;   /* urn:ietf:params:rtp-hdrext:ssrc-audio-level, RFC 6464 §3 */
    uint8_t abs_send_time; /* http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time */
    uint8_t twcc;          /* draft-holmer-rmcat-transport-wide-cc-extensions-01 §2 */
};

enum {
    RTP_EXT_HAS_MID = 1,
    RTP_EXT_HAS_RID = 2,
    RTP_EXT_HAS_REPAIRED_RID = 4,
    RTP_EXT_HAS_AUDIO_LEVEL = 8,
    RTP_EXT_HAS_ABS_SEND_TIME = 16,
    RTP_EXT_HAS_TWCC = 32
};

struct rtp_ext {
    uint32_t has;                        /* RTP_EXT_HAS_… bits */
    struct bytes mid, rid, repaired_rid; /* 1–16 bytes of text when read from the one-byte form */
    uint8_t audio_level;                 /* −dBov, 0 loudest … 127 silence */
    bool voice;                          /* V bit of RFC 6464 §3 */
    uint32_t abs_send_time;              /* 24 bits, 6.18 fixed-point seconds */
    uint16_t twcc_seq;
};

/* Reads the known elements. Others, and known ones of a wrong length, are passed over; the first of
 * several with one id counts. E_UNSUPPORTED: unknown profile; E_MALFORMED: an element beyond the
 * end. */
MUST_USE enum err rtp_ext_read(struct rtp_ext *out, const struct rtp *r,
                               const struct rtp_ext_ids *ids);

/* Room that always holds what rtp_ext_write makes of texts ≤ 64 bytes. */
enum { RTP_EXT_BLOCK_MAX = 256 };

/* Appends the whole block (profile and length words, elements, zero padding to a multiple of 4)
 * with what is both in ext->has and negotiated; nothing at all when that is nothing. One-byte form
 * unless an id > 14 or a text outside 1–16 bytes needs the other. E_FULL; E_RANGE: a text > 255
 * bytes, audio_level > 127. */
MUST_USE enum err rtp_ext_write(struct writer *w, const struct rtp_ext_ids *ids,
                                const struct rtp_ext *ext);

#endif
