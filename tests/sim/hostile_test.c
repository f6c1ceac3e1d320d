/* SPDX-License-Identifier: Apache-2.0
 * Hostile datagrams: strangers get silence, members stay within their limits, others notice
 * nothing. */
#include "tests/sim/expect.h"

static struct lesson lesson;

static struct path stranger_path(uint16_t port)
{
    uint8_t server[4] = {192, 0, 2, 1}, client[4] = {203, 0, 113, (uint8_t)(port & 0xFF)};
    return (struct path){.local = addr_v4(server, 5000), .remote = addr_v4(client, port)};
}

/* As many datagrams out as the lesson alone makes: none to strangers. */
static void expect_silence(struct lesson *l)
{
    lesson_run(l, USEC_MS(100));
    assert_int_equal(0, l->datagrams_to_strangers);
}

static void strangers_get_silence(void **state)
{
    (void)state;
    struct lesson *l = &lesson;
    lesson_open(l, 1, 51);
    struct person *trainer = lesson_join(l, 0, TRAINER, BOTH);
    struct person *learner = lesson_join(l, 0, BOTH, 0);
    lesson_run(l, USEC_S(2));
    struct rng rng;
    uint8_t b[300];
    rng_init(&rng, 7);
    for (unsigned i = 0; i < 20000; i++) {
        struct path path = stranger_path((uint16_t)(30000 + i % 500));
        size_t n = 1 + rng_below(&rng, 299);
        rng_fill(&rng, b, n);
        if (i % 4 == 1) /* STUN for a ufrag that is there, without its password */
            n = plain_check(b, trainer->send.ice.ufrag, "guess", true);
        else if (i % 4 == 2) /* and for none */
            n = plain_check(b, "Anobody", "guess", true);
        else if (i % 4 == 3) /* ClientHello, SRTP with a true SSRC */
            n = i % 8 == 3 ? plain_hello(b, trainer->send.fingerprint)
                           : plain_seal(b, 200, trainer->send.fingerprint);
        lesson_inject(l, &path, b, n);
    }
    expect_silence(l);
    assert_true(lesson_stats(l).drop_stranger + lesson_stats(l).drop_auth +
                    lesson_stats(l).drop_limit + lesson_stats(l).drop_malformed >=
                20000);
    lesson_run(l, USEC_S(1));
    assert_true(pictures(learner, camera_of(trainer)) > 20);
    expect_no_mistakes(l);
    lesson_close(l);
}

static void replayed_and_bent_packets_are_not_forwarded(void **state)
{
    (void)state;
    struct lesson *l = &lesson;
    lesson_open(l, 1, 52);
    struct person *trainer = lesson_join(l, 0, TRAINER, SFU_MAY_MICROPHONE);
    struct person *learner = lesson_join(l, 0, BOTH, 0);
    lesson_run(l, USEC_S(2));
    uint8_t b[400];
    struct rtp_header h = {.pt = 111,
                           .seq = trainer->sources[SFU_MICROPHONE].seq,
                           .ssrc = trainer->sources[SFU_MICROPHONE].ssrc};
    struct writer w = writer_over(b, 300);
    assert_int_equal(E_OK, rtp_write_header(&w, &h));
    content_write(b + w.len, microphone_of(trainer), 1, 0, 1, false);
    size_t n = plain_seal(b, w.len + CONTENT_BYTES, trainer->send.fingerprint);
    trainer->sources[SFU_MICROPHONE].on = false;
    lesson_run(l, USEC_MS(50));
    uint64_t before = lesson_stats(l).rtp_out;
    for (unsigned i = 0; i < 1000; i++)
        lesson_inject(l, &trainer->send.path, b, n);
    assert_int_equal(before + 1, lesson_stats(l).rtp_out);
    assert_int_equal(999, lesson_stats(l).drop_replay);
    for (unsigned i = 0; i < 8 * n;
         i++) { /* each bit once; those of the first bytes change its kind */
        b[i / 8] ^= (uint8_t)(1U << i % 8);
        lesson_inject(l, &trainer->send.path, b, n);
        b[i / 8] ^= (uint8_t)(1U << i % 8);
        if (i % 500 == 0)
            lesson_run(l, USEC_S(1));
    }
    assert_int_equal(before + 1, lesson_stats(l).rtp_out);
    (void)learner;
    lesson_close(l);
}

static void a_flood_of_ssrcs_takes_32_places_and_nothing_from_others(void **state)
{
    (void)state;
    struct lesson *l = &lesson;
    lesson_open(l, 1, 53);
    struct person *trainer = lesson_join(l, 0, TRAINER, BOTH);
    struct person *learner = lesson_join(l, 0, BOTH, BOTH);
    lesson_run(l, USEC_S(2));
    uint8_t b[400];
    for (uint32_t i = 0; i < 5000; i++) {
        struct rtp_header h = {.pt = 111, .seq = (uint16_t)i, .ssrc = 0x70000000U + i};
        struct writer w = writer_over(b, 300);
        assert_int_equal(E_OK, rtp_write_header(&w, &h));
        content_write(b + w.len, microphone_of(learner), i, 0, 1, false);
        lesson_inject(l, &learner->send.path, b,
                      plain_seal(b, w.len + CONTENT_BYTES, learner->send.fingerprint));
        if (i % 20 == 0)
            lesson_run(l, USEC_MS(10));
    }
    assert_true(lesson_stats(l).drop_ssrc > 4000);
    assert_true(pictures(learner, camera_of(trainer)) > 50);
    assert_true(pictures(trainer, camera_of(learner)) > 50);
    expect_no_mistakes(l);
    lesson_close(l);
}

static void a_flooding_member_is_cut_and_told(void **state)
{
    (void)state;
    struct lesson *l = &lesson;
    lesson_open(l, 1, 54);
    struct person *trainer = lesson_join(l, 0, TRAINER, BOTH);
    struct person *learner = lesson_join(l, 0, BOTH, BOTH);
    lesson_run(l, USEC_S(2));
    uint8_t b[400];
    uint64_t before = lesson_stats(l).drop_limit;
    for (uint32_t i = 0; i < 80000; i++) { /* 10,000 packets a second for 8 s */
        rng_fill(&l->net.rng, b, 200);
        b[0] = 0x80;
        b[1] = 111;
        lesson_inject(l, &learner->send.path, b, 200);
        if (i % 100 == 0)
            lesson_run(l, USEC_MS(10));
    }
    assert_true(lesson_stats(l).drop_limit - before > 60000);
    assert_int_equal(1, learner->floods);
    assert_int_equal(0, trainer->floods);
    assert_true(pictures(learner, camera_of(trainer)) > 140);
    lesson_run(l, USEC_S(3)); /* calm again */
    uint64_t seen = pictures(trainer, camera_of(learner));
    lesson_run(l, USEC_S(2));
    assert_true(pictures(trainer, camera_of(learner)) > seen + 20);
    expect_no_mistakes(l);
    lesson_close(l);
}

static void keyframe_and_repair_requests_are_rationed(void **state)
{
    (void)state;
    struct lesson *l = &lesson;
    lesson_open(l, 1, 55);
    struct person *trainer = lesson_join(l, 0, TRAINER, BOTH);
    struct person *viewers[10];
    for (unsigned i = 0; i < 10; i++)
        viewers[i] = lesson_join(l, 0, BOTH, 0);
    lesson_run(l, USEC_S(2));
    unsigned plis = trainer->sources[SFU_CAMERA].plis;
    uint64_t out = lesson_stats(l).rtp_out, again = lesson_stats(l).rtx_out;
    for (unsigned k = 0; k < 250; k++) { /* 50 a second from each for 5 s */
        for (unsigned i = 0; i < 10; i++)
            person_pester(viewers[i]);
        lesson_run(l, USEC_MS(20));
    }
    assert_in_range(trainer->sources[SFU_CAMERA].plis - plis, 5, 11);
    assert_true(lesson_stats(l).rtx_out - again <= (lesson_stats(l).rtp_out - out) / 4);
    assert_true(lesson_stats(l).rtx_out > again);
    expect_no_mistakes(l);
    lesson_close(l);
}

static void a_wrong_fingerprint_closes_the_transport(void **state)
{
    (void)state;
    struct lesson *l = &lesson;
    lesson_open(l, 1, 56);
    struct person *trainer = lesson_join(l, 0, TRAINER, BOTH);
    trainer->send.fingerprint[0] ^= 1;
    lesson_run(l, USEC_S(1));
    assert_int_equal(SFU_TRANSPORT_CLOSED, trainer->send.state);
    assert_int_equal(SFU_TRANSPORT_CONNECTED, trainer->receive.state);
    assert_int_equal(0, lesson_stats(l).publications);
    lesson_close(l);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(strangers_get_silence),
    cmocka_unit_test(replayed_and_bent_packets_are_not_forwarded),
    cmocka_unit_test(a_flood_of_ssrcs_takes_32_places_and_nothing_from_others),
    cmocka_unit_test(a_flooding_member_is_cut_and_told),
    cmocka_unit_test(keyframe_and_repair_requests_are_rationed),
    cmocka_unit_test(a_wrong_fingerprint_closes_the_transport),
};

TEST_MAIN(tests)
