/* SPDX-License-Identifier: Apache-2.0
 * Decides what trainers and moderators see of attendance while the class runs: how many are
 * expected, present and in a room, and who is missing. The record is made from the log, not here.
 */
#include "signaling/classroom/state.h"

enum { COUNT_EVERY_MS = 1000 }; /* PROTOCOL.md §3.6 */

static bool is_awaited(const struct person *p)
{
    return p->identity == IDENTITY_LIST && p->merged_into == 0 && p->state != PERSON_REMOVED;
}

size_t count_expected_absent(const struct class *c, struct note_expected *out, size_t cap)
{
    size_t n = 0;
    for (size_t i = 0; i < c->n_people && n < cap; i++) {
        const struct person *p = c->people[i];
        if (is_awaited(p) && !person_is_seen(p))
            out[n++] = (struct note_expected){p->number, p->name, p->organisation};
    }
    return n;
}

static void count_now(const struct class *c, struct note *n, uint32_t absent[CLASS_EXPECTED_MAX])
{
    *n = (struct note){.kind = NOTE_ATTENDANCE_COUNT, .count = {.absent = absent}};
    for (size_t i = 0; i < c->n_people; i++) {
        const struct person *p = c->people[i];
        if (p->role != ROLE_LEARNER)
            continue;
        bool seen = person_is_seen(p), awaited = is_awaited(p);
        n->count.expected += awaited ? 1U : 0U;
        n->count.present += seen ? 1U : 0U;
        n->count.in_room += p->seated ? 1U : 0U;
        if (awaited && !seen && n->count.n_absent < CLASS_EXPECTED_MAX)
            absent[n->count.n_absent++] = p->number;
    }
}

/* FNV-1a, 64 bits, over the numbers: says only whether anything changed. */
static uint64_t print_of(const struct note *n)
{
    uint64_t h = 14695981039346656037U;
    h = (h ^ n->count.expected) * 1099511628211U;
    h = (h ^ n->count.present) * 1099511628211U;
    h = (h ^ n->count.in_room) * 1099511628211U;
    for (size_t i = 0; i < n->count.n_absent; i++)
        h = (h ^ n->count.absent[i]) * 1099511628211U;
    return h;
}

void count_tick(struct class *c, int64_t now_ms)
{
    uint32_t absent[CLASS_EXPECTED_MAX];
    struct note n;
    if (c->ended || now_ms - c->counted_ms < COUNT_EVERY_MS)
        return;
    count_now(c, &n, absent);
    uint64_t print = print_of(&n);
    if (print == c->counted && !c->duties_asked)
        return;
    c->counted = print;
    c->counted_ms = now_ms;
    const struct audience to = {.kind = AUDIENCE_MODERATORS};
    c->sink.deliver(c->sink.ctx, &to, &n);
    for (size_t i = 0; i < c->info.n_sites && c->duties_asked; i++)
        due_say(c, c->info.sites[i].site);
    c->duties_asked = false;
}
