/* SPDX-License-Identifier: Apache-2.0
 * Local civil time in an IANA zone, as attendance/record.h asks it. Thread: its owner's. new/free
 * pair. */
#ifndef SIGNALING_API_ZONE_H
#define SIGNALING_API_ZONE_H

#include "signaling/attendance/record.h"

struct zone; /* opaque */

struct zone *zone_new(const char *name);            /* an unknown name is UTC; never NULL */
void zone_free(struct zone *z);                     /* NULL is nothing */
struct civil zone_civil(void *ctx, int64_t utc_ms); /* ctx: struct zone */

#endif
