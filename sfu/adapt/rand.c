/* SPDX-License-Identifier: Apache-2.0
 * Asks OpenSSL for entropy and decides nothing else. */
#include "sfu/adapt/rand.h"

#include <openssl/rand.h>

#include <limits.h>

enum err rand_bytes(uint8_t *p, size_t n)
{
    if (n > INT_MAX)
        return E_RANGE;
    return RAND_bytes(p, (int)n) == 1 ? E_OK : E_IO;
}
