/* SPDX-License-Identifier: Apache-2.0
 * The recording sink and the shorthand of lesson.h. */
#include "tests/signaling/classroom/lesson.h"

#include "sfu/base/mem.h"

struct lesson lesson;

static void deliver(void *ctx, const struct audience *to, const struct note *note)
{
    struct lesson *l = ctx;
    for (uint32_t p = 1; p < LESSON_PEOPLE; p++) {
        if (!class_has(l->c, to, p))
            continue;
        assert_true(l->n_said < LESSON_SAID);
        l->said[l->n_said++] = (struct said){.person = p,
                                             .note = *note,
                                             .with_key = note->kind == NOTE_MESSAGE_ADDED &&
                                                         note->message.key != NULL};
    }
}

static void sfu(void *ctx, const struct sfu_command *command)
{
    struct lesson *l = ctx;
    assert_true(l->n_commands < LESSON_COMMANDS);
    size_t i = l->n_commands++;
    memset(&l->commands[i], 0, sizeof(l->commands[i]));
    l->commands[i].kind = command->kind;
    l->commands[i].room = command->room;
    l->commands[i].peer = command->peer;
    if (command->kind == SFU_PEER_JOIN || command->kind == SFU_PEER_MAY)
        l->commands[i].may = command->may;
    if (command->kind == SFU_PEER_VIEW)
        l->commands[i].view = command->view;
    if (command->kind == SFU_PUBLICATION_SET) {
        l->commands[i].publication = command->set.publication;
        l->commands[i].on = command->set.on;
    }
}

static void event(void *ctx, const struct class_event *e)
{
    struct lesson *l = ctx;
    assert_true(l->n_events < LESSON_EVENTS);
    l->events[l->n_events++] = *e;
}

static uint32_t new_id(void *ctx)
{
    struct lesson *l = ctx;
    return ++l->next_id;
}

int lesson_start(void **state)
{
    (void)state;
    memset(&lesson, 0, sizeof(lesson));
    lesson.now_ms = 1795420800000;
    const int64_t first_ms = lesson.now_ms + LESSON_FROM_MS;
    const int64_t second_ms = first_ms + LESSON_PERIOD_MS + LESSON_BREAK_MS;
    struct class_config config = {
        .info = {.title = "Accueillir le public",
                 .n_periods = 2,
                 .periods = {{.from_ms = first_ms, .to_ms = first_ms + LESSON_PERIOD_MS},
                             {.from_ms = second_ms, .to_ms = second_ms + LESSON_PERIOD_MS}},
                 .n_sites = 2,
                 .sites = {{1, "Salle B12"}, {2, "Annexe"}}},
        .policy = {ACCESS_REQUEST, ACCESS_OPEN},
        .next_person = 1,
        .grace_s = CLASS_GRACE_S,
        .sink = {&lesson, deliver, sfu, event, new_id}};
    return class_new(&lesson.c, &config) == E_OK ? 0 : 1;
}

int lesson_stop(void **state)
{
    (void)state;
    class_free(lesson.c);
    return mem_live_bytes() == 0 ? 0 : 1;
}

struct class_entered lesson_enter_as(uint32_t person, const char *session)
{
    struct class_entered entered;
    struct class_entry entry = {.person = person, .session = session};
    assert_int_equal(class_enter(lesson.c, lesson.now_ms, &entry, &entered), E_OK);
    return entered;
}

struct class_entered lesson_resume(uint32_t person, const char *session, uint64_t seq)
{
    struct class_entered entered;
    struct class_entry entry = {.person = person,
                                .session = "fresh",
                                .resume = true,
                                .resume_session = bytes_of(session, strlen(session)),
                                .resume_seq = seq};
    assert_int_equal(class_enter(lesson.c, lesson.now_ms, &entry, &entered), E_OK);
    return entered;
}

uint32_t lesson_enter(enum role role)
{
    uint32_t number = 0;
    char session[16];
    struct class_admission who = {.role = (uint8_t)role, .name = "Lucie PETIT"};
    assert_int_equal(class_admit(lesson.c, lesson.now_ms, &who, &number), E_OK);
    snprintf(session, sizeof(session), "s%u", number);
    (void)lesson_enter_as(number, session);
    return number;
}

enum fault lesson_say(uint32_t person, const struct msg *m)
{
    return class_on_message(lesson.c, lesson.now_ms, person, m);
}

enum fault lesson_do(uint32_t person, enum msg_kind kind, uint32_t about)
{
    struct msg m = {.kind = (uint8_t)kind};
    if (kind == MSG_MESSAGE_DELETE || (kind >= MSG_MESSAGE_TAKE && kind <= MSG_MESSAGE_ANSWERED))
        m.message = about;
    else if (kind == MSG_ENTRANCE_SET)
        m.entrance = (uint8_t)about;
    else
        m.person = about;
    return lesson_say(person, &m);
}

enum fault lesson_send(uint32_t person, const char *key, const char *text, enum readers to)
{
    struct msg m = {.kind = MSG_MESSAGE_SEND,
                    .send = {.key = bytes_of(key, strlen(key)),
                             .text = bytes_of(text, strlen(text)),
                             .to = (uint8_t)to}};
    return lesson_say(person, &m);
}

enum fault lesson_publish(uint32_t person, enum sfu_source source, bool on)
{
    struct msg m = {.kind = MSG_PUBLISH, .publish = {.source = (uint8_t)source, .on = on}};
    return lesson_say(person, &m);
}

enum fault lesson_right(uint32_t by, uint32_t person, enum sfu_source source, bool yes)
{
    struct msg m = {.kind = MSG_RIGHTS_SET, .rights = {.person = person}};
    uint8_t choice = yes ? CHOICE_YES : CHOICE_NO;
    if (source == SFU_MICROPHONE)
        m.rights.microphone = choice;
    else if (source == SFU_CAMERA)
        m.rights.camera = choice;
    else
        m.rights.screen = choice;
    return lesson_say(by, &m);
}

uint32_t lesson_expect(const char *name)
{
    uint32_t number = 0;
    const struct class_expected who = {.name = name, .organisation = "Mairie de Lyon"};
    assert_int_equal(class_expect(lesson.c, lesson.now_ms, &who, &number), E_OK);
    return number;
}

enum fault lesson_tick(uint32_t by, uint32_t person, uint8_t site)
{
    const struct msg m = {.kind = MSG_SITE_TICK, .tick = {.person = person, .site = site}};
    return lesson_say(by, &m);
}

enum err lesson_check_in(uint32_t person, uint8_t site)
{
    const struct class_check_in in = {.person = person, .site = site, .how = HOW_CODE};
    return class_check_in(lesson.c, lesson.now_ms, &in);
}

void lesson_run(int64_t to_ms)
{
    for (; lesson.now_ms < to_ms; lesson.now_ms += 1000)
        class_on_tick(lesson.c, lesson.now_ms);
    class_on_tick(lesson.c, lesson.now_ms);
}

const struct class_event *lesson_event(enum class_event_kind kind)
{
    for (size_t i = lesson.n_events; i-- > 0;) {
        if (lesson.events[i].kind == kind)
            return &lesson.events[i];
    }
    fail_msg("never: %s", class_event_name(kind));
    return NULL;
}

uint32_t lesson_may(uint32_t person)
{
    uint32_t peer = lesson_peer(person);
    for (size_t i = lesson.n_commands; i-- > 0;) {
        if (lesson.commands[i].peer == peer &&
            (lesson.commands[i].kind == SFU_PEER_JOIN || lesson.commands[i].kind == SFU_PEER_MAY))
            return lesson.commands[i].may;
    }
    fail_msg("%u never joined", person);
    return 0;
}

void lesson_forget(void)
{
    lesson.n_said = lesson.n_commands = lesson.n_events = 0;
}

size_t lesson_told(uint32_t person, enum note_kind kind)
{
    size_t n = 0;
    for (size_t i = 0; i < lesson.n_said; i++)
        n += lesson.said[i].person == person && lesson.said[i].note.kind == kind;
    return n;
}

const struct note *lesson_last(uint32_t person, enum note_kind kind)
{
    for (size_t i = lesson.n_said; i-- > 0;) {
        if (lesson.said[i].person == person && lesson.said[i].note.kind == kind)
            return &lesson.said[i].note;
    }
    fail_msg("%u was never told %s", person, note_kind_name(kind));
    return NULL;
}

size_t lesson_commands(enum sfu_command_kind kind)
{
    size_t n = 0;
    for (size_t i = 0; i < lesson.n_commands; i++)
        n += lesson.commands[i].kind == kind;
    return n;
}

size_t lesson_events(enum class_event_kind kind)
{
    size_t n = 0;
    for (size_t i = 0; i < lesson.n_events; i++)
        n += lesson.events[i].kind == kind;
    return n;
}

uint32_t lesson_peer(uint32_t person)
{
    const struct person *p = class_person(lesson.c, person);
    assert_non_null(p);
    return p->peer;
}
