/* SPDX-License-Identifier: Apache-2.0
 * The steps from an empty file to the schema of this version; PRAGMA user_version is how many were
 * taken. A step that was released never changes: a new version adds one. Thread: any. */
#ifndef SIGNALING_STORE_SCHEMA_SCHEMA_H
#define SIGNALING_STORE_SCHEMA_SCHEMA_H

enum { SCHEMA_VERSION = 4 };

extern const char *const schema_steps[SCHEMA_VERSION];

#endif
