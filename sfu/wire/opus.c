/* SPDX-License-Identifier: Apache-2.0
 * Reads what an Opus packet says about itself in its first one or two bytes. The sound is the
 * decoder's. */
#include "sfu/wire/opus.h"

/* RFC 6716 §3.1, table 2: four configurations each of SILK, then pairs of Hybrid, then fours of
 * CELT. */
static void read_config(struct toc *t)
{
    static const uint32_t silk_us[4] = {10000, 20000, 40000, 60000};
    static const uint32_t hybrid_us[2] = {10000, 20000};
    static const uint32_t celt_us[4] = {2500, 5000, 10000, 20000};
    if (t->config < 12) {
        t->mode = TOC_SILK;
        t->frame_us = silk_us[t->config % 4];
    } else if (t->config < 16) {
        t->mode = TOC_HYBRID;
        t->frame_us = hybrid_us[t->config % 2];
    } else {
        t->mode = TOC_CELT;
        t->frame_us = celt_us[t->config % 4];
    }
}

/* RFC 6716 §3.2: number of frames by code; 0 when the packet breaks R3, R4 or R5. */
static uint8_t read_frames(struct bytes payload)
{
    switch (payload.p[0] & 3) {
    case 0: return 1;
    case 1: return (payload.len - 1) % 2 == 0 ? 2 : 0;
    case 2: return payload.len >= 2 ? 2 : 0;
    default: return payload.len >= 2 ? payload.p[1] & 0x3F : 0;
    }
}

enum err toc_parse(struct toc *out, struct bytes payload)
{
    if (payload.len == 0)
        return E_MALFORMED;
    struct toc t = {
        .config = payload.p[0] >> 3,
        .stereo = (payload.p[0] & 4) != 0,
        .frames = read_frames(payload),
        .dtx = payload.len <= 2,
    };
    read_config(&t);
    t.duration_us = t.frames * t.frame_us;
    if (t.frames == 0 || t.duration_us > TOC_MAX_DURATION_US)
        return E_MALFORMED;
    *out = t;
    return E_OK;
}
