/* SPDX-License-Identifier: Apache-2.0
 * SIGKILL at random instants of one recording, the next recorder going on in the same folder: what
 * was played up to 2 s before is there, decodes and can be sought in. AMPHI_KILLS says how often
 * (3). */
#include "testing.h"

#include "judge.h"
#include "stage.h"

#include "recordings/manifest_file.h"
#include "recordings/recordings.h"
#include "recordings/webm_repair.h"
#include "sfu/base/rng.h"

#include <fcntl.h>
#include <math.h>
#include <unistd.h>

enum { KILLS_MAX = 200, CLIP_S = 6 };
#define LOST_MAX_MS 2000

static struct studio_clip film, sound;

static void print_fault(void *ctx, const char *file, enum recordings_fault f)
{
    (void)ctx;
    print_message("%s %s\n", file, recordings_fault_text(f));
}

/* Plays from the start of the clips, at the speed of the clock, for that long. */
static int64_t play(struct stage *s, usec length)
{
    usec from = stage_now() - s->zero;
    struct stage_part parts[] = {{.clip = &film, .track = 1, .late = from},
                                 {.clip = &sound, .track = 2, .late = from}};
    stage_open(s, 1, &film);
    stage_open(s, 2, &sound);
    stage_play(s, parts, 2, true, from + length);
    return (stage_now() - s->zero) / 1000;
}

static void assert_segment(const struct stage *s, const struct manifest *m,
                           const struct manifest_segment *seg, int64_t killed_ms)
{
    char path[256];
    unsigned luma = 0;
    (void)snprintf(path, sizeof(path), "%s/%s", s->folder, manifest_file(m, seg).name);
    assert_int_not_equal(seg->state, SEGMENT_OPEN);
    assert_int_not_equal(seg->state, SEGMENT_LOST);
    assert_true(seg->end_ms >= killed_ms - LOST_MAX_MS);
    assert_true(judge_decodes(path));
    double length = judge_duration(path);
    assert_true(fabs(length * 1000 - (double)(seg->end_ms - seg->offset_ms)) < 100);
    if (seg->track == 1 && length > 0.5) {
        double at = judge_first_seek(path, length - 0.3, &luma);
        assert_true(at >= length - 0.4 && at <= length);
    }
}

static void killed_recorders_lose_less_than_two_seconds(void **state)
{
    (void)state;
    static int64_t killed_ms[KILLS_MAX + 1];
    static struct stage s;
    const char *wanted = getenv("AMPHI_KILLS");
    long kills = wanted != NULL ? strtol(wanted, NULL, 10) : 3;
    struct rng random = {0};
    rng_init(&random, 4711);
    assert_true(kills > 0 && kills <= KILLS_MAX);
    stage_begin(&s, NULL);
    for (long i = 0; i < kills; i++) {
        stage_launch(&s);
        killed_ms[i] = play(&s, USEC_MS(400) + (usec)rng_below(&random, 3000000));
        stage_kill(&s);
    }
    stage_launch(&s);
    assert_int_equal(s.started_track, 2);
    killed_ms[kills] = play(&s, USEC_S(2));
    assert_int_equal(stage_stop(&s, stage_now() - s.zero), 0);
    struct manifest m = stage_manifest(&s);
    assert_int_equal(m.state, MANIFEST_FINISHED);
    assert_int_equal(m.n_tracks, 2);
    assert_int_equal(m.n_segments, 2 * (kills + 1));
    int64_t worst = 0;
    for (uint32_t i = 0; i < m.n_segments; i++) {
        const struct manifest_segment *seg = &m.segments[i];
        assert_segment(&s, &m, seg, killed_ms[seg->number - 1]);
        int64_t lost = killed_ms[seg->number - 1] - seg->end_ms;
        worst = lost > worst ? lost : worst;
    }
    unsigned gaps = 0;
    for (uint32_t i = 0; i < m.n_spans; i++)
        gaps += m.spans[i].kind == SPAN_GAP;
    assert_true(gaps >= 2 * kills);
    print_message("%ld kills, at most %lld ms lost\n", kills, (long long)worst);
    uint32_t files = 0, faults = 0;
    assert_int_equal(recordings_verify(s.folder, print_fault, NULL, &files, &faults), E_OK);
    assert_int_equal(faults, 0);
    manifest_fini(&m);
    stage_end(&s);
}

static void server_start_recovers_what_was_killed(void **state)
{
    (void)state;
    static struct stage s;
    uint32_t recovered = 0;
    stage_begin(&s, NULL);
    stage_launch(&s);
    int64_t killed = play(&s, USEC_MS(2500));
    stage_kill(&s);
    assert_int_equal(recordings_recover(s.root, &recovered), E_OK);
    assert_int_equal(recovered, 1);
    struct manifest m = stage_manifest(&s);
    assert_int_equal(m.state, MANIFEST_RECOVERED);
    assert_true(m.end_ms >= killed - LOST_MAX_MS && m.end_ms <= killed + 100);
    for (uint32_t i = 0; i < m.n_segments; i++)
        assert_segment(&s, &m, &m.segments[i], killed);
    manifest_fini(&m);
    assert_int_equal(recordings_recover(s.root, &recovered), E_OK);
    assert_int_equal(recovered, 0);
    stage_end(&s);
}

/* A finished file cut at every length: each cut is repaired or called empty, and repaired it is
 * finished and as long as what was whole. */
static void file_cut_anywhere_is_repaired(void **state)
{
    (void)state;
    static struct stage s;
    char path[256], cut[256], command[600];
    struct stage_part part = {.clip = &sound, .track = 2, .to = USEC_S(2)};
    stage_begin(&s, NULL);
    stage_launch(&s);
    stage_open(&s, 2, &sound);
    stage_play(&s, &part, 1, false, 0);
    assert_int_equal(stage_stop(&s, USEC_S(2)), 0);
    (void)snprintf(path, sizeof(path), "%s/0002-audio-1.webm", s.folder);
    (void)snprintf(cut, sizeof(cut), "%s/cut", s.folder);
    int whole = open(path, O_RDONLY);
    long size = lseek(whole, 0, SEEK_END);
    int64_t before = 0;
    unsigned mended = 0;
    for (long n = 0; n < size; n += 13) {
        (void)snprintf(command, sizeof(command), "head -c %ld '%s' > '%s'", n, path, cut);
        assert_int_equal(system(command), 0);
        struct webm w;
        int fd = open(cut, O_RDWR);
        enum err e = webm_repair(fd, &w);
        assert_true(e == E_OK || (e == E_MALFORMED && mended == 0));
        if (e == E_OK) {
            int64_t length = webm_duration_ms(&w);
            webm_fini(&w);
            assert_true(length >= before);
            before = length;
            mended++;
            assert_int_equal(webm_scan_fd(fd, &w), E_OK);
            assert_true(webm_finished(&w));
            assert_int_equal(webm_duration_ms(&w), length);
            webm_fini(&w);
        }
        (void)close(fd);
    }
    assert_true(mended > 100);
    assert_true(before >= 1960);
    assert_true(judge_decodes(cut));
    (void)close(whole);
    stage_end(&s);
}

static int record_clips(void **state)
{
    (void)state;
    struct studio_shot shot = {
        .codec = FRAME_VP8, .width = 320, .height = 180, .person = 1, .to_s = CLIP_S};
    studio_film(&film, &shot);
    sound = studio_sound(1, CLIP_S);
    return 0;
}

static int free_clips(void **state)
{
    (void)state;
    studio_free(&film);
    studio_free(&sound);
    return 0;
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(killed_recorders_lose_less_than_two_seconds, record_clips,
                                    free_clips),
    cmocka_unit_test_setup_teardown(server_start_recovers_what_was_killed, record_clips,
                                    free_clips),
    cmocka_unit_test_setup_teardown(file_cut_anywhere_is_repaired, record_clips, free_clips),
};
TEST_MAIN(tests)
