/* SPDX-License-Identifier: Apache-2.0
 * Decides whether a datagram is a sound RTCP compound, and reads and writes reports, CNAME and BYE.
 * When a report is due is core's. */
#include "sfu/wire/rtcp.h"

enum { BIT_PADDING = 0x20 };
enum { SR_INFO = 24 };   /* SSRC and sender info, RFC 3550 §6.4.1 */
enum { SDES_CNAME = 1 }; /* RFC 3550 §6.5.1 */

/* Size of the packet at the front, 0 when its header is not sound. */
static size_t front_size(struct bytes left)
{
    if (left.len < RTCP_HEADER || left.p[0] >> 6 != 2)
        return 0;
    size_t size = 4 * ((size_t)be16(left.p + 2) + 1);
    return size <= left.len ? size : 0;
}

/* The last byte is the count. RFC 3550 §6.4.1 has it a multiple of four; libwebrtc pads its
 * transport-cc feedback with 1–3 bytes and the P bit, so that is not asked for. */
static bool padding_is_sound(struct bytes packet)
{
    uint8_t n = packet.p[packet.len - 1];
    return n != 0 && n <= packet.len - RTCP_HEADER;
}

enum err rtcp_iter_init(struct rtcp_iter *it, struct bytes compound, bool reduced)
{
    struct bytes left = compound;
    if (left.len < RTCP_HEADER)
        return E_MALFORMED;
    if (!reduced && left.p[1] != RTCP_SR && left.p[1] != RTCP_RR)
        return E_MALFORMED;
    while (left.len > 0) {
        size_t size = front_size(left);
        if (size == 0)
            return E_MALFORMED;
        if ((left.p[0] & BIT_PADDING) != 0 && (size != left.len || !padding_is_sound(left)))
            return E_MALFORMED;
        left = bytes_skip(left, size);
    }
    it->left = compound;
    return E_OK;
}

bool rtcp_next(struct rtcp_iter *it, struct rtcp *out)
{
    size_t size = front_size(it->left);
    if (size == 0)
        return false;
    const uint8_t *p = it->left.p;
    size_t padding = (p[0] & BIT_PADDING) != 0 ? p[size - 1] : 0;
    *out = (struct rtcp){
        .count = p[0] & 0x1F,
        .pt = p[1],
        .body = bytes_of(p + RTCP_HEADER, size - RTCP_HEADER - padding),
    };
    it->left = bytes_skip(it->left, size);
    return true;
}

struct rtcp_report rtcp_report_at(const struct rtcp_reports *r, size_t i)
{
    const uint8_t *p = r->blocks.p + i * RTCP_REPORT_BYTES;
    uint32_t lost = be24(p + 5);
    return (struct rtcp_report){
        .ssrc = be32(p),
        .fraction_lost = p[4],
        .lost = (int32_t)(lost ^ 0x800000U) - 0x800000, /* sign of 24 bits */
        .highest_seq = be32(p + 8),
        .jitter_rtp = be32(p + 12),
        .lsr = be32(p + 16),
        .dlsr = be32(p + 20),
    };
}

/* The count blocks behind the first `fixed` bytes of the body. */
static enum err take_reports(struct rtcp_reports *out, const struct rtcp *packet, size_t fixed)
{
    size_t len = (size_t)packet->count * RTCP_REPORT_BYTES;
    if (packet->body.len < fixed || packet->body.len - fixed < len)
        return E_MALFORMED;
    out->blocks = bytes_of(packet->body.p + fixed, len);
    return E_OK;
}

enum err rtcp_sr_parse(struct rtcp_sr *out, struct rtcp_reports *reports, const struct rtcp *packet)
{
    if (packet->pt != RTCP_SR)
        return E_UNSUPPORTED;
    enum err e = take_reports(reports, packet, SR_INFO);
    if (e != E_OK)
        return e;
    const uint8_t *p = packet->body.p;
    *out = (struct rtcp_sr){
        .ssrc = be32(p),
        .ntp = be64(p + 4),
        .rtp_timestamp = be32(p + 12),
        .packets = be32(p + 16),
        .octets = be32(p + 20),
    };
    return E_OK;
}

enum err rtcp_rr_parse(uint32_t *sender_ssrc, struct rtcp_reports *reports,
                       const struct rtcp *packet)
{
    if (packet->pt != RTCP_RR)
        return E_UNSUPPORTED;
    enum err e = take_reports(reports, packet, 4);
    if (e == E_OK)
        *sender_ssrc = be32(packet->body.p);
    return e;
}

/* Takes one chunk from the front: SSRC, items, then 1–4 zero bytes up to a multiple of 4 (RFC 3550
 * §6.5). cname gets the chunk's first one and stays as it was when there is none. */
static bool take_chunk(struct bytes *left, struct rtcp_cname *cname, bool *found)
{
    if (left->len < 8)
        return false;
    uint32_t ssrc = be32(left->p);
    size_t at = 4;
    while (at < left->len && left->p[at] != 0) {
        if (left->len - at < 2 || left->len - at - 2 < left->p[at + 1])
            return false;
        size_t len = left->p[at + 1];
        if (left->p[at] == SDES_CNAME && !*found) {
            *cname = (struct rtcp_cname){.ssrc = ssrc, .cname = bytes_of(left->p + at + 2, len)};
            *found = true;
        }
        at += 2 + len;
    }
    size_t size = at / 4 * 4 + 4; /* at stands on the first zero byte */
    if (size > left->len)
        return false;
    *left = bytes_skip(*left, size);
    return true;
}

enum err rtcp_sdes_parse(struct rtcp_cname *out, const struct rtcp *packet)
{
    if (packet->pt != RTCP_SDES)
        return E_UNSUPPORTED;
    struct bytes left = packet->body;
    struct rtcp_cname cname = {0};
    bool found = false;
    for (unsigned i = 0; i < packet->count; i++) {
        if (!take_chunk(&left, &cname, &found))
            return E_MALFORMED;
    }
    if (!found)
        return E_NOTFOUND;
    *out = cname;
    return E_OK;
}

enum err rtcp_bye_parse(struct rtcp_bye *out, const struct rtcp *packet)
{
    if (packet->pt != RTCP_BYE)
        return E_UNSUPPORTED;
    size_t len = 4 * (size_t)packet->count;
    if (packet->body.len < len)
        return E_MALFORMED;
    struct rtcp_bye bye = {.ssrcs = bytes_of(packet->body.p, len)};
    struct bytes rest = bytes_skip(packet->body, len);
    if (rest.len > 0) {
        if (rest.p[0] > rest.len - 1)
            return E_MALFORMED;
        bye.reason = bytes_of(rest.p + 1, rest.p[0]);
    }
    *out = bye;
    return E_OK;
}

uint8_t *rtcp_write_packet(struct writer *w, uint8_t count, uint8_t pt, size_t bytes)
{
    uint8_t *p = writer_take(w, bytes);
    if (p == NULL)
        return NULL;
    p[0] = (uint8_t)(2 << 6 | count);
    p[1] = pt;
    put_be16(p + 2, (uint16_t)(bytes / 4 - 1));
    return p + RTCP_HEADER;
}

static void write_reports(uint8_t *p, const struct rtcp_report *reports, size_t n)
{
    for (size_t i = 0; i < n; i++, p += RTCP_REPORT_BYTES) {
        const struct rtcp_report *r = &reports[i];
        int32_t lost = r->lost;
        if (lost > 0x7FFFFF)
            lost = 0x7FFFFF;
        if (lost < -0x800000)
            lost = -0x800000;
        put_be32(p, r->ssrc);
        p[4] = r->fraction_lost;
        put_be24(p + 5, (uint32_t)lost & 0xFFFFFFU);
        put_be32(p + 8, r->highest_seq);
        put_be32(p + 12, r->jitter_rtp);
        put_be32(p + 16, r->lsr);
        put_be32(p + 20, r->dlsr);
    }
}

enum err rtcp_sr_write(struct writer *w, const struct rtcp_sr *sr,
                       const struct rtcp_report *reports, size_t n)
{
    if (n > RTCP_MAX_COUNT)
        return E_RANGE;
    size_t size = RTCP_HEADER + SR_INFO + n * RTCP_REPORT_BYTES;
    uint8_t *p = rtcp_write_packet(w, (uint8_t)n, RTCP_SR, size);
    if (p == NULL)
        return E_FULL;
    put_be32(p, sr->ssrc);
    put_be64(p + 4, sr->ntp);
    put_be32(p + 12, sr->rtp_timestamp);
    put_be32(p + 16, sr->packets);
    put_be32(p + 20, sr->octets);
    write_reports(p + SR_INFO, reports, n);
    return E_OK;
}

enum err rtcp_rr_write(struct writer *w, uint32_t sender_ssrc, const struct rtcp_report *reports,
                       size_t n)
{
    if (n > RTCP_MAX_COUNT)
        return E_RANGE;
    size_t size = RTCP_HEADER + 4 + n * RTCP_REPORT_BYTES;
    uint8_t *p = rtcp_write_packet(w, (uint8_t)n, RTCP_RR, size);
    if (p == NULL)
        return E_FULL;
    put_be32(p, sender_ssrc);
    write_reports(p + 4, reports, n);
    return E_OK;
}

enum err rtcp_sdes_write(struct writer *w, const struct rtcp_cname *cname)
{
    size_t len = cname->cname.len;
    if (len > 255)
        return E_RANGE;
    size_t chunk = (4 + 2 + len) / 4 * 4 + 4; /* at least one zero byte ends the items */
    uint8_t *p = rtcp_write_packet(w, 1, RTCP_SDES, RTCP_HEADER + chunk);
    if (p == NULL)
        return E_FULL;
    memset(p, 0, chunk);
    put_be32(p, cname->ssrc);
    p[4] = SDES_CNAME;
    p[5] = (uint8_t)len;
    if (len > 0)
        memcpy(p + 6, cname->cname.p, len);
    return E_OK;
}

enum err rtcp_bye_write(struct writer *w, const uint32_t *ssrcs, size_t n, struct bytes reason)
{
    if (n > RTCP_MAX_COUNT || reason.len > 255)
        return E_RANGE;
    size_t reason_size = reason.len == 0 ? 0 : (1 + reason.len + 3) / 4 * 4;
    uint8_t *p = rtcp_write_packet(w, (uint8_t)n, RTCP_BYE, RTCP_HEADER + 4 * n + reason_size);
    if (p == NULL)
        return E_FULL;
    for (size_t i = 0; i < n; i++, p += 4)
        put_be32(p, ssrcs[i]);
    if (reason_size > 0) {
        memset(p, 0, reason_size);
        p[0] = (uint8_t)reason.len;
        memcpy(p + 1, reason.p, reason.len);
    }
    return E_OK;
}
