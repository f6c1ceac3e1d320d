/* SPDX-License-Identifier: Apache-2.0
 * Walks through the elements of a WebM file. Decides up to where it is whole; repairing it is
 * webm_repair.c's. */
#include "recordings/webm.h"

#include "sfu/base/mem.h"

/* RFC 9559 §27.1 (element ids) */
enum {
    ID_EBML = 0x1A45DFA3,
    ID_SEGMENT = 0x18538067,
    ID_SEEK_HEAD = 0x114D9B74,
    ID_SEEK = 0x4DBB,
    ID_SEEK_ID = 0x53AB,
    ID_SEEK_POSITION = 0x53AC,
    ID_INFO = 0x1549A966,
    ID_TICK = 0x2AD7B1,
    ID_DURATION = 0x4489,
    ID_TRACKS = 0x1654AE6B,
    ID_CLUSTER = 0x1F43B675,
    ID_TIME = 0xE7,
    ID_POSITION = 0xA7,
    ID_PREVIOUS = 0xAB,
    ID_SIMPLE_BLOCK = 0xA3,
    ID_BLOCK_GROUP = 0xA0,
    ID_BLOCK = 0xA1,
    ID_CUES = 0x1C53BB6B,
    ID_CHAPTERS = 0x1043A770,
    ID_TAGS = 0x1254C367,
    ID_VOID = 0xEC,
    ID_CRC = 0xBF
};

enum { TICK_DEFAULT_NS = 1000000, TIME_MAX = INT32_MAX };

struct scan {
    struct webm *w;
    const struct webm_source *source;
    uint8_t *window; /* owned, WEBM_WINDOW bytes */
    uint64_t window_at;
    size_t window_len;
    enum err failed; /* of the source */
    uint64_t cluster_at, cluster_size_at, cluster_data, cluster_time;
    uint64_t cluster_end; /* UINT64_MAX when its length is unknown, or longer than the file */
    bool in_cluster, cluster_sized;
};

struct element {
    uint32_t id;
    uint64_t at, size_at, data, end; /* file positions; end == data for an unknown length */
    bool sized;
    unsigned size_len;
};

/* n ≤ 16 bytes at a position; NULL beyond the end. */
static const uint8_t *look(struct scan *s, uint64_t at, size_t n)
{
    if (at > s->source->length || n > s->source->length - at)
        return NULL;
    if (at < s->window_at || at + n > s->window_at + s->window_len) {
        uint64_t left = s->source->length - at;
        size_t len = left < WEBM_WINDOW ? (size_t)left : WEBM_WINDOW;
        enum err e = s->source->read(s->source->ctx, at, s->window, len);
        if (e != E_OK) {
            s->failed = e;
            return NULL;
        }
        s->window_at = at;
        s->window_len = len;
    }
    return s->window + (at - s->window_at);
}

/* Bytes of a variable-size number from its first byte, RFC 8794 §4; 0 when none of the first `max`
 * bits is set. */
static unsigned vint_len(uint8_t first, unsigned max)
{
    for (unsigned n = 1; n <= max; n++)
        if ((first & (0x80U >> (n - 1))) != 0)
            return n;
    return 0;
}

static uint64_t number_at(const uint8_t *p, unsigned n)
{
    uint64_t v = 0;
    for (unsigned i = 0; i < n; i++)
        v = (v << 8) | p[i];
    return v;
}

/* The header at a position; false: cut, or no header at all. */
static bool element_at(struct scan *s, struct element *e, uint64_t at)
{
    const uint8_t *p = look(s, at, 1);
    unsigned id_len = p == NULL ? 0 : vint_len(*p, 4);
    p = id_len == 0 ? NULL : look(s, at, id_len + 1);
    if (p == NULL)
        return false;
    *e = (struct element){.id = (uint32_t)number_at(p, id_len), .at = at, .size_at = at + id_len};
    e->size_len = vint_len(p[id_len], 8);
    p = e->size_len == 0 ? NULL : look(s, e->size_at, e->size_len);
    if (p == NULL)
        return false;
    uint64_t mask = (UINT64_C(1) << (7 * e->size_len)) - 1;
    uint64_t size = number_at(p, e->size_len) & mask;
    e->data = e->size_at + e->size_len;
    e->sized = size != mask;
    e->end = e->data;
    if (e->sized && size <= INT64_MAX / 2)
        e->end += size;
    else if (e->sized)
        return false;
    return true;
}

/* A child header within [at, end). */
static bool child_at(struct scan *s, struct element *e, uint64_t at, uint64_t end)
{
    return at < end && element_at(s, e, at) && e->sized && e->end <= end;
}

static uint64_t value_of(struct scan *s, const struct element *e)
{
    uint64_t len = e->end - e->data;
    const uint8_t *p = len >= 1 && len <= 8 ? look(s, e->data, (size_t)len) : NULL;
    return p == NULL ? 0 : number_at(p, (unsigned)len);
}

static void read_seek(struct scan *s, const struct element *seek)
{
    struct element e;
    struct webm_seek *out = &s->w->seeks[s->w->n_seeks];
    *out = (struct webm_seek){.entry_at = seek->at, .entry_len = seek->end - seek->at};
    for (uint64_t at = seek->data; child_at(s, &e, at, seek->end); at = e.end) {
        if (e.id == ID_SEEK_ID)
            out->id = (uint32_t)value_of(s, &e);
        if (e.id == ID_SEEK_POSITION && e.end - e.data == 8)
            out->position_at = e.data;
    }
    s->w->n_seeks++;
}

static void read_seek_head(struct scan *s, const struct element *head)
{
    struct element e;
    for (uint64_t at = head->data; child_at(s, &e, at, head->end); at = e.end)
        if (e.id == ID_SEEK && s->w->n_seeks < WEBM_SEEKS_MAX)
            read_seek(s, &e);
}

static void read_info(struct scan *s, const struct element *info)
{
    struct element e;
    s->w->info_at = info->at;
    for (uint64_t at = info->data; child_at(s, &e, at, info->end); at = e.end) {
        uint64_t len = e.end - e.data;
        uint64_t value = value_of(s, &e);
        if (e.id == ID_TICK && value > 0 && value <= 1000000000)
            s->w->tick_ns = value;
        if (e.id == ID_DURATION && (len == 4 || len == 8)) {
            s->w->duration_at = e.data;
            s->w->duration_len = (unsigned)len;
            s->w->duration_set = value != 0;
        }
    }
}

static void add_cue(struct webm *w, uint64_t time, uint64_t cluster)
{
    if (w->n_cues > 0 && time < w->cues[w->n_cues - 1].time + w->cue_step)
        return;
    if (w->n_cues == WEBM_CUES_MAX) {
        for (unsigned i = 0; i < WEBM_CUES_MAX / 2; i++)
            w->cues[i] = w->cues[2 * i];
        w->n_cues = WEBM_CUES_MAX / 2;
        w->cue_step *= 2;
    }
    w->cues[w->n_cues++] = (struct webm_cue){.time = time, .cluster = cluster};
}

/* A whole block, RFC 9559 §10: track (vint), time relative to the cluster (s16), flags. */
static bool read_block(struct scan *s, const struct element *e, bool simple)
{
    struct webm *w = s->w;
    const uint8_t *p = e->end - e->data >= 5 ? look(s, e->data, 5) : NULL;
    if (!s->in_cluster || p == NULL || (p[0] & 0x80) == 0)
        return false;
    int64_t time = (int64_t)s->cluster_time + (int16_t)be16(p + 1);
    if (time < 0)
        return false;
    uint64_t at = (uint64_t)time;
    if (w->blocks == 0) {
        w->first = at;
        w->track = p[0] & 0x7fU;
    }
    w->step = w->blocks > 0 && at > w->last ? at - w->last : w->step;
    w->last = at > w->last ? at : w->last;
    w->blocks++;
    if (!simple || (p[3] & 0x80) != 0) {
        w->keys++;
        add_cue(w, at, s->cluster_at);
    }
    w->cluster_size_at = s->cluster_size_at;
    w->cluster_data = s->cluster_data;
    w->cluster_sized = s->cluster_sized;
    w->media_end = e->end;
    return true;
}

static bool read_group(struct scan *s, const struct element *group)
{
    struct element e;
    for (uint64_t at = group->data; child_at(s, &e, at, group->end); at = e.end)
        if (e.id == ID_BLOCK) {
            e.end = group->end;
            return read_block(s, &e, false);
        }
    return false;
}

static void begin_cluster(struct scan *s, const struct element *e)
{
    s->in_cluster = true;
    s->cluster_at = e->at;
    s->cluster_size_at = e->size_len == 8 ? e->size_at : 0;
    s->cluster_data = e->data;
    s->cluster_sized = e->sized && e->end <= s->source->length;
    s->cluster_end = s->cluster_sized ? e->end : UINT64_MAX;
    s->cluster_time = 0;
}

/* An element that reaches over the end of its cluster: a write failed in its middle, and what
 * stands behind was written later. */
static bool straddles(const struct scan *s, const struct element *e)
{
    return s->in_cluster && e->at < s->cluster_end && e->end > s->cluster_end;
}

/* One element inside the Segment; false: here the file stops being one. */
static bool visit(struct scan *s, const struct element *e)
{
    switch (e->id) {
    case ID_SEEK_HEAD: read_seek_head(s, e); break;
    case ID_INFO: read_info(s, e); break;
    case ID_TRACKS: s->w->tracks_at = e->at; break;
    case ID_CUES: s->w->cues_at = e->at; break;
    case ID_TIME:
        s->cluster_time = value_of(s, e);
        return s->in_cluster && s->cluster_time <= TIME_MAX;
    case ID_SIMPLE_BLOCK: return read_block(s, e, true);
    case ID_BLOCK_GROUP: return read_group(s, e);
    case ID_POSITION:
    case ID_PREVIOUS:
    case ID_CHAPTERS:
    case ID_TAGS:
    case ID_VOID:
    case ID_CRC: break;
    default: return false;
    }
    return true;
}

static enum err walk(struct scan *s)
{
    struct element e;
    if (!element_at(s, &e, 0) || e.id != ID_EBML || !e.sized || !element_at(s, &e, e.end) ||
        e.id != ID_SEGMENT)
        return E_MALFORMED;
    s->w->segment_size_at = e.size_len == 8 ? e.size_at : 0;
    s->w->segment_data = e.data;
    s->w->segment_sized = e.sized && e.end <= s->source->length;
    uint64_t at = e.data;
    while (element_at(s, &e, at)) {
        if (e.id == ID_CLUSTER) {
            begin_cluster(s, &e);
            at = e.data;
            continue;
        }
        if (!e.sized || e.end > s->source->length || straddles(s, &e) || !visit(s, &e))
            break;
        at = e.end;
    }
    return s->w->blocks > 0 ? E_OK : E_MALFORMED;
}

enum err webm_scan(struct webm *out, const struct webm_source *source)
{
    struct scan s = {.w = out, .source = source};
    enum err e = E_NOMEM;
    *out = (struct webm){.tick_ns = TICK_DEFAULT_NS};
    s.window = mem_alloc(WEBM_WINDOW);
    out->cues = mem_alloc_array(WEBM_CUES_MAX, sizeof(*out->cues));
    if (s.window != NULL && out->cues != NULL) {
        out->cue_step = 1000;
        e = walk(&s);
        if (s.failed != E_OK)
            e = s.failed;
    }
    mem_free(s.window);
    if (e != E_OK)
        webm_fini(out);
    return e;
}

void webm_fini(struct webm *w)
{
    mem_free(w->cues);
    *w = (struct webm){0};
}

bool webm_finished(const struct webm *w)
{
    return w->segment_sized && w->duration_set && w->cues_at > w->cluster_data && w->cluster_sized;
}

int64_t webm_duration_ms(const struct webm *w)
{
    enum { LAST_MAX_MS = 1000, SOLE_MS = 20 };
    uint64_t own = w->step > 0 ? w->step * w->tick_ns / 1000000 : SOLE_MS;
    return (int64_t)(w->last * w->tick_ns / 1000000 + (own < LAST_MAX_MS ? own : LAST_MAX_MS));
}

/* An element with a one-byte id and an 8-byte number as data: 10 bytes. */
static void put_number(uint8_t *p, uint8_t id, uint64_t v)
{
    p[0] = id;
    p[1] = 0x88;
    put_be64(p + 2, v);
}

enum err webm_write_cues(struct writer *out, const struct webm *w)
{
    enum { POINT = 34 };
    /* CuePoint { CueTime, CueTrackPositions { CueTrack, CueClusterPosition } } */
    uint8_t point[POINT] = {0xBB, 0x80 | (POINT - 2), [12] = 0xB7, 0x80 | 20};
    uint8_t head[12];
    put_be32(head, ID_CUES);
    put_be64(head + 4, (UINT64_C(1) << 56) | (uint64_t)w->n_cues * POINT);
    if (out->cap - out->len < sizeof(head) + (size_t)w->n_cues * POINT)
        return E_FULL;
    enum err e = writer_put(out, bytes_of(head, sizeof(head)));
    for (unsigned i = 0; i < w->n_cues && e == E_OK; i++) {
        put_number(point + 2, 0xB3, w->cues[i].time);
        put_number(point + 14, 0xF7, w->track);
        put_number(point + 24, 0xF1, w->cues[i].cluster - w->segment_data);
        e = writer_put(out, bytes_of(point, sizeof(point)));
    }
    return e;
}
