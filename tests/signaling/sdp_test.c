/* SPDX-License-Identifier: Apache-2.0
 * Offers and answers against what real browsers wrote (tests/data/sdp/README.md) and against
 * hostile changes of it. */
#include "tests/testing.h"

#include "signaling/sdp.h"

#include <stdlib.h>

enum { TEXT_MAX = 70000 };

struct text {
    char p[TEXT_MAX];
    size_t len;
};

static struct text in, out; /* large, one test at a time */

static void load(const char *name)
{
    char path[512];
    snprintf(path, sizeof(path), TEST_DATA "/sdp/%s", name);
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    in.len = fread(in.p, 1, TEXT_MAX - 1, f);
    in.p[in.len] = 0;
    fclose(f);
}

/* Every `from` in the loaded text becomes `to`; at least one must be there. */
static void change(const char *from, const char *to)
{
    static char copy[TEXT_MAX];
    size_t at = 0, found = 0;
    for (const char *p = in.p; *p != 0;) {
        if (strncmp(p, from, strlen(from)) == 0) {
            memcpy(copy + at, to, strlen(to));
            at += strlen(to);
            p += strlen(from);
            found++;
        } else {
            copy[at++] = *p++;
        }
    }
    assert_true(found > 0);
    copy[at] = 0;
    memcpy(in.p, copy, at + 1);
    in.len = at;
}

static const uint8_t fingerprint[SFU_FINGERPRINT] = {0xAB, 0x01};
static const struct sfu_ice ice = {.ufrag = "AbCdEf12", .pwd = "0123456789abcdefghijklmn"};
static struct addr addresses[2];

static struct sdp_ours ours(void)
{
    assert_int_equal(addr_parse_ip(&addresses[0], "192.0.2.10", 5000), E_OK);
    assert_int_equal(addr_parse_ip(&addresses[1], "2001:db8::10", 5000), E_OK);
    return (struct sdp_ours){.session = 12345,
                             .version = 2,
                             .ice = &ice,
                             .fingerprint = fingerprint,
                             .addresses = addresses,
                             .n_addresses = 2};
}

static struct sfu_receive_open desktop(void)
{
    struct sfu_receive_open open = {.transport = 9};
    sdp_receive_slots(&open, FORM_DESKTOP, 1000);
    return open;
}

static void write_offer(const struct sfu_receive_open *open)
{
    struct sdp_ours us = ours();
    struct writer w = writer_over(out.p, TEXT_MAX - 1);
    assert_int_equal(sdp_write_offer(&w, &us, open), E_OK);
    out.len = w.len;
    out.p[w.len] = 0;
}

static unsigned count(const char *what)
{
    unsigned n = 0;
    for (const char *p = out.p; (p = strstr(p, what)) != NULL; p += strlen(what))
        n++;
    return n;
}

static void says(const char *what)
{
    if (count(what) == 0)
        fail_msg("missing: %s", what);
}

static void slots_are_5_and_4_for_a_desktop_3_and_4_for_a_phone(void **state)
{
    (void)state;
    for (int form = FORM_DESKTOP; form <= FORM_PHONE; form++) {
        struct sfu_receive_open open = {.transport = 1};
        unsigned audio = 0;
        sdp_receive_slots(&open, form, 0);
        for (size_t i = 0; i < open.n_slots; i++) {
            audio += open.slots[i].media == SFU_AUDIO;
            assert_int_not_equal(open.slots[i].ssrc, 0);
            for (size_t j = 0; j < i; j++)
                assert_true(open.slots[i].ssrc != open.slots[j].ssrc &&
                            open.slots[i].ssrc != open.slots[j].rtx_ssrc);
        }
        assert_int_equal(audio, form == FORM_DESKTOP ? 5 : 3);
        assert_int_equal(open.n_slots - audio, 4);
    }
}

static void offer_has_one_bundle_with_candidates_and_pairs(void **state)
{
    (void)state;
    struct sfu_receive_open open = desktop();
    write_offer(&open);
    says("o=- 12345 2 IN IP4 127.0.0.1\r\n");
    says("a=ice-lite\r\n");
    says("a=group:BUNDLE 0 1 2 3 4 5 6 7 8\r\n");
    says("a=candidate:1 1 udp 2130706431 192.0.2.10 5000 typ host\r\n"); /* RFC 8445 §5.1.2.1 */
    says("a=candidate:2 1 udp 2130706175 2001:db8::10 5000 typ host\r\n");
    says("a=end-of-candidates\r\n");
    assert_int_equal(count("a=candidate:1 "), 1);
    assert_int_equal(count("m=audio 9 UDP/TLS/RTP/SAVPF 63 111\r\n"), 5);
    assert_int_equal(count("m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\n"), 4);
    assert_int_equal(count("a=sendonly\r\n"), 9);
    assert_int_equal(count("a=setup:actpass\r\n"), 9);
    assert_int_equal(count("a=rtcp-mux\r\n"), 9);
    assert_int_equal(count("a=msid:stage "), 2);
    assert_int_equal(count("a=msid:screen "), 2);
    assert_int_equal(count("a=msid:free-"), 5);
    assert_int_equal(count("a=fingerprint:sha-256 AB:01:00:"), 9);
    assert_int_equal(count("a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n"), 5);
    assert_int_equal(count("a=ssrc-group:FID "), 4);
}

static void a_description_that_does_not_fit_leaves_nothing(void **state)
{
    (void)state;
    struct sfu_receive_open open = desktop();
    struct sdp_ours us = ours();
    write_offer(&open);
    for (size_t cap = 0; cap < out.len; cap += 97) {
        char *exact = malloc(cap + 1);
        struct writer w = writer_over(exact, cap);
        assert_int_equal(sdp_write_offer(&w, &us, &open), E_FULL);
        assert_int_equal(w.len, 0);
        free(exact);
    }
}

static enum err parse_answer(struct sfu_receive_answer *answer)
{
    struct sfu_receive_open open = desktop();
    return sdp_parse_answer(answer, bytes_of(in.p, in.len), &open);
}

static void real_answers_accept_all_slots(void **state)
{
    (void)state;
    static const struct {
        const char *file;
        uint8_t audio_payloads;
    } answers[] = {{"chromium-receive-answer.sdp", 2}, {"firefox-receive-answer.sdp", 1}};
    for (size_t i = 0; i < 2; i++) {
        struct sfu_receive_answer a;
        load(answers[i].file);
        assert_int_equal(parse_answer(&a), E_OK);
        assert_int_equal(a.transport, 9);
        assert_int_equal(a.n_slots, 9);
        for (size_t s = 0; s < a.n_slots; s++) {
            bool audio = a.slots[s].media == SFU_AUDIO;
            assert_int_equal(a.slots[s].n_payloads, audio ? answers[i].audio_payloads : 2);
            assert_int_equal(a.slots[s].payloads[0].pt, audio ? 111 : 96);
            assert_int_equal(a.slots[s].rtx_ssrc != 0, !audio);
        }
        assert_int_equal(a.extensions.mid, 4);
        assert_int_equal(a.extensions.twcc, 3);
        assert_int_equal(a.extensions.abs_send_time, 2);
        assert_int_equal(a.extensions.audio_level, 1);
    }
}

static void a_rejected_line_is_a_slot_without_payloads(void **state)
{
    (void)state;
    struct sfu_receive_answer a;
    load("chromium-receive-answer.sdp");
    change("m=video 9 ", "m=video 0 ");
    change("a=group:BUNDLE 0 1 2 3 4 5 6 7 8", "a=group:BUNDLE 0 2 4 7 8");
    assert_int_equal(parse_answer(&a), E_OK);
    assert_int_equal(a.slots[0].n_payloads, 2);
    assert_int_equal(a.slots[1].n_payloads, 0);
    assert_int_equal(a.slots[1].rtx_ssrc, 0);
    load("chromium-receive-answer.sdp");
    change("a=recvonly", "a=inactive");
    assert_int_equal(parse_answer(&a),
                     E_UNSUPPORTED); /* nothing is received: no transport at all */
}

static void without_rtx_in_the_answer_there_is_no_rtx_ssrc(void **state)
{
    (void)state;
    struct sfu_receive_answer a;
    load("firefox-receive-answer.sdp");
    change("m=video 9 UDP/TLS/RTP/SAVPF 96 97", "m=video 9 UDP/TLS/RTP/SAVPF 96");
    assert_int_equal(parse_answer(&a), E_OK);
    assert_int_equal(a.slots[1].n_payloads, 1);
    assert_int_equal(a.slots[1].rtx_ssrc, 0);
}

static void answer_fault(const char *from, const char *to, enum err want)
{
    struct sfu_receive_answer a;
    load("chromium-receive-answer.sdp");
    change(from, to);
    enum err e = parse_answer(&a);
    if (e != want)
        fail_msg("%s -> %s gives %s", from, to, err_name(e));
}

static void answers_we_cannot_work_with_are_refused(void **state)
{
    (void)state;
    answer_fault("v=0", "v=1", E_MALFORMED);
    answer_fault("a=setup:active", "a=setup:passive", E_UNSUPPORTED); /* RFC 8842 §5.3 */
    answer_fault("a=setup:active", "a=setup:actpass", E_UNSUPPORTED);
    answer_fault("a=rtcp-mux\r\n", "", E_UNSUPPORTED);
    answer_fault("a=fingerprint:sha-256", "a=fingerprint:sha-1", E_UNSUPPORTED);
    answer_fault("sha-256 ", "sha-256 0", E_MALFORMED);
    answer_fault("a=group:BUNDLE", "a=group:LS", E_UNSUPPORTED);
    answer_fault("a=mid:3", "a=mid:x", E_MALFORMED);
    answer_fault("m=video 9 ", "m=audio 9 ", E_MALFORMED);
    struct sfu_receive_answer a;
    load("chromium-receive-answer.sdp");
    size_t whole = in.len;
    strcpy(in.p + in.len, "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n");
    in.len = strlen(in.p);
    assert_int_equal(parse_answer(&a), E_MALFORMED); /* ten lines for nine */
    while (strncmp(in.p + whole, "m=", 2) != 0)
        whole--;
    for (whole--; strncmp(in.p + whole, "m=", 2) != 0;)
        whole--;
    in.len = whole;
    assert_int_equal(parse_answer(&a), E_MALFORMED); /* eight */
}

static struct sdp_send_offer offer;

static enum err parse_offer(void)
{
    return sdp_parse_send_offer(&offer, bytes_of(in.p, in.len));
}

static const struct note_track four[] = {
    {.source = SFU_MICROPHONE, .mid_len = 1, .mid = "0", .publication = 101},
    {.source = SFU_CAMERA, .mid_len = 1, .mid = "1", .publication = 102},
    {.source = SFU_SCREEN, .mid_len = 1, .mid = "2", .publication = 103},
    {.source = SFU_SCREEN_AUDIO, .mid_len = 1, .mid = "3", .publication = 104},
};

static void write_answer(const struct note_track *tracks, size_t n, enum role role)
{
    struct sfu_send_open open = {.transport = 3};
    struct sdp_ours us = ours();
    struct writer w = writer_over(out.p, TEXT_MAX - 1);
    assert_int_equal(sdp_send_open(&open, &offer, tracks, n), E_OK);
    assert_int_equal(sdp_write_answer(&w, &us, &offer, &open, role), E_OK);
    out.len = w.len;
    out.p[w.len] = 0;
}

static void chromium_offer_gives_four_tracks(void **state)
{
    (void)state;
    load("chromium-send-offer.sdp");
    assert_int_equal(parse_offer(), E_OK);
    assert_int_equal(offer.n_lines, 4);
    assert_int_equal(strlen(offer.ufrag), 4);
    struct sfu_send_open open = {.transport = 3};
    assert_int_equal(sdp_send_open(&open, &offer, four, 4), E_OK);
    assert_int_equal(open.n_tracks, 4);
    assert_int_equal(open.extensions.mid, 4);
    assert_int_equal(open.extensions.twcc, 3);
    assert_int_equal(open.extensions.audio_level, 1);
    assert_int_equal(open.tracks[0].payloads[0].pt, 111);
    assert_int_equal(open.tracks[0].payloads[1].pt, 63);
    assert_int_equal(open.tracks[0].payloads[1].codec, SFU_RED);
    assert_int_equal(open.tracks[1].payloads[0].pt, 96);
    assert_int_equal(open.tracks[1].payloads[1].apt, 96);
    assert_int_equal(open.tracks[1].publication, 102);
    for (size_t i = 0; i < 4; i++)
        assert_int_not_equal(open.tracks[i].ssrc, 0);
    assert_int_not_equal(open.tracks[1].rtx_ssrc, 0);
    assert_int_equal(open.tracks[0].rtx_ssrc, 0);
}

static void firefox_offer_keeps_its_own_numbers(void **state)
{
    (void)state;
    load("firefox-send-offer.sdp");
    assert_int_equal(parse_offer(), E_OK);
    struct sfu_send_open open = {.transport = 3};
    assert_int_equal(sdp_send_open(&open, &offer, four, 4), E_OK);
    assert_int_equal(open.extensions.mid, 3);
    assert_int_equal(open.extensions.twcc, 7);
    assert_int_equal(open.tracks[0].payloads[0].pt, 109);
    assert_int_equal(open.tracks[0].n_payloads, 1);
    assert_int_equal(open.tracks[1].payloads[0].pt, 120);
    assert_int_equal(open.tracks[1].payloads[1].pt, 124);
    assert_false(offer.lines[1].stopped); /* port 0 with bundle-only: RFC 9143 §6 */
    write_answer(four, 4, ROLE_LEARNER);
    says("m=audio 9 UDP/TLS/RTP/SAVPF 109\r\n");
    says("m=video 9 UDP/TLS/RTP/SAVPF 120 124\r\n");
    says("a=fmtp:124 apt=120\r\n");
    says("a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid\r\n");
}

static void the_answer_steers_rates_by_source_and_role(void **state)
{
    (void)state;
    load("chromium-send-offer.sdp");
    assert_int_equal(parse_offer(), E_OK);
    write_answer(four, 4, ROLE_LEARNER);
    says("a=group:BUNDLE 0 1 2 3\r\n");
    says("m=audio 9 UDP/TLS/RTP/SAVPF 63 111\r\n"); /* the first is what a browser sends */
    assert_int_equal(count("a=recvonly\r\n"), 4);
    assert_int_equal(count("a=setup:passive\r\n"), 4);
    assert_int_equal(count("a=candidate:1 "), 1);
    assert_int_equal(count("b=TIAS:150000\r\n"), 1);
    assert_int_equal(count("b=TIAS:800000\r\n"), 1);
    says("useinbandfec=1;usedtx=1;stereo=0;maxaveragebitrate=32000\r\n");
    says("usedtx=0;stereo=1;sprop-stereo=1;maxaveragebitrate=96000\r\n");
    write_answer(four, 4, ROLE_TRAINER);
    assert_int_equal(count("b=TIAS:500000\r\n"), 1);
    write_answer(four, 1, ROLE_LEARNER); /* lines nobody named */
    assert_int_equal(count("a=recvonly\r\n"), 1);
    assert_int_equal(count("a=inactive\r\n"), 3);
}

static void simulcast_is_answered_with_one_layer(void **state)
{
    (void)state;
    static const struct note_track camera = {
        .source = SFU_CAMERA, .mid_len = 1, .mid = "1", .publication = 7};
    static const char *const files[] = {"chromium-simulcast-offer.sdp",
                                        "firefox-simulcast-offer.sdp"};
    for (size_t i = 0; i < 2; i++) {
        load(files[i]);
        assert_int_equal(parse_offer(), E_OK);
        assert_true(offer.lines[1].simulcast);
        assert_int_equal(offer.lines[1].ssrc, 0);
        assert_false(offer.lines[2].sends);
        write_answer(&camera, 1, ROLE_TRAINER);
        assert_int_equal(count("simulcast"), 0);
        assert_int_equal(count("a=rid"), 0);
    }
}

static void offer_fault(const char *from, const char *to, enum err want)
{
    load("chromium-send-offer.sdp");
    change(from, to);
    enum err e = parse_offer();
    if (e != want)
        fail_msg("%s -> %s gives %s", from, to, err_name(e));
}

static void offers_we_cannot_work_with_are_refused(void **state)
{
    (void)state;
    load("chromium-data-offer.sdp");
    assert_int_equal(parse_offer(), E_UNSUPPORTED);
    offer_fault("a=rtcp-mux\r\n", "", E_UNSUPPORTED);
    offer_fault("a=group:BUNDLE 0 1 2 3", "a=group:BUNDLE 0 1 2", E_UNSUPPORTED);
    offer_fault("a=setup:actpass", "a=setup:passive", E_UNSUPPORTED);
    offer_fault("a=setup:actpass\r\n", "", E_UNSUPPORTED);
    offer_fault("a=mid:3", "a=mid:2", E_MALFORMED);
    offer_fault("a=mid:3", "a=mid:12345678901234567", E_MALFORMED); /* RFC 9143 §15: 16 */
    offer_fault("a=ice-pwd:", "a=x:", E_MALFORMED);
    offer_fault("a=fingerprint:sha-256 ", "a=fingerprint:sha-512 ", E_UNSUPPORTED);
    offer_fault("UDP/TLS/RTP/SAVPF", "RTP/AVP", E_UNSUPPORTED);
    offer_fault("m=audio 9 ", "m=audio 65536 ", E_MALFORMED);
    offer_fault("a=mid:0", "a=mid:0\r\nbad line", E_MALFORMED);
    in.len = (size_t)sprintf(in.p, "v=0\r\n");
    for (int i = 0; i < 33; i++)
        in.len +=
            (size_t)sprintf(in.p + in.len, "m=audio 0 UDP/TLS/RTP/SAVPF 0\r\na=mid:%d\r\n", i);
    assert_int_equal(parse_offer(), E_MALFORMED);
    memset(in.p + in.len, '\n', 66000);
    assert_int_equal(sdp_parse_send_offer(&offer, bytes_of(in.p, 65537)), E_MALFORMED);
}

static enum err open_fault(struct note_track a, struct note_track b)
{
    const struct note_track tracks[] = {a, b};
    struct sfu_send_open open = {.transport = 1};
    return sdp_send_open(&open, &offer, tracks, 2);
}

static void tracks_must_fit_the_lines(void **state)
{
    (void)state;
    load("chromium-send-offer.sdp");
    assert_int_equal(parse_offer(), E_OK);
    struct note_track audio = four[0], camera = four[1], t = four[1];
    assert_int_equal(open_fault(audio, camera), E_OK);
    t.mid[0] = '7';
    assert_int_equal(open_fault(audio, t), E_NOTFOUND);
    t.mid[0] = '0';
    assert_int_equal(open_fault(audio, t), E_EXISTS);
    assert_int_equal(open_fault(t, audio), E_UNSUPPORTED);
    t = camera;
    t.mid[0] = '2';
    assert_int_equal(open_fault(camera, t), E_EXISTS);
    load("chromium-simulcast-offer.sdp");
    assert_int_equal(parse_offer(), E_OK);
    t.mid[0] = '2'; /* recvonly */
    assert_int_equal(open_fault(audio, t), E_NOTFOUND);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(slots_are_5_and_4_for_a_desktop_3_and_4_for_a_phone),
    cmocka_unit_test(offer_has_one_bundle_with_candidates_and_pairs),
    cmocka_unit_test(a_description_that_does_not_fit_leaves_nothing),
    cmocka_unit_test(real_answers_accept_all_slots),
    cmocka_unit_test(a_rejected_line_is_a_slot_without_payloads),
    cmocka_unit_test(without_rtx_in_the_answer_there_is_no_rtx_ssrc),
    cmocka_unit_test(answers_we_cannot_work_with_are_refused),
    cmocka_unit_test(chromium_offer_gives_four_tracks),
    cmocka_unit_test(firefox_offer_keeps_its_own_numbers),
    cmocka_unit_test(the_answer_steers_rates_by_source_and_role),
    cmocka_unit_test(simulcast_is_answered_with_one_layer),
    cmocka_unit_test(offers_we_cannot_work_with_are_refused),
    cmocka_unit_test(tracks_must_fit_the_lines),
};

TEST_MAIN(tests)
