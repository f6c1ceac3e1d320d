/* SPDX-License-Identifier: Apache-2.0
 * The one SQLite connection: schema, reading at start, puts inside a transaction. Thread: that of
 * its owner, one at a time (start: signaling; then the writer alone). open/close pair. */
#ifndef SIGNALING_STORE_SQLITE_H
#define SIGNALING_STORE_SQLITE_H

#include "signaling/store/store.h"

struct sqlite; /* opaque */

/* E_IO, E_UNSUPPORTED: a schema of a later version. *why is a constant or the library's text, for
 * the log. */
MUST_USE enum err sqlite_open(struct sqlite **out, const char *dir, const char **why);
void sqlite_close(struct sqlite *q); /* NULL is nothing */

MUST_USE enum err sqlite_read(struct sqlite *q, const struct store_reader *reader);

MUST_USE enum err sqlite_begin(struct sqlite *q);
MUST_USE enum err sqlite_apply(struct sqlite *q, const struct store_op *op);
MUST_USE enum err sqlite_commit(struct sqlite *q);
void sqlite_rollback(struct sqlite *q);

#endif
