/* SPDX-License-Identifier: Apache-2.0
 * Reads and writes feedback messages. Decides nothing about them: nack.c and keyframe.c in core do.
 */
#include "sfu/wire/rtcp_fb.h"

/* RFC 4585 §6.2, §6.3; RFC 5104 §4.3.1; draft-alvestrand-rmcat-remb-03 §2.2; twcc.h's draft §3.1 */
enum { FMT_NACK = 1, FMT_TWCC = 15, FMT_PLI = 1, FMT_FIR = 4, FMT_AFB = 15 };
enum { SSRCS = 8 };     /* sender and media source in front of the FCI */
enum { NACK_FCI = 4 };  /* PID and BLP */
enum { FIR_FCI = 8 };   /* SSRC, command number, three reserved bytes */
enum { REMB_HEAD = 8 }; /* "REMB", number of SSRCs, exponent and mantissa */

static bool is_remb(const struct rtcp *packet)
{
    return packet->body.len >= SSRCS + 4 && memcmp(packet->body.p + SSRCS, "REMB", 4) == 0;
}

enum rtcp_fb_kind rtcp_fb_kind(const struct rtcp *packet)
{
    if (packet->pt == RTCP_RTPFB && packet->count == FMT_NACK)
        return RTCP_FB_NACK;
    if (packet->pt == RTCP_RTPFB && packet->count == FMT_TWCC)
        return RTCP_FB_TWCC;
    if (packet->pt != RTCP_PSFB)
        return RTCP_FB_OTHER;
    if (packet->count == FMT_PLI)
        return RTCP_FB_PLI;
    if (packet->count == FMT_FIR)
        return RTCP_FB_FIR;
    if (packet->count == FMT_AFB && is_remb(packet))
        return RTCP_FB_REMB;
    return RTCP_FB_OTHER;
}

enum err rtcp_nack_parse(struct rtcp_nack *out, const struct rtcp *packet)
{
    if (rtcp_fb_kind(packet) != RTCP_FB_NACK)
        return E_UNSUPPORTED;
    struct bytes body = packet->body;
    if (body.len < SSRCS + NACK_FCI || (body.len - SSRCS) % NACK_FCI != 0)
        return E_MALFORMED;
    *out = (struct rtcp_nack){
        .sender_ssrc = be32(body.p),
        .media_ssrc = be32(body.p + 4),
        .fci = bytes_skip(body, SSRCS),
    };
    return E_OK;
}

size_t rtcp_nack_seqs(const struct rtcp_nack *nack, uint16_t *seqs, size_t cap)
{
    size_t n = 0;
    for (size_t at = 0; at + NACK_FCI <= nack->fci.len; at += NACK_FCI) {
        uint16_t pid = be16(nack->fci.p + at);
        /* PID itself, then bit i of BLP for PID + i + 1 */
        uint32_t asked = (uint32_t)be16(nack->fci.p + at + 2) << 1 | 1U;
        for (unsigned i = 0; i <= 16; i++) {
            if ((asked >> i & 1U) == 0)
                continue;
            if (n == cap)
                return n;
            seqs[n++] = (uint16_t)(pid + i);
        }
    }
    return n;
}

/* How many entries the numbers need; with p, writes them. 0: not ascending. */
static size_t nack_entries(uint8_t *p, const uint16_t *seqs, size_t n)
{
    size_t entries = 0;
    uint16_t pid = 0;
    uint16_t blp = 0;
    for (size_t i = 0; i < n; i++) {
        uint16_t step = i == 0 ? 1 : (uint16_t)(seqs[i] - seqs[i - 1]);
        if (step == 0 || step >= 0x8000)
            return 0;
        uint16_t from_pid = (uint16_t)(seqs[i] - pid);
        if (i > 0 && from_pid <= 16) {
            blp = (uint16_t)(blp | 1U << (from_pid - 1));
        } else {
            pid = seqs[i];
            blp = 0;
            entries++;
        }
        if (p != NULL) {
            put_be16(p + (entries - 1) * NACK_FCI, pid);
            put_be16(p + (entries - 1) * NACK_FCI + 2, blp);
        }
    }
    return entries;
}

/* Header and both SSRCs with room for fci_bytes; returns where the FCI goes, NULL when it does not
 * fit. */
static uint8_t *write_fb(struct writer *w, uint8_t pt, uint8_t fmt, const uint32_t ssrcs[2],
                         size_t fci_bytes)
{
    uint8_t *p = rtcp_write_packet(w, fmt, pt, RTCP_HEADER + SSRCS + fci_bytes);
    if (p == NULL)
        return NULL;
    put_be32(p, ssrcs[0]);
    put_be32(p + 4, ssrcs[1]);
    return p + SSRCS;
}

enum err rtcp_nack_write(struct writer *w, uint32_t sender_ssrc, uint32_t media_ssrc,
                         const uint16_t *seqs, size_t n)
{
    size_t entries = nack_entries(NULL, seqs, n);
    if (entries == 0)
        return E_RANGE;
    const uint32_t ssrcs[2] = {sender_ssrc, media_ssrc};
    uint8_t *p = write_fb(w, RTCP_RTPFB, FMT_NACK, ssrcs, entries * NACK_FCI);
    if (p == NULL)
        return E_FULL;
    nack_entries(p, seqs, n);
    return E_OK;
}

enum err rtcp_pli_parse(struct rtcp_pli *out, const struct rtcp *packet)
{
    if (rtcp_fb_kind(packet) != RTCP_FB_PLI)
        return E_UNSUPPORTED;
    if (packet->body.len != SSRCS)
        return E_MALFORMED;
    *out = (struct rtcp_pli){.sender_ssrc = be32(packet->body.p),
                             .media_ssrc = be32(packet->body.p + 4)};
    return E_OK;
}

enum err rtcp_pli_write(struct writer *w, const struct rtcp_pli *pli)
{
    const uint32_t ssrcs[2] = {pli->sender_ssrc, pli->media_ssrc};
    return write_fb(w, RTCP_PSFB, FMT_PLI, ssrcs, 0) == NULL ? E_FULL : E_OK;
}

enum err rtcp_fir_parse(struct rtcp_fir *out, const struct rtcp *packet)
{
    if (rtcp_fb_kind(packet) != RTCP_FB_FIR)
        return E_UNSUPPORTED;
    struct bytes body = packet->body;
    if (body.len < SSRCS + FIR_FCI || (body.len - SSRCS) % FIR_FCI != 0)
        return E_MALFORMED;
    *out = (struct rtcp_fir){.sender_ssrc = be32(body.p), .fci = bytes_skip(body, SSRCS)};
    return E_OK;
}

struct rtcp_fir_entry rtcp_fir_at(const struct rtcp_fir *fir, size_t i)
{
    const uint8_t *p = fir->fci.p + i * FIR_FCI;
    return (struct rtcp_fir_entry){.ssrc = be32(p), .seq = p[4]};
}

enum err rtcp_fir_write(struct writer *w, uint32_t sender_ssrc,
                        const struct rtcp_fir_entry *entries, size_t n)
{
    if (n == 0 || n > 255)
        return E_RANGE;
    const uint32_t ssrcs[2] = {sender_ssrc, 0}; /* RFC 5104 §4.3.1.2: media source SHALL be 0 */
    uint8_t *p = write_fb(w, RTCP_PSFB, FMT_FIR, ssrcs, n * FIR_FCI);
    if (p == NULL)
        return E_FULL;
    memset(p, 0, n * FIR_FCI);
    for (size_t i = 0; i < n; i++, p += FIR_FCI) {
        put_be32(p, entries[i].ssrc);
        p[4] = entries[i].seq;
    }
    return E_OK;
}

/* draft-alvestrand-rmcat-remb-03 §2.2: | "REMB" | Num SSRC (8) | BR Exp (6) | BR Mantissa (18) |
 * SSRCs | */
enum err rtcp_remb_parse(struct rtcp_remb *out, const struct rtcp *packet)
{
    if (rtcp_fb_kind(packet) != RTCP_FB_REMB)
        return E_UNSUPPORTED;
    struct bytes fci = bytes_skip(packet->body, SSRCS);
    if (fci.len < REMB_HEAD || fci.len != REMB_HEAD + 4 * (size_t)fci.p[4])
        return E_MALFORMED;
    unsigned exponent = fci.p[5] >> 2;
    uint64_t mantissa = be24(fci.p + 5) & 0x3FFFFU;
    if (exponent > 0 && mantissa >> (64 - exponent) != 0)
        return E_MALFORMED;
    *out = (struct rtcp_remb){
        .sender_ssrc = be32(packet->body.p),
        .bps = mantissa << exponent,
        .ssrcs = bytes_skip(fci, REMB_HEAD),
    };
    return E_OK;
}

enum err rtcp_remb_write(struct writer *w, uint32_t sender_ssrc, uint64_t bps,
                         const uint32_t *ssrcs, size_t n)
{
    if (n > 255)
        return E_RANGE;
    const uint32_t heads[2] = {sender_ssrc, 0}; /* §2.2: media source is always 0 */
    uint8_t *p = write_fb(w, RTCP_PSFB, FMT_AFB, heads, REMB_HEAD + 4 * n);
    if (p == NULL)
        return E_FULL;
    uint32_t exponent = 0;
    while (bps > 0x3FFFF) {
        bps >>= 1;
        exponent++;
    }
    memcpy(p, "REMB", 4);
    p[4] = (uint8_t)n;
    put_be24(p + 5, exponent << 18 | (uint32_t)bps);
    for (size_t i = 0; i < n; i++)
        put_be32(p + REMB_HEAD + 4 * i, ssrcs[i]);
    return E_OK;
}
