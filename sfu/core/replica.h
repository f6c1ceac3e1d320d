/* SPDX-License-Identifier: Apache-2.0
 * What workers tell each other: facts about a room go to its home, which applies them and tells
 * every worker with people in it; packets, wishes for keyframes and levels go straight to who needs
 * them. With one worker, or at home, the same records are applied in place, so that there is one
 * way in. Thread: worker. */
#ifndef SFU_CORE_REPLICA_H
#define SFU_CORE_REPLICA_H

#include "sfu/base/addr.h"
#include "sfu/core/publication.h"

/* Facts of a local peer, towards the home. */
void replica_member(struct engine *e, const struct room *r, const struct peer *p);
void replica_member_gone(struct engine *e, const struct room *r, uint32_t peer);
void replica_publication(struct engine *e, const struct room *r, uint32_t peer,
                         const struct publication_facts *facts);
void replica_publication_gone(struct engine *e, const struct room *r, uint32_t publication);
void replica_level(struct engine *e, const struct room *r, uint32_t peer, uint8_t level,
                   bool voice);
/* Home: the new ranking, to every replica. */
void replica_ranking(struct engine *e, const struct room *r);

/* Straight to another worker. */
void replica_want(struct engine *e, const struct publication *p, bool on);
void replica_keyframe(struct engine *e, const struct publication *p);
void replica_packet(struct engine *e, const struct publication *p, const struct media *m,
                    struct bytes packet);
void replica_datagram(struct engine *e, unsigned worker, const struct path *path,
                      struct bytes datagram);
void replica_route(struct engine *e, unsigned worker, const struct path *path);

/* A batch from another worker; what cannot be read ends it. */
void replica_on_batch(struct engine *e, unsigned from_worker, struct bytes message);

#endif
