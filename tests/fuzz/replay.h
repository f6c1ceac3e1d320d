/* SPDX-License-Identifier: Apache-2.0
 * The one function of a fuzz target, named and typed as libFuzzer wants it. Includes nothing of
 * ours. */
#ifndef TESTS_FUZZ_REPLAY_H
#define TESTS_FUZZ_REPLAY_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HOLDS(property)                                                                            \
    do {                                                                                           \
        if (!(property))                                                                           \
            __builtin_trap();                                                                      \
    } while (0)

#endif
