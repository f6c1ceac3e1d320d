/* SPDX-License-Identifier: Apache-2.0
 * A bounded queue of byte records from one thread to one other, with a wake-up: the one way threads
 * talk. Thread: push from the one writer, pop from the one reader; no lock. */
#ifndef SFU_IO_MAILBOX_H
#define SFU_IO_MAILBOX_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sfu/base/bytes.h"
#include "sfu/base/err.h"

/* What wakes a reader that waits in epoll: an eventfd shared by all its mailboxes. */
struct wakeup {
    int fd;
    atomic_bool awake; /* any thread: true while a wake-up is already on its way */
};

MUST_USE enum err wakeup_init(struct wakeup *w);
void wakeup_fini(struct wakeup *w);
void wakeup_ring(struct wakeup *w);  /* any thread; one system call at most until it is cleared */
void wakeup_clear(struct wakeup *w); /* the reader, before it looks into its mailboxes */

struct mailbox {
    uint8_t *buf;          /* owned */
    size_t size;           /* bytes, a power of two */
    struct wakeup *wakeup; /* borrowed: the reader's */
    _Atomic size_t head;   /* written by the reader */
    uint8_t apart[64];     /* head and tail in cache lines of their own */
    _Atomic size_t tail;   /* written by the writer */
    uint64_t refused;      /* writer only: pushes that met the ceiling */
};

/* size is rounded up to a power of two. E_NOMEM. init/fini pair; both threads must be done with it
 * at fini. */
MUST_USE enum err mailbox_init(struct mailbox *m, size_t size, struct wakeup *wakeup);
void mailbox_fini(struct mailbox *m);

/* Copies the record in and wakes the reader. E_FULL (counted): nothing was written. */
MUST_USE enum err mailbox_push(struct mailbox *m, struct bytes record);
/* The oldest record, borrowed until mailbox_pop; false: empty. */
bool mailbox_peek(struct mailbox *m, struct bytes *record);
void mailbox_pop(struct mailbox *m);

#endif
