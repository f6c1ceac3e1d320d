/* SPDX-License-Identifier: Apache-2.0
 * What a recording consists of: tracks, their files (segments), holes and marks, and the rules that
 * keep the table consistent. JSON is manifest_json.h, the disk manifest_file.h. Thread: owner's.
 * init/fini pair. Times: milliseconds of the recording's clock, 0 = the start of the recording. */
#ifndef RECORDINGS_MANIFEST_H
#define RECORDINGS_MANIFEST_H

#include "recordings/frame.h"

enum {
    MANIFEST_SEGMENTS_MAX = 16384,
    MANIFEST_SPANS_MAX = 65536, /* gaps and muted spans of all tracks; later ones lengthen the last
                                   of their segment */
    MANIFEST_MARKS_MAX = 65536,
    MANIFEST_FILE_MAX = 48 /* a file's name with the final 0 */
};

/* running: being recorded (or cut off, when no recorder has the folder); finished: stopped as it
 * should; recovered: cut off, its files repaired afterwards. */
enum manifest_state { MANIFEST_RUNNING, MANIFEST_FINISHED, MANIFEST_RECOVERED, N_MANIFEST_STATE };

/* open: being written; closed: finished by the recorder; repaired: cut off, repaired; lost: nothing
 * in it could be played. */
enum segment_state {
    SEGMENT_OPEN,
    SEGMENT_CLOSED,
    SEGMENT_REPAIRED,
    SEGMENT_LOST,
    N_SEGMENT_STATE
};

enum span_kind { SPAN_GAP, SPAN_MUTED, N_SPAN_KIND };

struct manifest_track {
    uint32_t number; /* 1 … FRAME_TRACKS_MAX */
    uint32_t person;
    uint32_t publication;
    enum frame_kind kind;
    enum frame_codec codec;
};

struct manifest_segment {
    uint32_t track;  /* number */
    uint32_t number; /* of this track: 1, 2, … */
    enum segment_state state;
    int64_t offset_ms;      /* what the file's 0 is on the recording's clock; -1: no frame yet */
    int64_t end_ms;         /* end of the last frame; -1: no frame yet */
    uint32_t width, height; /* of the first picture; 0 for sound */
};

struct manifest_span {
    uint32_t segment; /* index in segments */
    enum span_kind kind;
    int64_t from_ms, to_ms; /* to_ms -1: lasts still */
};

struct manifest_mark {
    int64_t at_ms;
    uint64_t number;
};

struct manifest {
    char id[FRAME_ID_MAX + 1], class_id[FRAME_ID_MAX + 1];
    enum manifest_state state;
    int64_t started_wall_ms;       /* Unix time of the recording's 0 */
    usec started_boot;             /* boot clock of the recording's 0 */
    int64_t end_ms;                /* -1 while running */
    struct manifest_track *tracks; /* owned tables, grown in steps up to their ceilings */
    struct manifest_segment *segments;
    struct manifest_span *spans;
    struct manifest_mark *marks;
    uint32_t n_tracks, n_segments, n_spans, n_marks;
    uint32_t max_tracks, max_segments, max_spans, max_marks;
};

void manifest_init(struct manifest *m);
void manifest_fini(struct manifest *m);

/* E_RANGE: an id that is empty, too long or not [A-Za-z0-9_-]. */
MUST_USE enum err manifest_begin(struct manifest *m, struct bytes id, struct bytes class_id);

/* Recording continues after its recorder or its machine went away: the clock goes on. When the boot
 * clock no longer fits the wall clock (a reboot), wall time places the recording's 0. */
void manifest_resume(struct manifest *m, int64_t wall_ms, usec boot);

/* A time of the boot clock on the recording's clock, ms rounded down; before the start is 0. */
int64_t manifest_ms(const struct manifest *m, usec boot);

/* A new track; E_EXISTS: the number is taken by a different one (same person, publication, kind and
 * codec is E_OK: another segment follows). E_FULL, E_NOMEM, E_RANGE. */
MUST_USE enum err manifest_add_track(struct manifest *m, const struct manifest_track *t);
const struct manifest_track *manifest_track(const struct manifest *m,
                                            uint32_t number); /* or NULL */

/* The next segment of a track, open; its index in *index. E_NOTFOUND, E_FULL, E_NOMEM. */
MUST_USE enum err manifest_add_segment(struct manifest *m, uint32_t track, uint32_t *index);

/* E_FULL when even lengthening is impossible (no earlier span of this segment and kind). */
MUST_USE enum err manifest_add_span(struct manifest *m, const struct manifest_span *span);
/* Ends the span of this kind that lasts still, if there is one. */
void manifest_end_span(struct manifest *m, uint32_t segment, enum span_kind kind, int64_t at_ms);
MUST_USE enum err manifest_add_mark(struct manifest *m, int64_t at_ms, uint64_t number);

/* Every span that lasts still ends with its segment. end_ms of the recording: the later of at_ms
 * and the last segment's end. */
void manifest_finish(struct manifest *m, enum manifest_state state, int64_t at_ms);

/* "0003-camera-2.webm": track, kind, segment. Written by us, so it is no path. */
struct manifest_file {
    char name[MANIFEST_FILE_MAX];
};
struct manifest_file manifest_file(const struct manifest *m, const struct manifest_segment *s);

/* The rules, for a table that came from outside: E_MALFORMED when a reference, an order or a number
 * is not what this header says. */
MUST_USE enum err manifest_check(const struct manifest *m);

/* Words of the JSON; never NULL. */
const char *manifest_state_name(enum manifest_state s);
const char *segment_state_name(enum segment_state s);
const char *frame_kind_name(enum frame_kind k);
const char *frame_codec_name(enum frame_codec c);

#endif
