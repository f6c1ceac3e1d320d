/* SPDX-License-Identifier: Apache-2.0
 * Decides who is in a log and who is the same as whom. People are merged by an event of the trainer
 * only, never for their names. */
#include "signaling/attendance/build.h"

#include "sfu/base/mem.h"

static int by_value(const void *a, const void *b)
{
    uint32_t x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return x < y ? -1 : x > y;
}

/* Index of the record that carries this number, or of the place where it would stand. */
static size_t place_of(const struct presence *p, uint32_t number)
{
    size_t low = 0;
    for (size_t high = p->n_people; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (p->people[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct presence_person *presence_find(const struct presence *p, uint32_t number)
{
    size_t at = place_of(p, number);
    return at < p->n_people && p->people[at].number == number ? &p->people[at] : NULL;
}

uint32_t people_index(const struct build *b, uint32_t number)
{
    size_t at = place_of(b->p, number);
    while (b->p->people[at].merged_into != 0)
        at = place_of(b->p, b->p->people[at].merged_into);
    return (uint32_t)at;
}

static enum err collect(struct build *b)
{
    enum err e = E_NOMEM;
    size_t n = 0;
    uint32_t *numbers = mem_alloc_array(2 * b->n + 1, sizeof *numbers);
    if (numbers == NULL)
        return E_NOMEM;
    for (size_t i = 0; i < b->n; i++) {
        if (b->events[i].person != 0)
            numbers[n++] = b->events[i].person;
        if (b->events[i].kind == LOG_PERSON_MERGED && b->events[i].other != 0)
            numbers[n++] = b->events[i].other;
    }
    order(numbers, n, sizeof *numbers, by_value);
    size_t unique = 0;
    for (size_t i = 0; i < n; i++)
        if (i == 0 || numbers[i] != numbers[i - 1])
            numbers[unique++] = numbers[i];
    b->p->people = mem_alloc_array(unique + 1, sizeof *b->p->people);
    if (b->p->people == NULL)
        goto out;
    b->p->n_people = unique;
    for (size_t i = 0; i < unique; i++)
        b->p->people[i].number = numbers[i];
    e = E_OK;
out:
    mem_free(numbers);
    return e;
}

static void merge(struct build *b, const struct log_event *e)
{
    if (e->person == 0 || e->other == 0)
        return;
    uint32_t from = people_index(b, e->person), to = people_index(b, e->other);
    if (from == to)
        return;
    struct presence_person *gone = &b->p->people[from];
    gone->merged_into = b->p->people[to].number;
}

static void describe(struct build *b, const struct log_event *e)
{
    struct presence_person *p = &b->p->people[people_index(b, e->person)];
    bool tells = e->kind == LOG_PERSON_EXPECTED || e->kind == LOG_PERSON_DECLARED ||
                 e->kind == LOG_ENTERED || e->kind == LOG_MOVED;
    if (e->kind == LOG_PERSON_EXPECTED)
        p->expected = true;
    if (e->kind == LOG_PERSON_DECLARED)
        p->declared = true;
    if (tells && e->role != LOG_ROLE_NONE)
        p->role = e->role;
    if (e->kind == LOG_CHECKED_IN && p->role == LOG_ROLE_NONE)
        p->role = LOG_ROLE_LEARNER;
}

enum err people_make(struct build *b)
{
    enum err e = collect(b);
    if (e != E_OK)
        return e;
    for (size_t i = 0; i < b->n; i++)
        if (b->events[i].kind == LOG_PERSON_MERGED && !b->is_void[i])
            merge(b, &b->events[i]);
    for (size_t i = 0; i < b->n; i++)
        if (b->events[i].person != 0 && !b->is_void[i])
            describe(b, &b->events[i]);
    return E_OK;
}

bool presence_is_row(const struct presence_person *p)
{
    return p->merged_into == 0 && (p->role == LOG_ROLE_LEARNER || p->expected || p->declared) &&
           p->role != LOG_ROLE_TRAINER && p->role != LOG_ROLE_MODERATOR && p->role != LOG_ROLE_ROOM;
}

struct presence_count presence_count(const struct presence *p)
{
    struct presence_count c = {0};
    for (size_t i = 0; i < p->n_people; i++) {
        const struct presence_person *who = &p->people[i];
        if (!presence_is_row(who))
            continue;
        c.expected += who->expected ? 1U : 0U;
        c.present += who->here != 0 ? 1U : 0U;
        c.in_place += (who->here & HERE_SITE) != 0 ? 1U : 0U;
    }
    return c;
}
