/* SPDX-License-Identifier: Apache-2.0
 * Decides when a publisher is asked for a keyframe. Does not know who wants it, nor how it is
 * asked. */
#include "sfu/core/keyframe.h"

#include <string.h>

void keyframe_init(struct keyframe *k, bool screen)
{
    memset(k, 0, sizeof(*k));
    k->interval_us = screen ? KEYFRAME_SCREEN_US : KEYFRAME_CAMERA_US;
    k->last_asked = -k->interval_us;
}

void keyframe_want(struct keyframe *k, usec now)
{
    k->wishes++;
    if (k->state == KEYFRAME_WANTED)
        return;
    k->state = KEYFRAME_WANTED;
    k->last_sign = now;
}

void keyframe_on_packet(struct keyframe *k, usec now)
{
    k->last_sign = now;
    if (k->state == KEYFRAME_GIVEN_UP)
        k->state = KEYFRAME_WANTED;
}

void keyframe_on_keyframe(struct keyframe *k, usec now)
{
    k->arrived++;
    k->last_sign = now;
    k->state = KEYFRAME_IDLE;
}

bool keyframe_poll(struct keyframe *k, usec now)
{
    if (k->state != KEYFRAME_WANTED)
        return false;
    if (now - k->last_sign >= KEYFRAME_GIVE_UP_US) {
        k->state = KEYFRAME_GIVEN_UP;
        return false;
    }
    if (now - k->last_asked < k->interval_us)
        return false;
    k->last_asked = now;
    k->asked++;
    return true;
}

usec keyframe_deadline(const struct keyframe *k)
{
    if (k->state != KEYFRAME_WANTED)
        return USEC_NEVER;
    usec ask = k->last_asked + k->interval_us;
    usec end = k->last_sign + KEYFRAME_GIVE_UP_US;
    return ask < end ? ask : end;
}
