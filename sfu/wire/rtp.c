/* SPDX-License-Identifier: Apache-2.0
 * Reads and writes RTP headers. Decides only whether the bytes are an RTP packet; extension
 * elements are rtp_ext.c's, payloads those of their formats. */
#include "sfu/wire/rtp.h"

enum { BIT_PADDING = 0x20, BIT_EXT = 0x10, BIT_MARKER = 0x80 };
enum { EXT_HEAD = 4 }; /* profile and length words, RFC 3550 §5.3.1 */

enum err rtp_parse_header(struct rtp *out, struct bytes packet)
{
    if (packet.len < RTP_HEADER || packet.p[0] >> 6 != 2)
        return E_MALFORMED;
    const uint8_t *p = packet.p;
    size_t csrc_len = 4 * (size_t)(p[0] & 0x0F);
    size_t at = RTP_HEADER + csrc_len;
    if (at > packet.len)
        return E_MALFORMED;
    struct rtp r = {
        .marker = (p[1] & BIT_MARKER) != 0,
        .pt = p[1] & 0x7F,
        .seq = be16(p + 2),
        .timestamp = be32(p + 4),
        .ssrc = be32(p + 8),
        .csrc = bytes_of(p + RTP_HEADER, csrc_len),
        .has_ext = (p[0] & BIT_EXT) != 0,
    };
    if (r.has_ext) {
        if (packet.len - at < EXT_HEAD)
            return E_MALFORMED;
        size_t ext_len = 4 * (size_t)be16(p + at + 2);
        if (packet.len - at - EXT_HEAD < ext_len)
            return E_MALFORMED;
        r.ext_profile = be16(p + at);
        r.ext = bytes_of(p + at + EXT_HEAD, ext_len);
        at += EXT_HEAD + ext_len;
    }
    r.header_len = at;
    r.payload = bytes_of(p + at, packet.len - at);
    *out = r;
    return E_OK;
}

enum err rtp_parse(struct rtp *out, struct bytes packet)
{
    struct rtp r;
    enum err e = rtp_parse_header(&r, packet);
    if (e != E_OK)
        return e;
    if (packet.p[0] & BIT_PADDING) {
        /* RFC 3550 §5.1: the last byte counts the padding, itself included. */
        if (r.payload.len == 0)
            return E_MALFORMED;
        r.padding = r.payload.p[r.payload.len - 1];
        if (r.padding == 0 || r.padding > r.payload.len)
            return E_MALFORMED;
        r.payload.len -= r.padding;
    }
    *out = r;
    return E_OK;
}

enum err rtp_write_header(struct writer *w, const struct rtp_header *h)
{
    size_t ext_len = h->ext_block.len;
    if (h->pt > 127 || ext_len % 4 != 0)
        return E_RANGE;
    if (ext_len > 0 && (size_t)be16(h->ext_block.p + 2) * 4 + EXT_HEAD != ext_len)
        return E_RANGE;
    size_t csrc_len = h->has_csrc ? 4 : 0;
    uint8_t *p = writer_take(w, RTP_HEADER + csrc_len + ext_len);
    if (p == NULL)
        return E_FULL;
    p[0] = (uint8_t)(2 << 6 | (h->padded ? BIT_PADDING : 0) | (ext_len > 0 ? BIT_EXT : 0) |
                     (h->has_csrc ? 1 : 0));
    p[1] = (uint8_t)((h->marker ? BIT_MARKER : 0) | h->pt);
    put_be16(p + 2, h->seq);
    put_be32(p + 4, h->timestamp);
    put_be32(p + 8, h->ssrc);
    if (h->has_csrc)
        put_be32(p + RTP_HEADER, h->csrc);
    if (ext_len > 0)
        memcpy(p + RTP_HEADER + csrc_len, h->ext_block.p, ext_len);
    return E_OK;
}

enum err rtp_write_padding(struct writer *w, uint8_t n)
{
    if (n == 0)
        return E_RANGE;
    uint8_t *p = writer_take(w, n);
    if (p == NULL)
        return E_FULL;
    memset(p, 0, n);
    p[n - 1] = n;
    return E_OK;
}
