/* SPDX-License-Identifier: Apache-2.0
 * What the files of the projection share while it is made: the events on one time line, the
 * connections and check-ins that are open. Thread: any. Everything is freed by presence_new. */
#ifndef SIGNALING_ATTENDANCE_BUILD_H
#define SIGNALING_ATTENDANCE_BUILD_H

#include "signaling/attendance/presence.h"

#define NO_SEGMENT UINT32_MAX

enum link_state {
    LINK_ON,
    LINK_LOST, /* no leave yet, may come back */
    LINK_GHOST /* has left because the server stopped; who is back in grace is unbroken */
};

struct link {
    uint32_t person;         /* index into people, after merging */
    uint32_t number, device; /* as the event says them */
    uint8_t state;
    bool stop;           /* the server was the cause */
    int64_t proof_ms;    /* of life, the last */
    int64_t deadline_ms; /* with stop */
    uint32_t segment;
};

struct build {
    struct presence *p;
    const struct log_event *events;
    size_t n;
    int64_t *at_ms;  /* each event on the time line */
    bool *is_void;   /* each event: corrected away */
    bool *restarted; /* each event: the machine started anew before it */
    struct link *links;
    size_t n_links, cap_segments;
    uint32_t *in_site; /* each person: open check-in, or NO_SEGMENT */
    struct span *pauses;
    size_t n_pauses;
    int64_t *unsynced_ms, *restart_ms;
    size_t n_unsynced, n_restarts;
    int64_t ended_ms;            /* the class is over since, 0: no */
    int64_t over_ms[PERIOD_MAX]; /* the trainer ended the period then, 0: no */
    int64_t last_ms;             /* of the event before */
};

/* timeline.c: at_ms, is_void, restarted, restart_ms. */
void timeline_make(struct build *b);

/* people.c: index of a person after merging; people holds every number of the log. */
uint32_t people_index(const struct build *b, uint32_t number);
MUST_USE enum err people_make(struct build *b);

/* links.c, sites.c: one event. */
void links_on_start(struct build *b, size_t i); /* server or machine started anew before event i */
void links_on_event(struct build *b, size_t i);
void sites_on_event(struct build *b, size_t i);
struct presence_segment *segment_add(struct build *b, const struct presence_segment *s);
void links_finish(struct build *b);
void sites_finish(struct build *b);

/* cells.c: every person in every period. */
MUST_USE enum err cells_make(struct build *b);

/* order.c: any array by any order, in place. */
void order(void *items, size_t n, size_t item_bytes, int (*compare)(const void *, const void *));

#endif
