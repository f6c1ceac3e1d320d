/* SPDX-License-Identifier: Apache-2.0
 * The loop of amphi-recorder: messages in order, what is due each second, and how a recording ends.
 * Frames are recorder_track.c's. */
#include "recordings/recorder.h"

#include "recordings/manifest_file.h"
#include "recordings/manifest_json.h"
#include "recordings/recorder_state.h"
#include "recordings/recover.h"
#include "sfu/base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    BATCH = 256,    /* messages between two looks at the clock */
    FEW = 64,       /* fewer in one go: there is time to let more arrive */
    GATHER_MS = 40, /* … and wake the writing threads once for them; the socket holds 250 KB, that
                       is 40 Mbit/s, and the server's queue two seconds more */
    ENDING_MS = 50, /* how often files that end are looked at */
    LOCK_TRIES = 100, /* the last recorder may still be finishing its files: 5 s */
    LOCK_PAUSE_MS = 50
};
#define GIVE_UP_US USEC_S(8) /* the replay must be there 10 s after the end */

static usec clock_usec(clockid_t id)
{
    struct timespec t;
    (void)clock_gettime(id, &t);
    return USEC_S(t.tv_sec) + t.tv_nsec / 1000;
}

usec recorder_now(void)
{
    return clock_usec(CLOCK_BOOTTIME);
}

/* Answers are small and few; a server that does not read them loses some. */
void recorder_answer(struct recorder *r, const struct frame_msg *m)
{
    uint8_t room[128];
    struct writer w = writer_over(room, sizeof(room));
    if (!r->gone && frame_write(&w, m) == E_OK)
        (void)!send(r->fd, w.p, w.len, MSG_DONTWAIT | MSG_NOSIGNAL);
}

void recorder_save_now(struct recorder *r)
{
    size_t len = 0;
    char *text = manifest_json_write(&r->manifest, &len);
    if (text != NULL)
        sync_manifest_now(r->sync, text, len);
}

static void refuse(struct recorder *r, enum frame_reason why)
{
    recorder_answer(r, &(struct frame_msg){.type = FRAME_FAILED, .reason = why});
    r->refused = true;
}

static void pause_ms(int ms)
{
    struct timespec t = {.tv_nsec = ms * 1000000L};
    (void)nanosleep(&t, NULL);
}

static bool lock_folder(int dir)
{
    for (int i = 0; i < LOCK_TRIES; i++) {
        if (flock(dir, LOCK_EX | LOCK_NB) == 0)
            return true;
        pause_ms(LOCK_PAUSE_MS);
    }
    return false;
}

static bool same_recording(const struct recorder *r, const struct frame_msg *m)
{
    return bytes_equal(bytes_of(r->manifest.id, strlen(r->manifest.id)), m->start.id) &&
           bytes_equal(bytes_of(r->manifest.class_id, strlen(r->manifest.class_id)),
                       m->start.class_id);
}

/* A new table, or the one of a recording that goes on. */
static enum err begin_manifest(struct recorder *r, const struct frame_msg *m)
{
    enum err e = manifest_load(r->dir, &r->manifest);
    if (e == E_OK) {
        if (!same_recording(r, m))
            return E_EXISTS;
        manifest_resume(&r->manifest, m->start.wall_ms, m->at);
        return E_OK;
    }
    if (e != E_NOTFOUND)
        return e;
    r->manifest.started_boot = m->at;
    r->manifest.started_wall_ms = m->start.wall_ms;
    return manifest_begin(&r->manifest, m->start.id, m->start.class_id);
}

static uint32_t highest_track(const struct manifest *m)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < m->n_tracks; i++)
        n = m->tracks[i].number > n ? m->tracks[i].number : n;
    return n;
}

static void start(struct recorder *r, const struct frame_msg *m)
{
    struct disk_room room;
    if (r->dir >= 0)
        return;
    memcpy(r->folder, m->start.directory.p, m->start.directory.len);
    r->limit =
        (struct disk_limit){.percent = m->start.min_free_percent, .bytes = m->start.min_free_bytes};
    if (mkdir(r->folder, 0750) != 0 && errno != EEXIST) {
        refuse(r, FRAME_REASON_DISK);
        return;
    }
    r->dir = open(r->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (r->dir < 0 || disk_room_fd(r->dir, &room) != E_OK || disk_is_low(&room, &r->limit)) {
        refuse(r, FRAME_REASON_DISK);
        return;
    }
    if (!lock_folder(r->dir)) {
        refuse(r, FRAME_REASON_BUSY);
        return;
    }
    enum err e = begin_manifest(r, m);
    if (e != E_OK) {
        refuse(r, e == E_IO ? FRAME_REASON_DISK : FRAME_REASON_TAKEN);
        return;
    }
    if (manifest_reserve(r->dir) != E_OK || manifest_save(r->dir, &r->manifest) != E_OK ||
        (r->sync = sync_new(r->dir)) == NULL) {
        refuse(r, FRAME_REASON_DISK);
        return;
    }
    recorder_answer(
        r, &(struct frame_msg){.type = FRAME_STARTED, .track = highest_track(&r->manifest)});
}

static void stop(struct recorder *r, usec at)
{
    if (r->stopping)
        return;
    r->stopping = true;
    r->stop_at = at;
    r->give_up_at = recorder_now() + GIVE_UP_US;
    for (unsigned i = 0; i < RECORDER_OPEN_MAX; i++)
        if (r->intakes[i].number != 0)
            intake_close(r, &r->intakes[i]);
}

static void take(struct recorder *r, const struct frame_msg *m)
{
    struct intake *in;
    if (m->type == FRAME_START)
        start(r, m);
    if (r->sync == NULL || r->stopping || r->refused)
        return;
    switch (m->type) {
    case FRAME_OPEN: intake_open(r, m); break;
    case FRAME_FRAME: intake_part(r, m); break;
    case FRAME_MUTE: intake_mute(r, m); break;
    case FRAME_CLOSE:
        in = intake_of(r, m->track);
        if (in != NULL)
            intake_close(r, in);
        break;
    case FRAME_MARK:
        /* A full table has no room for more marks; the event log has them all. */
        (void)!manifest_add_mark(&r->manifest, manifest_ms(&r->manifest, m->at), m->mark);
        break;
    case FRAME_STOP: stop(r, m->at); break;
    default: break;
    }
}

/* All messages that are there, at most BATCH; how many. */
static int receive(struct recorder *r)
{
    static uint8_t packet[FRAME_MESSAGE_MAX + 1];
    struct frame_msg m;
    for (int i = 0; i < BATCH; i++) {
        ssize_t n = recv(r->fd, packet, sizeof(packet), MSG_DONTWAIT);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return i;
        if (n <= 0) {
            r->gone = true;
            stop(r, recorder_now());
            return i;
        }
        if (frame_read(&m, bytes_of(packet, (size_t)n)) == E_OK)
            take(r, &m);
    }
    return BATCH;
}

static void second(struct recorder *r, usec now)
{
    size_t len = 0;
    struct disk_room room = sync_room(r->sync);
    outlets_second(r);
    char *text = manifest_json_write(&r->manifest, &len);
    if (text != NULL)
        sync_manifest(r->sync, text, len);
    sync_kick(r->sync);
    if (disk_is_low(&room, &r->limit) && !r->low && !r->stopping) {
        r->low = true;
        recorder_answer(r, &(struct frame_msg){.type = FRAME_LOW_DISK, .free_bytes = room.free});
        stop(r, now);
    }
}

static int wait_ms(const struct recorder *r, bool ending, usec now)
{
    usec left = r->next_second > now ? (r->next_second - now) / 1000 + 1 : 0;
    return ending && left > ENDING_MS ? ENDING_MS : (int)left;
}

static void loop(struct recorder *r)
{
    bool ending = false, gather;
    while (!r->refused && !(r->stopping && !ending)) {
        usec now = recorder_now();
        struct pollfd p = {.fd = r->gone ? -1 : r->fd, .events = POLLIN};
        (void)poll(&p, 1, wait_ms(r, ending, now));
        if ((p.revents & (POLLIN | POLLHUP | POLLERR)) != 0)
            gather = receive(r) < FEW && r->sync != NULL && !r->stopping;
        else
            gather = false;
        if (gather)
            pause_ms(GATHER_MS);
        now = recorder_now();
        if (r->sync != NULL && now >= r->next_second)
            second(r, now);
        if (now >= r->next_second)
            r->next_second = now + USEC_S(1);
        ending = outlets_turn(r);
        if (r->stopping && now >= r->give_up_at)
            break;
    }
}

/* What is left to do with the folder once no file is being written. */
static enum err finish(struct recorder *r)
{
    outlets_cut_off(r);
    sync_free(r->sync);
    r->sync = NULL;
    int64_t at = manifest_ms(&r->manifest, r->stop_at);
    manifest_unreserve(r->dir);
    enum err e = recover_segments(r->dir, &r->manifest);
    if (!r->gone)
        manifest_finish(&r->manifest, MANIFEST_FINISHED, at);
    enum err saved = manifest_save(r->dir, &r->manifest);
    if (saved == E_OK)
        recorder_answer(r, &(struct frame_msg){.type = FRAME_STOPPED});
    return e != E_OK ? e : saved;
}

enum err recorder_run(int fd)
{
    struct recorder *r = mem_alloc(sizeof(*r));
    if (r == NULL)
        return E_NOMEM;
    r->fd = fd;
    r->dir = -1;
    manifest_init(&r->manifest);
    loop(r);
    enum err e = r->refused ? E_STATE : E_OK;
    if (r->sync != NULL)
        e = finish(r);
    if (e == E_OK && r->gone)
        e = E_GONE;
    manifest_fini(&r->manifest);
    if (r->dir >= 0)
        (void)close(r->dir);
    (void)close(fd);
    mem_free(r);
    return e;
}
