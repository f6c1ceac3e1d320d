/* SPDX-License-Identifier: Apache-2.0
 * A real amphi-recorder at the other end of a real socket, a folder of its own, and clips played to
 * it: what the server does, for tests. */
#ifndef TESTS_RECORDINGS_STAGE_H
#define TESTS_RECORDINGS_STAGE_H

#include "recordings/disk.h"
#include "recordings/feed.h"
#include "recordings/launch.h"
#include "recordings/manifest.h"
#include "studio.h"

struct stage {
    char root[64];    /* temporary folder */
    char folder[128]; /* of the recording, in it */
    struct launch child;
    struct feed *feed;
    usec zero; /* boot clock at the start of the recording */
    int64_t wall_ms;
    struct disk_limit limit;
    unsigned started, stopped, low_disk, keyframes, failed, closed; /* answers seen */
    uint32_t started_track;
    enum frame_reason reason; /* of the last FAILED */
    usec written[16];         /* by track */
};

struct stage_part {
    const struct studio_clip *clip;
    uint32_t track;
    usec late;         /* added to the clip's times */
    usec from, to;     /* of the clip; outside is not sent */
    size_t lose_every; /* every n-th frame is left out and the next says so; 0: none */
};

usec stage_now(void);
void stage_sleep(usec length);

void stage_begin(struct stage *s, const char *root); /* root NULL: a temporary folder */
void stage_launch(struct stage *s); /* the process and START; waits for STARTED or FAILED */
void stage_open(struct stage *s, uint32_t track, const struct studio_clip *clip);
void stage_mute(struct stage *s, uint32_t track, usec at, bool muted);

/* Plays the parts together, in the order of their times; real: at the speed of the clock, from
 * stage_now() on, else as fast as the recorder takes it. Times are of the recording. until: stops
 * there (0: at the end). */
void stage_play(struct stage *s, const struct stage_part *parts, size_t n, bool real, usec until);

void stage_answers(struct stage *s);      /* reads what is there */
int stage_stop(struct stage *s, usec at); /* STOP, waits for the end: exit status */
void stage_kill(struct stage *s);         /* SIGKILL, and waits */
int stage_hang_up(struct stage *s);       /* closes the socket, waits: exit status */
struct manifest stage_manifest(const struct stage *s);
void stage_end(struct stage *s); /* removes the folder */

#endif
