/* SPDX-License-Identifier: Apache-2.0
 * Is every change of a written log found, and is an erased one still whole. */
#include "tests/testing.h"

#include "sfu/base/rng.h"
#include "sha256.h"

enum { LINKS = 40 };

struct stored {
    uint8_t form[LOG_PUBLIC], commitment[CHAIN_HASH], hash[CHAIN_HASH], salt[CHAIN_SALT];
    char words[32];
    size_t words_len;
};

static struct stored chain[LINKS + 1];
static size_t n;

static struct log_event event_number(uint64_t number)
{
    return (struct log_event){.class_id = {9},
                              .number = number,
                              .kind = LOG_ENTERED,
                              .person = (uint32_t)number,
                              .wall_ms = 1795420800000 + (int64_t)number};
}

static struct bytes salt_of(const struct stored *s)
{
    return bytes_of(s->salt, s->words_len > 0 ? CHAIN_SALT : 0);
}

static int make_chain(void **state)
{
    (void)state;
    static const uint8_t zero[CHAIN_HASH];
    const uint8_t *before = zero;
    memset(chain, 0, sizeof chain);
    n = LINKS;
    for (size_t i = 0; i < n; i++) {
        struct stored *s = &chain[i];
        struct log_event e = event_number(i + 1);
        event_write(s->form, &e);
        if (i % 3 == 0) {
            s->words_len = (size_t)snprintf(s->words, sizeof s->words, "{\"n\":\"%zu\"}", i);
            memset(s->salt, (int)i + 1, CHAIN_SALT);
        }
        assert_int_equal(
            chain_commit(&test_sha256, salt_of(s), bytes_of(s->words, s->words_len), s->commitment),
            E_OK);
        assert_int_equal(
            chain_next(&test_sha256, before, bytes_of(s->form, LOG_PUBLIC), s->commitment, s->hash),
            E_OK);
        before = s->hash;
    }
    return 0;
}

/* The first bad number, 0 when all is good. head: the one that was noted elsewhere. */
static uint64_t verify(uint64_t number, const uint8_t head[CHAIN_HASH])
{
    struct chain_verifier v;
    const uint8_t class_id[LOG_CLASS_ID] = {9};
    chain_verifier_init(&v, &test_sha256, class_id);
    for (size_t i = 0; i < n; i++) {
        const struct chain_link link = {.public_form = bytes_of(chain[i].form, LOG_PUBLIC),
                                        .commitment = chain[i].commitment,
                                        .hash = chain[i].hash,
                                        .salt = salt_of(&chain[i]),
                                        .words = bytes_of(chain[i].words, chain[i].words_len)};
        if (chain_verify_next(&v, &link, NULL) != E_OK)
            return v.first_bad;
    }
    return chain_verify_head(&v, number, head) == E_OK ? 0 : v.first_bad;
}

static void written_chain_holds(void **state)
{
    (void)state;
    assert_int_equal(verify(LINKS, chain[LINKS - 1].hash), 0);
}

static void any_flipped_bit_is_found_at_its_number(void **state)
{
    (void)state;
    uint8_t head[CHAIN_HASH];
    memcpy(head, chain[LINKS - 1].hash, sizeof head);
    struct rng r;
    rng_init(&r, 1);
    for (int round = 0; round < 2000; round++) {
        size_t at = rng_below(&r, LINKS);
        uint8_t *const parts[] = {chain[at].form, chain[at].commitment, chain[at].hash,
                                  (uint8_t *)chain[at].words, chain[at].salt};
        const size_t lens[] = {LOG_PUBLIC, CHAIN_HASH, CHAIN_HASH, chain[at].words_len,
                               salt_of(&chain[at]).len};
        uint32_t part = rng_below(&r, 5);
        if (lens[part] == 0)
            continue;
        uint8_t *byte = &parts[part][rng_below(&r, (uint32_t)lens[part])];
        uint8_t bit = (uint8_t)(1U << rng_below(&r, 8));
        *byte ^= bit;
        assert_int_equal(verify(LINKS, head), at + 1);
        *byte ^= bit;
    }
}

static void deleted_inserted_swapped_and_cut_links_are_found(void **state)
{
    (void)state;
    uint8_t head[CHAIN_HASH];
    memcpy(head, chain[LINKS - 1].hash, sizeof head);
    for (size_t at = 0; at < LINKS; at++) {
        memmove(&chain[at], &chain[at + 1], (LINKS - at) * sizeof chain[0]);
        n = LINKS - 1;
        assert_int_equal(verify(LINKS, head), at + 1);
        make_chain(NULL);
        memmove(&chain[at + 1], &chain[at], (LINKS - at) * sizeof chain[0]);
        n = LINKS + 1;
        assert_int_equal(verify(LINKS, head), at + 2);
        make_chain(NULL);
        if (at > 0) {
            struct stored s = chain[at];
            chain[at] = chain[at - 1];
            chain[at - 1] = s;
            assert_int_equal(verify(LINKS, head), at);
            make_chain(NULL);
        }
        n = at;
        assert_int_equal(verify(LINKS, head), at + 1);
        make_chain(NULL);
    }
}

static void forged_tail_with_right_hashes_differs_from_the_known_head(void **state)
{
    (void)state;
    uint8_t head[CHAIN_HASH];
    memcpy(head, chain[LINKS - 1].hash, sizeof head);
    struct stored *last = &chain[LINKS - 1];
    last->form[63] ^= 1;
    assert_int_equal(chain_next(&test_sha256, chain[LINKS - 2].hash,
                                bytes_of(last->form, LOG_PUBLIC), last->commitment, last->hash),
                     E_OK);
    assert_int_equal(verify(LINKS, head), LINKS);
}

static void erased_words_leave_the_chain_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < LINKS; i += 2)
        chain[i].words_len = 0;
    assert_int_equal(verify(LINKS, chain[LINKS - 1].hash), 0);
}

static void link_of_another_class_is_refused(void **state)
{
    (void)state;
    struct chain_verifier v;
    const uint8_t other[LOG_CLASS_ID] = {8};
    chain_verifier_init(&v, &test_sha256, other);
    const struct chain_link link = {.public_form = bytes_of(chain[0].form, LOG_PUBLIC),
                                    .commitment = chain[0].commitment,
                                    .hash = chain[0].hash};
    assert_int_equal(chain_verify_next(&v, &link, NULL), E_MALFORMED);
    assert_int_equal(v.first_bad, 1);
}

/* Computed once by another program (Python's hashlib) over the bytes of the drawing: the form may
 * never change. */
static void first_link_is_what_it_has_always_been(void **state)
{
    (void)state;
    static const char wanted[] = "19a1a07e99c93a44454484d2515b984eb04edafda6159c81ab077c3c14794f91";
    char got[2 * CHAIN_HASH + 1];
    struct log_event e = {.class_id = {0xC1, 0xA5},
                          .number = 1,
                          .kind = LOG_LEFT,
                          .reason = LOG_LEFT_NETWORK,
                          .role = LOG_ROLE_LEARNER,
                          .person = 0x01020304,
                          .by = 5,
                          .other = 6,
                          .device = 7,
                          .site = 8,
                          .period = 9,
                          .age_ms = 15000,
                          .target = 10,
                          .from_ms = -1,
                          .to_ms = 11,
                          .wall_ms = 1795420800000,
                          .boot_us = 123456789,
                          .boot_id = {0xB0}};
    uint8_t form[LOG_PUBLIC], commitment[CHAIN_HASH], hash[CHAIN_HASH];
    static const uint8_t zero[CHAIN_HASH], salt[CHAIN_SALT] = {0x5A};
    event_write(form, &e);
    assert_int_equal(
        chain_commit(&test_sha256, bytes_of(salt, sizeof salt), bytes_of("{}", 2), commitment),
        E_OK);
    assert_int_equal(chain_next(&test_sha256, zero, bytes_of(form, sizeof form), commitment, hash),
                     E_OK);
    for (size_t i = 0; i < CHAIN_HASH; i++)
        snprintf(got + 2 * i, 3, "%02x", hash[i]);
    assert_string_equal(got, wanted);
}

static void event_reads_as_it_was_written(void **state)
{
    (void)state;
    struct rng r;
    rng_init(&r, 4);
    for (int i = 0; i < 200; i++) {
        uint8_t form[LOG_PUBLIC], again[LOG_PUBLIC];
        struct log_event e;
        rng_fill(&r, form, sizeof form);
        form[0] = LOG_FORM;
        assert_int_equal(event_read(&e, bytes_of(form, sizeof form)), E_OK);
        event_write(again, &e);
        assert_memory_equal(form, again, sizeof form);
    }
    uint8_t form[LOG_PUBLIC] = {LOG_FORM};
    struct log_event e;
    assert_int_equal(event_read(&e, bytes_of(form, sizeof form)), E_MALFORMED); /* number 0 */
    assert_int_equal(event_read(&e, bytes_of(form, LOG_PUBLIC - 1)), E_MALFORMED);
    form[0] = LOG_FORM + 1;
    assert_int_equal(event_read(&e, bytes_of(form, sizeof form)), E_UNSUPPORTED);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup(written_chain_holds, make_chain),
    cmocka_unit_test_setup(any_flipped_bit_is_found_at_its_number, make_chain),
    cmocka_unit_test_setup(deleted_inserted_swapped_and_cut_links_are_found, make_chain),
    cmocka_unit_test_setup(forged_tail_with_right_hashes_differs_from_the_known_head, make_chain),
    cmocka_unit_test_setup(erased_words_leave_the_chain_whole, make_chain),
    cmocka_unit_test_setup(link_of_another_class_is_refused, make_chain),
    cmocka_unit_test(first_link_is_what_it_has_always_been),
    cmocka_unit_test(event_reads_as_it_was_written),
};

TEST_MAIN(tests)
