/* SPDX-License-Identifier: Apache-2.0
 * The manifest as JSON text. Decides names and shapes; the rules are manifest.c's. */
#include "recordings/manifest_json.h"

#include <jansson.h>

#include <inttypes.h>

enum { FORMAT = 1 };

static json_t *span_list(const struct manifest *m, uint32_t segment, enum span_kind kind)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < m->n_spans; i++) {
        const struct manifest_span *s = &m->spans[i];
        if (s->segment == segment && s->kind == kind)
            (void)json_array_append_new(
                list, json_pack("[I, I]", (json_int_t)s->from_ms, (json_int_t)s->to_ms));
    }
    return list;
}

static json_t *segment_object(const struct manifest *m, uint32_t i)
{
    const struct manifest_segment *s = &m->segments[i];
    struct manifest_file file = manifest_file(m, s);
    json_t *o = json_pack("{s:s, s:i, s:s, s:I, s:I, s:o, s:o}", "file", file.name, "segment",
                          (int)s->number, "state", segment_state_name(s->state), "offset_ms",
                          (json_int_t)s->offset_ms, "end_ms", (json_int_t)s->end_ms, "gaps_ms",
                          span_list(m, i, SPAN_GAP), "muted_ms", span_list(m, i, SPAN_MUTED));
    if (s->width > 0) {
        (void)json_object_set_new(o, "width", json_integer(s->width));
        (void)json_object_set_new(o, "height", json_integer(s->height));
    }
    return o;
}

static json_t *track_object(const struct manifest *m, const struct manifest_track *t)
{
    json_t *segments = json_array();
    for (uint32_t i = 0; i < m->n_segments; i++)
        if (m->segments[i].track == t->number)
            (void)json_array_append_new(segments, segment_object(m, i));
    return json_pack("{s:I, s:I, s:I, s:s, s:s, s:o}", "track", (json_int_t)t->number, "person",
                     (json_int_t)t->person, "publication", (json_int_t)t->publication, "kind",
                     frame_kind_name(t->kind), "codec", frame_codec_name(t->codec), "segments",
                     segments);
}

char *manifest_json_write(const struct manifest *m, size_t *len)
{
    json_t *tracks = json_array();
    json_t *marks = json_array();
    for (uint32_t i = 0; i < m->n_tracks; i++)
        (void)json_array_append_new(tracks, track_object(m, &m->tracks[i]));
    for (uint32_t i = 0; i < m->n_marks; i++)
        (void)json_array_append_new(marks, json_pack("[I, I]", (json_int_t)m->marks[i].at_ms,
                                                     (json_int_t)m->marks[i].number));
    json_t *o =
        json_pack("{s:i, s:s, s:s, s:s, s:I, s:I, s:I, s:o, s:o}", "format", FORMAT, "id", m->id,
                  "class", m->class_id, "state", manifest_state_name(m->state), "started_wall_ms",
                  (json_int_t)m->started_wall_ms, "started_boot_us", (json_int_t)m->started_boot,
                  "end_ms", (json_int_t)m->end_ms, "tracks", tracks, "marks_ms", marks);
    char *text = o == NULL ? NULL : json_dumps(o, JSON_INDENT(1));
    json_decref(o);
    if (text != NULL)
        *len = strlen(text);
    return text;
}

/* A whole number of at least `least` in *out. */
static bool number(const json_t *o, const char *key, int64_t least, int64_t most, int64_t *out)
{
    const json_t *v = json_object_get(o, key);
    if (!json_is_integer(v))
        return false;
    *out = json_integer_value(v);
    return *out >= least && *out <= most;
}

/* The index of the word under key; n when it is none of them. */
static unsigned word(const json_t *o, const char *key, unsigned n, const char *(*name)(unsigned))
{
    const char *w = json_string_value(json_object_get(o, key));
    for (unsigned i = 0; w != NULL && i < n; i++)
        if (strcmp(w, name(i)) == 0)
            return i;
    return n;
}

static const char *state_word(unsigned i)
{
    return manifest_state_name((enum manifest_state)i);
}

static const char *segment_word(unsigned i)
{
    return segment_state_name((enum segment_state)i);
}

static const char *kind_word(unsigned i)
{
    return frame_kind_name((enum frame_kind)i);
}

static const char *codec_word(unsigned i)
{
    return frame_codec_name((enum frame_codec)i);
}

static bool pair(const json_t *v, int64_t out[2])
{
    if (!json_is_array(v) || json_array_size(v) != 2)
        return false;
    for (size_t i = 0; i < 2; i++) {
        if (!json_is_integer(json_array_get(v, i)))
            return false;
        out[i] = json_integer_value(json_array_get(v, i));
    }
    return true;
}

static enum err read_spans(struct manifest *m, uint32_t segment, enum span_kind kind,
                           const json_t *list)
{
    size_t i;
    const json_t *v;
    int64_t p[2];
    json_array_foreach(list, i, v)
    {
        if (!pair(v, p))
            return E_MALFORMED;
        struct manifest_span span = {
            .segment = segment, .kind = kind, .from_ms = p[0], .to_ms = p[1]};
        enum err e = manifest_add_span(m, &span);
        if (e != E_OK)
            return e;
    }
    return E_OK;
}

static enum err read_segment(struct manifest *m, uint32_t track, const json_t *o)
{
    int64_t seg = 0, offset = 0, end = 0, width = 0, height = 0;
    uint32_t at = 0;
    unsigned state = word(o, "state", N_SEGMENT_STATE, segment_word);
    if (state == N_SEGMENT_STATE || !number(o, "segment", 1, MANIFEST_SEGMENTS_MAX, &seg) ||
        !number(o, "offset_ms", -1, INT64_MAX / 4096, &offset) ||
        !number(o, "end_ms", -1, INT64_MAX / 4096, &end))
        return E_MALFORMED;
    if (json_object_get(o, "width") != NULL && (!number(o, "width", 1, UINT16_MAX + 1, &width) ||
                                                !number(o, "height", 1, UINT16_MAX + 1, &height)))
        return E_MALFORMED;
    enum err e = manifest_add_segment(m, track, &at);
    if (e != E_OK)
        return e;
    m->segments[at] = (struct manifest_segment){.track = track,
                                                .number = (uint32_t)seg,
                                                .state = (enum segment_state)state,
                                                .offset_ms = offset,
                                                .end_ms = end,
                                                .width = (uint32_t)width,
                                                .height = (uint32_t)height};
    e = read_spans(m, at, SPAN_GAP, json_object_get(o, "gaps_ms"));
    return e == E_OK ? read_spans(m, at, SPAN_MUTED, json_object_get(o, "muted_ms")) : e;
}

static enum err read_track(struct manifest *m, const json_t *o)
{
    int64_t nr = 0, person = 0, publication = 0;
    unsigned kind = word(o, "kind", N_FRAME_KIND, kind_word);
    unsigned codec = word(o, "codec", N_FRAME_CODEC, codec_word);
    if (kind == N_FRAME_KIND || codec == N_FRAME_CODEC ||
        !number(o, "track", 1, FRAME_TRACKS_MAX, &nr) ||
        !number(o, "person", 0, UINT32_MAX, &person) ||
        !number(o, "publication", 0, UINT32_MAX, &publication))
        return E_MALFORMED;
    struct manifest_track t = {.number = (uint32_t)nr,
                               .person = (uint32_t)person,
                               .publication = (uint32_t)publication,
                               .kind = (enum frame_kind)kind,
                               .codec = (enum frame_codec)codec};
    enum err e = manifest_track(m, t.number) == NULL ? manifest_add_track(m, &t) : E_MALFORMED;
    size_t i;
    const json_t *s;
    json_array_foreach(json_object_get(o, "segments"), i, s)
    {
        if (e == E_OK)
            e = read_segment(m, t.number, s);
    }
    return e;
}

static enum err read_head(struct manifest *m, const json_t *o)
{
    const char *id = json_string_value(json_object_get(o, "id"));
    const char *class_id = json_string_value(json_object_get(o, "class"));
    int64_t format = 0, wall = 0, boot = 0;
    unsigned state = word(o, "state", N_MANIFEST_STATE, state_word);
    if (!number(o, "format", 1, INT64_MAX, &format))
        return E_MALFORMED;
    if (format != FORMAT)
        return E_UNSUPPORTED;
    if (id == NULL || class_id == NULL || state == N_MANIFEST_STATE ||
        !number(o, "started_wall_ms", 0, INT64_MAX / 4096, &wall) ||
        !number(o, "started_boot_us", INT64_MIN / 4, INT64_MAX / 4, &boot) ||
        !number(o, "end_ms", -1, INT64_MAX / 4096, &m->end_ms) ||
        manifest_begin(m, bytes_of(id, strlen(id)), bytes_of(class_id, strlen(class_id))) != E_OK)
        return E_MALFORMED;
    m->state = (enum manifest_state)state;
    m->started_wall_ms = wall;
    m->started_boot = boot;
    return E_OK;
}

static enum err read_marks(struct manifest *m, const json_t *list)
{
    size_t i;
    const json_t *v;
    int64_t p[2];
    json_array_foreach(list, i, v)
    {
        if (!pair(v, p) || p[0] < 0 || p[1] < 0)
            return E_MALFORMED;
        enum err e = manifest_add_mark(m, p[0], (uint64_t)p[1]);
        if (e != E_OK)
            return e;
    }
    return E_OK;
}

enum err manifest_json_read(struct manifest *m, struct bytes text)
{
    if (text.len > MANIFEST_TEXT_MAX)
        return E_MALFORMED;
    json_t *o = json_loadb((const char *)text.p, text.len, JSON_REJECT_DUPLICATES, NULL);
    enum err e = o == NULL ? E_MALFORMED : read_head(m, o);
    size_t i;
    const json_t *t;
    json_array_foreach(json_object_get(o, "tracks"), i, t)
    {
        if (e == E_OK)
            e = read_track(m, t);
    }
    if (e == E_OK)
        e = read_marks(m, json_object_get(o, "marks_ms"));
    if (e == E_OK)
        e = manifest_check(m);
    json_decref(o);
    if (e == E_FULL || e == E_RANGE)
        e = E_MALFORMED;
    if (e != E_OK)
        manifest_fini(m);
    return e;
}
