/* SPDX-License-Identifier: Apache-2.0
 * Messages between server and recorder: views stay inside the packet, and what was read is written
 * back byte for byte. */
#include "tests/fuzz/replay.h"

#include "recordings/frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t room[FRAME_MESSAGE_MAX + 64];
    struct frame_msg m;
    struct writer w = writer_over(room, sizeof(room));
    if (frame_read(&m, bytes_of(data, size)) != E_OK)
        return 0;
    HOLDS(m.track <= FRAME_TRACKS_MAX && m.at >= 0);
    if (m.type == FRAME_FRAME)
        HOLDS(m.frame.offset + m.frame.bytes.len <= m.frame.whole &&
              m.frame.whole <= FRAME_BYTES_MAX);
    HOLDS(frame_write(&w, &m) == E_OK);
    HOLDS(bytes_equal(writer_bytes(&w), bytes_of(data, size)));
    return 0;
}
