/* SPDX-License-Identifier: Apache-2.0
 * Are the rules of presence kept: cuts, stops, places, pauses, corrections, and a clock that is
 * set. */
#include "tests/testing.h"

#include "log.h"

static struct log l;

static int64_t minutes(int64_t ms)
{
    assert_int_equal(ms % 60000, 0);
    return ms / 60000;
}

static void end_of_day(void)
{
    log_alive_until(&l, NINE + MINUTES(480));
    log_add(&l, LOG_CLASS_ENDED, 0);
}

static void one_leave_for_each_join(const struct presence *p)
{
    for (size_t i = 0; i < p->n_people; i++)
        assert_int_equal(p->people[i].joins, p->people[i].leaves + p->people[i].open);
}

static void whole_day_is_390_minutes(void **state)
{
    (void)state;
    log_day(&l);
    log_add(&l, LOG_PERSON_EXPECTED, 1);
    log_add_at(&l, NINE - MINUTES(5), LOG_ENTERED, 1);
    end_of_day();
    struct presence *p = log_presence(&l);
    assert_int_equal(periods_minutes(&p->periods), 390);
    assert_int_equal(minutes(cell_of(p, 1, 1)->present_ms), 210);
    assert_int_equal(minutes(cell_of(p, 1, 2)->present_ms), 180);
    assert_int_equal(cell_of(p, 1, 1)->first_ms, NINE);
    assert_int_equal(cell_of(p, 1, 2)->last_ms, NINE + MINUTES(480));
    assert_int_equal(cell_of(p, 1, 1)->n_away + cell_of(p, 1, 2)->n_away, 0);
    assert_false(cell_of(p, 1, 1)->late || cell_of(p, 1, 2)->early || cell_of(p, 1, 2)->absent);
    assert_int_equal(presence_find(p, 1)->leaves, 1);
    assert_int_equal(presence_find(p, 1)->open, 0);
    presence_free(p);
}

/* Connected from nine, cut at 10:00 for `cut_ms`, found out `age_ms` later. */
static struct presence *day_with_cut(int64_t cut_ms, int64_t age_ms)
{
    log_day(&l);
    log_add_at(&l, NINE, LOG_ENTERED, 1);
    log_alive_until(&l, NINE + MINUTES(60));
    log_add(&l, LOG_ALIVE, 1);
    if (cut_ms > SECONDS(60) + age_ms) {
        log_add_at(&l, NINE + MINUTES(60) + age_ms, LOG_LOST, 1)->age_ms = (uint32_t)age_ms;
        log_add_at(&l, l.now_ms + SECONDS(60), LOG_LEFT, 1)->reason = LOG_LEFT_NETWORK;
        log_add_at(&l, NINE + MINUTES(60) + cut_ms, LOG_ENTERED, 1);
    } else {
        log_add_at(&l, NINE + MINUTES(60) + age_ms, LOG_LOST, 1)->age_ms = (uint32_t)age_ms;
        log_add_at(&l, NINE + MINUTES(60) + cut_ms, LOG_BACK, 1);
    }
    end_of_day();
    struct presence *p = log_presence(&l);
    one_leave_for_each_join(p);
    return p;
}

static void cut_up_to_a_minute_stays_present_with_a_note(void **state)
{
    (void)state;
    static const int64_t cuts[] = {20, 59, 60};
    for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++) {
        struct presence *p = day_with_cut(SECONDS(cuts[i]), SECONDS(15));
        const struct presence_cell *c = cell_of(p, 1, 1);
        assert_int_equal(minutes(c->present_ms), 210);
        assert_int_equal(c->n_cuts, 1);
        assert_int_equal(c->n_away, 0);
        assert_int_equal(c->notes, NOTED_CUT);
        assert_int_equal(presence_find(p, 1)->joins, 1);
        presence_free(p);
    }
}

static void longer_cut_ends_at_the_last_proof_of_life(void **state)
{
    (void)state;
    static const int64_t cuts[] = {61, 70, 600};
    for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++) {
        struct presence *p = day_with_cut(SECONDS(cuts[i]), SECONDS(15));
        const struct presence_cell *c = cell_of(p, 1, 1);
        assert_int_equal(c->present_ms, MINUTES(210) - SECONDS(cuts[i]));
        assert_int_equal(c->n_cuts, 0);
        assert_int_equal(c->n_away, 1);
        assert_int_equal(c->away_ms, SECONDS(cuts[i]));
        assert_int_equal(c->notes, NOTED_NETWORK);
        assert_int_equal(presence_find(p, 1)->joins, 2);
        assert_int_equal(presence_find(p, 1)->leaves, 2);
        presence_free(p);
    }
}

/* Killed at 10:00 while connected since nine; the last proof of life is at most 15 s old. */
static void kill_server(int64_t down_ms)
{
    log_day(&l);
    log_add_at(&l, NINE, LOG_ENTERED, 1);
    log_add(&l, LOG_ENTERED, 2);
    log_alive_until(&l, NINE + MINUTES(60));
    log_add_at(&l, NINE + MINUTES(60) + down_ms, LOG_SERVER_STARTED, 0);
}

static void people_back_after_a_kill_stay_unbroken(void **state)
{
    (void)state;
    kill_server(SECONDS(90));
    log_add_at(&l, l.now_ms + SECONDS(5), LOG_BACK, 1);
    log_add_at(&l, l.now_ms + SECONDS(55), LOG_LEFT, 2)->reason = LOG_LEFT_SERVER_STOP;
    end_of_day();
    struct presence *p = log_presence(&l);
    assert_int_equal(minutes(cell_of(p, 1, 1)->present_ms), 210);
    assert_int_equal(cell_of(p, 1, 1)->notes, NOTED_STOP);
    assert_int_equal(presence_find(p, 1)->joins, 1);
    assert_int_equal(minutes(cell_of(p, 2, 1)->present_ms), 60);
    assert_int_equal(cell_of(p, 2, 1)->notes, NOTED_STOP);
    assert_int_equal(presence_find(p, 2)->leaves, 1);
    one_leave_for_each_join(p);
    presence_free(p);
}

static void return_after_the_grace_of_a_stop_is_a_gap(void **state)
{
    (void)state;
    kill_server(SECONDS(30));
    log_add_at(&l, l.now_ms + SECONDS(61), LOG_ENTERED, 1);
    end_of_day();
    struct presence *p = log_presence(&l);
    assert_int_equal(cell_of(p, 1, 1)->away_ms, SECONDS(91));
    assert_int_equal(cell_of(p, 1, 1)->notes, NOTED_STOP);
    assert_int_equal(presence_find(p, 1)->joins, 2);
    one_leave_for_each_join(p);
    presence_free(p);
}

static void long_stop_is_never_bridged(void **state)
{
    (void)state;
    kill_server(MINUTES(30));
    log_add_at(&l, l.now_ms + SECONDS(5), LOG_BACK, 1);
    end_of_day();
    struct presence *p = log_presence(&l);
    assert_int_equal(cell_of(p, 1, 1)->away_ms, MINUTES(30) + SECONDS(5));
    presence_free(p);
}

static void log_that_ends_in_a_kill_counts_to_the_last_proof(void **state)
{
    (void)state;
    log_day(&l);
    log_add_at(&l, NINE, LOG_ENTERED, 1);
    log_alive_until(&l, NINE + MINUTES(60));
    struct presence *p = log_presence_of(&l, l.n, NINE + MINUTES(90));
    assert_int_equal(minutes(cell_of(p, 1, 1)->present_ms), 60);
    assert_int_equal(presence_find(p, 1)->open, 1);
    presence_free(p);
}

static void restart_of_the_machine_counts_by_the_wall_clock(void **state)
{
    (void)state;
    log_day(&l);
    log_add_at(&l, NINE, LOG_ENTERED, 1);
    log_alive_until(&l, NINE + MINUTES(60));
    l.boot = 2;
    l.boot_ms = NINE + MINUTES(61);
    log_add_at(&l, NINE + MINUTES(62), LOG_SERVER_STARTED, 0);
    log_add_at(&l, l.now_ms + SECONDS(10), LOG_BACK, 1);
    end_of_day();
    struct presence *p = log_presence(&l);
    assert_int_equal(minutes(cell_of(p, 1, 1)->present_ms), 210);
    assert_int_equal(cell_of(p, 1, 1)->notes, NOTED_STOP | NOTED_RESTART);
    presence_free(p);
}

static void clock_that_is_set_stretches_no_presence(void **state)
{
    (void)state;
    static const int64_t steps[] = {MINUTES(60), -MINUTES(60), MINUTES(1440)};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        log_day(&l);
        log_add_at(&l, NINE, LOG_ENTERED, 1);
        log_alive_until(&l, NINE + MINUTES(30));
        l.wrong_ms = steps[i];
        log_alive_until(&l, NINE + MINUTES(100));
        log_left(&l, 1, LOG_LEFT_LEFT);
        struct presence *p = log_presence(&l);
        assert_int_equal(minutes(cell_of(p, 1, 1)->present_ms), 100);
        presence_free(p);
    }
}

static void clock_set_right_holds_for_the_whole_boot(void **state)
{
    (void)state;
    log_day(&l);
    l.n = 0;
    l.wrong_ms = -MINUTES(100000); /* a machine without a battery */
    log_period(&l, 1, NINE, NINE + MINUTES(210));
    log_add(&l, LOG_CLOCK_UNSYNCED, 0);
    log_add_at(&l, NINE, LOG_ENTERED, 1);
    log_alive_until(&l, NINE + MINUTES(20));
    l.wrong_ms = 0;
    log_add(&l, LOG_CLOCK_SET, 0);
    log_alive_until(&l, NINE + MINUTES(100));
    log_left(&l, 1, LOG_LEFT_LEFT);
    struct presence *p = log_presence(&l);
    assert_int_equal(minutes(cell_of(p, 1, 1)->present_ms), 100);
    assert_int_equal(cell_of(p, 1, 1)->first_ms, NINE);
    assert_int_equal(cell_of(p, 1, 1)->notes, NOTED_CLOCK);
    presence_free(p);
}

static void check_in(uint32_t person, unsigned site, unsigned how, uint32_t by)
{
    struct log_event *e = log_add(&l, LOG_CHECKED_IN, person);
    e->site = (uint16_t)site;
    e->reason = (uint8_t)how;
    e->by = by;
}

static void locked_telephone_leaves_no_gap_in_a_place(void **state)
{
    (void)state;
    log_day(&l);
    log_add_at(&l, NINE, LOG_ENTERED, 1);
    check_in(1, 3, LOG_HOW_CODE, 1);
    log_alive_until(&l, NINE + MINUTES(30));
    log_add(&l, LOG_LOST, 1)->age_ms = 9000;
    log_add_at(&l, l.now_ms + SECONDS(51), LOG_LEFT, 1)->reason = LOG_LEFT_NETWORK;
    log_add_at(&l, NINE + MINUTES(70), LOG_ENTERED, 1);
    end_of_day();
    struct presence *p = log_presence(&l);
    const struct presence_cell *c = cell_of(p, 1, 1);
    assert_int_equal(minutes(c->present_ms), 210);
    assert_int_equal(c->site_ms, c->present_ms);
    assert_int_equal(c->remote_ms, 0);
    assert_int_equal(c->n_away, 0);
    assert_int_equal(c->notes, 0);
    assert_int_equal(c->how, 1 << LOG_HOW_CODE);
    assert_int_equal(c->confirmed_by, 0);
    presence_free(p);
}

static void check_in_is_asked_again_each_period(void **state)
{
    (void)state;
    log_day(&l);
    log_add_at(&l, NINE - MINUTES(10), LOG_PERSON_EXPECTED, 1);
    check_in(1, 3, LOG_HOW_TICKED, 90);
    l.now_ms = NINE + MINUTES(209);
    struct log_event *e = log_add(&l, LOG_LIST_CONFIRMED, 0);
    e->site = 3;
    e->by = 90;
    log_add_at(&l, NINE + MINUTES(480), LOG_CLASS_ENDED, 0);
    struct presence *p = log_presence(&l);
    assert_int_equal(minutes(cell_of(p, 1, 1)->site_ms), 210);
    assert_int_equal(cell_of(p, 1, 1)->ticked_by, 90);
    assert_int_equal(cell_of(p, 1, 1)->confirmed_by, 90);
    assert_true(cell_of(p, 1, 2)->absent);
    presence_free(p);
}

static void check_out_and_the_trainers_word_end_a_stay_in_a_place(void **state)
{
    (void)state;
    log_day(&l);
    l.now_ms = NINE;
    check_in(1, 3, LOG_HOW_CODE, 1);
    check_in(2, 3, LOG_HOW_CODE, 2);
    log_add_at(&l, NINE + MINUTES(100), LOG_CHECKED_OUT, 1)->site = 3;
    struct log_event *e = log_add_at(&l, NINE + MINUTES(200), LOG_CHECKED_OUT, 2);
    e->by = 90;
    e->to_ms = NINE + MINUTES(150); /* as the trainer states it */
    log_add_at(&l, NINE + MINUTES(480), LOG_CLASS_ENDED, 0);
    struct presence *p = log_presence(&l);
    assert_int_equal(minutes(cell_of(p, 1, 1)->present_ms), 100);
    assert_int_equal(minutes(cell_of(p, 2, 1)->present_ms), 150);
    assert_true(cell_of(p, 1, 1)->early);
    presence_free(p);
}

static void place_and_connection_add_up_to_the_union(void **state)
{
    (void)state;
    log_day(&l);
    log_add_at(&l, NINE, LOG_ENTERED, 1);
    log_alive_until(&l, NINE + MINUTES(60));
    check_in(1, 3, LOG_HOW_CODE, 1);
    log_alive_until(&l, NINE + MINUTES(120));
    struct log_event *e = log_add(&l, LOG_CHECKED_OUT, 1);
    e->site = 3;
    end_of_day();
    struct presence *p = log_presence(&l);
    assert_int_equal(minutes(cell_of(p, 1, 1)->site_ms), 60);
    assert_int_equal(minutes(cell_of(p, 1, 1)->remote_ms), 150);
    assert_int_equal(minutes(cell_of(p, 1, 1)->present_ms), 210);
    presence_free(p);
}

static void pause_is_no_absence(void **state)
{
    (void)state;
    log_day(&l);
    log_add_at(&l, NINE, LOG_ENTERED, 1);
    log_add(&l, LOG_ENTERED, 2);
    log_alive_until(&l, NINE + MINUTES(90));
    log_add(&l, LOG_PAUSE_STARTED, 0)->to_ms = NINE + MINUTES(105);
    log_add_at(&l, NINE + MINUTES(92), LOG_LEFT, 1)->reason = LOG_LEFT_LEFT;
    log_left(&l, 2, LOG_LEFT_LEFT); /* and does not come back */
    log_add_at(&l, NINE + MINUTES(108), LOG_ENTERED, 1);
    end_of_day();
    struct presence *p = log_presence(&l);
    assert_int_equal(minutes(cell_of(p, 1, 1)->present_ms), 207);
    assert_int_equal(minutes(cell_of(p, 1, 1)->away_ms), 3);
    assert_int_equal(cell_of(p, 1, 1)->notes, NOTED_PAUSE);
    assert_int_equal(minutes(cell_of(p, 2, 1)->present_ms), 92);
    presence_free(p);
}

static void late_early_and_absent_follow_the_limits(void **state)
{
    (void)state;
    log_day(&l);
    for (uint32_t i = 1; i <= 3; i++)
        log_add(&l, LOG_PERSON_EXPECTED, i);
    log_add_at(&l, NINE + MINUTES(10), LOG_ENTERED, 1);
    log_add_at(&l, NINE + MINUTES(10) + 1, LOG_ENTERED, 2);
    log_alive_until(&l, NINE + MINUTES(200) - 1);
    log_left(&l, 1, LOG_LEFT_LEFT);
    log_add_at(&l, NINE + MINUTES(200), LOG_LEFT, 2)->reason = LOG_LEFT_LEFT;
    log_add_at(&l, NINE + MINUTES(480), LOG_CLASS_ENDED, 0);
    struct presence *p = log_presence(&l);
    assert_false(cell_of(p, 1, 1)->late);
    assert_true(cell_of(p, 1, 1)->early);
    assert_true(cell_of(p, 2, 1)->late);
    assert_false(cell_of(p, 2, 1)->early);
    assert_true(cell_of(p, 3, 1)->absent);
    assert_true(cell_of(p, 1, 2)->absent);
    presence_free(p);
}

static void corrections_are_laid_over_in_their_order(void **state)
{
    (void)state;
    log_day(&l);
    log_add(&l, LOG_PERSON_EXPECTED, 1);
    log_add_at(&l, NINE, LOG_ENTERED, 1);
    log_alive_until(&l, NINE + MINUTES(60));
    log_left(&l, 1, LOG_LEFT_LEFT);
    struct log_event *e = log_add_at(&l, NINE + MINUTES(480), LOG_CORRECTED, 1);
    e->reason = LOG_CORRECT_PRESENT;
    e->from_ms = NINE + MINUTES(30);
    e->to_ms = NINE + MINUTES(210);
    e->site = 3;
    e->by = 90;
    e = log_add(&l, LOG_CORRECTED, 1);
    e->reason = LOG_CORRECT_ABSENT;
    e->from_ms = NINE + MINUTES(100);
    e->to_ms = NINE + MINUTES(110);
    e->by = 91;
    struct presence *p = log_presence(&l);
    const struct presence_cell *c = cell_of(p, 1, 1);
    assert_int_equal(minutes(c->remote_ms), 30);
    assert_int_equal(minutes(c->site_ms), 170);
    assert_int_equal(minutes(c->away_ms), 10);
    assert_int_equal(c->corrected_by, 91);
    presence_free(p);
    e = log_add(&l, LOG_CORRECTED, 0); /* the second was wrong */
    e->reason = LOG_CORRECT_VOID;
    e->target = l.n - 1;
    e->by = 90;
    p = log_presence(&l);
    assert_int_equal(minutes(cell_of(p, 1, 1)->present_ms), 210);
    presence_free(p);
}

static void corrected_time_of_an_event_holds(void **state)
{
    (void)state;
    log_day(&l);
    l.now_ms = NINE;
    check_in(1, 3, LOG_HOW_CODE, 1);
    log_add_at(&l, NINE + MINUTES(200), LOG_CHECKED_OUT, 1)->site = 3;
    struct log_event *e = log_add(&l, LOG_CORRECTED, 0);
    e->reason = LOG_CORRECT_TIME;
    e->target = l.n - 1;
    e->from_ms = NINE + MINUTES(120);
    e->by = 90;
    struct presence *p = log_presence(&l);
    assert_int_equal(minutes(cell_of(p, 1, 1)->present_ms), 120);
    assert_int_equal(cell_of(p, 1, 1)->corrected_by, 90);
    assert_int_equal(cell_of(p, 1, 1)->notes, NOTED_CORRECTED);
    presence_free(p);
}

static void other_device_within_the_grace_goes_on(void **state)
{
    (void)state;
    log_day(&l);
    log_add_at(&l, NINE, LOG_ENTERED, 1)->device = 1;
    log_alive_until(&l, NINE + MINUTES(60));
    log_add(&l, LOG_LOST, 1)->device = 1;
    log_add_at(&l, l.now_ms + SECONDS(40), LOG_ENTERED, 1)->device = 2;
    log_add_at(&l, l.now_ms + SECONDS(20), LOG_LEFT, 1)->device = 1;
    l.events[l.n - 1].reason = LOG_LEFT_NETWORK; /* of the page that was given up */
    end_of_day();
    struct presence *p = log_presence(&l);
    assert_int_equal(minutes(cell_of(p, 1, 1)->present_ms), 210);
    assert_int_equal(cell_of(p, 1, 1)->n_cuts, 1);
    assert_int_equal(presence_find(p, 1)->joins, 2);
    assert_int_equal(presence_find(p, 1)->leaves, 2);
    presence_free(p);
}

static void one_device_of_two_that_goes_is_no_cut(void **state)
{
    (void)state;
    log_day(&l);
    log_add_at(&l, NINE, LOG_ENTERED, 1)->device = 1;
    log_add(&l, LOG_ENTERED, 1)->device = 2;
    log_alive_until(&l, NINE + MINUTES(60));
    log_add(&l, LOG_LOST, 1)->device = 1;
    log_alive_until(&l, NINE + MINUTES(100));
    log_add(&l, LOG_ENTERED, 1)->device = 1;
    log_alive_until(&l, NINE + MINUTES(120));
    log_add(&l, LOG_MOVED, 1)->device = 3; /* the two others end here */
    log_alive_until(&l, NINE + MINUTES(150));
    log_left(&l, 1, LOG_LEFT_LEFT);
    struct presence *p = log_presence(&l);
    assert_int_equal(minutes(cell_of(p, 1, 1)->present_ms), 150);
    assert_int_equal(cell_of(p, 1, 1)->notes, 0);
    assert_int_equal(presence_find(p, 1)->joins, 4);
    assert_int_equal(presence_find(p, 1)->leaves, 4);
    presence_free(p);
}

static void lost_at_the_end_of_the_class_has_left_once(void **state)
{
    (void)state;
    log_day(&l);
    log_add_at(&l, NINE, LOG_ENTERED, 1);
    log_alive_until(&l, NINE + MINUTES(60));
    log_add(&l, LOG_LOST, 1)->age_ms = 0;
    log_add_at(&l, l.now_ms + SECONDS(10), LOG_CLASS_ENDED, 0);
    log_left(&l, 1, LOG_LEFT_ENDED); /* said after the fact as well */
    struct presence *p = log_presence(&l);
    assert_int_equal(minutes(cell_of(p, 1, 1)->present_ms), 60);
    assert_int_equal(presence_find(p, 1)->leaves, 1);
    assert_int_equal(p->odd, 0);
    presence_free(p);
}

static void clean_stop_and_return_stay_unbroken(void **state)
{
    (void)state;
    log_day(&l);
    log_add_at(&l, NINE, LOG_ENTERED, 1);
    log_alive_until(&l, NINE + MINUTES(60));
    log_left(&l, 1, LOG_LEFT_SERVER_STOP);
    log_add(&l, LOG_SERVER_STOPPED, 0);
    log_add_at(&l, l.now_ms + MINUTES(5), LOG_SERVER_STARTED, 0);
    log_add_at(&l, l.now_ms + SECONDS(10), LOG_ENTERED, 1);
    end_of_day();
    struct presence *p = log_presence(&l);
    assert_int_equal(minutes(cell_of(p, 1, 1)->present_ms), 210);
    assert_int_equal(cell_of(p, 1, 1)->notes, NOTED_STOP);
    one_leave_for_each_join(p);
    presence_free(p);
}

static void merged_people_are_one(void **state)
{
    (void)state;
    log_day(&l);
    log_add(&l, LOG_PERSON_EXPECTED, 1);
    log_add(&l, LOG_PERSON_DECLARED, 2);
    log_add_at(&l, NINE, LOG_ENTERED, 1);
    log_alive_until(&l, NINE + MINUTES(60));
    log_add(&l, LOG_ENTERED, 2);
    log_left(&l, 1, LOG_LEFT_LEFT);
    log_alive_until(&l, NINE + MINUTES(100));
    log_left(&l, 2, LOG_LEFT_LEFT);
    struct log_event *e = log_add(&l, LOG_PERSON_MERGED, 2);
    e->other = 1;
    e->by = 90;
    struct presence *p = log_presence(&l);
    assert_int_equal(minutes(cell_of(p, 1, 1)->present_ms), 100);
    assert_false(presence_is_row(presence_find(p, 2)));
    assert_true(presence_find(p, 1)->expected);
    one_leave_for_each_join(p);
    presence_free(p);
}

static void live_count_tells_expected_present_and_in_place(void **state)
{
    (void)state;
    log_day(&l);
    for (uint32_t i = 1; i <= 5; i++)
        log_add(&l, LOG_PERSON_EXPECTED, i);
    log_add_at(&l, NINE, LOG_ENTERED, 1);
    log_add(&l, LOG_ENTERED, 2);
    log_add(&l, LOG_ENTERED, 90)->role = LOG_ROLE_TRAINER;
    check_in(3, 2, LOG_HOW_CODE, 3);
    check_in(1, 2, LOG_HOW_CODE, 1);
    log_add_at(&l, NINE + MINUTES(1), LOG_LOST, 2);
    struct presence *p = log_presence_of(&l, l.n, NINE + MINUTES(1) + SECONDS(30));
    struct presence_count c = presence_count(p);
    assert_int_equal(c.expected, 5);
    assert_int_equal(c.present, 3);
    assert_int_equal(c.in_place, 2);
    presence_free(p);
    p = log_presence_of(&l, l.n, NINE + MINUTES(3));
    assert_int_equal(presence_count(p).present, 2); /* person 2's grace is over */
    presence_free(p);
}

static void reopening_makes_a_new_version(void **state)
{
    (void)state;
    log_day(&l);
    log_add_at(&l, NINE, LOG_ENTERED, 1);
    log_add_at(&l, NINE + MINUTES(60), LOG_CLASS_ENDED, 0);
    struct presence *p = log_presence(&l);
    assert_int_equal(p->version, 1);
    assert_false(cell_of(p, 1, 1)->early); /* the class went with the person */
    presence_free(p);
    log_add_at(&l, NINE + MINUTES(70), LOG_CLASS_REOPENED, 0);
    log_add(&l, LOG_ENTERED, 1);
    end_of_day();
    p = log_presence(&l);
    assert_int_equal(p->version, 2);
    assert_int_equal(minutes(cell_of(p, 1, 1)->away_ms), 10);
    one_leave_for_each_join(p);
    presence_free(p);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(whole_day_is_390_minutes),
    cmocka_unit_test(cut_up_to_a_minute_stays_present_with_a_note),
    cmocka_unit_test(longer_cut_ends_at_the_last_proof_of_life),
    cmocka_unit_test(people_back_after_a_kill_stay_unbroken),
    cmocka_unit_test(return_after_the_grace_of_a_stop_is_a_gap),
    cmocka_unit_test(long_stop_is_never_bridged),
    cmocka_unit_test(log_that_ends_in_a_kill_counts_to_the_last_proof),
    cmocka_unit_test(restart_of_the_machine_counts_by_the_wall_clock),
    cmocka_unit_test(clock_that_is_set_stretches_no_presence),
    cmocka_unit_test(clock_set_right_holds_for_the_whole_boot),
    cmocka_unit_test(locked_telephone_leaves_no_gap_in_a_place),
    cmocka_unit_test(check_in_is_asked_again_each_period),
    cmocka_unit_test(check_out_and_the_trainers_word_end_a_stay_in_a_place),
    cmocka_unit_test(place_and_connection_add_up_to_the_union),
    cmocka_unit_test(pause_is_no_absence),
    cmocka_unit_test(late_early_and_absent_follow_the_limits),
    cmocka_unit_test(corrections_are_laid_over_in_their_order),
    cmocka_unit_test(corrected_time_of_an_event_holds),
    cmocka_unit_test(other_device_within_the_grace_goes_on),
    cmocka_unit_test(one_device_of_two_that_goes_is_no_cut),
    cmocka_unit_test(lost_at_the_end_of_the_class_has_left_once),
    cmocka_unit_test(clean_stop_and_return_stay_unbroken),
    cmocka_unit_test(merged_people_are_one),
    cmocka_unit_test(live_count_tells_expected_present_and_in_place),
    cmocka_unit_test(reopening_makes_a_new_version),
};

TEST_MAIN(tests)
