/* SPDX-License-Identifier: Apache-2.0
 * Instants with an offset (RFC 3339 §5.6) and names of time zones (IANA). Thread: any. */
#ifndef SIGNALING_API_INSTANT_H
#define SIGNALING_API_INSTANT_H

#include <stdbool.h>
#include <stdint.h>

#include "sfu/base/err.h"

/* Seconds since 1970 of "2026-11-23T09:00:00+01:00" (fractions are cut, leap seconds count as the
 * second before). E_MALFORMED: no such day or time, no offset, or anything after it. */
MUST_USE enum err instant_parse(int64_t *out_s, const char *text);

/* True when /usr/share/zoneinfo has it; names that could climb out of that folder are not even
 * looked up. */
bool zone_exists(const char *name);

#endif
