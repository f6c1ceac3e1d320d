/* SPDX-License-Identifier: Apache-2.0
 * One whole join with the real adapters: libnice's checks, OpenSSL's handshake, SRTP on both sides.
 * Two connections of two people on one engine; what one protects the other reads. */
#include "tests/testing.h"

#include "sfu/adapt/crypt.h"
#include "sfu/adapt/dtls.h"
#include "sfu/core/engine.h"
#include "sfu/io/ports.h"
#include "sfu/wire/rtp.h"
#include "tests/sfu/adapt/client.h"
#include "tests/sim/sight.h"

#include <stun/stunagent.h>
#include <stun/usages/ice.h>

enum { HEARD = 16 };

/* A browser's end of one connection. */
struct end {
    struct path path;
    struct sfu_ice ice;
    struct client *dtls;
    struct crypt *crypt;
    bool answered;
    uint8_t state; /* as the last event said */
    size_t heard;
    size_t len[HEARD];
    uint8_t bytes[HEARD][1600];
};

struct join {
    struct engine *engine;
    struct dtls_identity *identity;
    usec now;
    struct end send, receive;
};

static struct join join;
static StunAgent agent; /* remembers its checks, in 11 KB */

static void on_datagram(struct end *end, struct bytes b)
{
    if (b.p[0] < 4) {
        end->answered = b.p[0] == 1 && b.p[1] == 1; /* success response: RFC 8489 §5 */
    } else if (b.p[0] < 64) {
        client_on_datagram(end->dtls, b);
    } else if (end->heard < HEARD) {
        memcpy(end->bytes[end->heard], b.p, b.len);
        end->len[end->heard++] = b.len;
    }
}

static void drain(struct join *j)
{
    struct out out;
    while (engine_poll(j->engine, &out)) {
        if (out.kind == OUT_DATAGRAM) {
            bool to_sender = addr_equal(&out.datagram.path.remote, &j->send.path.remote);
            on_datagram(to_sender ? &j->send : &j->receive, out.datagram.bytes);
        } else if (out.kind == OUT_EVENT && out.event.kind == SFU_TRANSPORT_STATE) {
            struct end *end = out.event.transport.transport == 1 ? &j->send : &j->receive;
            end->state = out.event.transport.state;
        }
    }
    engine_recycle(j->engine);
}

static void put(struct join *j, const struct end *end, const uint8_t *b, size_t len)
{
    uint8_t buf[2048];
    memcpy(buf, b, len);
    engine_on_datagram(j->engine, j->now, &end->path, buf, len);
    drain(j);
}

static void run(struct join *j, usec for_us)
{
    for (usec end = j->now + for_us; j->now < end; j->now += 5000) {
        engine_on_time(j->engine, j->now);
        drain(j);
    }
}

static void check(struct join *j, struct end *end)
{
    static uint16_t known[] = {0x0006, 0x0008, 0x0020, 0x0024, 0x0025, 0};
    uint8_t b[300];
    char user[80];
    StunMessage m;
    stun_agent_init(&agent, known, STUN_COMPATIBILITY_RFC5389,
                    STUN_AGENT_USAGE_SHORT_TERM_CREDENTIALS | STUN_AGENT_USAGE_USE_FINGERPRINT);
    snprintf(user, sizeof(user), "%s:browser", end->ice.ufrag);
    size_t n = stun_usage_ice_conncheck_create(&agent, &m, b, sizeof(b), (const uint8_t *)user,
                                               strlen(user), (const uint8_t *)end->ice.pwd,
                                               strlen(end->ice.pwd), true, true, 0x6e0001ff, 99,
                                               NULL, STUN_USAGE_ICE_COMPATIBILITY_RFC5245);
    assert_true(n > 0);
    put(j, end, b, n);
}

static void shake(struct join *j, struct end *end)
{
    struct bytes b;
    client_start(end->dtls);
    for (unsigned i = 0; i < 10; i++) {
        while (client_poll(end->dtls, &b))
            put(j, end, b.p, b.len);
    }
    assert_true(client_is_done(end->dtls));
    struct crypt_keys keys;
    client_keys(end->dtls, &keys);
    assert_int_equal(E_OK, crypt_new(&end->crypt, &keys, CRYPT_CLIENT));
}

static void make_end(struct end *end, uint16_t port, const char *ufrag)
{
    uint8_t server[4] = {192, 0, 2, 1}, client[4] = {198, 51, 100, 7};
    end->path = (struct path){.local = addr_v4(server, 5000), .remote = addr_v4(client, port)};
    snprintf(end->ice.ufrag, sizeof(end->ice.ufrag), "%s", ufrag);
    snprintf(end->ice.pwd, sizeof(end->ice.pwd), "0123456789abcdefghijklmn");
    end->dtls = client_new(CLIENT_BROWSER_PROFILES, CLIENT_FINE);
    end->state = 0xFF;
}

static void command(struct join *j, struct sfu_command *c)
{
    c->room = 1;
    engine_on_command(j->engine, j->now, c);
    drain(j);
}

static void open_send(struct join *j)
{
    struct sfu_command c = {.kind = SFU_SEND_OPEN, .peer = 1};
    c.send_open.transport = 1;
    c.send_open.ice = j->send.ice;
    c.send_open.n_tracks = 1;
    c.send_open.tracks[0] = (struct sfu_track){.source = SFU_MICROPHONE,
                                               .mid_len = 1,
                                               .mid = {'0'},
                                               .publication = 77,
                                               .ssrc = 1234,
                                               .n_payloads = 1,
                                               .payloads = {{.pt = 109, .codec = SFU_OPUS}}};
    client_fingerprint(j->send.dtls, c.send_open.fingerprint);
    command(j, &c);
    struct sfu_command on = {.kind = SFU_PUBLICATION_SET, .peer = 1};
    on.set.publication = 77;
    on.set.on = true;
    command(j, &on);
}

static const struct sfu_slot slot = {.kind = SFU_SLOT_FREE,
                                     .media = SFU_AUDIO,
                                     .mid_len = 1,
                                     .mid = {'4'},
                                     .ssrc = 4444,
                                     .n_payloads = 1,
                                     .payloads = {{.pt = 111, .codec = SFU_OPUS}}};

static void open_receive(struct join *j)
{
    struct sfu_command c = {.kind = SFU_RECEIVE_OPEN, .peer = 2};
    c.receive_open.transport = 2;
    c.receive_open.ice = j->receive.ice;
    c.receive_open.n_slots = 1;
    c.receive_open.slots[0] = slot;
    command(j, &c);
}

static void answer_receive(struct join *j)
{
    struct sfu_command c = {.kind = SFU_RECEIVE_ANSWER, .peer = 2};
    c.receive_answer.transport = 2;
    c.receive_answer.n_slots = 1;
    c.receive_answer.slots[0] = slot;
    client_fingerprint(j->receive.dtls, c.receive_answer.fingerprint);
    command(j, &c);
}

static void enter(struct join *j, uint8_t kind, uint32_t peer, uint32_t may)
{
    struct sfu_command c = {.kind = kind, .peer = peer, .may = may};
    command(j, &c);
}

static void open_both(struct join *j)
{
    enter(j, SFU_ROOM_OPEN, 0, 0);
    enter(j, SFU_PEER_JOIN, 1, SFU_MAY_MICROPHONE);
    enter(j, SFU_PEER_JOIN, 2, 0);
    open_send(j);
    open_receive(j);
    answer_receive(j);
}

static void say(struct join *j, uint32_t n)
{
    uint8_t b[200];
    struct writer w = writer_over(b, 150);
    struct rtp_header h = {
        .pt = 109, .seq = (uint16_t)(65530 + n), .timestamp = n * 960, .ssrc = 1234};
    assert_int_equal(E_OK, rtp_write_header(&w, &h));
    content_write(b + w.len, 77, n, 0, 1, false);
    size_t len = w.len + CONTENT_BYTES;
    uint64_t index = 65530 + n; /* over the first wrap of the sequence number */
    assert_int_equal(E_OK, crypt_protect_rtp(j->send.crypt, b, &len, sizeof(b), index));
    put(j, &j->send, b, len);
}

/* Packets of sound that the receiver can read and that are what was said. */
static unsigned heard_right(struct end *end)
{
    unsigned right = 0;
    for (size_t i = 0; i < end->heard; i++) {
        uint8_t expected[CONTENT_BYTES];
        struct rtp rtp;
        if (end->bytes[i][1] >= 192 && end->bytes[i][1] <= 223) /* RTCP: RFC 5761 §4 */
            continue;
        assert_int_equal(E_OK, crypt_unprotect_rtp(end->crypt, end->bytes[i], &end->len[i]));
        assert_int_equal(E_OK, rtp_parse(&rtp, bytes_of(end->bytes[i], end->len[i])));
        content_write(expected, 77, right, 0, 1, false);
        assert_int_equal(CONTENT_BYTES, rtp.payload.len);
        assert_memory_equal(expected, rtp.payload.p, CONTENT_BYTES);
        assert_int_equal(77, rtp_csrc(&rtp, 0));
        assert_int_equal(4444, rtp.ssrc);
        assert_int_equal(111, rtp.pt);
        right++;
    }
    return right;
}

static void set_up(struct join *j)
{
    struct engine_config config = {.seed = 3,
                                   .max_rooms = 1,
                                   .max_peers = 4,
                                   .max_publications = 4,
                                   .max_packets = 256,
                                   .arena_bytes = 65536};
    memset(j, 0, sizeof(*j));
    j->now = 1000000;
    assert_int_equal(E_OK, dtls_identity_new(&j->identity));
    ports_init(&config.ports, j->identity);
    assert_int_equal(E_OK, engine_new(&j->engine, &config));
    make_end(&j->send, 40000, "Asend");
    make_end(&j->receive, 40002, "Areceive");
}

static void tear_down(struct join *j)
{
    struct end *ends[2] = {&j->send, &j->receive};
    engine_free(j->engine);
    dtls_identity_free(j->identity);
    for (unsigned i = 0; i < 2; i++) {
        crypt_free(ends[i]->crypt);
        client_free(ends[i]->dtls);
    }
}

static void a_whole_join_with_real_checks_handshakes_and_keys(void **state)
{
    (void)state;
    struct join *j = &join;
    set_up(j);
    open_both(j);
    check(j, &j->send);
    check(j, &j->receive);
    assert_true(j->send.answered && j->receive.answered);
    assert_int_equal(SFU_TRANSPORT_CONNECTING, j->receive.state);
    shake(j, &j->send);
    shake(j, &j->receive);
    assert_int_equal(SFU_TRANSPORT_CONNECTED, j->send.state);
    assert_int_equal(SFU_TRANSPORT_CONNECTED, j->receive.state);
    for (uint32_t n = 0; n < 10; n++)
        say(j, n);
    assert_int_equal(10, heard_right(&j->receive));
    j->receive.heard = 0;
    run(j, USEC_S(1)); /* reports in the keys of the session */
    assert_true(j->receive.heard >= 3);
    for (size_t i = 0; i < j->receive.heard; i++)
        assert_int_equal(
            E_OK, crypt_unprotect_rtcp(j->receive.crypt, j->receive.bytes[i], &j->receive.len[i]));
    tear_down(j);
}

static void handshake_before_any_check_is_not_answered(void **state)
{
    (void)state;
    struct join *j = &join;
    struct bytes b;
    set_up(j);
    open_both(j);
    client_start(j->send.dtls);
    while (client_poll(j->send.dtls, &b))
        put(j, &j->send, b.p, b.len);
    run(j, USEC_S(1));
    assert_false(client_is_done(j->send.dtls));
    assert_int_equal(0xFF, j->send.state);
    struct sfu_stats s;
    engine_stats(j->engine, &s);
    assert_int_equal(0, s.datagrams_out);
    tear_down(j);
}

static void a_certificate_that_was_not_announced_is_refused(void **state)
{
    (void)state;
    struct join *j = &join;
    set_up(j);
    open_both(j);
    client_free(j->send.dtls); /* another one, with another certificate */
    j->send.dtls = client_new(CLIENT_BROWSER_PROFILES, CLIENT_FINE);
    check(j, &j->send);
    client_start(j->send.dtls);
    struct bytes b;
    for (unsigned i = 0; i < 10; i++) {
        while (client_poll(j->send.dtls, &b))
            put(j, &j->send, b.p, b.len);
    }
    assert_int_equal(SFU_TRANSPORT_CLOSED, j->send.state);
    tear_down(j);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_whole_join_with_real_checks_handshakes_and_keys),
    cmocka_unit_test(handshake_before_any_check_is_not_answered),
    cmocka_unit_test(a_certificate_that_was_not_announced_is_refused),
};

TEST_MAIN(tests)
