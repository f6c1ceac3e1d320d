/* SPDX-License-Identifier: Apache-2.0
 * Gives the packets of changing sources the numbers of one output stream: sequence, timestamp, VP8
 * picture id and TL0PICIDX (RFC 7741 §4.2) run on without a break, and no output number is ever
 * given to two inputs (a number is a GCM nonce). Knows no bytes and no receivers; which source and
 * which layer is the caller's. Thread: worker. Pure.
 *
 * Life of a source: rewrite_switch, then packets. Video is dropped until a keyframe starts. Within
 * a source the mapping is in_seq_ext plus a constant; a packet left out on purpose (rewrite_skip)
 * or a lying timestamp begins a new segment with new constants; a jump of more than
 * REWRITE_MAX_JUMP begins as after a switch. */
#ifndef SFU_CORE_REWRITE_H
#define SFU_CORE_REWRITE_H

#include "sfu/base/usec.h"
#include "sfu/wire/vp8.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    REWRITE_HISTORY = 2048,           /* output numbers that can be mapped back; a power of two */
    REWRITE_SEGMENTS = 64,            /* 4 s of leaving out every second frame of 30 a second */
    REWRITE_MAX_JUMP = 3000,          /* N7: more is another epoch */
    REWRITE_TS_TOLERANCE_US = 5000000 /* timestamps this far from elapsed time lie */
};

struct rewrite_config {
    bool video;
    uint32_t clock_hz;
    uint16_t first_seq; /* random; only 15 bits are used, so that the first wrap is far: T6 */
    uint32_t first_ts;  /* random */
    uint16_t first_picture_id; /* random; 15 bits are used */
    uint8_t first_tl0;         /* random */
};

struct rewrite_in {
    uint64_t
        source; /* the caller's name of publication and layer; must be that of the last switch */
    uint64_t seq_ext;
    uint32_t ts;
    bool marker;
    bool keyframe_start;   /* first packet of a keyframe */
    const struct vp8 *vp8; /* borrowed; NULL for other codecs */
};

struct rewrite_out {
    uint64_t seq_ext; /* rollover counter << 16 | seq: RFC 3711 §3.3.1 */
    uint32_t ts;
    uint16_t picture_id; /* in the width of the input */
    uint8_t tl0;
    bool marker;
    bool first; /* of its source: the slot's new mapping is named by this ts */
};

enum rewrite_verdict {
    REWRITE_OK,
    REWRITE_FOREIGN,       /* not the current source */
    REWRITE_WANT_KEYFRAME, /* waiting for one: ask */
    REWRITE_OLD,           /* from before the switch, or beyond the history */
    REWRITE_LEFT_OUT,      /* belongs to what was skipped */
    REWRITE_DUPLICATE
};

/* Inputs in_from <= seq < in_end map to out_from + (seq - in_from). */
struct rewrite_segment {
    uint64_t in_from, in_end; /* in_end UINT64_MAX while it is the newest */
    uint64_t out_from;
    uint64_t source;
    uint32_t epoch;
    uint32_t ts_add;
    uint16_t picture_id_add;
    uint8_t tl0_add;
};

struct rewrite {
    struct rewrite_config cfg;
    uint64_t source;
    bool has_source;
    bool waiting; /* no packet of the source has passed yet */
    bool aligned; /* ts_add is given for the coming start */
    uint32_t aligned_add;
    uint32_t epoch;
    struct rewrite_segment segment[REWRITE_SEGMENTS]; /* ring, newest at segments - 1 */
    uint64_t segments;                                /* ever begun */
    uint64_t highest_in;
    bool sent_any;
    uint64_t highest_out;                /* sent */
    uint64_t sent[REWRITE_HISTORY / 64]; /* which of the newest output numbers were sent */
    uint32_t last_in_ts;                 /* of highest_in */
    uint32_t last_out_ts;
    usec last_at;
    int64_t ts_error_us; /* leaky sum of timestamp advance minus elapsed time */
    uint16_t last_picture_id;
    uint8_t last_tl0;
    bool has_skipped_picture;
    uint16_t skipped_picture_id;
    uint64_t epochs, ts_lies; /* counters */
};

/* Where an output packet came from, and how its fields were made. */
struct rewrite_origin {
    uint64_t source, in_seq_ext;
    uint64_t out_seq_ext;
    uint32_t ts_add;
    uint16_t picture_id_add;
    uint8_t tl0_add;
};

void rewrite_init(struct rewrite *r, const struct rewrite_config *cfg);

/* Another source fills the stream from now on. */
void rewrite_switch(struct rewrite *r, uint64_t source);
/* Same, between layers of one publication whose sender reports say that the new layer's timestamp
 * plus delta_rtp is the old layer's (clock_map_delta). Falls back on elapsed time when that is not
 * believable. */
void rewrite_switch_layer(struct rewrite *r, uint64_t source, uint32_t delta_rtp);
/* The source paused or left: nothing passes until the next switch. */
void rewrite_stop(struct rewrite *r);

enum rewrite_verdict rewrite_packet(struct rewrite *r, usec now, const struct rewrite_in *in,
                                    struct rewrite_out *out);

/* Leaves a packet of the current source out (temporal layers), closing the numbers up. Whole frames
 * only. */
void rewrite_skip(struct rewrite *r, const struct rewrite_in *in);

/* The unwrapped number of a 16-bit one a receiver names, nearest to the newest sent. */
uint64_t rewrite_ext(const struct rewrite *r, uint16_t out_seq);

/* Maps an output number back; false if it was never sent or is too old. */
bool rewrite_find(const struct rewrite *r, uint64_t out_seq_ext, struct rewrite_origin *origin);

/* The fields a stored packet had when it was first sent: marker as in the input. */
void rewrite_again(const struct rewrite_origin *origin, const struct rewrite_in *in,
                   struct rewrite_out *out);

#endif
