/* SPDX-License-Identifier: Apache-2.0
 * The only door of the media plane. Message-shaped: commands go in, events come out, both plain
 * structs with ids and no pointers, so that the media plane can later run in another process or on
 * another node.
 *
 * Thread: sfu_send and sfu_receive from one thread, the one that called sfu_start (signalling).
 * Ids (room, peer, transport, publication) are chosen by the caller, never 0, and never used again
 * in the life of the process; a command that names something that has gone is ignored and counted.
 * Nothing here blocks: a full queue is E_FULL and the caller's rule is to close the peer concerned.
 */
#ifndef SFU_SFU_H
#define SFU_SFU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sfu/base/addr.h"
#include "sfu/base/err.h"
#include "sfu/base/log.h"

enum {
    SFU_MAX_WORKERS = 32,
    SFU_MAX_ADDRESSES = 16,
    SFU_MAX_ROOMS = 1000,
    SFU_MAX_PEERS = 8192,     /* a worker */
    SFU_MAX_ROOM_PEERS = 200, /* interface limit of a class */
    SFU_MAX_SLOTS = 32,       /* m-lines of a receive connection: PROTOCOL.md §6 */
    SFU_MAX_TRACKS = 8,       /* m-lines of a send connection that carry a source */
    SFU_MAX_PAYLOADS = 4,     /* payload types we use in an m-line: codec, RTX, RED */
    SFU_MAX_MID = 16,         /* RFC 9143 §15: at most 16 characters */
    SFU_MAX_SPEAKERS = 8,
    SFU_UFRAG_MAX = 16,
    SFU_PWD_MAX = 40,
    SFU_FINGERPRINT = 32, /* SHA-256 */
};

/* What a track carries. Paired sources of one person share a slot pair: microphone + camera, screen
 * audio + screen. */
enum sfu_source { SFU_MICROPHONE, SFU_CAMERA, SFU_SCREEN, SFU_SCREEN_AUDIO, N_SFU_SOURCE };

enum sfu_media { SFU_AUDIO, SFU_VIDEO };

enum sfu_codec { SFU_OPUS, SFU_RED, SFU_VP8, SFU_RTX, N_SFU_CODEC };

/* Capability bits of a peer; signalling decided them from the role. The media plane knows no role.
 */
enum sfu_may {
    SFU_MAY_MICROPHONE = 1 << SFU_MICROPHONE,
    SFU_MAY_CAMERA = 1 << SFU_CAMERA,
    SFU_MAY_SCREEN = 1 << SFU_SCREEN,
    SFU_MAY_SCREEN_AUDIO = 1 << SFU_SCREEN_AUDIO,
    SFU_IS_STAGE = 1 << 8, /* fills the stage slot: trainer, later the floor holder */
    SFU_DEAF = 1 << 9,     /* no audio slot of this peer is ever filled: sits by a loudspeaker */
};

struct sfu_payload {
    uint8_t pt;
    uint8_t codec; /* enum sfu_codec */
    uint8_t apt; /* SFU_RTX: the payload type it repairs (RFC 4588 §8.6); SFU_RED: the one inside */
};

/* RTP header extension ids in force on one transport (RFC 8285), 0 = not negotiated. */
struct sfu_extensions {
    uint8_t mid, rid, repaired_rid, audio_level, abs_send_time, twcc;
};

enum sfu_slot_kind {
    SFU_SLOT_STAGE,  /* paired: audio and video of the stage person */
    SFU_SLOT_SCREEN, /* paired: screen and its sound */
    SFU_SLOT_FREE,   /* speakers' audio, tiles */
};

/* One m-line of a receive connection. SSRCs are ours and stand in the offer. */
struct sfu_slot {
    uint8_t kind;  /* enum sfu_slot_kind */
    uint8_t media; /* enum sfu_media */
    uint8_t mid_len;
    char mid[SFU_MAX_MID];
    uint32_t ssrc;
    uint32_t rtx_ssrc; /* video; 0 when the receiver took no RTX */
    uint8_t n_payloads;
    struct sfu_payload
        payloads[SFU_MAX_PAYLOADS]; /* accepted ones; none = the slot is not received */
};

/* One m-line of a send connection. */
struct sfu_track {
    uint8_t source; /* enum sfu_source */
    uint8_t mid_len;
    char mid[SFU_MAX_MID];
    uint32_t publication; /* id, and the CSRC receivers see */
    uint32_t ssrc;        /* from a=ssrc; 0 when only the header extensions tell */
    uint32_t rtx_ssrc;
    uint8_t n_payloads;
    struct sfu_payload payloads[SFU_MAX_PAYLOADS];
};

enum sfu_command_kind {
    SFU_ROOM_OPEN,
    SFU_ROOM_CLOSE,        /* all its peers leave */
    SFU_PEER_JOIN,         /* into an open room */
    SFU_PEER_LEAVE,        /* all its transports close */
    SFU_PEER_MAY,          /* new capability bits; sources no longer allowed stop at once */
    SFU_PEER_VIEW,         /* what the receiver shows */
    SFU_RECEIVE_OPEN,      /* a receive transport and its slots, before the offer goes out */
    SFU_RECEIVE_ANSWER,    /* fingerprint and accepted payloads */
    SFU_SEND_OPEN,         /* a send transport and its tracks, when the offer has come */
    SFU_TRANSPORT_RESTART, /* new ICE credentials on a transport (RFC 8445 §2.4); the old ones stay
                              valid until a check with the new */
    SFU_TRANSPORT_CLOSE,
    SFU_PUBLICATION_SET, /* on or off: nothing of a source that is off is forwarded */
    N_SFU_COMMAND
};

struct sfu_ice {
    char ufrag[SFU_UFRAG_MAX +
               1]; /* ours; the first character names the owner worker: sfu_worker_letter() */
    char pwd[SFU_PWD_MAX + 1]; /* ours; RFC 8445 §5.3: at least 22 characters */
};

struct sfu_receive_open {
    uint32_t transport;
    struct sfu_ice ice;
    struct sfu_extensions extensions;
    uint8_t n_slots;
    struct sfu_slot slots[SFU_MAX_SLOTS];
};

struct sfu_receive_answer {
    uint32_t transport;
    uint8_t fingerprint[SFU_FINGERPRINT];
    struct sfu_extensions extensions;
    uint8_t n_slots;
    struct sfu_slot slots[SFU_MAX_SLOTS]; /* same order as opened */
};

struct sfu_send_open {
    uint32_t transport;
    struct sfu_ice ice;
    uint8_t fingerprint[SFU_FINGERPRINT];
    struct sfu_extensions extensions;
    uint8_t n_tracks;
    struct sfu_track tracks[SFU_MAX_TRACKS];
};

struct sfu_view {
    uint8_t tiles;   /* free video slots the client has room for */
    bool economy;    /* sound and screen only */
    bool hidden;     /* no video at all */
    uint32_t pinned; /* peer id, 0 = none: first in the free video slots */
};

struct sfu_command {
    uint8_t kind; /* enum sfu_command_kind */
    uint8_t
        worker; /* owner of the peer's transports; a peer never moves. ROOM_*: the room's home */
    uint32_t room;
    uint32_t peer;
    union {
        uint32_t may; /* PEER_JOIN, PEER_MAY: enum sfu_may */
        struct sfu_view view;
        struct sfu_receive_open receive_open;
        struct sfu_receive_answer receive_answer;
        struct sfu_send_open send_open;
        struct {
            uint32_t transport;
            struct sfu_ice ice;
        } restart;
        uint32_t transport; /* TRANSPORT_CLOSE */
        struct {
            uint32_t publication;
            bool on;
        } set;
    };
};

enum sfu_event_kind {
    SFU_TRANSPORT_STATE,
    SFU_SLOTS,    /* which publication fills which slot of one receiver */
    SFU_SPEAKERS, /* of a room, loudest first */
    SFU_FLOOD,    /* a peer sent more than allowed for 5 s; its media is dropped meanwhile */
    SFU_STATS,    /* once a second, one a worker */
    N_SFU_EVENT
};

enum sfu_transport_state {
    SFU_TRANSPORT_CONNECTING,
    SFU_TRANSPORT_CONNECTED, /* DTLS done, fingerprint checked */
    SFU_TRANSPORT_LOST,   /* consent expired (RFC 7675 §5.1): nothing is sent until a new check */
    SFU_TRANSPORT_CLOSED, /* by the peer's DTLS close, a wrong fingerprint, or a failed handshake */
};

struct sfu_slot_change {
    uint8_t slot;         /* index in the order opened */
    uint8_t source;       /* enum sfu_source */
    uint32_t publication; /* 0 = empty */
    uint32_t peer;        /* the publisher */
    uint32_t first_rtp;   /* first rewritten RTP timestamp of this publication in this slot */
};

/* Counters of a worker since its start; the reader takes differences. */
struct sfu_stats {
    uint64_t datagrams_in, datagrams_out, bytes_in, bytes_out;
    uint64_t rtp_in, rtp_out, rtcp_in, rtcp_out, rtx_in, rtx_out;
    uint64_t drop_stranger, drop_malformed, drop_auth, drop_replay, drop_ssrc, drop_limit, drop_off,
        drop_full;
    uint64_t nack_in, nack_out, keyframe_in, keyframe_out;
    uint64_t late_wakeups;    /* longer than 20 ms */
    uint64_t kernel_overflow; /* datagrams the kernel dropped because we read too late */
    uint64_t stale_commands;  /* named something that has gone, or are not possible */
    uint32_t rooms, peers, transports, publications;
};

struct sfu_event {
    uint8_t kind; /* enum sfu_event_kind */
    uint8_t worker;
    uint32_t room;
    uint32_t peer;
    union {
        struct {
            uint32_t transport;
            uint8_t state;      /* enum sfu_transport_state */
            const char *reason; /* a constant word */
        } transport;
        struct {
            uint32_t transport;
            uint8_t n;
            struct sfu_slot_change change[SFU_MAX_SLOTS];
        } slots;
        struct {
            uint8_t n;
            uint32_t peers[SFU_MAX_SPEAKERS];
        } speakers;
        struct sfu_stats stats;
    };
};

struct sfu_config {
    unsigned workers;   /* 1..SFU_MAX_WORKERS */
    struct addr listen; /* the one UDP port, on all addresses when the ip is unspecified */
    struct log_sink log;
};

struct sfu; /* opaque; new/free pair */

MUST_USE enum err sfu_start(struct sfu **out, const struct sfu_config *config);
void sfu_stop(struct sfu *s); /* ends the threads, frees; NULL is nothing */

MUST_USE enum err sfu_send(struct sfu *s,
                           const struct sfu_command *command); /* E_FULL: the queue is full */
bool sfu_receive(struct sfu *s, struct sfu_event *event);      /* false: none waiting */
int sfu_event_fd(
    const struct sfu *s); /* readable when events wait; level triggered, sfu_receive drains it */

/* SHA-256 of the DTLS certificate made at start; for a=fingerprint (RFC 8122). */
void sfu_fingerprint(const struct sfu *s, uint8_t out[SFU_FINGERPRINT]);
/* Host addresses to offer (port filled in), loopback not among them; refreshed on each call.
 * Returns how many. */
size_t sfu_addresses(struct sfu *s, struct addr *out, size_t cap);
uint16_t sfu_port(const struct sfu *s); /* the media port, also when 0 was asked */

/* First character of every ufrag of this worker. */
static inline char sfu_worker_letter(unsigned worker)
{
    return (char)('A' + (int)worker);
}

#endif
