/* SPDX-License-Identifier: Apache-2.0
 * Who is connected: a socket is one WebSocket, a session is one person's presence in a class. A
 * session outlives its socket for the grace time, with its connections of the media plane. Thread:
 * signaling. */
#ifndef SIGNALING_SESSION_H
#define SIGNALING_SESSION_H

#include "sfu/base/usec.h"
#include "sfu/sfu.h"
#include "signaling/http/http.h"
#include "signaling/limit.h"
#include "signaling/msg.h"
#include "signaling/school.h"
#include "signaling/sdp.h"

/* The connection the server offers. */
struct receive_connection {
    uint32_t transport;  /* 0: none */
    uint32_t generation; /* of the last offer; grows over the life of the session */
    bool answered;
    struct sfu_receive_open open;
    uint64_t sdp_session;
};

/* The connection the client offers. */
struct send_connection {
    uint32_t transport;
    struct sfu_send_open open;
    char ufrag[SDP_CREDENTIAL_MAX + 1]; /* theirs, of the last offer */
    uint64_t sdp_session;
    uint32_t version;
};

struct session {
    struct school_class *of;
    uint32_t person;
    uint32_t conn; /* 0: lost */
    uint32_t peer; /* of the media plane */
    usec heard;    /* with conn 0: when its socket was last heard */
    bool joined;   /* welcome was sent: live notes follow */
    uint8_t form;  /* enum form */
    struct receive_connection receive;
    struct send_connection send;
};

struct socket {
    uint32_t conn;
    struct http_peer peer;
    struct rate rate;
    struct session *session; /* NULL: hello not said, or the session has ended */
    usec heard, pinged;
};

/* Both are owned by what holds them: the class its sessions, the service its sockets. NULL: no
 * memory or full. */
struct session *session_new(struct school_class *of, uint32_t person);
void session_free(struct session *s); /* takes it out of its class; its socket must be untied */
struct session *session_find(const struct school_class *of, uint32_t person);
struct session *session_of_peer(const struct school_class *of, uint32_t peer);

#endif
