/* SPDX-License-Identifier: Apache-2.0
 * Decides the public bytes of an event, which never change once written. Leaves what an event means
 * to presence.c and how the bytes are chained to chain.c. */
#include "signaling/attendance/event.h"

void event_write(uint8_t out[LOG_PUBLIC], const struct log_event *e)
{
    out[0] = LOG_FORM;
    out[1] = e->kind;
    out[2] = e->reason;
    out[3] = e->role;
    memcpy(out + 4, e->class_id, LOG_CLASS_ID);
    put_be64(out + 20, e->number);
    put_be64(out + 28, (uint64_t)e->wall_ms);
    put_be64(out + 36, (uint64_t)e->boot_us);
    memcpy(out + 44, e->boot_id, LOG_BOOT_ID);
    put_be32(out + 60, e->person);
    put_be32(out + 64, e->by);
    put_be32(out + 68, e->other);
    put_be32(out + 72, e->device);
    put_be16(out + 76, e->site);
    put_be16(out + 78, e->period);
    put_be32(out + 80, e->age_ms);
    put_be64(out + 84, e->target);
    put_be64(out + 92, (uint64_t)e->from_ms);
    put_be64(out + 100, (uint64_t)e->to_ms);
}

enum err event_read(struct log_event *out, struct bytes b)
{
    if (b.len != LOG_PUBLIC)
        return E_MALFORMED;
    if (b.p[0] != LOG_FORM)
        return E_UNSUPPORTED;
    if (be64(b.p + 20) == 0)
        return E_MALFORMED;
    *out = (struct log_event){
        .kind = b.p[1],
        .reason = b.p[2],
        .role = b.p[3],
        .number = be64(b.p + 20),
        .wall_ms = (int64_t)be64(b.p + 28),
        .boot_us = (int64_t)be64(b.p + 36),
        .person = be32(b.p + 60),
        .by = be32(b.p + 64),
        .other = be32(b.p + 68),
        .device = be32(b.p + 72),
        .site = be16(b.p + 76),
        .period = be16(b.p + 78),
        .age_ms = be32(b.p + 80),
        .target = be64(b.p + 84),
        .from_ms = (int64_t)be64(b.p + 92),
        .to_ms = (int64_t)be64(b.p + 100),
    };
    memcpy(out->class_id, b.p + 4, LOG_CLASS_ID);
    memcpy(out->boot_id, b.p + 44, LOG_BOOT_ID);
    return E_OK;
}

const char *event_kind_name(unsigned kind)
{
    static const char *const names[] = {
        [LOG_CLASS_OPENED] = "class.opened",
        [LOG_CLASS_ENDED] = "class.ended",
        [LOG_CLASS_REOPENED] = "class.reopened",
        [LOG_PERIOD_PLANNED] = "period.planned",
        [LOG_PERIOD_STARTED] = "period.started",
        [LOG_PERIOD_ENDED] = "period.ended",
        [LOG_PAUSE_STARTED] = "pause.started",
        [LOG_PAUSE_ENDED] = "pause.ended",
        [LOG_ENTRANCE] = "entrance",
        [LOG_POLICY] = "policy",
        [LOG_OPEN_LINK] = "open-link",
        [LOG_CLASS_CHANGED] = "class.changed",
        [LOG_PERSON_EXPECTED] = "person.expected",
        [LOG_PERSON_DECLARED] = "person.declared",
        [LOG_PERSON_RENAMED] = "person.renamed",
        [LOG_PERSON_MERGED] = "person.merged",
        [LOG_ENTERED] = "entered",
        [LOG_LOST] = "lost",
        [LOG_BACK] = "back",
        [LOG_MOVED] = "moved",
        [LOG_LEFT] = "left",
        [LOG_ALIVE] = "alive",
        [LOG_SITE_OPENED] = "site.opened",
        [LOG_CHECKED_IN] = "checked-in",
        [LOG_CHECKED_OUT] = "checked-out",
        [LOG_LIST_CONFIRMED] = "list.confirmed",
        [LOG_MESSAGE_SENT] = "message.sent",
        [LOG_MESSAGE_TAKEN] = "message.taken",
        [LOG_MESSAGE_RELAYED] = "message.relayed",
        [LOG_MESSAGE_ANSWERED] = "message.answered",
        [LOG_MESSAGE_DELETED] = "message.deleted",
        [LOG_MESSAGE_RELEASED] = "message.released",
        [LOG_HAND_RAISED] = "hand.raised",
        [LOG_HAND_LOWERED] = "hand.lowered",
        [LOG_CORRECTED] = "corrected",
        [LOG_ERASED] = "erased",
        [LOG_EXPORTED] = "exported",
        [LOG_SERVER_STARTED] = "server.started",
        [LOG_SERVER_STOPPED] = "server.stopped",
        [LOG_CLOCK_UNSYNCED] = "clock.unsynced",
        [LOG_CLOCK_SET] = "clock.set",
    };
    return kind < sizeof names / sizeof names[0] && names[kind] != NULL ? names[kind] : "unknown";
}
