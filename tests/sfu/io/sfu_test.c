/* SPDX-License-Identifier: Apache-2.0
 * Does the door work with real threads and sockets: commands reach workers, events come back
 * through the descriptor? */
#include "testing.h"

#include <poll.h>

#include "sfu/sfu.h"

static struct sfu *start(unsigned workers)
{
    struct sfu *s = NULL;
    struct sfu_config config = {.workers = workers};
    assert_int_equal(addr_parse_ip(&config.listen, "0.0.0.0", 0), E_OK);
    assert_int_equal(sfu_start(&s, &config), E_OK);
    return s;
}

/* The next statistics of `worker`, within 5 s. */
static struct sfu_stats stats_of(struct sfu *s, unsigned worker)
{
    struct sfu_event event;
    for (unsigned tries = 0; tries < 50; tries++) {
        struct pollfd p = {.fd = sfu_event_fd(s), .events = POLLIN};
        assert_true(poll(&p, 1, 5000) == 1);
        while (sfu_receive(s, &event))
            if (event.kind == SFU_STATS && event.worker == worker && event.stats.rooms > 0)
                return event.stats;
    }
    fail_msg("no statistics with a room from worker %u", worker);
    return (struct sfu_stats){0};
}

static void room_is_known_to_every_worker(void **state)
{
    struct sfu *s = start(2);
    const struct sfu_command open = {.kind = SFU_ROOM_OPEN, .worker = 0, .room = 7};
    (void)state;
    assert_int_equal(sfu_send(s, &open), E_OK);
    assert_int_equal(stats_of(s, 0).rooms, 1);
    assert_int_equal(stats_of(s, 1).rooms, 1);
    sfu_stop(s);
}

static void addresses_offered_are_never_loopback_and_carry_the_port(void **state)
{
    struct sfu *s = start(1);
    struct addr found[SFU_MAX_ADDRESSES];
    const size_t n = sfu_addresses(s, found, SFU_MAX_ADDRESSES);
    (void)state;
    assert_true(sfu_port(s) > 0);
    for (size_t i = 0; i < n; i++) {
        assert_false(addr_is_loopback(&found[i]));
        assert_int_equal(found[i].port, sfu_port(s));
    }
    sfu_stop(s);
}

static void command_for_a_worker_that_does_not_exist_is_refused(void **state)
{
    struct sfu *s = start(1);
    const struct sfu_command join = {.kind = SFU_PEER_JOIN, .worker = 3, .room = 1, .peer = 1};
    (void)state;
    assert_int_equal(sfu_send(s, &join), E_RANGE);
    sfu_stop(s);
}

static void certificate_is_made_anew_at_each_start(void **state)
{
    uint8_t one[SFU_FINGERPRINT], other[SFU_FINGERPRINT];
    struct sfu *a = start(1), *b = start(1);
    (void)state;
    sfu_fingerprint(a, one);
    sfu_fingerprint(b, other);
    assert_memory_not_equal(one, other, sizeof(one));
    sfu_stop(a);
    sfu_stop(b);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(room_is_known_to_every_worker),
    cmocka_unit_test(addresses_offered_are_never_loopback_and_carry_the_port),
    cmocka_unit_test(command_for_a_worker_that_does_not_exist_is_refused),
    cmocka_unit_test(certificate_is_made_anew_at_each_start),
};

TEST_MAIN(tests)
