/* SPDX-License-Identifier: Apache-2.0
 * The sans-IO face of the media plane: a fact goes in with its time; decisions come out until the
 * next deadline. The shell has exactly one loop: one fact in, drain with engine_poll, then the next
 * fact. No sockets, clock, threads, JSON or crypto here. Thread: one worker. Time never runs back
 * (asserted). All memory is taken in engine_new. */
#ifndef SFU_CORE_ENGINE_H
#define SFU_CORE_ENGINE_H

#include "sfu/base/addr.h"
#include "sfu/base/log.h"
#include "sfu/base/usec.h"
#include "sfu/core/ports.h"
#include "sfu/sfu.h"

struct engine;

/* Ceilings of one engine; 0 takes the default named beside it. Tests and fuzzers ask for small
 * ones. */
struct engine_config {
    unsigned worker, workers;
    uint64_t seed; /* all randomness of the core comes from it */
    struct engine_ports ports;
    struct log_sink log;
    uint32_t max_rooms;        /* SFU_MAX_ROOMS */
    uint32_t max_peers;        /* 1,024 */
    uint32_t max_transports;   /* 2 × max_peers */
    uint32_t max_publications; /* 1,024 */
    uint32_t max_packets;      /* blocks of the packet pool: 16,384 */
    size_t arena_bytes; /* datagrams waiting for the shell: 4 MiB; full = video is dropped, audio
                           kept to the last eighth */
};

MUST_USE enum err engine_new(struct engine **out, const struct engine_config *config);
void engine_free(struct engine *e);

/* Facts. on_datagram borrows buf until return and changes it in place; cap of buf must be at least
 * len. */
void engine_on_datagram(struct engine *e, usec now, const struct path *path, uint8_t *buf,
                        size_t len);
void engine_on_command(struct engine *e, usec now, const struct sfu_command *command);
void engine_on_relay(struct engine *e, usec now, unsigned from_worker, struct bytes message);
void engine_on_time(struct engine *e, usec now);

/* The shell cannot keep up with what arrives: until it has caught up, video that comes in is
 * dropped (drop_full) before it costs a packet per receiver. Audio goes on. */
void engine_set_behind(struct engine *e, bool behind);

enum out_kind {
    OUT_DATAGRAM, /* send along the path */
    OUT_EVENT,    /* for signalling */
    OUT_RELAY, /* for another worker: home and replica of a room (RTP in the clear, between our own
                  threads) */
};

struct out {
    enum out_kind kind;
    union {
        struct {
            struct path path;
            struct bytes bytes; /* in the arena: valid until engine_recycle */
        } datagram;
        struct sfu_event event;
        struct {
            unsigned to_worker;
            struct bytes message; /* in the arena */
        } relay;
    };
    struct {
        usec at;         /* USEC_NEVER: none */
        const char *why; /* a constant word */
    } deadline;          /* set when engine_poll returns false */
};

/* Takes one decision out; false: drained, and out->deadline says when engine_on_time is wanted
 * next. */
bool engine_poll(struct engine *e, struct out *out);
/* The shell has sent what it polled: the arena may be used again. */
void engine_recycle(struct engine *e);

void engine_stats(const struct engine *e, struct sfu_stats *out);

#endif
