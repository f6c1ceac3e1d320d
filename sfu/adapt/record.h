/* SPDX-License-Identifier: Apache-2.0
 * What a datagram of DTLS records contains, as far as it is readable without keys. Thread: any.
 * Pure. RFC 6347 §4.1: 0      1          3        5                    11       13 | type | version
 * | epoch  | sequence (48 bits) | length | fragment ...
 */
#ifndef SFU_ADAPT_RECORD_H
#define SFU_ADAPT_RECORD_H

#include <stdbool.h>

#include "sfu/base/bytes.h"
#include "sfu/base/err.h"

struct record_summary {
    bool hello;       /* a fragment of a ClientHello, epoch 0 */
    bool hello_start; /* the fragment at offset 0: one per (repeated) ClientHello */
    bool flight;      /* handshake of any other kind, or ChangeCipherSpec */
    bool alert;
    bool only_encrypted_alerts; /* every record is an alert of epoch 1, long enough for an AEAD */
};

/* E_MALFORMED: not a whole number of DTLS 1.0-1.2 records. E_UNSUPPORTED: records that no handshake
 * of ours has: application data, epoch above 1 (no renegotiation), a length above the protocol's.
 */
MUST_USE enum err record_scan(struct bytes datagram, struct record_summary *out);

#endif
