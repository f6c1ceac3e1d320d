/* SPDX-License-Identifier: Apache-2.0
 * The manifest as JSON text, as recordings/README.md describes it. The only user of jansson in
 * recordings/. Thread: any (no shared state). */
#ifndef RECORDINGS_MANIFEST_JSON_H
#define RECORDINGS_MANIFEST_JSON_H

#include "recordings/manifest.h"

enum { MANIFEST_TEXT_MAX = 32 * 1024 * 1024 }; /* longer files are not read */

/* Fills *m, which manifest_init made. Unknown members are ignored. E_MALFORMED (m is empty again):
 * not JSON, a type, a number or a rule of manifest.h; E_UNSUPPORTED: a later format; E_NOMEM. */
MUST_USE enum err manifest_json_read(struct manifest *m, struct bytes text);

/* Returns owned text ended by 0, its length in *len; NULL: no memory. Free with free(). */
MUST_USE char *manifest_json_write(const struct manifest *m, size_t *len);

#endif
