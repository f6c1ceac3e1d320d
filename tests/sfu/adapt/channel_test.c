/* SPDX-License-Identifier: Apache-2.0
 * Whole handshakes in memory between our channel and a real OpenSSL client: what is lost, repeated
 * or wrong, and which packets pass afterwards. */
#include "sfu/adapt/channel.h"

#include "client.h"
#include "sfu/adapt/crypt.h"
#include "sfu/adapt/dtls.h"
#include "testing.h"

enum { KEPT = 8, PACKET = 1500 };

struct kept {
    uint8_t data[KEPT][PACKET];
    size_t len[KEPT];
    size_t count;
};

/* Both ends of one connection, and the network between them. */
struct pair {
    struct dtls_identity *identity;
    struct channel *channel;
    struct client *client;
    usec now;
    struct kept up,
        down; /* datagrams of the newest drain, kept so that tests can lose and repeat them */
};

static void open_pair(struct pair *p, const char *profiles, enum client_flaw flaw,
                      bool keep_session)
{
    memset(p, 0, sizeof(*p));
    assert_int_equal(dtls_identity_new(&p->identity), E_OK);
    struct channel_config config = {.identity = p->identity, .keep_session = keep_session};
    p->channel = channel_new(&config);
    assert_non_null(p->channel);
    p->client = client_new(profiles, flaw);
}

static void close_pair(struct pair *p)
{
    channel_free(p->channel);
    client_free(p->client);
    dtls_identity_free(p->identity);
}

static void keep(struct kept *k, struct bytes b)
{
    assert_true(k->count < KEPT && b.len <= PACKET);
    memcpy(k->data[k->count], b.p, b.len);
    k->len[k->count++] = b.len;
}

static size_t drain_client(struct pair *p)
{
    struct bytes b;
    p->up.count = 0;
    while (client_poll(p->client, &b))
        keep(&p->up, b);
    return p->up.count;
}

static size_t drain_channel(struct pair *p)
{
    struct bytes b;
    p->down.count = 0;
    while (channel_poll(p->channel, &b)) {
        assert_true(b.len <= DTLS_MTU);
        keep(&p->down, b);
    }
    return p->down.count;
}

static void deliver_up_one(struct pair *p, size_t i)
{
    channel_on_dtls(p->channel, p->now, bytes_of(p->up.data[i], p->up.len[i]));
}

static void deliver_up(struct pair *p)
{
    for (size_t i = 0; i < p->up.count; i++)
        deliver_up_one(p, i);
}

static void deliver_down(struct pair *p)
{
    for (size_t i = 0; i < p->down.count; i++)
        client_on_datagram(p->client, bytes_of(p->down.data[i], p->down.len[i]));
}

/* Up to and including the server's first flight, which stays in p->down undelivered. */
static void hello(struct pair *p)
{
    client_start(p->client);
    assert_int_equal(drain_client(p), 2);
    deliver_up(p);
    assert_true(drain_channel(p) > 0);
}

/* Until the server is done; its last flight stays in p->down undelivered. */
static void until_server_done(struct pair *p)
{
    hello(p);
    deliver_down(p);
    assert_true(drain_client(p) > 0);
    deliver_up(p);
    assert_true(drain_channel(p) > 0);
}

static void handshake(struct pair *p)
{
    until_server_done(p);
    deliver_down(p);
    assert_true(client_is_done(p->client));
}

static void know_fingerprint(struct pair *p)
{
    uint8_t sha256[32];
    client_fingerprint(p->client, sha256);
    channel_set_fingerprint(p->channel, sha256);
}

static void open_ready(struct pair *p, const char *profiles, bool keep_session)
{
    open_pair(p, profiles, CLIENT_FINE, keep_session);
    know_fingerprint(p);
    handshake(p);
    assert_int_equal(channel_state(p->channel), CHANNEL_OPEN);
}

static struct crypt *client_crypt(struct pair *p)
{
    struct crypt *c = NULL;
    struct crypt_keys keys;
    client_keys(p->client, &keys);
    assert_int_equal(crypt_new(&c, &keys, CRYPT_CLIENT), E_OK);
    return c;
}

static size_t make_rtp(uint8_t *pkt, uint32_t ssrc, uint16_t seq)
{
    static const uint8_t head[] = {0x80, 111, 0, 0, 0, 0, 0, 9};
    memcpy(pkt, head, sizeof(head));
    put_be16(pkt + 2, seq);
    put_be32(pkt + 8, ssrc);
    memset(pkt + 12, 0x5a, 100);
    return 112;
}

/* One packet each way. */
static void exchange(struct pair *p)
{
    uint8_t pkt[200], plain[200];
    struct crypt *c = client_crypt(p);
    size_t n = make_rtp(pkt, 7, 42);
    memcpy(plain, pkt, n);
    assert_int_equal(crypt_protect_rtp(c, pkt, &n, sizeof(pkt), 42), E_OK);
    assert_memory_not_equal(pkt + 12, plain + 12, 100);
    assert_int_equal(channel_unprotect_rtp(p->channel, pkt, &n), E_OK);
    assert_int_equal(n, 112);
    assert_memory_equal(pkt, plain, n);
    assert_int_equal(channel_protect_rtp(p->channel, pkt, &n, sizeof(pkt), 42), E_OK);
    assert_int_equal(crypt_unprotect_rtp(c, pkt, &n), E_OK);
    assert_memory_equal(pkt, plain, n);
    crypt_free(c);
}

static void both_ways_after_a_handshake_with_a_hello_of_two_datagrams(void **state)
{
    static struct pair p;
    (void)state;
    open_ready(&p, CLIENT_BROWSER_PROFILES, false);
    exchange(&p);
    close_pair(&p);
}

static void gcm_128_is_chosen_although_the_client_prefers_cm(void **state)
{
    static struct pair p;
    (void)state;
    open_ready(&p, CLIENT_BROWSER_PROFILES, false);
    assert_string_equal(channel_profile(p.channel), "aead-aes-128-gcm");
    close_pair(&p);
}

static void every_profile_carries_packets(void **state)
{
    static const char *const profiles[][2] = {
        {"SRTP_AEAD_AES_128_GCM", "aead-aes-128-gcm"},
        {"SRTP_AEAD_AES_256_GCM", "aead-aes-256-gcm"},
        {"SRTP_AES128_CM_SHA1_80", "aes-cm-128-sha1-80"},
    };
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        static struct pair p;
        open_ready(&p, profiles[i][0], false);
        assert_string_equal(channel_profile(p.channel), profiles[i][1]);
        exchange(&p);
        close_pair(&p);
    }
}

static void fingerprint_may_come_after_the_handshake(void **state)
{
    static struct pair p;
    uint8_t pkt[200];
    (void)state;
    open_pair(&p, CLIENT_BROWSER_PROFILES, CLIENT_FINE, false);
    handshake(&p);
    assert_int_equal(channel_state(p.channel), CHANNEL_HANDSHAKE);
    size_t n = make_rtp(pkt, 1, 1);
    assert_int_equal(channel_protect_rtp(p.channel, pkt, &n, sizeof(pkt), 1), E_STATE);
    assert_int_equal(channel_unprotect_rtp(p.channel, pkt, &n), E_STATE);
    know_fingerprint(&p);
    assert_int_equal(channel_state(p.channel), CHANNEL_OPEN);
    exchange(&p);
    close_pair(&p);
}

static void fingerprint_of_another_certificate_uses_no_key(void **state)
{
    static struct pair p;
    uint8_t sha256[32], pkt[200];
    (void)state;
    open_pair(&p, CLIENT_BROWSER_PROFILES, CLIENT_FINE, false);
    client_fingerprint(p.client, sha256);
    sha256[31] ^= 1;
    channel_set_fingerprint(p.channel, sha256);
    until_server_done(&p);
    assert_int_equal(channel_state(p.channel), CHANNEL_FAILED);
    assert_string_equal(channel_why(p.channel), "fingerprint");
    size_t n = make_rtp(pkt, 1, 1);
    assert_int_equal(channel_protect_rtp(p.channel, pkt, &n, sizeof(pkt), 1), E_STATE);
    assert_int_equal(channel_protect_rtcp(p.channel, pkt, &n, sizeof(pkt)), E_STATE);
    assert_int_equal(channel_unprotect_rtp(p.channel, pkt, &n), E_STATE);
    assert_int_equal(channel_unprotect_rtcp(p.channel, pkt, &n), E_STATE);
    know_fingerprint(&p); /* too late */
    assert_int_equal(channel_state(p.channel), CHANNEL_FAILED);
    deliver_down(&p);
    assert_true(client_was_closed(p.client));
    close_pair(&p);
}

static void changed_fingerprint_ends_an_open_channel(void **state)
{
    static struct pair p;
    uint8_t sha256[32], pkt[200];
    (void)state;
    open_ready(&p, CLIENT_BROWSER_PROFILES, false);
    know_fingerprint(&p); /* the same again, as an ICE restart brings it */
    assert_int_equal(channel_state(p.channel), CHANNEL_OPEN);
    client_fingerprint(p.client, sha256);
    sha256[0] ^= 0x80;
    channel_set_fingerprint(p.channel, sha256);
    assert_int_equal(channel_state(p.channel), CHANNEL_FAILED);
    size_t n = make_rtp(pkt, 1, 1);
    assert_int_equal(channel_protect_rtp(p.channel, pkt, &n, sizeof(pkt), 1), E_STATE);
    close_pair(&p);
}

static void assert_refused(const char *profiles, enum client_flaw flaw, const char *why)
{
    static struct pair p;
    open_pair(&p, profiles, flaw, false);
    know_fingerprint(&p);
    client_start(p.client);
    for (int round = 0; round < 4; round++) {
        (void)drain_client(&p);
        deliver_up(&p);
        (void)drain_channel(&p);
        deliver_down(&p);
    }
    assert_int_equal(channel_state(p.channel), CHANNEL_FAILED);
    assert_string_equal(channel_why(p.channel), why);
    assert_int_equal(channel_deadline(p.channel), USEC_NEVER);
    close_pair(&p);
}

static void client_without_use_srtp_is_refused(void **state)
{
    (void)state;
    assert_refused(NULL, CLIENT_FINE, "no-srtp");
}

static void client_with_only_a_profile_we_do_not_take_is_refused(void **state)
{
    (void)state;
    assert_refused("SRTP_AES128_CM_SHA1_32", CLIENT_FINE, "no-srtp");
}

static void client_without_certificate_is_refused(void **state)
{
    (void)state;
    assert_refused(CLIENT_BROWSER_PROFILES, CLIENT_WITHOUT_CERTIFICATE, "handshake");
}

static void client_of_dtls_1_0_is_refused(void **state)
{
    (void)state;
    assert_refused(CLIENT_BROWSER_PROFILES, CLIENT_DTLS_1_0, "handshake");
}

static void lost_first_flight_is_sent_again_by_the_engines_clock(void **state)
{
    static struct pair p;
    (void)state;
    open_pair(&p, CLIENT_BROWSER_PROFILES, CLIENT_FINE, false);
    know_fingerprint(&p);
    hello(&p); /* and p.down is lost */
    size_t count = p.down.count;
    usec at[3] = {USEC_MS(100), USEC_MS(300), USEC_MS(700)};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(channel_deadline(p.channel), at[i]);
        channel_on_time(p.channel, at[i] - 1);
        assert_int_equal(drain_channel(&p), 0);
        channel_on_time(p.channel, at[i]);
        assert_int_equal(drain_channel(&p), count);
    }
    assert_int_equal(channel_deadline(p.channel), USEC_S(30)); /* three unanswered are enough */
    p.now = USEC_MS(800);
    deliver_down(&p);
    assert_true(drain_client(&p) > 0);
    deliver_up(&p);
    assert_true(drain_channel(&p) > 0);
    deliver_down(&p);
    assert_true(client_is_done(p.client));
    exchange(&p);
    close_pair(&p);
}

/* A browser repeats its ClientHello under new record numbers: epoch 0, so any may be written there.
 */
static void renumber(struct kept *k, uint8_t by)
{
    for (size_t i = 0; i < k->count; i++)
        k->data[i][10] = (uint8_t)(k->data[i][10] + by);
}

static void repeated_hello_is_answered_once_with_the_same_flight(void **state)
{
    static struct pair p;
    static struct kept first;
    (void)state;
    open_pair(&p, CLIENT_BROWSER_PROFILES, CLIENT_FINE, false);
    know_fingerprint(&p);
    hello(&p);
    first = p.down;
    renumber(&p.up, 10);
    p.now = USEC_MS(50);
    deliver_up(&p); /* two datagrams, one ClientHello */
    assert_int_equal(drain_channel(&p), first.count);
    assert_memory_equal(p.down.data[0], first.data[0], first.len[0]);
    assert_int_equal(drain_channel(&p), 0);
    p.down = first;
    deliver_down(&p);
    assert_true(drain_client(&p) > 0);
    deliver_up(&p);
    assert_int_equal(channel_state(p.channel), CHANNEL_OPEN);
    close_pair(&p);
}

static void hello_whose_second_half_was_lost_is_completed_by_its_repeat(void **state)
{
    static struct pair p;
    (void)state;
    open_pair(&p, CLIENT_BROWSER_PROFILES, CLIENT_FINE, false);
    client_start(p.client);
    assert_int_equal(drain_client(&p), 2);
    deliver_up_one(&p, 0);
    assert_int_equal(drain_channel(&p), 0);
    renumber(&p.up, 10);
    p.now = USEC_MS(50);
    deliver_up(&p);
    assert_true(drain_channel(&p) > 0);
    close_pair(&p);
}

static void lost_last_flight_is_sent_again_when_the_client_repeats_its_own(void **state)
{
    static struct pair p;
    (void)state;
    open_pair(&p, CLIENT_BROWSER_PROFILES, CLIENT_FINE, false);
    know_fingerprint(&p);
    until_server_done(&p); /* and p.down is lost */
    p.now = USEC_MS(50);
    deliver_up(&p); /* the client's last flight again */
    assert_true(drain_channel(&p) > 0);
    assert_false(client_is_done(p.client));
    deliver_down(&p);
    assert_true(client_is_done(p.client));
    exchange(&p);
    close_pair(&p);
}

static void clients_flight_delivered_twice_and_backwards_still_opens(void **state)
{
    static struct pair p;
    (void)state;
    open_pair(&p, CLIENT_BROWSER_PROFILES, CLIENT_FINE, false);
    know_fingerprint(&p);
    hello(&p);
    deliver_down(&p);
    for (size_t i = drain_client(&p); i > 0; i--)
        deliver_up_one(&p, i - 1);
    p.now = USEC_MS(60);
    deliver_up(&p);
    assert_int_equal(channel_state(p.channel), CHANNEL_OPEN);
    close_pair(&p);
}

static void ssl_object_is_freed_at_the_first_authentic_packet(void **state)
{
    static struct pair p;
    uint8_t pkt[200];
    (void)state;
    open_ready(&p, CLIENT_BROWSER_PROFILES, false);
    assert_true(channel_has_ssl(p.channel));
    assert_true(channel_deadline(p.channel) != USEC_NEVER);
    size_t n = make_rtp(pkt, 3, 1) + 16;
    assert_int_equal(channel_unprotect_rtp(p.channel, pkt, &n), E_DENIED);
    assert_true(channel_has_ssl(p.channel));
    exchange(&p);
    assert_false(channel_has_ssl(p.channel));
    assert_int_equal(channel_deadline(p.channel), USEC_NEVER);
    p.now = USEC_S(5);
    deliver_up(&p); /* a very late copy of the client's last flight: answered from what is kept */
    assert_true(drain_channel(&p) > 0);
    assert_int_equal(channel_state(p.channel), CHANNEL_OPEN);
    close_pair(&p);
}

static void second_handshake_on_a_live_session_is_refused(void **state)
{
    for (int freed = 0; freed < 2; freed++) {
        static struct pair p;
        struct bytes b;
        (void)state;
        open_ready(&p, CLIENT_BROWSER_PROFILES, false);
        if (freed == 1)
            exchange(&p);
        struct client *other = client_new(CLIENT_BROWSER_PROFILES, CLIENT_FINE);
        client_start(other);
        p.now = USEC_S(1);
        while (client_poll(other, &b))
            channel_on_dtls(p.channel, p.now, b);
        assert_int_equal(drain_channel(&p), 0);
        assert_int_equal(channel_state(p.channel), CHANNEL_OPEN);
        if (freed == 0)
            exchange(&p);
        client_free(other);
        close_pair(&p);
    }
}

static void close_notify_closes_a_kept_session(void **state)
{
    static struct pair p;
    (void)state;
    open_ready(&p, CLIENT_BROWSER_PROFILES, true);
    exchange(&p);
    assert_true(channel_has_ssl(p.channel));
    client_close(p.client);
    assert_int_equal(drain_client(&p), 1);
    deliver_up(&p);
    assert_int_equal(channel_state(p.channel), CHANNEL_CLOSED);
    assert_string_equal(channel_why(p.channel), "close-notify");
    close_pair(&p);
}

static void forged_records_do_not_end_a_live_session(void **state)
{
    /* A plaintext close_notify, an epoch-1 alert too short for its tag (CVE-2026-75806), one with a
     * wrong tag, a record of epoch 7 (CVE-2026-54874), application data. */
    static const uint8_t forged[][48] = {
        {21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 99, 0, 2, 1, 0},
        {21, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 0, 99, 0, 9, 1, 0},
        {21, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 0, 99, 0, 26, 0, 1},
        {22, 0xfe, 0xfd, 0, 7, 0, 0, 0, 0, 0, 99, 0, 30, 1, 0},
        {23, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 0, 99, 0, 30, 1, 0},
    };
    static struct pair p;
    (void)state;
    open_ready(&p, CLIENT_BROWSER_PROFILES, true);
    for (size_t i = 0; i < sizeof(forged) / sizeof(forged[0]); i++) {
        size_t n = 13 + (size_t)forged[i][12];
        channel_on_dtls(p.channel, USEC_S(1), bytes_of(forged[i], n));
        assert_int_equal(channel_state(p.channel), CHANNEL_OPEN);
    }
    exchange(&p);
    close_pair(&p);
}

static void handshake_that_never_ends_is_given_up_after_30_s(void **state)
{
    static struct pair p;
    (void)state;
    open_pair(&p, CLIENT_BROWSER_PROFILES, CLIENT_FINE, false);
    assert_int_equal(channel_deadline(p.channel), USEC_NEVER);
    hello(&p);
    channel_on_time(p.channel, USEC_S(30));
    assert_int_equal(channel_state(p.channel), CHANNEL_FAILED);
    assert_string_equal(channel_why(p.channel), "timeout");
    close_pair(&p);
}

static void repeats_drawn_by_one_peer_are_bounded(void **state)
{
    static struct pair p;
    size_t answers = 0;
    (void)state;
    open_pair(&p, CLIENT_BROWSER_PROFILES, CLIENT_FINE, false);
    hello(&p);
    for (usec t = 1; t < 1000; t++) {
        p.now = USEC_MS(20) * t;
        deliver_up_one(&p, 0);
        answers += drain_channel(&p) > 0 ? 1U : 0U;
    }
    assert_true(answers > 10 && answers <= 40);
    close_pair(&p);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(both_ways_after_a_handshake_with_a_hello_of_two_datagrams),
    cmocka_unit_test(gcm_128_is_chosen_although_the_client_prefers_cm),
    cmocka_unit_test(every_profile_carries_packets),
    cmocka_unit_test(fingerprint_may_come_after_the_handshake),
    cmocka_unit_test(fingerprint_of_another_certificate_uses_no_key),
    cmocka_unit_test(changed_fingerprint_ends_an_open_channel),
    cmocka_unit_test(client_without_use_srtp_is_refused),
    cmocka_unit_test(client_with_only_a_profile_we_do_not_take_is_refused),
    cmocka_unit_test(client_without_certificate_is_refused),
    cmocka_unit_test(client_of_dtls_1_0_is_refused),
    cmocka_unit_test(lost_first_flight_is_sent_again_by_the_engines_clock),
    cmocka_unit_test(repeated_hello_is_answered_once_with_the_same_flight),
    cmocka_unit_test(hello_whose_second_half_was_lost_is_completed_by_its_repeat),
    cmocka_unit_test(lost_last_flight_is_sent_again_when_the_client_repeats_its_own),
    cmocka_unit_test(clients_flight_delivered_twice_and_backwards_still_opens),
    cmocka_unit_test(ssl_object_is_freed_at_the_first_authentic_packet),
    cmocka_unit_test(second_handshake_on_a_live_session_is_refused),
    cmocka_unit_test(close_notify_closes_a_kept_session),
    cmocka_unit_test(forged_records_do_not_end_a_live_session),
    cmocka_unit_test(handshake_that_never_ends_is_given_up_after_30_s),
    cmocka_unit_test(repeats_drawn_by_one_peer_are_bounded),
};

TEST_MAIN(tests)
