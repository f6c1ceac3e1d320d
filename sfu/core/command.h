/* SPDX-License-Identifier: Apache-2.0
 * Commands of signalling, one after the other. ROOM_OPEN and ROOM_CLOSE come to every worker
 * (command.worker is the home); all others to the owner of the peer. What names something that has
 * gone is counted and ignored. Thread: worker. */
#ifndef SFU_CORE_COMMAND_H
#define SFU_CORE_COMMAND_H

#include "sfu/sfu.h"

struct engine;

void command_apply(struct engine *e, const struct sfu_command *command);

#endif
