/* SPDX-License-Identifier: Apache-2.0
 * What one recorder holds, shared by recorder.c (messages, seconds, the end) and recorder_track.c
 * (frames of one track). Private to these two. Thread: the program's. */
#ifndef RECORDINGS_RECORDER_STATE_H
#define RECORDINGS_RECORDER_STATE_H

#include "recordings/manifest.h"
#include "recordings/pipeline.h"
#include "recordings/sync.h"
#include "recordings/track.h"

enum { RECORDER_OPEN_MAX = 128 }; /* tracks at a time; as many again may be closing */

#define RECORDER_KEYFRAME_US USEC_MS(500) /* a keyframe is not asked for more often */

/* A file being written or finished. */
struct outlet {
    struct pipeline *pipeline; /* owned; NULL: the entry is free */
    uint32_t number;           /* of the track */
    uint32_t segment;          /* index in the manifest */
    unsigned slot;             /* of sync */
    usec zero;                 /* capture time at the file's 0 */
    usec end;                  /* capture time behind the last frame */
    usec told;                 /* WRITTEN was said up to here */
    bool ending;               /* no more frames */
    bool synced_last;          /* sync knows that nothing follows */
};

/* A track between OPEN and CLOSE. */
struct intake {
    uint32_t number; /* 0: the entry is free */
    struct track track;
    struct outlet *outlet; /* borrowed; NULL: no file yet */
    usec keyframe_asked;
    bool failed;      /* frames are ignored until the track is opened anew */
    uint32_t partial; /* bytes of the frame that is being put together */
    bool has_segment; /* `segment` is valid: the last one of this opening */
    uint32_t segment;
};

struct recorder {
    int fd;  /* owned: the socket */
    int dir; /* owned: the folder; −1: not begun */
    char folder[FRAME_DIRECTORY_MAX + 1];
    struct manifest manifest;
    struct disk_limit limit;
    struct sync *sync; /* owned */
    struct intake intakes[RECORDER_OPEN_MAX];
    struct outlet outlets[2 * RECORDER_OPEN_MAX];
    bool stopping, gone, low, refused; /* how it ends */
    usec stop_at;                      /* boot clock of the stop on the recording's clock */
    usec give_up_at;                   /* files not finished by then are cut off and repaired */
    usec next_second;
    uint8_t whole[FRAME_BYTES_MAX]; /* parts of one frame, in order */
    uint32_t whole_track;           /* whose; 0: nobody's */
};

usec recorder_now(void); /* boot clock */
void recorder_answer(struct recorder *r, const struct frame_msg *m);
void recorder_save_now(struct recorder *r);

struct intake *intake_of(struct recorder *r, uint32_t number); /* NULL: not open */
void intake_open(struct recorder *r, const struct frame_msg *m);
void intake_part(struct recorder *r, const struct frame_msg *m);
void intake_mute(struct recorder *r, const struct frame_msg *m);
void intake_close(struct recorder *r, struct intake *in);

/* Moves endings along; true while some file is not finished. */
bool outlets_turn(struct recorder *r);
void outlets_second(struct recorder *r);  /* positions to the manifest and to sync */
void outlets_cut_off(struct recorder *r); /* at once, without their index */

#endif
