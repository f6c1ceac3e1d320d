/* SPDX-License-Identifier: Apache-2.0
 * What the double of the media plane saw. Thread: signaling. */
#ifndef TESTS_SIGNALING_SFU_DOUBLE_H
#define TESTS_SIGNALING_SFU_DOUBLE_H

#include "sfu/sfu.h"

extern struct sfu_double {
    unsigned commands[N_SFU_COMMAND];
    struct sfu_receive_open receive_open;
} sfu_double;

#endif
