/* SPDX-License-Identifier: Apache-2.0
 * VP8 descriptors: written back equal, and rewriting changes the two numbers and nothing else. */
#include "tests/fuzz/replay.h"

#include "sfu/wire/vp8.h"

enum { MAX = 65536 };

static uint8_t room[MAX];

static void same_but_numbers(const struct vp8 *a, const struct vp8 *b)
{
    HOLDS(a->len == b->len && a->start == b->start && a->partition == b->partition);
    HOLDS(a->non_reference == b->non_reference && a->keyframe == b->keyframe);
    HOLDS(a->has_picture_id == b->has_picture_id && a->wide_picture_id == b->wide_picture_id);
    HOLDS(a->has_tl0picidx == b->has_tl0picidx && a->has_tid == b->has_tid && a->tid == b->tid);
    HOLDS(a->sync == b->sync && a->has_keyidx == b->has_keyidx && a->keyidx == b->keyidx);
    HOLDS(a->width == b->width && a->height == b->height);
}

static void rewrite(const uint8_t *data, size_t size, const struct vp8 *v)
{
    struct vp8 now;
    memcpy(room, data, size);
    vp8_rewrite(room, v, 0x5ABC, 0xE7);
    HOLDS(vp8_parse(&now, bytes_of(room, size)) == E_OK);
    same_but_numbers(v, &now);
    HOLDS(!now.has_tl0picidx || now.tl0picidx == 0xE7);
    HOLDS(!now.has_picture_id || now.picture_id == (now.wide_picture_id ? 0x5ABC : 0x3C));
    vp8_rewrite(room, v, v->picture_id, v->tl0picidx);
    HOLDS(memcmp(room, data, size) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vp8 v;
    struct vp8 back;
    if (size > MAX || vp8_parse(&v, bytes_of(data, size)) != E_OK)
        return 0;
    HOLDS(v.len > 0 && v.len <= VP8_DESCRIPTOR_MAX && v.len < size);
    rewrite(data, size, &v);
    struct writer w = writer_over(room, sizeof(room));
    HOLDS(vp8_write(&w, &v) == E_OK && w.len <= v.len);
    HOLDS(writer_put(&w, bytes_skip(bytes_of(data, size), v.len)) == E_OK);
    HOLDS(vp8_parse(&back, writer_bytes(&w)) == E_OK);
    back.len = v.len; /* an extension byte without a field is not written again */
    same_but_numbers(&v, &back);
    HOLDS(back.picture_id == v.picture_id && back.tl0picidx == v.tl0picidx);
    return 0;
}
