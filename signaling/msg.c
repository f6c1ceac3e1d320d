/* SPDX-License-Identifier: Apache-2.0
 * The words of PROTOCOL.md: names of kinds, faults, sources and roles, both ways, and what counts
 * as a text. What the words mean is decided in classroom/. */
#include "signaling/msg.h"

#include "sfu/sfu.h"
#include "signaling/note.h"

#include <string.h>

static const char *const msg_names[N_MSG] = {
    [MSG_HELLO] = "hello",
    [MSG_PONG] = "pong",
    [MSG_LEAVE] = "leave",
    [MSG_PERSON_REMOVE] = "person.remove",
    [MSG_PERSON_MUTE] = "person.mute",
    [MSG_MUTE_ALL] = "mute.all",
    [MSG_RIGHTS_SET] = "rights.set",
    [MSG_POLICY_SET] = "policy.set",
    [MSG_MICROPHONE_REQUEST] = "microphone.request",
    [MSG_MICROPHONE_WITHDRAW] = "microphone.withdraw",
    [MSG_HAND_RAISE] = "hand.raise",
    [MSG_HAND_LOWER] = "hand.lower",
    [MSG_MESSAGE_SEND] = "message.send",
    [MSG_MESSAGE_DELETE] = "message.delete",
    [MSG_ENTRANCE_SET] = "entrance.set",
    [MSG_CLASS_END] = "class.end",
    [MSG_HERE_LEAVE] = "here.leave",
    [MSG_SITE_TICK] = "site.tick",
    [MSG_SITE_CONFIRM] = "site.confirm",
    [MSG_PAUSE_SET] = "pause.set",
    [MSG_PERSON_MERGE] = "person.merge",
    [MSG_MESSAGE_TAKE] = "message.take",
    [MSG_MESSAGE_RELEASE] = "message.release",
    [MSG_MESSAGE_RELAY] = "message.relay",
    [MSG_MESSAGE_ANSWERED] = "message.answered",
    [MSG_MEDIA_OPEN] = "media.open",
    [MSG_MEDIA_ANSWER] = "media.answer",
    [MSG_MEDIA_PUBLISH] = "media.publish",
    [MSG_MEDIA_CLOSE] = "media.close",
    [MSG_PUBLISH] = "publish",
    [MSG_VIEW_SET] = "view.set",
};

static const char *const note_names[N_NOTE] = {
    [NOTE_WELCOME] = "welcome",
    [NOTE_RESUMED] = "resumed",
    [NOTE_PING] = "ping",
    [NOTE_OK] = "ok",
    [NOTE_FAULT] = "fault",
    [NOTE_PERSON_JOINED] = "person.joined",
    [NOTE_PERSON_CHANGED] = "person.changed",
    [NOTE_PERSON_LEFT] = "person.left",
    [NOTE_YOU_MUTED] = "you.muted",
    [NOTE_POLICY_CHANGED] = "policy.changed",
    [NOTE_MICROPHONE_REQUESTED] = "microphone.requested",
    [NOTE_MICROPHONE_WITHDRAWN] = "microphone.withdrawn",
    [NOTE_HAND_RAISED] = "hand.raised",
    [NOTE_HAND_LOWERED] = "hand.lowered",
    [NOTE_MESSAGE_ADDED] = "message.added",
    [NOTE_MESSAGE_DELETED] = "message.deleted",
    [NOTE_ENTRANCE_CHANGED] = "entrance.changed",
    [NOTE_CLASS_ENDED] = "class.ended",
    [NOTE_PAUSE_CHANGED] = "pause.changed",
    [NOTE_PERIOD_CHANGED] = "period.changed",
    [NOTE_RELAY_CHANGED] = "relay.changed",
    [NOTE_SITE_CODE] = "site.code",
    [NOTE_SITE_CONFIRM_DUE] = "site.confirm_due",
    [NOTE_ATTENDANCE_COUNT] = "attendance.count",
    [NOTE_YOU_REMOVED] = "you.removed",
    [NOTE_YOU_MOVED] = "you.moved",
    [NOTE_MEDIA_OFFER] = "media.offer",
    [NOTE_MEDIA_PUBLISHED] = "media.published",
    [NOTE_MEDIA_STATE] = "media.state",
    [NOTE_MEDIA_SLOTS] = "media.slots",
    [NOTE_SPEAKERS] = "speakers",
};

static const char *const fault_names[N_FAULT] = {
    [FAULT_NONE] = "ok",
    [FAULT_BAD_MESSAGE] = "bad-message",
    [FAULT_UNKNOWN_TYPE] = "unknown-type",
    [FAULT_NOT_ALLOWED] = "not-allowed",
    [FAULT_NOT_FOUND] = "not-found",
    [FAULT_TOO_LONG] = "too-long",
    [FAULT_TOO_FAST] = "too-fast",
    [FAULT_TOO_MANY] = "too-many",
    [FAULT_WRONG_STATE] = "wrong-state",
    [FAULT_BAD_SDP] = "bad-sdp",
    [FAULT_MEDIA_UNAVAILABLE] = "media-unavailable",
};

static const char *const source_names[N_SFU_SOURCE] = {
    [SFU_MICROPHONE] = "microphone",
    [SFU_CAMERA] = "camera",
    [SFU_SCREEN] = "screen",
    [SFU_SCREEN_AUDIO] = "screen-audio",
};

static const char *const role_names[N_ROLE] = {
    [ROLE_TRAINER] = "trainer",
    [ROLE_MODERATOR] = "moderator",
    [ROLE_LEARNER] = "learner",
    [ROLE_ROOM] = "room",
};

static const char *const identity_names[N_IDENTITY] = {
    [IDENTITY_ROLE] = "role",
    [IDENTITY_LIST] = "list",
    [IDENTITY_DECLARED] = "declared",
};

static const char *const relay_names[N_RELAY] = {
    [RELAY_NONE] = "none",
    [RELAY_TAKEN] = "taken",
    [RELAY_RELAYED] = "relayed",
    [RELAY_ANSWERED] = "answered",
};

static const char *name_at(const char *const *names, unsigned n, unsigned i)
{
    return i < n ? names[i] : "?";
}

static unsigned index_of(const char *const *names, unsigned n, struct bytes name)
{
    for (unsigned i = 0; i < n; i++) {
        if (bytes_equal(bytes_of(names[i], strlen(names[i])), name))
            return i;
    }
    return n;
}

const char *msg_kind_name(unsigned kind)
{
    return name_at(msg_names, N_MSG, kind);
}

unsigned msg_kind_of(struct bytes name)
{
    return index_of(msg_names, N_MSG, name);
}

const char *note_kind_name(unsigned kind)
{
    return name_at(note_names, N_NOTE, kind);
}

unsigned note_kind_of(struct bytes name)
{
    return index_of(note_names, N_NOTE, name);
}

const char *fault_name(unsigned fault)
{
    return name_at(fault_names, N_FAULT, fault);
}

const char *source_name(unsigned source)
{
    return name_at(source_names, N_SFU_SOURCE, source);
}

unsigned source_of(struct bytes name)
{
    return index_of(source_names, N_SFU_SOURCE, name);
}

const char *role_name(unsigned role)
{
    return name_at(role_names, N_ROLE, role);
}

unsigned role_of(struct bytes name)
{
    return index_of(role_names, N_ROLE, name);
}

const char *identity_name(unsigned identity)
{
    return name_at(identity_names, N_IDENTITY, identity);
}

const char *relay_name(unsigned relay)
{
    return name_at(relay_names, N_RELAY, relay);
}

/* One character at the start of b: its bytes, 0 when it is not UTF-8 in the shortest form (RFC 3629
 * §3, §4). */
static size_t utf8_char(struct bytes b, uint32_t *out)
{
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    uint8_t first = b.p[0];
    size_t n = first < 0x80         ? 1
               : (first >> 5) == 6  ? 2
               : (first >> 4) == 14 ? 3
               : (first >> 3) == 30 ? 4
                                    : 0;
    if (n == 0 || n > b.len)
        return 0;
    uint32_t c = n == 1 ? first : first & (0x7FU >> n);
    for (size_t i = 1; i < n; i++) {
        if ((b.p[i] & 0xC0) != 0x80)
            return 0;
        c = (c << 6) | (b.p[i] & 0x3FU);
    }
    if (c < least[n] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        return 0;
    *out = c;
    return n;
}

size_t text_length(struct bytes text, const char *except)
{
    size_t count = 0;
    while (text.len > 0) {
        uint32_t c = 0;
        size_t n = utf8_char(text, &c);
        if (n == 0)
            return SIZE_MAX;
        /* C0, DEL and C1 controls: ISO/IEC 6429 */
        bool control = c < 0x20 || (c >= 0x7F && c < 0xA0);
        if (control && (c == 0 || c > 0x7F || except == NULL || strchr(except, (int)c) == NULL))
            return SIZE_MAX;
        text = bytes_skip(text, n);
        count++;
    }
    return count;
}
