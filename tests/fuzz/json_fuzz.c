/* SPDX-License-Identifier: Apache-2.0
 * A frame of a stranger: whatever the bytes, a message within its limits or a fault. */
#include "tests/fuzz/replay.h"

#include "signaling/json.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct msg m;
    struct json_doc *doc = NULL;
    enum fault f = json_read(&m, &doc, bytes_of(data, len));
    if ((f == FAULT_NONE) != (doc != NULL) || m.kind >= N_MSG)
        abort();
    if (f == FAULT_NONE && m.kind == MSG_MESSAGE_SEND &&
        text_length(m.send.text, "\n\t") > MSG_TEXT_MAX)
        abort();
    if (f == FAULT_NONE && m.kind == MSG_MEDIA_PUBLISH && m.media.n_tracks > MSG_LINES_MAX)
        abort();
    json_doc_free(doc);
    return 0;
}
