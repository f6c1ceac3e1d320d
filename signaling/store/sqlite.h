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

/* Checks the log of each class that is not ended; tells reader and log. E_IO: cannot be read. */
MUST_USE enum err sqlite_check_logs(struct sqlite *q, const struct store_reader *reader,
                                    const struct log_sink *log);

MUST_USE enum err sqlite_begin(struct sqlite *q);
/* *number: of the event that was appended, else as it was. */
MUST_USE enum err sqlite_apply(struct sqlite *q, const struct store_op *op, uint64_t *number);
MUST_USE enum err sqlite_commit(struct sqlite *q);
void sqlite_rollback(struct sqlite *q);
/* After a commit that took words away: no copy of them stays in the journal. E_AGAIN: a reader is
 * in the way. */
MUST_USE enum err sqlite_scrub(struct sqlite *q);

#endif
