/* SPDX-License-Identifier: Apache-2.0
 * Where log lines go: one line each on standard error, key=value, control bytes escaped, with a
 * ceiling a second so that a flood of causes cannot fill the disk. Thread: any. */
#ifndef SIGNALING_LOG_STDERR_H
#define SIGNALING_LOG_STDERR_H

#include "sfu/base/log.h"

enum {
    LOG_LINES_A_SECOND = 200
}; /* beyond it lines are counted and the count is said in the next second */

struct log_sink log_stderr_sink(enum log_level level);

/* Writes line without its control bytes into out (cut at cap, always ended by 0); \n becomes
 * "\x0a". For tests too. */
void log_escape(char *out, size_t cap, const char *line);

#endif
