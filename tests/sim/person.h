/* SPDX-License-Identifier: Apache-2.0
 * A simulated person: checks, handshakes, sends sound and pictures whose content names them, and
 * looks at all that arrives: identity, content, numbers, pictures that can be decoded. Thread:
 * test. */
#ifndef TESTS_SIM_PERSON_H
#define TESTS_SIM_PERSON_H

#include "sfu/base/addr.h"
#include "sfu/base/rng.h"
#include "sfu/base/seq.h"
#include "sfu/base/usec.h"
#include "sfu/sfu.h"
#include "tests/sim/sight.h"

struct lesson;

enum {
    PERSON_SLOTS = 10,
    PERSON_KEPT = 512, /* sent video packets that can be repaired */
    PERSON_PACKET = 400,
    /* Payload types of receive connections: others than those of send connections. */
    PERSON_OPUS = 109,
    PERSON_RED = 108,
    PERSON_VP8 = 100,
    PERSON_RTX = 101
};

struct connection {
    uint32_t transport;
    struct path path;
    struct sfu_ice ice;
    uint8_t fingerprint[32];
    bool open, checked, up;
    uint8_t state; /* as the event said; 0xFF: none */
    usec next_check;
    usec heard;   /* last datagram */
    usec longest; /* between two, once up */
};

struct kept {
    uint16_t seq;
    size_t len;
    uint8_t bytes[PERSON_PACKET];
};

struct source {
    bool has, on;
    uint32_t publication, ssrc, rtx_ssrc;
    uint16_t seq, rtx_seq;
    uint32_t ts;
    usec next;
    uint32_t count; /* packets of sound, frames of pictures */
    bool keyframe_wanted;
    unsigned keyframes, plis;
    uint16_t picture_id;
    uint8_t tl0, level;
    unsigned packets_a_frame;
    struct kept kept[PERSON_KEPT]; /* by seq */
};

struct person {
    struct lesson *lesson;
    uint32_t id;
    unsigned worker;
    bool here;
    struct connection receive, send;
    struct source sources[N_SFU_SOURCE];
    uint8_t n_slots;
    struct sfu_slot slots[PERSON_SLOTS];
    struct sfu_slot_change filled[PERSON_SLOTS]; /* as the last events said */
    struct sight sights[PERSON_SLOTS];
    bool sends_rtx, speaks_red;
    bool without_red;  /* receives plain Opus only */
    bool deaf;         /* ignores what is asked of its pictures */
    unsigned floods;   /* events about it */
    unsigned mistakes; /* wrong content, wrong identity, numbers out of line */
    const char *mistake;
    uint64_t with_mid, without_mid;
    uint64_t packets, rtx_packets, sender_reports, feedback_packets, nacks_got;
    usec next_tick, next_report;
    uint16_t twcc_seq;
};

void person_init(struct person *p, struct lesson *l, uint32_t id, unsigned worker,
                 uint32_t sources);
void person_on_datagram(struct person *p, struct connection *c, uint8_t *b, size_t len);
void person_on_event(struct person *p, const struct sfu_event *event);
usec person_deadline(const struct person *p);
void person_on_time(struct person *p);
void person_mistake(struct person *p, const char *what);

/* Asks for a keyframe and for the newest packets of every slot, needed or not. */
void person_pester(struct person *p);

/* person_media.c */
void person_send_due(struct person *p);
void person_on_feedback(struct person *p, struct bytes compound);
void person_send_sealed(struct person *p, struct connection *c, uint8_t *b, size_t len);

/* What fills a slot of a kind now; 0: nothing. */
uint32_t person_sees(const struct person *p, enum sfu_slot_kind kind, enum sfu_media media);
/* The slot a publication fills; NULL: none. */
struct sight *person_sight(struct person *p, uint32_t publication);

#endif
