/* SPDX-License-Identifier: Apache-2.0
 * The words of events, and what every event of a person says. When an event happens is decided by
 * each family. */
#include "signaling/classroom/state.h"

const char *class_event_name(unsigned kind)
{
    static const char *const names[N_CLASS_EVENT] = {
        [EVENT_PERSON_ENTERED] = "person entered",
        [EVENT_PERSON_LOST] = "person lost",
        [EVENT_PERSON_BACK] = "person back",
        [EVENT_PERSON_MOVED] = "person moved",
        [EVENT_PERSON_LEFT] = "person left",
        [EVENT_PERSON_REMOVED] = "person removed",
        [EVENT_ENTRANCE] = "entrance changed",
        [EVENT_POLICY] = "policy changed",
        [EVENT_CLASS_ENDED] = "class ended",
        [EVENT_CLASS_REOPENED] = "class reopened",
        [EVENT_PERSON_EXPECTED] = "person expected",
        [EVENT_PERSON_DECLARED] = "person declared",
        [EVENT_PERSON_RENAMED] = "person renamed",
        [EVENT_PERSON_MERGED] = "person merged",
        [EVENT_CHECKED_IN] = "checked in",
        [EVENT_CHECKED_OUT] = "checked out",
        [EVENT_LIST_CONFIRMED] = "list confirmed",
        [EVENT_PERIOD_STARTED] = "period started",
        [EVENT_PERIOD_ENDED] = "period ended",
        [EVENT_PAUSE_STARTED] = "pause started",
        [EVENT_PAUSE_ENDED] = "pause ended",
        [EVENT_MESSAGE_SENT] = "message sent",
        [EVENT_MESSAGE_DELETED] = "message deleted",
        [EVENT_MESSAGE_TAKEN] = "message taken",
        [EVENT_MESSAGE_RELEASED] = "message released",
        [EVENT_MESSAGE_RELAYED] = "message relayed",
        [EVENT_MESSAGE_ANSWERED] = "message answered",
        [EVENT_HAND_RAISED] = "hand raised",
        [EVENT_HAND_LOWERED] = "hand lowered",
    };
    return kind < N_CLASS_EVENT ? names[kind] : "?";
}

struct class_event event_of(const struct person *p, enum class_event_kind kind, int64_t now_ms)
{
    return (struct class_event){.kind = (uint8_t)kind,
                                .person = p->number,
                                .role = p->role,
                                .identity = p->identity,
                                .device = p->peer,
                                .name = p->name,
                                .organisation = p->organisation,
                                .at_ms = now_ms};
}

void event_say(struct class *c, const struct class_event *event)
{
    c->sink.event(c->sink.ctx, event);
}
