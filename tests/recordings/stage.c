/* SPDX-License-Identifier: Apache-2.0
 * The server's side of a recording, for tests. */
#include "testing.h"

#include "stage.h"

#include "recordings/manifest_file.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

usec stage_now(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_BOOTTIME, &t);
    return USEC_S(t.tv_sec) + t.tv_nsec / 1000;
}

void stage_sleep(usec length)
{
    struct timespec t = {.tv_sec = length / 1000000, .tv_nsec = length % 1000000 * 1000};
    if (length > 0)
        (void)nanosleep(&t, NULL);
}

void stage_begin(struct stage *s, const char *root)
{
    struct timespec wall;
    *s = (struct stage){.limit = {.percent = 5, .bytes = 1 << 20}};
    (void)snprintf(s->root, sizeof(s->root), "/tmp/amphi-recordings-XXXXXX");
    if (root != NULL)
        (void)snprintf(s->root, sizeof(s->root), "%s", root);
    else
        assert_non_null(mkdtemp(s->root));
    (void)snprintf(s->folder, sizeof(s->folder), "%s/rec-1", s->root);
    (void)clock_gettime(CLOCK_REALTIME, &wall);
    s->wall_ms = (int64_t)wall.tv_sec * 1000 + wall.tv_nsec / 1000000;
    s->zero = stage_now();
}

static void note(struct stage *s, const struct frame_msg *m)
{
    switch (m->type) {
    case FRAME_STARTED:
        s->started++;
        s->started_track = m->track;
        break;
    case FRAME_WRITTEN: s->written[m->track % 16] = m->at; break;
    case FRAME_KEYFRAME: s->keyframes++; break;
    case FRAME_LOW_DISK: s->low_disk++; break;
    case FRAME_FAILED:
        s->failed++;
        s->reason = m->reason;
        break;
    case FRAME_CLOSED: s->closed++; break;
    case FRAME_STOPPED: s->stopped++; break;
    default: fail();
    }
}

void stage_answers(struct stage *s)
{
    struct frame_msg m;
    while (feed_answer(s->feed, &m) == E_OK)
        note(s, &m);
}

void stage_launch(struct stage *s)
{
    unsigned before = s->started + s->failed;
    usec now = stage_now();
    assert_int_equal(launch_recorder(&s->child, AMPHI_RECORDER), E_OK);
    s->feed = feed_new(s->child.fd);
    assert_non_null(s->feed);
    struct frame_msg m = {
        .type = FRAME_START,
        .at = s->started == 0 ? s->zero : now,
        .start = {.wall_ms = s->wall_ms + (s->started == 0 ? 0 : (now - s->zero) / 1000),
                  .min_free_bytes = s->limit.bytes,
                  .min_free_percent = s->limit.percent,
                  .id = bytes_of("rec-1", 5),
                  .class_id = bytes_of("class-1", 7),
                  .directory = bytes_of(s->folder, strlen(s->folder))}};
    assert_int_equal(feed_send(s->feed, &m), E_OK);
    for (int i = 0; i < 1000 && s->started + s->failed == before; i++) {
        stage_sleep(USEC_MS(10));
        stage_answers(s);
    }
    assert_int_not_equal(s->started + s->failed, before);
}

void stage_open(struct stage *s, uint32_t track, const struct studio_clip *clip)
{
    struct frame_msg m = {.type = FRAME_OPEN,
                          .track = track,
                          .at = stage_now(),
                          .open = {.person = 100 + track,
                                   .publication = 200 + track,
                                   .kind = clip->kind,
                                   .codec = clip->codec}};
    assert_int_equal(feed_send(s->feed, &m), E_OK);
}

void stage_mute(struct stage *s, uint32_t track, usec at, bool muted)
{
    struct frame_msg m = {.type = FRAME_MUTE,
                          .track = track,
                          .at = s->zero + at,
                          .flags = muted ? FRAME_FLAG_MUTED : 0};
    assert_int_equal(feed_send(s->feed, &m), E_OK);
}

/* The part with the earliest frame still to send; n: none. */
static size_t earliest(const struct stage_part *parts, const size_t *next, size_t n)
{
    size_t best = n;
    usec best_at = 0;
    for (size_t i = 0; i < n; i++) {
        if (next[i] >= parts[i].clip->n)
            continue;
        usec at = parts[i].clip->frames[next[i]].at + parts[i].late;
        if (best == n || at < best_at) {
            best = i;
            best_at = at;
        }
    }
    return best;
}

static void send_one(struct stage *s, const struct stage_part *p, size_t i, usec at, bool gap)
{
    const struct studio_frame *f = &p->clip->frames[i];
    struct frame_msg m = {.type = FRAME_FRAME,
                          .track = p->track,
                          .at = s->zero + at,
                          .flags = (f->key ? (unsigned)FRAME_FLAG_KEY : 0) |
                                   (gap ? (unsigned)FRAME_FLAG_GAP : 0),
                          .frame = {.bytes = bytes_of(f->p, f->len)}};
    enum err e = feed_frame(s->feed, &m);
    assert_true(e == E_OK || e == E_FULL || e == E_IO);
    stage_answers(s);
}

static void drain(struct stage *s)
{
    struct pollfd p = {.fd = feed_fd(s->feed), .events = POLLOUT};
    while (feed_waits(s->feed) && feed_flush(s->feed) == E_OK)
        (void)poll(&p, 1, 100);
}

void stage_play(struct stage *s, const struct stage_part *parts, size_t n, bool real, usec until)
{
    size_t next[8] = {0};
    bool gap[8] = {false};
    assert_true(n <= 8);
    for (size_t i; (i = earliest(parts, next, n)) < n; next[i]++) {
        const struct stage_part *p = &parts[i];
        usec in_clip = p->clip->frames[next[i]].at;
        usec at = in_clip + p->late;
        if (until != 0 && at >= until)
            break;
        if (in_clip < p->from || (p->to != 0 && in_clip >= p->to))
            continue;
        if (p->lose_every != 0 && next[i] % p->lose_every == p->lose_every - 1) {
            gap[i] = true;
            continue;
        }
        if (real)
            stage_sleep(s->zero + at - stage_now());
        send_one(s, p, next[i], at, gap[i]);
        gap[i] = false;
        if (!real)
            drain(s);
    }
}

static int wait_child(struct stage *s)
{
    int status = -1;
    assert_int_equal(waitpid(s->child.pid, &status, 0), s->child.pid);
    return status;
}

int stage_stop(struct stage *s, usec at)
{
    struct frame_msg m = {.type = FRAME_STOP, .at = s->zero + at};
    struct pollfd p = {.fd = feed_fd(s->feed), .events = POLLIN};
    drain(s);
    (void)!feed_send(s->feed, &m); /* one that closed itself is gone already */
    while (s->stopped == 0 && poll(&p, 1, 15000) > 0) {
        stage_answers(s);
        if ((p.revents & POLLHUP) != 0)
            break;
    }
    stage_answers(s);
    return stage_hang_up(s);
}

int stage_hang_up(struct stage *s)
{
    feed_free(s->feed);
    s->feed = NULL;
    return wait_child(s);
}

void stage_kill(struct stage *s)
{
    assert_int_equal(kill(s->child.pid, SIGKILL), 0);
    int status = wait_child(s);
    assert_true(WIFSIGNALED(status));
    feed_free(s->feed);
    s->feed = NULL;
}

struct manifest stage_manifest(const struct stage *s)
{
    struct manifest m;
    int dir = open(s->folder, O_RDONLY | O_DIRECTORY);
    manifest_init(&m);
    assert_true(dir >= 0);
    assert_int_equal(manifest_load(dir, &m), E_OK);
    (void)close(dir);
    return m;
}

void stage_end(struct stage *s)
{
    char command[160];
    (void)snprintf(command, sizeof(command), "rm -rf '%s'", s->folder);
    assert_int_equal(system(command), 0);
    (void)rmdir(s->root);
}
