/* SPDX-License-Identifier: Apache-2.0
 * Mends cut-off recordings. Decides what a segment is afterwards; how a file is repaired is
 * webm_repair.c's. */
#include "recordings/recover.h"

#include "recordings/webm_repair.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static enum err mend(int dir, const struct manifest *m, struct manifest_segment *s)
{
    struct manifest_file file = manifest_file(m, s);
    struct webm w;
    enum err e = E_IO;
    int fd = openat(dir, file.name, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (fd >= 0)
        e = webm_repair(fd, &w);
    else if (errno == ENOENT)
        e = E_MALFORMED;
    if (e == E_OK) {
        s->state = webm_finished(&w) ? SEGMENT_CLOSED : SEGMENT_REPAIRED;
        s->end_ms = s->offset_ms + webm_duration_ms(&w);
        webm_fini(&w);
    }
    if (e == E_MALFORMED) {
        s->state = SEGMENT_LOST;
        s->end_ms = s->offset_ms;
        e = E_OK;
    }
    if (fd >= 0)
        (void)close(fd);
    return e;
}

/* Where the track goes on; −1: nowhere. */
static int64_t next_offset(const struct manifest *m, uint32_t index)
{
    for (uint32_t i = index + 1; i < m->n_segments; i++)
        if (m->segments[i].track == m->segments[index].track)
            return m->segments[i].offset_ms;
    return -1;
}

enum err recover_segments(int dir, struct manifest *m)
{
    enum err result = E_OK;
    for (uint32_t i = 0; i < m->n_segments; i++) {
        struct manifest_segment *s = &m->segments[i];
        if (s->state != SEGMENT_OPEN)
            continue;
        enum err e = mend(dir, m, s);
        if (e != E_OK) {
            result = e;
            continue;
        }
        struct manifest_span gap = {
            .segment = i, .kind = SPAN_GAP, .from_ms = s->end_ms, .to_ms = next_offset(m, i)};
        if (gap.from_ms >= 0 && gap.to_ms > gap.from_ms && s->state != SEGMENT_CLOSED)
            (void)!manifest_add_span(m, &gap); /* a full table tells no more of these */
    }
    return result;
}
