/* SPDX-License-Identifier: Apache-2.0
 * The recordings of a server as folders: list, verify, recover at start, delete. One folder a
 * recording, named by its id. Thread: any, one at a time per folder. */
#ifndef RECORDINGS_RECORDINGS_H
#define RECORDINGS_RECORDINGS_H

#include "recordings/manifest.h"

struct recordings_entry {
    const char *folder;              /* name inside the root; borrowed until return */
    const struct manifest *manifest; /* borrowed until return */
    uint64_t bytes;                  /* of all its files */
    bool in_use;                     /* a recorder has the folder */
};

typedef void recordings_entry_fn(void *ctx, const struct recordings_entry *entry);

/* Every recording below root, in no order. Folders without a manifest that can be read are skipped
 * and counted in *unreadable. E_NOTFOUND: no such root; E_IO. */
MUST_USE enum err recordings_list(const char *root, recordings_entry_fn *fn, void *ctx,
                                  uint32_t *unreadable);

/* Finishes every recording that was cut off and is not being recorded now; returns in *recovered
 * how many. To be called at the start of the server for recordings that are not to go on.
 * E_NOTFOUND, E_IO, E_NOMEM: some are left as they are. */
MUST_USE enum err recordings_recover(const char *root, uint32_t *recovered);
/* The same for one folder; E_EXISTS: a recorder has it, E_OK as well when nothing was to do. */
MUST_USE enum err recordings_recover_one(const char *folder, bool *recovered);

enum recordings_fault {
    RECORDING_FILE_MISSING, /* the manifest names it */
    RECORDING_FILE_UNKNOWN, /* the manifest does not name it */
    RECORDING_FILE_BROKEN,  /* not a WebM file with at least one frame */
    RECORDING_FILE_CUT,     /* plays, but was not finished: recover it */
    RECORDING_TIMES_DIFFER, /* by more than 1 s between file and manifest */
    RECORDING_SEGMENT_LOST, /* the manifest says that nothing could be played */
    N_RECORDINGS_FAULT
};
const char *recordings_fault_text(enum recordings_fault f); /* English, for a terminal */

typedef void recordings_fault_fn(void *ctx, const char *file, enum recordings_fault fault);

/* Holds every file of one recording's folder against its manifest; fn hears of every fault.
 * E_NOTFOUND: no manifest; E_MALFORMED, E_UNSUPPORTED: it cannot be read; E_IO. */
MUST_USE enum err recordings_verify(const char *folder, recordings_fault_fn *fn, void *ctx,
                                    uint32_t *files, uint32_t *faults);

/* Deletes the files of a recording and its folder, the manifest last, so that a cut-off deletion is
 * taken up again. E_EXISTS: a recorder has it; E_NOTFOUND; E_IO: something else stands in it. */
MUST_USE enum err recordings_delete(const char *folder);

#endif
