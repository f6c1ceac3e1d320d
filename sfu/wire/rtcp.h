/* SPDX-License-Identifier: Apache-2.0
 * RTCP compound packets (RFC 3550 §6.1, checks of appendix A.2; reduced size by RFC 5506 §3.2), and
 * SR, RR, SDES CNAME and BYE in both directions. Feedback is in rtcp_fb.h and twcc.h. Thread: any.
 * Views borrow the packet.
 *
 *  0                   1                   2                   3
 * |V=2|P| count or FMT |      PT       |   length in words − 1    | body …  */
#ifndef SFU_WIRE_RTCP_H
#define SFU_WIRE_RTCP_H

#include "sfu/base/bytes.h"
#include "sfu/base/err.h"

#include <stdbool.h>

enum rtcp_type {
    RTCP_SR = 200, /* RFC 3550 §12.1 */
    RTCP_RR = 201,
    RTCP_SDES = 202,
    RTCP_BYE = 203,
    RTCP_APP = 204,
    RTCP_RTPFB = 205, /* RFC 4585 §6.1 */
    RTCP_PSFB = 206,
    RTCP_XR = 207 /* RFC 3611 §2 */
};

enum { RTCP_HEADER = 4 };
enum { RTCP_MAX_COUNT = 31 };    /* the count field has five bits */
enum { RTCP_REPORT_BYTES = 24 }; /* one report block, RFC 3550 §6.4.1 */

/* One packet of a compound. */
struct rtcp {
    uint8_t count;     /* RC, SC or FMT */
    uint8_t pt;        /* any value; known ones are enum rtcp_type */
    struct bytes body; /* after the 4-byte header, without padding */
};

struct rtcp_iter {
    struct bytes left;
};

/* Checks the whole datagram before anything of it is used: every version is 2, the lengths add up
 * exactly, padding only in the last packet and sound. With reduced == false the first must be SR or
 * RR as well (RFC 3550 §6.1); true accepts RFC 5506. E_MALFORMED. */
MUST_USE enum err rtcp_iter_init(struct rtcp_iter *it, struct bytes compound, bool reduced);
bool rtcp_next(struct rtcp_iter *it, struct rtcp *out);

/* Report block, RFC 3550 §6.4.1. */
struct rtcp_report {
    uint32_t ssrc;
    uint8_t fraction_lost; /* of 256, since the last report */
    int32_t lost;          /* 24 bits, signed, since the start; written clamped */
    uint32_t highest_seq;  /* cycles << 16 | seq */
    uint32_t jitter_rtp;
    uint32_t lsr;  /* middle 32 bits of the last SR's NTP time */
    uint32_t dlsr; /* 1/65536 s since that SR */
};

struct rtcp_sr {
    uint32_t ssrc;
    uint64_t ntp; /* 32.32 fixed-point seconds since 1900 */
    uint32_t rtp_timestamp;
    uint32_t packets;
    uint32_t octets;
};

struct rtcp_reports {
    struct bytes blocks; /* whole blocks only; read with rtcp_report_at */
};

static inline size_t rtcp_report_count(const struct rtcp_reports *r)
{
    return r->blocks.len / RTCP_REPORT_BYTES;
}

/* i < rtcp_report_count(r) */
struct rtcp_report rtcp_report_at(const struct rtcp_reports *r, size_t i);

/* E_UNSUPPORTED: another packet type. E_MALFORMED: shorter than its count says. Profile-specific
 * tails (RFC 3550 §6.4.3) are passed over. */
MUST_USE enum err rtcp_sr_parse(struct rtcp_sr *out, struct rtcp_reports *reports,
                                const struct rtcp *packet);
MUST_USE enum err rtcp_rr_parse(uint32_t *sender_ssrc, struct rtcp_reports *reports,
                                const struct rtcp *packet);

struct rtcp_cname {
    uint32_t ssrc;
    struct bytes cname; /* ≤ 255 bytes, from the network: not text until checked */
};

/* The first CNAME of an SDES packet (RFC 3550 §6.5.1). All chunks are checked. E_NOTFOUND: sound,
 * without one. */
MUST_USE enum err rtcp_sdes_parse(struct rtcp_cname *out, const struct rtcp *packet);

struct rtcp_bye {
    struct bytes ssrcs;  /* 4 bytes each */
    struct bytes reason; /* may be empty */
};
MUST_USE enum err rtcp_bye_parse(struct rtcp_bye *out, const struct rtcp *packet);

/* Each appends one packet; several calls make a compound, SR or RR first. E_FULL; E_RANGE: more
 * than 31 blocks or sources, text > 255 bytes. */
MUST_USE enum err rtcp_sr_write(struct writer *w, const struct rtcp_sr *sr,
                                const struct rtcp_report *reports, size_t n);
MUST_USE enum err rtcp_rr_write(struct writer *w, uint32_t sender_ssrc,
                                const struct rtcp_report *reports, size_t n);
MUST_USE enum err rtcp_sdes_write(struct writer *w, const struct rtcp_cname *cname);
MUST_USE enum err rtcp_bye_write(struct writer *w, const uint32_t *ssrcs, size_t n,
                                 struct bytes reason);

/* Appends the 4-byte header of a packet whose whole size, header included, is bytes (a multiple of
 * 4), and returns where the body goes; NULL when the whole does not fit (then nothing is appended).
 * For the writers. */
uint8_t *rtcp_write_packet(struct writer *w, uint8_t count, uint8_t pt, size_t bytes);

#endif
