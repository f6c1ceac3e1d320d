/* SPDX-License-Identifier: Apache-2.0
 * PROTOCOL.md is the contract: each `client` example decodes into what it says, each `server`
 * example is what our writer makes of the same values, and no kind is without an example or an arm
 * here. */
#include "tests/testing.h"

#include "signaling/json.h"

#include <jansson.h>

#include <stdlib.h>

static char *page; /* PROTOCOL.md, ended by 0 */

static int read_page(void **state)
{
    (void)state;
    FILE *f = fopen(TEST_DATA "/../../signaling/PROTOCOL.md", "rb");
    assert_non_null(f);
    page = calloc(1, 1 << 20);
    assert_non_null(page);
    size_t n = fread(page, 1, (1 << 20) - 1, f);
    fclose(f);
    return n > 0 ? 0 : 1;
}

static int free_page(void **state)
{
    (void)state;
    free(page);
    return 0;
}

/* The next example of `side` after *at: its name and its block; false: none left. */
static bool next_example(const char **at, const char *side, struct bytes *name, struct bytes *block)
{
    char mark[64];
    snprintf(mark, sizeof(mark), "<!-- example: %s ", side);
    const char *p = strstr(*at, mark);
    if (p == NULL)
        return false;
    p += strlen(mark);
    const char *end = strstr(p, " -->");
    assert_non_null(end);
    *name = bytes_of(p, (size_t)(end - p));
    const char *open = strstr(end, "```json\n");
    assert_non_null(open);
    open += strlen("```json\n");
    const char *close = strstr(open, "```");
    assert_non_null(close);
    *block = bytes_of(open, (size_t)(close - open));
    *at = close;
    return true;
}

static void same_text(struct bytes got, const char *want)
{
    assert_int_equal(got.len, strlen(want));
    assert_memory_equal(got.p, want, got.len);
}

static void is_hello(const struct msg *m)
{
    same_text(m->hello.ticket, "2vNn0x0yZr3q8m0T");
    assert_int_equal(m->hello.form, FORM_DESKTOP);
    assert_true(m->hello.resume);
    same_text(m->hello.session, "s3kq9");
    assert_int_equal(m->hello.seq, 41);
}

static void is_pong(const struct msg *m)
{
    same_text(m->pong.nonce, "f0a1");
}

static void is_bare(const struct msg *m)
{
    (void)m; /* type and id say it all, and the walk checks both */
}

static void is_person_8(const struct msg *m)
{
    assert_int_equal(m->person, 8);
}

static void is_person_7(const struct msg *m)
{
    assert_int_equal(m->person, 7);
}

static void is_rights(const struct msg *m)
{
    assert_int_equal(m->rights.person, 8);
    assert_int_equal(m->rights.microphone, CHOICE_YES);
    assert_int_equal(m->rights.camera, CHOICE_ABSENT);
    assert_int_equal(m->rights.screen, CHOICE_ABSENT);
}

static void is_policy(const struct msg *m)
{
    assert_true(m->policy.has_microphone && m->policy.has_camera);
    assert_int_equal(m->policy.policy.microphone, ACCESS_OPEN);
    assert_int_equal(m->policy.policy.camera, ACCESS_OPEN);
}

static void is_send(const struct msg *m)
{
    same_text(m->send.key, "k-5f1c");
    same_text(m->send.text, "Où est le support ?");
    assert_int_equal(m->send.to, TO_ALL);
}

static void is_delete(const struct msg *m)
{
    assert_int_equal(m->message, 4);
}

static void is_entrance(const struct msg *m)
{
    assert_int_equal(m->entrance, ENTRANCE_CLOSED);
}

static void is_open(const struct msg *m)
{
    assert_false(m->restart);
}

static void is_answer(const struct msg *m)
{
    assert_int_equal(m->media.generation, 1);
    same_text(m->media.sdp, "v=0\r\n…");
}

static void is_media_publish(const struct msg *m)
{
    static const uint8_t sources[] = {SFU_MICROPHONE, SFU_CAMERA, SFU_SCREEN, SFU_SCREEN_AUDIO};
    is_answer(m);
    assert_int_equal(m->media.n_tracks, 4);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(m->media.tracks[i].source, sources[i]);
        assert_int_equal(m->media.tracks[i].mid_len, 1);
        assert_int_equal(m->media.tracks[i].mid[0], '0' + i);
    }
}

static void is_close(const struct msg *m)
{
    assert_int_equal(m->connection, CONNECTION_SEND);
}

static void is_publish(const struct msg *m)
{
    assert_int_equal(m->publish.source, SFU_MICROPHONE);
    assert_true(m->publish.on);
}

static void is_view(const struct msg *m)
{
    assert_int_equal(m->view.tiles, 2);
    assert_int_equal(m->view.pinned, 1);
    assert_false(m->view.economy || m->view.hidden);
}

static void is_person_12_at_site_1(const struct msg *m)
{
    assert_int_equal(m->tick.person, 12);
    assert_int_equal(m->tick.site, 1);
}

static void is_confirm(const struct msg *m)
{
    assert_int_equal(m->confirm.site, 1);
    assert_int_equal(m->confirm.period, 1);
}

static void is_pause(const struct msg *m)
{
    assert_true(m->until_ms == 1795425000000);
}

static void is_merge(const struct msg *m)
{
    assert_int_equal(m->merge.from, 8);
    assert_int_equal(m->merge.into, 12);
}

static const struct {
    void (*check)(const struct msg *m);
    uint64_t id; /* 0: without */
} client[N_MSG] = {
    [MSG_HELLO] = {is_hello, 0},
    [MSG_PONG] = {is_pong, 0},
    [MSG_LEAVE] = {is_bare, 0},
    [MSG_PERSON_REMOVE] = {is_person_8, 13},
    [MSG_PERSON_MUTE] = {is_person_8, 14},
    [MSG_MUTE_ALL] = {is_bare, 15},
    [MSG_RIGHTS_SET] = {is_rights, 16},
    [MSG_POLICY_SET] = {is_policy, 17},
    [MSG_MICROPHONE_REQUEST] = {is_bare, 18},
    [MSG_MICROPHONE_WITHDRAW] = {is_person_7, 19},
    [MSG_HAND_RAISE] = {is_bare, 20},
    [MSG_HAND_LOWER] = {is_person_7, 21},
    [MSG_MESSAGE_SEND] = {is_send, 22},
    [MSG_MESSAGE_DELETE] = {is_delete, 23},
    [MSG_ENTRANCE_SET] = {is_entrance, 24},
    [MSG_CLASS_END] = {is_bare, 25},
    [MSG_HERE_LEAVE] = {is_bare, 40},
    [MSG_SITE_TICK] = {is_person_12_at_site_1, 41},
    [MSG_SITE_CONFIRM] = {is_confirm, 42},
    [MSG_PAUSE_SET] = {is_pause, 43},
    [MSG_MESSAGE_TAKE] = {is_delete, 44},
    [MSG_MESSAGE_RELEASE] = {is_delete, 45},
    [MSG_MESSAGE_RELAY] = {is_delete, 46},
    [MSG_MESSAGE_ANSWERED] = {is_delete, 47},
    [MSG_PERSON_MERGE] = {is_merge, 48},
    [MSG_MEDIA_OPEN] = {is_open, 30},
    [MSG_MEDIA_ANSWER] = {is_answer, 31},
    [MSG_MEDIA_PUBLISH] = {is_media_publish, 32},
    [MSG_MEDIA_CLOSE] = {is_close, 33},
    [MSG_PUBLISH] = {is_publish, 34},
    [MSG_VIEW_SET] = {is_view, 35},
};

static void every_client_example_decodes(void **state)
{
    (void)state;
    bool seen[N_MSG] = {false};
    const char *at = page;
    struct bytes name, block;
    while (next_example(&at, "client", &name, &block)) {
        struct msg m;
        struct json_doc *doc = NULL;
        unsigned kind = msg_kind_of(name);
        assert_in_range(kind, 0, N_MSG - 1);
        assert_int_equal(json_read(&m, &doc, block), FAULT_NONE);
        assert_int_equal(m.kind, kind);
        assert_non_null(client[kind].check);
        client[kind].check(&m);
        assert_int_equal(m.has_id, client[kind].id != 0);
        assert_int_equal(m.id, client[kind].id);
        json_doc_free(doc);
        seen[kind] = true;
    }
    for (unsigned i = 0; i < N_MSG; i++) {
        if (!seen[i])
            fail_msg("no example of client %s", msg_kind_name(i));
    }
}

/* What the page's server examples say, as values. */
static const struct class_info info = {
    .title = "Accueillir le public",
    .time_zone = "Europe/Paris",
    .n_periods = 1,
    .periods = {{.from = "2026-11-23T09:00:00+01:00", .to = "2026-11-23T12:30:00+01:00"}},
    .n_sites = 1,
    .sites = {{1, "Salle B12"}}};
static const uint32_t in_room[] = {7, 12}, absent[] = {12, 13};
static const struct note_person people[] = {
    {.person = 1, .role = ROLE_TRAINER, .may = 15, .on = 3, .name = "Anne MARTIN"},
    {.person = 7,
     .role = ROLE_LEARNER,
     .identity = IDENTITY_LIST,
     .may = 1 << SFU_CAMERA,
     .name = "Karim DIALLO"}};
static const struct note_since hand = {7, 1795420790000}, request = {7, 1795420795000};
static const char *const capabilities[] = {"messages", "hands", "media"};
static const struct note_message first_message = {.message = 3,
                                                  .person = 1,
                                                  .name = "Anne MARTIN",
                                                  .to = TO_ALL,
                                                  .text = {(const uint8_t *)"Bonjour", 7},
                                                  .at_ms = 1795420700000};
static const struct sfu_slot offered[] = {
    {.kind = SFU_SLOT_STAGE, .media = SFU_AUDIO, .mid_len = 1, .mid = "0"},
    {.kind = SFU_SLOT_STAGE, .media = SFU_VIDEO, .mid_len = 1, .mid = "1"},
    {.kind = SFU_SLOT_SCREEN, .media = SFU_AUDIO, .mid_len = 1, .mid = "2"},
    {.kind = SFU_SLOT_SCREEN, .media = SFU_VIDEO, .mid_len = 1, .mid = "3"},
    {.kind = SFU_SLOT_FREE, .media = SFU_AUDIO, .mid_len = 1, .mid = "4"},
    {.kind = SFU_SLOT_FREE, .media = SFU_VIDEO, .mid_len = 1, .mid = "5"}};
static const struct note_track published[] = {
    {.source = SFU_MICROPHONE, .mid_len = 1, .mid = "0", .publication = 101},
    {.source = SFU_CAMERA, .mid_len = 1, .mid = "1", .publication = 102},
    {.source = SFU_SCREEN, .mid_len = 1, .mid = "2", .publication = 103},
    {.source = SFU_SCREEN_AUDIO, .mid_len = 1, .mid = "3", .publication = 104}};
static const struct note_slot filled[] = {{.mid_len = 1,
                                           .mid = "1",
                                           .publication = 102,
                                           .person = 1,
                                           .source = SFU_CAMERA,
                                           .rtp = 2839120},
                                          {.mid_len = 1, .mid = "5"}};
static const uint32_t speaking[] = {1, 7};
#define SDP                                                                                        \
    {                                                                                              \
        (const uint8_t *)"v=0\r\n…", sizeof("v=0\r\n…") - 1                                        \
    }
#define QUESTION                                                                                   \
    {                                                                                              \
        (const uint8_t *)"Où est le support ?", sizeof("Où est le support ?") - 1                  \
    }

static const struct note server[N_NOTE] = {
    [NOTE_WELCOME] = {.seq = 41,
                      .welcome = {.session = "s3kq9",
                                  .at_ms = 1795420800000,
                                  .grace_s = 60,
                                  .person = 7,
                                  .role = ROLE_LEARNER,
                                  .info = &info,
                                  .policy = {ACCESS_REQUEST, ACCESS_OPEN},
                                  .period = 1,
                                  .n_people = 2,
                                  .n_hands = 1,
                                  .n_requests = 1,
                                  .n_messages = 1,
                                  .n_capabilities = 3,
                                  .people = people,
                                  .hands = &hand,
                                  .requests = &request,
                                  .messages = &first_message,
                                  .capabilities = capabilities}},
    [NOTE_RESUMED] = {.seq = 44, .session = "s3kq9"},
    [NOTE_PING] = {.nonce = "f0a1"},
    [NOTE_OK] = {.answer = {.has_id = true, .id = 12}},
    [NOTE_FAULT] = {.answer = {.has_id = true, .id = 12, .fault = FAULT_NOT_ALLOWED}},
    [NOTE_PERSON_JOINED] = {.seq = 42,
                            .joined = {.person = 8,
                                       .role = ROLE_LEARNER,
                                       .identity = IDENTITY_DECLARED,
                                       .may = 1 << SFU_CAMERA,
                                       .name = "Lucie PETIT"}},
    [NOTE_PERSON_CHANGED] = {.seq = 43,
                             .changed = {.now = {.person = 8, .link = LINK_AWAY},
                                         .changed = CHANGED_CONNECTION}},
    [NOTE_PERSON_LEFT] = {.seq = 44, .gone = {.person = 8, .reason = LEFT_LEFT}},
    [NOTE_YOU_MUTED] = {.by = 1},
    [NOTE_POLICY_CHANGED] = {.seq = 45, .policy = {ACCESS_OPEN, ACCESS_OPEN}},
    [NOTE_MICROPHONE_REQUESTED] = {.seq = 46, .since = {7, 1795420795000}},
    [NOTE_MICROPHONE_WITHDRAWN] = {.seq = 47, .gone = {.person = 7, .reason = WITHDRAW_GIVEN}},
    [NOTE_HAND_RAISED] = {.seq = 48, .since = {7, 1795420790000}},
    [NOTE_HAND_LOWERED] = {.seq = 49, .lowered = {.person = 7, .by = 1}},
    [NOTE_MESSAGE_ADDED] = {.seq = 50,
                            .message = {.message = 4,
                                        .person = 7,
                                        .name = "Karim DIALLO",
                                        .to = TO_MODERATORS,
                                        .text = QUESTION,
                                        .at_ms = 1795420801000,
                                        .key = "k-5f1c"}},
    [NOTE_MESSAGE_DELETED] = {.seq = 51, .deleted = {.message = 4, .by = 1}},
    [NOTE_ENTRANCE_CHANGED] = {.seq = 52, .entrance = ENTRANCE_CLOSED},
    [NOTE_CLASS_ENDED] = {.seq = 53},
    [NOTE_PERIOD_CHANGED] = {.seq = 54, .period = 2},
    [NOTE_PAUSE_CHANGED] = {.seq = 55, .until_ms = 1795425000000},
    [NOTE_RELAY_CHANGED] = {.seq = 56,
                            .relay = {.message = 4,
                                      .by = 2,
                                      .state = RELAY_RELAYED,
                                      .since_ms = 1795420803000,
                                      .name = "Karim DIALLO",
                                      .text = QUESTION}},
    [NOTE_SITE_CODE] = {.code = {.site = 1, .code = "K7M2QX", .until_ms = 1795420860000}},
    [NOTE_SITE_CONFIRM_DUE] = {.due = {.site = 1, .period = 1, .n = 2, .people = in_room}},
    [NOTE_ATTENDANCE_COUNT] =
        {.count = {.expected = 27, .present = 21, .in_room = 9, .n_absent = 2, .absent = absent}},
    [NOTE_YOU_REMOVED] = {.seq = 0},
    [NOTE_YOU_MOVED] = {.seq = 0},
    [NOTE_MEDIA_OFFER] =
        {.media = {.generation = 1, .fresh = true, .sdp = SDP, .n = 6, .slots = offered}},
    [NOTE_MEDIA_PUBLISHED] =
        {.media = {.generation = 1, .fresh = true, .sdp = SDP, .n = 4, .tracks = published}},
    [NOTE_MEDIA_STATE] = {.state = {.connection = CONNECTION_RECEIVE,
                                    .state = SFU_TRANSPORT_CONNECTED}},
    [NOTE_MEDIA_SLOTS] = {.slots = {.n = 2, .slots = filled}},
    [NOTE_SPEAKERS] = {.speakers = {.n = 2, .people = speaking}},
};

static void every_server_example_is_what_we_write(void **state)
{
    (void)state;
    bool seen[N_NOTE] = {false};
    const char *at = page;
    struct bytes name, block;
    while (next_example(&at, "server", &name, &block)) {
        unsigned kind = note_kind_of(name);
        assert_in_range(kind, 0, N_NOTE - 1);
        struct note n = server[kind];
        n.kind = (uint8_t)kind;
        size_t len = 0;
        char *text = json_write(&n, &len);
        assert_non_null(text);
        json_t *ours = json_loadb(text, len, 0, NULL);
        json_t *theirs = json_loadb((const char *)block.p, block.len, 0, NULL);
        assert_non_null(theirs);
        if (!json_equal(ours, theirs))
            fail_msg("%s is written as %s", note_kind_name(kind), text);
        json_decref(ours);
        json_decref(theirs);
        json_text_free(text);
        seen[kind] = true;
    }
    for (unsigned i = 0; i < N_NOTE; i++) {
        if (!seen[i])
            fail_msg("no example of server %s", note_kind_name(i));
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(every_client_example_decodes, read_page, free_page),
    cmocka_unit_test_setup_teardown(every_server_example_is_what_we_write, read_page, free_page),
};

TEST_MAIN(tests)
