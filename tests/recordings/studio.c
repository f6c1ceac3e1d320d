/* SPDX-License-Identifier: Apache-2.0
 * Flashes and beeps as real VP8, VP9 and Opus. */
#include "studio.h"

#include <opus/opus.h>
#include <vpx/vp8cx.h>
#include <vpx/vpx_encoder.h>

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

unsigned studio_grey(unsigned person)
{
    return 40 + 15 * person;
}

unsigned studio_pitch(unsigned person)
{
    return 400 + 150 * person;
}

static bool flashing(usec at)
{
    return at % USEC_S(1) < STUDIO_FLASH_US;
}

static void append(struct studio_clip *c, const void *p, size_t len, usec at, bool key)
{
    if (c->n == c->max) {
        c->max = c->max == 0 ? 256 : c->max * 2;
        c->frames = realloc(c->frames, c->max * sizeof(*c->frames));
    }
    struct studio_frame *f = &c->frames[c->n++];
    *f = (struct studio_frame){.p = malloc(len), .len = len, .at = at, .key = key};
    memcpy(f->p, p, len);
}

static void paint(vpx_image_t *image, usec at, unsigned person)
{
    int luma = flashing(at) ? 235 : (int)studio_grey(person);
    for (unsigned y = 0; y < image->d_h; y++)
        memset(image->planes[0] + y * (unsigned)image->stride[0], luma, image->d_w);
    for (int plane = 1; plane < 3; plane++)
        for (unsigned y = 0; y < (image->d_h + 1) / 2; y++)
            memset(image->planes[plane] + y * (unsigned)image->stride[plane], 128,
                   (image->d_w + 1) / 2);
    /* Something that moves, so that a delta frame has something to say. */
    memset(image->planes[0] + (unsigned)(at / 50000 % image->d_h) * (unsigned)image->stride[0], 90,
           image->d_w / 4);
}

void studio_film(struct studio_clip *clip, const struct studio_shot *s)
{
    vpx_codec_iface_t *iface = s->codec == FRAME_VP8 ? vpx_codec_vp8_cx() : vpx_codec_vp9_cx();
    vpx_codec_enc_cfg_t cfg;
    vpx_codec_ctx_t encoder;
    vpx_image_t image;
    assert(vpx_codec_enc_config_default(iface, &cfg, 0) == VPX_CODEC_OK);
    cfg.g_w = s->width;
    cfg.g_h = s->height;
    cfg.g_timebase = (vpx_rational_t){1, STUDIO_FPS};
    cfg.g_lag_in_frames = 0;
    cfg.rc_target_bitrate = 300;
    cfg.kf_mode = VPX_KF_DISABLED;
    assert(vpx_codec_enc_init(&encoder, iface, &cfg, 0) == VPX_CODEC_OK);
    (void)vpx_codec_control_(&encoder, VP8E_SET_CPUUSED, 8);
    assert(vpx_img_alloc(&image, VPX_IMG_FMT_I420, s->width, s->height, 16) != NULL);
    clip->kind = FRAME_CAMERA;
    clip->codec = s->codec;
    long first = lround(s->from_s * STUDIO_FPS);
    for (long i = first; i < lround(s->to_s * STUDIO_FPS); i++) {
        usec at = (usec)i * USEC_S(1) / STUDIO_FPS;
        bool key = i == first || i % STUDIO_FPS == 0;
        paint(&image, at, s->person);
        assert(vpx_codec_encode(&encoder, &image, i - first, 1, key ? VPX_EFLAG_FORCE_KF : 0,
                                VPX_DL_REALTIME) == VPX_CODEC_OK);
        vpx_codec_iter_t iter = NULL;
        const vpx_codec_cx_pkt_t *pkt = vpx_codec_get_cx_data(&encoder, &iter);
        if (pkt != NULL && pkt->kind == VPX_CODEC_CX_FRAME_PKT)
            append(clip, pkt->data.frame.buf, pkt->data.frame.sz, at,
                   (pkt->data.frame.flags & VPX_FRAME_IS_KEY) != 0);
    }
    vpx_img_free(&image);
    (void)vpx_codec_destroy(&encoder);
}

struct studio_clip studio_sound(unsigned person, double seconds)
{
    enum { SAMPLES = 960 }; /* 20 ms */
    struct studio_clip clip = {.kind = FRAME_AUDIO, .codec = FRAME_OPUS};
    int err = 0;
    OpusEncoder *encoder = opus_encoder_create(48000, 1, OPUS_APPLICATION_AUDIO, &err);
    assert(err == OPUS_OK);
    for (long i = 0; i < lround(seconds * 50); i++) {
        float pcm[SAMPLES];
        uint8_t packet[1500];
        for (long k = 0; k < SAMPLES; k++) {
            long n = i * SAMPLES + k;
            bool on = flashing((usec)n * 1000 / 48);
            double w = 2 * 3.14159265358979 * studio_pitch(person) / 48000;
            pcm[k] = on ? (float)(0.5 * sin(w * (double)n)) : 0.0F;
        }
        int len = opus_encode_float(encoder, pcm, SAMPLES, packet, sizeof(packet));
        assert(len > 0);
        append(&clip, packet, (size_t)len, (usec)i * 20000, true);
    }
    opus_encoder_destroy(encoder);
    return clip;
}

void studio_free(struct studio_clip *clip)
{
    for (size_t i = 0; i < clip->n; i++)
        free(clip->frames[i].p);
    free(clip->frames);
    *clip = (struct studio_clip){0};
}
