/* SPDX-License-Identifier: Apache-2.0
 * Base64url without padding (RFC 4648 §5), for tokens and tickets. Thread: any. Pure. */
#ifndef SIGNALING_B64_H
#define SIGNALING_B64_H

#include <stddef.h>
#include <stdint.h>

#include "sfu/base/err.h"

#define B64_TEXT(n) (((n)*4 + 2) / 3 + 1) /* characters of n bytes, with the final 0 */

/* out holds B64_TEXT(n) characters. */
void b64_write(char *out, const uint8_t *p, size_t n);

/* Exactly n bytes, no other spelling of them. E_MALFORMED. */
MUST_USE enum err b64_parse(uint8_t *out, size_t n, const char *text);

#endif
