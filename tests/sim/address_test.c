/* SPDX-License-Identifier: Apache-2.0
 * Consent, moving addresses and ICE restarts: to where the server sends, and when it stops. */
#include "tests/sim/expect.h"

static struct lesson lesson;

static void consent_ends_after_thirty_seconds_and_comes_back(void **state)
{
    (void)state;
    struct lesson *l = &lesson;
    lesson_open(l, 1, 31);
    struct person *trainer = lesson_join(l, 0, TRAINER, BOTH);
    struct person *learner = lesson_join(l, 0, BOTH, 0);
    lesson_run(l, USEC_S(3));
    learner->here = false; /* the machine sleeps: no check, no answer */
    lesson_run(l, USEC_S(31));
    assert_int_equal(SFU_TRANSPORT_LOST, learner->receive.state);
    uint64_t out = lesson_stats(l).rtp_out;
    lesson_run(l, USEC_S(2));
    assert_int_equal(out, lesson_stats(l).rtp_out); /* nobody else receives */
    learner->here = true;
    learner->next_tick = learner->receive.next_check = l->now;
    lesson_run(l, USEC_S(3));
    assert_int_equal(SFU_TRANSPORT_CONNECTED, learner->receive.state);
    assert_true(pictures(learner, camera_of(trainer)) > 20);
    expect_no_mistakes(l);
    lesson_close(l);
}

static void a_transport_lost_for_a_minute_is_freed(void **state)
{
    (void)state;
    struct lesson *l = &lesson;
    lesson_open(l, 1, 32);
    struct person *trainer = lesson_join(l, 0, TRAINER, BOTH);
    lesson_run(l, USEC_S(3));
    trainer->here = false;
    lesson_run(l, USEC_S(62));
    assert_int_equal(SFU_TRANSPORT_CLOSED, trainer->receive.state);
    assert_int_equal(SFU_TRANSPORT_CLOSED, trainer->send.state);
    assert_int_equal(0, lesson_stats(l).transports);
    assert_int_equal(0, lesson_stats(l).publications);
    assert_int_equal(1, lesson_stats(l).peers);
    lesson_close(l);
}

/* The client's new address: its next check goes out at once. */
static void move(struct lesson *l, struct connection *c, uint16_t port)
{
    c->path.remote.port = port;
    c->next_check = l->now;
}

static void a_new_address_is_used_after_its_first_check(void **state)
{
    (void)state;
    struct lesson *l = &lesson;
    lesson_open(l, 1, 33);
    struct person *trainer = lesson_join(l, 0, TRAINER, BOTH);
    struct person *learner = lesson_join(l, 0, BOTH, 0);
    lesson_run(l, USEC_S(3));
    move(l, &learner->receive, 20000);
    move(l, &trainer->send, 20004);
    lesson_run(l, USEC_MS(50)); /* a check there, 10 ms of way each */
    l->datagrams_to_strangers = 0;
    uint64_t before = pictures(learner, camera_of(trainer));
    lesson_run(l, USEC_S(2));
    assert_true(pictures(learner, camera_of(trainer)) >= before + 28);
    expect_no_mistakes(l); /* and nothing went to the old address */
    assert_true(learner->receive.longest < USEC_MS(300));
    lesson_close(l);
}

static void many_addresses_keep_the_newest_eight(void **state)
{
    (void)state;
    struct lesson *l = &lesson;
    lesson_open(l, 1, 34);
    struct person *trainer = lesson_join(l, 0, TRAINER, BOTH);
    struct person *learner = lesson_join(l, 0, BOTH, 0);
    lesson_run(l, USEC_S(2));
    for (uint16_t i = 0; i < 30; i++) {
        move(l, &learner->receive, (uint16_t)(21000 + i));
        lesson_run(l, USEC_MS(100));
    }
    l->datagrams_to_strangers = 0;
    uint64_t before = pictures(learner, camera_of(trainer));
    lesson_run(l, USEC_S(1));
    assert_true(pictures(learner, camera_of(trainer)) > before + 12);
    expect_no_mistakes(l);
    lesson_close(l);
}

static void restart(struct lesson *l, struct person *p, struct sfu_ice *ice)
{
    struct sfu_command c = {
        .kind = SFU_TRANSPORT_RESTART, .worker = (uint8_t)p->worker, .peer = p->id};
    snprintf(ice->ufrag, sizeof(ice->ufrag), "%cnew%u", (char)('A' + p->worker), p->id);
    snprintf(ice->pwd, sizeof(ice->pwd), "another-password-of-22-or-more");
    c.restart.transport = p->receive.transport;
    c.restart.ice = *ice;
    lesson_command(l, &c);
}

static void a_restart_keeps_the_old_credentials_until_a_check_with_the_new(void **state)
{
    (void)state;
    struct lesson *l = &lesson;
    lesson_open(l, 1, 35);
    struct person *trainer = lesson_join(l, 0, TRAINER, BOTH);
    struct person *learner = lesson_join(l, 0, BOTH, 0);
    struct sfu_ice next, old = learner->receive.ice;
    memset(&next, 0, sizeof(next));
    lesson_run(l, USEC_S(2));
    restart(l, learner, &next);
    lesson_run(l, USEC_S(35)); /* checks with the old ones go on */
    assert_int_equal(SFU_TRANSPORT_CONNECTED, learner->receive.state);
    learner->receive.ice = next;
    move(l, &learner->receive, 22000);
    lesson_run(l, USEC_MS(100));
    l->datagrams_to_strangers = 0;
    uint64_t denied = lesson_stats(l).drop_stranger;
    learner->receive.ice = old;
    move(l, &learner->receive, 22000);
    lesson_run(l, USEC_S(2));
    assert_true(lesson_stats(l).drop_stranger > denied); /* the old ones are over */
    assert_true(pictures(learner, camera_of(trainer)) > 500);
    expect_no_mistakes(l);
    lesson_close(l);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(consent_ends_after_thirty_seconds_and_comes_back),
    cmocka_unit_test(a_transport_lost_for_a_minute_is_freed),
    cmocka_unit_test(a_new_address_is_used_after_its_first_check),
    cmocka_unit_test(many_addresses_keep_the_newest_eight),
    cmocka_unit_test(a_restart_keeps_the_old_credentials_until_a_check_with_the_new),
};

TEST_MAIN(tests)
