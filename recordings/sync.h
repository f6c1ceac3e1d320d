/* SPDX-License-Identifier: Apache-2.0
 * The thread that makes things last: fdatasync of every open file and the manifest, each second or
 * when kicked. Whoever calls is never made to wait for the disk. Threads: all calls from the
 * recorder's; its own does the writing. new/free pair. */
#ifndef RECORDINGS_SYNC_H
#define RECORDINGS_SYNC_H

#include "recordings/disk.h"
#include "recordings/frame.h"

struct sync; /* opaque */

enum { SYNC_SLOTS = 256 };

/* dir is an open folder, borrowed until sync_free. NULL: no memory or no thread. */
MUST_USE struct sync *sync_new(int dir);
void sync_free(struct sync *s); /* what waits is written first; NULL is nothing */

/* The file gets a slot (< SYNC_SLOTS) that is its own until sync_done says closed. E_IO, E_FULL. */
MUST_USE enum err sync_open(struct sync *s, const char *file, unsigned *slot);

/* Everything up to this time has been handed to the file; last: nothing follows, close it. */
void sync_upto(struct sync *s, unsigned slot, usec upto, bool last);

/* Takes text (malloc): the manifest as it should stand; an older one that waits is dropped. */
void sync_manifest(struct sync *s, char *text, size_t len);
/* As sync_manifest, written before it returns, but not yet synced; when the thread is at it, it is
 * left to the thread. For names of files that are about to exist. */
void sync_manifest_now(struct sync *s, char *text, size_t len);

void sync_kick(struct sync *s); /* now, not only within the second */

struct sync_state {
    usec upto;   /* on the disk for good */
    bool closed; /* and the slot is free again */
    bool failed; /* fdatasync said no */
};
struct sync_state sync_state(struct sync *s, unsigned slot);

struct disk_room sync_room(struct sync *s); /* measured within the last second */

#endif
