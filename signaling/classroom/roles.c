/* SPDX-License-Identifier: Apache-2.0
 * Decides who may say what: PROTOCOL.md §5 as a table. Whether the moment is right is decided by
 * each handler. */
#include "signaling/classroom/roles.h"

/* Columns as enum role: trainer, moderator, learner, room. */
#define ROW(t, m, l, r)                                                                            \
    {                                                                                              \
        PERMISSION_##t, PERMISSION_##m, PERMISSION_##l, PERMISSION_##r                             \
    }

static const uint8_t table[N_MSG][N_ROLE] = {
    [MSG_HELLO] = ROW(YES, YES, YES, YES),
    [MSG_PONG] = ROW(YES, YES, YES, YES),
    [MSG_LEAVE] = ROW(YES, YES, YES, YES),
    [MSG_PERSON_REMOVE] = ROW(YES, YES, NO, NO),
    [MSG_PERSON_MUTE] = ROW(YES, YES, NO, NO),
    [MSG_MUTE_ALL] = ROW(YES, YES, NO, NO),
    [MSG_RIGHTS_SET] = ROW(YES, YES, NO, NO),
    [MSG_POLICY_SET] = ROW(YES, YES, NO, NO),
    [MSG_MICROPHONE_REQUEST] = ROW(NO, NO, YES, NO),
    [MSG_MICROPHONE_WITHDRAW] = ROW(YES, YES, OWN, NO),
    [MSG_HAND_RAISE] = ROW(YES, YES, YES, YES),
    [MSG_HAND_LOWER] = ROW(YES, YES, OWN, OWN),
    [MSG_MESSAGE_SEND] = ROW(YES, YES, YES, NO),
    [MSG_MESSAGE_DELETE] = ROW(YES, YES, OWN, NO),
    [MSG_ENTRANCE_SET] = ROW(YES, YES, NO, NO),
    [MSG_CLASS_END] = ROW(YES, NO, NO, NO),
    [MSG_HERE_LEAVE] = ROW(YES, YES, YES, NO),
    [MSG_SITE_TICK] = ROW(YES, YES, NO, NO),
    [MSG_SITE_CONFIRM] = ROW(YES, YES, NO, NO),
    [MSG_PAUSE_SET] = ROW(YES, YES, NO, NO),
    [MSG_PERSON_MERGE] = ROW(YES, NO, NO, NO),
    [MSG_MESSAGE_TAKE] = ROW(YES, YES, NO, NO),
    [MSG_MESSAGE_RELEASE] = ROW(YES, YES, NO, NO),
    [MSG_MESSAGE_RELAY] = ROW(YES, YES, NO, NO),
    [MSG_MESSAGE_ANSWERED] = ROW(YES, NO, NO, NO),
    [MSG_MEDIA_OPEN] = ROW(YES, YES, YES, YES),
    [MSG_MEDIA_ANSWER] = ROW(YES, YES, YES, YES),
    [MSG_MEDIA_PUBLISH] = ROW(YES, YES, YES, YES),
    [MSG_MEDIA_CLOSE] = ROW(YES, YES, YES, YES),
    [MSG_PUBLISH] = ROW(YES, YES, YES, YES), /* the source decides: below */
    [MSG_VIEW_SET] = ROW(YES, YES, YES, YES),
};

static const uint8_t publish_table[N_SFU_SOURCE][N_ROLE] = {
    [SFU_MICROPHONE] = ROW(YES, YES, IF_MAY, YES),
    [SFU_CAMERA] = ROW(YES, YES, IF_MAY, YES),
    [SFU_SCREEN] = ROW(YES, YES, IF_MAY, NO),
    [SFU_SCREEN_AUDIO] = ROW(YES, YES, IF_MAY, NO),
};

enum permission roles_permission(unsigned kind, enum role role)
{
    return kind < N_MSG && role < N_ROLE ? (enum permission)table[kind][role] : PERMISSION_NONE;
}

enum permission roles_publish(enum role role, enum sfu_source source)
{
    return source < N_SFU_SOURCE && role < N_ROLE ? (enum permission)publish_table[source][role]
                                                  : PERMISSION_NONE;
}

bool role_moderates(enum role role)
{
    return role == ROLE_TRAINER || role == ROLE_MODERATOR;
}

bool role_may_act_on(enum role actor, enum role target)
{
    return actor == ROLE_TRAINER || (actor == ROLE_MODERATOR && target != ROLE_TRAINER);
}
