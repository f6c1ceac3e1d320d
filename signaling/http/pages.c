/* SPDX-License-Identifier: Apache-2.0
 * Decides which files are pages, their types and how long a browser may keep them. */
#include "signaling/http/pages.h"

#include "sfu/base/mem.h"

#include <openssl/sha.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct {
    const char *end, *type;
} types[] = {
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".webp", "image/webp"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".wasm", "application/wasm"},
    {".wav", "audio/wav"},
    {".mp3", "audio/mpeg"},
    {".txt", "text/plain; charset=utf-8"},
};

static const char *type_of(const char *name)
{
    size_t len = strlen(name);
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        size_t end = strlen(types[i].end);
        if (len > end && strcmp(name + len - end, types[i].end) == 0)
            return types[i].type;
    }
    return NULL;
}

static enum err read_page(struct pages *p, int fd, const char *name)
{
    const char *type = type_of(name);
    struct stat st;
    if (type == NULL || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        return E_OK; /* source maps and whatever else lies there is not served */
    size_t len = (size_t)st.st_size;
    if (p->n == PAGES_MAX || len > PAGES_BYTES - p->bytes)
        return E_FULL;
    struct page *page = &p->page[p->n];
    page->body = mem_alloc(len);
    if (page->body == NULL)
        return E_NOMEM;
    p->n++;
    for (size_t done = 0; done < len;) {
        ssize_t n = read(fd, page->body + done, len - done);
        if (n <= 0)
            return E_IO;
        done += (size_t)n;
    }
    page->len = len;
    p->bytes += len;
    page->type = type;
    page->forever = strncmp(name, "/assets/", 8) == 0;
    snprintf(page->name, sizeof page->name, "%s", name);
    uint8_t hash[SHA256_DIGEST_LENGTH];
    SHA256(page->body, len, hash);
    snprintf(page->etag, sizeof page->etag, "\"%02x%02x%02x%02x%02x%02x%02x%02x\"", hash[0],
             hash[1], hash[2], hash[3], hash[4], hash[5], hash[6], hash[7]);
    return E_OK;
}

static enum err read_entry(struct pages *p, int dir, const char *prefix, const char *name,
                           unsigned depth);

/* Takes the descriptor. */
static enum err read_dir(struct pages *p, int fd, const char *prefix, unsigned depth)
{
    DIR *d = fdopendir(fd);
    if (d == NULL) {
        close(fd);
        return E_IO;
    }
    enum err e = E_OK;
    while (e == E_OK) {
        struct dirent *one = readdir(d); // NOLINT(concurrency-mt-unsafe): a stream of our own
        if (one == NULL)
            break;
        if (one->d_name[0] != '.')
            e = read_entry(p, dirfd(d), prefix, one->d_name, depth);
    }
    closedir(d);
    return e;
}

static enum err read_entry(struct pages *p, int dir, const char *prefix, const char *name,
                           unsigned depth)
{
    char path[PAGE_NAME];
    int n = snprintf(path, sizeof path, "%s/%s", prefix, name);
    if (n < 0 || (size_t)n >= sizeof path)
        return E_OK;
    int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return E_OK; /* a link, or gone */
    struct stat st;
    if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode) && depth > 0)
        return read_dir(p, fd, path, depth - 1);
    enum err e = read_page(p, fd, path);
    close(fd);
    return e;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct page *)a)->name, ((const struct page *)b)->name);
}

static int name_is(const void *name, const void *page)
{
    return strcmp(name, ((const struct page *)page)->name);
}

enum err pages_init(struct pages *p, const char *dir)
{
    memset(p, 0, sizeof *p);
    int fd = dir == NULL || dir[0] == '\0' ? -1 : open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return E_NOTFOUND;
    p->page = mem_alloc_array(PAGES_MAX, sizeof *p->page);
    if (p->page == NULL) {
        close(fd);
        return E_NOMEM;
    }
    enum err e = read_dir(p, fd, "", PAGES_DEPTH);
    if (p->n > 0)
        qsort(p->page, p->n, sizeof *p->page, by_name);
    return e == E_OK && p->n == 0 ? E_NOTFOUND : e;
}

void pages_fini(struct pages *p)
{
    for (size_t i = 0; i < p->n; i++)
        mem_free(p->page[i].body);
    mem_free(p->page);
    memset(p, 0, sizeof *p);
}

/* The client tells them apart (client/web/src/desk.tsx). */
static const char *const views[] = {
    "/", "/join", "/home", "/here", "/donnees-personnelles", "/accessibilite",
};

const struct page *pages_find(const struct pages *p, const char *path)
{
    for (size_t i = 0; i < sizeof views / sizeof views[0]; i++)
        if (strcmp(path, views[i]) == 0)
            path = "/index.html";
    return p->n == 0 ? NULL : bsearch(path, p->page, p->n, sizeof *p->page, name_is);
}
