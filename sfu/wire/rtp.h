/* SPDX-License-Identifier: Apache-2.0
 * The RTP header (RFC 3550 §5.1, §5.3.1): bytes to views and back. Thread: any. Views borrow the
 * packet.
 *
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |V=2|P|X|  CC   |M|     PT      |       sequence number         |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                           timestamp                           |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |           synchronization source (SSRC) identifier            |
 * +=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
 * |            contributing sources (CSRC), CC of them            |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |   X: defined by profile       |   length in 32-bit words      |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+ */
#ifndef SFU_WIRE_RTP_H
#define SFU_WIRE_RTP_H

#include "sfu/base/bytes.h"
#include "sfu/base/err.h"

#include <stdbool.h>

enum { RTP_HEADER = 12 };   /* bytes of the fixed header */
enum { RTP_MAX_CSRC = 15 }; /* CC has four bits */
enum { RTP_MAX_SEQ = 65535 };

struct rtp {
    bool marker;
    uint8_t pt;
    uint16_t seq;
    uint32_t timestamp;
    uint32_t ssrc;
    struct bytes csrc;    /* 4 bytes each; read with rtp_csrc */
    bool has_ext;         /* X bit */
    uint16_t ext_profile; /* 0xBEDE and 0x100x are RFC 8285's; see rtp_ext.h */
    struct bytes ext;     /* after the length word */
    struct bytes payload; /* without padding */
    uint8_t padding;      /* bytes of padding, its count byte included; 0 without P bit */
    size_t header_len;    /* fixed header + CSRC + extension: where the payload starts */
};

/* A plain packet. E_MALFORMED: too short, version not 2, lengths or padding beyond the end. */
MUST_USE enum err rtp_parse(struct rtp *out, struct bytes packet);

/* The clear part of an SRTP packet: padding is inside the encryption (RFC 3711 §3.1), so payload
 * reaches to the end (authentication tag included) and padding is 0 whatever the P bit says. */
MUST_USE enum err rtp_parse_header(struct rtp *out, struct bytes packet);

static inline size_t rtp_csrc_count(const struct rtp *r)
{
    return r->csrc.len / 4;
}

/* i < rtp_csrc_count(r) */
static inline uint32_t rtp_csrc(const struct rtp *r, size_t i)
{
    return be32(r->csrc.p + 4 * i);
}

/* What a header of ours holds: at most one CSRC, the publication's id (sfu/README.md, identity). */
struct rtp_header {
    bool marker;
    bool padded; /* P bit; the caller appends the padding after the payload */
    bool has_csrc;
    uint8_t pt; /* ≤ 127 */
    uint16_t seq;
    uint32_t timestamp;
    uint32_t ssrc;
    uint32_t csrc;
    struct bytes ext_block; /* whole extension with its profile and length words, as rtp_ext_write
                               makes it, a multiple of 4; empty: no X bit */
};

/* Appends the header; the payload follows it. E_FULL; E_RANGE for a bad pt or ext_block. */
MUST_USE enum err rtp_write_header(struct writer *w, const struct rtp_header *h);

/* Appends n bytes of padding (zeros and the count), n = 1 … 255: RFC 3550 §5.1. The header needs
 * .padded. */
MUST_USE enum err rtp_write_padding(struct writer *w, uint8_t n);

#endif
