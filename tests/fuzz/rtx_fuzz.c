/* SPDX-License-Identifier: Apache-2.0
 * RTX payloads: what is read is written back byte for byte. */
#include "tests/fuzz/replay.h"

#include "sfu/wire/rtx.h"

static uint8_t room[1 << 20];

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rtx rtx;
    enum err e = rtx_parse(&rtx, bytes_of(data, size));
    HOLDS((e == E_NOTFOUND) == (size == 0) && (e == E_MALFORMED) == (size == 1));
    if (e != E_OK || size > sizeof(room))
        return 0;
    struct writer w = writer_over(room, sizeof(room));
    HOLDS(rtx_write(&w, &rtx) == E_OK);
    HOLDS(bytes_equal(writer_bytes(&w), bytes_of(data, size)));
    return 0;
}
