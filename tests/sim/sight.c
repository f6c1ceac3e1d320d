/* SPDX-License-Identifier: Apache-2.0
 * Decides whether what a slot delivers is right and decodable. */
#include "tests/sim/sight.h"

#include "sfu/wire/vp8.h"

#include <string.h>

enum { STUCK_US = 300000, RETRY_US = 40000, TRIES = 12 };

void content_write(uint8_t out[CONTENT_BYTES], uint32_t publication, uint32_t unit, uint8_t part,
                   uint8_t parts, bool key)
{
    put_be32(out, publication);
    put_be32(out + 4, unit);
    out[8] = part;
    out[9] = parts;
    out[10] = key;
    for (unsigned i = 11; i < CONTENT_BYTES; i++)
        out[i] = (uint8_t)(publication * 31 + unit * 7 + part * 3 + i);
}

static bool content_is_whole(struct bytes c)
{
    uint8_t expected[CONTENT_BYTES];
    if (c.len != CONTENT_BYTES)
        return false;
    content_write(expected, be32(c.p), be32(c.p + 4), c.p[8], c.p[9], c.p[10] != 0);
    return memcmp(expected, c.p, CONTENT_BYTES) == 0;
}

/* False: had before. */
static bool mark_seen(struct sight *s, uint64_t ext)
{
    uint8_t mark = (uint8_t)(ext / SIGHT_SEQS % 250 + 1);
    if (s->seen[ext % SIGHT_SEQS] == mark) {
        s->duplicates++;
        return false;
    }
    s->seen[ext % SIGHT_SEQS] = mark;
    return true;
}

static void note_missing(struct sight *s, usec now, uint64_t from, uint64_t to)
{
    for (uint64_t ext = from; ext < to && s->n_missing < SIGHT_MISSING; ext++) {
        s->missing[s->n_missing].ext = ext;
        s->missing[s->n_missing].next = now + 15000;
        s->missing[s->n_missing++].tries = 0;
    }
}

static void forget_missing(struct sight *s, uint64_t ext)
{
    for (unsigned i = 0; i < s->n_missing; i++) {
        if (s->missing[i].ext == ext) {
            s->missing[i] = s->missing[--s->n_missing];
            return;
        }
    }
}

size_t sight_nacks(struct sight *s, usec now, uint16_t *out, size_t cap)
{
    size_t n = 0;
    for (unsigned i = s->n_missing; i > 0; i--) {
        if (s->missing[i - 1].next > now)
            continue;
        if (s->missing[i - 1].tries++ >= TRIES) {
            s->missing[i - 1] = s->missing[--s->n_missing];
            continue;
        }
        s->missing[i - 1].next = now + RETRY_US;
        if (n < cap)
            out[n++] = (uint16_t)s->missing[i - 1].ext;
    }
    return n;
}

bool sight_is_stuck(const struct sight *s, usec now)
{
    return s->video && s->received > 0 && now - s->last_decoded > STUCK_US;
}

static const char *decode(struct sight *s, usec now, uint32_t number, uint16_t picture_id,
                          bool in_chain)
{
    /* Loss, or a switch in the middle, may leave out as many pictures as there was time for. */
    usec left_out = 8 + (now - s->last_decoded) / 33000;
    unsigned step = (picture_id - s->last_picture_id) & 0x7FFFU;
    if (s->has_picture_id && (in_chain ? step != 1 : step == 0 || step > left_out))
        return "picture ids do not run on";
    s->has_picture_id = true;
    s->last_picture_id = picture_id;
    s->decoding = true;
    s->next_frame = number + 1;
    s->decoded++;
    s->decoded_of++;
    s->last_decoded = now;
    return NULL;
}

static bool is_complete(const struct sight_frame *f, uint32_t number)
{
    return f->n > 0 && f->number == number && f->got == (1U << f->n) - 1;
}

static const char *on_picture(struct sight *s, usec now, const struct vp8 *v, struct bytes content)
{
    uint32_t number = be32(content.p + 4);
    struct sight_frame *f = &s->frames[number % SIGHT_FRAMES];
    const char *wrong = NULL;
    if (f->number != number || f->n == 0)
        *f = (struct sight_frame){.number = number, .n = content.p[9], .key = content.p[10] != 0};
    f->got |= 1U << content.p[8];
    f->picture_id = v->picture_id;
    if (f->key && is_complete(f, number) && (!s->decoding || number > s->next_frame))
        wrong = decode(s, now, number, f->picture_id, false);
    while (!wrong && s->decoding) {
        f = &s->frames[s->next_frame % SIGHT_FRAMES];
        if (!is_complete(f, s->next_frame))
            break;
        wrong = decode(s, now, f->number, f->picture_id, true);
    }
    return wrong;
}

static void on_publication(struct sight *s, uint32_t publication, uint32_t ts)
{
    if (s->publication == publication)
        return;
    if (s->publication != 0)
        s->switches++;
    s->publication = publication;
    s->first_ts_of_publication = ts;
    s->decoding = false;
    s->decoded_of = 0;
    memset(s->frames, 0, sizeof(s->frames));
}

static const char *on_content(struct sight *s, usec now, const struct rtp *rtp, uint64_t ext)
{
    struct vp8 v = {0};
    struct bytes content = rtp->payload;
    if (s->video) {
        if (vp8_parse(&v, rtp->payload) != E_OK)
            return "descriptor broken";
        content = bytes_skip(content, v.len + (v.frame_start ? (v.keyframe ? 10U : 1U) : 0U));
    }
    if (!content_is_whole(content))
        return "content broken";
    uint32_t publication = be32(content.p);
    if (publication != rtp_csrc(rtp, 0))
        return "content of one, identity of another";
    if (publication != s->publication && ext < s->last_ts_seq)
        return NULL; /* repair from before a switch */
    on_publication(s, publication, rtp->timestamp);
    return s->video ? on_picture(s, now, &v, content) : NULL;
}

const char *sight_on_packet(struct sight *s, usec now, const struct rtp *rtp)
{
    if (rtp_csrc_count(rtp) != 1)
        return "no identity";
    uint64_t before = s->seq.highest_ext;
    bool first = !s->seq.started;
    uint64_t ext = seq_unwrap(&s->seq, rtp->seq);
    if (first) {
        s->first_ext = ext;
        s->last_decoded = now;
    } else if (ext > before + 1) {
        note_missing(s, now, before + 1, ext);
    }
    forget_missing(s, ext);
    if (!mark_seen(s, ext))
        return NULL;
    s->received++;
    if (ext > s->last_ts_seq) {
        if (s->last_ts_seq != 0 && (int32_t)(rtp->timestamp - s->last_ts) < 0)
            return "time runs back";
        const char *wrong = on_content(s, now, rtp, ext);
        s->last_ts_seq = ext;
        s->last_ts = rtp->timestamp;
        return wrong;
    }
    return on_content(s, now, rtp, ext);
}
