/* SPDX-License-Identifier: Apache-2.0
 * Decides which Binding requests are answered and how. Our own walk over the bytes comes first, so
 * that libnice only ever sees messages whose every length was checked; libnice proves integrity and
 * writes the answer.
 *
 *   0 0 | type (14) | length (16)      RFC 8489 §5
 *   magic cookie 2112A442 | transaction id (96)
 *   attribute type (16) | length (16) | value, padded to 4 ... */
#include "sfu/adapt/binding.h"

#include "sfu/base/addr.h"

#include <stun/stunagent.h>

#include <netinet/in.h>
#include <string.h>

enum {
    HEADER = 20,
    ATTRIBUTE_HEADER = 4,
    BINDING_REQUEST = 0x0001,
    COOKIE = 0x2112A442,
    FINGERPRINT_XOR = 0x5354554e, /* RFC 8489 §14.7 */
    USERNAME_MAX = 513, /* RFC 8489 §14.3: fewer than 509 bytes; room for the two of ICE */
    TYPE_USERNAME = 0x0006,
    TYPE_INTEGRITY = 0x0008,
    TYPE_PRIORITY = 0x0024, /* RFC 8445 §16.1, as the next */
    TYPE_USE_CANDIDATE = 0x0025,
    TYPE_FINGERPRINT = 0x8028,
    TYPE_CONTROLLED = 0x8029,
};

/* One request's attributes as they lie in the datagram. */
struct request {
    struct bytes username; /* p NULL: absent */
    bool use_candidate, controlled, integrity, fingerprint;
    uint32_t priority;
};

/* CRC-32 of ISO/IEC 8802-3, four bits a step: a request is some 100 bytes. */
static uint32_t crc32_of(const uint8_t *p, size_t n)
{
    static const uint32_t step[16] = {0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac,
                                      0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
                                      0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
                                      0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c};
    uint32_t crc = 0xffffffff;
    for (size_t i = 0; i < n; i++) {
        crc ^= p[i];
        crc = (crc >> 4) ^ step[crc & 0xf];
        crc = (crc >> 4) ^ step[crc & 0xf];
    }
    return ~crc;
}

/* What follows MESSAGE-INTEGRITY, save FINGERPRINT, is not covered by it and so ignored: RFC 8489
 * §14.5. */
static enum err take_attribute(struct request *r, uint16_t type, struct bytes value)
{
    if (r->integrity)
        return E_OK;
    switch (type) {
    case TYPE_USERNAME:
        if (value.len > USERNAME_MAX)
            return E_MALFORMED;
        if (r->username.p == NULL) /* the first of two counts, RFC 8489 §14 */
            r->username = value;
        return E_OK;
    case TYPE_PRIORITY:
        if (value.len != 4)
            return E_MALFORMED;
        r->priority = be32(value.p);
        return E_OK;
    case TYPE_INTEGRITY: r->integrity = true; return value.len == 20 ? E_OK : E_MALFORMED;
    case TYPE_USE_CANDIDATE: r->use_candidate = true; return E_OK;
    case TYPE_CONTROLLED: r->controlled = true; return value.len == 8 ? E_OK : E_MALFORMED;
    default: return E_OK;
    }
}

static enum err walk(struct bytes d, struct request *r)
{
    size_t at = HEADER;
    while (at < d.len) {
        if (r->fingerprint ||
            d.len - at < ATTRIBUTE_HEADER) /* FINGERPRINT is the last: RFC 8489 §14.7 */
            return E_MALFORMED;
        uint16_t type = be16(d.p + at);
        size_t n = be16(d.p + at + 2), padded = (n + 3) & ~(size_t)3;
        if (padded > d.len - at - ATTRIBUTE_HEADER)
            return E_MALFORMED;
        struct bytes value = bytes_of(d.p + at + ATTRIBUTE_HEADER, n);
        if (type == TYPE_FINGERPRINT) {
            if (n != 4 || be32(value.p) != (crc32_of(d.p, at) ^ FINGERPRINT_XOR))
                return E_MALFORMED;
            r->fingerprint = true;
        } else if (take_attribute(r, type, value) != E_OK) {
            return E_MALFORMED;
        }
        at += ATTRIBUTE_HEADER + padded;
    }
    return E_OK;
}

static enum err parse(struct bytes d, struct request *r)
{
    memset(r, 0, sizeof(*r));
    if (d.len < HEADER || d.len % 4 != 0 || (d.p[0] & 0xc0) != 0 || be32(d.p + 4) != COOKIE ||
        be16(d.p + 2) != d.len - HEADER)
        return E_MALFORMED;
    if (be16(d.p) != BINDING_REQUEST)
        return E_UNSUPPORTED;
    enum err e = walk(d, r);
    if (e != E_OK)
        return e;
    return r->fingerprint ? E_OK : E_MALFORMED;
}

/* The length of the server's part of USERNAME, 0: there is none. RFC 8445 §7.2.2: "server:client".
 */
static size_t ufrag_length(struct bytes username)
{
    const uint8_t *colon = username.p == NULL ? NULL : memchr(username.p, ':', username.len);
    return colon == NULL ? 0 : (size_t)(colon - username.p);
}

enum err binding_peek(struct bytes datagram, struct binding_request *out)
{
    struct request r;
    enum err e = parse(datagram, &r);
    if (e != E_OK)
        return e;
    size_t n = ufrag_length(r.username);
    if (n == 0 || n > BINDING_UFRAG_MAX || memchr(r.username.p, '\0', n) != NULL)
        return E_UNSUPPORTED;
    memset(out, 0, sizeof(*out));
    memcpy(out->ufrag, r.username.p, n);
    out->use_candidate = r.use_candidate;
    out->priority = r.priority;
    return E_OK;
}

/* libnice's agent is 11 KB, most of it for requests one sends oneself. We only answer, which leaves
 * it as it is. */
static StunAgent *agent_get(void)
{
    static const uint16_t known[] = {TYPE_USERNAME, TYPE_INTEGRITY, TYPE_PRIORITY,
                                     TYPE_USE_CANDIDATE,
                                     0}; /* 0 ends; those above 0x7fff are optional */
    static _Thread_local StunAgent agent;
    static _Thread_local bool ready;
    if (!ready) {
        /* libnice does not write to the list; its parameter only lacks the const. */
        union {
            const uint16_t *fixed;
            uint16_t *theirs;
        } list = {.fixed = known};
        stun_agent_init(&agent, list.theirs, STUN_COMPATIBILITY_RFC5389,
                        STUN_AGENT_USAGE_SHORT_TERM_CREDENTIALS | STUN_AGENT_USAGE_USE_FINGERPRINT);
        ready = true;
    }
    return &agent;
}

struct password {
    const char *text;
};

/* The user name was compared before; libnice asks for the key only. */
// NOLINTNEXTLINE(readability-function-size, readability-non-const-parameter): libnice's signature
static bool give_password(StunAgent *agent, StunMessage *message, uint8_t *username,
                          uint16_t username_len, uint8_t **password, size_t *password_len,
                          void *data)
{
    const struct password *p = data;
    union {
        const char *ours;
        uint8_t *theirs; /* only read */
    } key = {.ours = p->text};
    (void)agent;
    (void)message;
    (void)username;
    (void)username_len;
    *password = key.theirs;
    *password_len = strlen(p->text);
    return true;
}

static socklen_t to_socket_address(struct sockaddr_storage *out, const struct addr *a)
{
    memset(out, 0, sizeof(*out));
    if (addr_is_v4(a)) {
        struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(a->port)};
        memcpy(&v4.sin_addr, a->ip + 12, 4);
        memcpy(out, &v4, sizeof(v4));
        return sizeof(v4);
    }
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(a->port)};
    memcpy(&v6.sin6_addr, a->ip, 16);
    memcpy(out, &v6, sizeof(v6));
    return sizeof(v6);
}

/* Where the response goes. */
struct reply {
    uint8_t *p;
    size_t cap, len;
};

/* XOR-MAPPED-ADDRESS and nothing else before integrity and fingerprint: 64 bytes, 76 for IPv6, so
 * that no answer is longer than a browser's request (reflection). */
static bool write_success(StunAgent *agent, const StunMessage *request, const struct addr *mapped,
                          struct reply *reply)
{
    struct sockaddr_storage address;
    StunMessage m;
    socklen_t n = to_socket_address(&address, mapped);
    if (!stun_agent_init_response(agent, &m, reply->p, reply->cap, request) ||
        stun_message_append_xor_addr(&m, STUN_ATTRIBUTE_XOR_MAPPED_ADDRESS, &address, n) !=
            STUN_MESSAGE_RETURN_SUCCESS)
        return false;
    reply->len = stun_agent_finish_message(agent, &m, NULL, 0);
    return reply->len > 0;
}

static bool write_conflict(StunAgent *agent, const StunMessage *request, struct reply *reply)
{
    StunMessage m;
    if (!stun_agent_init_error(agent, &m, reply->p, reply->cap, request, STUN_ERROR_ROLE_CONFLICT))
        return false;
    reply->len = stun_agent_finish_message(agent, &m, NULL, 0);
    return reply->len > 0;
}

static bool write_unknown(StunAgent *agent, const StunMessage *request, struct reply *reply)
{
    StunMessage m;
    reply->len =
        stun_agent_build_unknown_attributes_error(agent, &m, reply->p, reply->cap, request);
    return reply->len > 0;
}

static enum err prove_and_answer(struct bytes datagram, const char *pwd, bool controlled,
                                 const struct addr *mapped, struct reply *reply)
{
    struct password password = {.text = pwd};
    StunMessage request;
    StunAgent *agent = agent_get();
    switch (
        stun_agent_validate(agent, &request, datagram.p, datagram.len, give_password, &password)) {
    case STUN_VALIDATION_SUCCESS: break;
    case STUN_VALIDATION_UNKNOWN_REQUEST_ATTRIBUTE:
        return write_unknown(agent, &request, reply) ? E_UNSUPPORTED : E_IO;
    default: return E_DENIED;
    }
    if (controlled)
        return write_conflict(agent, &request, reply) ? E_STATE : E_IO;
    return write_success(agent, &request, mapped, reply) ? E_OK : E_IO;
}

// NOLINTBEGIN(readability-function-size, readability-non-const-parameter): bytes in, bytes out
enum err binding_accept(struct bytes datagram, const char *ufrag, const char *pwd,
                        const struct addr *mapped, uint8_t *reply, size_t cap, size_t *reply_len)
// NOLINTEND(readability-function-size, readability-non-const-parameter)
{
    struct request r;
    struct reply out = {.p = reply, .cap = cap};
    *reply_len = 0;
    enum err e = parse(datagram, &r);
    if (e != E_OK)
        return e;
    if (cap < BINDING_REPLY_MAX)
        return E_FULL;
    size_t n = ufrag_length(r.username);
    if (n == 0 || n != strlen(ufrag) || memcmp(r.username.p, ufrag, n) != 0 || !r.integrity)
        return E_DENIED;
    e = prove_and_answer(datagram, pwd, r.controlled, mapped, &out);
    *reply_len = out.len;
    return e;
}
