/* SPDX-License-Identifier: Apache-2.0
 * Decides which datagrams are worth OpenSSL's time, and what they are when it must not see them. */
#include "sfu/adapt/record.h"

#include <string.h>

enum {
    RECORD_HEADER = 13,
    RECORD_MAX = 16384 + 256, /* RFC 5246 §6.2.3 allows 2048 of expansion; no AEAD needs over 256 */
    TYPE_CHANGE_CIPHER_SPEC = 20, /* RFC 5246 §6.2.1 */
    TYPE_ALERT = 21,
    TYPE_HANDSHAKE = 22,
    HANDSHAKE_HEADER = 12,      /* RFC 6347 §4.2.2 */
    HANDSHAKE_CLIENT_HELLO = 1, /* RFC 5246 §7.4 */
    AEAD_ALERT_MIN =
        2 + 16, /* alert and tag; with AES-GCM 8 bytes of nonce more (CVE-2026-75806) */
};

static bool version_is_dtls1(uint16_t version)
{
    return version == 0xfeff || version == 0xfefd; /* 1.0 in a first ClientHello, 1.2 */
}

static enum err scan_one(uint8_t type, uint16_t epoch, struct bytes body,
                         struct record_summary *out)
{
    if (body.len == 0 || epoch > 1)
        return E_UNSUPPORTED;
    if (type != TYPE_ALERT || epoch != 1 || body.len < AEAD_ALERT_MIN)
        out->only_encrypted_alerts = false;
    switch (type) {
    case TYPE_ALERT: out->alert = true; return E_OK;
    case TYPE_CHANGE_CIPHER_SPEC: out->flight = true; return E_OK;
    case TYPE_HANDSHAKE: break;
    default: return E_UNSUPPORTED;
    }
    if (epoch == 1) {
        out->flight = true;
        return E_OK;
    }
    if (body.len < HANDSHAKE_HEADER)
        return E_MALFORMED;
    if (body.p[0] == HANDSHAKE_CLIENT_HELLO) {
        out->hello = true;
        out->hello_start = out->hello_start || be24(body.p + 6) == 0; /* fragment_offset */
    } else {
        out->flight = true;
    }
    return E_OK;
}

enum err record_scan(struct bytes datagram, struct record_summary *out)
{
    memset(out, 0, sizeof(*out));
    out->only_encrypted_alerts = true;
    if (datagram.len == 0)
        return E_MALFORMED;
    while (datagram.len > 0) {
        const uint8_t *p = datagram.p;
        if (datagram.len < RECORD_HEADER || !version_is_dtls1(be16(p + 1)))
            return E_MALFORMED;
        size_t n = be16(p + 11);
        if (n > datagram.len - RECORD_HEADER)
            return E_MALFORMED;
        if (n > RECORD_MAX)
            return E_UNSUPPORTED;
        enum err e = scan_one(p[0], be16(p + 3), bytes_of(p + RECORD_HEADER, n), out);
        if (e != E_OK)
            return e;
        datagram = bytes_of(p + RECORD_HEADER + n, datagram.len - RECORD_HEADER - n);
    }
    return E_OK;
}
