/* SPDX-License-Identifier: Apache-2.0
 * The writer of one file, in front of a disk that takes nothing: a pipe that nobody reads. */
#include "testing.h"

#include "recordings/pipeline.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { FRAME_LEN = 20000, FRAMES = 60 };

static usec clock_now(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return USEC_S(t.tv_sec) + t.tv_nsec / 1000;
}

static void stuck_disk_never_holds_up_and_is_noticed_after_two_seconds(void **state)
{
    (void)state;
    static uint8_t frame[FRAME_LEN];
    char folder[] = "/tmp/amphi-pipeline-XXXXXX", path[64];
    struct pipeline_format format = {.codec = FRAME_VP8, .picture = {320, 180}};
    (void)signal(SIGPIPE, SIG_IGN);
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof(path), "%s/pipe", folder);
    assert_int_equal(mkfifo(path, 0600), 0);
    int reader = open(path, O_RDONLY | O_NONBLOCK);
    assert_true(reader >= 0);
    struct pipeline *p = pipeline_new(path, &format);
    assert_non_null(p);
    usec longest = 0;
    for (int i = 0; i < FRAMES; i++) {
        struct pipeline_frame f = {.bytes = {frame, sizeof(frame)},
                                   .position = USEC_MS(20) * i,
                                   .key = i == 0,
                                   .now = USEC_MS(20) * i};
        usec before = clock_now();
        assert_int_equal(pipeline_put(p, &f), E_OK);
        usec took = clock_now() - before;
        longest = took > longest ? took : longest;
    }
    assert_true(longest < USEC_MS(100));
    assert_false(pipeline_behind(p, USEC_S(1)));
    assert_true(pipeline_behind(p, USEC_S(4)));
    assert_true(pipeline_written(p) < USEC_MS(20) * (FRAMES / 2));
    assert_int_equal(pipeline_state(p), PIPELINE_RUNS);
    (void)close(reader); /* the write that is stuck fails */
    for (int i = 0; i < 200 && pipeline_state(p) == PIPELINE_RUNS; i++)
        (void)nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    assert_int_equal(pipeline_state(p), PIPELINE_FAILED);
    pipeline_free(p);
    (void)unlink(path);
    (void)rmdir(folder);
}

static void file_that_cannot_be_made_is_no_pipeline(void **state)
{
    (void)state;
    struct pipeline_format format = {.codec = FRAME_OPUS, .channels = 2};
    assert_null(pipeline_new("/nowhere/at/all.webm", &format));
}

static int load(void **state)
{
    (void)state;
    return pipeline_library_init() == E_OK ? 0 : -1;
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup(stuck_disk_never_holds_up_and_is_noticed_after_two_seconds, load),
    cmocka_unit_test_setup(file_that_cannot_be_made_is_no_pipeline, load),
};
TEST_MAIN(tests)
