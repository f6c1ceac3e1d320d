/* SPDX-License-Identifier: Apache-2.0
 * Single-producer single-consumer ring of records. Positions grow for ever and are taken modulo the
 * size; a record never wraps: a marker length says that the rest of the ring is skipped. Leaves to
 * others what a record means. */
#include "sfu/io/mailbox.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "sfu/base/mem.h"

enum {
    RECORD_HEAD = 8, /* a 32-bit length, padded so that records stay aligned for any struct */
    RECORD_SKIP = 0x7fffffff
};

enum err wakeup_init(struct wakeup *w)
{
    w->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    atomic_init(&w->awake, false);
    return w->fd < 0 ? E_IO : E_OK;
}

void wakeup_fini(struct wakeup *w)
{
    if (w->fd >= 0)
        close(w->fd);
    w->fd = -1;
}

void wakeup_ring(struct wakeup *w)
{
    if (atomic_exchange_explicit(&w->awake, true, memory_order_acq_rel))
        return;
    const uint64_t one = 1;
    while (write(w->fd, &one, sizeof(one)) < 0 && errno == EINTR)
        ;
}

void wakeup_clear(struct wakeup *w)
{
    uint64_t count;
    while (read(w->fd, &count, sizeof(count)) < 0 && errno == EINTR)
        ;
    /* Cleared before the mailboxes are read: a push from now on rings again, so nothing is missed.
     */
    atomic_store_explicit(&w->awake, false, memory_order_seq_cst);
}

enum err mailbox_init(struct mailbox *m, size_t size, struct wakeup *wakeup)
{
    size_t rounded = 4096;
    while (rounded < size)
        rounded *= 2;
    *m = (struct mailbox){.size = rounded, .wakeup = wakeup};
    atomic_init(&m->head, 0);
    atomic_init(&m->tail, 0);
    m->buf = mem_alloc(rounded);
    return m->buf ? E_OK : E_NOMEM;
}

void mailbox_fini(struct mailbox *m)
{
    mem_free(m->buf);
    m->buf = NULL;
}

static void put_length(struct mailbox *m, size_t at, uint32_t len)
{
    memcpy(m->buf + (at & (m->size - 1)), &len, sizeof(len));
}

static uint32_t get_length(const struct mailbox *m, size_t at)
{
    uint32_t len;
    memcpy(&len, m->buf + (at & (m->size - 1)), sizeof(len));
    return len;
}

enum err mailbox_push(struct mailbox *m, struct bytes record)
{
    const size_t need = RECORD_HEAD + ((record.len + 7) & ~(size_t)7);
    const size_t head = atomic_load_explicit(&m->head, memory_order_acquire);
    size_t tail = atomic_load_explicit(&m->tail, memory_order_relaxed);
    const size_t to_end = m->size - (tail & (m->size - 1));
    const size_t skip = to_end < need ? to_end : 0;

    if (record.len >= RECORD_SKIP || need + skip > m->size - (tail - head)) {
        m->refused++;
        return E_FULL;
    }
    if (skip > 0) {
        put_length(m, tail, RECORD_SKIP);
        tail += skip;
    }
    put_length(m, tail, (uint32_t)record.len);
    memcpy(m->buf + (tail & (m->size - 1)) + RECORD_HEAD, record.p, record.len);
    atomic_store_explicit(&m->tail, tail + need, memory_order_seq_cst);
    wakeup_ring(m->wakeup);
    return E_OK;
}

bool mailbox_peek(struct mailbox *m, struct bytes *record)
{
    size_t head = atomic_load_explicit(&m->head, memory_order_relaxed);
    const size_t tail = atomic_load_explicit(&m->tail, memory_order_seq_cst);

    if (head != tail && get_length(m, head) == RECORD_SKIP) {
        head += m->size - (head & (m->size - 1));
        atomic_store_explicit(&m->head, head, memory_order_release);
    }
    if (head == tail)
        return false;
    *record = bytes_of(m->buf + (head & (m->size - 1)) + RECORD_HEAD, get_length(m, head));
    return true;
}

void mailbox_pop(struct mailbox *m)
{
    const size_t head = atomic_load_explicit(&m->head, memory_order_relaxed);
    const size_t need = RECORD_HEAD + ((get_length(m, head) + (size_t)7) & ~(size_t)7);
    atomic_store_explicit(&m->head, head + need, memory_order_release);
}
