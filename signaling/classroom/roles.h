/* SPDX-License-Identifier: Apache-2.0
 * Who may say what: the one permission table, message × role (PROTOCOL.md §5). Thread: any. */
#ifndef SIGNALING_CLASSROOM_ROLES_H
#define SIGNALING_CLASSROOM_ROLES_H

#include "signaling/msg.h"
#include "signaling/note.h"

enum permission {
    PERMISSION_NONE, /* a kind without a row: never occurs, a test walks the table */
    PERMISSION_NO,
    PERMISSION_OWN,    /* only about oneself or one's own */
    PERMISSION_IF_MAY, /* with the right */
    PERMISSION_YES     /* "any" of the page too */
};

enum permission roles_permission(unsigned kind, enum role role);

/* The right that publishing `source` needs in this role: yes, no, if may. */
enum permission roles_publish(enum role role, enum sfu_source source);

/* Reads private messages; acts on others. */
bool role_moderates(enum role role);

/* A moderator may not mute, remove or change the rights of a trainer (PROTOCOL.md §5). */
bool role_may_act_on(enum role actor, enum role target);

#endif
