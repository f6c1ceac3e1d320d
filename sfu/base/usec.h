/* SPDX-License-Identifier: Apache-2.0
 * Time as microseconds since an origin the shell chose, never running back. Thread: any.
 * There is no clock here on purpose: io/clock.c is the only reader of one. */
#ifndef SFU_BASE_USEC_H
#define SFU_BASE_USEC_H

#include <stdint.h>

typedef int64_t usec; /* the one scalar typedef: `usec now` reads as what it is */

#define USEC_MS(n) ((usec)(n)*1000)
#define USEC_S(n)  ((usec)(n)*1000000)
#define USEC_NEVER INT64_MAX

#endif
