/* SPDX-License-Identifier: Apache-2.0
 * Reads the command line; knows nothing of what is done with it. */
#include "client/load/arguments.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "amphi-load --url URL --trainer TOKEN --learner TOKEN [--peers N] [--publishers N] [--seconds "
    "S]\n"
    "           [--settle S] [--pid SERVER] [--insecure] [--kbps K [--uneven] | --audio-only]\n"
    "           [--decrypt-sample N]\n"
    "Fills classes with synthetic people over real sockets and prints what they received as one "
    "JSON line.\n"
    "  --url URL        where the class is, e.g. http://127.0.0.1:8080\n"
    "  --trainer TOKEN  what follows the # in the trainer's link\n"
    "  --learner TOKEN  what follows the # in the learners' link; several classes: T1,T2 each\n"
    "  --peers N        people in all, dealt to the classes in turn (30)\n"
    "  --publishers N   of each class with microphone and camera (6)\n"
    "  --seconds S      measured time (60)\n"
    "  --settle S       time between the last join and the measurement (5)\n"
    "  --pid SERVER     process whose memory is reported\n"
    "  --insecure       accept a self-signed certificate\n"
    "  --kbps K         made-up video of 1200-byte packets, one burst a frame, stamped: latency\n"
    "  --uneven         made-up frames cut as libwebrtc does: the last packets a byte larger\n"
    "  --audio-only     no video; stamped audio\n"
    "  --decrypt-sample N  decrypt one received packet in N (1: all)\n";

static const struct option options[] = {
    {"url", required_argument, NULL, 'u'},
    {"trainer", required_argument, NULL, 't'},
    {"learner", required_argument, NULL, 'l'},
    {"peers", required_argument, NULL, 'n'},
    {"publishers", required_argument, NULL, 'p'},
    {"seconds", required_argument, NULL, 's'},
    {"settle", required_argument, NULL, 'w'},
    {"pid", required_argument, NULL, 'i'},
    {"insecure", no_argument, NULL, 'k'},
    {"kbps", required_argument, NULL, 'b'},
    {"uneven", no_argument, NULL, 'e'},
    {"audio-only", no_argument, NULL, 'a'},
    {"decrypt-sample", required_argument, NULL, 'd'},
    {NULL, 0, NULL, 0},
};

/* A whole number of 0 … max; anything else is an error, not a 0. */
static enum err number(unsigned *out, const char *text, unsigned max)
{
    char *end;
    const unsigned long n = strtoul(text, &end, 10);
    if (end == text || *end != '\0' || n > max)
        return E_MALFORMED;
    *out = (unsigned)n;
    return E_OK;
}

/* Cuts "T1,T2" in place; returns how many, 0: too many. */
static unsigned list(const char *out[LOAD_MAX_CLASSES], char *text)
{
    unsigned n = 0;
    for (char *rest = NULL, *t = strtok_r(text, ",", &rest); t; t = strtok_r(NULL, ",", &rest)) {
        if (n == LOAD_MAX_CLASSES)
            return 0;
        out[n++] = t;
    }
    return n;
}

static enum err take(struct arguments *a, int option)
{
    unsigned pid = 0;
    enum err e = E_OK;
    switch (option) {
    case 'u': a->url = optarg; break;
    case 't': a->classes = list(a->trainer, optarg); break;
    case 'l': e = list(a->learner, optarg) == a->classes ? E_OK : E_MALFORMED; break;
    case 'n': e = number(&a->peers, optarg, LOAD_MAX_PEERS); break;
    case 'p': e = number(&a->publishers, optarg, LOAD_MAX_PEERS); break;
    case 's': e = number(&a->seconds, optarg, 86400); break;
    case 'w': e = number(&a->settle, optarg, 3600); break;
    case 'i':
        e = number(&pid, optarg, 4194304); /* Linux: PID_MAX_LIMIT */
        a->pid = (int)pid;
        break;
    case 'k': a->insecure = true; break;
    case 'b': e = number(&a->kbps, optarg, 7000); break; /* a transport's limit is 8 Mbit/s */
    case 'e': a->uneven = true; break;
    case 'a': a->audio_only = true; break;
    case 'd': e = number(&a->sample, optarg, 1000000); break;
    default: e = E_MALFORMED; break;
    }
    return e;
}

enum err arguments_parse(struct arguments *out, int argc, char **argv)
{
    int option;
    enum err e = E_OK;
    *out = (struct arguments){.peers = 30, .publishers = 6, .seconds = 60, .settle = 5};
    /* getopt keeps state, but this runs once, before any thread.
     * NOLINTNEXTLINE(concurrency-mt-unsafe) */
    while (e == E_OK && (option = getopt_long(argc, argv, "", options, NULL)) != -1)
        e = take(out, option);
    if (e == E_OK && (!out->url || out->classes == 0 || !out->learner[0] ||
                      out->peers < out->classes || optind < argc))
        e = E_MALFORMED;
    if (out->publishers > out->peers)
        out->publishers = out->peers;
    if (e != E_OK)
        fputs(usage, stderr);
    return e;
}
