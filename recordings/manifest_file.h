/* SPDX-License-Identifier: Apache-2.0
 * The manifest on the disk: manifest.json of a recording's folder, replaced whole so that a reader
 * or a power cut meets the old or the new one, never half. Thread: one at a time per folder. */
#ifndef RECORDINGS_MANIFEST_FILE_H
#define RECORDINGS_MANIFEST_FILE_H

#include "recordings/manifest.h"

#define MANIFEST_NAME    "manifest.json"
#define MANIFEST_RESERVE "manifest.reserve" /* space kept so that a full disk can be told of */

enum { MANIFEST_RESERVE_BYTES = 512 * 1024 };

/* Temporary file, rename; durable: with fsync of file and folder. dir is an open folder. On a full
 * disk the reserve is given up and it is tried once more. E_IO (errno tells). */
MUST_USE enum err manifest_save_text(int dir, struct bytes text, bool durable);
MUST_USE enum err manifest_save(int dir, const struct manifest *m); /* durable; E_IO, E_NOMEM */

/* Fills *m, which manifest_init made. E_NOTFOUND: no manifest there; else as manifest_json_read. */
MUST_USE enum err manifest_load(int dir, struct manifest *m);

/* Takes and gives back the reserve; without space for it E_IO. */
MUST_USE enum err manifest_reserve(int dir);
void manifest_unreserve(int dir);

#endif
