/* SPDX-License-Identifier: Apache-2.0
 * Random logs: presence is the union of what a grid of seconds sees, the parts add up to the whole,
 * and any beginning of any log gives a valid answer. */
#include "tests/testing.h"

#include "log.h"
#include "sfu/base/rng.h"

enum { PEOPLE = 4, DEVICES = 3, DAY_S = 8 * 3600, GRID_ROUNDS = 60, PREFIX_ROUNDS = 40 };

static struct log l;
static uint8_t grid[PEOPLE + 1][DAY_S]; /* bit 0 connected, bit 1 in a place */

/* One connection or stay of somebody, in whole seconds from nine. */
struct stay {
    uint32_t person, device;
    int32_t from_s, to_s;
    bool site;
};

static void mark(const struct stay *s)
{
    for (int32_t t = s->from_s; t < s->to_s; t++)
        grid[s->person][t] |= s->site ? 2U : 1U;
}

struct step {
    int32_t at_s;
    uint32_t order;
    const struct stay *stay;
    bool begins;
};

static int by_time(const void *a, const void *b)
{
    const struct step *x = a, *y = b;
    if (x->at_s != y->at_s)
        return x->at_s < y->at_s ? -1 : 1;
    return x->order < y->order ? -1 : 1;
}

static void say(const struct step *s)
{
    static const unsigned kinds[2][2] = {{LOG_LEFT, LOG_ENTERED},
                                         {LOG_CHECKED_OUT, LOG_CHECKED_IN}};
    struct log_event *e =
        log_add_at(&l, NINE + SECONDS(s->at_s), kinds[s->stay->site][s->begins], s->stay->person);
    e->device = s->stay->site ? 0 : s->stay->device;
    e->site = s->stay->site ? 1 : 0;
    e->reason = s->stay->site ? LOG_HOW_CODE : s->begins ? 0 : LOG_LEFT_LEFT;
}

/* Each device and the place of each person: stays one after the other, never touching. */
static size_t make_stays(struct rng *r, struct stay *stays)
{
    size_t n = 0;
    for (uint32_t person = 1; person <= PEOPLE; person++)
        for (uint32_t device = 0; device <= DEVICES; device++) {
            int32_t at = 1 + (int32_t)rng_below(r, 7200);
            while (at < DAY_S - 7300) {
                int32_t to = at + 1 + (int32_t)rng_below(r, 7200);
                stays[n++] = (struct stay){person, device, at, to, device == 0};
                at = to + 61 + (int32_t)rng_below(r, 3600);
            }
        }
    return n;
}

static void check_against_grid(const struct presence *p, uint32_t person, unsigned period)
{
    struct span at = p->periods.at[period - 1];
    int64_t any = 0, site = 0;
    for (int64_t t = (at.from_ms - NINE) / 1000; t < (at.to_ms - NINE) / 1000; t++) {
        any += grid[person][t] != 0 ? 1 : 0;
        site += (grid[person][t] & 2U) != 0 ? 1 : 0;
    }
    const struct presence_cell *c = cell_of(p, person, period);
    assert_int_equal(c->present_ms, SECONDS(any));
    assert_int_equal(c->site_ms, SECONDS(site));
    assert_int_equal(c->site_ms + c->remote_ms, c->present_ms);
}

/* Periods meet, so that a check-in of one is over where the next begins: the grid forgets it too.
 */
static void forget_place_at_period_end(struct stay *s)
{
    int32_t end = s->from_s < 4 * 3600 ? 4 * 3600 : DAY_S;
    if (s->site && s->to_s > end)
        s->to_s = end;
}

static void presence_is_the_union_over_devices_and_places(void **state)
{
    (void)state;
    static struct stay stays[256], seen;
    static struct step steps[512];
    for (uint64_t seed = 1; seed <= GRID_ROUNDS; seed++) {
        struct rng r;
        rng_init(&r, seed);
        memset(grid, 0, sizeof grid);
        size_t n = make_stays(&r, stays), n_steps = 0;
        for (size_t i = 0; i < n; i++) {
            seen = stays[i];
            forget_place_at_period_end(&seen);
            mark(&seen);
            steps[n_steps] = (struct step){stays[i].from_s, (uint32_t)n_steps, &stays[i], true};
            n_steps++;
            steps[n_steps] = (struct step){stays[i].to_s, (uint32_t)n_steps, &stays[i], false};
            n_steps++;
        }
        qsort(steps, n_steps, sizeof steps[0], by_time);
        log_start(&l, NINE);
        log_period(&l, 1, NINE, NINE + SECONDS(4 * 3600));
        log_period(&l, 2, NINE + SECONDS(4 * 3600), NINE + SECONDS(DAY_S));
        for (size_t i = 0; i < n_steps; i++)
            say(&steps[i]);
        /* Without the grace: the grid knows of no cuts. */
        struct presence_limits limits = presence_default_limits;
        limits.grace_ms = -1;
        struct presence *p = NULL;
        const struct presence_input in = {.events = l.events, .n = l.n, .limits = &limits};
        assert_int_equal(presence_new(&p, &in), E_OK);
        for (uint32_t person = 1; person <= PEOPLE; person++)
            for (unsigned period = 1; period <= 2; period++)
                check_against_grid(p, person, period);
        presence_free(p);
    }
}

/* Any event after any other, most of them nonsense. */
static void add_random(struct rng *r)
{
    static const uint8_t kinds[] = {
        LOG_ENTERED,        LOG_ENTERED,       LOG_LOST,           LOG_BACK,
        LOG_MOVED,          LOG_LEFT,          LOG_ALIVE,          LOG_CHECKED_IN,
        LOG_CHECKED_OUT,    LOG_PAUSE_STARTED, LOG_PAUSE_ENDED,    LOG_LIST_CONFIRMED,
        LOG_PERSON_MERGED,  LOG_CORRECTED,     LOG_SERVER_STARTED, LOG_SERVER_STOPPED,
        LOG_PERIOD_ENDED,   LOG_CLASS_ENDED,   LOG_CLASS_REOPENED, LOG_PERSON_EXPECTED,
        LOG_CLOCK_UNSYNCED, LOG_CLOCK_SET,     LOG_PERIOD_PLANNED, 200,
    };
    int64_t step = rng_below(r, 4) == 0 ? MINUTES(rng_below(r, 20)) : SECONDS(rng_below(r, 70));
    if (rng_below(r, 100) == 0) {
        l.boot++;
        l.boot_ms = l.now_ms;
    }
    if (rng_below(r, 50) == 0)
        l.wrong_ms = SECONDS((int64_t)rng_below(r, 10000) - 5000);
    struct log_event *e = log_add_at(&l, l.now_ms + step, kinds[rng_below(r, sizeof kinds)],
                                     rng_below(r, PEOPLE + 1));
    e->by = rng_below(r, 3);
    e->other = rng_below(r, PEOPLE + 1);
    e->device = rng_below(r, 3);
    e->site = (uint16_t)rng_below(r, 3);
    e->period = (uint16_t)rng_below(r, 4);
    e->age_ms = rng_below(r, 15001);
    e->reason = (uint8_t)rng_below(r, 7);
    e->target = rng_below(r, (uint32_t)l.n + 2);
    e->from_ms = rng_below(r, 2) == 0 ? 0 : NINE + MINUTES(rng_below(r, 500));
    e->to_ms = rng_below(r, 2) == 0 ? 0 : NINE + MINUTES(rng_below(r, 500));
    if (e->kind == LOG_PERIOD_PLANNED && rng_below(r, 4) != 0)
        e->kind = LOG_ALIVE;
}

static void check_cell(const struct presence *p, const struct presence_cell *c, struct span at)
{
    assert_int_equal(c->site_ms + c->remote_ms, c->present_ms);
    assert_true(c->site_ms >= 0 && c->remote_ms >= 0 && c->away_ms >= 0);
    assert_true(c->present_ms <= span_ms(at));
    assert_true(!c->absent || c->present_ms == 0);
    if (c->present_ms == 0)
        return;
    assert_true(c->first_ms >= at.from_ms && c->last_ms <= at.to_ms && c->first_ms < c->last_ms);
    assert_true(c->last_ms <= p->as_of_ms);
    /* Between the first and the last instant there is presence and interruption, nothing else. */
    assert_int_equal(c->present_ms + c->away_ms, c->last_ms - c->first_ms);
}

static void check_valid(const struct presence *p)
{
    for (size_t i = 0; i < p->n_people; i++) {
        const struct presence_person *who = &p->people[i];
        assert_int_equal(who->joins, who->leaves + who->open);
        for (size_t k = 0; k < p->periods.n; k++)
            check_cell(p, presence_cell_of(p, i, k), p->periods.at[k]);
    }
    for (size_t i = 0; i < p->n_segments; i++)
        assert_true(p->segments[i].at.from_ms <= p->segments[i].at.to_ms);
}

static void every_beginning_of_a_log_is_valid(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= PREFIX_ROUNDS; seed++) {
        struct rng r;
        rng_init(&r, seed);
        log_day(&l);
        while (l.n < 120)
            add_random(&r);
        for (size_t n = 0; n <= l.n; n++) {
            struct presence *p = log_presence_of(&l, n, 0);
            check_valid(p);
            presence_free(p);
        }
    }
}

static void numbers_beyond_reason_overflow_nothing(void **state)
{
    (void)state;
    struct rng r;
    rng_init(&r, 9);
    for (int round = 0; round < 200; round++) {
        log_day(&l);
        while (l.n < 40) {
            add_random(&r);
            struct log_event *e = &l.events[l.n - 1];
            static const int64_t far[] = {INT64_MIN, INT64_MAX, -1, 0, NINE, INT64_C(1) << 60};
            e->wall_ms = far[rng_below(&r, 6)];
            e->boot_us = far[rng_below(&r, 6)];
            e->from_ms = far[rng_below(&r, 6)];
            e->to_ms = far[rng_below(&r, 6)];
            e->age_ms = rng_u32(&r);
            e->period = (uint16_t)rng_below(&r, 40);
            e->target = rng_u64(&r);
        }
        presence_free(log_presence_of(&l, l.n, INT64_MAX));
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(presence_is_the_union_over_devices_and_places),
    cmocka_unit_test(every_beginning_of_a_log_is_valid),
    cmocka_unit_test(numbers_beyond_reason_overflow_nothing),
};

TEST_MAIN(tests)
