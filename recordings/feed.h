/* SPDX-License-Identifier: Apache-2.0
 * The server's end of the socket to one amphi-recorder: writes messages without ever waiting. What
 * the socket does not take stands in a queue of at most FEED_QUEUE_BYTES and FEED_QUEUE_US; frames
 * beyond that are dropped, and the next frame of their track carries the gap flag. Opening, closing
 * and the like are never dropped: when even they do not fit, the feed is broken and the recorder is
 * to be ended and started anew. Thread: one, the owner's. new/free pair. */
#ifndef RECORDINGS_FEED_H
#define RECORDINGS_FEED_H

#include "recordings/frame.h"

enum {
    FEED_QUEUE_BYTES = 8 * 1024 * 1024, /* 2 s of 32 Mbit/s: 25 cameras and a screen */
    FEED_RESERVE_BYTES = 256 * 1024     /* of it for what is not a frame */
};
#define FEED_QUEUE_US USEC_S(2)

struct feed; /* opaque */

struct feed_figures {
    uint64_t frames, dropped, bytes;
    size_t queued; /* bytes */
    bool broken;
};

/* Takes fd, a connected SOCK_SEQPACKET socket, and closes it in feed_free. NULL: no memory. */
MUST_USE struct feed *feed_new(int fd);
void feed_free(struct feed *f); /* NULL is nothing */

/* A message other than a frame. E_IO: broken, now or before; E_RANGE: not a message. */
MUST_USE enum err feed_send(struct feed *f, const struct frame_msg *m);

/* One whole frame of m->track; m->frame.bytes holds all of it, however long, whole and offset are
 * ignored. E_FULL: dropped, counted, the gap is noted; E_IO, E_RANGE as above. */
MUST_USE enum err feed_frame(struct feed *f, const struct frame_msg *m);

/* Sends what waits, as far as the socket takes it. To be called when the socket is writable while
 * feed_waits, and by every send by itself. E_IO. */
MUST_USE enum err feed_flush(struct feed *f);
bool feed_waits(const struct feed *f);

/* The next answer, if one is there: E_AGAIN: none; E_IO: the recorder is gone; E_MALFORMED: it does
 * not speak our language. Views point into f until the next call. */
MUST_USE enum err feed_answer(struct feed *f, struct frame_msg *out);

int feed_fd(const struct feed *f); /* to wait on; stays f's */
struct feed_figures feed_figures(const struct feed *f);

#endif
