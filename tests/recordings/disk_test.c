/* SPDX-License-Identifier: Apache-2.0
 * A full disk: how little is too little, and what becomes of a recording on 64 MB that are filled
 * under it. The disk is a tmpfs, which takes root; without it those cases are skipped. */
#include "testing.h"

#include "judge.h"
#include "stage.h"

#include "recordings/recordings.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

enum { DISK_BYTES = 64 << 20 };

static struct studio_clip film;
static char root[64];

static void print_fault(void *ctx, const char *file, enum recordings_fault f)
{
    (void)ctx;
    print_message("%s %s\n", file, recordings_fault_text(f));
}

static void low_is_the_smaller_of_both_limits(void **state)
{
    (void)state;
    const uint64_t gb = 1000000000;
    struct disk_limit limit = {.percent = 5, .bytes = 2 * gb};
    struct disk_room big = {.free = 3 * gb, .total = 10000 * gb};
    assert_false(disk_is_low(&big, &limit));
    big.free = 2 * gb - 1;
    assert_true(disk_is_low(&big, &limit));
    struct disk_room small = {.free = 3200000, .total = 64000000};
    assert_false(disk_is_low(&small, &limit));
    small.free = 3199999;
    assert_true(disk_is_low(&small, &limit));
}

static int mount_disk(void **state)
{
    (void)state;
    struct studio_shot shot = {
        .codec = FRAME_VP8, .width = 320, .height = 180, .person = 1, .to_s = 20};
    (void)snprintf(root, sizeof(root), "/tmp/amphi-disk-XXXXXX");
    if (mkdtemp(root) == NULL)
        return -1;
    if (mount("amphi", root, "tmpfs", 0, "size=64m,mode=700") != 0) {
        (void)rmdir(root);
        root[0] = '\0';
    }
    studio_film(&film, &shot);
    return 0;
}

static int unmount_disk(void **state)
{
    (void)state;
    studio_free(&film);
    return root[0] == '\0' || (umount2(root, MNT_DETACH) == 0 && rmdir(root) == 0) ? 0 : -1;
}

static void skip_without_disk(void)
{
    if (root[0] == '\0')
        skip();
}

/* Fills the disk but for so many bytes. */
static void fill(uint64_t leave)
{
    char name[128];
    static uint8_t zeros[4096];
    struct disk_room room;
    (void)snprintf(name, sizeof(name), "%s/filler", root);
    int fd = open(name, O_WRONLY | O_CREAT | O_APPEND, 0600);
    assert_true(fd >= 0);
    assert_int_equal(disk_room(root, &room), E_OK);
    while (room.free > leave && write(fd, zeros, sizeof(zeros)) > 0)
        assert_int_equal(disk_room(root, &room), E_OK);
    (void)close(fd);
}

static void assert_closed_and_playable(struct stage *s, double least_s)
{
    char path[256];
    uint32_t files = 0, faults = 0;
    struct manifest m = stage_manifest(s);
    assert_int_equal(m.state, MANIFEST_FINISHED);
    assert_int_equal(m.n_segments, 1);
    (void)snprintf(path, sizeof(path), "%s/%s", s->folder, manifest_file(&m, m.segments).name);
    assert_true(judge_decodes(path));
    assert_true(judge_duration(path) >= least_s);
    assert_int_equal(recordings_verify(s->folder, print_fault, NULL, &files, &faults), E_OK);
    print_message("%.2f s kept, %u faults\n", judge_duration(path), (unsigned)faults);
    manifest_fini(&m);
}

static void low_disk_closes_the_recording_and_says_so(void **state)
{
    (void)state;
    static struct stage s;
    skip_without_disk();
    struct stage_part part = {.clip = &film, .track = 1};
    stage_begin(&s, root);
    s.limit = (struct disk_limit){.percent = 5, .bytes = 2000000000};
    stage_launch(&s);
    stage_open(&s, 1, &film);
    stage_play(&s, &part, 1, true, USEC_S(2));
    fill(DISK_BYTES / 100 * 4);
    usec filled = stage_now();
    for (int i = 0; i < 50 && s.low_disk == 0; i++) {
        stage_sleep(USEC_MS(100));
        stage_answers(&s);
    }
    assert_int_equal(s.low_disk, 1);
    assert_true(stage_now() - filled <= USEC_MS(2500));
    assert_int_equal(stage_stop(&s, USEC_S(3)), 0);
    assert_int_equal(s.stopped, 1);
    assert_closed_and_playable(&s, 1.9);
    stage_launch(&s); /* and none starts now */
    assert_int_equal(s.reason, FRAME_REASON_DISK);
    assert_int_not_equal(stage_hang_up(&s), 0);
}

static void full_disk_leaves_a_playable_recording(void **state)
{
    (void)state;
    static struct stage s;
    skip_without_disk();
    struct stage_part part = {.clip = &film, .track = 1};
    struct stage_part more = {.clip = &film, .track = 1, .from = USEC_S(2), .to = USEC_S(18)};
    stage_begin(&s, root);
    s.limit = (struct disk_limit){.percent = 0, .bytes = 0}; /* nothing stops it in time */
    stage_launch(&s);
    stage_open(&s, 1, &film);
    stage_play(&s, &part, 1, true, USEC_S(2));
    stage_sleep(USEC_MS(200));
    fill(0);
    stage_play(&s, &more, 1, false, 0);
    stage_sleep(USEC_MS(1500));
    stage_answers(&s);
    assert_int_equal(s.failed, 1);
    assert_int_equal(s.reason, FRAME_REASON_DISK);
    assert_int_equal(stage_stop(&s, USEC_S(18)), 0);
    assert_closed_and_playable(&s, 1.8);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(low_is_the_smaller_of_both_limits),
    cmocka_unit_test_setup_teardown(low_disk_closes_the_recording_and_says_so, mount_disk,
                                    unmount_disk),
    cmocka_unit_test_setup_teardown(full_disk_leaves_a_playable_recording, mount_disk,
                                    unmount_disk),
};
TEST_MAIN(tests)
