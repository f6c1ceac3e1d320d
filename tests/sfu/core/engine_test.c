/* SPDX-License-Identifier: Apache-2.0
 * The engine's face: memory taken once and refused cleanly, commands about what is not there, an
 * idle engine's silence. */
#include "sfu/core/engine.h"

#include "sfu/base/mem.h"
#include "testing.h"

static const struct engine_config small = {.workers = 2,
                                           .seed = 1,
                                           .max_rooms = 1,
                                           .max_peers = 2,
                                           .max_publications = 2,
                                           .max_packets = 16,
                                           .arena_bytes = 16384};

static void refused_memory_is_reported_and_nothing_leaks(void **state)
{
    (void)state;
    struct engine *e = NULL;
    enum err err = E_NOMEM;
    size_t before = mem_live_bytes();
    uint64_t n = 0;
    for (; err != E_OK && n < 1000; n++) {
        mem_fail_at(n);
        err = engine_new(&e, &small);
        mem_fail_at(MEM_NEVER);
        if (err != E_OK) {
            assert_int_equal(E_NOMEM, err);
            assert_null(e);
            assert_int_equal(before, mem_live_bytes());
        }
    }
    assert_true(n > 20);
    engine_free(e);
    assert_int_equal(before, mem_live_bytes());
}

static void commands_about_nothing_are_counted_and_allocate_nothing(void **state)
{
    (void)state;
    struct engine *e;
    struct sfu_stats s;
    struct out out;
    assert_int_equal(E_OK, engine_new(&e, &small));
    uint64_t requests = mem_count();
    for (uint8_t kind = SFU_PEER_JOIN; kind < N_SFU_COMMAND; kind++) {
        struct sfu_command c = {.kind = kind, .room = 9, .peer = 9};
        engine_on_command(e, 0, &c);
    }
    engine_stats(e, &s);
    assert_int_equal(N_SFU_COMMAND - SFU_PEER_JOIN, s.stale_commands);
    assert_false(engine_poll(e, &out));
    assert_int_equal(requests, mem_count());
    engine_free(e);
}

static void ceilings_hold_and_a_place_is_free_again_after_leaving(void **state)
{
    (void)state;
    struct engine *e;
    struct sfu_stats s;
    struct sfu_command c = {.kind = SFU_ROOM_OPEN, .room = 1};
    assert_int_equal(E_OK, engine_new(&e, &small));
    engine_on_command(e, 0, &c);
    c.kind = SFU_PEER_JOIN;
    for (c.peer = 1; c.peer <= 3; c.peer++)
        engine_on_command(e, 0, &c);
    engine_stats(e, &s);
    assert_int_equal(2, s.peers);
    assert_int_equal(1, s.drop_full);
    c.kind = SFU_PEER_LEAVE;
    c.peer = 1;
    engine_on_command(e, 0, &c);
    c.kind = SFU_PEER_JOIN;
    c.peer = 4;
    engine_on_command(e, 0, &c);
    engine_stats(e, &s);
    assert_int_equal(2, s.peers);
    c.kind = SFU_ROOM_CLOSE;
    engine_on_command(e, 0, &c);
    engine_stats(e, &s);
    assert_int_equal(0, s.peers + s.rooms);
    engine_free(e);
}

static enum err refuse(void *ctx, struct bytes datagram, struct port_binding *out)
{
    (void)ctx;
    (void)datagram;
    (void)out;
    return E_MALFORMED;
}

static void a_batch_that_cannot_be_read_changes_nothing(void **state)
{
    (void)state;
    struct engine *e;
    struct sfu_stats s;
    struct engine_config config = small;
    config.ports.binding_peek = refuse; /* relayed datagrams of zeros look like STUN */
    assert_int_equal(E_OK, engine_new(&e, &config));
    for (unsigned kind = 0; kind < 256; kind++) {
        for (uint8_t len = 0; len < 60; len++) {
            uint8_t b[64] = {(uint8_t)kind, 0, 0, len};
            engine_on_relay(e, 0, 1, bytes_of(b, 4U + len));
            engine_on_relay(e, 0, 1, bytes_of(b, 3U + len)); /* one short */
        }
    }
    engine_stats(e, &s);
    assert_int_equal(0, s.rooms + s.peers + s.publications);
    assert_true(s.drop_malformed > 256 * 50);
    engine_free(e);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(refused_memory_is_reported_and_nothing_leaks),
    cmocka_unit_test(commands_about_nothing_are_counted_and_allocate_nothing),
    cmocka_unit_test(ceilings_hold_and_a_place_is_free_again_after_leaving),
    cmocka_unit_test(a_batch_that_cannot_be_read_changes_nothing),
};

TEST_MAIN(tests)
