/* SPDX-License-Identifier: Apache-2.0
 * Reads the event log beside the writer, through a connection that can only read: pages of events
 * after a number, the head of the chain, and whether it holds. Thread: its owner's. open/close
 * pair.
 */
#ifndef SIGNALING_STORE_EVENT_READER_H
#define SIGNALING_STORE_EVENT_READER_H

#include "signaling/store/store.h"

enum { EVENT_PAGE_MAX = 1000 }; /* a page: the writer's journal must not wait for a slow reader */

struct stored_event {
    struct log_event event;
    uint8_t hash[CHAIN_HASH];
    struct bytes words; /* borrowed for the call; empty: none, or erased */
    bool erased;
};

struct event_reader; /* opaque */

MUST_USE enum err event_reader_open(struct event_reader **out, const char *dir); /* E_IO, E_NOMEM */
void event_reader_close(struct event_reader *r); /* NULL is nothing */

/* Events of a class with a number above `after`, in order, at most max (and EVENT_PAGE_MAX); `each`
 * may refuse. E_OK with none: no more, or no such class. E_MALFORMED: a form that cannot be read.
 */
struct event_query {
    uint8_t class_id[STORE_CLASS_ID];
    uint64_t after;
    unsigned max;
};
MUST_USE enum err event_reader_read(struct event_reader *r, const struct event_query *what,
                                    enum err (*each)(void *ctx, const struct stored_event *e),
                                    void *ctx);

/* The last event of a class and its hash; 0 and zeros: none. E_IO. */
struct event_head {
    uint64_t number;
    uint8_t hash[CHAIN_HASH];
};
MUST_USE enum err event_reader_head(struct event_reader *r, const uint8_t class_id[STORE_CLASS_ID],
                                    struct event_head *out);

/* *out: the whole log was walked. E_MALFORMED: out->first_bad; E_IO. */
MUST_USE enum err event_reader_verify(struct event_reader *r,
                                      const uint8_t class_id[STORE_CLASS_ID],
                                      struct chain_verifier *out);

struct sqlite3;
/* The same on a connection that is open already. */
MUST_USE enum err event_log_verify(struct sqlite3 *db, const uint8_t class_id[STORE_CLASS_ID],
                                   struct chain_verifier *out);

#endif
