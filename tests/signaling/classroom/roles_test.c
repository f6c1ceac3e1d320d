/* SPDX-License-Identifier: Apache-2.0
 * Walks every cell of the permission table (PROTOCOL.md §5), as a table and as what the class
 * really answers. */
#include "tests/signaling/classroom/lesson.h"

/* Typed from the page, not from roles.c: y yes or any, n no, o own. Columns: trainer, moderator,
 * learner, room. */
static const struct {
    const char *message, *cells;
} page[] = {
    {"hello", "yyyy"},
    {"pong", "yyyy"},
    {"leave", "yyyy"},
    {"media.open", "yyyy"},
    {"media.answer", "yyyy"},
    {"media.publish", "yyyy"},
    {"media.close", "yyyy"},
    {"view.set", "yyyy"},
    {"publish", "yyyy"},
    {"message.send", "yyyn"},
    {"message.delete", "yyon"},
    {"hand.raise", "yyyy"},
    {"hand.lower", "yyoo"},
    {"microphone.request", "nnyn"},
    {"microphone.withdraw", "yyon"},
    {"person.mute", "yynn"},
    {"mute.all", "yynn"},
    {"rights.set", "yynn"},
    {"policy.set", "yynn"},
    {"person.remove", "yynn"},
    {"entrance.set", "yynn"},
    {"class.end", "ynnn"},
    {"here.leave", "yyyn"},
    {"site.tick", "yynn"},
    {"site.confirm", "yynn"},
    {"pause.set", "yynn"},
    {"message.take", "yynn"},
    {"message.release", "yynn"},
    {"message.relay", "yynn"},
    {"message.answered", "ynnn"},
    {"person.merge", "ynnn"},
};

static char letter(enum permission p)
{
    switch (p) {
    case PERMISSION_NO: return 'n';
    case PERMISSION_OWN: return 'o';
    case PERMISSION_YES: return 'y';
    case PERMISSION_NONE:
    case PERMISSION_IF_MAY: break;
    }
    return '?';
}

static const char *cells_of(unsigned kind)
{
    for (size_t i = 0; i < sizeof(page) / sizeof(page[0]); i++) {
        if (strcmp(page[i].message, msg_kind_name(kind)) == 0)
            return page[i].cells;
    }
    fail_msg("no row for %s", msg_kind_name(kind));
    return NULL;
}

static void every_kind_has_the_row_of_the_page(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < N_MSG; kind++) {
        const char *cells = cells_of(kind);
        for (unsigned role = 0; role < N_ROLE; role++) {
            if (letter(roles_permission(kind, role)) != cells[role])
                fail_msg("%s by %s", msg_kind_name(kind), role_name(role));
        }
    }
    assert_int_equal(sizeof(page) / sizeof(page[0]), N_MSG);
    assert_int_equal(roles_permission(N_MSG, ROLE_TRAINER), PERMISSION_NONE);
}

/* A message of the kind that concerns `other` where it can name somebody, else oneself. */
static struct msg about(unsigned kind, uint32_t other, uint32_t message)
{
    struct msg m = {.kind = (uint8_t)kind};
    switch (kind) {
    case MSG_RIGHTS_SET: m.rights.person = other; break;
    case MSG_MESSAGE_SEND:
        m.send.key = bytes_of("new", 3);
        m.send.text = bytes_of("Bonjour", 7);
        break;
    case MSG_MESSAGE_TAKE:
    case MSG_MESSAGE_RELEASE:
    case MSG_MESSAGE_RELAY:
    case MSG_MESSAGE_ANSWERED:
    case MSG_MESSAGE_DELETE: m.message = message; break;
    case MSG_SITE_TICK:
        m.tick.person = other;
        m.tick.site = 1;
        break;
    case MSG_SITE_CONFIRM:
        m.confirm.site = 1;
        m.confirm.period = 1;
        break;
    case MSG_PAUSE_SET: m.until_ms = lesson.now_ms + 60000; break;
    case MSG_PERSON_MERGE:
        m.merge.from = other;
        m.merge.into = lesson_expect("Karim DIALLO");
        break;
    case MSG_PERSON_REMOVE:
    case MSG_PERSON_MUTE:
    case MSG_MICROPHONE_WITHDRAW:
    case MSG_HAND_LOWER: m.person = other; break;
    case MSG_ENTRANCE_SET: m.entrance = ENTRANCE_CLOSED; break;
    default: break;
    }
    return m;
}

static void check_cell(unsigned kind, enum role role, char cell)
{
    void *state = NULL;
    assert_int_equal(lesson_start(&state), 0);
    uint32_t other = lesson_enter(ROLE_LEARNER), actor = lesson_enter(role);
    assert_int_equal(lesson_send(other, "k", "Bonjour", TO_ALL), FAULT_NONE);
    assert_int_equal(lesson_do(other, MSG_HAND_RAISE, 0), FAULT_NONE);
    assert_int_equal(lesson_do(other, MSG_MICROPHONE_REQUEST, 0), FAULT_NONE);
    if (kind == MSG_HERE_LEAVE && role != ROLE_ROOM)
        assert_int_equal(lesson_check_in(actor, 1), E_OK);
    if (kind == MSG_MESSAGE_ANSWERED)
        assert_int_equal(lesson_do(lesson_enter(ROLE_MODERATOR), MSG_MESSAGE_RELAY, 1), FAULT_NONE);
    if (kind == MSG_SITE_CONFIRM)
        lesson.now_ms += LESSON_FROM_MS;
    struct msg m = about(kind, other, 1);
    enum fault f = lesson_say(actor, &m);
    enum fault want = cell == 'y' && kind == MSG_HELLO ? FAULT_WRONG_STATE
                      : cell == 'y'                    ? FAULT_NONE
                                                       : FAULT_NOT_ALLOWED;
    if (f != want)
        fail_msg("%s by %s gives %s", msg_kind_name(kind), role_name(role), fault_name(f));
    if (cell == 'o' && kind != MSG_MESSAGE_DELETE) {
        m.person = actor;
        assert_int_equal(lesson_say(actor, &m), FAULT_NONE);
    }
    if (cell == 'o' && kind == MSG_MESSAGE_DELETE) {
        assert_int_equal(lesson_send(actor, "k", "Oui", TO_ALL), FAULT_NONE);
        m.message = 2;
        assert_int_equal(lesson_say(actor, &m), FAULT_NONE);
    }
    assert_int_equal(lesson_stop(&state), 0);
}

static void every_cell_is_what_the_class_answers(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < N_MSG; kind++) {
        for (unsigned role = 0; role < N_ROLE; role++)
            check_cell(kind, role, cells_of(kind)[role]);
    }
}

/* Columns as above; m: if may. */
static const char *const publish_page[N_SFU_SOURCE] = {[SFU_MICROPHONE] = "yymy",
                                                       [SFU_CAMERA] = "yymy",
                                                       [SFU_SCREEN] = "yymn",
                                                       [SFU_SCREEN_AUDIO] = "yymn"};

static void publishing_needs_the_right_of_the_source(void **state)
{
    (void)state;
    for (unsigned source = 0; source < N_SFU_SOURCE; source++) {
        for (unsigned role = 0; role < N_ROLE; role++) {
            char cell = publish_page[source][role];
            assert_int_equal(lesson_start(NULL), 0);
            uint32_t trainer = lesson_enter(ROLE_TRAINER), actor = lesson_enter(role);
            unsigned right = source == SFU_SCREEN_AUDIO ? SFU_SCREEN : source;
            if (cell == 'm') {
                assert_int_equal(lesson_right(trainer, actor, right, false), FAULT_NONE);
                assert_int_equal(lesson_publish(actor, source, true), FAULT_NOT_ALLOWED);
                assert_int_equal(lesson_right(trainer, actor, right, true), FAULT_NONE);
            }
            assert_int_equal(lesson_publish(actor, source, true),
                             cell == 'n' ? FAULT_NOT_ALLOWED : FAULT_NONE);
            assert_int_equal(lesson_publish(actor, source, false), FAULT_NONE);
            assert_int_equal(lesson_stop(NULL), 0);
        }
    }
}

static void a_moderator_may_not_act_against_a_trainer(void **state)
{
    (void)state;
    uint32_t trainer = lesson_enter(ROLE_TRAINER), moderator = lesson_enter(ROLE_MODERATOR);
    assert_int_equal(lesson_publish(trainer, SFU_MICROPHONE, true), FAULT_NONE);
    assert_int_equal(lesson_do(moderator, MSG_PERSON_MUTE, trainer), FAULT_NOT_ALLOWED);
    assert_int_equal(lesson_do(moderator, MSG_PERSON_REMOVE, trainer), FAULT_NOT_ALLOWED);
    assert_int_equal(lesson_right(moderator, trainer, SFU_CAMERA, false), FAULT_NOT_ALLOWED);
    assert_int_equal(class_person(lesson.c, trainer)->on, 1 << SFU_MICROPHONE);
    assert_int_equal(lesson_do(trainer, MSG_PERSON_MUTE, moderator), FAULT_NONE);
    assert_int_equal(lesson_do(trainer, MSG_PERSON_REMOVE, moderator), FAULT_NONE);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_kind_has_the_row_of_the_page),
    cmocka_unit_test(every_cell_is_what_the_class_answers),
    cmocka_unit_test(publishing_needs_the_right_of_the_source),
    cmocka_unit_test_setup_teardown(a_moderator_may_not_act_against_a_trainer, lesson_start,
                                    lesson_stop),
};

TEST_MAIN(tests)
