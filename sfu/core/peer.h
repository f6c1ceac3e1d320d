/* SPDX-License-Identifier: Apache-2.0
 * A person whose transports are on this worker: what they may send, what they show. Thread: worker.
 * Lives in the engine's slab; owns its at most two transports. */
#ifndef SFU_CORE_PEER_H
#define SFU_CORE_PEER_H

#include "sfu/core/room.h"
#include "sfu/sfu.h"

struct transport;

struct peer {
    uint32_t id;
    uint32_t may;
    struct room *room;
    struct member *member; /* NULL until the home has answered */
    struct sfu_view view;
    struct transport *receive, *send;
};

struct peer *peer_find(const struct engine *e, uint32_t id);
void peer_join(struct engine *e, const struct sfu_command *command);
void peer_leave(struct engine *e, struct peer *p);
void peer_set_may(struct engine *e, struct peer *p, uint32_t may);
void peer_set_view(struct engine *e, struct peer *p, const struct sfu_view *view);

#endif
