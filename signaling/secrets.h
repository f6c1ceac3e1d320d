/* SPDX-License-Identifier: Apache-2.0
 * The data directory and the secrets kept in it: made at the first run, readable by the owner only,
 * refused when they are not. Thread: main, at start. */
#ifndef SIGNALING_SECRETS_H
#define SIGNALING_SECRETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sfu/base/err.h"
#include "signaling/token.h"

enum { ADMIN_KEY_TEXT = B64_TEXT(32), SECRET_PATH = 768 };

/* Creates dir (0700) and its missing parents. E_IO; E_DENIED: others may read or write in it. */
MUST_USE enum err data_dir_open(const char *dir);

/* DIR/token.key, 32 bytes. E_IO; E_DENIED: others may read it; E_MALFORMED: not 32 bytes. */
MUST_USE enum err token_key_open(struct token_key *out, const char *dir);

/* DIR/admin.key, one line of 43 characters. *made says that it is new. Errors as above. */
MUST_USE enum err admin_key_open(char out[ADMIN_KEY_TEXT], const char *dir, bool *made);

/* In constant time; false for every other text, the empty one included. */
bool admin_key_matches(const char key[ADMIN_KEY_TEXT], const char *given);

/* Writes DIR/self-signed.crt and .key (P-256, 30 days, names localhost and host) and their paths.
 * E_IO. */
MUST_USE enum err self_signed_make(const char *dir, const char *host, char cert[SECRET_PATH],
                                   char key[SECRET_PATH]);

#endif
