/* SPDX-License-Identifier: Apache-2.0
 * Binds the core's ports to the adapters. Thread: worker; the context is read-only after
 * ports_init. */
#ifndef SFU_IO_PORTS_H
#define SFU_IO_PORTS_H

#include "sfu/core/ports.h"

struct dtls_identity;

/* Borrows the identity for the engine's life. */
void ports_init(struct engine_ports *ports, struct dtls_identity *identity);

#endif
