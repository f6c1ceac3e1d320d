/* SPDX-License-Identifier: Apache-2.0
 * The built client, read once at start into a table of names: a request can name nothing else, so
 * there is no path to climb. Thread: signaling. init/fini pair. */
#ifndef SIGNALING_HTTP_PAGES_H
#define SIGNALING_HTTP_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sfu/base/err.h"

enum {
    PAGES_MAX = 1024,
    PAGES_BYTES = 64 * 1024 * 1024, /* all together */
    PAGE_NAME = 256,
    PAGES_DEPTH = 4, /* folders in folders */
};

struct page {
    char name[PAGE_NAME]; /* "/assets/index-1a2b3c4d.js" */
    const char *type;
    char etag[20]; /* with its quotes */
    bool forever;  /* the name holds a hash of the content */
    uint8_t *body; /* owned */
    size_t len;
};

struct pages {
    struct page *page; /* owned, sorted by name */
    size_t n, bytes;
};

/* NULL or a missing directory gives an empty table and E_NOTFOUND. E_IO, E_NOMEM, E_FULL. */
MUST_USE enum err pages_init(struct pages *p, const char *dir);
void pages_fini(struct pages *p);

/* "/", "/join" and the other views of the client are index.html. NULL: no such page. */
const struct page *pages_find(const struct pages *p, const char *path);

#endif
