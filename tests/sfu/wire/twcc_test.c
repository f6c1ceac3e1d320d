/* SPDX-License-Identifier: Apache-2.0
 * twcc.c: the chunk examples of the draft, every kind by hand, and round trips under random loss.
 */
#include "sfu/wire/twcc.h"

#include "sfu/base/rng.h"

#include "testing.h"

enum { FIXED = 16 };

/* A feedback body: base 65534, reference as given, then what the case is about. */
static struct rtcp feedback(uint8_t *room, uint16_t count, uint32_t reference, const void *rest,
                            size_t len)
{
    memset(room, 0, FIXED);
    put_be32(room, 1);
    put_be32(room + 4, 2);
    put_be16(room + 8, 65534);
    put_be16(room + 10, count);
    put_be24(room + 12, reference);
    room[15] = 9;
    memcpy(room + FIXED, rest, len);
    return (struct rtcp){.count = 15, .pt = RTCP_RTPFB, .body = bytes_of(room, FIXED + len)};
}

/* The statuses as text: '-' lost, 'r' received. */
static void assert_statuses(const struct rtcp *p, const char *want)
{
    struct twcc t;
    struct twcc_iter it;
    struct twcc_arrival a;
    assert_int_equal(twcc_parse(&t, p), E_OK);
    twcc_iter_init(&it, &t);
    uint16_t seq = t.base_seq;
    for (; *want != '\0'; want++, seq++) {
        assert_true(twcc_next(&it, &a));
        assert_int_equal(a.seq, seq);
        assert_int_equal(a.received, *want == 'r');
    }
    assert_false(twcc_next(&it, &a));
}

static void small_and_large_deltas_add_up(void **state)
{
    (void)state;
    /* run of 2 small, run of 2 large; 1, 255, −1, 32767 ticks */
    static const uint8_t rest[] = {0x20, 2, 0x40, 2, 1, 255, 0xFF, 0xFF, 0x7F, 0xFF, 0, 0};
    static const usec want[] = {64000 * 5 + 250, 64000 * 5 + 64000, 64000 * 5 + 63750,
                                64000 * 5 + 63750 + 32767 * 250};
    uint8_t room[64];
    struct rtcp p = feedback(room, 4, 5, rest, sizeof(rest));
    struct twcc t;
    assert_int_equal(twcc_parse(&t, &p), E_OK);
    assert_int_equal(t.sender_ssrc, 1);
    assert_int_equal(t.media_ssrc, 2);
    assert_int_equal(t.feedback_count, 9);
    struct twcc_iter it;
    struct twcc_arrival a;
    twcc_iter_init(&it, &t);
    for (size_t i = 0; i < 4; i++) {
        assert_true(twcc_next(&it, &a));
        assert_int_equal(a.seq, (uint16_t)(65534 + i));
        assert_true(a.at == want[i]);
    }
    assert_false(twcc_next(&it, &a));
}

static void section_3_1_3_run_of_221_lost(void **state)
{
    (void)state;
    char want[222];
    memset(want, '-', 221);
    want[221] = '\0';
    uint8_t room[64];
    struct rtcp p = feedback(room, 221, 0, "\x00\xDD\x00\x00", 4);
    assert_statuses(&p, want);
}

static void more_statuses_than_the_ceiling_are_refused(void **state)
{
    (void)state;
    uint8_t room[64];
    struct twcc t;
    struct rtcp p = feedback(room, TWCC_MAX_READ, 0, "\x1F\xFF\x00\x00", 4);
    assert_int_equal(twcc_parse(&t, &p), E_OK);
    p = feedback(room, TWCC_MAX_READ + 1, 0, "\x1F\xFF\x00\x01", 4);
    assert_int_equal(twcc_parse(&t, &p), E_RANGE);
}

static void section_3_1_4_vector_of_single_bits(void **state)
{
    (void)state;
    uint8_t room[64];
    struct rtcp p = feedback(room, 14, 0, "\x9F\x1C\1\1\1\1\1\1\1\1\0\0", 12);
    assert_statuses(&p, "-rrrrr---rrr--");
    p = feedback(room, 3, 0, "\x9F\x1C\1\1", 4); /* the rest of the vector is not looked at */
    assert_statuses(&p, "-rr");
}

static void section_3_1_4_vector_of_double_bits(void **state)
{
    (void)state;
    /* 11 00 10 01 01 01 00 00: lost, large, 3 × small, 2 × lost */
    uint8_t room[64];
    struct rtcp p = feedback(room, 7, 0, "\xC9\x50\0\x10\1\1\1\0", 8);
    assert_statuses(&p, "-rrrr--");
}

static void the_reference_time_is_signed(void **state)
{
    (void)state;
    uint8_t room[64];
    struct rtcp p = feedback(room, 1, 0xFFFFFF, "\x20\x01\x00\x00", 4);
    struct twcc t;
    struct twcc_iter it;
    struct twcc_arrival a;
    assert_int_equal(twcc_parse(&t, &p), E_OK);
    assert_int_equal(t.reference, -1);
    twcc_iter_init(&it, &t);
    assert_true(twcc_next(&it, &a));
    assert_true(a.at == -64000);
}

static void what_is_missing_or_reserved_is_malformed(void **state)
{
    (void)state;
    static const struct {
        uint16_t count;
        const char *rest;
        size_t len;
    } bad[] = {
        {0, "\x20\x01\x01\x00", 4},     /* nothing reported */
        {3, "\x20\x02\x01\x01", 4},     /* chunks end early */
        {2, "\x20\x02\x01", 3},         /* a small delta is missing */
        {2, "\x40\x02\x01\x01\x01", 5}, /* half a large delta is missing */
        {1, "\x60\x01\x01\x01", 4},     /* reserved symbol in a run */
        {2, "\xCD\x50\x01\x01", 4},     /* reserved symbol in a vector */
        {1, "\x20\x00\x20\x01\x01", 5}, /* a run of nothing */
        {1, "\x20", 1},                 /* half a chunk */
        {1, "", 0},
    };
    uint8_t room[64];
    struct twcc t = {.base_seq = 77};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct rtcp p = feedback(room, bad[i].count, 0, bad[i].rest, bad[i].len);
        assert_int_equal(twcc_parse(&t, &p), E_MALFORMED);
    }
    struct rtcp p = feedback(room, 1, 0, "\x20\x01\x01\x00", 4);
    p.body.len = 15;
    assert_int_equal(twcc_parse(&t, &p), E_MALFORMED);
    p.count = 1;
    assert_int_equal(twcc_parse(&t, &p), E_UNSUPPORTED);
    assert_int_equal(t.base_seq, 77);
}

static struct twcc written(struct writer *w)
{
    struct rtcp_iter it;
    struct rtcp p;
    struct twcc t;
    assert_int_equal(rtcp_iter_init(&it, writer_bytes(w), true), E_OK);
    assert_true(rtcp_next(&it, &p));
    assert_int_equal(twcc_parse(&t, &p), E_OK);
    return t;
}

static void bytes_written_are_those_of_the_drawing(void **state)
{
    (void)state;
    static const uint8_t want[] = {0x8F, 205,  0, 5, 0, 0, 0, 1, 0,    0,    0, 2,
                                   0xFF, 0xFE, 0, 3, 0, 0, 1, 9, 0xA8, 0x00, 4, 8};
    const struct twcc_received got[] = {{.seq_ext = 0x1FFFE, .at = 65000},
                                        {.seq_ext = 0x20000, .at = 67249}};
    const struct twcc_head head = {
        .sender_ssrc = 1, .media_ssrc = 2, .base_ext = 0x1FFFE, .feedback_count = 9};
    uint8_t room[64];
    struct writer w = writer_over(room, sizeof(room));
    size_t used = 0;
    assert_int_equal(twcc_write(&w, &head, got, 2, &used), E_OK);
    assert_int_equal(used, 2);
    assert_int_equal(w.len, sizeof(want));
    assert_memory_equal(room, want, sizeof(want));
}

/* Checks that the feedback says exactly this about base_ext … last received. */
static void assert_says(const struct twcc *t, uint64_t base_ext, const struct twcc_received *got,
                        size_t n)
{
    struct twcc_iter it;
    struct twcc_arrival a;
    size_t i = 0;
    twcc_iter_init(&it, t);
    int64_t turn =
        got[0].at / TWCC_REFERENCE_US / (1 << 24) * (1 << 24) * (int64_t)TWCC_REFERENCE_US;
    for (uint64_t ext = base_ext; twcc_next(&it, &a); ext++) {
        assert_int_equal(a.seq, (uint16_t)ext);
        bool want = i < n && got[i].seq_ext == ext;
        assert_int_equal(a.received, want);
        if (want) {
            assert_true(a.at + turn == got[i].at / TWCC_TICK_US * TWCC_TICK_US);
            i++;
        }
    }
    assert_int_equal(i, n);
}

static void random_arrivals_read_back_in_as_many_packets_as_needed(void **state)
{
    (void)state;
    enum { N = 3000 };
    static struct twcc_received got[N];
    struct rng rng;
    for (uint64_t seed = 0; seed < 20; seed++) {
        rng_init(&rng, seed);
        uint64_t ext = 65000;
        usec at = 1000000;
        uint32_t loss = rng_below(&rng, 60);
        for (size_t i = 0; i < N; i++) {
            while (rng_below(&rng, 100) < loss)
                ext++;
            /* mostly close together, sometimes reordered, sometimes seconds apart */
            usec step = (usec)rng_below(&rng, 20000) - 2000;
            if (rng_below(&rng, 200) == 0)
                step = (usec)rng_below(&rng, 12000000);
            at += at + step < 0 ? 0 : step;
            got[i] = (struct twcc_received){.seq_ext = ext++, .at = at};
        }
        struct twcc_head head = {.base_ext = 64990};
        for (size_t done = 0; done < N;) {
            static uint8_t room[4096];
            struct writer w = writer_over(room, sizeof(room));
            size_t used = 0;
            assert_int_equal(twcc_write(&w, &head, got + done, N - done, &used), E_OK);
            assert_in_range(used, 1, N - done);
            struct twcc t = written(&w);
            assert_int_equal(t.feedback_count, head.feedback_count);
            assert_says(&t, head.base_ext, got + done, used);
            done += used;
            head.base_ext = got[done - 1].seq_ext + 1;
            head.feedback_count++;
        }
    }
}

static void a_delta_that_does_not_fit_starts_the_next_feedback(void **state)
{
    (void)state;
    const struct twcc_received got[] = {{.seq_ext = 100, .at = 0},
                                        {.seq_ext = 101, .at = 32767 * 250},
                                        {.seq_ext = 102, .at = 32767 * 250 + 32768 * 250}};
    const struct twcc_head head = {.base_ext = 100};
    uint8_t room[64];
    struct writer w = writer_over(room, sizeof(room));
    size_t used = 0;
    assert_int_equal(twcc_write(&w, &head, got, 3, &used), E_OK);
    assert_int_equal(used, 2);
}

static void a_delta_takes_one_byte_up_to_255_ticks(void **state)
{
    (void)state;
    const struct twcc_head head = {.base_ext = 100};
    for (usec ticks = 254; ticks <= 256; ticks++) {
        const struct twcc_received got[] = {{.seq_ext = 100, .at = 0},
                                            {.seq_ext = 101, .at = ticks * TWCC_TICK_US},
                                            {.seq_ext = 102, .at = ticks * TWCC_TICK_US - 250}};
        uint8_t room[64];
        struct writer w = writer_over(room, sizeof(room));
        size_t used = 0;
        assert_int_equal(twcc_write(&w, &head, got, 2, &used), E_OK);
        struct twcc t = written(&w);
        /* one bits while all are small, two bits with a large one: §3.1.4; -250 µs is large as well
         */
        assert_int_equal(be16(t.rest.p), ticks <= 255 ? 0x2002 : 0xD800);
        w.len = 0;
        assert_int_equal(twcc_write(&w, &head, got, 3, &used), E_OK);
        t = written(&w);
        assert_int_equal(be16(t.rest.p), ticks <= 255 ? 0xD600 : 0xDA00);
    }
}

static void a_long_run_costs_one_chunk(void **state)
{
    (void)state;
    static struct twcc_received got[TWCC_MAX_WRITTEN];
    for (size_t i = 0; i < TWCC_MAX_WRITTEN; i++)
        got[i] = (struct twcc_received){.seq_ext = 500 + i, .at = 1000};
    const struct twcc_head head = {.base_ext = 500};
    static uint8_t room[2048];
    struct writer w = writer_over(room, sizeof(room));
    size_t used = 0;
    assert_int_equal(twcc_write(&w, &head, got, TWCC_MAX_WRITTEN, &used), E_OK);
    assert_int_equal(used, TWCC_MAX_WRITTEN);
    assert_int_equal(w.len, (4 + FIXED + 2 + TWCC_MAX_WRITTEN + 3) / 4 * 4);
}

static void what_cannot_be_reported_is_refused(void **state)
{
    (void)state;
    struct twcc_received got[] = {{.seq_ext = 2000, .at = 0}, {.seq_ext = 2000, .at = 1}};
    struct twcc_head head = {.base_ext = 2000};
    uint8_t room[64];
    struct writer w = writer_over(room, sizeof(room));
    size_t used = 99;
    assert_int_equal(twcc_write(&w, &head, got, 0, &used), E_RANGE);
    assert_int_equal(twcc_write(&w, &head, got, 2, &used), E_RANGE); /* the same number twice */
    head.base_ext = 2001;
    assert_int_equal(twcc_write(&w, &head, got, 1, &used), E_RANGE);
    head.base_ext = 2000 - TWCC_MAX_WRITTEN;
    assert_int_equal(twcc_write(&w, &head, got, 1, &used), E_RANGE);
    head.base_ext++;
    assert_int_equal(twcc_write(&w, &head, got, 1, &used), E_OK);
    w = writer_over(room, 23);
    head.base_ext = 2000;
    assert_int_equal(twcc_write(&w, &head, got, 1, &used), E_FULL);
    assert_int_equal(w.len, 0);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(small_and_large_deltas_add_up),
    cmocka_unit_test(section_3_1_3_run_of_221_lost),
    cmocka_unit_test(more_statuses_than_the_ceiling_are_refused),
    cmocka_unit_test(section_3_1_4_vector_of_single_bits),
    cmocka_unit_test(section_3_1_4_vector_of_double_bits),
    cmocka_unit_test(the_reference_time_is_signed),
    cmocka_unit_test(what_is_missing_or_reserved_is_malformed),
    cmocka_unit_test(bytes_written_are_those_of_the_drawing),
    cmocka_unit_test(random_arrivals_read_back_in_as_many_packets_as_needed),
    cmocka_unit_test(a_delta_that_does_not_fit_starts_the_next_feedback),
    cmocka_unit_test(a_delta_takes_one_byte_up_to_255_ticks),
    cmocka_unit_test(a_long_run_costs_one_chunk),
    cmocka_unit_test(what_cannot_be_reported_is_refused),
};
TEST_MAIN(tests)
