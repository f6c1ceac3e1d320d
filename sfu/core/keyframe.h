/* SPDX-License-Identifier: Apache-2.0
 * When to ask a publisher for a keyframe of one layer: merges everybody's wishes, paces them (N9),
 * repeats until one arrives. How it is asked (PLI, RFC 4585 §6.3.1) is the caller's. Thread:
 * worker. Pure. */
#ifndef SFU_CORE_KEYFRAME_H
#define SFU_CORE_KEYFRAME_H

#include "sfu/base/usec.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    KEYFRAME_CAMERA_US = 500000,  /* N9: at most one request per layer each 500 ms */
    KEYFRAME_SCREEN_US = 2000000, /* a screen's keyframe is large */
    KEYFRAME_GIVE_UP_US = 5000000 /* without any packet: the layer is paused or gone */
};

enum keyframe_state {
    KEYFRAME_IDLE,
    KEYFRAME_WANTED,
    KEYFRAME_GIVEN_UP /* still wanted, but nothing arrives; the next packet resumes */
};

struct keyframe {
    enum keyframe_state state;
    usec interval_us;
    usec last_asked;                 /* -interval before the first */
    usec last_sign;                  /* last packet, or the wish that began the waiting */
    uint64_t wishes, asked, arrived; /* counters */
};

void keyframe_init(struct keyframe *k, bool screen);
void keyframe_want(struct keyframe *k, usec now);
void keyframe_on_packet(struct keyframe *k, usec now); /* any packet of the layer */
void keyframe_on_keyframe(struct keyframe *k,
                          usec now); /* its first packet arrived: nobody waits any more */
bool keyframe_poll(struct keyframe *k, usec now); /* true: send one request now */
usec keyframe_deadline(const struct keyframe *k);

#endif
