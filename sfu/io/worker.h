/* SPDX-License-Identifier: Apache-2.0
 * One thread, one epoll, one engine: the only loop that feeds facts to an engine and carries its
 * decisions out. Thread: start and stop from signalling; everything else in between is the worker's
 * own. */
#ifndef SFU_IO_WORKER_H
#define SFU_IO_WORKER_H

#include "sfu/core/engine.h"
#include "sfu/io/mailbox.h"
#include "sfu/io/udp.h"

struct worker; /* opaque */

struct worker_config {
    unsigned index, count;
    struct engine_config engine;
    struct udp *udp;          /* taken */
    struct mailbox *commands; /* borrowed; the worker reads */
    struct mailbox *events;   /* borrowed; the worker writes */
    struct wakeup *wakeup;    /* borrowed; this worker's own */
    /* relay[from * count + to], borrowed by all workers; entries from == to are unused. */
    struct mailbox *relay;
};

/* E_NOMEM, E_IO. On failure the udp socket is closed too. */
MUST_USE enum err worker_start(struct worker **out, const struct worker_config *config);
void worker_stop(struct worker *w); /* waits for the thread; NULL is nothing */

#endif
