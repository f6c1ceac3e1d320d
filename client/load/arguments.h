/* SPDX-License-Identifier: Apache-2.0
 * What the person who runs amphi-load asked for. Thread: any. */
#ifndef CLIENT_LOAD_ARGUMENTS_H
#define CLIENT_LOAD_ARGUMENTS_H

#include <stdbool.h>

#include "sfu/base/err.h"

enum { LOAD_MAX_PEERS = 2000, LOAD_MAX_CLASSES = 16 };

struct arguments {
    const char *url; /* http://HOST:PORT or https://HOST:PORT */
    /* Tokens of a class each: the trainer's link is the first peer's, who opens microphones to all;
     * the learner's all others'. */
    const char *trainer[LOAD_MAX_CLASSES];
    const char *learner[LOAD_MAX_CLASSES];
    unsigned classes;
    unsigned peers;      /* all people of all classes, the trainers among them */
    unsigned publishers; /* how many of each class send a microphone and a camera */
    unsigned kbps;       /* made-up video of so much a publisher; 0: encoded at start */
    unsigned sample;     /* one received packet in so many is decrypted */
    bool uneven;         /* made-up video with libwebrtc's packet sizes */
    bool audio_only;     /* publishers send no video; audio is stamped */
    unsigned seconds;    /* measured, after everybody is in */
    unsigned settle;     /* seconds before the measurement starts */
    int pid;             /* of the server, whose memory is read; 0 = not */
    bool insecure;       /* accept a self-signed certificate */
};

/* Prints the usage and fails with E_MALFORMED when the words make no sense. Borrows argv. */
MUST_USE enum err arguments_parse(struct arguments *out, int argc, char **argv);

#endif
