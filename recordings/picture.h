/* SPDX-License-Identifier: Apache-2.0
 * Width and height out of a keyframe: VP8 (RFC 6386 §9.1) and VP9 (VP9 Bitstream & Decoding Process
 * Specification v0.6, §6.2 and §7.2). Thread: any. */
#ifndef RECORDINGS_PICTURE_H
#define RECORDINGS_PICTURE_H

#include "recordings/frame.h"

struct picture {
    uint32_t width, height; /* ≥ 1 */
};

/* E_MALFORMED: not a keyframe of this codec, or cut short; E_UNSUPPORTED: sound. */
MUST_USE enum err picture_read(struct picture *out, enum frame_codec codec, struct bytes frame);

#endif
