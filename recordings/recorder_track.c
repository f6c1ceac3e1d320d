/* SPDX-License-Identifier: Apache-2.0
 * Frames of one track into its file: puts parts together, does what track.c decides, opens and ends
 * files. What the messages are for, and when the recording ends, is recorder.c's. */
#include "recordings/recorder_state.h"
#include "sfu/wire/opus.h"

#include <stdio.h>

static void fail(struct recorder *r, struct intake *in, enum frame_reason why)
{
    struct frame_msg m = {.type = FRAME_FAILED, .track = in->number, .reason = why};
    if (in->outlet != NULL)
        in->outlet->ending = true; /* outlets_turn frees it; the file is repaired at the end */
    in->outlet = NULL;
    in->failed = true;
    recorder_answer(r, &m);
}

struct intake *intake_of(struct recorder *r, uint32_t number)
{
    for (unsigned i = 0; number != 0 && i < RECORDER_OPEN_MAX; i++)
        if (r->intakes[i].number == number)
            return &r->intakes[i];
    return NULL;
}

static void refuse(struct recorder *r, uint32_t number, enum frame_reason why)
{
    recorder_answer(r, &(struct frame_msg){.type = FRAME_FAILED, .track = number, .reason = why});
}

void intake_open(struct recorder *r, const struct frame_msg *m)
{
    struct manifest_track t = {.number = m->track,
                               .person = m->open.person,
                               .publication = m->open.publication,
                               .kind = m->open.kind,
                               .codec = m->open.codec};
    struct intake *in = intake_of(r, m->track);
    if (in != NULL)
        intake_close(r, in);
    for (unsigned i = 0; in == NULL && i < RECORDER_OPEN_MAX; i++)
        if (r->intakes[i].number == 0)
            in = &r->intakes[i];
    enum err e = in == NULL ? E_FULL : manifest_add_track(&r->manifest, &t);
    if (e != E_OK) {
        refuse(r, m->track, e == E_EXISTS ? FRAME_REASON_TAKEN : FRAME_REASON_FULL);
        return;
    }
    *in = (struct intake){.number = m->track};
    track_init(&in->track, t.kind, t.codec);
}

static void end_outlet(struct outlet *o)
{
    if (!o->ending)
        pipeline_end(o->pipeline);
    o->ending = true;
}

void intake_close(struct recorder *r, struct intake *in)
{
    (void)r;
    if (in->outlet != NULL)
        end_outlet(in->outlet);
    *in = (struct intake){0};
}

void intake_mute(struct recorder *r, const struct frame_msg *m)
{
    struct intake *in = intake_of(r, m->track);
    if (in == NULL)
        return;
    in->track.muted = (m->flags & FRAME_FLAG_MUTED) != 0;
    if (!in->has_segment)
        return;
    int64_t at = manifest_ms(&r->manifest, m->at);
    struct manifest_span span = {
        .segment = in->segment, .kind = SPAN_MUTED, .from_ms = at, .to_ms = -1};
    manifest_end_span(&r->manifest, in->segment, SPAN_MUTED, at);
    if (in->track.muted)
        (void)!manifest_add_span(&r->manifest, &span); /* a full table tells no more of these */
}

static struct outlet *free_outlet(struct recorder *r)
{
    for (unsigned i = 0; i < 2 * RECORDER_OPEN_MAX; i++)
        if (r->outlets[i].pipeline == NULL)
            return &r->outlets[i];
    return NULL;
}

/* The manifest names the file before the file exists, so that a kill leaves none unnamed. */
static enum frame_reason open_file(struct recorder *r, struct intake *in,
                                   const struct pipeline_format *format, usec zero)
{
    char path[FRAME_DIRECTORY_MAX + MANIFEST_FILE_MAX + 2];
    struct outlet *o = free_outlet(r);
    uint32_t segment = 0;
    if (o == NULL || manifest_add_segment(&r->manifest, in->number, &segment) != E_OK)
        return FRAME_REASON_FULL;
    struct manifest_segment *s = &r->manifest.segments[segment];
    s->offset_ms = s->end_ms = manifest_ms(&r->manifest, zero);
    if (format->codec != FRAME_OPUS) {
        s->width = format->picture.width;
        s->height = format->picture.height;
    }
    in->segment = segment;
    in->has_segment = true;
    recorder_save_now(r);
    struct manifest_file file = manifest_file(&r->manifest, s);
    (void)snprintf(path, sizeof(path), "%s/%s", r->folder, file.name);
    struct pipeline *p = pipeline_new(path, format);
    if (p == NULL)
        return FRAME_REASON_MEDIA;
    *o = (struct outlet){.pipeline = p, .number = in->number, .segment = segment, .zero = zero};
    if (sync_open(r->sync, file.name, &o->slot) != E_OK) {
        pipeline_free(p);
        o->pipeline = NULL;
        return FRAME_REASON_DISK;
    }
    in->outlet = o;
    return N_FRAME_REASON;
}

static enum err put(struct outlet *o, struct bytes b, usec position, usec duration, bool key)
{
    struct pipeline_frame f = {
        .bytes = b, .position = position, .duration = duration, .key = key, .now = recorder_now()};
    return pipeline_put(o->pipeline, &f);
}

static enum err put_silence(struct outlet *o, const struct track_plan *p)
{
    enum err e = E_OK;
    usec at = p->silence_from;
    for (uint32_t i = 0; i < p->long_silences && e == E_OK; i++, at += TRACK_SILENCE_LONG_US)
        e = put(o, track_silence_long, at, TRACK_SILENCE_LONG_US, true);
    for (uint32_t i = 0; i < p->short_silences && e == E_OK; i++, at += TRACK_SILENCE_SHORT_US)
        e = put(o, track_silence_short, at, TRACK_SILENCE_SHORT_US, true);
    return e;
}

static void tell_gap(struct recorder *r, const struct intake *in, const struct track_plan *p)
{
    struct manifest_span span = {.segment = in->segment,
                                 .kind = SPAN_GAP,
                                 .from_ms = manifest_ms(&r->manifest, p->gap_from),
                                 .to_ms = manifest_ms(&r->manifest, p->gap_to)};
    if (p->gap && in->has_segment && span.to_ms > span.from_ms)
        (void)!manifest_add_span(&r->manifest, &span); /* a full table tells no more of these */
}

static void want_keyframe(struct recorder *r, struct intake *in)
{
    usec now = recorder_now();
    if (in->keyframe_asked != 0 && now - in->keyframe_asked < RECORDER_KEYFRAME_US)
        return;
    in->keyframe_asked = now;
    recorder_answer(r, &(struct frame_msg){.type = FRAME_KEYFRAME, .track = in->number});
}

/* What the container must know of the first frame, and how long a sound lasts. E_MALFORMED. */
static enum err look_at(const struct intake *in, struct bytes b, struct track_frame *f,
                        struct pipeline_format *format)
{
    struct toc toc;
    format->codec = in->track.codec;
    if (in->track.kind != FRAME_AUDIO)
        return f->key ? picture_read(&format->picture, format->codec, b) : E_OK;
    enum err e = toc_parse(&toc, b);
    if (e != E_OK)
        return e;
    f->key = true;
    f->duration = (usec)toc.duration_us;
    format->channels = 2; /* a decoder makes two of one; a later stereo packet is not lost */
    return E_OK;
}

static void write_frame(struct recorder *r, struct intake *in, struct bytes b,
                        struct track_frame *f)
{
    struct pipeline_format format = {0};
    if (look_at(in, b, f, &format) != E_OK) {
        track_lost(&in->track);
        return;
    }
    if (in->outlet != NULL && pipeline_behind(in->outlet->pipeline, recorder_now())) {
        track_lost(&in->track);
        return;
    }
    struct track_plan p = track_take(&in->track, f);
    if (p.verdict == TRACK_NEXT_SEGMENT) {
        if (in->outlet != NULL)
            end_outlet(in->outlet);
        in->outlet = NULL;
        track_next_segment(&in->track);
        p = track_take(&in->track, f);
    }
    if (p.want_keyframe)
        want_keyframe(r, in);
    if (p.verdict != TRACK_WRITE)
        return;
    if (in->outlet == NULL) {
        enum frame_reason why = open_file(r, in, &format, in->track.zero);
        if (why != N_FRAME_REASON) {
            fail(r, in, why);
            return;
        }
    }
    tell_gap(r, in, &p);
    if (put_silence(in->outlet, &p) != E_OK ||
        put(in->outlet, b, p.position, f->duration, f->key) != E_OK)
        fail(r, in, FRAME_REASON_DISK);
    else
        in->outlet->end = track_end(&in->track);
}

/* Another frame than the one being put together: that one's rest will not come. */
static void abandon(struct recorder *r)
{
    struct intake *in = intake_of(r, r->whole_track);
    if (in != NULL && in->partial > 0) {
        in->partial = 0;
        track_lost(&in->track);
    }
    r->whole_track = 0;
}

void intake_part(struct recorder *r, const struct frame_msg *m)
{
    struct intake *in = intake_of(r, m->track);
    struct bytes b = m->frame.bytes;
    if (r->whole_track != 0 && (r->whole_track != m->track || m->frame.offset == 0))
        abandon(r);
    if (in == NULL || in->failed || m->frame.offset != in->partial)
        return;
    struct track_frame f = {.captured = m->at,
                            .key = (m->flags & FRAME_FLAG_KEY) != 0,
                            .gap_before = (m->flags & FRAME_FLAG_GAP) != 0};
    if (b.len == m->frame.whole) {
        write_frame(r, in, b, &f);
        return;
    }
    memcpy(r->whole + m->frame.offset, b.p, b.len);
    in->partial += (uint32_t)b.len;
    r->whole_track = m->track;
    if (in->partial < m->frame.whole)
        return;
    in->partial = 0;
    r->whole_track = 0;
    write_frame(r, in, bytes_of(r->whole, m->frame.whole), &f);
}

static struct intake *intake_at(struct recorder *r, const struct outlet *o)
{
    for (unsigned i = 0; i < RECORDER_OPEN_MAX; i++)
        if (r->intakes[i].outlet == o)
            return &r->intakes[i];
    return NULL;
}

static void note_end(struct recorder *r, struct outlet *o)
{
    int64_t end = manifest_ms(&r->manifest, o->end);
    struct manifest_segment *s = &r->manifest.segments[o->segment];
    if (end > s->end_ms)
        s->end_ms = end;
}

/* One file of which the pipeline has ended or failed. */
static void leave(struct recorder *r, struct outlet *o, enum pipeline_state state)
{
    struct intake *in = intake_at(r, o);
    if (state == PIPELINE_FAILED && in != NULL)
        fail(r, in, FRAME_REASON_DISK);
    if (!o->synced_last) {
        note_end(r, o);
        if (state == PIPELINE_ENDED)
            r->manifest.segments[o->segment].state = SEGMENT_CLOSED;
        sync_upto(r->sync, o->slot, o->end, true);
        sync_kick(r->sync);
        o->synced_last = true;
    }
    if (!sync_state(r->sync, o->slot).closed)
        return;
    recorder_answer(r, &(struct frame_msg){.type = FRAME_CLOSED, .track = o->number});
    pipeline_free(o->pipeline);
    o->pipeline = NULL;
}

bool outlets_turn(struct recorder *r)
{
    bool some = false;
    for (unsigned i = 0; i < 2 * RECORDER_OPEN_MAX; i++) {
        struct outlet *o = &r->outlets[i];
        if (o->pipeline == NULL)
            continue;
        enum pipeline_state state = pipeline_state(o->pipeline);
        if (state != PIPELINE_RUNS)
            leave(r, o, state);
        some |= o->pipeline != NULL && o->ending;
    }
    return some;
}

void outlets_second(struct recorder *r)
{
    for (unsigned i = 0; i < 2 * RECORDER_OPEN_MAX; i++) {
        struct outlet *o = &r->outlets[i];
        if (o->pipeline == NULL || o->synced_last)
            continue;
        usec written = pipeline_written(o->pipeline);
        note_end(r, o);
        if (written >= 0)
            sync_upto(r->sync, o->slot, o->zero + written, false);
        usec upto = sync_state(r->sync, o->slot).upto;
        if (upto > o->told)
            recorder_answer(
                r, &(struct frame_msg){.type = FRAME_WRITTEN, .track = o->number, .at = upto});
        o->told = upto;
    }
}

void outlets_cut_off(struct recorder *r)
{
    for (unsigned i = 0; i < 2 * RECORDER_OPEN_MAX; i++) {
        struct outlet *o = &r->outlets[i];
        if (o->pipeline == NULL)
            continue;
        note_end(r, o);
        pipeline_free(o->pipeline);
        o->pipeline = NULL;
    }
}
