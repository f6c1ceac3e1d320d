/* SPDX-License-Identifier: Apache-2.0
 * The inside of the service, for its files (service*.c, api/): the whole state and what one asks of
 * another. Thread: signaling. */
#ifndef SIGNALING_SERVICE_STATE_H
#define SIGNALING_SERVICE_STATE_H

#include "signaling/api/words.h"
#include "signaling/config.h"
#include "signaling/http/http.h"
#include "signaling/limit.h"
#include "signaling/school.h"
#include "signaling/secrets.h"
#include "signaling/service.h"
#include "signaling/session.h"
#include "signaling/store/event_reader.h"
#include "signaling/store/store.h"
#include "signaling/ticket.h"
#include "signaling/token.h"
#include "signaling/trainers.h"

enum {
    PENDING_MAX = 4096, /* answers that wait for a commit */

    CLOSE_END = 1000, /* PROTOCOL.md §3, all of these */
    CLOSE_BAD_TICKET = 4001,
    CLOSE_PROTOCOL = 4002,
    CLOSE_REMOVED = 4003,
    CLOSE_CLASS_ENDED = 4004,
    CLOSE_MOVED = 4005,
    CLOSE_TOO_FAST = 4006,
    CLOSE_NO_ANSWER = 4007,
    CLOSE_BUSY = 1013, /* RFC 6455 §7.4.1, registered: try again later */
};

/* A request whose answer waits until the store has it. */
struct pending {
    uint64_t cookie; /* 0: free */
    uint32_t request;
    unsigned status;
    char *body; /* owned, free() */
    char location[64];
    uint32_t
        undo_class; /* number of the class that does not exist when the store refused it; 0: none */
};

#define CONTROL_COOKIE (UINT64_C(1) << 62) /* of the one request of control.sock */
#define JOURNAL_COOKIE (UINT64_C(1) << 63) /* of an event's own; the rest is its number here */

enum { JOURNAL_WAITING_MAX = 8192 };

/* An answer that leaves when the events first..last are committed: to a socket, or a request that
 * waits under `cookie`. */
struct journal_answer {
    uint64_t first, last;
    uint64_t cookie; /* 0: a socket */
    uint32_t conn;
    bool has_id, failed;
    uint64_t id;
};

struct journal {
    uint8_t boot_id[LOG_BOOT_ID];
    uint64_t last; /* events handed to the store so far */
    bool refused;  /* one was not taken since journal_mark */
    bool unsynced; /* the clock */
    bool stopping; /* the leaves of the stop are said */
    usec alive_due, clock_due;
    unsigned first_waiting, n_waiting;
    struct journal_answer waiting[JOURNAL_WAITING_MAX];
};

/* The daily look at what was kept long enough. */
struct keep {
    usec due;                   /* 0: not yet said */
    uint32_t at;                /* place of the class that is next */
    unsigned classes, messages; /* erased this time */
};

struct keep_count {
    uint64_t last;
    unsigned messages; /* whose text is still there */
    bool attended;     /* somebody was expected or came */
};

enum { KEEP_DATE = 16 };

struct service_counts {
    uint64_t bad_tokens, bad_tickets, too_many, faults, messages, notes, lost, resumed, welcomed,
        removed;
    uint64_t sfu_refused, store_refused, too_fast, events_lost;
};

struct service {
    const struct config *config;
    struct log_sink log;
    struct sfu *sfu;
    struct store *store;
    struct http *http;
    uint8_t fingerprint[SFU_FINGERPRINT];
    struct token_key token_key;
    char admin_key[ADMIN_KEY_TEXT];
    struct tickets tickets;
    struct limit bad_tokens, bad_codes;
    struct school school;
    struct socket *sockets[HTTP_CONNECTIONS]; /* owned, at (conn - 1) % HTTP_CONNECTIONS */
    struct pending pending[PENDING_MAX];
    struct class_info info_before; /* during a change; large, one for all */
    struct journal journal;
    struct keep keep;
    struct trainers trainers;
    struct {
        int listen, caller; /* -1: none */
        usec since;         /* when it called */
        bool waits;         /* for the store */
        char answer[64];
    } control;
    struct event_reader *events;
    uint64_t next_cookie;
    uint32_t next_id; /* of rooms, peers, transports, publications */
    int64_t wall_ms;  /* wall clock at start; times go on from it without jumps */
    usec boot;
    usec second;                     /* when the work of each second is due */
    struct class_snapshot *snapshot; /* owned; large, one for all */
    struct sfu_stats media[SFU_MAX_WORKERS];
    struct service_counts counts;
};

int64_t service_now_ms(const struct service *v);
uint32_t service_new_id(void *ctx); /* ctx: struct school_class */

/* service_class.c: a lesson and what it says to the world */
MUST_USE enum err lesson_open(struct service *v,
                              struct school_class *c); /* makes c->class from c->kept */
void lesson_settle(struct service *v,
                   struct school_class *c); /* after each fact: stores what changed */
void lesson_close(struct service *v,
                  struct school_class *c); /* ends it, sends all out, forgets it */
MUST_USE enum err lesson_keep(struct service *v, struct school_class *c, uint64_t cookie);
MUST_USE enum err lesson_keep_person(struct service *v, const struct store_person *p,
                                     uint64_t cookie);
void lesson_tell(struct service *v, struct school_class *c,
                 const struct note *note); /* all who joined */

void lesson_deliver(struct school_class *c, const struct audience *to, const struct note *note);

/* service_site.c: the codes of places */
void site_tick(struct service *v, struct school_class *c, int64_t now_ms);
void site_snapshot(struct service *v, struct school_class *c,
                   uint32_t person); /* into v->snapshot */
/* Whose code this is now; NULL: nobody's. */
struct school_class *site_find(struct service *v, struct bytes typed, uint8_t *site);

/* service_recall.c: *sits is owned (mem_free), one for each person, on failure too; E_IO, E_NOMEM
 */
MUST_USE enum err recall_read(struct service *v, struct school_class *c,
                              struct class_config *config, struct class_restored **sits);

/* service_socket.c: sockets, hello, heartbeat */
void socket_opened(void *ctx, uint32_t conn, const struct http_peer *peer);
void socket_text(void *ctx, uint32_t conn, struct bytes text);
void socket_closed(void *ctx, uint32_t conn);
void socket_tick(struct service *v, usec now);
void socket_say(struct service *v, uint32_t conn, const struct note *note);
struct socket *socket_find(const struct service *v, uint32_t conn);
/* The session ends: its socket, if any, is closed with this code; frees the session. */
void session_end(struct service *v, struct session *s, unsigned code);

/* service_hello.c */
void hello(struct service *v, struct socket *k, const struct msg *m);

/* service_media.c, service_publish.c: what media.* asks, after the class allowed it */
enum fault media_open(struct service *v, struct session *s, const struct msg *m);
enum fault media_answer(struct service *v, struct session *s, const struct msg *m);
enum fault media_publish(struct service *v, struct session *s, const struct msg *m);
enum fault media_close(struct service *v, struct session *s, const struct msg *m);
void media_forget(struct session *s); /* the peer has gone, and its transports with it */
MUST_USE enum err media_command(struct service *v, struct session *s, struct sfu_command *c);
MUST_USE enum err media_new_ice(const struct school_class *c, struct sfu_ice *ice);
size_t media_addresses(struct service *v, const struct session *s, struct addr *out, size_t cap);

/* service_events.c: what the media plane says */
void events_take(struct service *v);

/* api/people.c: at most as many characters as a class takes, whole ones */
void people_cut(char out[PERSON_NAME_BYTES], const char *text);

/* service_journal.c: the event log */
void journal_open(struct service *v);
void journal_started(struct service *v);
void journal_stopped(struct service *v); /* nothing is logged after it */
void journal_tick(struct service *v, usec now);
void journal_class_event(struct school_class *c, const struct class_event *event);
/* What is planned now, where it differs from before (NULL: the class is new). */
void journal_plan(struct school_class *c, const struct class_info *before);
/* Fills class and times. Takes words (from malloc; NULL: none). cookie 0: as journal_note. */
MUST_USE enum err journal_put(struct school_class *c, struct log_event e, char *words,
                              uint64_t cookie);
void journal_note(struct school_class *c, struct log_event e, char *words);
/* Before a fact; after it journal_wait holds the answer back until what it logged is committed.
 * False: nothing was logged, answer now. */
uint64_t journal_mark(struct service *v);
bool journal_wait(struct service *v, uint64_t mark, struct journal_answer answer);
void journal_done(struct service *v, const struct store_done *done);
/* service_socket.c */
void journal_answered(struct service *v, const struct journal_answer *a, bool stored);

/* service_keep.c: what is erased, and when. The answer under cookie comes when no copy is left. */
void keep_tick(struct service *v, usec now);
MUST_USE enum err keep_read(struct service *v, const struct school_class *c,
                            struct keep_count *out);
void keep_erase_message(struct school_class *c, uint32_t message); /* that was deleted */
MUST_USE enum err keep_erase_messages(struct school_class *c, uint64_t cookie);
/* Private parts of the whole log, people and the class; the caller closes the lesson. */
MUST_USE enum err keep_erase_attendance(struct school_class *c, uint64_t cookie);
void keep_until(const struct service *v, const struct school_class *c, char out[KEEP_DATE]);

/* service_control.c */
MUST_USE enum err control_open(struct service *v); /* E_IO */
void control_close(struct service *v);
void control_tick(struct service *v);
void control_stored(struct service *v, const struct store_done *done);

/* api/rest.c */
void rest_request(void *ctx, const struct http_request *r);
void rest_stored(struct service *v, const struct store_done *done);

/* metrics.c: Prometheus text, returns owned (free()); NULL: no memory */
MUST_USE char *metrics_write(const struct service *v);

#endif
