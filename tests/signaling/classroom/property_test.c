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
enum { PEERS = 4096, MESSAGES = 4096 }; /* more than a lesson makes */
static uint32_t lesson_may_now[PEERS];  /* by peer */
static uint8_t relays[MESSAGES];        /* by message: the last event of its relay */

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
    case MSG_MESSAGE_TAKE:
    case MSG_MESSAGE_RELEASE:
    case MSG_MESSAGE_RELAY:
    case MSG_MESSAGE_ANSWERED: m.message = 1 + dice(16); break;
    case MSG_SITE_TICK:
        m.tick.person = about;
        m.tick.site = (uint8_t)dice(4);
        break;
    case MSG_SITE_CONFIRM:
        m.confirm.site = (uint8_t)dice(4);
        m.confirm.period = (uint8_t)dice(4);
        break;
    case MSG_PAUSE_SET: m.until_ms = dice(2) != 0 ? 0 : lesson.now_ms + dice(100000); break;
    case MSG_PERSON_MERGE:
        m.merge.from = about;
        m.merge.into = cast[dice(CAST)];
        break;
    case MSG_ENTRANCE_SET: m.entrance = (uint8_t)dice(2); break;
    case MSG_PUBLISH:
        m.publish.source = (uint8_t)dice(N_SFU_SOURCE);
        m.publish.on = dice(3) != 0;
        break;
    case MSG_VIEW_SET: m.view.pinned = about; break;
    default: m.person = about; break;
    }
    /* the rare ones, so that lessons last */
    if ((m.kind == MSG_CLASS_END || m.kind == MSG_PERSON_REMOVE || m.kind == MSG_PERSON_MERGE) &&
        dice(20) != 0)
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
    lesson.now_ms += dice(dice(50) == 0 ? 600000 : 2000);
    switch (dice(12)) {
    case 0: random_entry(i); break;
    case 1: class_on_lost(lesson.c, lesson.now_ms, cast[i]); break;
    case 2: class_on_tick(lesson.c, lesson.now_ms); break;
    case 3:
        if (dice(2) != 0)
            class_on_published(lesson.c, cast[i], ids);
        else
            class_on_unpublished(lesson.c, cast[i]);
        break;
    case 4: (void)!lesson_check_in(cast[i], (uint8_t)dice(4)); break;
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

/* Whoever sits in a room: no microphone, no sound, on no list twice. A message has one taker who is
 * there, and only its way forward. */
static void check_room(const struct person *p)
{
    if (p->peer != 0)
        assert_int_equal((lesson_may_now[p->peer % PEERS] & SFU_DEAF) != 0, person_is_deaf(p));
    if (!person_is_deaf(p))
        return;
    assert_int_equal(p->on & (1 << SFU_MICROPHONE | 1 << SFU_SCREEN_AUDIO), 0);
    assert_int_equal(person_may(lesson.c, p) & (1 << SFU_MICROPHONE | 1 << SFU_SCREEN_AUDIO), 0);
    assert_false(p->request.up);
    assert_true(person_is_seen(p));
}

/* What the media plane was told of each peer last. */
static void remember_may(void)
{
    for (size_t i = 0; i < lesson.n_commands; i++) {
        if (lesson.commands[i].kind == SFU_PEER_JOIN || lesson.commands[i].kind == SFU_PEER_MAY)
            lesson_may_now[lesson.commands[i].peer % PEERS] = lesson.commands[i].may;
    }
}

/* Each step of the relay from the one before it, as the log has it. */
static void check_relay(void)
{
    for (size_t i = 0; i < lesson.n_events; i++) {
        const struct class_event *e = &lesson.events[i];
        if (e->kind < EVENT_MESSAGE_TAKEN || e->kind > EVENT_MESSAGE_ANSWERED)
            continue;
        uint8_t before = relays[e->message % MESSAGES];
        static const uint8_t from[][3] = {
            [EVENT_MESSAGE_TAKEN - EVENT_MESSAGE_TAKEN] = {0, 0, EVENT_MESSAGE_RELEASED},
            [EVENT_MESSAGE_RELEASED - EVENT_MESSAGE_TAKEN] = {EVENT_MESSAGE_TAKEN,
                                                              EVENT_MESSAGE_TAKEN,
                                                              EVENT_MESSAGE_TAKEN},
            [EVENT_MESSAGE_RELAYED -
                EVENT_MESSAGE_TAKEN] = {0, EVENT_MESSAGE_TAKEN, EVENT_MESSAGE_RELEASED},
            [EVENT_MESSAGE_ANSWERED - EVENT_MESSAGE_TAKEN] = {
                EVENT_MESSAGE_RELAYED, EVENT_MESSAGE_RELAYED, EVENT_MESSAGE_RELAYED}};
        const uint8_t *may = from[e->kind - EVENT_MESSAGE_TAKEN];
        if (before != may[0] && before != may[1] && before != may[2])
            fail_msg("%s after %u", class_event_name(e->kind), before);
        relays[e->message % MESSAGES] = e->kind;
    }
}

static void check_people(void)
{
    unsigned screens = 0;
    const struct person *p;
    for (size_t i = 0; (p = class_person_at(lesson.c, i)) != NULL; i++) {
        assert_int_equal(p->on & ~person_may(lesson.c, p), 0);
        assert_int_equal(person_is_here(p), p->peer != 0);
        assert_false(p->seated && (p->site == 0 || p->role == ROLE_ROOM));
        assert_false(person_is_seen(p) && (p->merged_into != 0 || p->state == PERSON_REMOVED));
        check_room(p);
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
    memset(relays, 0, sizeof(relays));
    assert_int_equal(lesson_start(NULL), 0);
    rng_init(&rng, seed);
    memset(cast, 0, sizeof(cast));
    memset(sessions, 0, sizeof(sessions));
    for (size_t i = 0; i < CAST; i++)
        random_entry(i);
    remember_may();
    for (int step = 0; step < STEPS && !class_is_ended(lesson.c); step++) {
        lesson_forget();
        random_step();
        check_said(last_seq);
        check_commands();
        remember_may();
        check_relay();
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
