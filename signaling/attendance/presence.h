/* SPDX-License-Identifier: Apache-2.0
 * Who was there: a projection of a class's log, rebuilt from its events alone. Any beginning of a
 * log gives a valid answer; what was open at its end is closed at the last proof of life. Thread:
 * any. new/free pair; the answer owns its memory and borrows nothing of the events.
 *
 * Rules. A connection counts from its entry to its leave. A cut of at most grace_ms, measured from
 * the last proof of life, stays present with a note; a longer one ends there. When the server
 * stopped, the grace runs from its start. In a place: from check-in to check-out, to the period's
 * end or as the trainer says. In a place and connected is in a place: the two never add up twice. A
 * pause bridges the absence of who was there when it began and came back. Corrections are applied
 * last, the later over the earlier. */
#ifndef SIGNALING_ATTENDANCE_PRESENCE_H
#define SIGNALING_ATTENDANCE_PRESENCE_H

#include "signaling/attendance/event.h"
#include "signaling/attendance/period.h"

#include <stddef.h>

struct presence_limits {
    int64_t grace_ms; /* a cut up to this is none */
    int64_t stop_ms;  /* a stop of the server up to this is bridged for who comes back in grace */
    int64_t late_ms, early_ms;
};
extern const struct presence_limits presence_default_limits; /* 60 s, 10 min, 10 min, 10 min */

enum segment_kind {
    SEGMENT_LINK, /* a connected page */
    SEGMENT_CUT,  /* bridged: a short cut */
    SEGMENT_STOP, /* bridged: the server was down */
    SEGMENT_SITE, /* in a place */
    SEGMENT_PRESENT,
    SEGMENT_ABSENT, /* corrections */
    N_SEGMENT
};

struct presence_segment {
    struct span at;
    uint64_t event;  /* that began it */
    uint32_t person; /* after merging */
    uint32_t device;
    uint32_t by;           /* ticked, or corrected */
    uint32_t confirmed_by; /* the trainer, at the period's end; 0: not confirmed */
    uint16_t site;
    uint8_t period; /* of a check-in: index */
    uint8_t kind;   /* enum segment_kind */
    uint8_t how;    /* SEGMENT_SITE: bits 1 << enum log_how */
    uint8_t end;    /* enum log_left; NONE: open, or goes on over a cut */
    bool open;      /* at the end of the log */
};

/* What one person was in one period. Bits of `notes`. */
enum presence_note {
    NOTED_CUT = 1,        /* short cuts: n_cuts */
    NOTED_STOP = 2,       /* "arrêt du serveur" */
    NOTED_NETWORK = 4,    /* a stay ended for the network */
    NOTED_REMOVED = 8,    /* sent out */
    NOTED_CORRECTED = 16, /* by corrected_by */
    NOTED_CLOCK = 32,     /* the clock was not synchronised */
    NOTED_RESTART = 64,   /* the machine started anew: across it the wall clock counts */
    NOTED_PAUSE = 128     /* away during a pause */
};

enum presence_state {
    CELL_TO_COME, /* the period has not begun */
    CELL_RUNNING,
    CELL_OVER
};

struct presence_cell {
    int64_t present_ms, site_ms, remote_ms; /* present = site + remote, always */
    int64_t first_ms, last_ms;              /* 0 when never there */
    int64_t away_ms;                        /* of the interruptions */
    uint32_t n_away;                        /* interruptions between first and last */
    uint32_t n_cuts;
    uint32_t ticked_by, confirmed_by, corrected_by; /* the last of each; 0: nobody */
    uint16_t site;                                  /* the last; 0: none */
    uint8_t how;                                    /* bits 1 << enum log_how */
    uint8_t notes;                                  /* enum presence_note */
    uint8_t state;                                  /* enum presence_state */
    bool linked;                                    /* was connected */
    bool late, early, absent;
};

/* Bits of `here`: at the end of the log. */
enum presence_here { HERE_REMOTE = 1, HERE_LOST = 2, HERE_SITE = 4 };

struct presence_person {
    uint32_t number;
    uint32_t merged_into; /* 0: is itself; else all of it stands there */
    uint8_t role;         /* enum log_role */
    uint8_t here;         /* enum presence_here */
    uint16_t site;        /* with HERE_SITE */
    bool expected, declared;
    uint32_t joins, leaves; /* of connections; a join that is open has no leave yet */
    uint32_t open;          /* connections open or within grace: joins = leaves + open */
};

struct presence {
    struct presence_limits limits;
    struct periods periods;
    size_t n_people, n_segments;
    struct presence_person *people;    /* in order of number */
    struct presence_segment *segments; /* in order of person, then of beginning */
    struct presence_cell *cells;       /* n_people rows of PERIOD_MAX */
    uint64_t number;                   /* of the last event */
    int64_t as_of_ms;
    uint32_t version; /* of the record: 1, and one more for each re-opening */
    uint32_t odd;     /* events that did not fit what came before, left out */
    bool ended, unsynced;
};

/* plan: used until the log plans its own periods; may be NULL. as_of_ms: now; at least the end of
 * the log is taken. events are those of one class, from number 1 on. E_NOMEM. */
struct presence_input {
    const struct log_event *events;
    size_t n;
    const struct periods *plan;
    const struct presence_limits *limits; /* NULL: the default ones */
    int64_t as_of_ms;
};
MUST_USE enum err presence_new(struct presence **out, const struct presence_input *in);
void presence_free(struct presence *p); /* NULL is nothing */

const struct presence_person *presence_find(const struct presence *p, uint32_t number); /* NULL */
const struct presence_cell *presence_cell_of(const struct presence *p, size_t person,
                                             size_t period);

/* "attendus 27 · présents 21 · en salle 9": learners only; present counts those of the places. */
struct presence_count {
    uint32_t expected, present, in_place;
};
struct presence_count presence_count(const struct presence *p);
/* Stands in the record: a learner, expected or seen, not merged away. */
bool presence_is_row(const struct presence_person *p);

#endif
