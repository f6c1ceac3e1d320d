/* SPDX-License-Identifier: Apache-2.0
 * Real pictures and sound for the recorder's tests, made with libvpx and libopus from one clock:
 * each full second the picture flashes white for 100 ms and the sound beeps for 100 ms. In between
 * the picture has the grey and the beep the pitch of its person. */
#ifndef TESTS_RECORDINGS_STUDIO_H
#define TESTS_RECORDINGS_STUDIO_H

#include "recordings/frame.h"

enum { STUDIO_FPS = 20, STUDIO_FLASH_US = 100000 };

struct studio_frame {
    uint8_t *p; /* owned by the clip */
    size_t len;
    usec at; /* from the clip's 0 */
    bool key;
};

struct studio_clip {
    struct studio_frame *frames; /* owned */
    size_t n, max;
    enum frame_kind kind;
    enum frame_codec codec;
};

struct studio_shot {
    enum frame_codec codec;
    unsigned width, height;
    unsigned person; /* 1 … 8 */
    double from_s, to_s;
};

unsigned studio_grey(unsigned person);  /* luma, 16 … 235 */
unsigned studio_pitch(unsigned person); /* Hz */

/* Appends pictures; the first of each shot is a keyframe, then one a second. */
void studio_film(struct studio_clip *clip, const struct studio_shot *shot);
/* 20 ms packets. */
struct studio_clip studio_sound(unsigned person, double seconds);
void studio_free(struct studio_clip *clip);

#endif
