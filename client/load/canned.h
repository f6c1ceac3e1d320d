/* SPDX-License-Identifier: Apache-2.0
 * Two seconds of real VP8 and Opus, encoded once at start and played in a loop by every publisher.
 * Thread: any after init. */
#ifndef CLIENT_LOAD_CANNED_H
#define CLIENT_LOAD_CANNED_H

#include "sfu/base/bytes.h"
#include "sfu/base/err.h"

#include <stdbool.h>

enum {
    CANNED_FPS = 15,
    CANNED_FRAMES = 2 * CANNED_FPS,
    CANNED_AUDIO = 100, /* packets of 20 ms */
};

struct canned {
    struct bytes video[CANNED_FRAMES]; /* owned; the first is a keyframe */
    struct bytes audio[CANNED_AUDIO];  /* owned */
    unsigned
        kbps;    /* set by the caller: made-up frames of so much instead, stamped with their time */
    bool uneven; /* made-up frames: cut as libwebrtc does, the last packets one byte larger */
    bool silent; /* no video at all, stamped audio */
};

/* A picture of width × height at about bps, moving so that the encoder spends it. E_IO: an encoder
 * failed. */
MUST_USE enum err canned_init(struct canned *c, unsigned width, unsigned height, unsigned bps);
void canned_fini(struct canned *c);

#endif
