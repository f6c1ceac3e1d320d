/* SPDX-License-Identifier: Apache-2.0
 * Feedback messages: generic NACK (RFC 4585 §6.2.1), PLI (RFC 4585 §6.3.1), FIR (RFC 5104 §4.3.1),
 * REMB (draft-alvestrand-rmcat-remb-03 §2.2). Thread: any. Views borrow the packet.
 *
 *  |V=2|P|   FMT   |       PT      |          length               |
 *  |                  SSRC of packet sender                        |
 *  |                  SSRC of media source                         |
 *  :            Feedback Control Information (FCI)                 : */
#ifndef SFU_WIRE_RTCP_FB_H
#define SFU_WIRE_RTCP_FB_H

#include "sfu/base/bytes.h"
#include "sfu/base/err.h"
#include "sfu/wire/rtcp.h"

enum rtcp_fb_kind {
    RTCP_FB_OTHER,
    RTCP_FB_NACK,
    RTCP_FB_PLI,
    RTCP_FB_FIR,
    RTCP_FB_REMB,
    RTCP_FB_TWCC
};

/* By PT and FMT, REMB by its name bytes too; RTCP_FB_OTHER for all else. */
enum rtcp_fb_kind rtcp_fb_kind(const struct rtcp *packet);

struct rtcp_nack {
    uint32_t sender_ssrc;
    uint32_t media_ssrc;
    struct bytes fci; /* 4 bytes each: PID (16), BLP (16) */
};

/* All parse functions: E_UNSUPPORTED for another kind, E_MALFORMED for a bad length. */
MUST_USE enum err rtcp_nack_parse(struct rtcp_nack *out, const struct rtcp *packet);

/* The sequence numbers asked for, in packet order; at most cap are stored. Returns how many were
 * stored. */
size_t rtcp_nack_seqs(const struct rtcp_nack *nack, uint16_t *seqs, size_t cap);

/* seqs ascending (modulo 2^16), each within 32768 of the one before; n ≥ 1, else E_RANGE. */
MUST_USE enum err rtcp_nack_write(struct writer *w, uint32_t sender_ssrc, uint32_t media_ssrc,
                                  const uint16_t *seqs, size_t n);

struct rtcp_pli {
    uint32_t sender_ssrc;
    uint32_t media_ssrc;
};
MUST_USE enum err rtcp_pli_parse(struct rtcp_pli *out, const struct rtcp *packet);
MUST_USE enum err rtcp_pli_write(struct writer *w, const struct rtcp_pli *pli);

/* FIR names its targets in the FCI; the media source field is unused (RFC 5104 §4.3.1.2). */
struct rtcp_fir_entry {
    uint32_t ssrc;
    uint8_t seq; /* command number: the same one again is a repetition */
};
struct rtcp_fir {
    uint32_t sender_ssrc;
    struct bytes fci; /* 8 bytes each; read with rtcp_fir_at */
};
MUST_USE enum err rtcp_fir_parse(struct rtcp_fir *out, const struct rtcp *packet);
static inline size_t rtcp_fir_count(const struct rtcp_fir *fir)
{
    return fir->fci.len / 8;
}
/* i < rtcp_fir_count(fir) */
struct rtcp_fir_entry rtcp_fir_at(const struct rtcp_fir *fir, size_t i);
MUST_USE enum err rtcp_fir_write(struct writer *w, uint32_t sender_ssrc,
                                 const struct rtcp_fir_entry *entries, size_t n); /* n 1 … 255 */

struct rtcp_remb {
    uint32_t sender_ssrc;
    uint64_t bps;
    struct bytes ssrcs; /* 4 bytes each */
};
MUST_USE enum err rtcp_remb_parse(struct rtcp_remb *out, const struct rtcp *packet);

/* bps is rounded down to 18 significant bits. E_RANGE: n > 255. */
MUST_USE enum err rtcp_remb_write(struct writer *w, uint32_t sender_ssrc, uint64_t bps,
                                  const uint32_t *ssrcs, size_t n);

#endif
