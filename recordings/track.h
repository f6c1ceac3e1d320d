/* SPDX-License-Identifier: Apache-2.0
 * Decides for one track what becomes of each frame: written at which time of the file, dropped, or
 * the beginning of a new segment; which silence stands for sound that was not sent; and which gaps
 * the manifest tells. Thread: the recorder's. No memory of its own. Times: microseconds, capture
 * times on the boot clock, positions from the file's zero. */
#ifndef RECORDINGS_TRACK_H
#define RECORDINGS_TRACK_H

#include "recordings/frame.h"

enum {
    TRACK_SILENCE_SHORT_US = 20000,
    TRACK_SILENCE_LONG_US = 120000, /* the longest Opus packet, RFC 6716 §3.4 R5 */
};

#define TRACK_STEP_US    USEC_MS(1)   /* the file's clock; two frames never share a tick */
#define TRACK_OVERLAP_US USEC_MS(60)  /* sound this far behind what is written is dropped */
#define TRACK_GAP_US     USEC_MS(100) /* shorter holes are filled, but not worth a word */
#define TRACK_FILL_MAX   USEC_S(300)  /* a longer silence ends the file; the next has its offset */

/* Silent Opus packets (fullband CELT, mono): 20 ms, and six such frames in one packet. */
extern const struct bytes track_silence_short, track_silence_long;

struct track {
    enum frame_kind kind;
    enum frame_codec codec;
    bool begun;    /* the file has its first frame */
    bool need_key; /* video: nothing until one comes */
    bool lost;     /* something was dropped since the last written frame */
    bool muted;
    usec zero; /* capture time at the file's 0 */
    usec last; /* position of the last frame written */
    usec end;  /* sound: where the last packet ends; picture: as last */
    uint64_t dropped;
};

enum track_verdict { TRACK_WRITE, TRACK_DROP, TRACK_NEXT_SEGMENT };

struct track_plan {
    enum track_verdict verdict;
    usec position;                          /* WRITE */
    usec silence_from;                      /* WRITE: silence before it begins here … */
    uint32_t long_silences, short_silences; /* … first the long packets, then the short */
    bool gap; /* tell the manifest: [gap_from, gap_to) are capture times */
    usec gap_from, gap_to;
    bool want_keyframe; /* DROP: until one comes; how often to ask is the caller's */
};

struct track_frame {
    usec captured;
    bool key;
    bool gap_before;
    usec duration; /* sound; 0 for pictures */
};

void track_init(struct track *t, enum frame_kind kind, enum frame_codec codec);

/* What to do with f. After WRITE the track stands behind it. NEXT_SEGMENT: end the file, call
 * track_next_segment and ask again. */
struct track_plan track_take(struct track *t, const struct track_frame *f);
void track_next_segment(struct track *t);

/* A frame was lost behind track_take (the writer is 2 s behind): the next one stands after a gap.
 */
void track_lost(struct track *t);

/* Capture time behind the last frame written; 0 before the first. */
usec track_end(const struct track *t);

#endif
