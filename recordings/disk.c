/* SPDX-License-Identifier: Apache-2.0
 * Decides when a disk is too full to record on. */
#include "recordings/disk.h"

#include <errno.h>
#include <sys/statvfs.h>

static void take(struct disk_room *out, const struct statvfs *st)
{
    out->free = (uint64_t)st->f_bavail * st->f_frsize;
    out->total = (uint64_t)st->f_blocks * st->f_frsize;
}

enum err disk_room(const char *folder, struct disk_room *out)
{
    struct statvfs st;
    if (statvfs(folder, &st) != 0)
        return errno == ENOENT ? E_NOTFOUND : E_IO;
    take(out, &st);
    return E_OK;
}

enum err disk_room_fd(int dir, struct disk_room *out)
{
    struct statvfs st;
    if (fstatvfs(dir, &st) != 0)
        return E_IO;
    take(out, &st);
    return E_OK;
}

bool disk_is_low(const struct disk_room *room, const struct disk_limit *limit)
{
    uint64_t least = room->total / 100 * limit->percent;
    return room->free < (least < limit->bytes ? least : limit->bytes);
}
