/* SPDX-License-Identifier: Apache-2.0
 * Writes to the recorder without waiting. Decides what is queued and what is dropped; which frames
 * are sent at all is the caller's. */
#include "recordings/feed.h"

#include "sfu/base/mem.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

/* Queue: [length u32 | capture time u64 | message] … in one ring of bytes. */
enum { ENTRY_HEADER = 12, NO_TIME = 0 };

/* The kernel doubles it for its own book-keeping; below every net.core.wmem_max in use, so that the
 * bound is the same everywhere. */
enum { SOCKET_BYTES = 128 * 1024 };

struct feed {
    int fd;         /* owned */
    uint8_t *queue; /* owned, FEED_QUEUE_BYTES */
    size_t first, used;
    bool gap[FRAME_TRACKS_MAX + 1]; /* something of this track was dropped */
    struct feed_figures figures;
    uint8_t message[FRAME_MESSAGE_MAX];
    uint8_t answer[FRAME_MESSAGE_MAX];
};

struct feed *feed_new(int fd)
{
    int wanted = SOCKET_BYTES;
    struct feed *f = mem_alloc(sizeof(*f));
    if (f == NULL)
        return NULL;
    f->queue = mem_alloc(FEED_QUEUE_BYTES);
    if (f->queue == NULL) {
        mem_free(f);
        return NULL;
    }
    f->fd = fd;
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &wanted, sizeof(wanted));
    return f;
}

void feed_free(struct feed *f)
{
    if (f == NULL)
        return;
    (void)close(f->fd);
    mem_free(f->queue);
    mem_free(f);
}

static void ring_write(struct feed *f, const uint8_t *p, size_t n)
{
    size_t at = (f->first + f->used) % FEED_QUEUE_BYTES;
    size_t straight = n < FEED_QUEUE_BYTES - at ? n : FEED_QUEUE_BYTES - at;
    memcpy(f->queue + at, p, straight);
    memcpy(f->queue, p + straight, n - straight);
    f->used += n;
}

static void ring_read(const struct feed *f, size_t skip, uint8_t *p, size_t n)
{
    size_t at = (f->first + skip) % FEED_QUEUE_BYTES;
    size_t straight = n < FEED_QUEUE_BYTES - at ? n : FEED_QUEUE_BYTES - at;
    memcpy(p, f->queue + at, straight);
    memcpy(p + straight, f->queue, n - straight);
}

static void enqueue(struct feed *f, struct bytes message, usec at)
{
    uint8_t header[ENTRY_HEADER];
    put_be32(header, (uint32_t)message.len);
    put_be64(header + 4, (uint64_t)at);
    ring_write(f, header, sizeof(header));
    ring_write(f, message.p, message.len);
}

/* E_AGAIN: the socket is full. */
static enum err send_now(struct feed *f, struct bytes message)
{
    ssize_t n;
    do
        n = send(f->fd, message.p, message.len, MSG_DONTWAIT | MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    if (n >= 0)
        return E_OK;
    if (errno == EAGAIN || errno == ENOBUFS)
        return E_AGAIN;
    f->figures.broken = true;
    return E_IO;
}

enum err feed_flush(struct feed *f)
{
    uint8_t header[ENTRY_HEADER];
    while (f->used > 0 && !f->figures.broken) {
        ring_read(f, 0, header, sizeof(header));
        size_t len = be32(header);
        ring_read(f, ENTRY_HEADER, f->answer, len);
        enum err e = send_now(f, bytes_of(f->answer, len));
        if (e == E_AGAIN)
            return E_OK;
        if (e != E_OK)
            return e;
        f->first = (f->first + ENTRY_HEADER + len) % FEED_QUEUE_BYTES;
        f->used -= ENTRY_HEADER + len;
    }
    return f->figures.broken ? E_IO : E_OK;
}

/* Capture time of the oldest queued frame; NO_TIME when nothing with a time waits at the front. */
static usec oldest(const struct feed *f)
{
    uint8_t header[ENTRY_HEADER];
    if (f->used == 0)
        return NO_TIME;
    ring_read(f, 0, header, sizeof(header));
    return (usec)be64(header + 4);
}

/* Sends or queues one message; the caller made sure of the space. */
static enum err pass(struct feed *f, const struct frame_msg *m)
{
    struct writer w = writer_over(f->message, sizeof(f->message));
    enum err e = frame_write(&w, m);
    if (e == E_OK && f->used == 0)
        e = send_now(f, writer_bytes(&w));
    else if (e == E_OK)
        e = E_AGAIN;
    if (e != E_AGAIN)
        return e;
    enqueue(f, writer_bytes(&w), m->at);
    return E_OK;
}

enum err feed_send(struct feed *f, const struct frame_msg *m)
{
    enum err e = feed_flush(f);
    if (e != E_OK)
        return e;
    if (m->type == FRAME_FRAME)
        return E_RANGE;
    if (FEED_QUEUE_BYTES - f->used < FRAME_MESSAGE_MAX + ENTRY_HEADER) {
        f->figures.broken = true;
        return E_IO;
    }
    return pass(f, m);
}

static bool fits(const struct feed *f, size_t len, usec captured)
{
    size_t parts = len / FRAME_PART_MAX + 1;
    size_t need = len + parts * (ENTRY_HEADER + 64);
    usec from = oldest(f);
    return FEED_QUEUE_BYTES - f->used >= need + FEED_RESERVE_BYTES &&
           (from == NO_TIME || captured - from <= FEED_QUEUE_US);
}

enum err feed_frame(struct feed *f, const struct frame_msg *m)
{
    struct bytes left = m->frame.bytes;
    struct frame_msg part = *m;
    if (m->type != FRAME_FRAME || left.len == 0 || left.len > FRAME_BYTES_MAX || m->track == 0 ||
        m->track > FRAME_TRACKS_MAX || m->at < 0)
        return E_RANGE;
    enum err e = feed_flush(f);
    if (e != E_OK)
        return e;
    f->figures.frames++;
    if (!fits(f, left.len, m->at)) {
        f->gap[m->track] = true;
        f->figures.dropped++;
        return E_FULL;
    }
    if (f->gap[m->track])
        part.flags |= FRAME_FLAG_GAP;
    part.frame.whole = (uint32_t)left.len;
    for (part.frame.offset = 0; left.len > 0 && e == E_OK;) {
        size_t n = left.len < FRAME_PART_MAX ? left.len : FRAME_PART_MAX;
        part.frame.bytes = bytes_of(left.p, n);
        e = pass(f, &part);
        part.frame.offset += (uint32_t)n;
        left = bytes_skip(left, n);
    }
    if (e == E_OK) {
        f->gap[m->track] = false;
        f->figures.bytes += part.frame.whole;
    }
    return e;
}

bool feed_waits(const struct feed *f)
{
    return f->used > 0;
}

enum err feed_answer(struct feed *f, struct frame_msg *out)
{
    ssize_t n;
    do
        n = recv(f->fd, f->answer, sizeof(f->answer), MSG_DONTWAIT);
    while (n < 0 && errno == EINTR);
    if (n < 0 && errno == EAGAIN)
        return E_AGAIN;
    if (n <= 0)
        return E_IO;
    enum err e = frame_read(out, bytes_of(f->answer, (size_t)n));
    return e == E_OK && out->type < FRAME_STARTED ? E_MALFORMED : e == E_OK ? E_OK : E_MALFORMED;
}

int feed_fd(const struct feed *f)
{
    return f->fd;
}

struct feed_figures feed_figures(const struct feed *f)
{
    struct feed_figures out = f->figures;
    out.queued = f->used;
    return out;
}
