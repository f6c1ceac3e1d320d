/* SPDX-License-Identifier: Apache-2.0
 * Do datagrams arrive with the address they came to, and do replies leave from it, in both families
 * on one port? */
#include "testing.h"

#include <poll.h>

#include "sfu/io/udp.h"

static struct addr at(const char *ip, uint16_t port)
{
    struct addr a;
    assert_int_equal(addr_parse_ip(&a, ip, port), E_OK);
    return a;
}

static size_t wait_for(struct udp *u, struct udp_in in[UDP_BATCH])
{
    struct pollfd p = {.fd = udp_fd(u), .events = POLLIN};
    assert_int_equal(poll(&p, 1, 2000), 1);
    return udp_receive(u, in);
}

static void round_trip(const char *server_ip, const char *client_ip)
{
    struct udp *server, *client;
    static struct udp_in in[UDP_BATCH];
    const struct addr any = at("0.0.0.0", 0), from = at(client_ip, 0);

    assert_int_equal(udp_open(&server, &any), E_OK);
    assert_int_equal(udp_open(&client, &from), E_OK);
    const struct udp_out hello = {
        .path = {.local = at(client_ip, 0), .remote = at(server_ip, udp_port(server))},
        .bytes = bytes_of("hello", 5)};
    udp_send(client, &hello, 1);
    assert_int_equal(wait_for(server, in), 1);
    assert_int_equal(in[0].len, 5);
    const struct addr came_to = at(server_ip, udp_port(server)),
                      came_from = at(client_ip, udp_port(client));
    assert_true(addr_equal(&in[0].path.local, &came_to));
    assert_true(addr_equal(&in[0].path.remote, &came_from));

    const struct udp_out reply = {.path = in[0].path, .bytes = bytes_of("reply", 5)};
    udp_send(server, &reply, 1);
    assert_int_equal(wait_for(client, in), 1);
    assert_true(addr_equal(&in[0].path.remote, &came_to));
    assert_memory_equal(in[0].buf, "reply", 5);
    udp_close(client);
    udp_close(server);
}

static void ipv4_reply_leaves_from_the_address_it_came_to(void **state)
{
    (void)state;
    round_trip("127.0.0.2",
               "127.0.0.3"); /* any 127/8 address is this machine's: not the default source */
}

static void ipv6_reply_leaves_from_the_address_it_came_to(void **state)
{
    struct udp *probe;
    const struct addr six = at("::1", 0);
    (void)state;
    if (udp_open(&probe, &six) != E_OK)
        skip(); /* a machine without IPv6 */
    udp_close(probe);
    round_trip("::1", "::1");
}

static void batch_larger_than_one_call_arrives_whole_and_in_order(void **state)
{
    enum { N = 150 };
    struct udp *server, *client;
    static struct udp_in in[UDP_BATCH];
    static struct udp_out out[N];
    static uint8_t text[N];
    size_t got = 0;
    const struct addr loop = at("127.0.0.1", 0);
    (void)state;
    assert_int_equal(udp_open(&server, &loop), E_OK);
    assert_int_equal(udp_open(&client, &loop), E_OK);
    for (size_t i = 0; i < N; i++) {
        text[i] = (uint8_t)i;
        out[i].path = (struct path){.local = loop, .remote = at("127.0.0.1", udp_port(server))};
        out[i].bytes = bytes_of(&text[i], 1);
    }
    udp_send(client, out, N);
    while (got < N) {
        const size_t n = wait_for(server, in);
        for (size_t i = 0; i < n; i++)
            for (size_t at_byte = 0; at_byte < in[i].len; at_byte += in[i].segment, got++)
                assert_int_equal(in[i].buf[at_byte], got);
    }
    assert_int_equal(udp_refused(client), 0);
    assert_int_equal(udp_merged(client), N - 3); /* 64 + 64 + 22: three messages */
    udp_close(client);
    udp_close(server);
}

static void datagrams_of_many_sizes_keep_their_borders(void **state)
{
    static const size_t sizes[] = {1200, 1200, 300, 1200, 1201, 1, 1, 1200};
    enum { N = sizeof(sizes) / sizeof(sizes[0]) };
    struct udp *server, *client;
    static struct udp_in in[UDP_BATCH];
    struct udp_out out[N];
    static uint8_t text[N][1300];
    size_t got = 0;
    const struct addr loop = at("127.0.0.1", 0);
    (void)state;
    assert_int_equal(udp_open(&server, &loop), E_OK);
    assert_int_equal(udp_open(&client, &loop), E_OK);
    for (size_t i = 0; i < N; i++) {
        memset(text[i], (int)i, sizes[i]);
        out[i].path = (struct path){.local = loop, .remote = at("127.0.0.1", udp_port(server))};
        out[i].bytes = bytes_of(text[i], sizes[i]);
    }
    udp_send(client, out, N);
    assert_int_equal(udp_merged(client), N - 5);
    while (got < N) {
        const size_t n = wait_for(server, in);
        for (size_t i = 0; i < n; i++)
            for (size_t from = 0; from < in[i].len; from += in[i].segment, got++) {
                const size_t rest = in[i].len - from;
                assert_int_equal(rest < in[i].segment ? rest : in[i].segment, sizes[got]);
                assert_memory_equal(in[i].buf + from, text[got], sizes[got]);
            }
    }
    udp_close(client);
    udp_close(server);
}

static void refused_datagram_does_not_stop_the_others(void **state)
{
    struct udp *server, *client;
    static struct udp_in in[UDP_BATCH];
    static uint8_t huge[65600];
    const struct addr loop = at("127.0.0.1", 0);
    (void)state;
    assert_int_equal(udp_open(&server, &loop), E_OK);
    assert_int_equal(udp_open(&client, &loop), E_OK);
    const struct path path = {.local = loop, .remote = at("127.0.0.1", udp_port(server))};
    const struct udp_out out[2] = {{.path = path, .bytes = bytes_of(huge, sizeof(huge))},
                                   {.path = path, .bytes = bytes_of("x", 1)}};
    udp_send(client, out, 2);
    assert_int_equal(udp_refused(client), 1);
    assert_int_equal(wait_for(server, in), 1);
    assert_int_equal(in[0].len, 1);
    udp_close(client);
    udp_close(server);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(ipv4_reply_leaves_from_the_address_it_came_to),
    cmocka_unit_test(ipv6_reply_leaves_from_the_address_it_came_to),
    cmocka_unit_test(batch_larger_than_one_call_arrives_whole_and_in_order),
    cmocka_unit_test(datagrams_of_many_sizes_keep_their_borders),
    cmocka_unit_test(refused_datagram_does_not_stop_the_others),
};

TEST_MAIN(tests)
