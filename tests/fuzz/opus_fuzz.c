/* SPDX-License-Identifier: Apache-2.0
 * Opus table of contents: durations stay within RFC 6716 §3.4. */
#include "tests/fuzz/replay.h"

#include "sfu/wire/opus.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct toc t;
    if (toc_parse(&t, bytes_of(data, size)) != E_OK)
        return 0;
    HOLDS(t.config < 32 && t.frames >= 1 && t.frames <= 48);
    HOLDS(t.frame_us >= 2500 && t.frame_us <= 60000);
    HOLDS(t.duration_us == t.frames * t.frame_us && t.duration_us <= TOC_MAX_DURATION_US);
    HOLDS(t.dtx == (size <= 2));
    return 0;
}
