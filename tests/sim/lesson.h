/* SPDX-License-Identifier: Apache-2.0
 * A simulated lesson: engines, a virtual network and people who talk and show, in one virtual time.
 * Thread: test. lesson_open/lesson_close pair; people live as long as the lesson. */
#ifndef TESTS_SIM_LESSON_H
#define TESTS_SIM_LESSON_H

#include "sfu/core/engine.h"
#include "tests/sim/net.h"
#include "tests/sim/person.h"
#include "tests/sim/plain.h"

enum { LESSON_ROOM = 7, LESSON_PEOPLE = 40, LESSON_WORKERS = 2 };

struct lesson {
    struct net net;
    struct plain plain[LESSON_WORKERS];
    struct engine *engines[LESSON_WORKERS];
    unsigned workers;
    usec deadlines[LESSON_WORKERS];
    usec now;
    struct person *people[LESSON_PEOPLE];
    unsigned n_people;
    uint32_t next_id;
    uint64_t datagrams_to_strangers; /* towards addresses of nobody */
    struct sfu_event last_speakers;
    unsigned speakers_events;
    uint64_t relayed_bytes; /* between workers */
    bool blocked;           /* nothing passes the network */
};

void lesson_open(struct lesson *l, unsigned workers, uint64_t seed);
void lesson_close(struct lesson *l);
void lesson_run(struct lesson *l, usec for_us);

/* Joins, opens both connections and answers; media begins when they are up. Sources: enum sfu_may
 * bits. */
struct person *lesson_join(struct lesson *l, unsigned worker, uint32_t may, uint32_t sources);
struct person *lesson_join_without_red(struct lesson *l, unsigned worker); /* receives only */
void lesson_leave(struct lesson *l, struct person *p);
void lesson_set(struct lesson *l, struct person *p, enum sfu_source source, bool on);
void lesson_view(struct lesson *l, struct person *p, struct sfu_view view);
void lesson_may(struct lesson *l, struct person *p, uint32_t may);
void lesson_command(struct lesson *l, struct sfu_command *command);
/* From the client's side of a path. */
void lesson_to_server(struct lesson *l, const struct path *path, struct bytes b);
void lesson_inject(struct lesson *l, const struct path *path, const uint8_t *b, size_t len);

struct sfu_stats lesson_stats(const struct lesson *l);

#endif
