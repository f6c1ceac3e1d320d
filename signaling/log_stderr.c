/* SPDX-License-Identifier: Apache-2.0
 * Decides what a log line looks like on standard error. What may stand in it is decided where it is
 * written (pii() for names, addresses and tokens). */
#include "signaling/log_stderr.h"

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static time_t second;    /* under lock */
static unsigned written; /* under lock: lines in this second */
static unsigned dropped; /* under lock: lines not written since the last one that was */

void log_escape(char *out, size_t cap, const char *line)
{
    size_t n = 0;
    for (const char *p = line; *p != '\0' && n + 5 < cap; p++) {
        unsigned char c = (unsigned char)*p;
        if (c < 0x20 || c == 0x7f)
            n += (size_t)snprintf(out + n, cap - n, "\\x%02x", c);
        else
            out[n++] = (char)c;
    }
    if (cap > 0)
        out[n] = '\0';
}

/* True when this line may be written; *missed is how many were not since the last one. */
static bool admit(time_t now, enum log_level level, unsigned *missed)
{
    if (now != second) {
        second = now;
        written = 0;
    }
    if (written >= LOG_LINES_A_SECOND && level != LOG_LEVEL_ERROR) {
        dropped++;
        return false;
    }
    written++;
    *missed = dropped;
    dropped = 0;
    return true;
}

static void sink_write(void *ctx, const struct log_line *line)
{
    (void)ctx;
    struct timespec ts;
    clock_gettime(CLOCK_REALTIME, &ts);
    struct tm tm;
    gmtime_r(&ts.tv_sec, &tm);
    char when[32];
    strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%S", &tm);

    char fields[LOG_FIELDS_MAX * 2];
    log_escape(fields, sizeof fields, line->fields);
    char text[LOG_FIELDS_MAX * 2 + 256];
    char note[32] = "";

    pthread_mutex_lock(&lock);
    unsigned missed = 0;
    if (admit(ts.tv_sec, line->level, &missed)) {
        if (missed > 0)
            snprintf(note, sizeof note, " dropped=%u", missed);
        int n =
            snprintf(text, sizeof text, "%s.%03ldZ level=%s topic=%s msg=\"%s\"%s%s%s\n", when,
                     ts.tv_nsec / 1000000, log_level_name(line->level), log_topic_name(line->topic),
                     line->message, fields[0] != '\0' ? " " : "", fields, note);
        if (n > 0 && write(STDERR_FILENO, text, (size_t)n) < 0)
            dropped++;
    }
    pthread_mutex_unlock(&lock);
}

struct log_sink log_stderr_sink(enum log_level level)
{
    return (struct log_sink){.write = sink_write, .ctx = NULL, .level = level};
}
