/* SPDX-License-Identifier: Apache-2.0
 * The only reader of the clock. Thread: any. */
#ifndef SFU_IO_CLOCK_H
#define SFU_IO_CLOCK_H

#include <stdint.h>

#include "sfu/base/usec.h"

/* Since the machine's start, time asleep included, never running back (CLOCK_BOOTTIME): durations
 * of presence come from it. */
usec clock_now(void);
/* Milliseconds since 1970, as the machine believes: for people to read, never for durations. */
int64_t clock_wall_ms(void);
/* The same in µs, for comparing with the kernel's stamps. */
usec clock_wall_usec(void);

#endif
