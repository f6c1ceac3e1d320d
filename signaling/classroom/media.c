/* SPDX-License-Identifier: Apache-2.0
 * Turns what the class decided into commands to the media plane: rooms, peers, capability bits,
 * publications. Transports are the service's. */
#include "signaling/classroom/state.h"

static struct sfu_command command(const struct class *c, enum sfu_command_kind kind, uint32_t peer)
{
    return (struct sfu_command){
        .kind = (uint8_t)kind, .worker = c->worker, .room = c->room, .peer = peer};
}

static uint32_t peer_may(const struct class *c, const struct person *p)
{
    uint32_t may = person_may(c, p);
    if (person_is_deaf(p))
        may |= SFU_DEAF;
    return p->role == ROLE_TRAINER ? may | SFU_IS_STAGE : may;
}

void media_join(struct class *c, struct person *p)
{
    if (c->room == 0) {
        c->room = c->sink.new_id(c->sink.ctx);
        struct sfu_command open = command(c, SFU_ROOM_OPEN, 0);
        c->sink.sfu(c->sink.ctx, &open);
    }
    p->peer = c->sink.new_id(c->sink.ctx);
    for (unsigned s = 0; s < N_SFU_SOURCE; s++)
        p->publication[s] = 0;
    struct sfu_command join = command(c, SFU_PEER_JOIN, p->peer);
    join.may = peer_may(c, p);
    c->sink.sfu(c->sink.ctx, &join);
}

void media_drop(struct class *c, uint32_t peer)
{
    struct sfu_command leave = command(c, SFU_PEER_LEAVE, peer);
    c->sink.sfu(c->sink.ctx, &leave);
}

void media_leave(struct class *c, struct person *p)
{
    if (p->peer == 0)
        return;
    media_drop(c, p->peer);
    p->peer = 0;
    for (unsigned s = 0; s < N_SFU_SOURCE; s++)
        p->publication[s] = 0;
    for (size_t i = 0; i < c->n_people; i++) {
        if (c->people[i]->peer != 0)
            return;
    }
    struct sfu_command close = command(c, SFU_ROOM_CLOSE, 0);
    c->sink.sfu(c->sink.ctx, &close);
    c->room = 0;
}

void media_may(struct class *c, const struct person *p)
{
    if (p->peer == 0)
        return;
    struct sfu_command may = command(c, SFU_PEER_MAY, p->peer);
    may.may = peer_may(c, p);
    c->sink.sfu(c->sink.ctx, &may);
}

void media_set(struct class *c, const struct person *p, enum sfu_source source, bool on)
{
    if (p->peer == 0 || p->publication[source] == 0)
        return;
    struct sfu_command set = command(c, SFU_PUBLICATION_SET, p->peer);
    set.set.publication = p->publication[source];
    set.set.on = on;
    c->sink.sfu(c->sink.ctx, &set);
}
