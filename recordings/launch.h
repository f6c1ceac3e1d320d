/* SPDX-License-Identifier: Apache-2.0
 * Starts an amphi-recorder with one end of a socket pair. Thread: any. */
#ifndef RECORDINGS_LAUNCH_H
#define RECORDINGS_LAUNCH_H

#include "sfu/base/err.h"

#include <sys/types.h>

struct launch {
    int fd;    /* our end, close-on-exec: for feed_new */
    pid_t pid; /* to be waited for */
};

/* The child inherits standard error, its end of the pair as descriptor 3, and nothing else. E_IO:
 * no such program, no descriptors, no process. */
MUST_USE enum err launch_recorder(struct launch *out, const char *program);

#endif
