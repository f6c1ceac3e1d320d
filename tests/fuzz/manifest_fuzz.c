/* SPDX-License-Identifier: Apache-2.0
 * manifest.json of a folder that anybody may have written: refused, or within the rules and the
 * same after writing and reading it again. */
#include "tests/fuzz/replay.h"

#include "recordings/manifest_json.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct manifest m, again;
    size_t len = 0, len_again = 0;
    manifest_init(&m);
    manifest_init(&again);
    if (manifest_json_read(&m, bytes_of(data, size)) != E_OK) {
        HOLDS(m.tracks == NULL && m.segments == NULL);
        return 0;
    }
    HOLDS(manifest_check(&m) == E_OK);
    char *text = manifest_json_write(&m, &len);
    HOLDS(text != NULL);
    HOLDS(manifest_json_read(&again, bytes_of(text, len)) == E_OK);
    char *text_again = manifest_json_write(&again, &len_again);
    HOLDS(text_again != NULL);
    HOLDS(bytes_equal(bytes_of(text, len), bytes_of(text_again, len_again)));
    free(text);
    free(text_again);
    manifest_fini(&m);
    manifest_fini(&again);
    return 0;
}
