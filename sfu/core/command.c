/* SPDX-License-Identifier: Apache-2.0
 * Decides which part of the engine a command concerns, and refuses those about what is not there.
 */
#include "sfu/core/command.h"

#include "sfu/core/world.h"

/* A transport of that peer; NULL: another's, or gone. */
static struct transport *own_transport(struct engine *e, const struct peer *p, uint32_t id)
{
    struct transport *t = transport_find(e, id);
    return t && t->peer == p ? t : NULL;
}

static void on_restart(struct engine *e, struct peer *p, const struct sfu_command *command)
{
    struct transport *t = own_transport(e, p, command->restart.transport);
    struct sfu_ice ice = command->restart.ice;
    ice.ufrag[SFU_UFRAG_MAX] = '\0';
    ice.pwd[SFU_PWD_MAX] = '\0';
    if (t)
        ice_lite_restart(e, t, &ice);
    else
        e->stats.stale_commands++;
}

static void on_close(struct engine *e, struct peer *p, uint32_t transport)
{
    struct transport *t = own_transport(e, p, transport);
    if (t)
        transport_close(e, t);
    else
        e->stats.stale_commands++;
}

static void on_room(struct engine *e, const struct sfu_command *command)
{
    struct room *r = room_find(e, command->room);
    if (command->kind == SFU_ROOM_OPEN)
        room_open(e, command->room, command->worker);
    else if (r)
        room_close(e, r);
}

static void on_peer(struct engine *e, struct peer *p, const struct sfu_command *command)
{
    switch ((enum sfu_command_kind)command->kind) {
    case SFU_PEER_LEAVE: peer_leave(e, p); break;
    case SFU_PEER_MAY: peer_set_may(e, p, command->may); break;
    case SFU_PEER_VIEW: peer_set_view(e, p, &command->view); break;
    case SFU_RECEIVE_OPEN: downlink_open(e, p, &command->receive_open); break;
    case SFU_RECEIVE_ANSWER: downlink_answer(e, p, &command->receive_answer); break;
    case SFU_SEND_OPEN: uplink_open(e, p, &command->send_open); break;
    case SFU_TRANSPORT_RESTART: on_restart(e, p, command); break;
    case SFU_TRANSPORT_CLOSE: on_close(e, p, command->transport); break;
    case SFU_PUBLICATION_SET: uplink_set(e, p, command->set.publication, command->set.on); break;
    case SFU_ROOM_OPEN:
    case SFU_ROOM_CLOSE:
    case SFU_PEER_JOIN:
    case N_SFU_COMMAND: break;
    }
}

void command_apply(struct engine *e, const struct sfu_command *command)
{
    if (command->kind == SFU_ROOM_OPEN || command->kind == SFU_ROOM_CLOSE) {
        on_room(e, command);
        return;
    }
    if (command->kind == SFU_PEER_JOIN) {
        peer_join(e, command);
        return;
    }
    struct peer *p = peer_find(e, command->peer);
    if (p && p->room->id == command->room)
        on_peer(e, p, command);
    else
        e->stats.stale_commands++;
}
