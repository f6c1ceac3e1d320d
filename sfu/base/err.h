/* SPDX-License-Identifier: Apache-2.0
 * The one list of error codes. Thread: any. Zero is success; whatever returns one is MUST_USE. */
#ifndef SFU_BASE_ERR_H
#define SFU_BASE_ERR_H

#define MUST_USE __attribute__((warn_unused_result))

enum err {
    E_OK = 0,
    E_MALFORMED,   /* bytes that are not what their format says */
    E_UNSUPPORTED, /* well formed, but not ours to handle */
    E_NOMEM,
    E_FULL,   /* a ceiling was reached: queue, table, window */
    E_GONE,   /* the id named something that has left */
    E_DENIED, /* authentication or permission failed */
    E_REPLAY, /* seen before */
    E_AGAIN,  /* not yet */
    E_EXISTS,
    E_NOTFOUND,
    E_RANGE, /* a number outside its limits */
    E_IO,    /* the system or a library failed */
    E_STATE, /* not in this state */
    N_ERR
};

/* A constant lower-case word, for logs and tests; never NULL. */
const char *err_name(enum err e);

#endif
