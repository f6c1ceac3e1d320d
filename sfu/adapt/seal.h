/* SPDX-License-Identifier: Apache-2.0
 * Encrypts and authenticates SRTP and SRTCP with an explicit index: RFC 3711 §4, RFC 7714 §8-§9.
 * Thread: worker. Does not know which indexes were used (sent.h) nor whether the packet is well
 * formed (crypt.h). */
#ifndef SFU_ADAPT_SEAL_H
#define SFU_ADAPT_SEAL_H

#include <stddef.h>
#include <stdint.h>

#include "sfu/adapt/crypt.h"
#include "sfu/base/err.h"

struct seal;

/* Copies from key and salt (crypt_key_bytes, crypt_salt_bytes long). Returns owned, freed by
 * seal_free. */
MUST_USE enum err seal_new(struct seal **out, enum crypt_profile profile, const uint8_t *key,
                           const uint8_t *salt);
void seal_free(struct seal *s); /* takes, cleanses; NULL is fine */

size_t seal_rtp_growth(const struct seal *s);  /* bytes */
size_t seal_rtcp_growth(const struct seal *s); /* bytes */

/* In place; header is the length of the RTP header with CSRCs and extension. Room for the growth is
 * there. */
MUST_USE enum err seal_rtp(struct seal *s, uint8_t *pkt, size_t header, size_t *len,
                           uint64_t index);
MUST_USE enum err seal_rtcp(struct seal *s, uint8_t *pkt, size_t *len, uint32_t index);

#endif
