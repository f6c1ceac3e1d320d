/* SPDX-License-Identifier: Apache-2.0
 * Waits for the disk so that nobody else has to. Decides nothing about what is written. */
#include "recordings/sync.h"

#include "recordings/manifest_file.h"
#include "sfu/base/mem.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

struct slot {
    int fd; /* owned; −1: free */
    usec wanted, synced;
    bool last, closed, failed;
};

struct sync {
    int dir;
    pthread_t thread;
    pthread_mutex_t lock;   /* guards all below */
    pthread_mutex_t saving; /* held while the manifest is replaced; taken before lock */
    pthread_cond_t kicked;
    bool kick, end;
    struct slot slots[SYNC_SLOTS];
    char *text; /* owned; NULL: the manifest stands as it should */
    size_t len;
    struct disk_room room;
};

static void sync_files(struct sync *s)
{
    for (unsigned i = 0; i < SYNC_SLOTS; i++) {
        (void)pthread_mutex_lock(&s->lock);
        struct slot at = s->slots[i];
        (void)pthread_mutex_unlock(&s->lock);
        if (at.fd < 0 || at.closed)
            continue;
        bool failed = (at.wanted > at.synced || at.last) && fdatasync(at.fd) != 0;
        if (at.last)
            (void)close(at.fd);
        (void)pthread_mutex_lock(&s->lock);
        if (!failed)
            s->slots[i].synced = at.wanted;
        s->slots[i].failed |= failed;
        s->slots[i].closed = at.last;
        (void)pthread_mutex_unlock(&s->lock);
    }
}

static void save(struct sync *s, bool durable)
{
    (void)pthread_mutex_lock(&s->lock);
    char *text = s->text;
    size_t len = s->len;
    s->text = NULL;
    (void)pthread_mutex_unlock(&s->lock);
    if (text == NULL)
        return;
    /* A manifest that cannot be written now is rendered again within the second. */
    (void)!manifest_save_text(s->dir, bytes_of(text, len), durable);
    free(text);
}

static void measure(struct sync *s)
{
    struct disk_room room;
    if (disk_room_fd(s->dir, &room) != E_OK)
        return;
    (void)pthread_mutex_lock(&s->lock);
    s->room = room;
    (void)pthread_mutex_unlock(&s->lock);
}

static bool wait_kick(struct sync *s)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += 1;
    (void)pthread_mutex_lock(&s->lock);
    int late = 0;
    while (!s->kick && !s->end && late == 0)
        late = pthread_cond_timedwait(&s->kicked, &s->lock, &until);
    s->kick = false;
    bool end = s->end;
    (void)pthread_mutex_unlock(&s->lock);
    return !end;
}

static void *run(void *arg)
{
    struct sync *s = arg;
    bool on;
    do {
        on = wait_kick(s);
        sync_files(s);
        (void)pthread_mutex_lock(&s->saving);
        save(s, true);
        (void)pthread_mutex_unlock(&s->saving);
        measure(s);
    } while (on);
    return NULL;
}

struct sync *sync_new(int dir)
{
    pthread_condattr_t attr;
    struct sync *s = mem_alloc(sizeof(*s));
    if (s == NULL)
        return NULL;
    s->dir = dir;
    for (unsigned i = 0; i < SYNC_SLOTS; i++)
        s->slots[i].fd = -1;
    if (disk_room_fd(dir, &s->room) != E_OK)
        s->room = (struct disk_room){.free = UINT64_MAX, .total = 0};
    (void)pthread_mutex_init(&s->lock, NULL);
    (void)pthread_mutex_init(&s->saving, NULL);
    (void)pthread_condattr_init(&attr);
    (void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&s->kicked, &attr);
    (void)pthread_condattr_destroy(&attr);
    if (pthread_create(&s->thread, NULL, run, s) == 0)
        return s;
    mem_free(s);
    return NULL;
}

void sync_free(struct sync *s)
{
    if (s == NULL)
        return;
    (void)pthread_mutex_lock(&s->lock);
    s->end = true;
    (void)pthread_cond_signal(&s->kicked);
    (void)pthread_mutex_unlock(&s->lock);
    (void)pthread_join(s->thread, NULL);
    for (unsigned i = 0; i < SYNC_SLOTS; i++)
        if (s->slots[i].fd >= 0 && !s->slots[i].closed)
            (void)close(s->slots[i].fd);
    free(s->text);
    (void)pthread_cond_destroy(&s->kicked);
    (void)pthread_mutex_destroy(&s->saving);
    (void)pthread_mutex_destroy(&s->lock);
    mem_free(s);
}

enum err sync_open(struct sync *s, const char *file, unsigned *slot)
{
    enum err e = E_FULL;
    (void)pthread_mutex_lock(&s->lock);
    for (unsigned i = 0; i < SYNC_SLOTS && e == E_FULL; i++) {
        if (s->slots[i].fd >= 0)
            continue;
        s->slots[i] = (struct slot){.fd = openat(s->dir, file, O_WRONLY | O_CLOEXEC | O_NOFOLLOW)};
        *slot = i;
        e = s->slots[i].fd >= 0 ? E_OK : E_IO;
    }
    (void)pthread_mutex_unlock(&s->lock);
    return e;
}

void sync_upto(struct sync *s, unsigned slot, usec upto, bool last)
{
    (void)pthread_mutex_lock(&s->lock);
    struct slot *at = &s->slots[slot];
    at->wanted = upto > at->wanted ? upto : at->wanted;
    at->last |= last;
    (void)pthread_mutex_unlock(&s->lock);
}

void sync_manifest(struct sync *s, char *text, size_t len)
{
    (void)pthread_mutex_lock(&s->lock);
    free(s->text);
    s->text = text;
    s->len = len;
    (void)pthread_mutex_unlock(&s->lock);
}

void sync_manifest_now(struct sync *s, char *text, size_t len)
{
    sync_manifest(s, text, len);
    if (pthread_mutex_trylock(&s->saving) != 0)
        return;
    save(s, false);
    (void)pthread_mutex_unlock(&s->saving);
}

void sync_kick(struct sync *s)
{
    (void)pthread_mutex_lock(&s->lock);
    s->kick = true;
    (void)pthread_cond_signal(&s->kicked);
    (void)pthread_mutex_unlock(&s->lock);
}

struct sync_state sync_state(struct sync *s, unsigned slot)
{
    (void)pthread_mutex_lock(&s->lock);
    struct slot *at = &s->slots[slot];
    struct sync_state out = {.upto = at->synced, .closed = at->closed, .failed = at->failed};
    if (at->closed)
        at->fd = -1;
    (void)pthread_mutex_unlock(&s->lock);
    return out;
}

struct disk_room sync_room(struct sync *s)
{
    (void)pthread_mutex_lock(&s->lock);
    struct disk_room out = s->room;
    (void)pthread_mutex_unlock(&s->lock);
    return out;
}
