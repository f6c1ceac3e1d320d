/* SPDX-License-Identifier: Apache-2.0
 * The manifest on the disk. Decides how it is replaced; not what stands in it. */
#include "recordings/manifest_file.h"

#include "recordings/manifest_json.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEMPORARY "manifest.new"

static enum err write_all(int fd, struct bytes text)
{
    while (text.len > 0) {
        ssize_t n = write(fd, text.p, text.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return E_IO;
        text = bytes_skip(text, (size_t)n);
    }
    return E_OK;
}

static enum err replace(int dir, struct bytes text, bool durable)
{
    int fd = openat(dir, TEMPORARY, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640);
    if (fd < 0)
        return E_IO;
    enum err e = write_all(fd, text);
    if (e == E_OK && durable && fsync(fd) != 0)
        e = E_IO;
    int kept = errno;
    (void)close(fd);
    errno = kept;
    if (e == E_OK && renameat(dir, TEMPORARY, dir, MANIFEST_NAME) != 0)
        e = E_IO;
    if (e == E_OK && durable && fsync(dir) != 0)
        e = E_IO;
    return e;
}

enum err manifest_save_text(int dir, struct bytes text, bool durable)
{
    enum err e = replace(dir, text, durable);
    if (e == E_OK || (errno != ENOSPC && errno != EDQUOT))
        return e;
    manifest_unreserve(dir);
    return replace(dir, text, durable);
}

enum err manifest_save(int dir, const struct manifest *m)
{
    size_t len = 0;
    char *text = manifest_json_write(m, &len);
    if (text == NULL)
        return E_NOMEM;
    enum err e = manifest_save_text(dir, bytes_of(text, len), true);
    free(text);
    return e;
}

enum err manifest_load(int dir, struct manifest *m)
{
    struct stat st;
    char *text = NULL;
    enum err e = E_IO;
    size_t len = 0;
    int fd = openat(dir, MANIFEST_NAME, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return errno == ENOENT ? E_NOTFOUND : E_IO;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        goto out;
    e = E_MALFORMED;
    if (st.st_size > MANIFEST_TEXT_MAX)
        goto out;
    e = E_NOMEM;
    text = malloc((size_t)st.st_size + 1);
    if (text == NULL)
        goto out;
    while (len < (size_t)st.st_size) {
        ssize_t n = read(fd, text + len, (size_t)st.st_size - len);
        if (n <= 0)
            break;
        len += (size_t)n;
    }
    e = manifest_json_read(m, bytes_of(text, len));
out:
    free(text);
    (void)close(fd);
    return e;
}

enum err manifest_reserve(int dir)
{
    int fd = openat(dir, MANIFEST_RESERVE, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
    if (fd < 0)
        return E_IO;
    int failed = posix_fallocate(fd, 0, MANIFEST_RESERVE_BYTES);
    (void)close(fd);
    if (failed == 0)
        return E_OK;
    manifest_unreserve(dir);
    errno = failed;
    return E_IO;
}

void manifest_unreserve(int dir)
{
    (void)unlinkat(dir, MANIFEST_RESERVE, 0);
}
