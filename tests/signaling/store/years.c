/* SPDX-License-Identifier: Apache-2.0
 * Writes the day of making behind the server's back. */
#include "tests/signaling/store/years.h"

#include "tests/testing.h"

#include <sqlite3.h>

void years_pass(const char *data_dir)
{
    char file[256];
    sqlite3 *db = NULL;
    snprintf(file, sizeof file, "%s/amphi.db", data_dir);
    assert_int_equal(sqlite3_open(file, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "UPDATE class SET created_ms=0", NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}
