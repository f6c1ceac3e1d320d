/* SPDX-License-Identifier: Apache-2.0
 * French letters without their marks, in lower case: to compare names in lists and headers as
 * people spell them. Thread: any. */
#ifndef SIGNALING_ATTENDANCE_FOLD_H
#define SIGNALING_ATTENDANCE_FOLD_H

#include "sfu/base/bytes.h"

/* Letters of Latin-1 and œ become a–z, digits stay, everything else in ASCII is left out, other
 * characters stay as they are. Cut at cap - 1 bytes, always ended by 0. */
void fold_text(char *out, size_t cap, struct bytes text);
int fold_compare(struct bytes a, struct bytes b); /* as strcmp of the folded texts */
bool fold_equal(struct bytes text, const char *folded);

#endif
