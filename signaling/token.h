/* SPDX-License-Identifier: Apache-2.0
 * What a link or a person token says, and whether we wrote it. Whether it is still valid is read
 * from the class: the revocation number in it must be the current one. Thread: any (the key is read
 * only).
 *
 *   version 1 | kind 1 | class id 16 | role, person or trainer 4 | revocation 4 | HMAC-SHA256 of
 * all before, first 16 bytes */
#ifndef SIGNALING_TOKEN_H
#define SIGNALING_TOKEN_H

#include <stdint.h>

#include "sfu/base/err.h"
#include "signaling/b64.h"

enum {
    TOKEN_VERSION = 1,
    TOKEN_KEY = 32,
    TOKEN_CLASS_ID = 16,
    TOKEN_MAC = 16, /* RFC 2104 §5: at least half of the hash output */
    TOKEN_BYTES = 1 + 1 + TOKEN_CLASS_ID + 4 + 4 + TOKEN_MAC,
    TOKEN_TEXT = B64_TEXT(TOKEN_BYTES),
};

enum token_kind {
    TOKEN_ROLE = 1,
    TOKEN_PERSON = 2,
    TOKEN_OPEN = 3, /* the open link of a class; number 0 */
    TOKEN_HOME = 4, /* a trainer's; no class, but 16 random bytes whose hash is kept */
};

struct token {
    uint8_t kind; /* enum token_kind */
    uint8_t class_id[TOKEN_CLASS_ID];
    uint32_t number; /* role (and place << 8 of a room's device), person or trainer */
    uint32_t revocation;
};

struct token_key {
    uint8_t bytes[TOKEN_KEY];
};

MUST_USE enum err token_write(char out[TOKEN_TEXT], const struct token_key *key,
                              const struct token *t); /* E_IO */

/* E_MALFORMED: not a token; E_DENIED: not ours. Fills *out only on E_OK. Takes the same time for
 * every wrong MAC. */
MUST_USE enum err token_parse(struct token *out, const struct token_key *key, const char *text);

#endif
