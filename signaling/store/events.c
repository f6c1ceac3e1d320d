/* SPDX-License-Identifier: Apache-2.0
 * Decides the number and the hash of each event as it is written: the head of the class's chain is
 * read and moved in the same transaction, so that a rollback takes both back. Leaves the bytes to
 * attendance/event.c and the formula to attendance/chain.c. */
#include "signaling/store/events.h"

#include "sfu/adapt/rand.h"
#include "sfu/base/mem.h"
#include "signaling/store/sha256.h"

#include <sqlite3.h>

enum statement {
    GET_HEAD,
    PUT_HEAD,
    PUT_EVENT,
    PUT_WORDS,
    ERASE_WORDS,
    DELETE_EVENTS,
    DELETE_HEAD,
    N_STATEMENT
};

static const char *const sql[N_STATEMENT] = {
    [GET_HEAD] = "SELECT number, head FROM chain WHERE class=?1",
    [PUT_HEAD] = "INSERT INTO chain VALUES (?1,?2,?3) ON CONFLICT (class) DO UPDATE SET number=?2, "
                 "head=?3",
    [PUT_EVENT] = "INSERT INTO event (class, number, kind, person, public, commitment, hash) "
                  "VALUES (?1,?2,?3,?4,?5,?6,?7)",
    [PUT_WORDS] = "INSERT INTO event_private VALUES (?1,?2,?3)",
    [ERASE_WORDS] = "DELETE FROM event_private WHERE event IN (SELECT id FROM event WHERE class=?1 "
                    "AND (?2=0 OR person=?2) AND (?3=0 OR number=?3) AND (?4=0 OR kind=?4) "
                    /* the target stands at byte 84 of the public form; 70: the server started */
                    "AND (?5=0 OR (substr(public,85,8)=?6 AND number>coalesce((SELECT max(number) "
                    "FROM event WHERE class=?1 AND kind=70),0))))",
    [DELETE_EVENTS] = "DELETE FROM event WHERE class=?1",
    [DELETE_HEAD] = "DELETE FROM chain WHERE class=?1",
};

struct events {
    sqlite3 *db;
    struct chain_sha256 sha;
    sqlite3_stmt *statement[N_STATEMENT];
};

enum err events_open(struct events **out, struct sqlite3 *db)
{
    *out = NULL;
    struct events *v = mem_alloc(sizeof *v);
    if (v == NULL)
        return E_NOMEM;
    v->db = db;
    v->sha = store_sha256();
    for (unsigned i = 0; i < N_STATEMENT; i++)
        if (sqlite3_prepare_v3(db, sql[i], -1, SQLITE_PREPARE_PERSISTENT, &v->statement[i], NULL) !=
            SQLITE_OK) {
            events_close(v);
            return E_IO;
        }
    *out = v;
    return E_OK;
}

void events_close(struct events *v)
{
    if (v == NULL)
        return;
    for (unsigned i = 0; i < N_STATEMENT; i++)
        sqlite3_finalize(v->statement[i]);
    mem_free(v);
}

static void bind_class(sqlite3_stmt *s, const uint8_t class_id[STORE_CLASS_ID])
{
    sqlite3_bind_blob(s, 1, class_id, STORE_CLASS_ID, SQLITE_STATIC);
}

static void bind_hash(sqlite3_stmt *s, int at, const uint8_t hash[CHAIN_HASH])
{
    sqlite3_bind_blob(s, at, hash, CHAIN_HASH, SQLITE_STATIC);
}

/* Runs to the end and makes the statement ready again; a bind that failed shows as a constraint
 * here. */
static enum err run(sqlite3_stmt *s)
{
    int rc = sqlite3_step(s);
    sqlite3_reset(s);
    sqlite3_clear_bindings(s);
    return rc == SQLITE_DONE ? E_OK : E_IO;
}

/* Zero and a zeroed head for a class without a log. */
static enum err get_head(struct events *v, const uint8_t class_id[STORE_CLASS_ID], uint64_t *number,
                         uint8_t head[CHAIN_HASH])
{
    sqlite3_stmt *s = v->statement[GET_HEAD];
    enum err e = E_OK;
    *number = 0;
    memset(head, 0, CHAIN_HASH);
    bind_class(s, class_id);
    int rc = sqlite3_step(s);
    if (rc == SQLITE_ROW && sqlite3_column_bytes(s, 1) == CHAIN_HASH) {
        *number = (uint64_t)sqlite3_column_int64(s, 0);
        memcpy(head, sqlite3_column_blob(s, 1), CHAIN_HASH);
    } else if (rc != SQLITE_DONE) {
        e = E_IO;
    }
    sqlite3_reset(s);
    sqlite3_clear_bindings(s);
    return e;
}

struct entry {
    struct log_event event;
    struct bytes words, salt;
    uint8_t salt_bytes[CHAIN_SALT];
    uint8_t form[LOG_PUBLIC], commitment[CHAIN_HASH], hash[CHAIN_HASH];
};

static enum err chain_entry(struct events *v, struct entry *n, const struct store_event *what)
{
    uint8_t head[CHAIN_HASH];
    n->event = what->event;
    n->words = what->words;
    enum err e = get_head(v, what->event.class_id, &n->event.number, head);
    n->event.number++;
    if (e == E_OK && n->words.len > 0) {
        e = rand_bytes(n->salt_bytes, sizeof n->salt_bytes);
        n->salt = bytes_of(n->salt_bytes, sizeof n->salt_bytes);
    }
    if (e == E_OK)
        e = chain_commit(&v->sha, n->salt, n->words, n->commitment);
    event_write(n->form, &n->event);
    if (e == E_OK)
        e = chain_next(&v->sha, head, bytes_of(n->form, LOG_PUBLIC), n->commitment, n->hash);
    return e;
}

static enum err put_entry(struct events *v, const struct entry *n)
{
    sqlite3_stmt *s = v->statement[PUT_EVENT];
    bind_class(s, n->event.class_id);
    sqlite3_bind_int64(s, 2, (sqlite3_int64)n->event.number);
    sqlite3_bind_int(s, 3, n->event.kind);
    sqlite3_bind_int64(s, 4, n->event.person);
    sqlite3_bind_blob(s, 5, n->form, LOG_PUBLIC, SQLITE_STATIC);
    bind_hash(s, 6, n->commitment);
    bind_hash(s, 7, n->hash);
    enum err e = run(s);
    if (e != E_OK || n->words.len == 0)
        return e;
    s = v->statement[PUT_WORDS];
    sqlite3_bind_int64(s, 1, sqlite3_last_insert_rowid(v->db));
    sqlite3_bind_blob(s, 2, n->salt.p, (int)n->salt.len, SQLITE_STATIC);
    sqlite3_bind_blob(s, 3, n->words.p, (int)n->words.len, SQLITE_STATIC);
    return run(s);
}

enum err events_append(struct events *v, const struct store_event *what, uint64_t *number)
{
    struct entry n = {0};
    enum err e = chain_entry(v, &n, what);
    if (e == E_OK)
        e = put_entry(v, &n);
    if (e != E_OK)
        return e;
    sqlite3_stmt *s = v->statement[PUT_HEAD];
    bind_class(s, n.event.class_id);
    sqlite3_bind_int64(s, 2, (sqlite3_int64)n.event.number);
    bind_hash(s, 3, n.hash);
    *number = n.event.number;
    return run(s);
}

enum err events_erase(struct events *v, const struct store_erase *what)
{
    sqlite3_stmt *s = v->statement[ERASE_WORDS];
    uint8_t target[8];
    bind_class(s, what->class_id);
    sqlite3_bind_int64(s, 2, what->person);
    sqlite3_bind_int64(s, 3, (sqlite3_int64)what->number);
    put_be64(target, what->target);
    sqlite3_bind_int(s, 4, what->kind);
    sqlite3_bind_int(s, 5, what->target != 0 ? 1 : 0);
    sqlite3_bind_blob(s, 6, target, sizeof target, SQLITE_STATIC);
    return run(s);
}

enum err events_delete(struct events *v, const uint8_t class_id[STORE_CLASS_ID])
{
    sqlite3_stmt *s = v->statement[DELETE_EVENTS];
    bind_class(s, class_id);
    enum err e = run(s);
    if (e != E_OK)
        return e;
    s = v->statement[DELETE_HEAD];
    bind_class(s, class_id);
    return run(s);
}
