/* SPDX-License-Identifier: Apache-2.0
 * Names of error codes. What an error means to a person is said elsewhere. */
#include "sfu/base/err.h"

#include <stddef.h>

const char *err_name(enum err e)
{
    static const char *const names[N_ERR] = {
        [E_OK] = "ok",         [E_MALFORMED] = "malformed", [E_UNSUPPORTED] = "unsupported",
        [E_NOMEM] = "nomem",   [E_FULL] = "full",           [E_GONE] = "gone",
        [E_DENIED] = "denied", [E_REPLAY] = "replay",       [E_AGAIN] = "again",
        [E_EXISTS] = "exists", [E_NOTFOUND] = "notfound",   [E_RANGE] = "range",
        [E_IO] = "io",         [E_STATE] = "state",
    };
    if ((unsigned)e >= N_ERR || names[e] == NULL)
        return "unknown";
    return names[e];
}
