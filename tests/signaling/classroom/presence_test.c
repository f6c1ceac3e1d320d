/* SPDX-License-Identifier: Apache-2.0
 * Coming, going and coming back: admission, resume within the grace time, other devices, removal,
 * the entrance, the end, and what happens when memory is refused. */
#include "tests/signaling/classroom/lesson.h"

#include "sfu/base/mem.h"

static struct class_snapshot snapshot;

static enum err admit(uint32_t number, enum role role, const char *name, uint32_t *out)
{
    struct class_admission who = {.number = number, .role = (uint8_t)role, .name = name};
    return class_admit(lesson.c, lesson.now_ms, &who, out);
}

static void all_pairs_of_states_are_as_drawn(void **state)
{
    (void)state;
    /* from \ to: admitted, present, lost, left, removed */
    static const char *const drawn[N_PERSON_STATE] = {"yy-yy", "--yyy", "-y-yy", "y---y", "-----"};
    for (unsigned from = 0; from < N_PERSON_STATE; from++) {
        for (unsigned to = 0; to < N_PERSON_STATE; to++)
            assert_int_equal(person_step_allowed(from, to), drawn[from][to] == 'y');
    }
}

static void an_admitted_person_is_seen_only_after_entering(void **state)
{
    (void)state;
    uint32_t t = lesson_enter(ROLE_TRAINER), a = 0;
    lesson_forget();
    assert_int_equal(admit(0, ROLE_LEARNER, "Karim DIALLO", &a), E_OK);
    assert_int_equal(a, t + 1);
    assert_int_equal(lesson_told(t, NOTE_PERSON_JOINED), 0);
    assert_int_equal(lesson_do(a, MSG_HAND_RAISE, 0), FAULT_WRONG_STATE);
    struct class_entered e = lesson_enter_as(a, "s2");
    assert_false(e.resumed || e.moved || e.same_page);
    assert_int_equal(lesson_last(t, NOTE_PERSON_JOINED)->joined.person, a);
    assert_int_equal(class_snapshot(lesson.c, lesson.now_ms, a, &snapshot), E_OK);
    assert_int_equal(snapshot.note.welcome.n_people, 2);
    assert_string_equal(snapshot.people[1].name, "Karim DIALLO");
    assert_int_equal(snapshot.note.seq, class_seq(lesson.c));
    assert_int_equal(snapshot.note.welcome.person, a);
}

static void bad_names_are_refused(void **state)
{
    (void)state;
    uint32_t a = 0;
    char name[403];
    assert_int_equal(admit(0, ROLE_LEARNER, NULL, &a), E_MALFORMED);
    assert_int_equal(admit(0, ROLE_LEARNER, "", &a), E_MALFORMED);
    assert_int_equal(admit(0, ROLE_LEARNER, "a\nb", &a), E_MALFORMED);
    assert_int_equal(admit(0, ROLE_LEARNER, "\xff", &a), E_MALFORMED);
    for (int i = 0; i < 100; i++)
        memcpy(name + 4 * i, "\xf0\x9f\x99\x82", 5);
    assert_int_equal(admit(0, ROLE_LEARNER, name, &a), E_OK);
    memcpy(name + 400, "a", 2);
    assert_int_equal(admit(0, ROLE_LEARNER, name, &a), E_MALFORMED);
}

static void a_known_person_keeps_role_and_may_change_name(void **state)
{
    (void)state;
    uint32_t t = lesson_enter(ROLE_TRAINER), a = lesson_enter(ROLE_LEARNER), n = 0;
    assert_int_equal(admit(a, ROLE_TRAINER, NULL, &n), E_OK);
    assert_int_equal(n, a);
    assert_int_equal(class_person(lesson.c, a)->role, ROLE_LEARNER);
    assert_int_equal(lesson_told(t, NOTE_PERSON_CHANGED), 0);
    assert_int_equal(admit(a, ROLE_LEARNER, "Lucie GRAND", &n), E_OK);
    assert_int_equal(lesson_last(t, NOTE_PERSON_CHANGED)->changed.changed, CHANGED_NAME);
}

static void a_number_unknown_after_a_restart_comes_back_as_itself(void **state)
{
    (void)state;
    uint32_t n = 0;
    assert_int_equal(admit(40, ROLE_LEARNER, "Karim DIALLO", &n), E_OK);
    assert_int_equal(n, 40);
    assert_int_equal(admit(0, ROLE_LEARNER, "Anne MARTIN", &n), E_OK);
    assert_int_equal(n, 41);
    assert_int_equal(class_restore_removed(lesson.c, 7), E_OK);
    assert_int_equal(admit(7, ROLE_LEARNER, "Anne MARTIN", &n), E_GONE);
}

struct heard {
    size_t n, keys;
    uint64_t last;
    uint8_t kinds[64];
};

static void hear(void *ctx, const struct note *n)
{
    struct heard *h = ctx;
    assert_true(n->seq > h->last);
    h->last = n->seq;
    h->keys += n->kind == NOTE_MESSAGE_ADDED && n->message.key != NULL;
    h->kinds[h->n++ % 64] = n->kind;
}

static void who_comes_back_within_the_grace_time_hears_what_they_missed(void **state)
{
    (void)state;
    uint32_t t = lesson_enter(ROLE_TRAINER), a = lesson_enter(ROLE_LEARNER),
             b = lesson_enter(ROLE_LEARNER);
    uint64_t seq = class_seq(lesson.c);
    uint32_t peer = lesson_peer(a);
    class_on_lost(lesson.c, lesson.now_ms, a);
    assert_int_equal(lesson_last(t, NOTE_PERSON_CHANGED)->changed.now.link, LINK_AWAY);
    assert_int_equal(lesson_send(t, "k1", "Bonjour", TO_ALL), FAULT_NONE);
    assert_int_equal(lesson_send(b, "k2", "Secret", TO_MODERATORS), FAULT_NONE);
    assert_int_equal(lesson_send(t, "k3", "Effacé", TO_ALL), FAULT_NONE);
    assert_int_equal(lesson_do(t, MSG_MESSAGE_DELETE, 3), FAULT_NONE);
    assert_int_equal(lesson_do(b, MSG_HAND_RAISE, 0), FAULT_NONE);
    lesson.now_ms += 59999;
    class_on_tick(lesson.c, lesson.now_ms);
    struct class_entered e = lesson_resume(a, "s2", seq);
    assert_true(e.resumed && e.same_page);
    assert_false(e.moved);
    assert_string_equal(e.session, "s2");
    assert_int_equal(e.peer, peer);
    struct heard h = {.last = seq};
    assert_int_equal(class_resume(lesson.c, a, seq, hear, &h), 5);
    static const uint8_t want[] = {NOTE_PERSON_CHANGED, NOTE_MESSAGE_ADDED, NOTE_MESSAGE_DELETED,
                                   NOTE_HAND_RAISED, NOTE_PERSON_CHANGED};
    assert_memory_equal(h.kinds, want, sizeof(want));
    assert_int_equal(h.keys, 0); /* the keys are the author's */
    struct heard author = {.last = seq};
    assert_int_equal(class_resume(lesson.c, b, seq, hear, &author), 6);
    assert_int_equal(author.keys, 1);
    assert_int_equal(lesson_commands(SFU_PEER_LEAVE), 0);
    assert_int_equal(lesson_last(t, NOTE_PERSON_CHANGED)->changed.now.link, LINK_OK);
}

static void after_the_grace_time_there_is_no_ghost(void **state)
{
    (void)state;
    uint32_t t = lesson_enter(ROLE_TRAINER), a = lesson_enter(ROLE_LEARNER);
    uint64_t seq = class_seq(lesson.c);
    class_on_lost(lesson.c, lesson.now_ms, a);
    lesson.now_ms += 60000;
    class_on_tick(lesson.c, lesson.now_ms);
    assert_int_equal(lesson_last(t, NOTE_PERSON_LEFT)->gone.reason, LEFT_NETWORK);
    assert_int_equal(lesson_commands(SFU_PEER_LEAVE), 1);
    assert_int_equal(class_count_here(lesson.c), 1);
    lesson_forget();
    struct class_entered e = lesson_resume(a, "s2", seq); /* its ticket is still good */
    assert_false(e.resumed || e.same_page);
    assert_string_equal(e.session, "fresh");
    assert_int_equal(lesson_told(t, NOTE_PERSON_JOINED), 1);
}

static void what_is_too_old_or_from_elsewhere_is_a_fresh_welcome(void **state)
{
    (void)state;
    uint32_t t = lesson_enter(ROLE_TRAINER), a = lesson_enter(ROLE_LEARNER);
    uint64_t seq = class_seq(lesson.c);
    assert_false(lesson_resume(a, "s2", seq + 1000).resumed);
    assert_false(lesson_resume(a, "other", seq).same_page);
    for (int i = 0; i < CLASS_DELTAS_MAX / 2; i++) {
        assert_int_equal(lesson_do(t, MSG_HAND_RAISE, 0), FAULT_NONE);
        assert_int_equal(lesson_do(t, MSG_HAND_LOWER, 0), FAULT_NONE);
        lesson_forget();
    }
    uint64_t oldest = class_seq(lesson.c) - CLASS_DELTAS_MAX;
    assert_true(lesson_resume(a, "fresh", oldest).resumed);
    struct heard h = {.last = oldest};
    assert_int_equal(class_resume(lesson.c, a, oldest, hear, &h), CLASS_DELTAS_MAX);
    struct class_entered e = lesson_resume(a, "fresh", oldest - 1);
    assert_false(e.resumed);
    assert_true(e.same_page);
}

static void an_evicted_message_ends_resuming_before_it(void **state)
{
    (void)state;
    uint32_t t = lesson_enter(ROLE_TRAINER), a = lesson_enter(ROLE_LEARNER);
    uint64_t seq = class_seq(lesson.c);
    char key[16];
    for (int i = 0; i <= CLASS_MESSAGES_MAX; i++) {
        snprintf(key, sizeof(key), "k%d", i);
        assert_int_equal(lesson_send(t, key, "Bonjour", TO_ALL), FAULT_NONE);
    }
    assert_false(lesson_resume(a, "s2", seq).resumed);
    assert_true(lesson_resume(a, "s2", seq + 1).resumed);
}

static void another_device_takes_over_with_a_new_peer_and_nothing_on(void **state)
{
    (void)state;
    uint32_t t = lesson_enter(ROLE_TRAINER), a = lesson_enter(ROLE_LEARNER);
    assert_int_equal(lesson_publish(t, SFU_CAMERA, true), FAULT_NONE);
    uint32_t peer = lesson_peer(t);
    struct class_entered e = lesson_enter_as(t, "phone");
    assert_true(e.moved);
    assert_false(e.same_page || e.resumed);
    assert_int_not_equal(e.peer, peer);
    assert_int_equal(lesson_last(a, NOTE_PERSON_CHANGED)->changed.changed, CHANGED_ON);
    assert_int_equal(lesson_commands(SFU_PEER_LEAVE), 1);
    assert_int_equal(lesson_commands(SFU_ROOM_CLOSE), 0);
    assert_int_equal(lesson_told(a, NOTE_PERSON_LEFT), 0);
}

static void a_removed_person_is_out_for_good(void **state)
{
    (void)state;
    uint32_t t = lesson_enter(ROLE_TRAINER), a = lesson_enter(ROLE_LEARNER), n = 0;
    assert_int_equal(lesson_do(t, MSG_PERSON_REMOVE, a), FAULT_NONE);
    assert_int_equal(lesson_told(a, NOTE_YOU_REMOVED), 1);
    assert_int_equal(lesson_last(t, NOTE_PERSON_LEFT)->gone.reason, LEFT_REMOVED);
    assert_int_equal(lesson_commands(SFU_PEER_LEAVE), 1);
    assert_int_equal(lesson_events(EVENT_PERSON_REMOVED), 1);
    assert_int_equal(admit(a, ROLE_LEARNER, "Lucie PETIT", &n), E_GONE);
    struct class_entered e;
    struct class_entry entry = {.person = a, .session = "x"};
    assert_int_equal(class_enter(lesson.c, lesson.now_ms, &entry, &e), E_GONE);
    assert_int_equal(lesson_do(a, MSG_HAND_RAISE, 0), FAULT_WRONG_STATE);
    assert_int_equal(lesson_do(t, MSG_PERSON_REMOVE, a), FAULT_NOT_FOUND);
    assert_int_equal(lesson_do(t, MSG_PERSON_REMOVE, t), FAULT_WRONG_STATE);
}

static void a_closed_entrance_lets_back_who_is_in_or_away(void **state)
{
    (void)state;
    uint32_t t = lesson_enter(ROLE_TRAINER), a = lesson_enter(ROLE_LEARNER),
             b = lesson_enter(ROLE_LEARNER), n = 0;
    assert_int_equal(lesson_do(t, MSG_ENTRANCE_SET, ENTRANCE_CLOSED), FAULT_NONE);
    assert_int_equal(lesson_last(a, NOTE_ENTRANCE_CHANGED)->entrance, ENTRANCE_CLOSED);
    assert_int_equal(admit(0, ROLE_LEARNER, "Nouveau VENU", &n), E_DENIED);
    class_on_lost(lesson.c, lesson.now_ms, a);
    assert_int_equal(admit(a, ROLE_LEARNER, NULL, &n), E_OK);
    (void)lesson_enter_as(a, "again");
    assert_int_equal(lesson_do(b, MSG_LEAVE, 0), FAULT_NONE);
    assert_int_equal(admit(b, ROLE_LEARNER, NULL, &n), E_DENIED);
}

static void the_end_is_said_once_to_everybody(void **state)
{
    (void)state;
    uint32_t t = lesson_enter(ROLE_TRAINER), a = lesson_enter(ROLE_LEARNER), n = 0;
    assert_int_equal(lesson_do(t, MSG_CLASS_END, 0), FAULT_NONE);
    assert_int_equal(lesson_told(a, NOTE_CLASS_ENDED), 1);
    assert_int_equal(lesson_told(a, NOTE_PERSON_LEFT), 0);
    assert_int_equal(lesson_events(EVENT_PERSON_LEFT), 2);
    assert_int_equal(lesson_events(EVENT_CLASS_ENDED), 1);
    assert_int_equal(lesson_commands(SFU_ROOM_CLOSE), 1);
    assert_int_equal(admit(a, ROLE_LEARNER, NULL, &n), E_STATE);
    assert_int_equal(class_count_here(lesson.c), 0);
}

static void the_201st_person_is_refused_and_tickets_expire(void **state)
{
    (void)state;
    uint32_t n = 0;
    (void)lesson_enter(ROLE_TRAINER);
    for (int i = 1; i < CLASS_PEOPLE_MAX; i++)
        assert_int_equal(admit(0, ROLE_LEARNER, "Karim DIALLO", &n), E_OK);
    assert_int_equal(admit(0, ROLE_LEARNER, "Karim DIALLO", &n), E_FULL);
    lesson.now_ms += CLASS_TICKET_MS;
    class_on_tick(lesson.c, lesson.now_ms);
    assert_int_equal(admit(0, ROLE_LEARNER, "Karim DIALLO", &n), E_OK);
}

static void records_of_those_who_left_are_reused_when_the_table_is_full(void **state)
{
    (void)state;
    uint32_t n = 0;
    uint64_t seq = class_seq(lesson.c);
    for (int i = 0; i < CLASS_RECORDS_MAX + 50; i++) {
        assert_int_equal(admit(0, ROLE_LEARNER, "Karim DIALLO", &n), E_OK);
        (void)lesson_enter_as(n, "s");
        assert_int_equal(lesson_do(n, MSG_LEAVE, 0), FAULT_NONE);
        lesson.now_ms++;
        lesson_forget();
    }
    assert_null(class_person(lesson.c, 50));
    assert_non_null(class_person(lesson.c, 51));
    uint32_t a = 0;
    assert_int_equal(admit(50, ROLE_LEARNER, "Karim DIALLO", &a), E_OK); /* by their token */
    assert_int_equal(a, 50);
    (void)lesson_enter_as(a, "s50");
    assert_false(lesson_resume(a, "s50", seq).resumed);
}

static void a_forgotten_record_ends_resuming_before_it_joined(void **state)
{
    (void)state;
    uint32_t t = lesson_enter(ROLE_TRAINER), n = 0;
    uint64_t seq = class_seq(lesson.c);
    uint32_t a = lesson_enter(ROLE_LEARNER);
    assert_int_equal(lesson_do(a, MSG_LEAVE, 0), FAULT_NONE);
    for (int i = 2; i < CLASS_RECORDS_MAX; i++) { /* tickets nobody used: records, no deltas */
        lesson.now_ms += CLASS_TICKET_MS;
        class_on_tick(lesson.c, lesson.now_ms);
        assert_int_equal(admit(0, ROLE_LEARNER, "Karim DIALLO", &n), E_OK);
    }
    assert_true(lesson_resume(t, "s1", seq).resumed);
    assert_int_equal(admit(0, ROLE_LEARNER, "Karim DIALLO", &n), E_OK);
    assert_null(class_person(lesson.c, a));
    assert_false(lesson_resume(t, "s1", seq).resumed);
    assert_true(lesson_resume(t, "s1", seq + 1).resumed);
}

/* A short lesson; E_NOMEM or FAULT_TOO_MANY are the only failures allowed. */
static enum err whole_lesson(void)
{
    assert_int_equal(lesson_start(NULL), 0);
    struct class_admission who = {.role = ROLE_TRAINER, .name = "Anne MARTIN"};
    uint32_t n = 0;
    enum err e = class_admit(lesson.c, 0, &who, &n);
    struct class_entered entered;
    struct class_entry entry = {.person = n, .session = "s"};
    if (e == E_OK)
        e = class_enter(lesson.c, 0, &entry, &entered);
    if (e == E_OK && lesson_send(n, "k", "Bonjour", TO_ALL) != FAULT_NONE)
        e = E_NOMEM;
    return e;
}

static void a_lesson_survives_any_refused_allocation(void **state)
{
    (void)state;
    enum err e = E_NOMEM;
    for (uint64_t n = 1; e != E_OK && n < 20; n++) {
        mem_fail_at(n); /* 0 would refuse the class itself, below */
        e = whole_lesson();
        mem_fail_at(MEM_NEVER);
        assert_true(e == E_OK || e == E_NOMEM);
        assert_int_equal(lesson_stop(NULL), 0);
    }
    assert_int_equal(e, E_OK);
    struct class *c = NULL;
    static const struct class_config config = {.grace_s = 60};
    mem_fail_at(0);
    assert_int_equal(class_new(&c, &config), E_NOMEM);
    mem_fail_at(MEM_NEVER);
    assert_null(c);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, lesson_start, lesson_stop)

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(all_pairs_of_states_are_as_drawn),
    CASE(an_admitted_person_is_seen_only_after_entering),
    CASE(bad_names_are_refused),
    CASE(a_known_person_keeps_role_and_may_change_name),
    CASE(a_number_unknown_after_a_restart_comes_back_as_itself),
    CASE(who_comes_back_within_the_grace_time_hears_what_they_missed),
    CASE(after_the_grace_time_there_is_no_ghost),
    CASE(what_is_too_old_or_from_elsewhere_is_a_fresh_welcome),
    CASE(an_evicted_message_ends_resuming_before_it),
    CASE(another_device_takes_over_with_a_new_peer_and_nothing_on),
    CASE(a_removed_person_is_out_for_good),
    CASE(a_closed_entrance_lets_back_who_is_in_or_away),
    CASE(the_end_is_said_once_to_everybody),
    CASE(the_201st_person_is_refused_and_tickets_expire),
    CASE(records_of_those_who_left_are_reused_when_the_table_is_full),
    CASE(a_forgotten_record_ends_resuming_before_it_joined),
    cmocka_unit_test(a_lesson_survives_any_refused_allocation),
};

TEST_MAIN(tests)
