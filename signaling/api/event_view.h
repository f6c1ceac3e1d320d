/* SPDX-License-Identifier: Apache-2.0
 * Events of the log as JSON (PROTOCOL.md §2). Fields that are 0 are not written. Thread: any. */
#ifndef SIGNALING_API_EVENT_VIEW_H
#define SIGNALING_API_EVENT_VIEW_H

#include "signaling/attendance/chain.h"

struct event_view {
    const struct log_event *event;
    const uint8_t *hash; /* CHAIN_HASH bytes */
    struct bytes words;  /* JSON; empty: none */
    bool erased;
};

struct event_page; /* opaque */

MUST_USE struct event_page *event_page_new(void); /* NULL: no memory; freed by event_page_write */
MUST_USE enum err event_page_add(struct event_page *p, const struct event_view *e); /* E_NOMEM */
/* Takes p (NULL gives NULL). Returns owned, free with free(); NULL: no memory. */
MUST_USE char *event_page_write(struct event_page *p, uint64_t number,
                                const uint8_t head[CHAIN_HASH]);

/* Lower-case digits of n bytes and a final 0. */
void hex_write(char *out, const uint8_t *bytes, size_t n);

#endif
