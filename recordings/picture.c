/* SPDX-License-Identifier: Apache-2.0
 * Width and height out of a keyframe. Decides nothing about them. */
#include "recordings/picture.h"

struct bits {
    struct bytes b;
    size_t at; /* in bits */
};

static uint32_t bits_take(struct bits *r, unsigned n)
{
    uint32_t v = 0;
    for (unsigned i = 0; i < n; i++, r->at++) {
        uint32_t bit = 0;
        if (r->at / 8 < r->b.len)
            bit = (uint32_t)(r->b.p[r->at / 8] >> (7 - r->at % 8)) & 1U;
        v = (v << 1) | bit;
    }
    return v;
}

/* RFC 6386 §9.1: three bytes of frame tag, start code 9d 01 2a, then 14 bits each (2 of scale). */
static enum err vp8(struct picture *out, struct bytes f)
{
    if (f.len < 10 || (f.p[0] & 1) != 0 || f.p[3] != 0x9d || f.p[4] != 0x01 || f.p[5] != 0x2a)
        return E_MALFORMED;
    out->width = (f.p[6] | (uint32_t)f.p[7] << 8) & 0x3fff;
    out->height = (f.p[8] | (uint32_t)f.p[9] << 8) & 0x3fff;
    return out->width > 0 && out->height > 0 ? E_OK : E_MALFORMED;
}

/* color_config() of VP9 §6.2.2; 0 when reserved bits are set. */
static bool vp9_color(struct bits *r, uint32_t profile)
{
    enum { CS_RGB = 7 };
    if (profile >= 2)
        (void)bits_take(r, 1); /* ten_or_twelve_bit */
    bool chroma = profile == 1 || profile == 3;
    if (bits_take(r, 3) == CS_RGB)
        return chroma && bits_take(r, 1) == 0;
    (void)bits_take(r, 1); /* color_range */
    return !chroma || (bits_take(r, 2) <= 3 && bits_take(r, 1) == 0);
}

/* uncompressed_header() of VP9 §6.2 up to frame_size(). */
static enum err vp9(struct picture *out, struct bytes f)
{
    struct bits r = {.b = f};
    if (bits_take(&r, 2) != 2) /* frame_marker */
        return E_MALFORMED;
    uint32_t low = bits_take(&r, 1);
    uint32_t profile = low | bits_take(&r, 1) << 1;
    if (profile == 3 && bits_take(&r, 1) != 0)
        return E_MALFORMED;
    if (bits_take(&r, 2) != 0) /* show_existing_frame; frame_type, 0: key */
        return E_MALFORMED;
    (void)bits_take(&r, 2); /* show_frame, error_resilient_mode */
    if (bits_take(&r, 24) != 0x498342 || !vp9_color(&r, profile))
        return E_MALFORMED;
    out->width = bits_take(&r, 16) + 1;
    out->height = bits_take(&r, 16) + 1;
    return r.at <= 8 * f.len ? E_OK : E_MALFORMED;
}

enum err picture_read(struct picture *out, enum frame_codec codec, struct bytes frame)
{
    switch (codec) {
    case FRAME_VP8: return vp8(out, frame);
    case FRAME_VP9: return vp9(out, frame);
    case FRAME_OPUS:
    case N_FRAME_CODEC: break;
    }
    return E_UNSUPPORTED;
}
