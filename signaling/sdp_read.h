/* SPDX-License-Identifier: Apache-2.0
 * One pass over an SDP, section by section (RFC 8866 §5), keeping what WebRTC uses of it. Inside
 * signaling's SDP files only. Thread: any. Everything read is a view of the text. */
#ifndef SIGNALING_SDP_READ_H
#define SIGNALING_SDP_READ_H

#include "signaling/sdp.h"

enum { SDP_FORMATS = 128 }; /* payload types are 7 bits: RFC 3550 §5.1 */

enum sdp_kind { SDP_KIND_OTHER, SDP_KIND_AUDIO, SDP_KIND_VIDEO };
enum sdp_setup { SDP_SETUP_NONE, SDP_SETUP_ACTPASS, SDP_SETUP_ACTIVE, SDP_SETUP_PASSIVE };
enum { SDP_SENDS = 1, SDP_RECEIVES = 2 }; /* seen from who wrote the SDP */

struct sdp_format {
    uint8_t codec; /* enum sfu_codec + 1; 0 = not one of ours */
    uint8_t apt;   /* of RTX and RED; UINT8_MAX = not said */
    bool twcc;     /* a=rtcp-fb transport-cc */
};

/* The session level, or one m-line with what it inherits from there. */
struct sdp_section {
    uint8_t kind; /* enum sdp_kind */
    uint16_t port;
    bool bundle_only, rtcp_mux, simulcast, has_fingerprint;
    uint8_t direction; /* SDP_SENDS | SDP_RECEIVES */
    uint8_t setup;     /* enum sdp_setup */
    struct bytes mid, ufrag, pwd;
    uint8_t fingerprint[SFU_FINGERPRINT];
    struct sfu_extensions extensions;
    uint32_t ssrc, fid[2]; /* the first a=ssrc, the first a=ssrc-group:FID; 0 = none */
    uint8_t n_listed;
    uint8_t listed[SDP_FORMATS]; /* payload types in the order of the m= line */
    struct sdp_format formats[SDP_FORMATS];
};

struct sdp_reader {
    struct bytes rest;
    struct bytes bundle; /* mids of the first a=group:BUNDLE, by spaces */
    struct sdp_section session;
    unsigned n_sections;
};

/* Reads up to the first m=. E_MALFORMED. */
MUST_USE enum err sdp_reader_init(struct sdp_reader *r, struct bytes text);

/* The next m-line. E_NOTFOUND: that was all. E_MALFORMED: not SDP, or more than MSG_LINES_MAX. */
MUST_USE enum err sdp_reader_next(struct sdp_reader *r, struct sdp_section *out);

bool sdp_is_bundled(const struct sdp_reader *r, struct bytes mid);

/* Port 0 without bundle-only: rejected in an answer, stopped in an offer (RFC 9143 §6). */
bool sdp_is_stopped(const struct sdp_section *s);

/* What we take of an m-line: opus with its RED, or VP8 with its RTX, in the author's numbers.
 * Returns how many. */
uint8_t sdp_choose(const struct sdp_section *s, struct sfu_payload out[SFU_MAX_PAYLOADS]);

#endif
