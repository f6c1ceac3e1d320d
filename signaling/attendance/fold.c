/* SPDX-License-Identifier: Apache-2.0
 * Decides which letters are the same to a reader of French. Leaves real collation, which needs a
 * locale, to whoever has one. */
#include "signaling/attendance/fold.h"

enum { FOLD_MAX = 256 };

/* U+00C0 … U+00FF without the marks; '?' is no letter. */
static const char latin[] = "aaaaaaaceeeeiiiidnooooo?ouuuuytsaaaaaaaceeeeiiiidnooooo?ouuuuyty";

static char of_ascii(uint8_t c)
{
    if (c >= 'A' && c <= 'Z')
        return (char)(c + 'a' - 'A');
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
        return (char)c;
    return '\0';
}

void fold_text(char *out, size_t cap, struct bytes text)
{
    size_t n = 0;
    for (size_t i = 0; i < text.len && n + 3 < cap; i++) {
        uint8_t c = text.p[i], next = i + 1 < text.len ? text.p[i + 1] : 0;
        if (c < 0x80) {
            if (of_ascii(c) != '\0')
                out[n++] = of_ascii(c);
        } else if (c == 0xC3 && next >= 0x80 && next <= 0xBF) { /* U+00C0 … U+00FF */
            out[n++] = latin[next - 0x80];
            i++;
        } else if (c == 0xC5 && (next == 0x92 || next == 0x93)) { /* Œ œ */
            out[n++] = 'o';
            out[n++] = 'e';
            i++;
        } else {
            out[n++] = (char)c;
        }
    }
    out[n] = '\0';
}

int fold_compare(struct bytes a, struct bytes b)
{
    char x[FOLD_MAX], y[FOLD_MAX];
    fold_text(x, sizeof x, a);
    fold_text(y, sizeof y, b);
    return strcmp(x, y);
}

bool fold_equal(struct bytes text, const char *folded)
{
    char x[FOLD_MAX];
    fold_text(x, sizeof x, text);
    return strcmp(x, folded) == 0;
}
