/* SPDX-License-Identifier: Apache-2.0
 * A WebM file that was cut, damaged or exchanged: what is found lies inside the file. */
#include "tests/fuzz/replay.h"

#include "recordings/webm.h"

#include <stdlib.h>

static enum err read_memory(void *ctx, uint64_t at, uint8_t *out, size_t n)
{
    const struct bytes *file = ctx;
    HOLDS(at <= file->len && n <= file->len - at);
    memcpy(out, file->p + at, n);
    return E_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes file = bytes_of(data, size);
    struct webm_source source = {.read = read_memory, .ctx = &file, .length = size};
    struct webm w;
    if (webm_scan(&w, &source) != E_OK)
        return 0;
    HOLDS(w.blocks > 0 && w.media_end <= size && w.segment_data <= w.cluster_data);
    HOLDS(w.duration_at + w.duration_len <= size && w.cluster_data < w.media_end);
    HOLDS(w.n_cues <= WEBM_CUES_MAX && w.n_seeks <= WEBM_SEEKS_MAX && w.keys <= w.blocks);
    for (unsigned i = 0; i < w.n_seeks; i++)
        HOLDS(w.seeks[i].position_at + 8 <= size && w.seeks[i].entry_at + 2 <= size);
    for (unsigned i = 0; i < w.n_cues; i++)
        HOLDS(w.cues[i].cluster < w.media_end);
    HOLDS(webm_duration_ms(&w) >= 0);
    size_t cap = (size_t)w.n_cues * WEBM_CUE_BYTES + 16;
    uint8_t *room = malloc(cap);
    struct writer cues = writer_over(room, cap);
    HOLDS(room != NULL && webm_write_cues(&cues, &w) == E_OK);
    free(room);
    webm_fini(&w);
    return 0;
}
