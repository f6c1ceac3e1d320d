/* SPDX-License-Identifier: Apache-2.0
 * Decides how secrets lie on disk: written whole to a new file, synced, then renamed, so that a
 * kill leaves the old one or none. */
#include "signaling/secrets.h"

#include "sfu/adapt/rand.h"

#include <openssl/crypto.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum err data_dir_open(const char *dir)
{
    char path[SECRET_PATH];
    size_t len = strlen(dir);
    if (len == 0 || len >= sizeof path)
        return E_RANGE;
    memcpy(path, dir, len + 1);
    for (char *p = path + 1; *p != '\0'; p++) {
        if (*p != '/')
            continue;
        *p = '\0';
        if (mkdir(path, 0755) != 0 && errno != EEXIST)
            return E_IO;
        *p = '/';
    }
    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        return E_IO;
    struct stat st;
    if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode))
        return E_IO;
    return (st.st_mode & (S_IRWXG | S_IRWXO)) != 0 ? E_DENIED : E_OK;
}

static enum err read_secret(int dir, const char *name, uint8_t *out, size_t len)
{
    int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? E_NOTFOUND : E_IO;
    struct stat st;
    enum err e = E_IO;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        goto out;
    e = E_DENIED;
    if ((st.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        goto out;
    e = (size_t)st.st_size == len && read(fd, out, len) == (ssize_t)len ? E_OK : E_MALFORMED;
out:
    close(fd);
    return e;
}

static enum err write_secret(int dir, const char *name, const uint8_t *p, size_t len)
{
    static const char fresh[] = ".new-secret";
    unlinkat(dir, fresh, 0);
    int fd = openat(dir, fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return E_IO;
    bool ok = write(fd, p, len) == (ssize_t)len && fsync(fd) == 0;
    ok = close(fd) == 0 && ok;
    ok = ok && renameat(dir, fresh, dir, name) == 0 && fsync(dir) == 0;
    return ok ? E_OK : E_IO;
}

enum err token_key_open(struct token_key *out, const char *dir)
{
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return E_IO;
    enum err e = read_secret(fd, "token.key", out->bytes, sizeof out->bytes);
    if (e == E_NOTFOUND) {
        e = rand_bytes(out->bytes, sizeof out->bytes);
        if (e == E_OK)
            e = write_secret(fd, "token.key", out->bytes, sizeof out->bytes);
    }
    close(fd);
    return e;
}

enum err admin_key_open(char out[ADMIN_KEY_TEXT], const char *dir, bool *made)
{
    *made = false;
    uint8_t text[ADMIN_KEY_TEXT]; /* with a line end instead of the final 0 */
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return E_IO;
    enum err e = read_secret(fd, "admin.key", text, sizeof text);
    if (e == E_NOTFOUND) {
        uint8_t raw[32];
        e = rand_bytes(raw, sizeof raw);
        if (e == E_OK) {
            b64_write(out, raw, sizeof raw);
            OPENSSL_cleanse(raw, sizeof raw);
            memcpy(text, out, ADMIN_KEY_TEXT - 1);
            text[ADMIN_KEY_TEXT - 1] = '\n';
            e = write_secret(fd, "admin.key", text, sizeof text);
            *made = e == E_OK;
        }
    }
    close(fd);
    if (e == E_OK && text[ADMIN_KEY_TEXT - 1] != '\n')
        e = E_MALFORMED;
    memcpy(out, text, ADMIN_KEY_TEXT);
    out[ADMIN_KEY_TEXT - 1] = '\0';
    if (e == E_OK && strlen(out) != ADMIN_KEY_TEXT - 1)
        e = E_MALFORMED;
    return e;
}

bool admin_key_matches(const char key[ADMIN_KEY_TEXT], const char *given)
{
    char padded[ADMIN_KEY_TEXT] = {0};
    size_t len = strnlen(given, ADMIN_KEY_TEXT);
    memcpy(padded, given, len < ADMIN_KEY_TEXT ? len : ADMIN_KEY_TEXT - 1);
    int differs = CRYPTO_memcmp(padded, key, ADMIN_KEY_TEXT);
    return differs == 0 && len == ADMIN_KEY_TEXT - 1;
}
