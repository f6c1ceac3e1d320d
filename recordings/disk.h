/* SPDX-License-Identifier: Apache-2.0
 * How much room the disk of the recordings has, and how little is too little. Thread: any. */
#ifndef RECORDINGS_DISK_H
#define RECORDINGS_DISK_H

#include "sfu/base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct disk_room {
    uint64_t free, total; /* bytes; free is what an ordinary user may take */
};

/* recording.min_free: so many per cent of the disk, and never more than so many bytes (5 % of a
 * 10 TB disk is nothing to wait for). A disk of 64 MB with 5 % and 2 GB keeps 3.2 MB. */
struct disk_limit {
    unsigned percent; /* 0 … 99 */
    uint64_t bytes;
};

/* Of the disk that has this folder. E_NOTFOUND, E_IO. */
MUST_USE enum err disk_room(const char *folder, struct disk_room *out);
MUST_USE enum err disk_room_fd(int dir, struct disk_room *out);

/* Pure: no recording may start, one that runs is closed. */
bool disk_is_low(const struct disk_room *room, const struct disk_limit *limit);

#endif
