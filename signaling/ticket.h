/* SPDX-License-Identifier: Apache-2.0
 * One-time WebSocket tickets: who may say hello, for 60 s, once. Bounded; an expired one makes
 * room. Thread: signaling. init/fini pair. */
#ifndef SIGNALING_TICKET_H
#define SIGNALING_TICKET_H

#include <stdint.h>

#include "sfu/base/err.h"
#include "sfu/base/usec.h"
#include "signaling/b64.h"

enum {
    TICKET_BYTES = 16, /* 128 bits of entropy */
    TICKET_TEXT = B64_TEXT(TICKET_BYTES),
    TICKET_S = 60,       /* PROTOCOL.md §2 */
    TICKETS_MAX = 16384, /* a table of 1,000 classes of which a few start in the same minute */
};

struct ticket_for {
    uint32_t class_slot; /* the service's number of the class */
    uint32_t person;
};

struct ticket_cell {
    uint8_t secret[TICKET_BYTES];
    struct ticket_for who;
    usec until; /* 0: free */
};

struct tickets {
    struct ticket_cell *cells; /* owned, TICKETS_MAX */
    uint32_t next;             /* where the search for a free cell starts */
};

MUST_USE enum err tickets_init(struct tickets *t);
void tickets_fini(struct tickets *t);

/* E_FULL: all are in use; E_IO: no entropy. */
MUST_USE enum err ticket_make(struct tickets *t, usec now, struct ticket_for who,
                              char out[TICKET_TEXT]);

/* Takes it out: the same text never works again. E_MALFORMED, E_NOTFOUND (never made, used, or too
 * old). */
MUST_USE enum err ticket_take(struct tickets *t, usec now, const char *text,
                              struct ticket_for *who);

/* Those of a person, or of a whole class (person 0), no longer work. */
void ticket_revoke(struct tickets *t, uint32_t class_slot, uint32_t person);

#endif
