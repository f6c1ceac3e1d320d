/* SPDX-License-Identifier: Apache-2.0
 * Is every record that was accepted read once, whole, in order, across threads and across the
 * ring's end? */
#include "testing.h"

#include <poll.h>
#include <pthread.h>
#include <sched.h>

#include "sfu/io/mailbox.h"

static void full_mailbox_refuses_and_keeps_what_it_has(void **state)
{
    struct wakeup w;
    struct mailbox m;
    uint8_t record[1000] = {7};
    struct bytes got;
    unsigned pushed = 0;
    (void)state;
    assert_int_equal(wakeup_init(&w), E_OK);
    assert_int_equal(mailbox_init(&m, 4096, &w), E_OK);
    while (mailbox_push(&m, bytes_of(record, sizeof(record))) == E_OK)
        pushed++;
    assert_int_equal(pushed, 4);
    assert_int_equal(m.refused, 1);
    for (unsigned i = 0; i < pushed; i++) {
        assert_true(mailbox_peek(&m, &got));
        assert_int_equal(got.len, sizeof(record));
        assert_int_equal(got.p[0], 7);
        mailbox_pop(&m);
    }
    assert_false(mailbox_peek(&m, &got));
    mailbox_fini(&m);
    wakeup_fini(&w);
}

static void record_larger_than_the_ring_is_refused(void **state)
{
    struct wakeup w;
    struct mailbox m;
    static const uint8_t record[8192];
    struct bytes got;
    (void)state;
    assert_int_equal(wakeup_init(&w), E_OK);
    assert_int_equal(mailbox_init(&m, 4096, &w), E_OK);
    assert_int_equal(mailbox_push(&m, bytes_of(record, sizeof(record))), E_FULL);
    assert_false(mailbox_peek(&m, &got));
    mailbox_fini(&m);
    wakeup_fini(&w);
}

enum { RECORDS = 50000 };

static void *writer(void *arg)
{
    struct mailbox *m = arg;
    uint8_t record[200];
    for (uint32_t i = 0; i < RECORDS; i++) {
        const size_t len = 4 + i % 190;
        memset(record, (int)(i & 0xff), sizeof(record));
        put_be32(record, i);
        while (mailbox_push(m, bytes_of(record, len)) != E_OK)
            sched_yield();
    }
    return NULL;
}

/* Sleeps in poll whenever the mailbox is empty: a lost wake-up would hang, which the time limit
 * turns into a failure. */
static void records_cross_threads_in_order_without_lost_wakeups(void **state)
{
    struct wakeup w;
    struct mailbox m;
    struct bytes got;
    pthread_t thread;
    uint32_t next = 0;
    (void)state;
    assert_int_equal(wakeup_init(&w), E_OK);
    assert_int_equal(mailbox_init(&m, 4096, &w), E_OK);
    assert_int_equal(pthread_create(&thread, NULL, writer, &m), 0);
    while (next < RECORDS) {
        struct pollfd p = {.fd = w.fd, .events = POLLIN};
        assert_int_equal(poll(&p, 1, 5000), 1);
        wakeup_clear(&w);
        while (mailbox_peek(&m, &got)) {
            assert_int_equal(be32(got.p), next);
            assert_int_equal(got.len, 4 + next % 190);
            if (got.len > 4)
                assert_int_equal(got.p[got.len - 1], next & 0xff);
            mailbox_pop(&m);
            next++;
        }
    }
    pthread_join(thread, NULL);
    mailbox_fini(&m);
    wakeup_fini(&w);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(full_mailbox_refuses_and_keeps_what_it_has),
    cmocka_unit_test(record_larger_than_the_ring_is_refused),
    cmocka_unit_test(records_cross_threads_in_order_without_lost_wakeups),
};

TEST_MAIN(tests)
