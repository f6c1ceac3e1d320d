/* SPDX-License-Identifier: Apache-2.0
 * VP8 payload descriptor (RFC 7741 §4.2) and the first bytes of its payload header (§4.3, RFC 6386
 * §9.1). Thread: any. Says what stands there; whether a frame is forwarded is core's.
 *
 *       0 1 2 3 4 5 6 7
 *      +-+-+-+-+-+-+-+-+
 *      |X|R|N|S|R| PID | (REQUIRED)
 *  X:  |I|L|T|K| RSV   |
 *  I:  |M| PictureID   |   M: 15 bits, a second byte follows
 *  L:  |   TL0PICIDX   |
 *  T/K:|TID|Y| KEYIDX  | */
#ifndef SFU_WIRE_VP8_H
#define SFU_WIRE_VP8_H

#include "sfu/base/bytes.h"
#include "sfu/base/err.h"

#include <stdbool.h>

enum { VP8_DESCRIPTOR_MAX = 6 }; /* bytes */

struct vp8 {
    bool non_reference;   /* N: can be dropped without harm */
    bool start;           /* S: start of a partition */
    uint8_t partition;    /* PID, 3 bits */
    bool has_picture_id;  /* I */
    bool wide_picture_id; /* M: 15 bits, else 7 */
    uint16_t picture_id;
    bool has_tl0picidx; /* L */
    uint8_t tl0picidx;
    bool has_tid;           /* T */
    uint8_t tid;            /* 2 bits */
    bool sync;              /* Y: depends on the base layer only; with T */
    bool has_keyidx;        /* K */
    uint8_t keyidx;         /* 5 bits */
    size_t len;             /* of the descriptor; the VP8 payload starts here */
    bool frame_start;       /* S and PID 0: the first packet of a frame */
    bool keyframe;          /* frame_start and P bit 0 */
    bool has_size;          /* keyframe with its size in this packet */
    uint16_t width, height; /* 14 bits each, without scaling */
};

/* E_MALFORMED: descriptor beyond the end, no VP8 payload behind it, or a keyframe without its start
 * code. */
MUST_USE enum err vp8_parse(struct vp8 *out, struct bytes payload);

/* Writes other numbers over those of a descriptor that vp8_parse read from the same bytes; fields
 * it lacks stay absent, the length never changes, a 7-bit picture id takes the low 7 bits. */
void vp8_rewrite(uint8_t *payload, const struct vp8 *was, uint16_t picture_id, uint8_t tl0picidx);

/* Appends a descriptor (not the payload behind it; len, keyframe and size are not looked at).
 * E_FULL; E_RANGE. */
MUST_USE enum err vp8_write(struct writer *w, const struct vp8 *v);

#endif
