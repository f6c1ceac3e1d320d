/* SPDX-License-Identifier: Apache-2.0
 * Decides how classes and people lie in tables. Names stand in person alone, so that erasing a row
 * erases them (secure_delete is on). */
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
};
