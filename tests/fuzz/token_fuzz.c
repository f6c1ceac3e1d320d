/* SPDX-License-Identifier: Apache-2.0
 * Any text as token and ticket: without the key none is taken; one that is, is written the same way
 * again. */
#include "tests/fuzz/replay.h"

#include "signaling/b64.h"
#include "signaling/token.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct token_key key = {{7}};
    char text[256], again[B64_TEXT(TOKEN_BYTES)];
    uint8_t raw[TOKEN_BYTES];
    struct token t;
    size_t len = size < sizeof text ? size : sizeof text - 1;
    memcpy(text, data, len);
    text[len] = '\0';
    if (token_parse(&t, &key, text) == E_OK)
        abort(); /* 128 bits guessed */
    if (b64_parse(raw, sizeof raw, text) != E_OK)
        return 0;
    b64_write(again, raw, sizeof raw);
    if (strcmp(text, again) != 0)
        abort(); /* two spellings of one token */
    return 0;
}
