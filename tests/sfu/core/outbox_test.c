/* SPDX-License-Identifier: Apache-2.0
 * What waits for the shell: order, ceilings by class, and room again after recycling. */
#include "sfu/core/outbox.h"

#include "testing.h"

enum { ARENA = 8000 };

static struct outbox box;

static bool send_one(enum outbox_class class, size_t len, uint8_t mark)
{
    struct path path = {0};
    uint8_t *at = outbox_reserve(&box, len, class);
    if (!at)
        return false;
    memset(at, mark, len);
    return outbox_send(&box, &path, len) == E_OK;
}

static void fill_with(size_t len, unsigned *video, unsigned *audio, unsigned *control)
{
    *video = *audio = *control = 0;
    assert_int_equal(E_OK, outbox_init(&box, ARENA, 1));
    while (send_one(OUTBOX_MEDIA, len, 1))
        ++*video;
    while (send_one(OUTBOX_URGENT, len, 2))
        ++*audio;
    while (send_one(OUTBOX_CONTROL, len, 3))
        ++*control;
    outbox_fini(&box);
}

static void video_gives_way_before_audio_and_audio_before_control(void **state)
{
    (void)state;
    unsigned video, audio, control;
    fill_with(400, &video, &audio, &control); /* the bytes run out */
    assert_in_range(video, 14, 15);
    assert_true(audio >= 2 && control >= 2);
    fill_with(20, &video, &audio, &control); /* the places run out */
    assert_in_range(video, 40, 45);
    assert_true(audio >= 6 && control >= 6);
}

static void datagrams_come_out_in_order_and_room_comes_back(void **state)
{
    (void)state;
    struct out out;
    assert_int_equal(E_OK, outbox_init(&box, ARENA, 1));
    for (unsigned turn = 0; turn < 50; turn++) {
        for (uint8_t i = 1; i <= 20; i++)
            assert_true(send_one(OUTBOX_MEDIA, 200, i));
        for (uint8_t i = 1; i <= 20; i++) {
            assert_true(outbox_poll(&box, &out));
            assert_int_equal(OUT_DATAGRAM, out.kind);
            assert_int_equal(200, out.datagram.bytes.len);
            assert_int_equal(i, out.datagram.bytes.p[199]);
        }
        assert_false(outbox_poll(&box, &out));
        outbox_recycle(&box);
    }
    outbox_fini(&box);
}

static void records_to_one_worker_leave_as_one_batch(void **state)
{
    (void)state;
    struct out out;
    assert_int_equal(E_OK, outbox_init(&box, ARENA, 3));
    for (unsigned i = 0; i < 5; i++)
        memset(outbox_relay(&box, 2, 10, OUTBOX_CONTROL), (int)i, 10);
    assert_true(outbox_poll(&box, &out));
    assert_int_equal(OUT_RELAY, out.kind);
    assert_int_equal(2, out.relay.to_worker);
    assert_int_equal(50, out.relay.message.len);
    assert_int_equal(4, out.relay.message.p[49]);
    assert_false(outbox_poll(&box, &out));
    assert_null(outbox_relay(&box, 3, 10, OUTBOX_CONTROL));
    outbox_fini(&box);
}

static void a_batch_keeps_room_for_what_is_not_media(void **state)
{
    (void)state;
    unsigned media = 0, control = 0;
    assert_int_equal(E_OK, outbox_init(&box, ARENA, 2));
    while (outbox_relay(&box, 1, 1024, OUTBOX_MEDIA))
        media++;
    while (outbox_relay(&box, 1, 1024, OUTBOX_CONTROL))
        control++;
    assert_int_equal((OUTBOX_RELAY_BYTES - OUTBOX_RELAY_SPARE) / 1024, media);
    assert_int_equal(OUTBOX_RELAY_SPARE / 1024, control);
    outbox_fini(&box);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(video_gives_way_before_audio_and_audio_before_control),
    cmocka_unit_test(datagrams_come_out_in_order_and_room_comes_back),
    cmocka_unit_test(records_to_one_worker_leave_as_one_batch),
    cmocka_unit_test(a_batch_keeps_room_for_what_is_not_media),
};

TEST_MAIN(tests)
