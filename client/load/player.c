/* SPDX-License-Identifier: Apache-2.0
 * Cuts frames into packets. Made-up packets carry no picture, but a descriptor and a keyframe's
 * header that a server reads, and the time at which they were sent. */
#include "client/load/player.h"

#include "client/load/tally.h"
#include "sfu/wire/rtp.h"
#include "sfu/wire/rtp_ext.h"
#include "sfu/wire/vp8.h"

#include <string.h>

enum {
    PAYLOAD_MAX =
        1100, /* VP8 bytes a packet: header, descriptor, extension and tag stay below 1200 */
    MADE_UP_FPS = 30,
    MADE_UP_PAYLOAD = 1160,             /* of a made-up packet, descriptor included */
    MADE_UP_PACKET = 1200,              /* what it counts for in the rate */
    MADE_UP_AUDIO = 80,                 /* bytes: Opus at 32 kbit/s */
    AUDIO_EVERY = 20000,                /* µs */
    VIDEO_EVERY = 1000000 / CANNED_FPS, /* µs */
    LEVEL_SPEAKING = 30,                /* −dBov: RFC 6464 §3 */
};

static void emit(struct player *p, const struct rtp_header *h, const struct rtp_ext *ext,
                 struct bytes descriptor, struct bytes payload)
{
    static const struct rtp_ext_ids ids = {.audio_level = 1, .mid = 4};
    uint8_t block[RTP_EXT_BLOCK_MAX], packet[PLAYER_PACKET];
    struct writer b = writer_over(block, sizeof(block)),
                  w = writer_over(packet, sizeof(packet) - PLAYER_TRAILER);
    struct rtp_header header = *h;

    if (rtp_ext_write(&b, &ids, ext) != E_OK)
        return;
    header.ext_block = bytes_of(block, b.len);
    if (rtp_write_header(&w, &header) == E_OK && writer_put(&w, descriptor) == E_OK &&
        writer_put(&w, payload) == E_OK)
        p->sink(p->ctx, packet, w.len);
}

static bool stamps(const struct player *p)
{
    return p->canned->kbps > 0 || p->canned->silent;
}

static void send_audio(struct player *p, usec now)
{
    const struct rtp_ext ext = {.has = RTP_EXT_HAS_MID | RTP_EXT_HAS_AUDIO_LEVEL,
                                .mid = bytes_of("0", 1),
                                .audio_level = LEVEL_SPEAKING,
                                .voice = true};
    const struct rtp_header h = {
        .pt = PT_OPUS, .seq = p->audio_seq++, .timestamp = p->audio_ts, .ssrc = p->audio_ssrc};
    uint8_t made_up[MADE_UP_AUDIO] = {0x78}; /* one frame of 20 ms, CELT: RFC 6716 §3.1 */
    struct bytes payload = p->canned->audio[p->audio_at];
    if (stamps(p)) {
        stamp_write(made_up, sizeof(made_up), now);
        payload = bytes_of(made_up, sizeof(made_up));
    }
    emit(p, &h, &ext, bytes_of("", 0), payload);
    p->audio_at = (p->audio_at + 1) % CANNED_AUDIO;
    p->audio_ts += 960; /* 20 ms at 48 kHz */
}

/* One packet of a frame. */
static void send_part(struct player *p, struct bytes part, bool first, bool last)
{
    const struct rtp_ext ext = {.has = RTP_EXT_HAS_MID, .mid = bytes_of("1", 1)};
    const struct vp8 v = {.start = first,
                          .has_picture_id = true,
                          .wide_picture_id = true,
                          .picture_id = p->picture_id & 0x7fff};
    uint8_t descriptor[VP8_DESCRIPTOR_MAX];
    struct writer d = writer_over(descriptor, sizeof(descriptor));
    const struct rtp_header h = {.marker = last,
                                 .pt = PT_VP8,
                                 .seq = p->video_seq++,
                                 .timestamp = p->video_ts,
                                 .ssrc = p->video_ssrc};
    if (vp8_write(&d, &v) == E_OK)
        emit(p, &h, &ext, bytes_of(descriptor, d.len), part);
}

static void send_canned(struct player *p)
{
    const struct bytes frame = p->canned->video[p->video_at];
    for (size_t at = 0; at < frame.len; at += PAYLOAD_MAX) {
        const size_t n = frame.len - at < PAYLOAD_MAX ? frame.len - at : PAYLOAD_MAX;
        send_part(p, bytes_of(frame.p + at, n), at == 0, at + n == frame.len);
    }
    p->video_at = (p->video_at + 1) % CANNED_FRAMES;
    p->video_ts += 90000 / CANNED_FPS;
}

static void send_made_up(struct player *p, usec now)
{
    /* Frame tag with P = 0, start code and 640 × 360 (RFC 6386 §9.1), or a tag with P = 1. */
    static const uint8_t key[] = {0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01};
    uint8_t part[MADE_UP_PAYLOAD] = {0x11};
    enum { DESCRIPTOR = 4 };
    p->credit += p->canned->kbps * 1000 / MADE_UP_FPS;
    const unsigned n = p->credit / (MADE_UP_PACKET * 8);
    p->credit -= n * MADE_UP_PACKET * 8;
    const bool keyframe = p->video_at == 0;
    const size_t size = MADE_UP_PAYLOAD - DESCRIPTOR;
    /* libwebrtc makes parts equal, and the last few a byte larger where that does not divide. */
    const unsigned larger = p->canned->uneven && n > 0 ? p->picture_id % n : 0;
    for (unsigned i = 0; i < n; i++) {
        const size_t len = !p->canned->uneven ? size : i >= n - larger ? size - 8 : size - 9;
        memset(part, 0, sizeof(part));
        part[0] = 0x11;
        if (i == 0 && keyframe)
            memcpy(part, key, sizeof(key));
        stamp_write(part, len, now);
        send_part(p, bytes_of(part, len), i == 0, i + 1 == n);
    }
    p->video_at = n > 0 ? 1 : p->video_at;
    p->video_ts += 90000 / MADE_UP_FPS;
}

static void send_frame(struct player *p, usec now)
{
    if (p->canned->kbps > 0)
        send_made_up(p, now);
    else
        send_canned(p);
    p->picture_id++;
}

void player_start(struct player *p, usec now)
{
    p->next_audio = now;
    p->next_video = p->canned->silent ? USEC_NEVER : now;
}

void player_on_time(struct player *p, usec now)
{
    const usec frame = p->canned->kbps > 0 ? 1000000 / MADE_UP_FPS : VIDEO_EVERY;
    for (; now >= p->next_audio; p->next_audio += AUDIO_EVERY)
        send_audio(p, now);
    for (; now >= p->next_video; p->next_video += frame)
        send_frame(p, now);
}

void player_keyframe(struct player *p)
{
    p->video_at = 0;
}
