/* SPDX-License-Identifier: Apache-2.0
 * Makes a cut-off WebM file whole: cuts the torn end, writes duration, lengths, cues and the index
 * that leads to them. Thread: any, one at a time per file. */
#ifndef RECORDINGS_WEBM_REPAIR_H
#define RECORDINGS_WEBM_REPAIR_H

#include "recordings/webm.h"

/* fd is open for reading and writing. A finished file is left as it is. *out is what was found and
 * is to be freed with webm_fini on E_OK. On a full disk the cues are left out: the file plays,
 * seeking in it is slow. E_MALFORMED: nothing in it plays; E_IO, E_NOMEM. May be repeated after a
 * kill. */
MUST_USE enum err webm_repair(int fd, struct webm *out);

/* Only looks. */
MUST_USE enum err webm_scan_fd(int fd, struct webm *out);

#endif
