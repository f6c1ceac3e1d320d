/* SPDX-License-Identifier: Apache-2.0
 * Bytes decoded into facts with times: who says what, loses, comes back, resumes. Whatever the
 * order, the class neither falls over nor leaves a source on without its right. */
#include "tests/fuzz/replay.h"

#include "signaling/classroom/class.h"

#include <stdlib.h>

enum { CAST = 8, SESSION = 8 };

struct stage {
    struct class *c;
    uint32_t ids;
};

static void deliver(void *ctx, const struct audience *to, const struct note *note)
{
    struct stage *s = ctx;
    for (uint32_t p = 0; p <= CAST; p++) {
        const struct person *reader = class_person(s->c, p);
        if (class_has(s->c, to, p) && note->kind == NOTE_MESSAGE_ADDED &&
            note->message.to == TO_MODERATORS && note->message.person != p &&
            !role_moderates(reader->role))
            abort();
    }
}

static void sfu(void *ctx, const struct sfu_command *command)
{
    (void)ctx;
    if (command->room == 0 || command->kind >= N_SFU_COMMAND)
        abort();
}

static void event(void *ctx, const struct class_event *e)
{
    (void)ctx;
    if (e->kind >= N_CLASS_EVENT)
        abort();
}

static uint32_t new_id(void *ctx)
{
    return ++((struct stage *)ctx)->ids;
}

static void hear(void *ctx, const struct note *note)
{
    uint64_t *last = ctx;
    if (note->seq <= *last)
        abort();
    *last = note->seq;
}

static struct msg message(const uint8_t *b)
{
    struct msg m = {.kind = b[0] % N_MSG};
    uint32_t about = b[1] % (CAST + 2);
    switch (m.kind) {
    case MSG_RIGHTS_SET:
        m.rights.person = about;
        m.rights.microphone = b[2] % 3;
        m.rights.camera = b[2] / 3 % 3;
        m.rights.screen = b[2] / 9 % 3;
        break;
    case MSG_POLICY_SET:
        m.policy.has_microphone = true;
        m.policy.has_camera = true;
        m.policy.policy = (struct policy){b[1] & 1, b[2] & 1};
        break;
    case MSG_MESSAGE_SEND:
        m.send.key = bytes_of(b + 1, 1);
        m.send.text = bytes_of(b, 3);
        m.send.to = b[2] & 1;
        break;
    case MSG_MESSAGE_DELETE: m.message = b[1]; break;
    case MSG_MESSAGE_TAKE:
    case MSG_MESSAGE_RELEASE:
    case MSG_MESSAGE_RELAY:
    case MSG_MESSAGE_ANSWERED: m.message = b[1]; break;
    case MSG_SITE_TICK:
        m.tick.person = about;
        m.tick.site = b[2] % 4;
        break;
    case MSG_SITE_CONFIRM:
        m.confirm.site = b[1] % 4;
        m.confirm.period = b[2] % 4;
        break;
    case MSG_PAUSE_SET: m.until_ms = (int64_t)b[1] * 256; break;
    case MSG_PERSON_MERGE:
        m.merge.from = about;
        m.merge.into = b[2] % (CAST + 2);
        break;
    case MSG_ENTRANCE_SET: m.entrance = b[1] & 1; break;
    case MSG_PUBLISH:
        m.publish.source = b[1] % N_SFU_SOURCE;
        m.publish.on = (b[2] & 1) != 0;
        break;
    case MSG_VIEW_SET: m.view.pinned = about; break;
    default: m.person = about; break;
    }
    return m;
}

static void come(struct stage *s, int64_t now_ms, uint32_t number, const uint8_t *b)
{
    struct class_admission who = {
        .number = number, .role = (uint8_t)(number % N_ROLE), .name = "Anne"};
    const struct person *p = class_person(s->c, number);
    struct class_entered e;
    char session[SESSION] = {(char)('a' + b[1] % 26)}, old[MSG_SESSION_MAX + 1] = "";
    if (p != NULL)
        memcpy(old, p->session, sizeof(old));
    who.identity = b[3] % N_IDENTITY;
    if (class_admit(s->c, now_ms, &who, &number) != E_OK)
        return;
    struct class_entry entry = {.person = number,
                                .session = session,
                                .resume = (b[2] & 1) != 0,
                                .resume_session = bytes_of(old, strlen(old)),
                                .resume_seq = b[2]};
    if (class_enter(s->c, now_ms, &entry, &e) != E_OK || !e.resumed)
        return;
    uint64_t last = entry.resume_seq;
    (void)class_resume(s->c, number, entry.resume_seq, hear, &last);
}

static void fact(struct stage *s, int64_t now_ms, const uint8_t *b)
{
    uint32_t number = b[0] % CAST + 1;
    static const uint32_t ids[N_SFU_SOURCE] = {1, 2, 3, 4};
    const struct class_check_in in = {
        .person = number, .site = b[1] % 4, .how = b[2] & 1, .by = b[3] % CAST};
    const struct class_expected expected = {
        .number = number, .name = "Lucie", .organisation = "Mairie"};
    struct msg m;
    switch (b[0] / CAST % 12) {
    case 0: come(s, now_ms, number, b); break;
    case 1: class_on_lost(s->c, now_ms, number); break;
    case 2: class_on_tick(s->c, now_ms); break;
    case 3:
        if ((b[1] & 1) != 0)
            class_on_published(s->c, number, ids);
        else
            class_on_unpublished(s->c, number);
        break;
    case 8: (void)!class_check_in(s->c, now_ms, &in); break;
    case 9: (void)!class_expect(s->c, now_ms, &expected, &number); break;
    case 10:
        if (class_is_ended(s->c))
            (void)!class_reopen(s->c, now_ms, 0);
        break;
    default:
        m = message(b + 1);
        if (class_on_message(s->c, now_ms, number, &m) >= N_FAULT)
            abort();
        break;
    }
    const struct person *p;
    for (size_t i = 0; (p = class_person_at(s->c, i)) != NULL; i++) {
        if ((p->on & ~person_may(s->c, p)) != 0 || person_is_here(p) != (p->peer != 0))
            abort();
        if (person_is_deaf(p) && (p->on & (1U << SFU_MICROPHONE | 1U << SFU_SCREEN_AUDIO)) != 0)
            abort();
        if (p->seated && (p->site == 0 || p->state == PERSON_REMOVED || p->merged_into != 0))
            abort();
    }
}

static size_t count_seen(const struct class *c)
{
    size_t n = 0;
    const struct person *p;
    for (size_t i = 0; (p = class_person_at(c, i)) != NULL; i++)
        n += person_is_seen(p) ? 1U : 0U;
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static struct class_snapshot snapshot;
    struct stage s = {.c = NULL};
    struct class_config config = {
        .info = {.n_periods = 2,
                 .periods = {{.from_ms = 1000, .to_ms = 20000}, {.from_ms = 30000, .to_ms = 60000}},
                 .n_sites = 2,
                 .sites = {{1, "A"}, {2, "B"}}},
        .next_person = 1,
        .grace_s = 2,
        .sink = {&s, deliver, sfu, event, new_id}};
    if (class_new(&s.c, &config) != E_OK)
        return 0;
    int64_t now_ms = 1;
    for (size_t i = 0; i + 5 <= len && i < 5 * 4096; i += 5) {
        now_ms += data[i + 4] * 16;
        fact(&s, now_ms, data + i);
    }
    for (uint32_t n = 1; n <= CAST; n++) {
        if (class_snapshot(s.c, now_ms, n, &snapshot) == E_OK &&
            snapshot.note.welcome.n_people != count_seen(s.c))
            abort();
    }
    class_free(s.c);
    return 0;
}
