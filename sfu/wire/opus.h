/* SPDX-License-Identifier: Apache-2.0
 * The table-of-contents byte of an Opus packet (RFC 6716 §3.1, §3.2): how long it lasts and whether
 * it is DTX. Thread: any. The prefix is toc_ because opus_ is libopus' own.
 *
 *  | config (5) | s | c (2) |   c = 3: next byte |v|p|  M (6)  | */
#ifndef SFU_WIRE_OPUS_H
#define SFU_WIRE_OPUS_H

#include "sfu/base/bytes.h"
#include "sfu/base/err.h"

#include <stdbool.h>

enum { TOC_CLOCK_HZ = 48000 };         /* the RTP clock, RFC 7587 §4.1 */
enum { TOC_MAX_DURATION_US = 120000 }; /* RFC 6716 §3.4 R5 */

enum toc_mode { TOC_SILK, TOC_HYBRID, TOC_CELT };

struct toc {
    uint8_t config; /* 0–31 */
    enum toc_mode mode;
    bool stereo;
    uint8_t frames;       /* 1–48 */
    uint32_t frame_us;    /* 2,500 … 60,000 */
    uint32_t duration_us; /* frames × frame_us */
    bool dtx; /* at most one byte of data: nothing said, RFC 6716 §2.1.9, RFC 7587 §3.1.3 */
};

/* E_MALFORMED: empty, code 3 without its count byte or with 0 frames, longer than 120 ms, code 1
 * with an odd rest (RFC 6716 §3.4 R1, R3–R5). Frame lengths inside are the decoder's. */
MUST_USE enum err toc_parse(struct toc *out, struct bytes payload);

#endif
