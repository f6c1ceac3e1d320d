/* SPDX-License-Identifier: Apache-2.0
 * Decides the output numbers of one stream whose sources change. Does not know which source or
 * layer is right, nor who receives it. The invariant everything here serves: the output number
 * given last only grows at the newest end, and a number is marked when it is given, so none is
 * given twice. */
#include "sfu/core/rewrite.h"

#include <assert.h>
#include <string.h>

enum {
    SECOND_US = 1000000,
    PICTURE_ID_MASK = 0x7fff, /* 15 bits: RFC 7741 §4.2 */
    SHORT_PICTURE_ID_MASK = 0x7f,
    LEAK_US =
        20000000, /* how long a timestamp error is remembered: honest clocks differ by 0.05 % */
    MAX_ADVANCE_RTP = 0x40000000 /* after a longer silence receivers would read a step back */
};

void rewrite_init(struct rewrite *r, const struct rewrite_config *cfg)
{
    assert(cfg->clock_hz > 0);
    memset(r, 0, sizeof(*r));
    r->cfg = *cfg;
    r->cfg.first_seq &= 0x7fff;
    r->last_picture_id = (uint16_t)(cfg->first_picture_id - 1);
    r->last_tl0 = (uint8_t)(cfg->first_tl0 - 1);
}

static struct rewrite_segment *newest(struct rewrite *r)
{
    return &r->segment[(r->segments - 1) % REWRITE_SEGMENTS];
}

static struct rewrite_segment *push(struct rewrite *r, struct rewrite_segment s)
{
    r->segments++;
    *newest(r) = s;
    return newest(r);
}

/* Ends the newest segment before in_end; the next, with the same constants, begins at in_from. */
static struct rewrite_segment *split(struct rewrite *r, uint64_t in_end, uint64_t in_from)
{
    struct rewrite_segment next = *newest(r);
    newest(r)->in_end = in_end;
    next.out_from += in_end - next.in_from;
    next.in_from = in_from;
    return push(r, next);
}

static size_t kept(const struct rewrite *r)
{
    return r->segments < REWRITE_SEGMENTS ? (size_t)r->segments : REWRITE_SEGMENTS;
}

static const struct rewrite_segment *nth_newest(const struct rewrite *r, size_t n)
{
    return &r->segment[(r->segments - 1 - n) % REWRITE_SEGMENTS];
}

void rewrite_switch(struct rewrite *r, uint64_t source)
{
    r->source = source;
    r->has_source = true;
    r->waiting = true;
    r->aligned = false;
}

void rewrite_switch_layer(struct rewrite *r, uint64_t source, uint32_t delta_rtp)
{
    bool live = r->has_source && !r->waiting;
    rewrite_switch(r, source);
    if (!live)
        return;
    r->aligned = true;
    r->aligned_add = newest(r)->ts_add + delta_rtp;
}

void rewrite_stop(struct rewrite *r)
{
    r->has_source = false;
    r->waiting = true;
    r->aligned = false;
}

static uint32_t advance_rtp(const struct rewrite *r, usec now)
{
    uint64_t us = now > r->last_at ? (uint64_t)(now - r->last_at) : 0;
    uint64_t rtp = us / SECOND_US * r->cfg.clock_hz + us % SECOND_US * r->cfg.clock_hz / SECOND_US;
    uint32_t frame = r->cfg.clock_hz / (r->cfg.video ? 30 : 50); /* 33 ms, 20 ms */
    if (rtp > MAX_ADVANCE_RTP)
        return MAX_ADVANCE_RTP;
    return rtp < frame ? frame : (uint32_t)rtp;
}

/* What to add to the source's timestamps so that this packet follows the last one sent. */
static uint32_t start_ts_add(const struct rewrite *r, usec now, uint32_t in_ts)
{
    if (!r->sent_any)
        return r->cfg.first_ts - in_ts;
    uint32_t wanted = r->last_out_ts + advance_rtp(r, now);
    if (r->aligned) {
        uint32_t candidate = in_ts + r->aligned_add;
        int64_t off = (int32_t)(candidate - wanted);
        bool believable = off < (int64_t)r->cfg.clock_hz && off > -(int64_t)r->cfg.clock_hz;
        if (believable && (int32_t)(candidate - r->last_out_ts) > 0)
            return r->aligned_add;
    }
    return wanted - in_ts;
}

static void start(struct rewrite *r, usec now, const struct rewrite_in *in)
{
    struct rewrite_segment s = {
        .in_from = in->seq_ext,
        .in_end = UINT64_MAX,
        .out_from = r->sent_any ? r->highest_out + 1 : r->cfg.first_seq,
        .source = r->source,
        .epoch = ++r->epoch,
        .ts_add = start_ts_add(r, now, in->ts),
    };
    if (in->vp8) {
        s.picture_id_add = (uint16_t)(r->last_picture_id + 1 - in->vp8->picture_id);
        s.tl0_add = (uint8_t)(r->last_tl0 + 1 - in->vp8->tl0picidx);
    }
    push(r, s);
    r->waiting = false;
    r->aligned = false;
    r->highest_in = in->seq_ext;
    r->ts_error_us = 0;
    r->has_skipped_picture = false;
    r->epochs++;
}

static bool jumped(const struct rewrite *r, uint64_t seq_ext)
{
    uint64_t far = seq_ext > r->highest_in ? seq_ext - r->highest_in : r->highest_in - seq_ext;
    return far > REWRITE_MAX_JUMP;
}

/* True if the newest packet's timestamp goes back, or over time runs away from the clock. */
static bool ts_lies(struct rewrite *r, usec now, uint32_t ts)
{
    int64_t advance = (int32_t)(ts - r->last_in_ts);
    usec elapsed = now - r->last_at;
    usec leak = elapsed < LEAK_US ? elapsed : LEAK_US;
    r->ts_error_us -= r->ts_error_us * leak / LEAK_US;
    r->ts_error_us += advance * SECOND_US / (int64_t)r->cfg.clock_hz - elapsed;
    return advance < 0 || r->ts_error_us > REWRITE_TS_TOLERANCE_US ||
           r->ts_error_us < -REWRITE_TS_TOLERANCE_US;
}

/* A packet newer than all of its source: keeps its timestamps honest. */
static void on_newest(struct rewrite *r, usec now, const struct rewrite_in *in)
{
    if (ts_lies(r, now, in->ts)) {
        split(r, in->seq_ext, in->seq_ext)->ts_add = r->last_out_ts + advance_rtp(r, now) - in->ts;
        r->ts_error_us = 0;
        r->ts_lies++;
    }
    r->highest_in = in->seq_ext;
}

static enum rewrite_verdict segment_of(const struct rewrite *r, uint64_t seq_ext,
                                       const struct rewrite_segment **out)
{
    for (size_t i = 0; i < kept(r); i++) {
        const struct rewrite_segment *s = nth_newest(r, i);
        if (s->epoch != r->epoch)
            break;
        if (seq_ext < s->in_from)
            continue;
        *out = s;
        return seq_ext < s->in_end ? REWRITE_OK : REWRITE_LEFT_OUT;
    }
    return REWRITE_OLD;
}

static bool was_sent(const struct rewrite *r, uint64_t out_ext)
{
    size_t i = out_ext % REWRITE_HISTORY;
    return (r->sent[i / 64] >> (i % 64) & 1) != 0;
}

static void mark(struct rewrite *r, uint64_t out_ext, bool sent)
{
    size_t i = out_ext % REWRITE_HISTORY;
    uint64_t bit = (uint64_t)1 << (i % 64);
    r->sent[i / 64] = sent ? r->sent[i / 64] | bit : r->sent[i / 64] & ~bit;
}

static bool is_too_old(const struct rewrite *r, uint64_t out_ext)
{
    return r->sent_any && out_ext + REWRITE_HISTORY <= r->highest_out;
}

static void mark_sent(struct rewrite *r, uint64_t out_ext)
{
    if (!r->sent_any) {
        r->sent_any = true;
        r->highest_out = out_ext;
    }
    if (out_ext > r->highest_out + REWRITE_HISTORY)
        memset(r->sent, 0, sizeof(r->sent));
    else
        for (uint64_t s = r->highest_out + 1; s < out_ext; s++)
            mark(r, s, false);
    if (out_ext > r->highest_out)
        r->highest_out = out_ext;
    mark(r, out_ext, true);
}

static void fill(const struct rewrite_origin *o, const struct rewrite_in *in,
                 struct rewrite_out *out)
{
    *out = (struct rewrite_out){
        .seq_ext = o->out_seq_ext, .ts = in->ts + o->ts_add, .marker = in->marker};
    if (!in->vp8)
        return;
    uint16_t mask = in->vp8->wide_picture_id ? PICTURE_ID_MASK : SHORT_PICTURE_ID_MASK;
    out->picture_id = (uint16_t)(in->vp8->picture_id + o->picture_id_add) & mask;
    out->tl0 = (uint8_t)(in->vp8->tl0picidx + o->tl0_add);
}

static struct rewrite_origin origin_of(const struct rewrite_segment *s, uint64_t in_ext)
{
    return (struct rewrite_origin){
        .source = s->source,
        .in_seq_ext = in_ext,
        .out_seq_ext = s->out_from + (in_ext - s->in_from),
        .ts_add = s->ts_add,
        .picture_id_add = s->picture_id_add,
        .tl0_add = s->tl0_add,
    };
}

/* What the next packet, picture and source follow on. */
static void remember_newest(struct rewrite *r, usec now, const struct rewrite_in *in,
                            const struct rewrite_origin *o, const struct rewrite_out *out)
{
    r->last_at = now;
    r->last_in_ts = in->ts;
    r->last_out_ts = out->ts;
    if (in->vp8 && in->vp8->has_picture_id)
        r->last_picture_id = (uint16_t)(in->vp8->picture_id + o->picture_id_add);
    if (in->vp8 && in->vp8->has_tl0picidx)
        r->last_tl0 = out->tl0;
}

enum rewrite_verdict rewrite_packet(struct rewrite *r, usec now, const struct rewrite_in *in,
                                    struct rewrite_out *out)
{
    if (!r->has_source || in->source != r->source)
        return REWRITE_FOREIGN;
    if (!r->waiting && jumped(r, in->seq_ext))
        r->waiting = true;
    bool first = r->waiting;
    if (first && r->cfg.video && !in->keyframe_start)
        return REWRITE_WANT_KEYFRAME;
    bool is_newest = first || in->seq_ext > r->highest_in;
    if (first)
        start(r, now, in);
    else if (is_newest)
        on_newest(r, now, in);
    const struct rewrite_segment *s = NULL;
    enum rewrite_verdict v = segment_of(r, in->seq_ext, &s);
    if (v != REWRITE_OK)
        return v;
    struct rewrite_origin o = origin_of(s, in->seq_ext);
    if (is_too_old(r, o.out_seq_ext))
        return REWRITE_OLD;
    if (r->sent_any && o.out_seq_ext <= r->highest_out && was_sent(r, o.out_seq_ext))
        return REWRITE_DUPLICATE;
    mark_sent(r, o.out_seq_ext);
    fill(&o, in, out);
    out->first = first;
    out->marker = in->marker || (first && !r->cfg.video); /* a talkspurt begins: RFC 3551 §4.1 */
    if (is_newest)
        remember_newest(r, now, in, &o, out);
    return REWRITE_OK;
}

void rewrite_skip(struct rewrite *r, const struct rewrite_in *in)
{
    if (!r->has_source || in->source != r->source || r->waiting)
        return;
    if (jumped(r, in->seq_ext)) {
        r->waiting = true;
        return;
    }
    if (in->seq_ext <= r->highest_in)
        return; /* its number was kept free when later ones passed; it stays a hole */
    if (newest(r)->in_from == in->seq_ext)
        newest(r)->in_from++;
    else
        split(r, in->seq_ext, in->seq_ext + 1);
    r->highest_in = in->seq_ext;
    if (!in->vp8 || !in->vp8->has_picture_id)
        return;
    if (!r->has_skipped_picture || r->skipped_picture_id != in->vp8->picture_id)
        newest(r)->picture_id_add--;
    r->has_skipped_picture = true;
    r->skipped_picture_id = in->vp8->picture_id;
}

uint64_t rewrite_ext(const struct rewrite *r, uint16_t out_seq)
{
    uint64_t turn = (uint64_t)1 << 16; /* lifted so that a number before the first stays positive */
    uint16_t ahead = (uint16_t)(out_seq - (uint16_t)r->highest_out);
    uint64_t lifted = r->highest_out + turn + ahead - (ahead < 0x8000 ? 0 : turn);
    return lifted < turn ? UINT64_MAX : lifted - turn;
}

bool rewrite_find(const struct rewrite *r, uint64_t out_seq_ext, struct rewrite_origin *origin)
{
    if (!r->sent_any || out_seq_ext > r->highest_out || is_too_old(r, out_seq_ext) ||
        !was_sent(r, out_seq_ext))
        return false;
    for (size_t i = 0; i < kept(r); i++) {
        const struct rewrite_segment *s = nth_newest(r, i);
        if (out_seq_ext < s->out_from)
            continue;
        *origin = origin_of(s, s->in_from + (out_seq_ext - s->out_from));
        return true;
    }
    return false;
}

void rewrite_again(const struct rewrite_origin *origin, const struct rewrite_in *in,
                   struct rewrite_out *out)
{
    fill(origin, in, out);
}
