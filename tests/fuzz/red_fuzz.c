/* SPDX-License-Identifier: Apache-2.0
 * RED payloads: what is read is written back byte for byte, and unwrapping gives the last block. */
#include "tests/fuzz/replay.h"

#include "sfu/wire/red.h"

static uint8_t room[1 << 20];

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct red red;
    struct red_block primary;
    enum err e = red_parse(&red, bytes_of(data, size));
    HOLDS(red_unwrap(&primary, bytes_of(data, size)) == e);
    if (e != E_OK || size > sizeof(room))
        return 0;
    HOLDS(red.count >= 1 && red.count <= RED_MAX_BLOCKS);
    HOLDS(bytes_equal(primary.data, red.blocks[red.count - 1].data));
    struct writer w = writer_over(room, sizeof(room));
    HOLDS(red_write(&w, &red) == E_OK);
    HOLDS(bytes_equal(writer_bytes(&w), bytes_of(data, size)));
    return 0;
}
