/* SPDX-License-Identifier: Apache-2.0
 * The whole way: encoded pictures and sound through the real process into files, judged by ffmpeg.
 */
#include "testing.h"

#include "judge.h"
#include "stage.h"

#include "recordings/recordings.h"

#include <math.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BEEPS_MAX = 64 };

static char path[256];

static const struct manifest_segment *segment_of(const struct manifest *m, uint32_t track,
                                                 uint32_t number)
{
    for (uint32_t i = 0; i < m->n_segments; i++)
        if (m->segments[i].track == track && m->segments[i].number == number)
            return &m->segments[i];
    fail_msg("no segment %u of track %u", (unsigned)number, (unsigned)track);
    return NULL;
}

static const char *file_of(const struct stage *s, const struct manifest *m,
                           const struct manifest_segment *seg)
{
    (void)snprintf(path, sizeof(path), "%s/%s", s->folder, manifest_file(m, seg).name);
    return path;
}

static void print_fault(void *ctx, const char *file, enum recordings_fault f)
{
    (void)ctx;
    print_message("%s %s\n", file, recordings_fault_text(f));
}

static void assert_verifies(const struct stage *s)
{
    uint32_t files = 0, faults = 0;
    assert_int_equal(recordings_verify(s->folder, print_fault, NULL, &files, &faults), E_OK);
    assert_int_equal(faults, 0);
    assert_true(files > 0);
}

static struct studio_clip film_of(unsigned person, enum frame_codec codec, double seconds)
{
    struct studio_clip clip = {0};
    struct studio_shot shot = {
        .codec = codec, .width = 320, .height = 180, .person = person, .to_s = seconds};
    studio_film(&clip, &shot);
    return clip;
}

static unsigned grey_between_flashes(const struct judge_pictures *p)
{
    for (size_t i = 0; i < p->n; i++)
        if (fmod(p->at[i] + 0.001, 1.0) > 0.3 && fmod(p->at[i] + 0.001, 1.0) < 0.9)
            return p->luma[i];
    return 0;
}

/* Flash and beep of one person, on the recording's clock: at most 40 ms apart, as many as said. */
static void assert_in_step(const struct stage *s, const struct manifest *m, uint32_t video,
                           uint32_t audio, size_t seconds)
{
    static struct judge_pictures p;
    double flash[BEEPS_MAX], beep[BEEPS_MAX], pitch = 0;
    const struct manifest_segment *v = segment_of(m, video, 1), *a = segment_of(m, audio, 1);
    unsigned person = video;
    judge_pictures(file_of(s, m, v), &p);
    assert_int_equal(judge_flashes(&p, flash, BEEPS_MAX), seconds);
    assert_true(abs((int)grey_between_flashes(&p) - (int)studio_grey(person)) <= 3);
    assert_int_equal(judge_beeps(file_of(s, m, a), beep, BEEPS_MAX, &pitch), seconds);
    assert_true(fabs(pitch - studio_pitch(person)) < 15);
    double worst = 0;
    for (size_t i = 0; i < seconds; i++) {
        double apart =
            flash[i] + (double)v->offset_ms / 1000 - beep[i] - (double)a->offset_ms / 1000;
        worst = fabs(apart) > fabs(worst) ? apart : worst;
    }
    print_message("person %u: flash - beep at most %.1f ms\n", person, worst * 1000);
    assert_true(fabs(worst) <= 0.040);
}

static void pictures_and_sound_come_back_in_step(void **state)
{
    (void)state;
    enum { SECONDS = 8 };
    struct stage s;
    struct studio_clip film1 = film_of(1, FRAME_VP8, SECONDS);
    struct studio_clip film2 = film_of(2, FRAME_VP9, SECONDS);
    struct studio_clip sound1 = studio_sound(1, SECONDS), sound2 = studio_sound(2, SECONDS);
    struct stage_part parts[] = {
        {.clip = &film1, .track = 1},
        {.clip = &sound1, .track = 11},
        {.clip = &film2, .track = 2, .late = 2345678},
        {.clip = &sound2, .track = 12, .late = 2345678},
    };
    stage_begin(&s, NULL);
    stage_launch(&s);
    for (size_t i = 0; i < 4; i++)
        stage_open(&s, parts[i].track, parts[i].clip);
    stage_play(&s, parts, 4, false, 0);
    assert_int_equal(stage_stop(&s, USEC_S(SECONDS) + 2345678), 0);
    assert_int_equal(s.stopped, 1);
    assert_int_equal(s.failed, 0);
    struct manifest m = stage_manifest(&s);
    assert_int_equal(m.state, MANIFEST_FINISHED);
    assert_int_equal(m.n_segments, 4);
    assert_int_equal(m.end_ms, SECONDS * 1000 + 2345);
    for (uint32_t i = 0; i < 4; i++) {
        const struct manifest_segment *seg = segment_of(&m, parts[i].track, 1);
        assert_int_equal(seg->state, SEGMENT_CLOSED);
        assert_int_equal(seg->offset_ms, i < 2 ? 0 : 2345);
        assert_true(judge_decodes(file_of(&s, &m, seg)));
        assert_true(fabs(judge_duration(path) - SECONDS) < 0.1);
    }
    assert_int_equal(m.n_spans, 0);
    assert_in_step(&s, &m, 1, 11, SECONDS);
    assert_in_step(&s, &m, 2, 12, SECONDS);
    unsigned luma = 0;
    double at = judge_first_seek(file_of(&s, &m, segment_of(&m, 1, 1)), 6.5, &luma);
    assert_true(at >= 6.4 && at <= 6.6);
    assert_true(abs((int)luma - (int)studio_grey(1)) <= 3);
    assert_verifies(&s);
    manifest_fini(&m);
    stage_end(&s);
    studio_free(&film1);
    studio_free(&film2);
    studio_free(&sound1);
    studio_free(&sound2);
}

static void another_resolution_stays_in_the_same_file(void **state)
{
    (void)state;
    static struct judge_pictures p;
    struct stage s;
    struct studio_clip film = {0};
    struct studio_shot shots[] = {
        {.codec = FRAME_VP8, .width = 320, .height = 180, .person = 1, .to_s = 2},
        {.codec = FRAME_VP8, .width = 640, .height = 360, .person = 3, .from_s = 2, .to_s = 4},
        {.codec = FRAME_VP8, .width = 160, .height = 90, .person = 1, .from_s = 4, .to_s = 6},
    };
    for (size_t i = 0; i < 3; i++)
        studio_film(&film, &shots[i]);
    struct stage_part part = {.clip = &film, .track = 1};
    stage_begin(&s, NULL);
    stage_launch(&s);
    stage_open(&s, 1, &film);
    stage_play(&s, &part, 1, false, 0);
    assert_int_equal(stage_stop(&s, USEC_S(6)), 0);
    struct manifest m = stage_manifest(&s);
    assert_int_equal(m.n_segments, 1);
    assert_true(judge_decodes(file_of(&s, &m, &m.segments[0])));
    judge_pictures(path, &p);
    assert_int_equal(p.n, film.n);
    assert_true(abs((int)p.luma[50] - (int)studio_grey(3)) <= 3);
    assert_true(abs((int)p.luma[110] - (int)studio_grey(1)) <= 3);
    manifest_fini(&m);
    stage_end(&s);
    studio_free(&film);
}

static void muted_time_stays_as_time(void **state)
{
    (void)state;
    struct stage s;
    double beep[BEEPS_MAX], pitch = 0;
    struct studio_clip sound = studio_sound(1, 8);
    struct stage_part before = {.clip = &sound, .track = 1, .to = USEC_MS(1980)};
    struct stage_part after = {.clip = &sound, .track = 1, .from = USEC_MS(5000)};
    stage_begin(&s, NULL);
    stage_launch(&s);
    stage_open(&s, 1, &sound);
    stage_play(&s, &before, 1, false, 0);
    stage_mute(&s, 1, USEC_S(2), true);
    stage_mute(&s, 1, USEC_MS(4990), false);
    stage_play(&s, &after, 1, false, 0);
    assert_int_equal(stage_stop(&s, USEC_S(8)), 0);
    struct manifest m = stage_manifest(&s);
    assert_int_equal(m.n_segments, 1);
    assert_true(judge_decodes(file_of(&s, &m, &m.segments[0])));
    assert_true(fabs(judge_duration(path) - 8) < 0.1);
    assert_int_equal(judge_beeps(path, beep, BEEPS_MAX, &pitch), 5);
    assert_true(fabs(beep[2] - 5) < 0.04 && fabs(beep[4] - 7) < 0.04);
    int muted = -1;
    for (uint32_t i = 0; i < m.n_spans; i++)
        muted = m.spans[i].kind == SPAN_MUTED ? (int)i : muted;
    assert_true(muted >= 0);
    assert_int_equal(m.spans[muted].from_ms, 2000);
    assert_int_equal(m.spans[muted].to_ms, 4990);
    manifest_fini(&m);
    stage_end(&s);
    studio_free(&sound);
}

static void lost_frames_leave_gaps_and_no_wrong_picture(void **state)
{
    (void)state;
    static struct judge_pictures p;
    struct stage s;
    double beep[BEEPS_MAX], pitch = 0;
    struct studio_clip film = film_of(1, FRAME_VP8, 8), sound = studio_sound(1, 8);
    struct stage_part parts[] = {{.clip = &film, .track = 1, .lose_every = 33},
                                 {.clip = &sound, .track = 2, .lose_every = 10}};
    stage_begin(&s, NULL);
    stage_launch(&s);
    stage_open(&s, 1, &film);
    stage_open(&s, 2, &sound);
    stage_play(&s, parts, 2, false, 0);
    assert_int_equal(stage_stop(&s, USEC_S(8)), 0);
    assert_true(s.keyframes > 0);
    struct manifest m = stage_manifest(&s);
    const struct manifest_segment *v = segment_of(&m, 1, 1);
    assert_true(judge_decodes(file_of(&s, &m, v)));
    judge_pictures(path, &p);
    assert_true(p.n > film.n / 2 && p.n < film.n - 4);
    for (size_t i = 0; i < p.n; i++)
        assert_true(p.luma[i] > 190 || abs((int)p.luma[i] - (int)studio_grey(1)) <= 3);
    unsigned gaps = 0;
    for (uint32_t i = 0; i < m.n_spans; i++)
        gaps += m.spans[i].kind == SPAN_GAP && &m.segments[m.spans[i].segment] == v;
    assert_int_equal(gaps, 4);
    assert_true(judge_decodes(file_of(&s, &m, segment_of(&m, 2, 1))));
    assert_int_equal(judge_beeps(path, beep, BEEPS_MAX, &pitch), 8);
    assert_true(fabs(beep[7] - 7) < 0.04);
    manifest_fini(&m);
    stage_end(&s);
    studio_free(&film);
    studio_free(&sound);
}

static void server_gone_leaves_whole_files_to_go_on_from(void **state)
{
    (void)state;
    struct stage s;
    uint32_t recovered = 0;
    struct studio_clip film = film_of(1, FRAME_VP8, 3);
    struct stage_part part = {.clip = &film, .track = 1};
    stage_begin(&s, NULL);
    stage_launch(&s);
    stage_open(&s, 1, &film);
    stage_play(&s, &part, 1, false, 0);
    assert_int_equal(stage_hang_up(&s), 0);
    struct manifest m = stage_manifest(&s);
    assert_int_equal(m.state, MANIFEST_RUNNING);
    assert_int_equal(m.segments[0].state, SEGMENT_CLOSED);
    manifest_fini(&m);
    stage_launch(&s);
    assert_int_equal(s.started_track, 1);
    part.late = USEC_S(4);
    stage_open(&s, 1, &film);
    stage_play(&s, &part, 1, false, 0);
    assert_int_equal(recordings_recover(s.root, &recovered), E_OK);
    assert_int_equal(recovered, 0); /* it is being written */
    assert_int_equal(stage_hang_up(&s), 0);
    assert_int_equal(recordings_recover(s.root, &recovered), E_OK);
    assert_int_equal(recovered, 1);
    m = stage_manifest(&s);
    assert_int_equal(m.state, MANIFEST_RECOVERED);
    assert_int_equal(m.n_segments, 2);
    assert_int_equal(m.segments[1].offset_ms, 4000);
    assert_true(m.end_ms >= 6900 && m.end_ms <= 7100);
    manifest_fini(&m);
    assert_verifies(&s);
    assert_int_equal(recordings_delete(s.folder), E_OK);
    assert_int_equal(access(s.folder, F_OK), -1);
    stage_end(&s);
    studio_free(&film);
}

/* A recorder that does not read: the sender goes on at once, drops, and says so. */
static void stuck_recorder_never_holds_up_the_sender(void **state)
{
    (void)state;
    struct stage s;
    struct studio_clip film = {0};
    struct studio_shot shot = {
        .codec = FRAME_VP8, .width = 1280, .height = 720, .person = 1, .to_s = 2};
    studio_film(&film, &shot);
    struct stage_part first = {.clip = &film, .track = 1};
    stage_begin(&s, NULL);
    stage_launch(&s);
    stage_open(&s, 1, &film);
    stage_play(&s, &first, 1, false, 0);
    stage_sleep(USEC_MS(300));
    assert_int_equal(kill(s.child.pid, SIGSTOP), 0);
    usec longest = 0;
    static uint8_t big[30000];
    memset(big, 1, sizeof(big)); /* a delta frame; dropped unread after the gap */
    for (int i = 0; i < 400; i++) {
        struct frame_msg m = {.type = FRAME_FRAME,
                              .track = 1,
                              .at = s.zero + USEC_S(2) + USEC_MS(50) * i,
                              .frame = {.bytes = bytes_of(big, sizeof(big))}};
        usec before = stage_now();
        enum err e = feed_frame(s.feed, &m);
        usec took = stage_now() - before;
        longest = took > longest ? took : longest;
        assert_true(e == E_OK || e == E_FULL);
    }
    struct feed_figures figures = feed_figures(s.feed);
    print_message("longest call %lld us, %llu dropped, %zu bytes waiting\n", (long long)longest,
                  (unsigned long long)figures.dropped, figures.queued);
    assert_true(longest < USEC_MS(20));
    assert_true(figures.dropped > 250);
    assert_int_equal(kill(s.child.pid, SIGCONT), 0);
    struct stage_part again = {.clip = &film, .track = 1, .late = USEC_S(23)};
    for (int i = 0; i < 100 && feed_waits(s.feed); i++) {
        stage_sleep(USEC_MS(50));
        assert_int_equal(feed_flush(s.feed), E_OK);
    }
    stage_play(&s, &again, 1, false, 0);
    assert_int_equal(stage_stop(&s, USEC_S(25)), 0);
    struct manifest m = stage_manifest(&s);
    bool gap = false;
    for (uint32_t i = 0; i < m.n_spans; i++)
        gap |= m.spans[i].kind == SPAN_GAP && m.spans[i].to_ms == 23000;
    assert_true(gap);
    assert_verifies(&s);
    manifest_fini(&m);
    stage_end(&s);
    studio_free(&film);
}

static void one_folder_has_one_recording(void **state)
{
    (void)state;
    struct stage s, other;
    struct studio_clip film = film_of(1, FRAME_VP8, 1);
    struct stage_part part = {.clip = &film, .track = 1};
    stage_begin(&s, NULL);
    stage_launch(&s);
    stage_open(&s, 1, &film);
    stage_play(&s, &part, 1, false, 0);
    stage_begin(&other, s.root);
    stage_launch(&other); /* waits 5 s for the folder */
    assert_int_equal(other.started, 0);
    assert_int_equal(other.reason, FRAME_REASON_BUSY);
    assert_int_not_equal(stage_hang_up(&other), 0);
    assert_int_equal(stage_stop(&s, USEC_S(1)), 0);
    stage_end(&s);
    studio_free(&film);
}

static bool status_says(const struct stage *s, const char *wanted)
{
    char file[64], line[128];
    bool found = false;
    (void)snprintf(file, sizeof(file), "/proc/%d/status", (int)s->child.pid);
    FILE *f = fopen(file, "r");
    assert_non_null(f);
    while (fgets(line, sizeof(line), f) != NULL)
        found |= strcmp(line, wanted) == 0;
    (void)fclose(f);
    return found;
}

static void recorder_has_neither_network_nor_rights(void **state)
{
    (void)state;
    struct stage s;
    char file[64], theirs[64] = "", ours[64] = "";
    stage_begin(&s, NULL);
    stage_launch(&s);
    assert_true(status_says(&s, "NoNewPrivs:\t1\n"));
    assert_true(status_says(&s, "Seccomp:\t2\n"));
    assert_true(status_says(&s, "CapEff:\t0000000000000000\n"));
    (void)snprintf(file, sizeof(file), "/proc/%d/ns/net", (int)s.child.pid);
    assert_true(readlink(file, theirs, sizeof(theirs) - 1) > 0);
    assert_true(readlink("/proc/self/ns/net", ours, sizeof(ours) - 1) > 0);
    assert_string_not_equal(theirs, ours);
    assert_int_equal(stage_stop(&s, USEC_S(1)), 0);
    stage_end(&s);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(recorder_has_neither_network_nor_rights),
    cmocka_unit_test(pictures_and_sound_come_back_in_step),
    cmocka_unit_test(another_resolution_stays_in_the_same_file),
    cmocka_unit_test(muted_time_stays_as_time),
    cmocka_unit_test(lost_frames_leave_gaps_and_no_wrong_picture),
    cmocka_unit_test(server_gone_leaves_whole_files_to_go_on_from),
    cmocka_unit_test(stuck_recorder_never_holds_up_the_sender),
    cmocka_unit_test(one_folder_has_one_recording),
};
TEST_MAIN(tests)
