/* SPDX-License-Identifier: Apache-2.0
 * Decides how classes, people and trainers lie in tables. Names stand in person and
 * event_private alone, so that erasing a row erases them (secure_delete is on). Logs outlive their
 * class. */
#include "signaling/store/schema/schema.h"

const char *const schema_steps[SCHEMA_VERSION] = {
    "CREATE TABLE class ("
    " id BLOB PRIMARY KEY CHECK (length(id) = 16),"
    " title TEXT NOT NULL, time_zone TEXT NOT NULL,"
    " entrance INTEGER NOT NULL, ended INTEGER NOT NULL,"
    " policy_microphone INTEGER NOT NULL, policy_camera INTEGER NOT NULL,"
    " revocation_trainer INTEGER NOT NULL, revocation_moderator INTEGER NOT NULL,"
    " revocation_learner INTEGER NOT NULL, revocation_room INTEGER NOT NULL,"
    " created_ms INTEGER NOT NULL) STRICT;"
    "CREATE TABLE period ("
    " class BLOB NOT NULL REFERENCES class(id) ON DELETE CASCADE, number INTEGER NOT NULL,"
    " begins TEXT NOT NULL, ends TEXT NOT NULL, PRIMARY KEY (class, number)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE person ("
    " class BLOB NOT NULL REFERENCES class(id) ON DELETE CASCADE, number INTEGER NOT NULL,"
    " name TEXT NOT NULL, role INTEGER NOT NULL, removed INTEGER NOT NULL, revocation INTEGER NOT "
    "NULL,"
    " PRIMARY KEY (class, number)) STRICT, WITHOUT ROWID;",
    /* Rows of event_private only ever go to its end, so that no page is split and no copy of words
     * is left behind in one. kind and person are those of the public form, to erase by. */
    "CREATE TABLE event ("
    " id INTEGER PRIMARY KEY, class BLOB NOT NULL CHECK (length(class) = 16),"
    " number INTEGER NOT NULL, kind INTEGER NOT NULL, person INTEGER NOT NULL,"
    " public BLOB NOT NULL CHECK (length(public) = 108),"
    " commitment BLOB NOT NULL CHECK (length(commitment) = 32),"
    " hash BLOB NOT NULL CHECK (length(hash) = 32)) STRICT;"
    "CREATE UNIQUE INDEX event_in_class ON event (class, number);"
    "CREATE TABLE event_private ("
    " event INTEGER PRIMARY KEY REFERENCES event(id) ON DELETE CASCADE,"
    " salt BLOB NOT NULL CHECK (length(salt) = 32), words BLOB NOT NULL) STRICT;"
    "CREATE TABLE chain ("
    " class BLOB PRIMARY KEY CHECK (length(class) = 16), number INTEGER NOT NULL,"
    " head BLOB NOT NULL CHECK (length(head) = 32)) STRICT, WITHOUT ROWID;",
    /* Who is expected, by which places and for which trainers. */
    "ALTER TABLE class ADD COLUMN open_link INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE class ADD COLUMN revocation_open INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE class ADD COLUMN late_min INTEGER NOT NULL DEFAULT 10;"
    "ALTER TABLE class ADD COLUMN early_min INTEGER NOT NULL DEFAULT 10;"
    "ALTER TABLE class ADD COLUMN help TEXT NOT NULL DEFAULT '';"
    "CREATE TABLE site ("
    " class BLOB NOT NULL REFERENCES class(id) ON DELETE CASCADE, number INTEGER NOT NULL,"
    " name TEXT NOT NULL, PRIMARY KEY (class, number)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE trainer ("
    " number INTEGER PRIMARY KEY, name TEXT NOT NULL, revoked INTEGER NOT NULL,"
    " secret BLOB NOT NULL CHECK (length(secret) = 32)) STRICT;"
    "CREATE TABLE class_trainer ("
    " class BLOB NOT NULL REFERENCES class(id) ON DELETE CASCADE, trainer INTEGER NOT NULL,"
    " PRIMARY KEY (class, trainer)) STRICT, WITHOUT ROWID;"
    "ALTER TABLE person ADD COLUMN identity INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE person ADD COLUMN merged_into INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE person ADD COLUMN family TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE person ADD COLUMN given TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE person ADD COLUMN organisation TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE person ADD COLUMN email TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE person ADD COLUMN external_id TEXT NOT NULL DEFAULT '';",
    "ALTER TABLE class ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0;",
};
