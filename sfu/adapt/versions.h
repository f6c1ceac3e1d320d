/* SPDX-License-Identifier: Apache-2.0
 * Which versions of the libraries linked here are running, and which OpenSSL is too old to face the
 * network. Thread: any. */
#ifndef SFU_ADAPT_VERSIONS_H
#define SFU_ADAPT_VERSIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "sfu/base/err.h"

/* One line a library ("OpenSSL 3.0.22 25 Aug 2026\n"), always terminated, cut at cap; 256 bytes are
 * enough. */
void versions_write(char *text, size_t cap);

/* E_UNSUPPORTED: the running OpenSSL has known holes in DTLS; the program must refuse to start. */
MUST_USE enum err versions_check(void);

/* The rule behind versions_check: 3.0.22 and later 3.0, 3.5 and later. 3.1 to 3.4 are no longer
 * maintained. */
bool versions_openssl_is_safe(unsigned major, unsigned minor, unsigned patch);

#endif
