/* SPDX-License-Identifier: Apache-2.0
 * Reads, rewrites and writes the VP8 payload descriptor, and looks at the first bytes of a frame
 * for keyframe and size. Which frames are forwarded, and with which numbers, is core's. */
#include "sfu/wire/vp8.h"

enum { X = 0x80, N = 0x20, S = 0x10, PID = 0x07 };          /* first byte */
enum { I = 0x80, L = 0x40, T = 0x20, K = 0x10 };            /* extension byte */
enum { M = 0x80, Y = 0x20, KEYIDX = 0x1F };                 /* PictureID and TID/KEYIDX bytes */
enum { NOT_KEY = 0x01, FRAME_TAG = 3, KEYFRAME_HEAD = 10 }; /* RFC 6386 §9.1 */

/* One byte of the descriptor; past the end it marks the reader as broken instead. */
static uint8_t next_byte(struct bytes *left, bool *broken)
{
    if (left->len == 0) {
        *broken = true;
        return 0;
    }
    uint8_t b = left->p[0];
    *left = bytes_skip(*left, 1);
    return b;
}

static void read_extension(struct vp8 *v, struct bytes *left, bool *broken)
{
    uint8_t flags = next_byte(left, broken);
    v->has_picture_id = (flags & I) != 0;
    v->has_tl0picidx = (flags & L) != 0;
    v->has_tid = (flags & T) != 0;
    v->has_keyidx = (flags & K) != 0;
    if (v->has_picture_id) {
        uint8_t b = next_byte(left, broken);
        v->wide_picture_id = (b & M) != 0;
        v->picture_id = b & 0x7F;
        if (v->wide_picture_id)
            v->picture_id = (uint16_t)(v->picture_id << 8 | next_byte(left, broken));
    }
    if (v->has_tl0picidx)
        v->tl0picidx = next_byte(left, broken);
    if (v->has_tid || v->has_keyidx) {
        /* RFC 7741 §4.2: one byte for both; the half without its flag is ignored */
        uint8_t b = next_byte(left, broken);
        v->tid = v->has_tid ? b >> 6 : 0;
        v->sync = v->has_tid && (b & Y) != 0;
        v->keyidx = v->has_keyidx ? b & KEYIDX : 0;
    }
}

/* RFC 6386 §9.1: frame tag, start code 9d 01 2a, 14 bits each of width and height, little-endian.
 */
static enum err read_frame_start(struct vp8 *v, struct bytes frame)
{
    static const uint8_t start_code[3] = {0x9D, 0x01, 0x2A};
    v->keyframe = (frame.p[0] & NOT_KEY) == 0;
    if (!v->keyframe || frame.len < FRAME_TAG + sizeof(start_code))
        return E_OK;
    if (memcmp(frame.p + FRAME_TAG, start_code, sizeof(start_code)) != 0)
        return E_MALFORMED;
    v->has_size = frame.len >= KEYFRAME_HEAD;
    if (v->has_size) {
        v->width = (uint16_t)((frame.p[7] & 0x3F) << 8 | frame.p[6]);
        v->height = (uint16_t)((frame.p[9] & 0x3F) << 8 | frame.p[8]);
    }
    return E_OK;
}

enum err vp8_parse(struct vp8 *out, struct bytes payload)
{
    struct bytes left = payload;
    bool broken = false;
    uint8_t first = next_byte(&left, &broken);
    struct vp8 v = {
        .non_reference = (first & N) != 0,
        .start = (first & S) != 0,
        .partition = first & PID,
    };
    if (first & X)
        read_extension(&v, &left, &broken);
    if (broken || left.len == 0)
        return E_MALFORMED;
    v.len = payload.len - left.len;
    v.frame_start = v.start && v.partition == 0;
    if (v.frame_start) {
        enum err e = read_frame_start(&v, left);
        if (e != E_OK)
            return e;
    }
    *out = v;
    return E_OK;
}

/* Both numbers behind the two flag bytes; returns where the next field goes. */
static uint8_t *put_numbers(uint8_t *p, const struct vp8 *shape, uint16_t picture_id,
                            uint8_t tl0picidx)
{
    if (shape->has_picture_id && shape->wide_picture_id) {
        put_be16(p, (uint16_t)(M << 8 | (picture_id & 0x7FFF)));
        p += 2;
    } else if (shape->has_picture_id) {
        *p++ = picture_id & 0x7F;
    }
    if (shape->has_tl0picidx)
        *p++ = tl0picidx;
    return p;
}

void vp8_rewrite(uint8_t *payload, const struct vp8 *was, uint16_t picture_id, uint8_t tl0picidx)
{
    if (was->has_picture_id || was->has_tl0picidx)
        put_numbers(payload + 2, was, picture_id, tl0picidx);
}

static bool in_range(const struct vp8 *v)
{
    uint16_t widest = v->wide_picture_id ? 0x7FFF : 0x7F;
    if (v->has_picture_id && v->picture_id > widest)
        return false;
    return v->partition <= PID && v->tid <= 3 && v->keyidx <= KEYIDX;
}

enum err vp8_write(struct writer *w, const struct vp8 *v)
{
    if (!in_range(v))
        return E_RANGE;
    uint8_t d[VP8_DESCRIPTOR_MAX];
    uint8_t *p = d;
    bool extended = v->has_picture_id || v->has_tl0picidx || v->has_tid || v->has_keyidx;
    *p++ = (uint8_t)((extended ? X : 0) | (v->non_reference ? N : 0) | (v->start ? S : 0) |
                     v->partition);
    if (extended) {
        *p++ = (uint8_t)((v->has_picture_id ? I : 0) | (v->has_tl0picidx ? L : 0) |
                         (v->has_tid ? T : 0) | (v->has_keyidx ? K : 0));
        p = put_numbers(p, v, v->picture_id, v->tl0picidx);
    }
    if (v->has_tid || v->has_keyidx)
        *p++ = (uint8_t)((v->has_tid ? v->tid << 6 | (v->sync ? Y : 0) : 0) |
                         (v->has_keyidx ? v->keyidx : 0));
    return writer_put(w, bytes_of(d, (size_t)(p - d)));
}
