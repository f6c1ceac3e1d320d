/* SPDX-License-Identifier: Apache-2.0
 * Random lessons: whatever people of any role say, lose and resume, the promises of PROTOCOL.md
 * hold after each step. */
#include "tests/signaling/classroom/lesson.h"

#include "sfu/base/rng.h"

enum { STEPS = 3000, CAST = 12 };

static struct class_snapshot snapshot;
static struct rng rng;
static uint32_t cast[CAST]; /* numbers of people */
static char sessions[CAST][16];

static uint32_t dice(uint32_t n)
{
    return rng_below(&rng, n);
}

static struct msg random_msg(void)
{
    static char key[8], text[8];
    struct msg m = {.kind = (uint8_t)dice(N_MSG)};
    uint32_t about = dice(4) == 0 ? 0 : cast[dice(CAST)];
    switch (m.kind) {
    case MSG_RIGHTS_SET:
        m.rights.person = about;
        m.rights.microphone = (uint8_t)dice(3);
        m.rights.camera = (uint8_t)dice(3);
        m.rights.screen = (uint8_t)dice(3);
        break;
    case MSG_POLICY_SET:
        m.policy.has_microphone = dice(2) != 0;
        m.policy.has_camera = dice(2) != 0;
        m.policy.policy = (struct policy){(uint8_t)dice(2), (uint8_t)dice(2)};
        break;
    case MSG_MESSAGE_SEND:
        snprintf(key, sizeof(key), "%u", dice(500));
        m.send.key = bytes_of(key, strlen(key));
        m.send.text = bytes_of(text, sizeof(text));
        m.send.to = (uint8_t)dice(2);
        break;
    case MSG_MESSAGE_DELETE: m.message = dice(200); break;
    case MSG_ENTRANCE_SET: m.entrance = (uint8_t)dice(2); break;
    case MSG_PUBLISH:
        m.publish.source = (uint8_t)dice(N_SFU_SOURCE);
        m.publish.on = dice(3) != 0;
        break;
    case MSG_VIEW_SET: m.view.pinned = about; break;
    default: m.person = about; break;
    }
    /* the rare ones, so that lessons last */
    if ((m.kind == MSG_CLASS_END || m.kind == MSG_PERSON_REMOVE) && dice(20) != 0)
        m.kind = MSG_HAND_RAISE;
    return m;
}

static void random_entry(size_t i)
{
    struct class_entered e;
    char session[16];
    snprintf(session, sizeof(session), "p%u", dice(1000000));
    struct class_admission who = {.number = cast[i], .role = (uint8_t)(i % N_ROLE), .name = "Anne"};
    if (class_admit(lesson.c, lesson.now_ms, &who, &cast[i]) != E_OK)
        return;
    struct class_entry entry = {.person = cast[i],
                                .session = session,
                                .resume = dice(2) != 0,
                                .resume_session = bytes_of(sessions[i], strlen(sessions[i])),
                                .resume_seq = class_seq(lesson.c) - dice(10)};
    if (class_enter(lesson.c, lesson.now_ms, &entry, &e) == E_OK)
        snprintf(sessions[i], sizeof(sessions[i]), "%s", e.session);
}

static void random_step(void)
{
    size_t i = dice(CAST);
    static const uint32_t ids[N_SFU_SOURCE] = {1, 2, 3, 4};
    struct msg m;
    lesson.now_ms += dice(2000);
    switch (dice(10)) {
    case 0: random_entry(i); break;
    case 1: class_on_lost(lesson.c, lesson.now_ms, cast[i]); break;
    case 2: class_on_tick(lesson.c, lesson.now_ms); break;
    case 3:
        if (dice(2) != 0)
            class_on_published(lesson.c, cast[i], ids);
        else
            class_on_unpublished(lesson.c, cast[i]);
        break;
    default:
        m = random_msg();
        (void)lesson_say(cast[i], &m);
        break;
    }
}

/* Private texts and their deletion stay with moderators and their author; numbers grow for each
 * reader. */
static void check_said(uint64_t *last_seq)
{
    for (size_t i = 0; i < lesson.n_said; i++) {
        const struct said *s = &lesson.said[i];
        if (s->note.seq == 0)
            continue;
        assert_true(s->note.seq > last_seq[s->person]);
        last_seq[s->person] = s->note.seq;
        if (s->note.kind != NOTE_MESSAGE_ADDED)
            continue;
        const struct person *p = class_person(lesson.c, s->person);
        assert_non_null(p);
        assert_true(s->note.message.to == TO_ALL || role_moderates(p->role) ||
                    s->note.message.person == s->person);
        assert_int_equal(s->with_key, s->note.message.person == s->person);
    }
}

/* No publication goes on without the right, none of a peer that is not there. */
static void check_commands(void)
{
    for (size_t i = 0; i < lesson.n_commands; i++) {
        if (lesson.commands[i].kind != SFU_PUBLICATION_SET || !lesson.commands[i].on)
            continue;
        uint32_t number = class_person_of_peer(lesson.c, lesson.commands[i].peer);
        const struct person *p = class_person(lesson.c, number);
        assert_non_null(p);
        assert_int_not_equal(person_may(lesson.c, p) >> (lesson.commands[i].publication - 1) & 1,
                             0);
    }
}

static void check_people(void)
{
    unsigned screens = 0;
    const struct person *p;
    for (size_t i = 0; (p = class_person_at(lesson.c, i)) != NULL; i++) {
        assert_int_equal(p->on & ~person_may(lesson.c, p), 0);
        assert_int_equal(person_is_here(p), p->peer != 0);
        assert_true(person_is_here(p) || (p->on == 0 && !p->hand.up && !p->request.up));
        assert_false(p->request.up && (person_may(lesson.c, p) & SFU_MAY_MICROPHONE) != 0);
        screens += (p->on & SFU_MAY_SCREEN) != 0;
    }
    assert_true(screens <= 1);
    assert_int_equal(class_room(lesson.c) != 0, class_count_here(lesson.c) > 0);
}

static void check_snapshot(uint32_t person)
{
    if (class_snapshot(lesson.c, lesson.now_ms, person, &snapshot) != E_OK)
        return;
    const struct note_welcome *w = &snapshot.note.welcome;
    for (size_t i = 0; i < w->n_hands; i++) {
        for (size_t j = 0; j < i; j++)
            assert_true(w->hands[i].person != w->hands[j].person);
        assert_true(i == 0 || w->hands[i].since_ms >= w->hands[i - 1].since_ms);
    }
    for (size_t i = 0; i < w->n_messages; i++)
        assert_true(w->messages[i].to == TO_ALL || role_moderates(w->role) ||
                    w->messages[i].person == person);
}

static void play(uint64_t seed)
{
    uint64_t last_seq[LESSON_PEOPLE] = {0};
    assert_int_equal(lesson_start(NULL), 0);
    rng_init(&rng, seed);
    memset(cast, 0, sizeof(cast));
    memset(sessions, 0, sizeof(sessions));
    for (size_t i = 0; i < CAST; i++)
        random_entry(i);
    for (int step = 0; step < STEPS && !class_is_ended(lesson.c); step++) {
        lesson_forget();
        random_step();
        check_said(last_seq);
        check_commands();
        check_people();
        check_snapshot(cast[dice(CAST)]);
    }
    assert_int_equal(lesson_stop(NULL), 0);
}

static void promises_hold_in_random_lessons(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 12; seed++)
        play(seed);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(promises_hold_in_random_lessons),
};

TEST_MAIN(tests)
