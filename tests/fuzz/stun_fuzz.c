/* SPDX-License-Identifier: Apache-2.0
 * Any datagram as a Binding request: peek, and accept under a fixed password as well as under the
 * sample's, so that the corpus reaches libnice's writer. Every answer must be short. */
#include "sfu/adapt/binding.h"

#include "replay.h"

#include <stdlib.h>

#include "sfu/base/addr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const passwords[] = {"0123456789abcdefghijklmn", "VOkJxbRl1RmTxUk/WvJxBt"};
    struct binding_request r;
    struct addr mapped = addr_v4((const uint8_t[]){192, 0, 2, 7}, 40000);
    if (binding_peek(bytes_of(data, size), &r) != E_OK)
        return 0;
    for (size_t i = 0; i < 2; i++) {
        uint8_t reply[BINDING_REPLY_MAX];
        size_t n = 0;
        enum err e = binding_accept(bytes_of(data, size), r.ufrag, passwords[i], &mapped, reply,
                                    sizeof(reply), &n);
        if (n > sizeof(reply) || (e == E_OK && n == 0) || (e == E_DENIED && n != 0))
            abort();
    }
    return 0;
}
