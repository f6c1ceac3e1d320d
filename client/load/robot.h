/* SPDX-License-Identifier: Apache-2.0
 * One synthetic person: joins, receives, and publishes when told to. Thread: the loop's. new/free
 * pair. */
#ifndef CLIENT_LOAD_ROBOT_H
#define CLIENT_LOAD_ROBOT_H

#include "client/load/link.h"
#include "client/load/media.h"

struct robot;

struct robot_config {
    struct link_context *links; /* borrowed, as all below */
    const struct secure_identity *identity;
    const struct canned *canned; /* NULL: does not publish */
    const char *token;
    unsigned number;
    bool trainer;            /* opens microphones and cameras to all when in */
    unsigned sample;         /* one received packet in so many is decrypted */
    struct latency *latency; /* of stamped packets */
    int epoll;               /* sockets of media are added with the robot's pointer */
};

MUST_USE enum err robot_new(struct robot **out, const struct robot_config *config);
void robot_free(struct robot *r);

void robot_on_readable(struct robot *r, usec now);
void robot_on_time(struct robot *r, usec now);

bool robot_is_in(const struct robot *r); /* media of all its connections is open */
bool robot_has_failed(const struct robot *r);
usec robot_joined_after(const struct robot *r); /* from robot_new to in */
void robot_mark(struct robot *r);
struct media_counts robot_counts(const struct robot *r);

#endif
