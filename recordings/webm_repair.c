/* SPDX-License-Identifier: Apache-2.0
 * Repairs cut-off WebM files in place. The order of the writes is such that a kill in between
 * leaves a file that the next repair takes up again. */
#include "recordings/webm_repair.h"

#include "sfu/base/mem.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

static enum err read_fd(void *ctx, uint64_t at, uint8_t *out, size_t n)
{
    const int *fd = ctx;
    while (n > 0) {
        ssize_t got = pread(*fd, out, n, (off_t)at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return E_IO;
        out += got;
        at += (uint64_t)got;
        n -= (size_t)got;
    }
    return E_OK;
}

static enum err write_fd(int fd, uint64_t at, const uint8_t *p, size_t n)
{
    while (n > 0) {
        ssize_t put = pwrite(fd, p, n, (off_t)at);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return E_IO;
        p += put;
        at += (uint64_t)put;
        n -= (size_t)put;
    }
    return E_OK;
}

enum err webm_scan_fd(int fd, struct webm *out)
{
    struct stat st;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        return E_IO;
    struct webm_source source = {.read = read_fd, .ctx = &fd, .length = (uint64_t)st.st_size};
    return webm_scan(out, &source);
}

static enum err write_be64(int fd, uint64_t at, uint64_t v)
{
    uint8_t b[8];
    put_be64(b, v);
    return write_fd(fd, at, b, sizeof(b));
}

/* An 8-byte length field, RFC 8794 §6.2. */
static enum err write_length(int fd, uint64_t at, uint64_t length)
{
    return at == 0 ? E_OK : write_be64(fd, at, (UINT64_C(1) << 56) | length);
}

static enum err write_duration(int fd, const struct webm *w)
{
    union {
        double d;
        uint64_t u;
    } wide = {.d = (double)webm_duration_ms(w) * 1e6 / (double)w->tick_ns};
    union {
        float f;
        uint32_t u;
    } narrow = {.f = (float)wide.d};
    uint8_t b[4];
    if (w->duration_at == 0)
        return E_OK;
    if (w->duration_len == 8)
        return write_be64(fd, w->duration_at, wide.u);
    put_be32(b, narrow.u);
    return write_fd(fd, w->duration_at, b, sizeof(b));
}

/* Entries of the SeekHead lead to what is there; the others become Void (id EC). */
static enum err write_seeks(int fd, const struct webm *w, uint64_t cues_at)
{
    enum { CUES = 0x1C53BB6B, INFO = 0x1549A966, TRACKS = 0x1654AE6B };
    for (unsigned i = 0; i < w->n_seeks; i++) {
        const struct webm_seek *s = &w->seeks[i];
        uint64_t to = s->id == CUES ? cues_at : s->id == INFO ? w->info_at : 0;
        if (s->id == TRACKS)
            to = w->tracks_at;
        if (s->position_at == 0 || s->entry_len < 2 || s->entry_len - 2 > 126)
            continue;
        uint8_t gone[2] = {0xEC, (uint8_t)(0x80 | (s->entry_len - 2))};
        enum err e = to == 0 ? write_fd(fd, s->entry_at, gone, sizeof(gone))
                             : write_be64(fd, s->position_at, to - w->segment_data);
        if (e != E_OK)
            return e;
    }
    return E_OK;
}

/* The cues behind the media; the new end of the file in *end, or media_end when there is no space.
 */
static enum err append_cues(int fd, const struct webm *w, uint64_t *end)
{
    size_t cap = (size_t)w->n_cues * WEBM_CUE_BYTES + 16;
    uint8_t *room = mem_alloc(cap);
    if (room == NULL)
        return E_NOMEM;
    struct writer cues = writer_over(room, cap);
    enum err e = webm_write_cues(&cues, w);
    *end = w->media_end;
    if (e == E_OK && write_fd(fd, w->media_end, room, cues.len) == E_OK)
        *end += cues.len;
    else if (e == E_OK && ftruncate(fd, (off_t)w->media_end) != 0)
        e = E_IO;
    mem_free(room);
    return e;
}

static enum err mend(int fd, const struct webm *w)
{
    uint64_t end;
    if (ftruncate(fd, (off_t)w->media_end) != 0)
        return E_IO;
    enum err e = append_cues(fd, w, &end);
    if (e == E_OK)
        e = write_length(fd, w->cluster_size_at, w->media_end - w->cluster_data);
    if (e == E_OK)
        e = write_seeks(fd, w, end > w->media_end ? w->media_end : 0);
    if (e == E_OK)
        e = write_length(fd, w->segment_size_at, end - w->segment_data);
    if (e == E_OK)
        e = write_duration(fd, w);
    return e == E_OK && fsync(fd) != 0 ? E_IO : e;
}

enum err webm_repair(int fd, struct webm *out)
{
    enum err e = webm_scan_fd(fd, out);
    if (e != E_OK || webm_finished(out))
        return e;
    e = mend(fd, out);
    if (e != E_OK)
        webm_fini(out);
    return e;
}
