/* SPDX-License-Identifier: Apache-2.0
 * One recording, from the socket to the files: the loop of amphi-recorder. Thread: the program's.
 */
#ifndef RECORDINGS_RECORDER_H
#define RECORDINGS_RECORDER_H

#include "sfu/base/err.h"

/* Serves the socket until the recording is stopped or the server goes away, then finishes every
 * file. After a stop the manifest says finished; when the server went away it stays running, for
 * the next recorder to continue or for recordings_recover. fd is closed. E_OK: stopped or never
 * begun; E_GONE: the server went away; E_STATE: refused to begin; E_NOMEM, E_IO. */
MUST_USE enum err recorder_run(int fd);

#endif
