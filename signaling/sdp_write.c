/* SPDX-License-Identifier: Apache-2.0
 * Writes our offers and answers, and with them decides bit rates and Opus modes of publishers.
 * Which slots and tracks there are is decided before. */
#include "signaling/sdp.h"

#include <stdarg.h>
#include <stdio.h>

/* Bits a second, until layers and estimation decide: a learner's camera is small, the trainer's
 * larger. */
enum { BPS_CAMERA = 150000, BPS_CAMERA_TRAINER = 500000, BPS_SCREEN = 800000 };

/* The caller's writer with a memory: after the first line that does not fit nothing more is
 * written. */
struct lines {
    struct writer *w;
    bool full;
};

__attribute__((format(printf, 2, 3))) static void line(struct lines *l, const char *format, ...)
{
    size_t room = l->w->cap - l->w->len;
    va_list args;
    va_start(args, format);
    int n = vsnprintf((char *)l->w->p + l->w->len, room, format, args);
    va_end(args);
    if (l->full || n < 0 || (size_t)n + 2 > room) {
        l->full = true;
        return;
    }
    l->w->len += (size_t)n;
    if (writer_put(l->w, bytes_of("\r\n", 2)) != E_OK)
        l->full = true;
}

static void write_session(struct lines *l, const struct sdp_ours *ours)
{
    line(l, "v=0");
    line(l, "o=- %llu %u IN IP4 127.0.0.1", (unsigned long long)(ours->session & INT64_MAX),
         ours->version);
    line(l, "s=-");
    line(l, "t=0 0");
    line(l, "a=ice-lite");
    line(l, "a=msid-semantic: WMS *");
}

static void write_fingerprint(struct lines *l, const uint8_t *fingerprint)
{
    char text[SFU_FINGERPRINT * 3 + 1];
    for (size_t i = 0; i < SFU_FINGERPRINT; i++)
        (void)snprintf(text + 3 * i, 4, "%02X:", fingerprint[i]);
    text[SFU_FINGERPRINT * 3 - 1] = 0;
    line(l, "a=fingerprint:sha-256 %s", text);
}

/* Host candidates of component 1; RFC 8445 §5.1.2.1 with type preference 126 and a local preference
 * that falls along the list. */
static void write_candidates(struct lines *l, const struct sdp_ours *ours)
{
    for (size_t i = 0; i < ours->n_addresses && i < SFU_MAX_ADDRESSES; i++) {
        char ip[ADDR_TEXT];
        uint32_t priority = (126U << 24) + ((65535U - (uint32_t)i) << 8) + 255U;
        line(l, "a=candidate:%zu 1 udp %u %s %u typ host", i + 1, priority,
             addr_write_ip(ip, &ours->addresses[i]), ours->addresses[i].port);
    }
    line(l, "a=end-of-candidates");
}

static void write_transport(struct lines *l, const struct sdp_ours *ours, const char *setup)
{
    line(l, "a=ice-ufrag:%s", ours->ice->ufrag);
    line(l, "a=ice-pwd:%s", ours->ice->pwd);
    write_fingerprint(l, ours->fingerprint);
    line(l, "a=setup:%s", setup);
    line(l, "a=rtcp-mux");
    line(l, "a=rtcp-rsize");
}

static void write_extensions(struct lines *l, const struct sfu_extensions *x, enum sfu_media media)
{
    if (x->audio_level != 0 && media == SFU_AUDIO)
        line(l, "a=extmap:%u urn:ietf:params:rtp-hdrext:ssrc-audio-level", x->audio_level);
    if (x->abs_send_time != 0)
        line(l, "a=extmap:%u http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
             x->abs_send_time);
    if (x->twcc != 0)
        line(l,
             "a=extmap:%u http://www.ietf.org/id/"
             "draft-holmer-rmcat-transport-wide-cc-extensions-01",
             x->twcc);
    if (x->mid != 0)
        line(l, "a=extmap:%u urn:ietf:params:rtp-hdrext:sdes:mid", x->mid);
}

/* m= with the payload types, and the c= line that must follow. */
static void write_media(struct lines *l, enum sfu_media media, const struct sfu_payload *payloads,
                        size_t n, bool rejected)
{
    char list[SFU_MAX_PAYLOADS * 4 + 1] = " 0"; /* a rejected line still names one format */
    size_t at = 0;
    /* RED first: a browser sends the first type of the answer (RFC 3264 §6.1), and loss of voice is
     * repaired only when RED is what is sent; the media plane unwraps it for those without. */
    for (int red = 1; red >= 0; red--)
        for (size_t i = 0; i < n && i < SFU_MAX_PAYLOADS; i++)
            if ((payloads[i].codec == SFU_RED) == (red == 1))
                at += (size_t)snprintf(list + at, sizeof(list) - at, " %u", payloads[i].pt);
    line(l, "m=%s %u UDP/TLS/RTP/SAVPF%s", media == SFU_AUDIO ? "audio" : "video",
         rejected ? 0U : 9U, list);
    line(l, "c=IN IP4 0.0.0.0");
}

static void write_payloads(struct lines *l, const struct sfu_payload *payloads, size_t n,
                           const char *opus_fmtp, bool twcc)
{
    for (size_t i = 0; i < n; i++) {
        const struct sfu_payload *p = &payloads[i];
        switch ((enum sfu_codec)p->codec) {
        case SFU_OPUS:
            line(l, "a=rtpmap:%u opus/48000/2", p->pt);
            line(l, "a=fmtp:%u %s", p->pt, opus_fmtp);
            if (twcc)
                line(l, "a=rtcp-fb:%u transport-cc", p->pt);
            break;
        case SFU_RED:
            line(l, "a=rtpmap:%u red/48000/2", p->pt);
            line(l, "a=fmtp:%u %u/%u", p->pt, p->apt, p->apt);
            break;
        case SFU_VP8:
            line(l, "a=rtpmap:%u VP8/90000", p->pt);
            line(l, "a=rtcp-fb:%u nack", p->pt);
            line(l, "a=rtcp-fb:%u nack pli", p->pt);
            line(l, "a=rtcp-fb:%u ccm fir", p->pt);
            if (twcc)
                line(l, "a=rtcp-fb:%u transport-cc", p->pt);
            line(l, "a=rtcp-fb:%u goog-remb", p->pt);
            break;
        case SFU_RTX:
            line(l, "a=rtpmap:%u rtx/90000", p->pt);
            line(l, "a=fmtp:%u apt=%u", p->pt, p->apt);
            break;
        case N_SFU_CODEC: break;
        }
    }
}

/* Pairs share a stream id, so that the browser keeps them in lip-sync; a free slot has its own. */
static void write_stream(struct lines *l, const struct sfu_slot *s)
{
    char stream[8 + SFU_MAX_MID + 1];
    int mid = s->mid_len;
    if (s->kind == SFU_SLOT_FREE)
        (void)snprintf(stream, sizeof(stream), "free-%.*s", mid, s->mid);
    else
        (void)snprintf(stream, sizeof(stream), "%s",
                       s->kind == SFU_SLOT_STAGE ? "stage" : "screen");
    line(l, "a=msid:%s slot-%.*s", stream, mid, s->mid);
    if (s->rtx_ssrc != 0)
        line(l, "a=ssrc-group:FID %u %u", s->ssrc, s->rtx_ssrc);
    line(l, "a=ssrc:%u cname:%s", s->ssrc, stream);
    if (s->rtx_ssrc != 0)
        line(l, "a=ssrc:%u cname:%s", s->rtx_ssrc, stream);
}

static void write_slot(struct lines *l, const struct sdp_ours *ours,
                       const struct sfu_receive_open *open, size_t i)
{
    const struct sfu_slot *s = &open->slots[i];
    write_media(l, s->media, s->payloads, s->n_payloads, false);
    if (i == 0)
        write_candidates(l, ours);
    write_transport(l, ours, "actpass");
    line(l, "a=mid:%.*s", s->mid_len, s->mid);
    line(l, "a=sendonly");
    write_extensions(l, &open->extensions, s->media);
    write_payloads(l, s->payloads, s->n_payloads, "minptime=10;useinbandfec=1",
                   open->extensions.twcc != 0);
    write_stream(l, s);
}

/* Appends " mid" for each line in the group. */
static void group_add(char *group, size_t cap, size_t *at, const char *mid, uint8_t len)
{
    int n = snprintf(group + *at, cap - *at, " %.*s", len, mid);
    *at += n > 0 && (size_t)n < cap - *at ? (size_t)n : 0;
}

enum { GROUP_MAX = MSG_LINES_MAX * (SFU_MAX_MID + 1) + 1 };

/* Ends a description: all of it or nothing. */
static enum err whole(struct lines *l, size_t start)
{
    if (l->full)
        l->w->len = start;
    return l->full ? E_FULL : E_OK;
}

enum err sdp_write_offer(struct writer *out, const struct sdp_ours *ours,
                         const struct sfu_receive_open *open)
{
    struct lines l = {.w = out};
    size_t start = out->len, at = 0;
    char group[GROUP_MAX] = "";
    for (size_t i = 0; i < open->n_slots; i++)
        group_add(group, sizeof(group), &at, open->slots[i].mid, open->slots[i].mid_len);
    write_session(&l, ours);
    line(&l, "a=extmap-allow-mixed");
    line(&l, "a=group:BUNDLE%s", group);
    for (size_t i = 0; i < open->n_slots; i++)
        write_slot(&l, ours, open, i);
    return whole(&l, start);
}

static const struct sfu_track *track_of(const struct sfu_send_open *open, const struct sdp_line *s)
{
    for (size_t i = 0; i < open->n_tracks; i++) {
        const struct sfu_track *t = &open->tracks[i];
        if (s->mid_len > 0 &&
            bytes_equal(bytes_of(t->mid, t->mid_len), bytes_of(s->mid, s->mid_len)))
            return t;
    }
    return NULL;
}

/* b= of a track (RFC 3890 §6.2); sound is bounded by its fmtp. */
static void write_limit(struct lines *l, const struct sfu_track *t, enum role role)
{
    if (t->source == SFU_CAMERA)
        line(l, "b=TIAS:%d", role == ROLE_TRAINER ? BPS_CAMERA_TRAINER : BPS_CAMERA);
    else if (t->source == SFU_SCREEN)
        line(l, "b=TIAS:%d", BPS_SCREEN);
}

static const char *opus_fmtp(const struct sfu_track *t)
{
    if (t != NULL && t->source == SFU_SCREEN_AUDIO)
        return "minptime=10;useinbandfec=1;usedtx=0;stereo=1;sprop-stereo=1;"
               "maxaveragebitrate=96000";
    return "minptime=10;useinbandfec=1;usedtx=1;stereo=0;maxaveragebitrate=32000"; /* RFC 7587 §6.1
                                                                                    */
}

static bool is_rejected(const struct sdp_line *s)
{
    return s->stopped || s->n_payloads == 0;
}

static void write_line(struct lines *l, const struct sdp_ours *ours, const struct sdp_line *s,
                       const struct sfu_track *t, enum role role)
{
    write_media(l, s->media, s->payloads, s->n_payloads, is_rejected(s));
    if (t != NULL)
        write_limit(l, t, role);
    if (s->mid_len > 0)
        line(l, "a=mid:%.*s", s->mid_len, s->mid);
    line(l, "a=%s", t != NULL ? "recvonly" : "inactive");
    if (is_rejected(s))
        return;
    write_transport(l, ours, "passive");
    write_extensions(l, &s->extensions, s->media);
    write_payloads(l, s->payloads, s->n_payloads, opus_fmtp(t),
                   s->feedback_twcc && s->extensions.twcc != 0);
}

enum err sdp_write_answer(struct writer *out, const struct sdp_ours *ours,
                          const struct sdp_send_offer *offer, const struct sfu_send_open *open,
                          enum role role)
{
    struct lines l = {.w = out};
    size_t start = out->len, at = 0;
    bool candidates = false;
    char group[GROUP_MAX] = "";
    for (size_t i = 0; i < offer->n_lines; i++) {
        if (!is_rejected(&offer->lines[i]))
            group_add(group, sizeof(group), &at, offer->lines[i].mid, offer->lines[i].mid_len);
    }
    write_session(&l, ours);
    line(&l, "a=group:BUNDLE%s", group);
    for (size_t i = 0; i < offer->n_lines; i++) {
        const struct sdp_line *s = &offer->lines[i];
        write_line(&l, ours, s, track_of(open, s), role);
        if (!candidates && !is_rejected(s)) {
            write_candidates(&l, ours);
            candidates = true;
        }
    }
    return whole(&l, start);
}
