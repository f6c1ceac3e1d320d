/* SPDX-License-Identifier: Apache-2.0
 * What a publisher sends and when: canned media in a loop, or made-up frames of a stated rate.
 * Makes RTP packets; does not protect or send them. Thread: the loop's. */
#ifndef CLIENT_LOAD_PLAYER_H
#define CLIENT_LOAD_PLAYER_H

#include "client/load/canned.h"
#include "sfu/base/usec.h"

#include <stdint.h>

enum { PLAYER_PACKET = 1500, PLAYER_TRAILER = 32 /* room for protection */ };

/* Gets each packet, PLAYER_PACKET bytes of room, to protect in place. */
typedef void player_sink(void *ctx, uint8_t *packet, size_t len);

struct player {
    const struct canned *canned; /* borrowed */
    player_sink *sink;
    void *ctx;
    uint32_t audio_ssrc, video_ssrc;
    uint16_t audio_seq, video_seq, picture_id;
    uint32_t audio_ts, video_ts;
    unsigned audio_at, video_at; /* index in the loop; 0: a keyframe */
    unsigned credit;             /* made-up frames: bits not sent yet */
    usec next_audio, next_video;
};

void player_start(struct player *p, usec now);
void player_on_time(struct player *p, usec now);
void player_keyframe(struct player *p); /* asked for: the next frame is one */

#endif
