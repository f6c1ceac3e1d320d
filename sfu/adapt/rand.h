/* SPDX-License-Identifier: Apache-2.0
 * Entropy for the shell: seeds, ufrags, passwords, ids. Thread: any. The core gets a seed and never
 * calls this. */
#ifndef SFU_ADAPT_RAND_H
#define SFU_ADAPT_RAND_H

#include <stddef.h>
#include <stdint.h>

#include "sfu/base/err.h"

/* Fills p with n bytes from OpenSSL's generator. E_IO: no entropy; the caller must not go on. */
MUST_USE enum err rand_bytes(uint8_t *p, size_t n);

#endif
