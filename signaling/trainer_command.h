/* SPDX-License-Identifier: Apache-2.0
 * `amphi trainer add 'NOM Prénom' | revoke NUMBER | list`. Thread: main. */
#ifndef SIGNALING_TRAINER_COMMAND_H
#define SIGNALING_TRAINER_COMMAND_H

#include "signaling/config.h"

/* argv: what follows `trainer`. Speaks with the server that runs on this data directory, else
 * writes the store itself. Prints a new link once. E_MALFORMED: not such a command; E_IO, E_DENIED,
 * E_STATE: told on stderr. */
MUST_USE enum err trainer_command(const struct config *c, int argc, char **argv);

#endif
