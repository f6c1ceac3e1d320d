/* SPDX-License-Identifier: Apache-2.0
 * Prints what protecting a packet costs with our EVP sender and with libsrtp2, what unprotecting
 * costs, and the time and memory of a handshake (client's share of the time included). One JSON
 * line a figure. */
#include "client.h"
#include "sfu/adapt/channel.h"
#include "sfu/adapt/crypt.h"
#include "sfu/adapt/dtls.h"
#include "sfu/base/bytes.h"

#include <srtp2/srtp.h>

#include <malloc.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { HANDSHAKES = 100, PACKETS = 60000, CAP = 1500 };

static const struct {
    enum crypt_profile profile;
    const char *name;
} profiles[] = {
    {CRYPT_GCM_128, "gcm-128"}, {CRYPT_GCM_256, "gcm-256"}, {CRYPT_CM_SHA1_80, "cm-sha1-80"}};

static void must(int ok)
{
    if (!ok)
        abort();
}

static double now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void make_rtp(uint8_t *p, uint16_t seq)
{
    memset(p, 0, 12);
    p[0] = 0x80;
    p[1] = 96;
    put_be16(p + 2, seq);
    p[11] = 1;
}

static srtp_t make_libsrtp(enum crypt_profile profile, const struct crypt_keys *keys)
{
    static uint8_t both[CRYPT_KEY_MAX + CRYPT_SALT_MAX];
    srtp_policy_t policy;
    srtp_t session = NULL;
    memset(&policy, 0, sizeof(policy));
    if (profile == CRYPT_GCM_128) {
        srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp);
        srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtcp);
    } else if (profile == CRYPT_GCM_256) {
        srtp_crypto_policy_set_aes_gcm_256_16_auth(&policy.rtp);
        srtp_crypto_policy_set_aes_gcm_256_16_auth(&policy.rtcp);
    } else {
        srtp_crypto_policy_set_rtp_default(&policy.rtp);
        srtp_crypto_policy_set_rtcp_default(&policy.rtcp);
    }
    memcpy(both, keys->server_key, crypt_key_bytes(profile));
    memcpy(both + crypt_key_bytes(profile), keys->server_salt, crypt_salt_bytes(profile));
    policy.ssrc.type = ssrc_any_outbound;
    policy.key = both;
    policy.window_size = 1024;
    must(srtp_create(&session, &policy) == srtp_err_status_ok);
    return session;
}

static void print_ns(const char *what, const char *profile, size_t bytes, double ns)
{
    printf("{\"what\":\"%s\",\"profile\":\"%s\",\"bytes\":%zu,\"ns\":%.0f}\n", what, profile, bytes,
           ns);
}

static void packet_costs(size_t which, size_t bytes)
{
    static uint8_t pkt[CAP];
    struct crypt_keys keys;
    struct crypt *ours = NULL, *peer = NULL;
    double protect = 0, unprotect = 0, theirs = 0, t;
    memset(&keys, 0x5a, sizeof(keys));
    keys.profile = profiles[which].profile;
    must(crypt_new(&ours, &keys, CRYPT_SERVER) == E_OK &&
         crypt_new(&peer, &keys, CRYPT_CLIENT) == E_OK);
    srtp_t session = make_libsrtp(keys.profile, &keys);
    for (uint64_t i = 0; i < PACKETS; i++) {
        size_t n = bytes;
        int m = (int)bytes;
        make_rtp(pkt, (uint16_t)i);
        t = now_ns();
        must(crypt_protect_rtp(ours, pkt, &n, sizeof(pkt), i) == E_OK);
        protect += now_ns() - t;
        t = now_ns();
        must(crypt_unprotect_rtp(peer, pkt, &n) == E_OK);
        unprotect += now_ns() - t;
        t = now_ns();
        must(srtp_protect(session, pkt, &m) == srtp_err_status_ok);
        theirs += now_ns() - t;
    }
    print_ns("protect, EVP", profiles[which].name, bytes, protect / PACKETS);
    print_ns("protect, libsrtp2", profiles[which].name, bytes, theirs / PACKETS);
    print_ns("unprotect, libsrtp2", profiles[which].name, bytes, unprotect / PACKETS);
    (void)srtp_dealloc(session);
    crypt_free(ours);
    crypt_free(peer);
}

/* Bytes in use, per channel of n. malloc's caches of freed blocks count as used, so n has to be
 * large. */
static size_t heap(void)
{
    struct mallinfo2 m;
    (void)malloc_trim(0);
    m = mallinfo2();
    return m.uordblks + m.hblkhd;
}

static size_t share(size_t now, size_t before)
{
    return now > before ? (now - before) / HANDSHAKES : 0;
}

/* Passes datagrams until both are silent; returns the server's time in ns. */
static double shake(struct channel *c, struct client *client)
{
    double ns = 0;
    struct bytes b;
    client_start(client);
    for (int round = 0; round < 4; round++) {
        while (client_poll(client, &b)) {
            double t = now_ns();
            channel_on_dtls(c, 0, b);
            ns += now_ns() - t;
        }
        while (channel_poll(c, &b))
            client_on_datagram(client, b);
    }
    return ns;
}

/* A handshake, then one packet's bytes that the peer would send. Returns the server's time in ns.
 */
static double open_channel(struct channel *c, uint8_t *pkt, size_t *len)
{
    struct crypt_keys keys;
    struct crypt *peer = NULL;
    uint8_t sha256[32];
    struct client *client = client_new(CLIENT_BROWSER_PROFILES, CLIENT_FINE);
    client_fingerprint(client, sha256);
    channel_set_fingerprint(c, sha256);
    double ns = shake(c, client);
    must(channel_state(c) == CHANNEL_OPEN);
    client_keys(client, &keys);
    must(crypt_new(&peer, &keys, CRYPT_CLIENT) == E_OK);
    make_rtp(pkt, 1);
    must(crypt_protect_rtp(peer, pkt, len, CAP, 1) == E_OK);
    crypt_free(peer);
    client_free(client);
    return ns;
}

static void handshake_costs(const struct dtls_identity *identity, bool print)
{
    static struct channel *c[HANDSHAKES];
    static uint8_t pkt[HANDSHAKES][CAP];
    size_t len[HANDSHAKES];
    double ns = 0;
    size_t at[4];
    struct channel_config config = {.identity = identity, .keep_session = false};
    at[0] = heap();
    for (size_t i = 0; i < HANDSHAKES; i++) {
        double t = now_ns();
        c[i] = channel_new(&config);
        ns += now_ns() - t;
    }
    at[1] = heap();
    for (size_t i = 0; i < HANDSHAKES; i++) {
        len[i] = 100;
        ns += open_channel(c[i], pkt[i], &len[i]);
    }
    at[2] = heap();
    for (size_t i = 0; i < HANDSHAKES; i++)
        must(channel_unprotect_rtp(c[i], pkt[i], &len[i]) == E_OK && !channel_has_ssl(c[i]));
    at[3] = heap();
    for (size_t i = 0; i < HANDSHAKES; i++)
        channel_free(c[i]);
    if (!print)
        return;
    printf("{\"what\":\"handshake, server's share\",\"ms\":%.3f}\n", ns / HANDSHAKES / 1e6);
    printf("{\"what\":\"channel before its handshake\",\"bytes\":%zu}\n", share(at[1], at[0]));
    printf("{\"what\":\"channel after its handshake\",\"bytes\":%zu}\n", share(at[2], at[0]));
    printf("{\"what\":\"channel after the first packet\",\"bytes\":%zu}\n", share(at[3], at[0]));
}

int main(void)
{
    struct dtls_identity *identity = NULL;
    must(dtls_identity_new(&identity) == E_OK);
    handshake_costs(identity, false); /* fills the libraries' own caches */
    handshake_costs(identity, true);
    dtls_identity_free(identity);
    for (size_t i = 0; i < sizeof(profiles) / sizeof(profiles[0]); i++) {
        packet_costs(i, 100);
        packet_costs(i, 1200);
    }
    return 0;
}
