/* SPDX-License-Identifier: Apache-2.0
 * Recordings as folders. Decides which are cut off and what a whole one looks like. */
#include "recordings/recordings.h"

#include "recordings/manifest_file.h"
#include "recordings/recover.h"
#include "recordings/webm_repair.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static int open_folder(int at, const char *name)
{
    return openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static enum err folder_err(void)
{
    return errno == ENOENT || errno == ENOTDIR ? E_NOTFOUND : E_IO;
}

/* A stream of its own over the same folder; the caller keeps dir. */
static DIR *read_folder(int dir)
{
    int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *d = fd < 0 ? NULL : fdopendir(fd);
    if (d == NULL && fd >= 0)
        (void)close(fd);
    return d;
}

static struct dirent *next(DIR *d)
{
    return readdir(d); // NOLINT(concurrency-mt-unsafe): glibc's is safe for streams of one thread
}

static uint64_t bytes_in(int dir)
{
    uint64_t sum = 0;
    struct stat st;
    DIR *d = read_folder(dir);
    for (struct dirent *e; d != NULL && (e = next(d)) != NULL;)
        if (fstatat(dir, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode))
            sum += (uint64_t)st.st_size;
    if (d != NULL)
        (void)closedir(d);
    return sum;
}

static bool in_use(int dir)
{
    if (flock(dir, LOCK_SH | LOCK_NB) != 0)
        return true;
    (void)flock(dir, LOCK_UN);
    return false;
}

static bool list_one(int root, const char *name, recordings_entry_fn *fn, void *ctx)
{
    struct manifest m;
    int dir = open_folder(root, name);
    if (dir < 0)
        return true; /* a plain file is no recording */
    manifest_init(&m);
    bool ok = manifest_load(dir, &m) == E_OK;
    if (ok) {
        struct recordings_entry entry = {
            .folder = name, .manifest = &m, .bytes = bytes_in(dir), .in_use = in_use(dir)};
        fn(ctx, &entry);
        manifest_fini(&m);
    }
    (void)close(dir);
    return ok;
}

enum err recordings_list(const char *root, recordings_entry_fn *fn, void *ctx, uint32_t *unreadable)
{
    *unreadable = 0;
    DIR *d = opendir(root);
    if (d == NULL)
        return folder_err();
    for (struct dirent *e; (e = next(d)) != NULL;)
        if (e->d_name[0] != '.' && !list_one(dirfd(d), e->d_name, fn, ctx))
            (*unreadable)++;
    (void)closedir(d);
    return E_OK;
}

static enum err recover_dir(int dir, bool *recovered)
{
    struct manifest m;
    *recovered = false;
    if (flock(dir, LOCK_EX | LOCK_NB) != 0)
        return E_EXISTS;
    manifest_init(&m);
    enum err e = manifest_load(dir, &m);
    if (e != E_OK)
        return e;
    if (m.state == MANIFEST_RUNNING) {
        manifest_unreserve(dir);
        e = recover_segments(dir, &m);
        if (e == E_OK) {
            manifest_finish(&m, MANIFEST_RECOVERED, 0);
            e = manifest_save(dir, &m);
        }
        *recovered = e == E_OK;
    }
    manifest_fini(&m);
    return e;
}

enum err recordings_recover_one(const char *folder, bool *recovered)
{
    int dir = open_folder(AT_FDCWD, folder);
    *recovered = false;
    if (dir < 0)
        return folder_err();
    enum err e = recover_dir(dir, recovered);
    (void)close(dir); /* and with it the lock */
    return e;
}

enum err recordings_recover(const char *root, uint32_t *recovered)
{
    enum err result = E_OK;
    *recovered = 0;
    DIR *d = opendir(root);
    if (d == NULL)
        return folder_err();
    for (struct dirent *e; (e = next(d)) != NULL;) {
        bool one = false;
        int dir = e->d_name[0] == '.' ? -1 : open_folder(dirfd(d), e->d_name);
        if (dir < 0)
            continue;
        enum err failed = recover_dir(dir, &one);
        if (failed != E_OK && failed != E_EXISTS && failed != E_NOTFOUND)
            result = failed;
        *recovered += one ? 1U : 0U;
        (void)close(dir);
    }
    (void)closedir(d);
    return result;
}

const char *recordings_fault_text(enum recordings_fault f)
{
    static const char *const texts[N_RECORDINGS_FAULT] = {
        "is missing",
        "is not in the manifest",
        "cannot be played",
        "was cut off and not repaired",
        "lasts longer or shorter than the manifest says",
        "is lost",
    };
    return f < N_RECORDINGS_FAULT ? texts[f] : "unknown";
}

struct verification {
    int dir;
    const struct manifest *m;
    recordings_fault_fn *fn;
    void *ctx;
    uint32_t faults;
};

static void fault(struct verification *v, const char *file, enum recordings_fault f)
{
    v->faults++;
    v->fn(v->ctx, file, f);
}

static void verify_segment(struct verification *v, const struct manifest_segment *s)
{
    enum { TOLERANCE_MS = 1000 };
    struct webm w;
    struct manifest_file file = manifest_file(v->m, s);
    if (s->state == SEGMENT_LOST) {
        fault(v, file.name, RECORDING_SEGMENT_LOST);
        return;
    }
    int fd = openat(v->dir, file.name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) {
        fault(v, file.name, RECORDING_FILE_MISSING);
        return;
    }
    enum err e = webm_scan_fd(fd, &w);
    (void)close(fd);
    if (e != E_OK) {
        fault(v, file.name, RECORDING_FILE_BROKEN);
        return;
    }
    int64_t apart = s->offset_ms + webm_duration_ms(&w) - s->end_ms;
    if (!webm_finished(&w))
        fault(v, file.name, RECORDING_FILE_CUT);
    else if (apart > TOLERANCE_MS || apart < -TOLERANCE_MS)
        fault(v, file.name, RECORDING_TIMES_DIFFER);
    webm_fini(&w);
}

static bool named(const struct manifest *m, const char *file)
{
    for (uint32_t i = 0; i < m->n_segments; i++)
        if (strcmp(manifest_file(m, &m->segments[i]).name, file) == 0)
            return true;
    return strcmp(file, MANIFEST_NAME) == 0;
}

static bool is_media(const char *file)
{
    size_t n = strlen(file);
    return n > 5 && strcmp(file + n - 5, ".webm") == 0;
}

static enum err verify_unknown(struct verification *v)
{
    DIR *d = read_folder(v->dir);
    if (d == NULL)
        return E_IO;
    for (struct dirent *e; (e = next(d)) != NULL;)
        if (is_media(e->d_name) && !named(v->m, e->d_name))
            fault(v, e->d_name, RECORDING_FILE_UNKNOWN);
    (void)closedir(d);
    return E_OK;
}

enum err recordings_verify(const char *folder, recordings_fault_fn *fn, void *ctx, uint32_t *files,
                           uint32_t *faults)
{
    struct manifest m;
    struct verification v = {.m = &m, .fn = fn, .ctx = ctx};
    *files = *faults = 0;
    v.dir = open_folder(AT_FDCWD, folder);
    if (v.dir < 0)
        return folder_err();
    manifest_init(&m);
    enum err e = manifest_load(v.dir, &m);
    if (e == E_OK) {
        for (uint32_t i = 0; i < m.n_segments; i++)
            verify_segment(&v, &m.segments[i]);
        e = verify_unknown(&v);
        *files = m.n_segments;
        *faults = v.faults;
        manifest_fini(&m);
    }
    (void)close(v.dir);
    return e;
}

enum err recordings_delete(const char *folder)
{
    enum err e = E_OK;
    int dir = open_folder(AT_FDCWD, folder);
    if (dir < 0)
        return folder_err();
    DIR *d = NULL;
    if (flock(dir, LOCK_EX | LOCK_NB) != 0)
        e = E_EXISTS;
    else if ((d = read_folder(dir)) == NULL)
        e = E_IO;
    for (struct dirent *entry; d != NULL && (entry = next(d)) != NULL;)
        if (is_media(entry->d_name) && unlinkat(dir, entry->d_name, 0) != 0)
            e = E_IO;
    if (d != NULL)
        (void)closedir(d);
    if (e == E_OK) {
        manifest_unreserve(dir);
        (void)unlinkat(dir, "manifest.new", 0);
        if ((unlinkat(dir, MANIFEST_NAME, 0) != 0 && errno != ENOENT) || rmdir(folder) != 0)
            e = E_IO;
    }
    (void)close(dir);
    return e;
}
