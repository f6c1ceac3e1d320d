/* SPDX-License-Identifier: Apache-2.0
 * Mends a recording that was cut off: files repaired, what was lost written into the manifest.
 * Thread: any, one at a time per folder. */
#ifndef RECORDINGS_RECOVER_H
#define RECORDINGS_RECOVER_H

#include "recordings/manifest.h"

/* Every segment that is still open becomes closed, repaired or lost, with the end its file has; the
 * hole up to the next segment of its track becomes a gap. The manifest is changed, not saved. dir
 * is the open folder. E_IO, E_NOMEM: this segment stays open, the others are done. */
MUST_USE enum err recover_segments(int dir, struct manifest *m);

#endif
