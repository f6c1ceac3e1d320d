/* SPDX-License-Identifier: Apache-2.0
 * A transport address and a path (which socket, from where, to where), as values. IPv4 is kept
 * v4-mapped (RFC 4291 §2.5.5.2), so both families compare and hash alike. Thread: any. No socket
 * types here. */
#ifndef SFU_BASE_ADDR_H
#define SFU_BASE_ADDR_H

#include "sfu/base/bytes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct addr {
    uint8_t ip[16];
    uint16_t port; /* host order */
};

struct path {
    struct addr local, remote;
    uint16_t socket; /* the shell's number for a socket or a stream */
};

/* "[" 39 of IPv6 "]:" 5 of port and the final 0 */
enum { ADDR_TEXT = 48 };

struct addr addr_v4(const uint8_t ip[4], uint16_t port); /* network order */
struct addr addr_v6(const uint8_t ip[16], uint16_t port);

bool addr_is_v4(const struct addr *a);
bool addr_is_loopback(const struct addr *a);    /* RFC 1122 §3.2.1.3, RFC 4291 §2.5.3 */
bool addr_is_link_local(const struct addr *a);  /* RFC 3927 §2.1, RFC 4291 §2.5.6 */
bool addr_is_unspecified(const struct addr *a); /* 0.0.0.0 or :: */

bool addr_equal(const struct addr *a, const struct addr *b);
bool path_equal(const struct path *a, const struct path *b);

/* Seeded, for idmap keys; differing addresses may collide, so compare with addr_equal after a hit.
 */
uint64_t addr_hash(const struct addr *a, uint64_t seed);
uint64_t path_hash(const struct path *p, uint64_t seed);

/* The address alone ("192.0.2.1", "2001:db8::1": RFC 5952 §4) or with its port
 * ("[2001:db8::1]:5000"), always ended by 0. Return out. Personal: logs take them through pii(). */
const char *addr_write_ip(char out[ADDR_TEXT], const struct addr *a);
const char *addr_write(char out[ADDR_TEXT], const struct addr *a);

/* Address text without port or brackets, either family; port is stored as given. E_MALFORMED. */
MUST_USE enum err addr_parse_ip(struct addr *out, const char *text, uint16_t port);

#endif
