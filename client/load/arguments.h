/* SPDX-License-Identifier: Apache-2.0
 * What the person who runs amphi-load asked for. Thread: any. */
#ifndef CLIENT_LOAD_ARGUMENTS_H
#define CLIENT_LOAD_ARGUMENTS_H

#include <stdbool.h>

#include "sfu/base/err.h"

enum { LOAD_MAX_PEERS = 400 };

struct arguments {
    const char *url; /* http://HOST:PORT or https://HOST:PORT */
    const char
        *trainer; /* token of the trainer's link: the first peer, who opens microphones to all */
    const char *learner; /* token of the learner's link: all others */
    unsigned peers;      /* all people, the trainer among them */
    unsigned publishers; /* how many of them send a microphone and a camera */
    unsigned seconds;    /* measured, after everybody is in */
    unsigned settle;     /* seconds before the measurement starts */
    int pid;             /* of the server, whose memory is read; 0 = not */
    bool insecure;       /* accept a self-signed certificate */
};

/* Prints the usage and fails with E_MALFORMED when the words make no sense. Borrows argv. */
MUST_USE enum err arguments_parse(struct arguments *out, int argc, char **argv);

#endif
