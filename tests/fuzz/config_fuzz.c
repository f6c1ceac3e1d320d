/* SPDX-License-Identifier: Apache-2.0
 * Any file as configuration: refused with a sentence, or taken and then consistent. */
#include "tests/fuzz/replay.h"

#include "signaling/config.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct config c;
    char error[CONFIG_ERROR];
    config_init(&c);
    enum err e = config_parse(&c, (const char *)data, size, error);
    if (e == E_OK)
        e = config_finish(&c, error);
    if (e != E_OK && error[0] == '\0')
        abort();
    if (e == E_OK && !config_uses_tls(&c) && !addr_is_loopback(&c.listen))
        abort(); /* plain HTTP beyond loopback */
    return 0;
}
