/* SPDX-License-Identifier: Apache-2.0
 * What the operator may write, and the sentence for every mistake. */
#include "tests/testing.h"

#include "signaling/config.h"
#include "signaling/log_stderr.h"

static struct config config;
static char error[CONFIG_ERROR];

static enum err parse(const char *text)
{
    config_init(&config);
    return config_parse(&config, text, strlen(text), error);
}

static enum err whole(const char *text)
{
    enum err e = parse(text);
    return e == E_OK ? config_finish(&config, error) : e;
}

static void defaults_are_loopback_and_complete(void **state)
{
    (void)state;
    assert_int_equal(whole(config_defaults()), E_OK);
    assert_true(addr_is_loopback(&config.listen));
    assert_int_equal(config.listen.port, 8080);
    assert_int_equal(config.media.port, 8443);
    assert_true(addr_is_unspecified(&config.media));
    assert_string_equal(config.public_url, "http://127.0.0.1:8080");
    assert_int_equal(config.grace_s, 60);
    assert_false(config_uses_tls(&config));
}

static void empty_file_is_the_defaults(void **state)
{
    (void)state;
    assert_int_equal(whole(""), E_OK);
    assert_int_equal(config.listen.port, 8080);
}

static void mistake(const char *text, const char *sentence)
{
    assert_int_not_equal(whole(text), E_OK);
    if (strstr(error, sentence) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", error, sentence);
}

static void unknown_key_is_an_error_with_its_line(void **state)
{
    (void)state;
    mistake("# a comment\n[server]\nlisten=127.0.0.1:1\n\nlistne = 5\n",
            "line 5: listne in [server] is unknown");
    mistake("[server]\n[tls]\nlisten=127.0.0.1:1\n", "line 3: listen in [tls] is unknown");
}

static void unknown_section_is_an_error_with_its_line(void **state)
{
    (void)state;
    mistake("\n[sever]\nlisten=127.0.0.1:1\n", "line 2: unknown section [sever]");
}

static void what_is_no_setting_is_an_error_with_its_line(void **state)
{
    (void)state;
    mistake("[server]\nlisten=127.0.0.1:1\nhello\n", "line 3:");
    mistake("listen=127.0.0.1:1\n", "line 1:");
    mistake("[server]\nlisten=\xff\n", "line 1:");
}

static void numbers_have_limits(void **state)
{
    (void)state;
    mistake("[server]\ngrace_s=4\n", "line 2: grace_s");
    mistake("[server]\ngrace_s=x\n", "line 2: grace_s");
    mistake("[server]\ngrace_s=60s\n", "line 2: grace_s");
    mistake("[media]\nworkers=33\n", "line 2: workers");
    mistake("[tls]\nself_signed=true\n", "yes or no");
}

static void plain_http_beyond_loopback_is_refused(void **state)
{
    (void)state;
    mistake("[server]\nlisten=0.0.0.0:8080\n", "loopback");
    mistake("[server]\nlisten=:8080\n", "loopback");
    mistake("[server]\nlisten=192.0.2.1:8080\n", "loopback");
    assert_int_equal(whole("[server]\nlisten=[::1]:8080\n"), E_OK);
    assert_string_equal(config.public_url, "http://[::1]:8080");
    assert_int_equal(whole("[server]\nlisten=192.0.2.1:8080\n[tls]\nself_signed=yes\n"), E_OK);
    assert_string_equal(config.public_url, "https://192.0.2.1:8080");
}

static void certificate_needs_its_key_and_excludes_self_signed(void **state)
{
    (void)state;
    mistake("[tls]\ncertificate=a.pem\n", "go together");
    mistake("[tls]\ncertificate=a\nkey=b\nself_signed=yes\n", "exclude");
    assert_int_equal(whole("[tls]\ncertificate=a\nkey=b\n"), E_OK);
}

static void public_url_is_an_origin(void **state)
{
    (void)state;
    assert_int_equal(whole("[server]\npublic_url=https://amphi.example/\n"), E_OK);
    assert_string_equal(config.public_url, "https://amphi.example");
    mistake("[server]\npublic_url=https://amphi.example/path\n", "public_url");
    mistake("[server]\npublic_url=https://amphi.example; script-src *\n", "public_url");
    mistake("[server]\npublic_url=amphi.example\n", "public_url");
    mistake("[server]\npublic_url=https://Amphi.example\n", "public_url");
}

static void announced_addresses_take_the_media_port(void **state)
{
    (void)state;
    assert_int_equal(whole("[media]\nlisten=:9000\nannounce=192.0.2.7, 2001:db8::1\n"), E_OK);
    assert_int_equal(config.n_announce, 2);
    assert_int_equal(config.announce[1].port, 9000);
    mistake("[media]\nannounce=amphi.example\n", "not an address");
}

static void addresses_with_port_are_read(void **state)
{
    (void)state;
    struct addr a;
    static const char *const good[] = {"127.0.0.1:1", "[::1]:65535", ":0"};
    static const char *const bad[] = {"",
                                      ":",
                                      "127.0.0.1",
                                      "127.0.0.1:",
                                      "::1:80",
                                      "127.0.0.1:65536",
                                      "1.2.3:4",
                                      "[127.0.0.1]:80",
                                      "a:80",
                                      "127.0.0.1:+1",
                                      "127.0.0.1: 1",
                                      "127.0.0.1:1x"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_int_equal(config_parse_addr(&a, good[i]), E_OK);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(config_parse_addr(&a, bad[i]), E_MALFORMED);
}

static void log_lines_hold_no_control_bytes(void **state)
{
    (void)state;
    char out[64], small[10];
    log_escape(out, sizeof out, "a\nlevel=error b\x1b[31m\x7f");
    assert_string_equal(out, "a\\x0alevel=error b\\x1b[31m\\x7f");
    log_escape(small, sizeof small, "\n\n\n\n\n\n");
    assert_true(strlen(small) < sizeof small);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(defaults_are_loopback_and_complete),
    cmocka_unit_test(empty_file_is_the_defaults),
    cmocka_unit_test(unknown_key_is_an_error_with_its_line),
    cmocka_unit_test(unknown_section_is_an_error_with_its_line),
    cmocka_unit_test(what_is_no_setting_is_an_error_with_its_line),
    cmocka_unit_test(numbers_have_limits),
    cmocka_unit_test(plain_http_beyond_loopback_is_refused),
    cmocka_unit_test(certificate_needs_its_key_and_excludes_self_signed),
    cmocka_unit_test(public_url_is_an_origin),
    cmocka_unit_test(announced_addresses_take_the_media_port),
    cmocka_unit_test(addresses_with_port_are_read),
    cmocka_unit_test(log_lines_hold_no_control_bytes),
};
TEST_MAIN(tests)
