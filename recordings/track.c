/* SPDX-License-Identifier: Apache-2.0
 * Decides what becomes of each frame of a track: time in the file, silence, gaps, new segments.
 * Knows neither files nor containers. */
#include "recordings/track.h"

/* TOC 0xF8: config 31 (CELT fullband 20 ms), mono, one frame; 0xFB: the same, code 3. RFC 6716
 * §3.1. The frame FF FE decodes to silence. */
static const uint8_t silence_short[] = {0xf8, 0xff, 0xfe};
static const uint8_t silence_long[] = {0xfb, 0x06, 0xff, 0xfe, 0xff, 0xfe, 0xff,
                                       0xfe, 0xff, 0xfe, 0xff, 0xfe, 0xff, 0xfe};
const struct bytes track_silence_short = {silence_short, sizeof(silence_short)};
const struct bytes track_silence_long = {silence_long, sizeof(silence_long)};

void track_init(struct track *t, enum frame_kind kind, enum frame_codec codec)
{
    *t = (struct track){.kind = kind, .codec = codec, .need_key = kind != FRAME_AUDIO};
}

void track_next_segment(struct track *t)
{
    t->begun = false;
    t->need_key = t->kind != FRAME_AUDIO;
}

void track_lost(struct track *t)
{
    t->lost = true;
    t->dropped++;
}

usec track_end(const struct track *t)
{
    return t->begun ? t->zero + t->end : 0;
}

static struct track_plan drop(struct track *t)
{
    track_lost(t);
    return (struct track_plan){.verdict = TRACK_DROP};
}

static void begin(struct track *t, usec captured)
{
    t->begun = true;
    t->zero = captured;
    t->last = -TRACK_STEP_US;
    t->end = 0;
}

/* The gap runs from where the written frames end; muted time is told as muted, not as lost. */
static void tell_gap(const struct track *t, struct track_plan *p, usec to, bool flagged)
{
    bool long_enough = t->kind == FRAME_AUDIO && to - t->end >= TRACK_GAP_US && !t->muted;
    if (!flagged && !t->lost && !long_enough)
        return;
    p->gap = to > t->end;
    p->gap_from = t->zero + t->end;
    p->gap_to = t->zero + to;
}

static void fill_silence(const struct track *t, struct track_plan *p, usec to)
{
    usec hole = to - t->end + TRACK_SILENCE_SHORT_US / 4; /* jitter is not a missing packet */
    if (hole < TRACK_SILENCE_SHORT_US)
        return;
    p->silence_from = t->end > t->last ? t->end : t->last + TRACK_STEP_US;
    p->long_silences = (uint32_t)(hole / TRACK_SILENCE_LONG_US);
    p->short_silences = (uint32_t)(hole % TRACK_SILENCE_LONG_US / TRACK_SILENCE_SHORT_US);
}

static struct track_plan take_sound(struct track *t, const struct track_frame *f)
{
    struct track_plan p = {.verdict = TRACK_WRITE};
    if (!t->begun)
        begin(t, f->captured);
    usec at = f->captured - t->zero;
    if (at < t->end - TRACK_OVERLAP_US)
        return drop(t);
    if (at - t->end > TRACK_FILL_MAX) {
        p.verdict = TRACK_NEXT_SEGMENT;
        return p;
    }
    tell_gap(t, &p, at, f->gap_before);
    fill_silence(t, &p, at);
    if (p.long_silences + p.short_silences > 0)
        t->last = p.silence_from + (usec)p.long_silences * TRACK_SILENCE_LONG_US +
                  ((usec)p.short_silences - 1) * TRACK_SILENCE_SHORT_US;
    p.position = at > t->last ? at : t->last + TRACK_STEP_US;
    t->last = p.position;
    t->end = p.position + f->duration;
    t->lost = false;
    return p;
}

static struct track_plan take_picture(struct track *t, const struct track_frame *f)
{
    struct track_plan p = {.verdict = TRACK_WRITE};
    if ((f->gap_before || t->lost) && !f->key)
        t->need_key = true; /* what refers to lost pictures decodes to wrong ones */
    if (t->need_key && !f->key) {
        p = drop(t);
        p.want_keyframe = true;
        return p;
    }
    if (!t->begun)
        begin(t, f->captured);
    usec at = f->captured - t->zero;
    tell_gap(t, &p, at, f->gap_before);
    p.position = at > t->last ? at : t->last + TRACK_STEP_US;
    t->need_key = false;
    t->lost = false;
    t->last = p.position;
    t->end = p.position;
    return p;
}

struct track_plan track_take(struct track *t, const struct track_frame *f)
{
    return t->kind == FRAME_AUDIO ? take_sound(t, f) : take_picture(t, f);
}
