/* SPDX-License-Identifier: Apache-2.0
 * AES-GCM encryption under one key (NIST SP 800-38D), many nonces. Thread: worker, one at a time
 * per key. Does not know which nonces were used (sent.h) nor what a packet is (seal.h). */
#ifndef SFU_ADAPT_GCM_H
#define SFU_ADAPT_GCM_H

#include <stddef.h>
#include <stdint.h>

#include "sfu/base/bytes.h"
#include "sfu/base/err.h"

enum {
    GCM_IV = 12, /* RFC 7714 §8.1 */
    GCM_TAG = 16 /* RFC 7714 §13.1: all profiles we take have the full tag */
};

/* Once a process, before the first gcm_new. Any thread, under the caller's lock. E_IO: the library
 * is older than what was compiled against. */
MUST_USE enum err gcm_library_open(void);

const char *gcm_library_version(void); /* a constant text */

struct gcm;

/* key of 16 or 32 bytes, copied. Returns owned, freed by gcm_free. E_NOMEM, E_IO. */
MUST_USE enum err gcm_new(struct gcm **out, struct bytes key);
void gcm_free(struct gcm *g); /* takes, cleanses; NULL is fine */

/* Encrypts text in place and writes the tag behind it (GCM_TAG bytes of room). No allocation. */
MUST_USE enum err gcm_seal(struct gcm *g, const uint8_t iv[GCM_IV], struct bytes aad, uint8_t *text,
                           size_t n);

#endif
