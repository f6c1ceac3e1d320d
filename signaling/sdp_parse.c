/* SPDX-License-Identifier: Apache-2.0
 * Decides whether a browser's answer or offer is one we can work with, and takes from it what the
 * media plane needs. Lines are read in sdp_read.c. */
#include "signaling/sdp.h"

#include "signaling/sdp_read.h"

#include <string.h>

/* One transport for all m-lines: the first active one says fingerprint and role, the others must
 * not differ. */
struct common {
    bool seen;
    uint8_t fingerprint[SFU_FINGERPRINT];
};

static enum err check_transport(struct common *c, const struct sdp_reader *r,
                                const struct sdp_section *s)
{
    if (!s->rtcp_mux || !s->has_fingerprint || !sdp_is_bundled(r, s->mid))
        return E_UNSUPPORTED;
    if (!c->seen)
        memcpy(c->fingerprint, s->fingerprint, sizeof(c->fingerprint));
    c->seen = true;
    return memcmp(c->fingerprint, s->fingerprint, sizeof(c->fingerprint)) == 0 ? E_OK : E_MALFORMED;
}

/* Of what the slot offered, what stands in the answer under the same numbers. */
static void accept_payloads(struct sfu_slot *slot, const struct sdp_section *s)
{
    struct sfu_payload theirs[SFU_MAX_PAYLOADS];
    uint8_t n_theirs = sdp_choose(s, theirs), n = 0;
    bool rtx = false;
    for (size_t i = 0; i < slot->n_payloads; i++) {
        struct sfu_payload ours = slot->payloads[i];
        for (size_t j = 0; j < n_theirs; j++) {
            if (ours.pt != theirs[j].pt || ours.codec != theirs[j].codec)
                continue;
            slot->payloads[n++] = ours;
            rtx |= ours.codec == SFU_RTX;
            break;
        }
    }
    slot->n_payloads = n;
    if (!rtx)
        slot->rtx_ssrc = 0;
}

/* An extension is in force when the answer has it under the id we offered. */
static void accept_extensions(struct sfu_extensions *out, const struct sfu_extensions *offered,
                              const struct sfu_extensions *theirs)
{
    if (theirs->mid == offered->mid)
        out->mid = offered->mid;
    if (theirs->audio_level == offered->audio_level)
        out->audio_level = offered->audio_level;
    if (theirs->abs_send_time == offered->abs_send_time)
        out->abs_send_time = offered->abs_send_time;
    if (theirs->twcc == offered->twcc)
        out->twcc = offered->twcc;
}

static enum err accept_slot(struct sfu_receive_answer *out, struct common *common,
                            const struct sdp_reader *r, const struct sdp_section *s,
                            const struct sfu_receive_open *open)
{
    struct sfu_slot *slot = &out->slots[out->n_slots++];
    bool video = s->kind == SDP_KIND_VIDEO;
    if (s->kind == SDP_KIND_OTHER || video != (slot->media == SFU_VIDEO) ||
        !bytes_equal(s->mid, bytes_of(slot->mid, slot->mid_len)))
        return E_MALFORMED;
    if (sdp_is_stopped(s) || (s->direction & SDP_RECEIVES) == 0) {
        slot->n_payloads = 0;
        slot->rtx_ssrc = 0;
        return E_OK;
    }
    enum err e = check_transport(common, r, s);
    if (e == E_OK && s->setup != SDP_SETUP_ACTIVE)
        e = E_UNSUPPORTED; /* DTLS: always server; RFC 8842 §5.3 lets an ICE-lite offerer ask so */
    if (e != E_OK)
        return e;
    accept_payloads(slot, s);
    accept_extensions(&out->extensions, &open->extensions, &s->extensions);
    return E_OK;
}

enum err sdp_parse_answer(struct sfu_receive_answer *out, struct bytes text,
                          const struct sfu_receive_open *open)
{
    struct sdp_reader r;
    struct sdp_section s;
    struct common common = {.seen = false};
    memset(out, 0, sizeof(*out));
    out->transport = open->transport;
    memcpy(out->slots, open->slots, sizeof(out->slots));
    enum err e = sdp_reader_init(&r, text);
    while (e == E_OK && (e = sdp_reader_next(&r, &s)) == E_OK) {
        if (out->n_slots == open->n_slots)
            return E_MALFORMED;
        e = accept_slot(out, &common, &r, &s, open);
    }
    if (e != E_NOTFOUND)
        return e;
    if (out->n_slots != open->n_slots)
        return E_MALFORMED;
    memcpy(out->fingerprint, common.fingerprint, sizeof(out->fingerprint));
    return common.seen ? E_OK : E_UNSUPPORTED;
}

/* The same extension must have the same id on all lines of a bundle (RFC 9143 §9.2). */
static bool ids_agree(const struct sfu_extensions *a, const struct sfu_extensions *b)
{
    return (a->mid == 0 || b->mid == 0 || a->mid == b->mid) &&
           (a->audio_level == 0 || b->audio_level == 0 || a->audio_level == b->audio_level) &&
           (a->abs_send_time == 0 || b->abs_send_time == 0 ||
            a->abs_send_time == b->abs_send_time) &&
           (a->twcc == 0 || b->twcc == 0 || a->twcc == b->twcc);
}

static bool mid_is_taken(const struct sdp_send_offer *o, struct bytes mid)
{
    for (size_t i = 0; i < o->n_lines; i++) {
        if (o->lines[i].mid_len > 0 &&
            bytes_equal(mid, bytes_of(o->lines[i].mid, o->lines[i].mid_len)))
            return true;
    }
    return false;
}

static void fill_line(struct sdp_line *line, const struct sdp_section *s)
{
    line->media = s->kind == SDP_KIND_VIDEO ? SFU_VIDEO : SFU_AUDIO;
    line->stopped = sdp_is_stopped(s);
    line->sends = !line->stopped && (s->direction & SDP_SENDS) != 0;
    line->simulcast = s->simulcast;
    line->mid_len = (uint8_t)s->mid.len;
    if (s->mid.len > 0)
        memcpy(line->mid, s->mid.p, s->mid.len);
    line->n_payloads = sdp_choose(s, line->payloads);
    line->feedback_twcc = line->n_payloads > 0 && s->formats[line->payloads[0].pt].twcc;
    line->extensions = s->extensions;
    if (s->simulcast)
        return; /* answered with one layer: which of the SSRCs it has, only the packets tell */
    line->ssrc = s->fid[0] != 0 ? s->fid[0] : s->ssrc;
    line->rtx_ssrc = s->fid[1];
}

/* What a line of the offer must have beside its media. */
static enum err check_line(const struct sdp_send_offer *out, struct common *common,
                           const struct sdp_reader *r, const struct sdp_section *s)
{
    if (s->kind == SDP_KIND_OTHER)
        return E_UNSUPPORTED;
    if (s->mid.len > 0 && mid_is_taken(out, s->mid))
        return E_MALFORMED;
    if (sdp_is_stopped(s))
        return E_OK;
    if (s->mid.len == 0 || s->ufrag.len == 0 || s->pwd.len == 0)
        return E_MALFORMED;
    if (s->setup != SDP_SETUP_ACTPASS && s->setup != SDP_SETUP_ACTIVE)
        return E_UNSUPPORTED;
    for (size_t i = 0; i < out->n_lines; i++) {
        if (!ids_agree(&out->lines[i].extensions, &s->extensions))
            return E_MALFORMED;
    }
    return check_transport(common, r, s);
}

static void copy_credential(char out[SDP_CREDENTIAL_MAX + 1], struct bytes from)
{
    memcpy(out, from.p, from.len);
    out[from.len] = 0;
}

enum err sdp_parse_send_offer(struct sdp_send_offer *out, struct bytes text)
{
    struct sdp_reader r;
    struct sdp_section s;
    struct common common = {.seen = false};
    memset(out, 0, sizeof(*out));
    enum err e = sdp_reader_init(&r, text);
    while (e == E_OK && (e = sdp_reader_next(&r, &s)) == E_OK) {
        bool first = !common.seen;
        e = check_line(out, &common, &r, &s);
        if (e != E_OK)
            break;
        if (first && common.seen) {
            copy_credential(out->ufrag, s.ufrag);
            copy_credential(out->pwd, s.pwd);
        }
        fill_line(&out->lines[out->n_lines++], &s);
    }
    if (e != E_NOTFOUND)
        return e;
    memcpy(out->fingerprint, common.fingerprint, sizeof(out->fingerprint));
    return common.seen ? E_OK : E_UNSUPPORTED;
}
