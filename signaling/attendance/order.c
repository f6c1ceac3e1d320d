/* SPDX-License-Identifier: Apache-2.0
 * Puts arrays in order; alone with stdlib.h in this layer. Comparisons leave no ties, so that the
 * order is the same on every machine. */
#include "signaling/attendance/build.h"

#include <stdlib.h>

void order(void *items, size_t n, size_t item_bytes, int (*compare)(const void *, const void *))
{
    if (n > 1)
        qsort(items, n, item_bytes, compare);
}
