/* SPDX-License-Identifier: Apache-2.0
 * The table of contents of a recording: its rules, its text, its file. */
#include "testing.h"

#include "recordings/manifest_file.h"
#include "recordings/manifest_json.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct manifest_track camera = {
    .number = 3, .person = 9, .publication = 5, .kind = FRAME_CAMERA, .codec = FRAME_VP8};

static struct manifest example(void)
{
    struct manifest m;
    uint32_t segment = 0;
    manifest_init(&m);
    m.started_wall_ms = 1700000000000;
    m.started_boot = USEC_S(100);
    assert_int_equal(manifest_begin(&m, bytes_of("rec", 3), bytes_of("class", 5)), E_OK);
    assert_int_equal(manifest_add_track(&m, &camera), E_OK);
    assert_int_equal(manifest_add_segment(&m, 3, &segment), E_OK);
    m.segments[0].offset_ms = 10;
    m.segments[0].end_ms = 2000;
    m.segments[0].width = 320;
    m.segments[0].height = 180;
    struct manifest_span span = {.segment = 0, .kind = SPAN_GAP, .from_ms = 500, .to_ms = 700};
    assert_int_equal(manifest_add_span(&m, &span), E_OK);
    assert_int_equal(manifest_add_mark(&m, 42, 7), E_OK);
    return m;
}

static void text_is_read_as_written(void **state)
{
    (void)state;
    struct manifest m = example(), back;
    size_t len = 0, len2 = 0;
    char *text = manifest_json_write(&m, &len);
    manifest_init(&back);
    assert_int_equal(manifest_json_read(&back, bytes_of(text, len)), E_OK);
    char *text2 = manifest_json_write(&back, &len2);
    assert_string_equal(text, text2);
    assert_int_equal(back.tracks[0].person, 9);
    assert_int_equal(back.segments[0].end_ms, 2000);
    assert_int_equal(back.spans[0].to_ms, 700);
    assert_int_equal(back.marks[0].number, 7);
    free(text);
    free(text2);
    manifest_fini(&m);
    manifest_fini(&back);
}

static void same_number_for_another_person_is_refused(void **state)
{
    (void)state;
    struct manifest m = example();
    struct manifest_track other = camera;
    assert_int_equal(manifest_add_track(&m, &other), E_OK);
    assert_int_equal(m.n_tracks, 1);
    other.person = 8;
    assert_int_equal(manifest_add_track(&m, &other), E_EXISTS);
    uint32_t segment = 0;
    assert_int_equal(manifest_add_segment(&m, 3, &segment), E_OK);
    assert_int_equal(m.segments[segment].number, 2);
    assert_string_equal(manifest_file(&m, &m.segments[segment]).name, "0003-camera-2.webm");
    assert_int_equal(manifest_add_segment(&m, 4, &segment), E_NOTFOUND);
    manifest_fini(&m);
}

static void clock_goes_on_after_a_reboot(void **state)
{
    (void)state;
    struct manifest m = example();
    manifest_resume(&m, m.started_wall_ms + 60000, USEC_S(160)); /* the same boot */
    assert_int_equal(manifest_ms(&m, USEC_S(161)), 61000);
    manifest_resume(&m, m.started_wall_ms + 90000, USEC_S(20)); /* another */
    assert_int_equal(manifest_ms(&m, USEC_S(21)), 91000);
    manifest_fini(&m);
}

static void texts_that_break_a_rule_are_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "[]",
        "{\"format\":1}",
        "{\"format\":1,\"id\":\"../x\",\"class\":\"c\",\"state\":\"running\",\"started_wall_ms\":0,"
        "\"started_boot_us\":0,\"end_ms\":-1,\"tracks\":[]}",
        "{\"format\":1,\"id\":\"x\",\"class\":\"c\",\"state\":\"gone\",\"started_wall_ms\":0,"
        "\"started_boot_us\":0,\"end_ms\":-1,\"tracks\":[]}",
        "{\"format\":1,\"id\":\"x\",\"class\":\"c\",\"state\":\"running\",\"started_wall_ms\":0,"
        "\"started_boot_us\":0,\"end_ms\":-1,\"tracks\":[{\"track\":1,\"person\":1,"
        "\"publication\":1,\"kind\":\"audio\",\"codec\":\"vp8\",\"segments\":[]}]}",
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct manifest m;
        manifest_init(&m);
        assert_int_equal(manifest_json_read(&m, bytes_of(texts[i], strlen(texts[i]))), E_MALFORMED);
    }
}

static void file_is_replaced_whole(void **state)
{
    (void)state;
    char folder[] = "/tmp/amphi-manifest-XXXXXX";
    assert_non_null(mkdtemp(folder));
    int dir = open(folder, O_RDONLY | O_DIRECTORY);
    struct manifest m = example(), back;
    manifest_init(&back);
    assert_int_equal(manifest_load(dir, &back), E_NOTFOUND);
    assert_int_equal(manifest_save(dir, &m), E_OK);
    manifest_finish(&m, MANIFEST_FINISHED, 1000);
    assert_int_equal(m.end_ms, 2000); /* not before its last picture */
    assert_int_equal(manifest_save(dir, &m), E_OK);
    assert_int_equal(manifest_load(dir, &back), E_OK);
    assert_int_equal(back.state, MANIFEST_FINISHED);
    assert_int_equal(faccessat(dir, "manifest.new", F_OK, 0), -1);
    manifest_fini(&m);
    manifest_fini(&back);
    assert_int_equal(unlinkat(dir, MANIFEST_NAME, 0), 0);
    (void)close(dir);
    assert_int_equal(rmdir(folder), 0);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(text_is_read_as_written),
    cmocka_unit_test(same_number_for_another_person_is_refused),
    cmocka_unit_test(clock_goes_on_after_a_reboot),
    cmocka_unit_test(texts_that_break_a_rule_are_refused),
    cmocka_unit_test(file_is_replaced_whole),
};
TEST_MAIN(tests)
