/* SPDX-License-Identifier: Apache-2.0
 * addr.c: text forms by RFC 5952 §4, classes of address, equality and hash. */
#include "sfu/base/addr.h"

#include "testing.h"

static struct addr parse(const char *text)
{
    struct addr a;
    assert_int_equal(addr_parse_ip(&a, text, 5000), E_OK);
    return a;
}

static void text_of_v4_and_v6_reads_back(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "192.0.2.1", "0.0.0.0",         "255.255.255.255",      "::",  "::1",   "2001:db8::1",
        "fe80::1:2", "1:2:3:4:5:6:7:8", "2001:db8:0:1:1:1:1:1", "1::", "0:1::", "2001:0:0:1::1",
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct addr a = parse(texts[i]);
        char out[ADDR_TEXT];
        assert_string_equal(addr_write_ip(out, &a), texts[i]);
    }
}

static void rfc5952_4_2_shortens_the_longest_zero_run_only(void **state)
{
    (void)state;
    char out[ADDR_TEXT];
    struct addr a = parse("2001:db8:0:0:1:0:0:1");
    assert_string_equal(addr_write_ip(out, &a), "2001:db8::1:0:0:1");
    a = parse("1:0:3:4:5:6:7:8");
    assert_string_equal(addr_write_ip(out, &a), "1:0:3:4:5:6:7:8");
    a = parse("1:0:0:4:0:0:0:8");
    assert_string_equal(addr_write_ip(out, &a), "1:0:0:4::8");
}

static void port_is_written_with_brackets_for_v6(void **state)
{
    (void)state;
    char out[ADDR_TEXT];
    struct addr a = parse("192.0.2.1");
    assert_string_equal(addr_write(out, &a), "192.0.2.1:5000");
    a = parse("2001:db8::1");
    assert_string_equal(addr_write(out, &a), "[2001:db8::1]:5000");
    a = parse("1111:2222:3333:4444:5555:6666:7777:8888");
    a.port = 65535;
    assert_string_equal(addr_write(out, &a), "[1111:2222:3333:4444:5555:6666:7777:8888]:65535");
}

static void mapped_text_is_v4(void **state)
{
    (void)state;
    struct addr a = parse("::ffff:192.0.2.1");
    struct addr b = parse("192.0.2.1");
    assert_true(addr_is_v4(&a));
    assert_true(addr_equal(&a, &b));
}

static void broken_text_is_refused_and_leaves_out_alone(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "1",
        "1.2.3",
        "1.2.3.4.",
        "1.2.3.256",
        "01.2.3.4",
        "1.2.3.4 ",
        ":",
        ":::",
        "1:",
        ":1",
        "1::2::3",
        "1:2:3:4:5:6:7",
        "12345::",
        "g::",
        "::1.2.3",
        "[::1]",
        "::1%eth0",
        "localhost",
        "1:2:3:4:5:6:7:8::",
        "1:2:3:4:5:6:7:8:9",
        "1::2:",
        "1.2.3.4::",
        "1:2:3:4:5:6:7:1.2.3.4",
    };
    struct addr untouched = {.port = 7};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct addr a = untouched;
        if (addr_parse_ip(&a, texts[i], 1) != E_MALFORMED)
            fail_msg("accepted: %s", texts[i]);
        assert_true(addr_equal(&a, &untouched));
    }
}

static void classes_of_address_are_told_apart(void **state)
{
    (void)state;
    struct addr a = parse("127.1.2.3");
    assert_true(addr_is_loopback(&a));
    a = parse("::1");
    assert_true(addr_is_loopback(&a));
    a = parse("128.0.0.1");
    assert_false(addr_is_loopback(&a));
    a = parse("169.254.1.1");
    assert_true(addr_is_link_local(&a));
    a = parse("febf::1");
    assert_true(addr_is_link_local(&a));
    a = parse("fec0::1");
    assert_false(addr_is_link_local(&a));
    a = parse("::");
    assert_true(addr_is_unspecified(&a));
    a = parse("0.0.0.0");
    assert_true(addr_is_unspecified(&a));
    a = parse("0.0.0.1");
    assert_false(addr_is_unspecified(&a));
}

static void paths_differ_in_every_part(void **state)
{
    (void)state;
    struct path p = {.local = parse("192.0.2.1"), .remote = parse("192.0.2.2"), .socket = 1};
    struct path others[] = {p, p, p, p};
    others[0].socket = 2;
    others[1].local.port++;
    others[2].remote.port++;
    others[3].remote.ip[0] ^= 1;
    assert_true(path_equal(&p, &p));
    for (size_t i = 0; i < 4; i++) {
        assert_false(path_equal(&p, &others[i]));
        assert_true(path_hash(&p, 9) != path_hash(&others[i], 9));
    }
    struct path swapped = {.local = p.remote, .remote = p.local, .socket = 1};
    assert_true(path_hash(&p, 9) != path_hash(&swapped, 9));
    assert_true(addr_hash(&p.local, 1) != addr_hash(&p.local, 2));
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(text_of_v4_and_v6_reads_back),
    cmocka_unit_test(rfc5952_4_2_shortens_the_longest_zero_run_only),
    cmocka_unit_test(port_is_written_with_brackets_for_v6),
    cmocka_unit_test(mapped_text_is_v4),
    cmocka_unit_test(broken_text_is_refused_and_leaves_out_alone),
    cmocka_unit_test(classes_of_address_are_told_apart),
    cmocka_unit_test(paths_differ_in_every_part),
};
TEST_MAIN(tests)
