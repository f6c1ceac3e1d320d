/* SPDX-License-Identifier: Apache-2.0
 * The rules of a recording's table of contents. Neither JSON nor files are known here. */
#include "recordings/manifest.h"

#include "sfu/base/mem.h"

#include <stdio.h>

enum { FIRST_MAX = 16 };

void manifest_init(struct manifest *m)
{
    *m = (struct manifest){.end_ms = -1};
}

void manifest_fini(struct manifest *m)
{
    mem_free(m->tracks);
    mem_free(m->segments);
    mem_free(m->spans);
    mem_free(m->marks);
    manifest_init(m);
}

/* The table with room for one more item: itself, or a copy twice as long (which frees it). *e says
 * why not; the table is then as it was. */
static void *grown(void *table, uint32_t n, uint32_t *max, uint32_t ceiling, size_t item_bytes,
                   enum err *e)
{
    *e = n < ceiling ? E_OK : E_FULL;
    if (n < *max || *e != E_OK)
        return table;
    uint32_t wider = n == 0 ? FIRST_MAX : n * 2;
    if (wider > ceiling)
        wider = ceiling;
    void *fresh = mem_alloc_array(wider, item_bytes);
    if (fresh == NULL) {
        *e = E_NOMEM;
        return table;
    }
    if (n > 0)
        memcpy(fresh, table, n * item_bytes);
    mem_free(table);
    *max = wider;
    return fresh;
}

static bool id_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
}

static bool id_ok(const char *id, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (!id_char(id[i]))
            return false;
    return len >= 1 && len <= FRAME_ID_MAX;
}

enum err manifest_begin(struct manifest *m, struct bytes id, struct bytes class_id)
{
    if (!id_ok((const char *)id.p, id.len) || !id_ok((const char *)class_id.p, class_id.len))
        return E_RANGE;
    memcpy(m->id, id.p, id.len);
    m->id[id.len] = '\0';
    memcpy(m->class_id, class_id.p, class_id.len);
    m->class_id[class_id.len] = '\0';
    return E_OK;
}

void manifest_resume(struct manifest *m, int64_t wall_ms, usec boot)
{
    enum { SAME_BOOT_MS = 5000 }; /* more than a clock is set by in passing, less than a reboot */
    int64_t by_wall = wall_ms - m->started_wall_ms;
    int64_t by_boot = (boot - m->started_boot) / 1000;
    int64_t apart = by_wall - by_boot;
    if (boot < m->started_boot || apart > SAME_BOOT_MS || apart < -SAME_BOOT_MS)
        m->started_boot = boot - (by_wall > 0 ? by_wall : 0) * 1000;
    m->state = MANIFEST_RUNNING;
    m->end_ms = -1;
}

int64_t manifest_ms(const struct manifest *m, usec boot)
{
    return boot > m->started_boot ? (boot - m->started_boot) / 1000 : 0;
}

const struct manifest_track *manifest_track(const struct manifest *m, uint32_t number)
{
    for (uint32_t i = 0; i < m->n_tracks; i++)
        if (m->tracks[i].number == number)
            return &m->tracks[i];
    return NULL;
}

enum err manifest_add_track(struct manifest *m, const struct manifest_track *t)
{
    if (t->number == 0 || t->number > FRAME_TRACKS_MAX || t->kind >= N_FRAME_KIND ||
        t->codec >= N_FRAME_CODEC || (t->kind == FRAME_AUDIO) != (t->codec == FRAME_OPUS))
        return E_RANGE;
    const struct manifest_track *known = manifest_track(m, t->number);
    if (known != NULL)
        return known->person == t->person && known->publication == t->publication &&
                       known->kind == t->kind && known->codec == t->codec
                   ? E_OK
                   : E_EXISTS;
    enum err e;
    m->tracks =
        grown(m->tracks, m->n_tracks, &m->max_tracks, FRAME_TRACKS_MAX, sizeof(*m->tracks), &e);
    if (e == E_OK)
        m->tracks[m->n_tracks++] = *t;
    return e;
}

enum err manifest_add_segment(struct manifest *m, uint32_t track, uint32_t *index)
{
    uint32_t number = 1;
    if (manifest_track(m, track) == NULL)
        return E_NOTFOUND;
    for (uint32_t i = 0; i < m->n_segments; i++)
        if (m->segments[i].track == track && m->segments[i].number >= number)
            number = m->segments[i].number + 1;
    enum err e;
    m->segments = grown(m->segments, m->n_segments, &m->max_segments, MANIFEST_SEGMENTS_MAX,
                        sizeof(*m->segments), &e);
    if (e != E_OK)
        return e;
    *index = m->n_segments++;
    m->segments[*index] =
        (struct manifest_segment){.track = track, .number = number, .offset_ms = -1, .end_ms = -1};
    return E_OK;
}

static struct manifest_span *last_span(struct manifest *m, uint32_t segment, enum span_kind kind)
{
    for (uint32_t i = m->n_spans; i > 0; i--)
        if (m->spans[i - 1].segment == segment && m->spans[i - 1].kind == kind)
            return &m->spans[i - 1];
    return NULL;
}

enum err manifest_add_span(struct manifest *m, const struct manifest_span *span)
{
    enum err e;
    m->spans =
        grown(m->spans, m->n_spans, &m->max_spans, MANIFEST_SPANS_MAX, sizeof(*m->spans), &e);
    struct manifest_span *last = e == E_FULL ? last_span(m, span->segment, span->kind) : NULL;
    if (last != NULL) {
        last->to_ms = span->to_ms;
        return E_OK;
    }
    if (e == E_OK)
        m->spans[m->n_spans++] = *span;
    return e;
}

void manifest_end_span(struct manifest *m, uint32_t segment, enum span_kind kind, int64_t at_ms)
{
    struct manifest_span *last = last_span(m, segment, kind);
    if (last != NULL && last->to_ms < 0)
        last->to_ms = at_ms > last->from_ms ? at_ms : last->from_ms;
}

enum err manifest_add_mark(struct manifest *m, int64_t at_ms, uint64_t number)
{
    enum err e;
    m->marks =
        grown(m->marks, m->n_marks, &m->max_marks, MANIFEST_MARKS_MAX, sizeof(*m->marks), &e);
    if (e == E_OK)
        m->marks[m->n_marks++] = (struct manifest_mark){.at_ms = at_ms, .number = number};
    return e;
}

void manifest_finish(struct manifest *m, enum manifest_state state, int64_t at_ms)
{
    for (uint32_t i = 0; i < m->n_spans; i++) {
        struct manifest_span *s = &m->spans[i];
        int64_t end = m->segments[s->segment].end_ms;
        if (s->to_ms < 0)
            s->to_ms = end > s->from_ms ? end : s->from_ms;
    }
    m->state = state;
    m->end_ms = at_ms > 0 ? at_ms : 0;
    for (uint32_t i = 0; i < m->n_segments; i++)
        if (m->segments[i].end_ms > m->end_ms)
            m->end_ms = m->segments[i].end_ms;
}

struct manifest_file manifest_file(const struct manifest *m, const struct manifest_segment *s)
{
    struct manifest_file f;
    const struct manifest_track *t = manifest_track(m, s->track);
    (void)snprintf(f.name, sizeof(f.name), "%04u-%s-%u.webm", (unsigned)s->track,
                   frame_kind_name(t != NULL ? t->kind : N_FRAME_KIND), (unsigned)s->number);
    return f;
}

static bool track_ok(const struct manifest *m, uint32_t i)
{
    const struct manifest_track *t = &m->tracks[i];
    for (uint32_t k = 0; k < i; k++)
        if (m->tracks[k].number == t->number)
            return false;
    return t->number >= 1 && t->number <= FRAME_TRACKS_MAX && t->kind < N_FRAME_KIND &&
           t->codec < N_FRAME_CODEC && (t->kind == FRAME_AUDIO) == (t->codec == FRAME_OPUS);
}

static bool segment_ok(const struct manifest *m, uint32_t i)
{
    const struct manifest_segment *s = &m->segments[i];
    uint32_t before = 0;
    for (uint32_t k = 0; k < i; k++)
        if (m->segments[k].track == s->track)
            before = m->segments[k].number;
    return manifest_track(m, s->track) != NULL && s->number > before &&
           s->state < N_SEGMENT_STATE && s->offset_ms >= -1 && s->end_ms >= s->offset_ms;
}

static bool span_ok(const struct manifest *m, const struct manifest_span *s)
{
    return s->segment < m->n_segments && s->kind < N_SPAN_KIND && s->from_ms >= 0 &&
           (s->to_ms == -1 || s->to_ms >= s->from_ms);
}

enum err manifest_check(const struct manifest *m)
{
    bool ok = id_ok(m->id, strnlen(m->id, sizeof(m->id))) && m->state < N_MANIFEST_STATE &&
              id_ok(m->class_id, strnlen(m->class_id, sizeof(m->class_id))) &&
              m->started_wall_ms >= 0 && m->started_boot > INT64_MIN / 2 && m->end_ms >= -1;
    for (uint32_t i = 0; ok && i < m->n_tracks; i++)
        ok = track_ok(m, i);
    for (uint32_t i = 0; ok && i < m->n_segments; i++)
        ok = segment_ok(m, i);
    for (uint32_t i = 0; ok && i < m->n_spans; i++)
        ok = span_ok(m, &m->spans[i]);
    return ok ? E_OK : E_MALFORMED;
}

const char *manifest_state_name(enum manifest_state s)
{
    static const char *const names[N_MANIFEST_STATE] = {"running", "finished", "recovered"};
    return s < N_MANIFEST_STATE ? names[s] : "unknown";
}

const char *segment_state_name(enum segment_state s)
{
    static const char *const names[N_SEGMENT_STATE] = {"open", "closed", "repaired", "lost"};
    return s < N_SEGMENT_STATE ? names[s] : "unknown";
}

const char *frame_kind_name(enum frame_kind k)
{
    static const char *const names[N_FRAME_KIND] = {"audio", "camera", "screen"};
    return k < N_FRAME_KIND ? names[k] : "unknown";
}

const char *frame_codec_name(enum frame_codec c)
{
    static const char *const names[N_FRAME_CODEC] = {"opus", "vp8", "vp9"};
    return c < N_FRAME_CODEC ? names[c] : "unknown";
}
