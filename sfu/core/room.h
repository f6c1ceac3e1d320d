/* SPDX-License-Identifier: Apache-2.0
 * Who is in a room and who speaks. The room's home worker decides and tells; every worker with
 * people in it holds the same members and ranking (replica.h). Thread: worker. Members and rooms
 * live in the engine's slabs; pointers between them are valid while both exist, and each unlinks
 * itself when it goes. */
#ifndef SFU_CORE_ROOM_H
#define SFU_CORE_ROOM_H

#include "sfu/base/usec.h"
#include "sfu/core/speaker.h"
#include "sfu/sfu.h"

struct engine;
struct peer;
struct publication;

enum {
    ROOM_SPEAKERS_US = 200000 /* SFU_SPEAKERS at most 5 a second: PROTOCOL.md §4 */
};

struct member {
    uint32_t id;    /* the peer's */
    uint32_t may;   /* enum sfu_may */
    uint32_t order; /* of joining, given by the home */
    uint8_t worker; /* owner of its transports */
    struct room *room;
    struct member *prev, *next; /* in joining order */
    struct peer *peer;          /* NULL when it lives on another worker */
    struct publication *source[N_SFU_SOURCE];
    bool has_voice; /* home only: voice is its handle */
    size_t voice;
};

struct ranking {
    uint8_t n;
    uint32_t peers[SFU_MAX_SPEAKERS]; /* loudest first */
};

struct room {
    uint32_t id;
    uint8_t home;
    uint32_t n_members, joined;
    struct member *first, *last;
    struct ranking ranking;
    uint64_t workers; /* home only: bit per other worker that holds a replica */
    bool speakers_owed;
    usec speakers_at; /* of the last event */
    bool dirty;       /* what fills the slots of its receivers is to be decided again */
    struct room *dirty_next;
};

struct room *room_find(const struct engine *e, uint32_t id);
struct member *member_find(const struct engine *e, uint32_t peer_id);

void room_open(struct engine *e, uint32_t id, uint8_t home);
void room_close(struct engine *e, struct room *r); /* its local peers leave */

/* A member as the home says; joins when it was not there. NULL: no room for it. */
struct member *room_member_set(struct engine *e, struct room *r, const struct member *as);
void room_member_remove(struct engine *e, struct member *m);
void room_clear(struct engine *e, struct room *r); /* all members go; the replica is told anew */
void room_ranking_set(struct engine *e, struct room *r, const struct ranking *ranking);

void room_touch(struct engine *e, struct room *r); /* marks it dirty */

/* Home: a microphone's level (RFC 6464 §3). */
void room_on_level(struct engine *e, struct room *r, uint32_t peer, uint8_t level, bool voice);
void room_on_time(struct engine *e, struct room *r);

/* Stage, by joining order and never the receiver itself; NULL: nobody with anything on. */
struct member *room_stage(const struct room *r, const struct member *receiver);

#endif
