/* SPDX-License-Identifier: Apache-2.0
 * What reaches OpenSSL at all. */
#include "sfu/adapt/record.h"

#include "testing.h"

/* A record of the given type, epoch and body length, its body zero; returns its whole length. */
static size_t put_record(uint8_t *p, uint8_t type, uint16_t epoch, uint16_t body)
{
    memset(p, 0, 13U + body);
    p[0] = type;
    put_be16(p + 1, 0xfefd);
    put_be16(p + 3, epoch);
    put_be16(p + 11, body);
    return 13U + body;
}

static enum err scan(const uint8_t *p, size_t n, struct record_summary *r)
{
    return record_scan(bytes_of(p, n), r);
}

static void hello_and_its_first_fragment_are_told_apart(void **state)
{
    uint8_t p[100];
    struct record_summary r;
    (void)state;
    size_t n = put_record(p, 22, 0, 30);
    p[13] = 1;
    assert_int_equal(scan(p, n, &r), E_OK);
    assert_true(r.hello && r.hello_start && !r.flight && !r.alert);
    p[13 + 7] = 4; /* fragment_offset 1024 */
    assert_int_equal(scan(p, n, &r), E_OK);
    assert_true(r.hello && !r.hello_start);
}

static void encrypted_alert_is_recognised_and_a_short_one_is_not(void **state)
{
    uint8_t p[100];
    struct record_summary r;
    (void)state;
    assert_int_equal(scan(p, put_record(p, 21, 1, 26), &r), E_OK);
    assert_true(r.only_encrypted_alerts);
    assert_int_equal(scan(p, put_record(p, 21, 1, 17), &r), E_OK);
    assert_false(r.only_encrypted_alerts);
    assert_int_equal(scan(p, put_record(p, 21, 0, 26), &r), E_OK);
    assert_false(r.only_encrypted_alerts);
}

static void clients_last_flight_is_recognised(void **state)
{
    uint8_t p[200];
    struct record_summary r;
    (void)state;
    size_t n = put_record(p, 22, 0, 20);
    p[13] = 16; /* ClientKeyExchange */
    n += put_record(p + n, 20, 0, 1);
    n += put_record(p + n, 22, 1, 40);
    assert_int_equal(scan(p, n, &r), E_OK);
    assert_true(r.flight && !r.hello && !r.only_encrypted_alerts);
}

static void what_no_handshake_of_ours_has_is_refused(void **state)
{
    uint8_t p[100];
    struct record_summary r;
    (void)state;
    assert_int_equal(scan(p, put_record(p, 23, 1, 30), &r), E_UNSUPPORTED); /* application data */
    assert_int_equal(scan(p, put_record(p, 22, 2, 30), &r), E_UNSUPPORTED); /* a later epoch */
    assert_int_equal(scan(p, put_record(p, 24, 0, 30), &r), E_UNSUPPORTED); /* heartbeat */
    assert_int_equal(scan(p, put_record(p, 22, 0, 0), &r), E_UNSUPPORTED);
    assert_int_equal(scan(p, put_record(p, 22, 0, 11), &r), E_MALFORMED);
    p[0] = 0x2e; /* a record of DTLS 1.3 */
    assert_int_not_equal(scan(p, 40, &r), E_OK);
}

static void cut_and_overlong_records_are_refused(void **state)
{
    uint8_t p[100];
    struct record_summary r;
    (void)state;
    size_t n = put_record(p, 22, 0, 30);
    p[13] = 1;
    for (size_t i = 0; i < n; i++)
        assert_int_not_equal(scan(p, i, &r), E_OK);
    assert_int_not_equal(scan(p, n + 1, &r), E_OK);
    put_be16(p + 11, 0xffff);
    assert_int_equal(scan(p, n, &r), E_MALFORMED);
    put_be16(p + 1, 0x0303); /* TLS */
    assert_int_equal(scan(p, n, &r), E_MALFORMED);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(hello_and_its_first_fragment_are_told_apart),
    cmocka_unit_test(encrypted_alert_is_recognised_and_a_short_one_is_not),
    cmocka_unit_test(clients_last_flight_is_recognised),
    cmocka_unit_test(what_no_handshake_of_ours_has_is_refused),
    cmocka_unit_test(cut_and_overlong_records_are_refused),
};

TEST_MAIN(tests)
