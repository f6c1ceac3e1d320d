/* SPDX-License-Identifier: Apache-2.0
 * The hash chain over a class's log:
 *     commitment_n = SHA-256(salt_n ‖ private part_n)            32 random bytes of salt
 *     hash_n       = SHA-256(hash_{n-1} ‖ public form_n ‖ commitment_n),   hash_0 = 32 zero bytes
 * An event without a private part has the commitment SHA-256 of nothing. Erasing salt and private
 * part leaves the commitment, so the chain holds. Thread: any. Borrows everything. */
#ifndef SIGNALING_ATTENDANCE_CHAIN_H
#define SIGNALING_ATTENDANCE_CHAIN_H

#include "signaling/attendance/event.h"

enum { CHAIN_HASH = 32, CHAIN_SALT = 32 };

/* SHA-256 over the parts one after the other; bound by the store. E_IO: the library failed. */
struct chain_sha256 {
    void *ctx;
    enum err (*hash)(void *ctx, const struct bytes *parts, size_t n, uint8_t out[CHAIN_HASH]);
};

struct chain_link {
    struct bytes public_form;
    const uint8_t *commitment, *hash; /* CHAIN_HASH bytes each */
    struct bytes salt, words;         /* both empty: none, or erased */
};

MUST_USE enum err chain_commit(const struct chain_sha256 *sha, struct bytes salt,
                               struct bytes words, uint8_t out[CHAIN_HASH]);
MUST_USE enum err chain_next(const struct chain_sha256 *sha, const uint8_t before[CHAIN_HASH],
                             struct bytes public_form, const uint8_t commitment[CHAIN_HASH],
                             uint8_t out[CHAIN_HASH]);

/* Walks the links of one class in the order they are stored. */
struct chain_verifier {
    struct chain_sha256 sha;
    uint8_t class_id[LOG_CLASS_ID];
    uint64_t number; /* of the last good link, 0 at first */
    uint8_t head[CHAIN_HASH];
    uint64_t first_bad; /* 0: all good so far */
};

void chain_verifier_init(struct chain_verifier *v, const struct chain_sha256 *sha,
                         const uint8_t class_id[LOG_CLASS_ID]);

/* E_MALFORMED: this link or one before it is not what was written; v->first_bad says which number
 * should have stood there. Fills *event (may be NULL) on E_OK. */
MUST_USE enum err chain_verify_next(struct chain_verifier *v, const struct chain_link *link,
                                    struct log_event *event);

/* Against a head known from elsewhere (a printed record, the store's own note): E_MALFORMED when
 * links are missing at the end, or the last one is another. */
MUST_USE enum err chain_verify_head(struct chain_verifier *v, uint64_t number,
                                    const uint8_t head[CHAIN_HASH]);

#endif
