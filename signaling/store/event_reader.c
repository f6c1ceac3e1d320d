/* SPDX-License-Identifier: Apache-2.0
 * Decides how the log is read while it is written: read-only, page by page, each page one snapshot.
 * Leaves what makes a chain whole to attendance/chain.c. */
#include "signaling/store/event_reader.h"

#include "sfu/base/mem.h"
#include "signaling/store/sha256.h"

#include <sqlite3.h>

#include <stdio.h>

enum { READ_WAIT_MS = 1000 };

static const char page_sql[] =
    "SELECT public, hash, commitment, salt, words FROM event LEFT JOIN event_private ON "
    "event_private.event = event.id WHERE class=?1 AND number>?2 ORDER BY number LIMIT ?3";

struct event_reader {
    sqlite3 *db;
    sqlite3_stmt *page;
    uint8_t nothing[CHAIN_HASH]; /* commitment of an event without a private part */
};

enum err event_reader_open(struct event_reader **out, const char *dir)
{
    *out = NULL;
    struct event_reader *r = mem_alloc(sizeof *r);
    if (r == NULL)
        return E_NOMEM;
    char path[1024];
    snprintf(path, sizeof path, "%.1000s/amphi.db", dir);
    const struct chain_sha256 sha = store_sha256();
    enum err e = chain_commit(&sha, bytes_of(NULL, 0), bytes_of(NULL, 0), r->nothing);
    if (e == E_OK && (sqlite3_open_v2(path, &r->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX,
                                      NULL) != SQLITE_OK ||
                      sqlite3_busy_timeout(r->db, READ_WAIT_MS) != SQLITE_OK ||
                      sqlite3_prepare_v3(r->db, page_sql, -1, SQLITE_PREPARE_PERSISTENT, &r->page,
                                         NULL) != SQLITE_OK))
        e = E_IO;
    if (e != E_OK) {
        event_reader_close(r);
        return e;
    }
    *out = r;
    return E_OK;
}

void event_reader_close(struct event_reader *r)
{
    if (r == NULL)
        return;
    sqlite3_finalize(r->page);
    sqlite3_close(r->db);
    mem_free(r);
}

static struct bytes column(sqlite3_stmt *s, int at)
{
    const void *p = sqlite3_column_blob(s, at);
    return bytes_of(p, p != NULL ? (size_t)sqlite3_column_bytes(s, at) : 0);
}

/* False: a hash or commitment of another length. */
static bool take_link(sqlite3_stmt *s, struct chain_link *out)
{
    struct bytes hash = column(s, 1), commitment = column(s, 2);
    *out = (struct chain_link){.public_form = column(s, 0),
                               .commitment = commitment.p,
                               .hash = hash.p,
                               .salt = column(s, 3),
                               .words = column(s, 4)};
    return hash.len == CHAIN_HASH && commitment.len == CHAIN_HASH;
}

static enum err take_event(const struct event_reader *r, struct stored_event *out)
{
    struct chain_link link;
    if (!take_link(r->page, &link))
        return E_MALFORMED;
    enum err e = event_read(&out->event, link.public_form);
    memcpy(out->hash, link.hash, CHAIN_HASH);
    out->words = link.words;
    out->erased = link.salt.len == 0 && memcmp(link.commitment, r->nothing, CHAIN_HASH) != 0;
    return e;
}

enum err event_reader_read(struct event_reader *r, const struct event_query *what,
                           enum err (*each)(void *ctx, const struct stored_event *e), void *ctx)
{
    unsigned max = what->max < EVENT_PAGE_MAX ? what->max : EVENT_PAGE_MAX;
    if (what->after > INT64_MAX)
        return E_OK;
    sqlite3_bind_blob(r->page, 1, what->class_id, STORE_CLASS_ID, SQLITE_STATIC);
    sqlite3_bind_int64(r->page, 2, (sqlite3_int64)what->after);
    sqlite3_bind_int64(r->page, 3, max);
    enum err e = E_OK;
    int rc = sqlite3_step(r->page);
    for (; rc == SQLITE_ROW && e == E_OK; rc = sqlite3_step(r->page)) {
        struct stored_event event;
        e = take_event(r, &event);
        if (e == E_OK)
            e = each(ctx, &event);
    }
    if (e == E_OK && rc != SQLITE_DONE)
        e = E_IO;
    sqlite3_reset(r->page);
    sqlite3_clear_bindings(r->page);
    return e;
}

static enum err read_head(struct sqlite3 *db, const uint8_t class_id[STORE_CLASS_ID],
                          struct event_head *out)
{
    sqlite3_stmt *s = NULL;
    enum err e = E_IO;
    *out = (struct event_head){.number = 0};
    if (sqlite3_prepare_v2(db, "SELECT number, head FROM chain WHERE class=?1", -1, &s, NULL) ==
            SQLITE_OK &&
        sqlite3_bind_blob(s, 1, class_id, STORE_CLASS_ID, SQLITE_STATIC) == SQLITE_OK) {
        int rc = sqlite3_step(s);
        struct bytes head = rc == SQLITE_ROW ? column(s, 1) : bytes_of(out->hash, CHAIN_HASH);
        out->number = rc == SQLITE_ROW ? (uint64_t)sqlite3_column_int64(s, 0) : 0;
        if (rc == SQLITE_ROW || rc == SQLITE_DONE)
            e = head.len == CHAIN_HASH ? E_OK : E_MALFORMED;
        if (e == E_OK && rc == SQLITE_ROW)
            memcpy(out->hash, head.p, CHAIN_HASH);
    }
    sqlite3_finalize(s);
    return e;
}

enum err event_reader_head(struct event_reader *r, const uint8_t class_id[STORE_CLASS_ID],
                           struct event_head *out)
{
    return read_head(r->db, class_id, out);
}

/* What the store noted as the last event: a log that was cut at its end differs from it. */
static enum err check_head(struct sqlite3 *db, struct chain_verifier *v)
{
    struct event_head head;
    enum err e = read_head(db, v->class_id, &head);
    return e == E_OK ? chain_verify_head(v, head.number, head.hash) : e;
}

enum err event_log_verify(struct sqlite3 *db, const uint8_t class_id[STORE_CLASS_ID],
                          struct chain_verifier *out)
{
    const struct chain_sha256 sha = store_sha256();
    chain_verifier_init(out, &sha, class_id);
    sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(db, page_sql, -1, &s, NULL) != SQLITE_OK)
        return E_IO;
    sqlite3_bind_blob(s, 1, class_id, STORE_CLASS_ID, SQLITE_STATIC);
    sqlite3_bind_int64(s, 2, -1);
    sqlite3_bind_int64(s, 3, -1); /* no limit */
    enum err e = E_OK;
    int rc = sqlite3_step(s);
    for (; rc == SQLITE_ROW && e == E_OK; rc = sqlite3_step(s)) {
        struct chain_link link;
        if (!take_link(s, &link)) {
            out->first_bad = out->number + 1;
            e = E_MALFORMED;
        } else {
            e = chain_verify_next(out, &link, NULL);
        }
    }
    if (e == E_OK && rc != SQLITE_DONE)
        e = E_IO;
    sqlite3_finalize(s);
    return e == E_OK ? check_head(db, out) : e;
}

enum err event_reader_verify(struct event_reader *r, const uint8_t class_id[STORE_CLASS_ID],
                             struct chain_verifier *out)
{
    /* One snapshot for events and head. */
    if (sqlite3_exec(r->db, "BEGIN", NULL, NULL, NULL) != SQLITE_OK)
        return E_IO;
    enum err e = event_log_verify(r->db, class_id, out);
    if (sqlite3_exec(r->db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK && e == E_OK)
        e = E_IO;
    return e;
}
