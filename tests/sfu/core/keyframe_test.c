/* SPDX-License-Identifier: Apache-2.0
 * Merging, pacing and ending of keyframe requests. */
#include "sfu/core/keyframe.h"

#include "testing.h"

static struct keyframe k;

static void first_wish_is_asked_at_once(void **state)
{
    (void)state;
    keyframe_init(&k, false);
    assert_false(keyframe_poll(&k, 0));
    assert_true(keyframe_deadline(&k) == USEC_NEVER);
    keyframe_want(&k, 0);
    assert_true(keyframe_deadline(&k) <= 0);
    assert_true(keyframe_poll(&k, 0));
    assert_false(keyframe_poll(&k, 0));
}

/* N9's flood: 50 viewers with 20 requests a second each. */
static void flood_of_wishes_is_one_request_per_half_second(void **state)
{
    (void)state;
    keyframe_init(&k, false);
    unsigned asked = 0;
    for (usec now = 0; now < USEC_S(10); now += USEC_MS(1)) {
        keyframe_want(&k, now);
        keyframe_on_packet(&k, now);
        if (keyframe_poll(&k, now)) {
            asked++;
            keyframe_on_keyframe(&k, now);
        }
    }
    assert_int_equal(asked, 20);
}

static void screens_are_asked_every_two_seconds(void **state)
{
    (void)state;
    keyframe_init(&k, true);
    keyframe_want(&k, 0);
    assert_true(keyframe_poll(&k, 0));
    assert_int_equal(keyframe_deadline(&k), USEC_S(2));
    assert_false(keyframe_poll(&k, USEC_S(2) - 1));
    assert_true(keyframe_poll(&k, USEC_S(2)));
}

static void request_repeats_until_a_keyframe_arrives(void **state)
{
    (void)state;
    keyframe_init(&k, false);
    keyframe_want(&k, 0);
    assert_true(keyframe_poll(&k, 0));
    assert_true(keyframe_poll(&k, USEC_MS(500)));
    keyframe_on_keyframe(&k, USEC_MS(600));
    assert_true(keyframe_deadline(&k) == USEC_NEVER);
    assert_false(keyframe_poll(&k, USEC_S(2)));
}

static void wish_after_a_keyframe_waits_its_turn(void **state)
{
    (void)state;
    keyframe_init(&k, false);
    keyframe_want(&k, 0);
    assert_true(keyframe_poll(&k, 0));
    keyframe_on_keyframe(&k, USEC_MS(100));
    keyframe_want(&k, USEC_MS(200));
    assert_false(keyframe_poll(&k, USEC_MS(200)));
    assert_int_equal(keyframe_deadline(&k), USEC_MS(500));
    assert_true(keyframe_poll(&k, USEC_MS(500)));
}

static void silent_layer_is_given_up_until_it_sends_again(void **state)
{
    (void)state;
    keyframe_init(&k, false);
    keyframe_want(&k, 0);
    unsigned asked = 0;
    for (usec now = 0; now < USEC_S(20); now += USEC_MS(100))
        asked += keyframe_poll(&k, now) ? 1 : 0;
    assert_int_equal(asked, 10);
    assert_int_equal(k.state, KEYFRAME_GIVEN_UP);
    assert_true(keyframe_deadline(&k) == USEC_NEVER);
    keyframe_on_packet(&k, USEC_S(20));
    assert_true(keyframe_poll(&k, USEC_S(20)));
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(first_wish_is_asked_at_once),
    cmocka_unit_test(flood_of_wishes_is_one_request_per_half_second),
    cmocka_unit_test(screens_are_asked_every_two_seconds),
    cmocka_unit_test(request_repeats_until_a_keyframe_arrives),
    cmocka_unit_test(wish_after_a_keyframe_waits_its_turn),
    cmocka_unit_test(silent_layer_is_given_up_until_it_sends_again),
};

TEST_MAIN(tests)
