/* SPDX-License-Identifier: Apache-2.0
 * Decides what a simulated person sends: sound each 20 ms, pictures 15 times a second, repair when
 * asked. */
#include "tests/sim/lesson.h"
#include "tests/sim/person.h"

#include "sfu/wire/red.h"
#include "sfu/wire/rtcp.h"
#include "sfu/wire/rtcp_fb.h"
#include "sfu/wire/rtp_ext.h"
#include "sfu/wire/rtx.h"
#include "sfu/wire/twcc.h"
#include "sfu/wire/vp8.h"

#include <assert.h>
#include <string.h>

enum {
    SOUND_US = 20000,
    PICTURE_US = 66000,
    OPUS = 111,
    RED = 63,
    VP8 = 96,
    RTX = 97,
    SR_US = 1000000
};

static size_t write_packet(struct person *p, unsigned i, uint8_t *b, struct rtp_header h,
                           struct bytes payload)
{
    static const struct rtp_ext_ids ids = {.mid = 1, .audio_level = 2, .twcc = 3};
    uint8_t block[64];
    char mid = (char)('0' + i);
    struct writer ext = writer_over(block, sizeof(block));
    struct rtp_ext x = {.has = RTP_EXT_HAS_MID | RTP_EXT_HAS_TWCC,
                        .mid = bytes_of(&mid, 1),
                        .twcc_seq = p->twcc_seq++};
    if (i == SFU_MICROPHONE) {
        x.has |= RTP_EXT_HAS_AUDIO_LEVEL;
        x.audio_level = p->sources[i].level;
        x.voice = true;
    }
    enum err err = rtp_ext_write(&ext, &ids, &x);
    h.ext_block = writer_bytes(&ext);
    struct writer w = writer_over(b, PERSON_PACKET);
    if (err == E_OK)
        err = rtp_write_header(&w, &h);
    if (err == E_OK)
        err = writer_put(&w, payload);
    assert(err == E_OK);
    (void)err;
    return w.len;
}

static void transmit(struct person *p, uint8_t *b, size_t len)
{
    uint8_t sealed[PERSON_PACKET + 16];
    memcpy(sealed, b, len);
    person_send_sealed(p, &p->send, sealed, len);
}

static void send_sound(struct person *p, unsigned i)
{
    struct source *s = &p->sources[i];
    uint8_t content[CONTENT_BYTES] = {0}, before[CONTENT_BYTES] = {0};
    uint8_t red[200], b[PERSON_PACKET];
    struct bytes payload = bytes_of(content, CONTENT_BYTES);
    content_write(content, s->publication, s->count, 0, 1, false);
    if (p->speaks_red) {
        content_write(before, s->publication, s->count - 1, 0, 1, false);
        struct red r = {
            .count = 2,
            .blocks = {{.pt = OPUS, .offset_rtp = 960, .data = bytes_of(before, CONTENT_BYTES)},
                       {.pt = OPUS, .data = payload}}};
        struct writer w = writer_over(red, sizeof(red));
        enum err err = red_write(&w, &r);
        assert(err == E_OK);
        (void)err;
        payload = writer_bytes(&w);
    }
    struct rtp_header h = {
        .pt = p->speaks_red ? RED : OPUS, .seq = s->seq++, .timestamp = s->ts, .ssrc = s->ssrc};
    transmit(p, b, write_packet(p, i, b, h, payload));
    s->count++;
    s->ts += 960;
}

static size_t picture_part(const struct source *s, uint8_t *out, uint8_t part, uint8_t parts,
                           bool key)
{
    struct writer w = writer_over(out, 200);
    struct vp8 v = {.start = part == 0,
                    .has_picture_id = true,
                    .wide_picture_id = true,
                    .picture_id = s->picture_id & 0x7FFF,
                    .has_tl0picidx = true,
                    .tl0picidx = s->tl0,
                    .has_tid = true};
    enum err err = vp8_write(&w, &v);
    static const uint8_t key_start[10] = {0x10, 0,  0, 0x9D, 0x01,
                                          0x2A, 64, 1, 180,  0}; /* RFC 6386 §9.1 */
    static const uint8_t delta_start[1] = {0x11};
    if (err == E_OK && part == 0)
        err = writer_put(&w, key ? bytes_of(key_start, 10) : bytes_of(delta_start, 1));
    uint8_t content[CONTENT_BYTES] = {0};
    content_write(content, s->publication, s->count, part, parts, key);
    if (err == E_OK)
        err = writer_put(&w, bytes_of(content, CONTENT_BYTES));
    assert(err == E_OK);
    (void)err;
    return w.len;
}

static void send_picture(struct person *p, unsigned i)
{
    struct source *s = &p->sources[i];
    bool key = s->keyframe_wanted;
    uint8_t parts = (uint8_t)(key ? 2 * s->packets_a_frame : s->packets_a_frame);
    s->keyframe_wanted = false;
    s->keyframes += key ? 1U : 0U;
    for (uint8_t part = 0; part < parts; part++) {
        uint8_t payload[200];
        struct kept *k = &s->kept[s->seq % PERSON_KEPT];
        size_t n = picture_part(s, payload, part, parts, key);
        struct rtp_header h = {.marker = part + 1 == parts,
                               .pt = VP8,
                               .seq = s->seq,
                               .timestamp = s->ts,
                               .ssrc = s->ssrc};
        k->seq = s->seq++;
        k->len = write_packet(p, i, k->bytes, h, bytes_of(payload, n));
        transmit(p, k->bytes, k->len);
    }
    s->count++;
    s->picture_id++;
    s->tl0++;
    s->ts += 5940;
}

static void send_report(struct person *p, const struct source *s)
{
    uint8_t b[100];
    struct writer w = writer_over(b, 64);
    struct rtcp_sr sr = {.ssrc = s->ssrc,
                         .ntp = (uint64_t)p->lesson->now * 4294 + ((uint64_t)3900000000U << 32),
                         .rtp_timestamp = s->ts};
    if (rtcp_sr_write(&w, &sr, NULL, 0) == E_OK)
        person_send_sealed(p, &p->send, b, w.len);
}

void person_send_due(struct person *p)
{
    for (unsigned i = 0; i < N_SFU_SOURCE; i++) {
        struct source *s = &p->sources[i];
        bool sound = i == SFU_MICROPHONE || i == SFU_SCREEN_AUDIO;
        if (!s->has || !s->on)
            continue;
        if (s->next < p->lesson->now - 100000)
            s->next = p->lesson->now;
        while (s->next <= p->lesson->now) {
            if (sound)
                send_sound(p, i);
            else
                send_picture(p, i);
            if (s->count % 50 == 1)
                send_report(p, s);
            s->next += sound ? SOUND_US : PICTURE_US;
        }
    }
}

static struct source *source_of(struct person *p, uint32_t ssrc, unsigned *i)
{
    for (*i = 0; *i < N_SFU_SOURCE; (*i)++) {
        if (p->sources[*i].has && p->sources[*i].ssrc == ssrc)
            return &p->sources[*i];
    }
    return NULL;
}

static void send_again(struct person *p, unsigned i, uint16_t seq)
{
    struct source *s = &p->sources[i];
    const struct kept *k = &s->kept[seq % PERSON_KEPT];
    struct rtp rtp;
    uint8_t payload[300], b[PERSON_PACKET];
    if (!p->sends_rtx || k->len == 0 || k->seq != seq ||
        rtp_parse(&rtp, bytes_of(k->bytes, k->len)) != E_OK)
        return;
    struct writer w = writer_over(payload, sizeof(payload));
    struct rtx rtx = {.osn = seq, .payload = rtp.payload};
    enum err err = rtx_write(&w, &rtx);
    assert(err == E_OK);
    (void)err;
    struct rtp_header h = {.marker = rtp.marker,
                           .pt = RTX,
                           .seq = s->rtx_seq++,
                           .timestamp = rtp.timestamp,
                           .ssrc = s->rtx_ssrc};
    transmit(p, b, write_packet(p, i, b, h, writer_bytes(&w)));
}

static void on_nack(struct person *p, const struct rtcp *packet)
{
    struct rtcp_nack nack;
    uint16_t seqs[256];
    unsigned i;
    if (rtcp_nack_parse(&nack, packet) != E_OK || !source_of(p, nack.media_ssrc, &i))
        return;
    size_t n = rtcp_nack_seqs(&nack, seqs, 256);
    p->nacks_got += n;
    for (size_t k = 0; k < n; k++)
        send_again(p, i, seqs[k]);
}

void person_on_feedback(struct person *p, struct bytes compound)
{
    struct rtcp_iter it;
    struct rtcp packet;
    struct rtcp_pli pli;
    unsigned i;
    if (rtcp_iter_init(&it, compound, true) != E_OK) {
        person_mistake(p, "broken feedback");
        return;
    }
    while (rtcp_next(&it, &packet)) {
        if (rtcp_pli_parse(&pli, &packet) == E_OK && source_of(p, pli.media_ssrc, &i)) {
            p->sources[i].keyframe_wanted = !p->deaf;
            p->sources[i].plis++;
        } else if (rtcp_fb_kind(&packet) == RTCP_FB_NACK) {
            on_nack(p, &packet);
        } else if (rtcp_fb_kind(&packet) == RTCP_FB_TWCC) {
            p->feedback_packets++;
        }
    }
}
