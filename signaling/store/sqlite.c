/* SPDX-License-Identifier: Apache-2.0
 * Decides how SQLite is used: one connection for all writes and checkpoints (Debian 12's 3.40.1
 * corrupts a WAL that two connections reset), WAL with full sync, no memory map, erased bytes
 * overwritten. Others may open the file, but only to read; a lock on the folder keeps a
 * second server out. Leaves the event log to events.c. */
#include "signaling/store/sqlite.h"

#include "sfu/base/mem.h"
#include "signaling/store/event_reader.h"
#include "signaling/store/events.h"
#include "signaling/store/schema/schema.h"

#include <sqlite3.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum statement {
    PUT_CLASS,
    CLEAR_PERIODS,
    PUT_PERIOD,
    CLEAR_SITES,
    PUT_SITE,
    CLEAR_TRAINERS,
    PUT_CLASS_TRAINER,
    DELETE_CLASS,
    PUT_PERSON,
    PUT_TRAINER,
    N_STATEMENT
};

static const char *const sql[N_STATEMENT] = {
    [PUT_CLASS] =
        "INSERT INTO class VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18) "
        "ON "
        "CONFLICT (id) DO "
        "UPDATE SET "
        "title=?2, time_zone=?3, entrance=?4, ended=?5, policy_microphone=?6, policy_camera=?7, "
        "revocation_trainer=?8, revocation_moderator=?9, revocation_learner=?10, "
        "revocation_room=?11, open_link=?13, revocation_open=?14, late_min=?15, early_min=?16, "
        "help=?17, deleted=?18",
    [CLEAR_PERIODS] = "DELETE FROM period WHERE class=?1",
    [PUT_PERIOD] = "INSERT INTO period VALUES (?1,?2,?3,?4)",
    [CLEAR_SITES] = "DELETE FROM site WHERE class=?1",
    [PUT_SITE] = "INSERT INTO site VALUES (?1,?2,?3)",
    [CLEAR_TRAINERS] = "DELETE FROM class_trainer WHERE class=?1",
    [PUT_CLASS_TRAINER] = "INSERT INTO class_trainer VALUES (?1,?2)",
    [DELETE_CLASS] = "DELETE FROM class WHERE id=?1",
    [PUT_PERSON] =
        ("INSERT INTO person VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13) ON CONFLICT "
         "(class, number) DO UPDATE SET name=?3, role=?4, removed=?5, revocation=?6, identity=?7, "
         "merged_into=?8, family=?9, given=?10, organisation=?11, email=?12, external_id=?13"),
    [PUT_TRAINER] = ("INSERT INTO trainer VALUES (?1,?2,?3,?4) ON CONFLICT (number) DO UPDATE SET "
                     "name=?2, revoked=?3, secret=?4"),
};

struct sqlite {
    sqlite3 *db;
    sqlite3_stmt *statement[N_STATEMENT];
    struct events *events;
    int dir; /* holds the lock */
};

enum { SCRUB_WAIT_MS = 500 }; /* a reader takes a page of events in far less */

static enum err exec(struct sqlite *q, const char *text)
{
    return sqlite3_exec(q->db, text, NULL, NULL, NULL) == SQLITE_OK ? E_OK : E_IO;
}

static enum err user_version(struct sqlite *q, int *version)
{
    sqlite3_stmt *s = NULL;
    enum err e = E_IO;
    if (sqlite3_prepare_v2(q->db, "PRAGMA user_version", -1, &s, NULL) == SQLITE_OK &&
        sqlite3_step(s) == SQLITE_ROW) {
        *version = sqlite3_column_int(s, 0);
        e = E_OK;
    }
    sqlite3_finalize(s);
    return e;
}

static enum err migrate(struct sqlite *q)
{
    int version = 0;
    enum err e = user_version(q, &version);
    if (e == E_OK && (version < 0 || version > SCHEMA_VERSION))
        return E_UNSUPPORTED;
    for (; e == E_OK && version < SCHEMA_VERSION; version++) {
        char set[64];
        snprintf(set, sizeof set, "PRAGMA user_version=%d", version + 1);
        e = exec(q, "BEGIN IMMEDIATE");
        if (e == E_OK)
            e = exec(q, schema_steps[version]);
        if (e == E_OK)
            e = exec(q, set);
        if (e == E_OK)
            e = exec(q, "COMMIT");
    }
    return e;
}

/* One server for a folder: its lock goes with the process. */
static enum err lock_dir(struct sqlite *q, const char *dir)
{
    q->dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return q->dir >= 0 && flock(q->dir, LOCK_EX | LOCK_NB) == 0 ? E_OK : E_IO;
}

static enum err set_up(struct sqlite *q)
{
    static const char settings[] =
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
        "PRAGMA secure_delete=ON; PRAGMA mmap_size=0; PRAGMA foreign_keys=ON; "
        "PRAGMA trusted_schema=OFF; PRAGMA temp_store=MEMORY";
    enum err e = exec(q, settings);
    if (e == E_OK)
        e = migrate(q);
    /* The file's name must survive a power cut as well as its content. */
    if (e == E_OK && fsync(q->dir) != 0)
        e = E_IO;
    if (e == E_OK)
        e = events_open(&q->events, q->db);
    sqlite3_busy_timeout(q->db, SCRUB_WAIT_MS);
    for (unsigned i = 0; i < N_STATEMENT && e == E_OK; i++)
        if (sqlite3_prepare_v3(q->db, sql[i], -1, SQLITE_PREPARE_PERSISTENT, &q->statement[i],
                               NULL) != SQLITE_OK)
            e = E_IO;
    return e;
}

enum err sqlite_open(struct sqlite **out, const char *dir, const char **why)
{
    *out = NULL;
    *why = "no memory";
    char path[1024];
    struct sqlite *q = mem_alloc(sizeof *q);
    if (q == NULL)
        return E_NOMEM;
    *why = "the folder is not there, or another server uses it";
    enum err e = lock_dir(q, dir);
    if (e != E_OK)
        goto out;
    snprintf(path, sizeof path, "%.1000s/amphi.db", dir);
    mode_t before = umask(0077);
    int rc = sqlite3_open_v2(
        path, &q->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
    e = rc == SQLITE_OK ? set_up(q) : E_IO;
    umask(before);
    *why = e == E_UNSUPPORTED ? "made by a later version of Amphi"
                              : sqlite3_errstr(sqlite3_errcode(q->db));
out:
    if (e != E_OK) {
        sqlite_close(q);
        return e;
    }
    *out = q;
    return E_OK;
}

void sqlite_close(struct sqlite *q)
{
    if (q == NULL)
        return;
    for (unsigned i = 0; i < N_STATEMENT; i++)
        sqlite3_finalize(q->statement[i]);
    events_close(q->events);
    sqlite3_close(q->db);
    if (q->dir >= 0)
        close(q->dir);
    mem_free(q);
}

static bool take_text(sqlite3_stmt *s, int column, char *out, size_t cap)
{
    const unsigned char *text = sqlite3_column_text(s, column);
    int len = sqlite3_column_bytes(s, column);
    if (text == NULL || len < 0 || (size_t)len >= cap)
        return false;
    memcpy(out, text, (size_t)len);
    out[len] = '\0';
    return true;
}

static bool take_id(sqlite3_stmt *s, int column, uint8_t out[STORE_CLASS_ID])
{
    const void *id = sqlite3_column_blob(s, column);
    if (id == NULL || sqlite3_column_bytes(s, column) != STORE_CLASS_ID)
        return false;
    memcpy(out, id, STORE_CLASS_ID);
    return true;
}

/* What belongs to a class, by its id; `each` may refuse a row. */
static enum err read_parts(struct sqlite *q, struct store_class *c, const char *text,
                           bool (*each)(sqlite3_stmt *s, struct store_class *c))
{
    sqlite3_stmt *s = NULL;
    enum err e = E_IO;
    int rc = SQLITE_ERROR;
    if (sqlite3_prepare_v2(q->db, text, -1, &s, NULL) != SQLITE_OK ||
        sqlite3_bind_blob(s, 1, c->id, STORE_CLASS_ID, SQLITE_STATIC) != SQLITE_OK)
        goto out;
    for (rc = sqlite3_step(s); rc == SQLITE_ROW; rc = sqlite3_step(s))
        if (!each(s, c))
            goto out;
    e = rc == SQLITE_DONE ? E_OK : E_IO;
out:
    sqlite3_finalize(s);
    return e;
}

static bool take_period(sqlite3_stmt *s, struct store_class *c)
{
    if (c->info.n_periods == NOTE_PERIODS_MAX)
        return false;
    struct period *p = &c->info.periods[c->info.n_periods++];
    return take_text(s, 0, p->from, sizeof p->from) && take_text(s, 1, p->to, sizeof p->to);
}

static bool take_site(sqlite3_stmt *s, struct store_class *c)
{
    if (c->info.n_sites == NOTE_SITES_MAX)
        return false;
    struct site *site = &c->info.sites[c->info.n_sites++];
    site->site = (uint8_t)sqlite3_column_int(s, 0);
    return take_text(s, 1, site->name, sizeof site->name);
}

static bool take_class_trainer(sqlite3_stmt *s, struct store_class *c)
{
    if (c->n_trainers == STORE_TRAINERS_MAX)
        return false;
    c->trainers[c->n_trainers++] = (uint32_t)sqlite3_column_int64(s, 0);
    return true;
}

static bool take_class(sqlite3_stmt *s, struct store_class *c)
{
    memset(c, 0, sizeof *c);
    c->entrance = (uint8_t)sqlite3_column_int(s, 3);
    c->ended = sqlite3_column_int(s, 4) != 0;
    c->policy.microphone = (uint8_t)sqlite3_column_int(s, 5);
    c->policy.camera = (uint8_t)sqlite3_column_int(s, 6);
    for (int i = 0; i < N_ROLE; i++)
        c->revocation[i] = (uint32_t)sqlite3_column_int64(s, 7 + i);
    c->created_ms = sqlite3_column_int64(s, 11);
    c->open_link = sqlite3_column_int(s, 12) != 0;
    c->revocation_open = (uint32_t)sqlite3_column_int64(s, 13);
    c->late_min = (uint16_t)sqlite3_column_int(s, 14);
    c->early_min = (uint16_t)sqlite3_column_int(s, 15);
    c->deleted = sqlite3_column_int(s, 17) != 0;
    return take_text(s, 16, c->help, sizeof c->help) && take_id(s, 0, c->id) &&
           take_text(s, 1, c->info.title, sizeof c->info.title) &&
           take_text(s, 2, c->info.time_zone, sizeof c->info.time_zone);
}

static enum err read_all_parts(struct sqlite *q, struct store_class *c)
{
    enum err e = read_parts(q, c, "SELECT begins, ends FROM period WHERE class=?1 ORDER BY number",
                            take_period);
    if (e == E_OK)
        e = read_parts(q, c, "SELECT number, name FROM site WHERE class=?1 ORDER BY number",
                       take_site);
    if (e == E_OK)
        e = read_parts(q, c, "SELECT trainer FROM class_trainer WHERE class=?1",
                       take_class_trainer);
    return e;
}

static enum err read_classes(struct sqlite *q, const struct store_reader *reader)
{
    sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(q->db, "SELECT * FROM class ORDER BY created_ms", -1, &s, NULL) !=
        SQLITE_OK)
        return E_IO;
    enum err e = E_OK;
    int rc = sqlite3_step(s);
    for (; rc == SQLITE_ROW && e == E_OK; rc = sqlite3_step(s)) {
        struct store_class c;
        e = take_class(s, &c) ? read_all_parts(q, &c) : E_IO;
        if (e == E_OK)
            e = reader->on_class(reader->ctx, &c);
    }
    sqlite3_finalize(s);
    return e == E_OK && rc != SQLITE_DONE ? E_IO : e;
}

static enum err read_people(struct sqlite *q, const struct store_reader *reader)
{
    sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(q->db,
                           "SELECT class, number, name, role, removed, revocation, identity, "
                           "merged_into, family, given, organisation, email, external_id FROM "
                           "person",
                           -1, &s, NULL) != SQLITE_OK)
        return E_IO;
    enum err e = E_OK;
    int rc = sqlite3_step(s);
    for (; rc == SQLITE_ROW && e == E_OK; rc = sqlite3_step(s)) {
        struct store_person p = {.number = (uint32_t)sqlite3_column_int64(s, 1),
                                 .role = (uint8_t)sqlite3_column_int(s, 3),
                                 .removed = sqlite3_column_int(s, 4) != 0,
                                 .revocation = (uint32_t)sqlite3_column_int64(s, 5),
                                 .identity = (uint8_t)sqlite3_column_int(s, 6),
                                 .merged_into = (uint32_t)sqlite3_column_int64(s, 7)};
        bool whole = take_id(s, 0, p.class_id) && take_text(s, 2, p.name, sizeof p.name) &&
                     take_text(s, 8, p.family, sizeof p.family) &&
                     take_text(s, 9, p.given, sizeof p.given) &&
                     take_text(s, 10, p.organisation, sizeof p.organisation) &&
                     take_text(s, 11, p.email, sizeof p.email) &&
                     take_text(s, 12, p.external_id, sizeof p.external_id);
        e = whole ? reader->on_person(reader->ctx, &p) : E_IO;
    }
    sqlite3_finalize(s);
    return e == E_OK && rc != SQLITE_DONE ? E_IO : e;
}

static enum err read_trainers(struct sqlite *q, const struct store_reader *reader)
{
    sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(q->db, "SELECT number, name, revoked, secret FROM trainer", -1, &s,
                           NULL) != SQLITE_OK)
        return E_IO;
    enum err e = E_OK;
    int rc = sqlite3_step(s);
    for (; rc == SQLITE_ROW && e == E_OK; rc = sqlite3_step(s)) {
        struct store_trainer t = {.number = (uint32_t)sqlite3_column_int64(s, 0),
                                  .revoked = sqlite3_column_int(s, 2) != 0};
        const void *secret = sqlite3_column_blob(s, 3);
        bool whole = take_text(s, 1, t.name, sizeof t.name) && secret != NULL &&
                     sqlite3_column_bytes(s, 3) == CHAIN_HASH;
        if (whole)
            memcpy(t.secret, secret, CHAIN_HASH);
        e = whole ? reader->on_trainer(reader->ctx, &t) : E_IO;
    }
    sqlite3_finalize(s);
    return e == E_OK && rc != SQLITE_DONE ? E_IO : e;
}

enum err sqlite_read(struct sqlite *q, const struct store_reader *reader)
{
    enum err e = read_classes(q, reader);
    if (e == E_OK)
        e = read_people(q, reader);
    return e == E_OK && reader->on_trainer != NULL ? read_trainers(q, reader) : e;
}

static void check_log(struct sqlite *q, const uint8_t id[STORE_CLASS_ID],
                      const struct store_reader *reader, const struct log_sink *log)
{
    struct store_chain c = {0};
    struct chain_verifier v;
    memcpy(c.class_id, id, STORE_CLASS_ID);
    if (event_log_verify(q->db, id, &v) != E_OK)
        log_error(log, LOG_STORE, "the event log of a class is not what was written",
                  "first_bad=%llu", (unsigned long long)v.first_bad);
    c.number = v.number;
    c.first_bad = v.first_bad;
    memcpy(c.head, v.head, CHAIN_HASH);
    if (reader->on_chain != NULL)
        reader->on_chain(reader->ctx, &c);
}

enum err sqlite_check_logs(struct sqlite *q, const struct store_reader *reader,
                           const struct log_sink *log)
{
    sqlite3_stmt *s = NULL;
    static const char text[] =
        "SELECT class FROM chain WHERE class IN (SELECT id FROM class WHERE ended=0)";
    if (sqlite3_prepare_v2(q->db, text, -1, &s, NULL) != SQLITE_OK)
        return E_IO;
    int rc = sqlite3_step(s);
    for (; rc == SQLITE_ROW; rc = sqlite3_step(s)) {
        uint8_t id[STORE_CLASS_ID];
        if (take_id(s, 0, id))
            check_log(q, id, reader, log);
    }
    sqlite3_finalize(s);
    return rc == SQLITE_DONE ? E_OK : E_IO;
}

enum err sqlite_begin(struct sqlite *q)
{
    return exec(q, "BEGIN IMMEDIATE");
}

enum err sqlite_commit(struct sqlite *q)
{
    return exec(q, "COMMIT");
}

void sqlite_rollback(struct sqlite *q)
{
    if (sqlite3_get_autocommit(q->db) == 0 && exec(q, "ROLLBACK") != E_OK)
        return; /* SQLite has rolled back by itself */
}

enum err sqlite_scrub(struct sqlite *q)
{
    int rc = sqlite3_wal_checkpoint_v2(q->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    return rc == SQLITE_OK ? E_OK : rc == SQLITE_BUSY ? E_AGAIN : E_IO;
}

static void bind_text(sqlite3_stmt *s, int at, const char *text)
{
    sqlite3_bind_text(s, at, text, -1, SQLITE_STATIC);
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

static enum err put_periods(struct sqlite *q, const struct store_class *c)
{
    sqlite3_stmt *s = q->statement[CLEAR_PERIODS];
    sqlite3_bind_blob(s, 1, c->id, STORE_CLASS_ID, SQLITE_STATIC);
    enum err e = run(s);
    s = q->statement[PUT_PERIOD];
    for (int i = 0; i < c->info.n_periods && e == E_OK; i++) {
        sqlite3_bind_blob(s, 1, c->id, STORE_CLASS_ID, SQLITE_STATIC);
        sqlite3_bind_int(s, 2, i);
        bind_text(s, 3, c->info.periods[i].from);
        bind_text(s, 4, c->info.periods[i].to);
        e = run(s);
    }
    return e;
}

static enum err put_class(struct sqlite *q, const struct store_class *c)
{
    sqlite3_stmt *s = q->statement[PUT_CLASS];
    sqlite3_bind_blob(s, 1, c->id, STORE_CLASS_ID, SQLITE_STATIC);
    bind_text(s, 2, c->info.title);
    bind_text(s, 3, c->info.time_zone);
    sqlite3_bind_int(s, 4, c->entrance);
    sqlite3_bind_int(s, 5, c->ended ? 1 : 0);
    sqlite3_bind_int(s, 6, c->policy.microphone);
    sqlite3_bind_int(s, 7, c->policy.camera);
    for (int i = 0; i < N_ROLE; i++)
        sqlite3_bind_int64(s, 8 + i, c->revocation[i]);
    sqlite3_bind_int64(s, 12, c->created_ms);
    sqlite3_bind_int(s, 13, c->open_link ? 1 : 0);
    sqlite3_bind_int64(s, 14, c->revocation_open);
    sqlite3_bind_int(s, 15, c->late_min);
    sqlite3_bind_int(s, 16, c->early_min);
    bind_text(s, 17, c->help);
    sqlite3_bind_int(s, 18, c->deleted ? 1 : 0);
    enum err e = run(s);
    return e == E_OK ? put_periods(q, c) : e;
}

static enum err put_sites(struct sqlite *q, const struct store_class *c)
{
    sqlite3_stmt *s = q->statement[CLEAR_SITES];
    sqlite3_bind_blob(s, 1, c->id, STORE_CLASS_ID, SQLITE_STATIC);
    enum err e = run(s);
    for (unsigned i = 0; i < c->info.n_sites && e == E_OK; i++) {
        s = q->statement[PUT_SITE];
        sqlite3_bind_blob(s, 1, c->id, STORE_CLASS_ID, SQLITE_STATIC);
        sqlite3_bind_int(s, 2, c->info.sites[i].site);
        bind_text(s, 3, c->info.sites[i].name);
        e = run(s);
    }
    return e;
}

static enum err put_class_trainers(struct sqlite *q, const struct store_class *c)
{
    sqlite3_stmt *s = q->statement[CLEAR_TRAINERS];
    sqlite3_bind_blob(s, 1, c->id, STORE_CLASS_ID, SQLITE_STATIC);
    enum err e = run(s);
    for (unsigned i = 0; i < c->n_trainers && e == E_OK; i++) {
        s = q->statement[PUT_CLASS_TRAINER];
        sqlite3_bind_blob(s, 1, c->id, STORE_CLASS_ID, SQLITE_STATIC);
        sqlite3_bind_int64(s, 2, c->trainers[i]);
        e = run(s);
    }
    return e;
}

static enum err put_whole_class(struct sqlite *q, const struct store_class *c)
{
    enum err e = put_class(q, c);
    if (e == E_OK)
        e = put_sites(q, c);
    return e == E_OK ? put_class_trainers(q, c) : e;
}

static enum err put_person(struct sqlite *q, const struct store_person *p)
{
    sqlite3_stmt *s = q->statement[PUT_PERSON];
    sqlite3_bind_blob(s, 1, p->class_id, STORE_CLASS_ID, SQLITE_STATIC);
    sqlite3_bind_int64(s, 2, p->number);
    bind_text(s, 3, p->name);
    sqlite3_bind_int(s, 4, p->role);
    sqlite3_bind_int(s, 5, p->removed ? 1 : 0);
    sqlite3_bind_int64(s, 6, p->revocation);
    sqlite3_bind_int(s, 7, p->identity);
    sqlite3_bind_int64(s, 8, p->merged_into);
    bind_text(s, 9, p->family);
    bind_text(s, 10, p->given);
    bind_text(s, 11, p->organisation);
    bind_text(s, 12, p->email);
    bind_text(s, 13, p->external_id);
    return run(s);
}

static enum err put_trainer(struct sqlite *q, const struct store_trainer *t)
{
    sqlite3_stmt *s = q->statement[PUT_TRAINER];
    sqlite3_bind_int64(s, 1, t->number);
    bind_text(s, 2, t->name);
    sqlite3_bind_int(s, 3, t->revoked ? 1 : 0);
    sqlite3_bind_blob(s, 4, t->secret, CHAIN_HASH, SQLITE_STATIC);
    return run(s);
}

static enum err delete_class(struct sqlite *q, const struct store_class *c)
{
    sqlite3_stmt *s = q->statement[DELETE_CLASS];
    sqlite3_bind_blob(s, 1, c->id, STORE_CLASS_ID, SQLITE_STATIC);
    return run(s);
}

enum err sqlite_apply(struct sqlite *q, const struct store_op *op, uint64_t *number)
{
    switch ((enum store_kind)op->kind) {
    case STORE_PUT_CLASS: return put_whole_class(q, &op->class);
    case STORE_PUT_PERSON: return put_person(q, &op->person);
    case STORE_PUT_TRAINER: return put_trainer(q, &op->trainer);
    case STORE_DELETE_CLASS: return delete_class(q, &op->class);
    case STORE_APPEND_EVENT: return events_append(q->events, &op->event, number);
    case STORE_ERASE_WORDS: return events_erase(q->events, &op->erase);
    case STORE_DELETE_LOG: return events_delete(q->events, op->erase.class_id);
    }
    return E_UNSUPPORTED;
}

const char *store_library_version(void)
{
    return sqlite3_libversion();
}
