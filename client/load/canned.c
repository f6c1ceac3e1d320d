/* SPDX-License-Identifier: Apache-2.0
 * Encodes a moving pattern with libvpx and a tone with libopus, so that what the server forwards is
 * valid media. */
#include "client/load/canned.h"

#include "sfu/base/mem.h"

#include <opus/opus.h>
#include <vpx/vp8cx.h>
#include <vpx/vpx_encoder.h>

#include <math.h>
#include <stdint.h>

static enum err keep(struct bytes *out, const void *p, size_t len)
{
    uint8_t *copy = mem_alloc(len);
    if (!copy)
        return E_NOMEM;
    memcpy(copy, p, len);
    *out = bytes_of(copy, len);
    return E_OK;
}

static void draw(const vpx_image_t *image, unsigned frame)
{
    for (unsigned y = 0; y < image->d_h; y++)
        for (unsigned x = 0; x < image->d_w; x++)
            image->planes[0][y * (unsigned)image->stride[0] + x] =
                (uint8_t)(((x * 3 + frame * 7) ^ (y * 5 + frame * 3)) & 0x7f);
    for (unsigned plane = 1; plane < 3; plane++)
        for (unsigned y = 0; y < image->d_h / 2; y++)
            memset(image->planes[plane] + y * (unsigned)image->stride[plane],
                   (int)(100 + 4 * (frame % 10)), image->d_w / 2);
}

static enum err encode_frame(vpx_codec_ctx_t *codec, const vpx_image_t *image, unsigned frame,
                             struct bytes *out)
{
    vpx_codec_iter_t iter = NULL;
    const vpx_codec_cx_pkt_t *packet;
    const vpx_enc_frame_flags_t flags = frame == 0 ? VPX_EFLAG_FORCE_KF : 0;

    if (vpx_codec_encode(codec, image, frame, 1, flags, VPX_DL_REALTIME) != VPX_CODEC_OK)
        return E_IO;
    while ((packet = vpx_codec_get_cx_data(codec, &iter)))
        if (packet->kind == VPX_CODEC_CX_FRAME_PKT)
            return keep(out, packet->data.frame.buf, packet->data.frame.sz);
    return E_IO; /* no frame dropping is configured, so each input gives one */
}

static enum err encode_video(struct canned *c, unsigned width, unsigned height, unsigned bps)
{
    vpx_codec_enc_cfg_t config;
    vpx_codec_ctx_t codec;
    vpx_image_t image;
    enum err e = E_OK;

    if (vpx_codec_enc_config_default(vpx_codec_vp8_cx(), &config, 0) != VPX_CODEC_OK)
        return E_IO;
    config.g_w = width;
    config.g_h = height;
    config.g_timebase = (struct vpx_rational){1, CANNED_FPS};
    config.rc_target_bitrate = bps / 1000;
    config.rc_end_usage = VPX_CBR;
    config.g_lag_in_frames = 0;
    config.kf_mode = VPX_KF_DISABLED;
    if (!vpx_img_alloc(&image, VPX_IMG_FMT_I420, width, height, 16))
        return E_NOMEM;
    if (vpx_codec_enc_init(&codec, vpx_codec_vp8_cx(), &config, 0) != VPX_CODEC_OK) {
        vpx_img_free(&image);
        return E_IO;
    }
    for (unsigned i = 0; i < CANNED_FRAMES && e == E_OK; i++) {
        draw(&image, i);
        e = encode_frame(&codec, &image, i, &c->video[i]);
    }
    vpx_codec_destroy(&codec);
    vpx_img_free(&image);
    return e;
}

static enum err encode_audio(struct canned *c)
{
    enum { RATE = 48000, SAMPLES = RATE / 50 };
    int status;
    uint8_t packet[1275]; /* RFC 6716 §3.2.1: the largest frame */
    opus_int16 pcm[SAMPLES];
    enum err e = E_OK;
    OpusEncoder *encoder = opus_encoder_create(RATE, 1, OPUS_APPLICATION_VOIP, &status);

    if (!encoder)
        return E_NOMEM;
    opus_encoder_ctl(encoder, OPUS_SET_BITRATE(32000));
    for (unsigned i = 0; i < CANNED_AUDIO && e == E_OK; i++) {
        for (unsigned k = 0; k < SAMPLES; k++)
            pcm[k] = (opus_int16)(8000 * sin(2 * M_PI * 440 * (double)(i * SAMPLES + k) / RATE));
        const opus_int32 len = opus_encode(encoder, pcm, SAMPLES, packet, sizeof(packet));
        e = len > 0 ? keep(&c->audio[i], packet, (size_t)len) : E_IO;
    }
    opus_encoder_destroy(encoder);
    return e;
}

enum err canned_init(struct canned *c, unsigned width, unsigned height, unsigned bps)
{
    *c = (struct canned){0};
    enum err e = encode_video(c, width, height, bps);
    if (e == E_OK)
        e = encode_audio(c);
    if (e != E_OK)
        canned_fini(c);
    return e;
}

static void release(struct bytes *owned)
{
    // NOLINTNEXTLINE(performance-no-int-to-ptr): takes the const away, no number is involved
    mem_free((void *)(uintptr_t)owned->p);
    *owned = (struct bytes){0};
}

void canned_fini(struct canned *c)
{
    for (unsigned i = 0; i < CANNED_FRAMES; i++)
        release(&c->video[i]);
    for (unsigned i = 0; i < CANNED_AUDIO; i++)
        release(&c->audio[i]);
    *c = (struct canned){0};
}
