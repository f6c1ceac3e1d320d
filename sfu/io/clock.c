/* SPDX-License-Identifier: Apache-2.0
 * Reads time for everybody else; decides nothing. */
#include "sfu/io/clock.h"

#include <time.h>

usec clock_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_BOOTTIME, &t);
    return (usec)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

usec clock_wall_usec(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (usec)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t clock_wall_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}
