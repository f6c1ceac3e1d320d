/* SPDX-License-Identifier: Apache-2.0
 * Messages between server and recorder as bytes. Decides what a well-formed message is; what one
 * means is the recorder's. */
#include "recordings/frame.h"

struct cursor {
    struct bytes left;
    bool short_of; /* something was read beyond the end */
};

static uint64_t take(struct cursor *c, size_t n)
{
    if (c->left.len < n) {
        c->short_of = true;
        return 0;
    }
    uint64_t v = 0;
    for (size_t i = 0; i < n; i++)
        v = (v << 8) | c->left.p[i];
    c->left = bytes_skip(c->left, n);
    return v;
}

static struct bytes take_text(struct cursor *c)
{
    size_t n = (size_t)take(c, 2);
    if (c->short_of || c->left.len < n) {
        c->short_of = true;
        return bytes_of(NULL, 0);
    }
    struct bytes text = bytes_of(c->left.p, n);
    c->left = bytes_skip(c->left, n);
    return text;
}

static bool text_ok(struct bytes text, size_t max)
{
    return text.len >= 1 && text.len <= max && memchr(text.p, 0, text.len) == NULL;
}

/* What both directions agree on: limits of one message. */
static enum err check(const struct frame_msg *m)
{
    if (m->at < 0 || (m->flags & ~(unsigned)FRAME_FLAGS_ALL) != 0 || m->track > FRAME_TRACKS_MAX)
        return E_RANGE;
    switch (m->type) {
    case FRAME_START:
        return m->start.min_free_percent < 100 && m->start.wall_ms >= 0 &&
                       text_ok(m->start.id, FRAME_ID_MAX) &&
                       text_ok(m->start.class_id, FRAME_ID_MAX) &&
                       text_ok(m->start.directory, FRAME_DIRECTORY_MAX)
                   ? E_OK
                   : E_RANGE;
    case FRAME_OPEN:
        return m->track > 0 && m->open.kind < N_FRAME_KIND && m->open.codec < N_FRAME_CODEC &&
                       (m->open.kind == FRAME_AUDIO) == (m->open.codec == FRAME_OPUS)
                   ? E_OK
                   : E_RANGE;
    case FRAME_FRAME:
        return m->track > 0 && m->frame.whole <= FRAME_BYTES_MAX && m->frame.bytes.len >= 1 &&
                       m->frame.bytes.len <= FRAME_PART_MAX && m->frame.offset < m->frame.whole &&
                       m->frame.bytes.len <= m->frame.whole - m->frame.offset
                   ? E_OK
                   : E_RANGE;
    case FRAME_MUTE:
    case FRAME_CLOSE:
    case FRAME_WRITTEN:
    case FRAME_KEYFRAME:
    case FRAME_CLOSED: return m->track > 0 ? E_OK : E_RANGE;
    case FRAME_FAILED: return m->reason < N_FRAME_REASON ? E_OK : E_RANGE;
    case FRAME_MARK:
    case FRAME_STOP:
    case FRAME_STARTED:
    case FRAME_LOW_DISK:
    case FRAME_STOPPED: return E_OK;
    }
    return E_UNSUPPORTED;
}

static bool has_time(enum frame_type type)
{
    return type <= FRAME_STOP || type == FRAME_WRITTEN;
}

static void read_body(struct frame_msg *m, struct cursor *c)
{
    if (has_time(m->type))
        m->at = (usec)take(c, 8);
    switch (m->type) {
    case FRAME_START:
        m->start.wall_ms = (int64_t)take(c, 8);
        m->start.min_free_bytes = take(c, 8);
        m->start.min_free_percent = (unsigned)take(c, 1);
        m->start.id = take_text(c);
        m->start.class_id = take_text(c);
        m->start.directory = take_text(c);
        break;
    case FRAME_OPEN:
        m->open.person = (uint32_t)take(c, 4);
        m->open.publication = (uint32_t)take(c, 4);
        m->open.kind = (enum frame_kind)take(c, 1);
        m->open.codec = (enum frame_codec)take(c, 1);
        break;
    case FRAME_FRAME:
        m->frame.whole = (uint32_t)take(c, 4);
        m->frame.offset = (uint32_t)take(c, 4);
        m->frame.bytes = c->left;
        c->left = bytes_of(NULL, 0);
        break;
    case FRAME_MARK: m->mark = take(c, 8); break;
    case FRAME_LOW_DISK: m->free_bytes = take(c, 8); break;
    case FRAME_FAILED: m->reason = (enum frame_reason)take(c, 1); break;
    case FRAME_MUTE:
    case FRAME_CLOSE:
    case FRAME_STOP:
    case FRAME_STARTED:
    case FRAME_WRITTEN:
    case FRAME_KEYFRAME:
    case FRAME_CLOSED:
    case FRAME_STOPPED: break;
    }
}

enum err frame_read(struct frame_msg *out, struct bytes packet)
{
    struct cursor c = {.left = packet};
    struct frame_msg m = {0};
    if (packet.len < FRAME_HEADER_BYTES || packet.len > FRAME_MESSAGE_MAX)
        return E_MALFORMED;
    if (take(&c, 1) != FRAME_VERSION)
        return E_UNSUPPORTED;
    uint64_t type = take(&c, 1);
    if (!(type >= FRAME_START && type <= FRAME_STOP) &&
        !(type >= FRAME_STARTED && type <= FRAME_STOPPED))
        return E_UNSUPPORTED;
    m.type = (enum frame_type)type;
    m.flags = (unsigned)take(&c, 2);
    m.track = (uint32_t)take(&c, 4);
    read_body(&m, &c);
    if (c.short_of || c.left.len > 0)
        return E_MALFORMED;
    enum err e = check(&m);
    if (e == E_OK)
        *out = m;
    return e;
}

/* The caller made sure of FRAME_MESSAGE_MAX bytes; texts are checked to be short. */
static void put(struct writer *w, size_t n, uint64_t v)
{
    uint8_t *at = writer_take(w, n);
    for (size_t i = 0; at != NULL && i < n; i++)
        at[i] = (uint8_t)(v >> (8 * (n - 1 - i)));
}

static enum err put_text(struct writer *w, struct bytes text)
{
    put(w, 2, text.len);
    return writer_put(w, text);
}

static enum err write_body(struct writer *w, const struct frame_msg *m)
{
    enum err e = E_OK;
    if (has_time(m->type))
        put(w, 8, (uint64_t)m->at);
    switch (m->type) {
    case FRAME_START:
        put(w, 8, (uint64_t)m->start.wall_ms);
        put(w, 8, m->start.min_free_bytes);
        put(w, 1, m->start.min_free_percent);
        e = put_text(w, m->start.id);
        if (e == E_OK)
            e = put_text(w, m->start.class_id);
        if (e == E_OK)
            e = put_text(w, m->start.directory);
        break;
    case FRAME_OPEN:
        put(w, 4, m->open.person);
        put(w, 4, m->open.publication);
        put(w, 1, (uint64_t)m->open.kind);
        put(w, 1, (uint64_t)m->open.codec);
        break;
    case FRAME_FRAME:
        put(w, 4, m->frame.whole);
        put(w, 4, m->frame.offset);
        e = writer_put(w, m->frame.bytes);
        break;
    case FRAME_MARK: put(w, 8, m->mark); break;
    case FRAME_LOW_DISK: put(w, 8, m->free_bytes); break;
    case FRAME_FAILED: put(w, 1, (uint64_t)m->reason); break;
    case FRAME_MUTE:
    case FRAME_CLOSE:
    case FRAME_STOP:
    case FRAME_STARTED:
    case FRAME_WRITTEN:
    case FRAME_KEYFRAME:
    case FRAME_CLOSED:
    case FRAME_STOPPED: break;
    }
    return e;
}

enum err frame_write(struct writer *w, const struct frame_msg *m)
{
    enum { SMALL_MAX = 64 }; /* every message without texts or bytes is shorter */
    size_t before = w->len;
    enum err e = check(m);
    if (e != E_OK)
        return e;
    size_t need = SMALL_MAX;
    if (m->type == FRAME_FRAME)
        need += m->frame.bytes.len;
    if (m->type == FRAME_START)
        need += m->start.id.len + m->start.class_id.len + m->start.directory.len;
    if (w->cap - w->len < need)
        return E_FULL;
    put(w, 1, FRAME_VERSION);
    put(w, 1, (uint64_t)m->type);
    put(w, 2, m->flags);
    put(w, 4, m->track);
    e = write_body(w, m);
    if (e != E_OK)
        w->len = before;
    return e;
}
