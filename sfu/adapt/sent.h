/* SPDX-License-Identifier: Apache-2.0
 * Which (SSRC, index) pairs were already encrypted on one transport. Thread: worker. Pure; no
 * allocation. A nonce used twice under AES-GCM gives away the authentication key (RFC 7714 §10.1),
 * so this refuses. */
#ifndef SFU_ADAPT_SENT_H
#define SFU_ADAPT_SENT_H

#include <stddef.h>
#include <stdint.h>

#include "sfu/adapt/crypt.h"
#include "sfu/base/err.h"

struct sent_window {
    uint64_t highest;
    uint64_t
        used[CRYPT_SENT_WINDOW / 64]; /* bit of index % CRYPT_SENT_WINDOW, for the last so many */
};

struct sent {
    uint32_t
        ssrc[CRYPT_OUT_SSRC_MAX]; /* apart from the windows: the search touches 256 bytes only */
    struct sent_window window[CRYPT_OUT_SSRC_MAX];
    size_t count;
    size_t last; /* where the previous search ended; packets come in runs */
};

void sent_init(struct sent *s);
/* Marks the pair as used. E_REPLAY: it is, or lies too far back to know. E_FULL: one SSRC too many.
 */
MUST_USE enum err sent_use(struct sent *s, uint32_t ssrc, uint64_t index);

#endif
