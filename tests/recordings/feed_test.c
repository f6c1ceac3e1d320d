/* SPDX-License-Identifier: Apache-2.0
 * The server's end of the socket, with nobody reading at first. */
#include "testing.h"

#include "recordings/feed.h"

#include <sys/socket.h>
#include <unistd.h>

enum { LEN = 150000 };

static uint8_t bytes[LEN];
static int theirs;

static struct feed *connected(void)
{
    int pair[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
    theirs = pair[1];
    struct feed *f = feed_new(pair[0]);
    assert_non_null(f);
    return f;
}

static enum err send_frame(struct feed *f, usec at)
{
    struct frame_msg m = {
        .type = FRAME_FRAME, .track = 1, .at = at, .frame = {.bytes = {bytes, LEN}}};
    return feed_frame(f, &m);
}

/* The next message at the other end; views point into a static buffer. */
static bool receive(struct frame_msg *m)
{
    static uint8_t packet[FRAME_MESSAGE_MAX];
    ssize_t n = recv(theirs, packet, sizeof(packet), MSG_DONTWAIT);
    if (n > 0)
        assert_int_equal(frame_read(m, bytes_of(packet, (size_t)n)), E_OK);
    return n > 0;
}

static void long_frames_go_in_parts_in_order(void **state)
{
    (void)state;
    struct feed *f = connected();
    struct frame_msg m;
    uint32_t next = 0;
    assert_int_equal(send_frame(f, 1000), E_OK);
    while (next < LEN) {
        assert_int_equal(feed_flush(f), E_OK);
        assert_true(receive(&m));
        assert_int_equal(m.frame.offset, next);
        assert_int_equal(m.frame.whole, LEN);
        next += (uint32_t)m.frame.bytes.len;
    }
    assert_false(receive(&m));
    feed_free(f);
    (void)close(theirs);
}

static void frames_two_seconds_late_are_dropped_and_the_next_says_so(void **state)
{
    (void)state;
    struct feed *f = connected();
    struct frame_msg m, close_track = {.type = FRAME_CLOSE, .track = 1, .at = 5};
    enum err e = E_OK;
    int i;
    for (i = 0; e == E_OK; i++)
        e = send_frame(f, USEC_MS(100) * i);
    assert_int_equal(e, E_FULL);
    assert_true(i > 20 && i < 30); /* what the socket holds, and 2 s */
    assert_int_equal(feed_figures(f).dropped, 1);
    assert_int_equal(feed_send(f, &close_track), E_OK); /* never dropped */
    usec newest = 0;
    bool closed = false, gap = false;
    while (feed_waits(f) || receive(&m)) {
        while (receive(&m)) {
            newest = m.type == FRAME_FRAME ? m.at : newest;
            gap |= (m.flags & FRAME_FLAG_GAP) != 0;
            closed |= m.type == FRAME_CLOSE;
        }
        assert_int_equal(feed_flush(f), E_OK);
    }
    assert_true(closed);
    assert_false(gap);
    assert_int_equal(newest, USEC_MS(100) * (i - 2));
    assert_int_equal(send_frame(f, USEC_S(9)), E_OK);
    assert_true(receive(&m));
    assert_int_equal(m.flags, FRAME_FLAG_GAP);
    feed_free(f);
    (void)close(theirs);
}

static void recorder_that_is_gone_is_an_error(void **state)
{
    (void)state;
    struct feed *f = connected();
    struct frame_msg m;
    (void)close(theirs);
    assert_int_equal(feed_answer(f, &m), E_IO);
    assert_int_equal(send_frame(f, 0), E_IO);
    assert_int_equal(send_frame(f, 1), E_IO);
    assert_true(feed_figures(f).broken);
    feed_free(f);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(long_frames_go_in_parts_in_order),
    cmocka_unit_test(frames_two_seconds_late_are_dropped_and_the_next_says_so),
    cmocka_unit_test(recorder_that_is_gone_is_an_error),
};
TEST_MAIN(tests)
