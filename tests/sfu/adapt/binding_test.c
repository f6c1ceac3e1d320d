/* SPDX-License-Identifier: Apache-2.0
 * Binding requests as RFC 5769 prints one and as libnice's client makes them; the answers as that
 * client reads them; and everything that gets no answer. */
#include "sfu/adapt/binding.h"

#include "sfu/base/addr.h"
#include "testing.h"

#include <stun/stunagent.h>
#include <stun/usages/ice.h>

#include <netinet/in.h>

#define UFRAG "aSrv"
#define PWD   "0123456789abcdefghijklmn"

/* RFC 5769 §2.1; it carries ICE-CONTROLLED. */
static const uint8_t sample[] = {
    0x00, 0x01, 0x00, 0x58, 0x21, 0x12, 0xa4, 0x42, 0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86,
    0xfa, 0x87, 0xdf, 0xae, 0x80, 0x22, 0x00, 0x10, 0x53, 0x54, 0x55, 0x4e, 0x20, 0x74, 0x65, 0x73,
    0x74, 0x20, 0x63, 0x6c, 0x69, 0x65, 0x6e, 0x74, 0x00, 0x24, 0x00, 0x04, 0x6e, 0x00, 0x01, 0xff,
    0x80, 0x29, 0x00, 0x08, 0x93, 0x2f, 0xf9, 0xb1, 0x51, 0x26, 0x3b, 0x36, 0x00, 0x06, 0x00, 0x09,
    0x65, 0x76, 0x74, 0x6a, 0x3a, 0x68, 0x36, 0x76, 0x59, 0x20, 0x20, 0x20, 0x00, 0x08, 0x00, 0x14,
    0x9a, 0xea, 0xa7, 0x0c, 0xbf, 0xd8, 0xcb, 0x56, 0x78, 0x1e, 0xf2, 0xb5, 0xb2, 0xd3, 0xf2, 0x49,
    0xc1, 0xb5, 0x71, 0xa2, 0x80, 0x28, 0x00, 0x04, 0xe5, 0x7a, 0x3b, 0xcf};
#define SAMPLE_PWD "VOkJxbRl1RmTxUk/WvJxBt"

static const uint16_t known[] = {0x0006, 0x0008, 0x0009, 0x000a, 0x0020, 0x0024, 0x0025, 0};

static StunAgent agent; /* the client's; it remembers the check until the answer, in 11 KB */

/* One check and its answer. */
struct check {
    uint8_t bytes[200], reply[BINDING_REPLY_MAX];
    size_t len, reply_len;
    struct addr mapped;
};

static void make_agent(void)
{
    static uint16_t list[8];
    memcpy(list, known, sizeof(known));
    stun_agent_init(&agent, list, STUN_COMPATIBILITY_RFC5389,
                    STUN_AGENT_USAGE_SHORT_TERM_CREDENTIALS | STUN_AGENT_USAGE_USE_FINGERPRINT);
}

static void make_check(struct check *c, const char *user, bool controlling, bool nominate)
{
    StunMessage m;
    memset(c, 0, sizeof(*c));
    make_agent();
    c->len = stun_usage_ice_conncheck_create(
        &agent, &m, c->bytes, sizeof(c->bytes), (const uint8_t *)user, strlen(user),
        (const uint8_t *)PWD, strlen(PWD), nominate, controlling, 0x6e0001ff, 99, NULL,
        STUN_USAGE_ICE_COMPATIBILITY_RFC5245);
    assert_true(c->len > 0);
    c->mapped = addr_v4((const uint8_t[]){192, 0, 2, 7}, 40000);
}

static enum err accept_with(struct check *c, const char *pwd)
{
    return binding_accept(bytes_of(c->bytes, c->len), UFRAG, pwd, &c->mapped, c->reply,
                          sizeof(c->reply), &c->reply_len);
}

/* The client's reading of the answer: the code of an error, 0 for a success with this mapped
 * address. */
static int read_reply(struct check *c, struct sockaddr_storage *mapped)
{
    StunMessage m;
    int code = 0;
    socklen_t n = sizeof(*mapped);
    assert_int_equal(stun_agent_validate(&agent, &m, c->reply, c->reply_len, NULL, NULL),
                     STUN_VALIDATION_SUCCESS);
    if (stun_message_get_class(&m) == STUN_ERROR) {
        assert_int_equal(stun_message_find_error(&m, &code), STUN_MESSAGE_RETURN_SUCCESS);
        return code;
    }
    assert_int_equal(
        stun_usage_ice_conncheck_process(&m, mapped, &n, STUN_USAGE_ICE_COMPATIBILITY_RFC5245),
        STUN_USAGE_ICE_RETURN_SUCCESS);
    return 0;
}

static void rfc5769_2_1_sample_request_is_read(void **state)
{
    struct binding_request r;
    (void)state;
    assert_int_equal(binding_peek(bytes_of(sample, sizeof(sample)), &r), E_OK);
    assert_string_equal(r.ufrag, "evtj");
    assert_int_equal(r.priority, 0x6e0001ff);
    assert_false(r.use_candidate);
}

static void rfc8445_7_3_1_1_role_conflict_is_answered_487_after_integrity(void **state)
{
    struct addr a = addr_v4((const uint8_t[]){192, 0, 2, 1}, 32853);
    uint8_t reply[BINDING_REPLY_MAX];
    size_t n = 7;
    (void)state;
    struct bytes d = bytes_of(sample, sizeof(sample));
    assert_int_equal(binding_accept(d, "evtj", SAMPLE_PWD "x", &a, reply, sizeof(reply), &n),
                     E_DENIED);
    assert_int_equal(n, 0);
    assert_int_equal(binding_accept(d, "evtj", SAMPLE_PWD, &a, reply, sizeof(reply), &n), E_STATE);
    assert_int_equal(be16(reply), 0x0111);
    assert_memory_equal(reply + 4, sample + 4, 16);
    assert_int_equal(be16(reply + 20), 0x0009); /* ERROR-CODE */
    assert_int_equal(reply[26] * 100 + reply[27], 487);
    assert_true(n <= sizeof(sample));
}

static void client_reads_its_mapped_address(void **state)
{
    struct check c;
    struct sockaddr_storage got;
    struct sockaddr_in v4;
    (void)state;
    make_check(&c, UFRAG ":cLnt", true, true);
    assert_int_equal(accept_with(&c, PWD), E_OK);
    assert_true(c.reply_len <= c.len);
    assert_int_equal(read_reply(&c, &got), 0);
    memcpy(&v4, &got, sizeof(v4));
    assert_int_equal(v4.sin_family, AF_INET);
    assert_int_equal(ntohs(v4.sin_port), 40000);
    assert_int_equal(ntohl(v4.sin_addr.s_addr), 0xc0000207);
}

static void client_reads_its_mapped_address_over_ipv6(void **state)
{
    static const uint8_t ip[16] = {0x20, 0x01, 0x0d, 0xb8, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    struct check c;
    struct sockaddr_storage got;
    struct sockaddr_in6 v6;
    (void)state;
    make_check(&c, UFRAG ":cLnt", true, false);
    c.mapped = addr_v6(ip, 50000);
    assert_int_equal(accept_with(&c, PWD), E_OK);
    assert_true(c.reply_len <= c.len);
    assert_int_equal(read_reply(&c, &got), 0);
    memcpy(&v6, &got, sizeof(v6));
    assert_int_equal(v6.sin6_family, AF_INET6);
    assert_int_equal(ntohs(v6.sin6_port), 50000);
    assert_memory_equal(&v6.sin6_addr, ip, 16);
}

static void nomination_is_seen(void **state)
{
    struct check c;
    struct binding_request r;
    (void)state;
    make_check(&c, UFRAG ":cLnt", true, true);
    assert_int_equal(binding_peek(bytes_of(c.bytes, c.len), &r), E_OK);
    assert_true(r.use_candidate);
    assert_string_equal(r.ufrag, UFRAG);
    make_check(&c, UFRAG ":cLnt", true, false);
    assert_int_equal(binding_peek(bytes_of(c.bytes, c.len), &r), E_OK);
    assert_false(r.use_candidate);
}

static void strangers_get_silence(void **state)
{
    struct check c;
    (void)state;
    make_check(&c, UFRAG ":cLnt", true, true);
    assert_int_equal(accept_with(&c, "0123456789abcdefghijklmo"), E_DENIED);
    assert_int_equal(c.reply_len, 0);
    make_check(&c, "aSrw:cLnt", true, true);
    assert_int_equal(accept_with(&c, PWD), E_DENIED);
    assert_int_equal(c.reply_len, 0);
    make_check(&c, "aSrvv:cLnt", true, true);
    assert_int_equal(accept_with(&c, PWD), E_DENIED);
    assert_int_equal(c.reply_len, 0);
}

static void every_flipped_bit_is_noticed(void **state)
{
    struct check c;
    (void)state;
    make_check(&c, UFRAG ":cLnt", true, true);
    for (size_t bit = 0; bit < 8 * c.len; bit++) {
        c.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_not_equal(accept_with(&c, PWD), E_OK);
        assert_int_equal(c.reply_len, 0);
        c.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    assert_int_equal(accept_with(&c, PWD), E_OK);
}

static void every_cut_is_noticed(void **state)
{
    struct binding_request r;
    (void)state;
    for (size_t n = 0; n < sizeof(sample); n++)
        assert_int_equal(binding_peek(bytes_of(sample, n), &r), E_MALFORMED);
}

static void request_without_user_or_of_another_method_is_not_ours(void **state)
{
    StunMessage m;
    struct binding_request r;
    uint8_t b[200];
    (void)state;
    make_agent();
    assert_true(stun_agent_init_request(&agent, &m, b, sizeof(b), STUN_BINDING));
    size_t n = stun_agent_finish_message(&agent, &m, NULL, 0);
    assert_int_equal(binding_peek(bytes_of(b, n), &r), E_UNSUPPORTED);
    assert_true(stun_agent_init_indication(&agent, &m, b, sizeof(b), STUN_BINDING));
    n = stun_agent_finish_message(&agent, &m, NULL, 0);
    assert_int_equal(binding_peek(bytes_of(b, n), &r), E_UNSUPPORTED);
    assert_true(stun_agent_init_request(&agent, &m, b, sizeof(b), STUN_ALLOCATE));
    n = stun_agent_finish_message(&agent, &m, NULL, 0);
    assert_int_equal(binding_peek(bytes_of(b, n), &r), E_UNSUPPORTED);
}

static void user_name_without_colon_or_with_a_long_ufrag_is_not_ours(void **state)
{
    struct check c;
    struct binding_request r;
    char user[100];
    (void)state;
    make_check(&c, "nocolon", true, false);
    assert_int_equal(binding_peek(bytes_of(c.bytes, c.len), &r), E_UNSUPPORTED);
    memset(user, 'u', sizeof(user));
    memcpy(user + BINDING_UFRAG_MAX + 1, ":c", 3);
    make_check(&c, user, true, false);
    assert_int_equal(binding_peek(bytes_of(c.bytes, c.len), &r), E_UNSUPPORTED);
    make_check(&c, user + 1, true, false);
    assert_int_equal(binding_peek(bytes_of(c.bytes, c.len), &r), E_OK);
    assert_int_equal(strlen(r.ufrag), BINDING_UFRAG_MAX);
}

static void rfc8489_6_3_1_unknown_attribute_is_answered_420(void **state)
{
    struct check c;
    struct sockaddr_storage none;
    StunMessage m;
    (void)state;
    make_check(&c, UFRAG ":cLnt", true, false);
    assert_true(stun_agent_init_request(&agent, &m, c.bytes, sizeof(c.bytes), STUN_BINDING));
    assert_int_equal(stun_message_append32(&m, (StunAttribute)0x7ffe, 1),
                     STUN_MESSAGE_RETURN_SUCCESS);
    assert_int_equal(stun_message_append_string(&m, STUN_ATTRIBUTE_USERNAME, UFRAG ":cLnt"),
                     STUN_MESSAGE_RETURN_SUCCESS);
    c.len = stun_agent_finish_message(&agent, &m, (const uint8_t *)PWD, strlen(PWD));
    assert_int_equal(accept_with(&c, PWD), E_UNSUPPORTED);
    assert_int_equal(read_reply(&c, &none), 420);
}

static void reply_buffer_that_is_too_small_is_refused(void **state)
{
    struct check c;
    (void)state;
    make_check(&c, UFRAG ":cLnt", true, false);
    assert_int_equal(binding_accept(bytes_of(c.bytes, c.len), UFRAG, PWD, &c.mapped, c.reply,
                                    BINDING_REPLY_MAX - 1, &c.reply_len),
                     E_FULL);
    assert_int_equal(c.reply_len, 0);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(rfc5769_2_1_sample_request_is_read),
    cmocka_unit_test(rfc8445_7_3_1_1_role_conflict_is_answered_487_after_integrity),
    cmocka_unit_test(client_reads_its_mapped_address),
    cmocka_unit_test(client_reads_its_mapped_address_over_ipv6),
    cmocka_unit_test(nomination_is_seen),
    cmocka_unit_test(strangers_get_silence),
    cmocka_unit_test(every_flipped_bit_is_noticed),
    cmocka_unit_test(every_cut_is_noticed),
    cmocka_unit_test(request_without_user_or_of_another_method_is_not_ours),
    cmocka_unit_test(user_name_without_colon_or_with_a_long_ufrag_is_not_ours),
    cmocka_unit_test(rfc8489_6_3_1_unknown_attribute_is_answered_420),
    cmocka_unit_test(reply_buffer_that_is_too_small_is_refused),
};

TEST_MAIN(tests)
