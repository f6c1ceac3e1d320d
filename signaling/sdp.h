/* SPDX-License-Identifier: Apache-2.0
 * Offers and answers (RFC 8866, RFC 8829 as far as browsers use them) to and from the pieces of
 * sfu.h. Our numbers are opus 111, RED 63, VP8 96 + RTX 97 and extensions 1..4. Knows no class and
 * no socket. Thread: any. */
#ifndef SIGNALING_SDP_H
#define SIGNALING_SDP_H

#include "sfu/sfu.h"
#include "signaling/msg.h"
#include "signaling/note.h"

enum {
    SDP_OUT_MAX = 64 * 1024, /* bytes to give a writer: PROTOCOL.md §6 */
    SDP_CREDENTIAL_MAX = 256 /* RFC 8839 §5.4: ufrag and pwd have at most 256 characters */
};

/* Fills slots, mids, payloads and extensions of a receive connection: stage and screen pairs, then
 * free slots (PROTOCOL.md §3.1: 5 audio + 4 video for a desktop, 3 + 4 for a phone). SSRCs count up
 * from first_ssrc, which must be random and leave room for 32 (RFC 3550 §8.1). transport and ice
 * are the caller's. */
void sdp_receive_slots(struct sfu_receive_open *open, enum form form, uint32_t first_ssrc);

/* What both writers say of our side. */
struct sdp_ours {
    uint64_t session; /* o= line, below 2^63: RFC 8829 §5.2.1 */
    uint32_t version; /* o= line, grows with each description: the generation */
    const struct sfu_ice *ice;
    const uint8_t *fingerprint;   /* SFU_FINGERPRINT bytes */
    const struct addr *addresses; /* host candidates, best first */
    size_t n_addresses;
};

/* The receive offer. E_FULL: does not fit. */
MUST_USE enum err sdp_write_offer(struct writer *out, const struct sdp_ours *ours,
                                  const struct sfu_receive_open *open);

/* The answer to it. Fills *out (slots as opened, with what the browser accepted; transport copied).
 * E_MALFORMED: not an answer to this offer. E_UNSUPPORTED: without sha-256 fingerprint, rtcp-mux,
 * or not setup:active. */
MUST_USE enum err sdp_parse_answer(struct sfu_receive_answer *out, struct bytes text,
                                   const struct sfu_receive_open *open);

/* One m-line of a client's offer, with what we would take of it. */
struct sdp_line {
    uint8_t media; /* enum sfu_media */
    bool sends;    /* sendonly or sendrecv, and not stopped */
    bool stopped;  /* port 0 without bundle-only */
    bool simulcast;
    uint8_t mid_len;
    char mid[SFU_MAX_MID];
    uint32_t ssrc, rtx_ssrc; /* 0: not said */
    uint8_t n_payloads;
    struct sfu_payload payloads[SFU_MAX_PAYLOADS];
    struct sfu_extensions extensions;
    bool feedback_twcc; /* a=rtcp-fb transport-cc for what we take */
};

struct sdp_send_offer {
    char ufrag[SDP_CREDENTIAL_MAX + 1],
        pwd[SDP_CREDENTIAL_MAX + 1]; /* theirs; a change of both is an ICE restart */
    uint8_t fingerprint[SFU_FINGERPRINT];
    uint8_t n_lines;
    struct sdp_line lines[MSG_LINES_MAX];
};

/* The client's send offer. E_MALFORMED: no SDP or over a limit. E_UNSUPPORTED: m=application, no
 * BUNDLE of all lines, no rtcp-mux, no sha-256 fingerprint, setup:passive. */
MUST_USE enum err sdp_parse_send_offer(struct sdp_send_offer *out, struct bytes text);

/* Tracks of the offer by mid: fills fingerprint, extensions and tracks of *open (transport and ice
 * are the caller's). tracks carry source and publication. E_NOTFOUND: a mid that is not there or
 * does not send. E_EXISTS: a mid or a source named twice. E_UNSUPPORTED: source and medium differ,
 * or no codec of ours. E_FULL: more than SFU_MAX_TRACKS. */
MUST_USE enum err sdp_send_open(struct sfu_send_open *open, const struct sdp_send_offer *offer,
                                const struct note_track *tracks, size_t n_tracks);

/* The answer: each line of the offer, recvonly where a track of *open stands, else inactive. `role`
 * (enum role) steers bit rates. E_FULL: does not fit. */
MUST_USE enum err sdp_write_answer(struct writer *out, const struct sdp_ours *ours,
                                   const struct sdp_send_offer *offer,
                                   const struct sfu_send_open *open, enum role role);

#endif
