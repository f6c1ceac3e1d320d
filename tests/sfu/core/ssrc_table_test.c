/* SPDX-License-Identifier: Apache-2.0
 * Who may send what: learning, and refusing. */
#include "sfu/core/ssrc_table.h"

#include "testing.h"

static struct ssrc_table t;
static struct ssrc_binding b;

static struct bytes text(const char *s)
{
    return bytes_of(s, strlen(s));
}

static int set_up(void **state)
{
    (void)state;
    ssrc_table_init(&t);
    uint16_t track = 9;
    struct bytes rids[] = {text("q"), text("h"), text("f")};
    if (ssrc_table_add_track(&t, text("0"), NULL, 0, &track) != E_OK || track != 0)
        return 1;
    return ssrc_table_add_track(&t, text("1"), rids, 3, &track) != E_OK || track != 1;
}

static enum err learn(uint32_t ssrc, const char *mid, const char *rid, const char *rrid, bool rtx)
{
    struct ssrc_hints h = {
        .mid = text(mid), .rid = text(rid), .repaired_rid = text(rrid), .is_rtx = rtx};
    return ssrc_table_learn(&t, ssrc, &h, &b);
}

static void assert_bound(uint32_t ssrc, uint16_t track, uint8_t layer, bool is_rtx)
{
    const struct ssrc_binding *found = ssrc_table_find(&t, ssrc);
    assert_non_null(found);
    assert_int_equal(found->track, track);
    assert_int_equal(found->layer, layer);
    assert_int_equal(found->is_rtx, is_rtx);
    uint32_t back = 0;
    assert_true(ssrc_table_ssrc_of(&t, *found, &back));
    assert_int_equal(back, ssrc);
}

static void mid_rid_and_repaired_rid_say_what_an_ssrc_carries(void **state)
{
    (void)state;
    assert_int_equal(learn(10, "0", "", "", false), E_OK);
    assert_int_equal(learn(11, "1", "h", "", false), E_OK);
    assert_int_equal(learn(12, "1", "", "h", true), E_OK);
    assert_int_equal(learn(13, "1", "", "f", false), E_OK);
    assert_bound(10, 0, 0, false);
    assert_bound(11, 1, 1, false);
    assert_bound(12, 1, 1, true);
    assert_bound(13, 1, 2, true);
}

static void binding_stays_when_the_packets_fall_silent_about_it(void **state)
{
    (void)state;
    assert_int_equal(learn(11, "1", "f", "", false), E_OK);
    assert_int_equal(learn(11, "", "", "", false), E_OK);
    assert_int_equal(b.layer, 2);
}

static void ssrc_is_never_rebound(void **state)
{
    (void)state;
    assert_int_equal(learn(10, "0", "", "", false), E_OK);
    assert_int_equal(learn(10, "1", "q", "", false), E_OK);
    assert_int_equal(b.track, 0);
    struct ssrc_binding other = {.track = 1};
    assert_int_equal(ssrc_table_declare(&t, 10, other), E_EXISTS);
    assert_bound(10, 0, 0, false);
}

static void owner_of_a_layer_is_never_moved(void **state)
{
    (void)state;
    assert_int_equal(learn(10, "1", "q", "", false), E_OK);
    assert_int_equal(learn(99, "1", "q", "", false), E_EXISTS);
    assert_int_equal(t.refused_taken, 1);
    assert_null(ssrc_table_find(&t, 99));
    assert_bound(10, 1, 0, false);
}

static void unknown_is_kept_until_a_packet_says_more(void **state)
{
    (void)state;
    assert_int_equal(learn(10, "", "", "", false), E_AGAIN);
    assert_int_equal(learn(10, "7", "", "", false), E_AGAIN);
    assert_int_equal(learn(10, "1", "", "", false), E_AGAIN);
    assert_int_equal(learn(10, "1", "zz", "", false), E_AGAIN);
    assert_null(ssrc_table_find(&t, 10));
    assert_int_equal(t.unknown, 4);
    assert_int_equal(learn(10, "1", "f", "", false), E_OK);
    assert_bound(10, 1, 2, false);
    assert_int_equal(t.count, 1);
}

static void declared_ssrc_needs_no_mid(void **state)
{
    (void)state;
    struct ssrc_binding rtx = {.track = 1, .layer = 0, .is_rtx = true};
    assert_int_equal(ssrc_table_declare(&t, 5, (struct ssrc_binding){.track = 1}), E_OK);
    assert_int_equal(ssrc_table_declare(&t, 6, rtx), E_OK);
    assert_int_equal(ssrc_table_declare(&t, 6, rtx), E_OK);
    assert_int_equal(ssrc_table_declare(&t, 7, rtx), E_EXISTS);
    assert_int_equal(ssrc_table_declare(&t, 8, (struct ssrc_binding){.track = 2}), E_RANGE);
    assert_int_equal(t.count, 2);
    assert_int_equal(learn(6, "", "", "", true), E_OK);
    assert_true(b.is_rtx);
}

/* N6: a member sends a million packets, all with fresh SSRCs. */
static void flood_of_ssrcs_stops_at_thirty_two(void **state)
{
    (void)state;
    assert_int_equal(learn(1, "0", "", "", false), E_OK);
    unsigned admitted = 0;
    for (uint32_t ssrc = 100; ssrc < 1000100; ssrc++) {
        if (!ssrc_table_admits(&t, ssrc))
            continue;
        assert_int_equal(learn(ssrc, "", "", "", false), E_AGAIN);
        admitted++;
    }
    assert_int_equal(admitted, SSRC_TABLE_MAX - 1);
    assert_int_equal(t.refused_full, 1000000 - (SSRC_TABLE_MAX - 1));
    assert_int_equal(learn(7, "1", "q", "", false), E_FULL);
    assert_true(ssrc_table_admits(&t, 1));
    assert_bound(1, 0, 0, false);
}

static void offers_beyond_the_limits_are_refused(void **state)
{
    (void)state;
    uint16_t track = 0;
    struct bytes rids[4] = {text("a"), text("b"), text("c"), text("d")};
    assert_int_equal(ssrc_table_add_track(&t, text("1"), NULL, 0, &track), E_EXISTS);
    assert_int_equal(ssrc_table_add_track(&t, text("2"), rids, 4, &track), E_RANGE);
    assert_int_equal(ssrc_table_add_track(&t, text(""), NULL, 0, &track), E_RANGE);
    assert_int_equal(ssrc_table_add_track(&t, text("12345678901234567"), NULL, 0, &track), E_RANGE);
    rids[1] = text("");
    assert_int_equal(ssrc_table_add_track(&t, text("2"), rids, 2, &track), E_RANGE);
    for (char c = 'a'; t.tracks < SSRC_TABLE_TRACKS; c++)
        assert_int_equal(ssrc_table_add_track(&t, bytes_of(&c, 1), NULL, 0, &track), E_OK);
    assert_int_equal(ssrc_table_add_track(&t, text("zz"), NULL, 0, &track), E_FULL);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup(mid_rid_and_repaired_rid_say_what_an_ssrc_carries, set_up),
    cmocka_unit_test_setup(binding_stays_when_the_packets_fall_silent_about_it, set_up),
    cmocka_unit_test_setup(ssrc_is_never_rebound, set_up),
    cmocka_unit_test_setup(owner_of_a_layer_is_never_moved, set_up),
    cmocka_unit_test_setup(unknown_is_kept_until_a_packet_says_more, set_up),
    cmocka_unit_test_setup(declared_ssrc_needs_no_mid, set_up),
    cmocka_unit_test_setup(flood_of_ssrcs_stops_at_thirty_two, set_up),
    cmocka_unit_test_setup(offers_beyond_the_limits_are_refused, set_up),
};

TEST_MAIN(tests)
