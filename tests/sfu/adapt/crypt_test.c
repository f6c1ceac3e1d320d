/* SPDX-License-Identifier: Apache-2.0
 * Our outbound SRTP against libsrtp2 byte for byte, and what is refused in both directions. */
#include "sfu/adapt/crypt.h"

#include "sfu/base/bytes.h"
#include "testing.h"

#include <srtp2/srtp.h>

enum { CAP = 1500, RANDOM_PACKETS = 4000 };

static const enum crypt_profile all[] = {CRYPT_GCM_128, CRYPT_GCM_256, CRYPT_CM_SHA1_80};

static uint32_t seed;

static uint32_t chance(void)
{
    seed = seed * 1664525u + 1013904223u; /* Numerical Recipes; the same packets in every run */
    return seed >> 8;
}

static void make_keys(struct crypt_keys *k, enum crypt_profile profile)
{
    k->profile = profile;
    for (size_t i = 0; i < CRYPT_KEY_MAX; i++) {
        k->client_key[i] = (uint8_t)(i * 7 + 1);
        k->server_key[i] = (uint8_t)(i * 11 + 3);
    }
    for (size_t i = 0; i < CRYPT_SALT_MAX; i++) {
        k->client_salt[i] = (uint8_t)(i * 13 + 5);
        k->server_salt[i] = (uint8_t)(i * 17 + 9);
    }
}

static struct crypt *make(enum crypt_profile profile, enum crypt_end end)
{
    struct crypt *c = NULL;
    struct crypt_keys keys;
    make_keys(&keys, profile);
    assert_int_equal(crypt_new(&c, &keys, end), E_OK);
    return c;
}

/* libsrtp2's own sender with the server's keys: the reference. */
static srtp_t make_reference(enum crypt_profile profile)
{
    struct crypt_keys keys;
    uint8_t both[CRYPT_KEY_MAX + CRYPT_SALT_MAX];
    srtp_policy_t policy;
    srtp_t session = NULL;
    make_keys(&keys, profile);
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
    memcpy(both, keys.server_key, crypt_key_bytes(profile));
    memcpy(both + crypt_key_bytes(profile), keys.server_salt, crypt_salt_bytes(profile));
    policy.ssrc.type = ssrc_any_outbound;
    policy.key = both;
    policy.window_size = 1024;
    assert_int_equal(srtp_create(&session, &policy), srtp_err_status_ok);
    return session;
}

/* Random payload length, CSRCs and extension. */
static size_t make_rtp(uint8_t *p, uint32_t ssrc, uint16_t seq)
{
    size_t csrc = chance() % 16, ext = chance() % 4, n = 12 + 4 * csrc;
    p[0] = (uint8_t)(0x80 | csrc);
    p[1] = (uint8_t)chance();
    put_be16(p + 2, seq);
    put_be32(p + 4, chance());
    put_be32(p + 8, ssrc);
    for (size_t i = 12; i < n; i++)
        p[i] = (uint8_t)chance();
    if (ext > 0) {
        p[0] |= 0x10;
        put_be16(p + n, 0xbede);
        put_be16(p + n + 2, (uint16_t)(ext - 1));
        for (size_t i = n + 4; i < n + 4 + 4 * (ext - 1); i++)
            p[i] = (uint8_t)chance();
        n += 4 + 4 * (ext - 1);
    }
    size_t payload = chance() % 1200;
    for (size_t i = 0; i < payload; i++)
        p[n + i] = (uint8_t)chance();
    return n + payload;
}

static size_t make_rtcp(uint8_t *p, uint32_t ssrc)
{
    size_t words = 1 + chance() % 200;
    p[0] = 0x80;
    p[1] = 200;
    put_be16(p + 2, (uint16_t)words);
    put_be32(p + 4, ssrc);
    for (size_t i = 8; i < 4 + 4 * words; i++)
        p[i] = (uint8_t)chance();
    return 4 + 4 * words;
}

/* Three SSRCs, each over two wraps of its sequence number, in the same bytes as libsrtp2 makes
 * them. */
static void rtp_is_byte_identical_with_libsrtp2(void **state)
{
    static const uint32_t ssrcs[] = {1, 0xdeadbeef, 0xffffffff};
    (void)state;
    for (size_t k = 0; k < 3; k++) {
        struct crypt *ours = make(all[k], CRYPT_SERVER);
        srtp_t theirs = make_reference(all[k]);
        uint64_t index[] = {65500, 0, 32000};
        seed = 1;
        for (int i = 0; i < RANDOM_PACKETS; i++) {
            uint8_t a[CAP + 64], b[CAP + 64];
            size_t s = chance() % 3;
            index[s] += 1 + chance() % 40;
            size_t n = make_rtp(a, ssrcs[s], (uint16_t)index[s]);
            memcpy(b, a, n);
            int m = (int)n;
            assert_int_equal(crypt_protect_rtp(ours, a, &n, sizeof(a), index[s]), E_OK);
            assert_int_equal(srtp_protect(theirs, b, &m), srtp_err_status_ok);
            assert_int_equal(n, m);
            assert_memory_equal(a, b, n);
        }
        assert_true(index[0] >> 16 >= 1);
        (void)srtp_dealloc(theirs);
        crypt_free(ours);
    }
}

static void rtcp_is_byte_identical_with_libsrtp2(void **state)
{
    (void)state;
    for (size_t k = 0; k < 3; k++) {
        struct crypt *ours = make(all[k], CRYPT_SERVER);
        srtp_t theirs = make_reference(all[k]);
        seed = 2;
        for (int i = 0; i < 1000; i++) {
            uint8_t a[CAP], b[CAP];
            size_t n = make_rtcp(a, 0x01020304);
            memcpy(b, a, n);
            int m = (int)n;
            assert_int_equal(crypt_protect_rtcp(ours, a, &n, sizeof(a)), E_OK);
            assert_int_equal(srtp_protect_rtcp(theirs, b, &m), srtp_err_status_ok);
            assert_int_equal(n, m);
            assert_memory_equal(a, b, n);
        }
        (void)srtp_dealloc(theirs);
        crypt_free(ours);
    }
}

static void what_one_end_protects_the_other_reads(void **state)
{
    (void)state;
    for (size_t k = 0; k < 3; k++) {
        struct crypt *server = make(all[k], CRYPT_SERVER), *client = make(all[k], CRYPT_CLIENT);
        seed = 3;
        for (uint64_t index = 65000; index < 67000; index++) {
            uint8_t pkt[CAP + 64], plain[CAP + 64];
            size_t n = make_rtp(pkt, 5, (uint16_t)index), before = n;
            memcpy(plain, pkt, n);
            assert_int_equal(crypt_protect_rtp(client, pkt, &n, sizeof(pkt), index), E_OK);
            assert_int_equal(crypt_unprotect_rtp(server, pkt, &n), E_OK);
            assert_int_equal(n, before);
            assert_memory_equal(pkt, plain, n);
            n = before = make_rtcp(pkt, (uint32_t)index % 3);
            memcpy(plain, pkt, n);
            assert_int_equal(crypt_protect_rtcp(server, pkt, &n, sizeof(pkt)), E_OK);
            assert_int_equal(crypt_unprotect_rtcp(client, pkt, &n), E_OK);
            assert_int_equal(n, before);
            assert_memory_equal(pkt, plain, n);
        }
        crypt_free(server);
        crypt_free(client);
    }
}

static void replayed_packets_are_refused(void **state)
{
    (void)state;
    for (size_t k = 0; k < 3; k++) {
        struct crypt *server = make(all[k], CRYPT_SERVER), *client = make(all[k], CRYPT_CLIENT);
        uint8_t rtp[CAP + 64], rtcp[CAP], copy[CAP + 64];
        size_t n = make_rtp(rtp, 5, 100), m = make_rtcp(rtcp, 5), len;
        assert_int_equal(crypt_protect_rtp(client, rtp, &n, sizeof(rtp), 100), E_OK);
        assert_int_equal(crypt_protect_rtcp(client, rtcp, &m, sizeof(rtcp)), E_OK);
        for (int i = 0; i < 3; i++) {
            memcpy(copy, rtp, n);
            len = n;
            assert_int_equal(crypt_unprotect_rtp(server, copy, &len), i == 0 ? E_OK : E_REPLAY);
            memcpy(copy, rtcp, m);
            len = m;
            assert_int_equal(crypt_unprotect_rtcp(server, copy, &len), i == 0 ? E_OK : E_REPLAY);
        }
        crypt_free(server);
        crypt_free(client);
    }
}

static void every_flipped_bit_is_noticed(void **state)
{
    (void)state;
    for (size_t k = 0; k < 3; k++) {
        struct crypt *server = make(all[k], CRYPT_SERVER), *client = make(all[k], CRYPT_CLIENT);
        uint8_t good[200] = {0x90, 96,   0,    7, 0, 0,    0, 1, 0, 0, 0,
                             5,    0xbe, 0xde, 0, 1, 0x10, 1, 0, 0, 1};
        uint8_t bad[200];
        size_t n = 60;
        assert_int_equal(crypt_protect_rtp(client, good, &n, sizeof(good), 7), E_OK);
        for (size_t bit = 0; bit < 8 * n; bit++) {
            size_t len = n;
            memcpy(bad, good, n);
            bad[bit / 8] ^= (uint8_t)(1u << bit % 8);
            assert_int_not_equal(crypt_unprotect_rtp(server, bad, &len), E_OK);
        }
        assert_int_equal(crypt_unprotect_rtp(server, good, &n), E_OK);
        uint8_t rtcp[200] = {0x80, 201, 0, 1, 0, 0, 0, 5};
        n = 8;
        assert_int_equal(crypt_protect_rtcp(client, rtcp, &n, sizeof(rtcp)), E_OK);
        for (size_t bit = 0; bit < 8 * n; bit++) {
            size_t len = n;
            memcpy(bad, rtcp, n);
            bad[bit / 8] ^= (uint8_t)(1u << bit % 8);
            assert_int_not_equal(crypt_unprotect_rtcp(server, bad, &len), E_OK);
        }
        assert_int_equal(crypt_unprotect_rtcp(server, rtcp, &n), E_OK);
        crypt_free(server);
        crypt_free(client);
    }
}

static void packets_under_another_key_are_refused(void **state)
{
    (void)state;
    for (size_t k = 0; k < 3; k++) {
        /* A server's packet read with the client's key: reflected back at its sender. */
        struct crypt *server = make(all[k], CRYPT_SERVER);
        uint8_t pkt[CAP + 64];
        size_t n = make_rtp(pkt, 5, 1);
        assert_int_equal(crypt_protect_rtp(server, pkt, &n, sizeof(pkt), 1), E_OK);
        assert_int_equal(crypt_unprotect_rtp(server, pkt, &n), E_DENIED);
        crypt_free(server);
    }
}

static void no_index_is_encrypted_twice(void **state)
{
    (void)state;
    for (size_t k = 0; k < 3; k++) {
        struct crypt *c = make(all[k], CRYPT_SERVER);
        uint8_t pkt[CAP + 64];
        size_t n = make_rtp(pkt, 5, 9), m = n;
        assert_int_equal(crypt_protect_rtp(c, pkt, &n, sizeof(pkt), 9), E_OK);
        m = make_rtp(pkt, 5, 9);
        n = m;
        assert_int_equal(crypt_protect_rtp(c, pkt, &n, sizeof(pkt), 9), E_REPLAY);
        assert_int_equal(n, m);
        n = make_rtp(pkt, 6, 9); /* another SSRC is another nonce */
        assert_int_equal(crypt_protect_rtp(c, pkt, &n, sizeof(pkt), 9), E_OK);
        n = make_rtp(pkt, 5, 9); /* and so is the next cycle of the sequence number */
        assert_int_equal(crypt_protect_rtp(c, pkt, &n, sizeof(pkt), 65536 + 9), E_OK);
        crypt_free(c);
    }
}

static void index_that_is_not_the_packets_is_refused(void **state)
{
    struct crypt *c = make(CRYPT_GCM_128, CRYPT_SERVER);
    uint8_t pkt[CAP + 64];
    size_t n = make_rtp(pkt, 5, 9);
    (void)state;
    assert_int_equal(crypt_protect_rtp(c, pkt, &n, sizeof(pkt), 10), E_RANGE);
    assert_int_equal(crypt_protect_rtp(c, pkt, &n, sizeof(pkt), (UINT64_C(1) << 48) + 9), E_RANGE);
    crypt_free(c);
}

static void full_buffer_is_refused_before_the_index_is_spent(void **state)
{
    (void)state;
    for (size_t k = 0; k < 3; k++) {
        struct crypt *c = make(all[k], CRYPT_SERVER);
        uint8_t pkt[CAP + 64];
        size_t n = make_rtp(pkt, 5, 9);
        size_t tag = all[k] == CRYPT_CM_SHA1_80 ? 10 : 16;
        assert_int_equal(crypt_protect_rtp(c, pkt, &n, n + tag - 1, 9), E_FULL);
        assert_int_equal(crypt_protect_rtp(c, pkt, &n, n + tag, 9), E_OK);
        n = make_rtcp(pkt, 5);
        assert_int_equal(crypt_protect_rtcp(c, pkt, &n, n + tag + 3), E_FULL);
        assert_int_equal(crypt_protect_rtcp(c, pkt, &n, n + tag + 4), E_OK);
        crypt_free(c);
    }
}

static void lying_headers_are_refused(void **state)
{
    struct crypt *c = make(CRYPT_GCM_128, CRYPT_SERVER);
    uint8_t pkt[64] = {0x80, 96};
    (void)state;
    for (size_t len = 0; len < 12 + 16; len++) {
        size_t n = len;
        assert_int_equal(crypt_unprotect_rtp(c, pkt, &n), E_MALFORMED);
    }
    size_t n = 40;
    pkt[0] = 0x8f; /* 15 CSRCs need 72 bytes */
    assert_int_equal(crypt_unprotect_rtp(c, pkt, &n), E_MALFORMED);
    assert_int_equal(crypt_protect_rtp(c, pkt, &n, sizeof(pkt), 0), E_MALFORMED);
    pkt[0] = 0x90;
    put_be16(pkt + 14, 0xffff); /* an extension of 256 KB */
    assert_int_equal(crypt_unprotect_rtp(c, pkt, &n), E_MALFORMED);
    pkt[0] = 0x40; /* version 1 */
    assert_int_equal(crypt_unprotect_rtp(c, pkt, &n), E_MALFORMED);
    assert_int_equal(crypt_unprotect_rtcp(c, pkt, &n), E_MALFORMED);
    assert_int_equal(crypt_protect_rtcp(c, pkt, &n, sizeof(pkt)), E_MALFORMED);
    crypt_free(c);
}

static void ssrcs_beyond_the_ceiling_are_refused_and_forged_ones_cost_nothing(void **state)
{
    struct crypt *server = make(CRYPT_GCM_128, CRYPT_SERVER),
                 *client = make(CRYPT_GCM_128, CRYPT_CLIENT);
    uint8_t pkt[CAP + 64];
    (void)state;
    for (uint32_t ssrc = 1000; ssrc < 2000; ssrc++) { /* not authentic: no place taken */
        size_t n = make_rtp(pkt, ssrc, 1) + 16;
        assert_int_equal(crypt_unprotect_rtp(server, pkt, &n), E_DENIED);
    }
    for (uint32_t ssrc = 0; ssrc < CRYPT_IN_SSRC_MAX + 4; ssrc++) {
        size_t n = make_rtp(pkt, ssrc, 1);
        assert_int_equal(crypt_protect_rtp(client, pkt, &n, sizeof(pkt), 1), E_OK);
        assert_int_equal(crypt_unprotect_rtp(server, pkt, &n),
                         ssrc < CRYPT_IN_SSRC_MAX ? E_OK : E_FULL);
    }
    for (uint32_t ssrc = CRYPT_IN_SSRC_MAX + 4; ssrc < CRYPT_OUT_SSRC_MAX + 4; ssrc++) {
        size_t n = make_rtp(pkt, ssrc, 1);
        assert_int_equal(crypt_protect_rtp(client, pkt, &n, sizeof(pkt), 1),
                         ssrc < CRYPT_OUT_SSRC_MAX ? E_OK : E_FULL);
    }
    crypt_free(server);
    crypt_free(client);
}

static void packet_later_than_the_window_is_refused(void **state)
{
    struct crypt *server = make(CRYPT_GCM_128, CRYPT_SERVER),
                 *client = make(CRYPT_GCM_128, CRYPT_CLIENT);
    uint8_t late[CAP + 64], edge[CAP + 64], pkt[CAP + 64];
    size_t a = make_rtp(late, 5, 1), b = make_rtp(edge, 5, 2);
    (void)state;
    assert_int_equal(crypt_protect_rtp(client, late, &a, sizeof(late), 1), E_OK);
    assert_int_equal(crypt_protect_rtp(client, edge, &b, sizeof(edge), 2), E_OK);
    size_t n = make_rtp(pkt, 5, 1025);
    assert_int_equal(crypt_protect_rtp(client, pkt, &n, sizeof(pkt), 1025), E_OK);
    assert_int_equal(crypt_unprotect_rtp(server, pkt, &n), E_OK);
    assert_int_equal(crypt_unprotect_rtp(server, late, &a), E_REPLAY);
    assert_int_equal(crypt_unprotect_rtp(server, edge, &b), E_OK);
    crypt_free(server);
    crypt_free(client);
}

static void unknown_profile_is_refused(void **state)
{
    struct crypt *c = NULL;
    struct crypt_keys keys;
    (void)state;
    make_keys(&keys, CRYPT_GCM_128);
    keys.profile = (enum crypt_profile)2; /* AES128_CM_SHA1_32 */
    assert_int_equal(crypt_new(&c, &keys, CRYPT_SERVER), E_UNSUPPORTED);
    assert_null(c);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(rtp_is_byte_identical_with_libsrtp2),
    cmocka_unit_test(rtcp_is_byte_identical_with_libsrtp2),
    cmocka_unit_test(what_one_end_protects_the_other_reads),
    cmocka_unit_test(replayed_packets_are_refused),
    cmocka_unit_test(every_flipped_bit_is_noticed),
    cmocka_unit_test(packets_under_another_key_are_refused),
    cmocka_unit_test(no_index_is_encrypted_twice),
    cmocka_unit_test(index_that_is_not_the_packets_is_refused),
    cmocka_unit_test(full_buffer_is_refused_before_the_index_is_spent),
    cmocka_unit_test(lying_headers_are_refused),
    cmocka_unit_test(ssrcs_beyond_the_ceiling_are_refused_and_forged_ones_cost_nothing),
    cmocka_unit_test(packet_later_than_the_window_is_refused),
    cmocka_unit_test(unknown_profile_is_refused),
};

TEST_MAIN(tests)
