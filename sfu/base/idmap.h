/* SPDX-License-Identifier: Apache-2.0
 * Bounded hash from a 64-bit key (an SSRC, a mid hash, an address hash) to a 32-bit slot index.
 * Open addressing; never grows, never allocates after init. Thread: owner's. init/fini pair. */
#ifndef SFU_BASE_IDMAP_H
#define SFU_BASE_IDMAP_H

#include "sfu/base/err.h"

#include <stdbool.h>
#include <stdint.h>

#define IDMAP_NONE UINT32_MAX

struct idmap_cell {
    uint64_t key;
    uint32_t slot; /* IDMAP_NONE: empty cell */
};

struct idmap {
    struct idmap_cell *cells; /* owned; power of two, at least twice max */
    uint64_t seed;            /* keeps a peer who chooses keys from choosing collisions */
    uint32_t mask, max, count;
};

/* At most max keys, max ≤ 2^24. E_NOMEM, E_RANGE. */
MUST_USE enum err idmap_init(struct idmap *m, uint32_t max, uint64_t seed);
void idmap_fini(struct idmap *m);

/* Adds or replaces; slot must not be IDMAP_NONE. E_FULL when a new key meets the ceiling. */
MUST_USE enum err idmap_set(struct idmap *m, uint64_t key, uint32_t slot);

/* IDMAP_NONE when absent. */
uint32_t idmap_find(const struct idmap *m, uint64_t key);

/* False when it was absent. */
bool idmap_remove(struct idmap *m, uint64_t key);

#endif
