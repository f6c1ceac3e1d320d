/* SPDX-License-Identifier: Apache-2.0
 * A list of a stranger: whatever the bytes, people within the limits or lines told to be wrong. */
#include "tests/fuzz/replay.h"

#include "signaling/attendance/roster.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct roster *r = NULL;
    enum err e = roster_new(&r, bytes_of(data, len));
    HOLDS((e == E_OK) == (r != NULL));
    for (size_t i = 0; r != NULL && i < r->n; i++) {
        const struct roster_person *p = &r->people[i];
        HOLDS(p->family[0] != '\0' && p->given[0] != '\0' && p->line > 0);
        HOLDS(i == 0 || p->line > r->people[i - 1].line);
        HOLDS(strpbrk(p->family, "\r\n\t") == NULL && strpbrk(p->email, " \r\n\t") == NULL);
        HOLDS(p->email[0] == '\0' || strchr(p->email, '@') != NULL);
    }
    HOLDS(r == NULL || r->n <= ROSTER_MAX);
    roster_free(r);
    return 0;
}
