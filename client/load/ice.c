/* SPDX-License-Identifier: Apache-2.0
 * Checks candidates in turn every 50 ms until one answers, nominates it, then keeps consent
 * every 2.5 s as browsers do (RFC 7675 §5.1 asks for 5 s ± 20 %; Chromium was measured at 2.65 s).
 */
#include "client/load/ice.h"

#include <stun/stunagent.h>
#include <stun/usages/ice.h>

#include <stdio.h>
#include <string.h>

enum {
    STUN_HEADER = 20,         /* bytes: RFC 8489 §5 */
    BINDING_SUCCESS = 0x0101, /* message type: RFC 8489 §5 */
    CHECK_EVERY = 50000,      /* µs: Ta of RFC 8445 §14.2 */
    CONSENT_EVERY = 2500000,  /* µs */
    PRIORITY = 0x6effffff,    /* RFC 8445 §5.1.2.1: a host candidate, as peer reflexive */
};

static const uint16_t understood[] = {STUN_ATTRIBUTE_USERNAME,
                                      STUN_ATTRIBUTE_MESSAGE_INTEGRITY,
                                      STUN_ATTRIBUTE_ERROR_CODE,
                                      STUN_ATTRIBUTE_XOR_MAPPED_ADDRESS,
                                      STUN_ATTRIBUTE_MAPPED_ADDRESS,
                                      STUN_ATTRIBUTE_FINGERPRINT,
                                      0};

static void agent_init(StunAgent *agent)
{
    stun_agent_init(agent, understood, STUN_COMPATIBILITY_RFC5389,
                    STUN_AGENT_USAGE_SHORT_TERM_CREDENTIALS | STUN_AGENT_USAGE_USE_FINGERPRINT);
}

size_t ice_poll(struct ice *ice, usec now, uint8_t *out, struct addr *to)
{
    static StunAgent agent; /* 6 KB: too large for a stack; one thread uses it */
    StunMessage message;
    StunTransactionId id;
    char username[2 * ICE_TEXT + 2];

    if (now < ice->next || ice->n_candidates == 0)
        return 0;
    const bool chosen = ice->chosen >= 0;
    *to = ice->candidates[chosen ? (unsigned)ice->chosen : ice->turn++ % ice->n_candidates];
    ice->next = now + (chosen ? CONSENT_EVERY : CHECK_EVERY);
    agent_init(&agent);
    const int n =
        snprintf(username, sizeof(username), "%s:%s", ice->remote_ufrag, ice->local_ufrag);
    const size_t len = stun_usage_ice_conncheck_create(
        &agent, &message, out, ICE_MESSAGE, (const uint8_t *)username, (size_t)n,
        (const uint8_t *)ice->remote_pwd, strlen(ice->remote_pwd), chosen, true, PRIORITY, 1, NULL,
        STUN_USAGE_ICE_COMPATIBILITY_RFC5245);
    stun_message_id(&message, id);
    memcpy(ice->transaction, id + 4, sizeof(ice->transaction));
    return len;
}

bool ice_on_datagram(struct ice *ice, usec now, struct bytes datagram, const struct addr *from)
{
    /* Its transaction is known by our copy, not by the agent, which lives for one message. */
    if (datagram.len < STUN_HEADER || be16(datagram.p) != BINDING_SUCCESS ||
        memcmp(datagram.p + 8, ice->transaction, sizeof(ice->transaction)) != 0)
        return false;
    if (ice->chosen >= 0)
        return true;
    for (unsigned i = 0; i < ice->n_candidates; i++) {
        if (addr_equal(&ice->candidates[i], from)) {
            ice->chosen = (int)i;
            ice->next = now; /* nominate at once */
            return true;
        }
    }
    return false;
}
