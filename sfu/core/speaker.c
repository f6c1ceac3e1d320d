/* SPDX-License-Identifier: Apache-2.0
 * Decides who is listed as speaking and in which order. Does not know packets, pictures or slots.
 * Everything that follows from time happens at ticks, so the same facts give the same list whatever
 * else is polled. */
#include "sfu/core/speaker.h"

#include "sfu/base/mem.h"

#include <assert.h>
#include <string.h>

enum err speaker_init(struct speaker *s, size_t capacity)
{
    memset(s, 0, sizeof(*s));
    s->tick_at = USEC_NEVER;
    s->people = mem_alloc_array(capacity, sizeof(s->people[0]));
    if (!s->people)
        return E_NOMEM;
    s->capacity = capacity;
    return E_OK;
}

void speaker_fini(struct speaker *s)
{
    mem_free(s->people);
    memset(s, 0, sizeof(*s));
}

enum err speaker_add(struct speaker *s, uint64_t id, size_t *handle)
{
    for (size_t i = 0; i < s->capacity; i++) {
        if (s->people[i].used)
            continue;
        s->people[i] = (struct speaker_person){.id = id, .used = true, .louder_since = USEC_NEVER};
        *handle = i;
        return E_OK;
    }
    return E_FULL;
}

static void unlist(struct speaker *s, size_t rank)
{
    s->people[s->list[rank]].listed = false;
    memmove(&s->list[rank], &s->list[rank + 1], (s->listed - rank - 1) * sizeof(s->list[0]));
    s->listed--;
    s->changed = true;
}

void speaker_remove(struct speaker *s, size_t handle)
{
    assert(handle < s->capacity && s->people[handle].used);
    for (size_t rank = s->listed; rank-- > 0;) {
        if (s->list[rank] == handle)
            unlist(s, rank);
    }
    s->people[handle].used = false;
}

static void settle_loud(struct speaker_person *p, usec now)
{
    if (!p->loud && p->score_q8 >= SPEAKER_LOUD << 8) {
        p->loud = true;
        p->loud_since = now;
    } else if (p->loud && p->score_q8 < SPEAKER_QUIET << 8) {
        p->loud = false;
        p->quiet_since = now;
    }
}

/* No packet since level_at: as many silent frames as fit until now. 64 of them silence anybody. */
static void settle(struct speaker_person *p, usec now)
{
    if (now < p->level_at + SPEAKER_STEP_US)
        return;
    usec steps = (now - p->level_at) / SPEAKER_STEP_US;
    p->level_at += steps * SPEAKER_STEP_US;
    for (usec i = 0; i < steps && i < 64; i++)
        p->score_q8 = (uint16_t)(p->score_q8 - p->score_q8 / 8);
    settle_loud(p, now);
}

void speaker_on_level(struct speaker *s, usec now, size_t handle, uint8_t level, bool voice)
{
    assert(handle < s->capacity && s->people[handle].used);
    struct speaker_person *p = &s->people[handle];
    settle(p, now);
    int32_t loudness = 127 - (level & 0x7f); /* RFC 6464 §3: 7 bits */
    if (!voice)
        loudness = loudness > SPEAKER_NO_VOICE ? loudness - SPEAKER_NO_VOICE : 0;
    int32_t step = (loudness << 8) - p->score_q8;
    p->score_q8 =
        (uint16_t)(p->score_q8 + (step > 0 ? step / 4 : step / 8)); /* up in 80 ms, down in 160 */
    p->level_at = now + SPEAKER_GAP_US;
    settle_loud(p, now);
    if (p->loud && s->tick_at == USEC_NEVER)
        s->tick_at = now + SPEAKER_TICK_US;
}

static bool may_enter(const struct speaker_person *p, usec now)
{
    return p->used && !p->listed && p->loud && now - p->loud_since >= SPEAKER_ENTER_US;
}

static bool is_before(const struct speaker_person *a, const struct speaker_person *b)
{
    return a->score_q8 != b->score_q8 ? a->score_q8 > b->score_q8 : a->id < b->id;
}

static struct speaker_person *best_candidate(struct speaker *s, usec now)
{
    struct speaker_person *best = NULL;
    for (size_t i = 0; i < s->capacity; i++) {
        struct speaker_person *p = &s->people[i];
        if (may_enter(p, now) && (!best || is_before(p, best)))
            best = p;
    }
    return best;
}

/* In a full list the one silent for longest makes room; nobody who speaks does. */
static bool make_room(struct speaker *s)
{
    if (s->listed < SPEAKER_MAX)
        return true;
    size_t out = SPEAKER_MAX;
    for (size_t rank = 0; rank < s->listed; rank++) {
        const struct speaker_person *p = &s->people[s->list[rank]];
        if (!p->loud &&
            (out == SPEAKER_MAX || p->quiet_since <= s->people[s->list[out]].quiet_since))
            out = rank;
    }
    if (out == SPEAKER_MAX)
        return false;
    unlist(s, out);
    return true;
}

/* Behind those who speak, before those who only have not left yet. */
static void enlist(struct speaker *s, struct speaker_person *p)
{
    size_t rank = s->listed;
    while (rank > 0 && !s->people[s->list[rank - 1]].loud)
        rank--;
    memmove(&s->list[rank + 1], &s->list[rank], (s->listed - rank) * sizeof(s->list[0]));
    s->list[rank] = (size_t)(p - s->people);
    s->listed++;
    p->listed = true;
    p->louder_since = USEC_NEVER;
    s->changed = true;
}

static bool is_louder(const struct speaker_person *a, const struct speaker_person *b)
{
    return a->loud && (!b->loud || a->score_q8 >= b->score_q8 + (SPEAKER_PASS << 8));
}

static void pass(struct speaker *s, usec now)
{
    for (size_t rank = s->listed; rank-- > 1;) {
        struct speaker_person *p = &s->people[s->list[rank]];
        struct speaker_person *ahead = &s->people[s->list[rank - 1]];
        if (!is_louder(p, ahead)) {
            p->louder_since = USEC_NEVER;
            continue;
        }
        if (p->louder_since == USEC_NEVER)
            p->louder_since = now;
        if (now - p->louder_since < SPEAKER_ENTER_US)
            continue;
        size_t handle = s->list[rank];
        s->list[rank] = s->list[rank - 1];
        s->list[rank - 1] = handle;
        p->louder_since = USEC_NEVER;
        ahead->louder_since = USEC_NEVER;
        s->changed = true;
    }
}

static void tick(struct speaker *s, usec now)
{
    bool active = false;
    for (size_t i = 0; i < s->capacity; i++) {
        if (!s->people[i].used)
            continue;
        settle(&s->people[i], now);
        active = active || s->people[i].loud;
    }
    for (size_t rank = s->listed; rank-- > 0;) {
        const struct speaker_person *p = &s->people[s->list[rank]];
        if (!p->loud && now - p->quiet_since >= SPEAKER_HOLD_US)
            unlist(s, rank);
    }
    pass(s, now);
    struct speaker_person *next = best_candidate(s, now);
    while (next && make_room(s)) {
        enlist(s, next);
        next = best_candidate(s, now);
    }
    s->tick_at = active || s->listed > 0 ? now + SPEAKER_TICK_US : USEC_NEVER;
}

bool speaker_poll(struct speaker *s, usec now, struct speaker_list *out)
{
    if (now >= s->tick_at)
        tick(s, now);
    if (!s->changed)
        return false;
    s->changed = false;
    out->count = s->listed;
    for (size_t rank = 0; rank < s->listed; rank++)
        out->id[rank] = s->people[s->list[rank]].id;
    return true;
}

usec speaker_deadline(const struct speaker *s)
{
    return s->changed ? 0 : s->tick_at;
}
