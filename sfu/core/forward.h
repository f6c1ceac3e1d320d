/* SPDX-License-Identifier: Apache-2.0
 * One packet of a publication to its receivers: numbers rewritten, header built, protected, sent.
 * Thread: worker. */
#ifndef SFU_CORE_FORWARD_H
#define SFU_CORE_FORWARD_H

#include "sfu/core/publication.h"
#include "sfu/core/slot.h"

/* To every receiver of the publication. */
void forward_packet(struct engine *e, struct publication *p, const struct media *m);
/* To one slot that the publication fills. */
void forward_to(struct engine *e, struct slot *s, const struct media *m);
/* Serves a slot that has just begun to wait from the cache; false: no fresh keyframe there. */
bool forward_run(struct engine *e, struct slot *s, struct publication *p);
/* Sends what the receiver misses once more, on the slot's repair stream; false: not possible or not
 * granted. */
bool forward_again(struct engine *e, struct slot *s, uint16_t out_seq);

#endif
