/* SPDX-License-Identifier: Apache-2.0
 * What must survive a restart: classes, the revocation numbers of their links, people, trainers,
 * each class's event log with its chain (read through event_reader.h). Puts are queued and
 * committed by one writer thread, many in one commit; each is answered after its commit with full
 * sync. Thread: signaling, but for the wake function, which the writer calls. open/close pair.
 * Bounded: a full queue is E_FULL and the request it belongs to is refused. */
#ifndef SIGNALING_STORE_STORE_H
#define SIGNALING_STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "sfu/base/err.h"
#include "sfu/base/log.h"
#include "signaling/attendance/chain.h"
#include "signaling/attendance/roster.h"
#include "signaling/classroom/person.h"
#include "signaling/note.h"

enum {
    STORE_CLASS_ID = 16, /* random bytes */
    STORE_QUEUE_MAX = 4096,
    STORE_HELP_MAX = 801,   /* bytes with the final 0: 200 characters */
    STORE_TRAINERS_MAX = 8, /* of a class */
    STORE_WORDS_MAX =
        32 * 1024, /* bytes of a private part: a message of 4,000 characters as JSON */
};

struct store_class {
    uint8_t id[STORE_CLASS_ID];
    struct class_info info;
    struct policy policy;
    uint8_t entrance; /* enum entrance */
    bool ended;
    bool deleted; /* only its attendance is kept, to its term */
    uint32_t revocation[N_ROLE];
    bool open_link; /* anyone may declare themselves through it */
    uint32_t revocation_open;
    uint16_t late_min, early_min; /* from when on the record says so */
    char help[STORE_HELP_MAX];    /* whom to ask, as the trainer wrote it */
    uint8_t n_trainers;
    uint32_t trainers[STORE_TRAINERS_MAX]; /* whose class it is */
    int64_t created_ms;
};

/* Of a trainer's home link only the hash of its secret is kept. */
struct store_trainer {
    uint32_t number;
    bool revoked;
    uint8_t secret[CHAIN_HASH];
    char name[PERSON_NAME_BYTES];
};

struct store_person {
    uint8_t class_id[STORE_CLASS_ID];
    uint32_t number;
    uint8_t role; /* enum role */
    bool removed;
    uint8_t identity; /* enum identity */
    uint32_t revocation;
    uint32_t merged_into; /* 0: is itself */
    char name[PERSON_NAME_BYTES];
    /* "": not known. Family and given name of people of a list and of declared ones. */
    char family[ROSTER_NAME], given[ROSTER_NAME];
    char organisation[ROSTER_ORGANISATION], email[ROSTER_EMAIL], external_id[ROSTER_ID];
};

/* The writer gives the number and the place in the chain, in the order of the puts. */
struct store_event {
    struct log_event event; /* .number is not read */
    struct bytes words;     /* the private part, UTF-8 JSON; empty: none. Borrowed by store_put */
};

/* Private parts of a class's log; 0 means any. The chain stays whole. */
struct store_erase {
    uint8_t class_id[STORE_CLASS_ID];
    uint32_t person;
    uint64_t number;
    uint8_t kind;    /* enum log_kind */
    uint64_t target; /* a message, numbered since the server started last */
};

enum store_kind {
    STORE_PUT_CLASS,
    STORE_DELETE_CLASS, /* and its people; only .class.id is read */
    STORE_PUT_PERSON,
    STORE_APPEND_EVENT,
    STORE_ERASE_WORDS, /* answered once no copy is left in the database or its journal */
    STORE_PUT_TRAINER,
    STORE_DELETE_LOG, /* events, private parts and chain of a class; only .erase.class_id is read */
};

struct store_op {
    uint8_t kind;    /* enum store_kind */
    uint64_t cookie; /* the caller's, handed back; 0: no answer wanted */
    union {
        struct store_class class;
        struct store_person person;
        struct store_trainer trainer;
        struct store_event event;
        struct store_erase erase;
    };
};

struct store_done {
    uint64_t cookie;
    enum err err;    /* E_OK: committed and synced; E_IO: not stored; E_AGAIN: erased, but a reader
                        kept    the journal: its copies go with the next commit */
    uint64_t number; /* of the event that was appended */
};

struct store; /* opaque */

/* The log of a class that is not ended, checked at start. */
struct store_chain {
    uint8_t class_id[STORE_CLASS_ID];
    uint64_t number; /* of the last event */
    uint8_t head[CHAIN_HASH];
    uint64_t first_bad; /* 0: the chain holds */
};

struct store_reader {
    void *ctx;
    enum err (*on_class)(void *ctx, const struct store_class *c);
    enum err (*on_person)(void *ctx, const struct store_person *p);   /* its class came before */
    enum err (*on_trainer)(void *ctx, const struct store_trainer *t); /* may be NULL */
    void (*on_chain)(void *ctx, const struct store_chain *c);         /* may be NULL */
};

/* Opens or creates DIR/amphi.db, brings the schema to this version, reads everything to reader,
 * starts the writer. E_IO; E_UNSUPPORTED: made by a later version; what the reader refused. */
MUST_USE enum err store_open(struct store **out, const char *dir, struct log_sink log,
                             const struct store_reader *reader);

/* Called from the writer when answers are ready; it must not call the store. NULL: nobody is woken
 * from the return of this call on. */
void store_on_done(struct store *s, void (*wake)(void *ctx), void *ctx);

MUST_USE enum err
store_put(struct store *s,
          const struct store_op *op); /* E_FULL, E_NOMEM, E_RANGE: words, E_STATE: closing */
bool store_take_done(struct store *s, struct store_done *out); /* false: none waiting */
unsigned store_waiting(struct store *s);                       /* puts not yet committed */

void store_close(struct store *s);       /* commits what is queued; NULL is nothing */
const char *store_library_version(void); /* of SQLite, as it runs */

#endif
