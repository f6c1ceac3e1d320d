/* SPDX-License-Identifier: Apache-2.0
 * Any bytes as bodies of the REST interface: refused with a code, or taken with everything in its
 * limits. */
#include "tests/fuzz/replay.h"

#include "signaling/api/body.h"

#include <stdlib.h>
#include <string.h>

static void as_class(const uint8_t *data, size_t size, bool whole)
{
    static struct class_body b;
    struct problem wrong = {.status = 0};
    class_body_parse(&b, &wrong, bytes_of(data, size), whole);
    if (wrong.status != 0) {
        char *text = problem_write(&wrong);
        if (text == NULL || wrong.status < 400)
            abort();
        free(text);
        return;
    }
    if (whole && (!b.has_title || !b.has_zone || b.info.n_periods == 0))
        abort();
    if (strnlen(b.info.title, sizeof b.info.title) == sizeof b.info.title ||
        b.info.n_periods > NOTE_PERIODS_MAX)
        abort();
    const struct class_view view = {
        .id = "x", .info = &b.info, .policy = b.policy, .public_url = "https://a"};
    char *text = class_view_write(&view);
    if (text == NULL)
        abort();
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct ticket_body t;
    struct problem wrong = {.status = 0};
    as_class(data, size, true);
    as_class(data, size, false);
    ticket_body_parse(&t, &wrong, bytes_of(data, size));
    return 0;
}
