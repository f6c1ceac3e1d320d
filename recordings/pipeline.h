/* SPDX-License-Identifier: Apache-2.0
 * One GStreamer pipeline writing one track into one WebM file: appsrc → webmmux → filesink
 * (unbuffered). No parser, no demuxer, no autoplugging; any other element is a refusal. Threads:
 * the recorder's, except where said. GStreamer's own thread of the pipeline does the writing, so
 * that no call here waits for the disk but pipeline_new (it creates the file) and pipeline_free. */
#ifndef RECORDINGS_PIPELINE_H
#define RECORDINGS_PIPELINE_H

#include "recordings/picture.h"

struct pipeline; /* opaque: <gst/gst.h> is included by pipeline.c alone */

enum { PIPELINE_QUEUE_BYTES = 8 * 1024 * 1024 }; /* waiting to be written, per track */
#define PIPELINE_QUEUE_US USEC_S(2)

struct pipeline_format {
    enum frame_codec codec;
    unsigned channels;      /* sound: 1 or 2 */
    struct picture picture; /* pictures: of the first; later ones may differ, WebM players follow */
};

/* Loads the two plugins that are needed and nothing else. Before any other call, once. E_IO: one is
 * not installed, or gives none of the elements that are allowed. */
MUST_USE enum err pipeline_library_init(void);

/* NULL: the file cannot be created, or the container refuses the format. */
MUST_USE struct pipeline *pipeline_new(const char *path, const struct pipeline_format *format);
/* Ends at once; what pipeline_ended has not confirmed is cut off. NULL is nothing. */
void pipeline_free(struct pipeline *p);

struct pipeline_frame {
    struct bytes bytes;
    usec position; /* in the file, never less than before */
    usec duration; /* 0: not known */
    bool key;
    usec now; /* boot clock, for pipeline_behind */
};

/* Whether the file is more than 2 s or 8 MiB behind: frames are to be dropped then. */
bool pipeline_behind(const struct pipeline *p, usec now);

/* Copies the frame into the queue. E_IO: the pipeline has failed. */
MUST_USE enum err pipeline_put(struct pipeline *p, const struct pipeline_frame *f);

/* No more frames; the index is written, then pipeline_state says PIPELINE_ENDED. */
void pipeline_end(struct pipeline *p);

enum pipeline_state { PIPELINE_RUNS, PIPELINE_ENDED, PIPELINE_FAILED };
enum pipeline_state pipeline_state(struct pipeline *p);

/* Position up to which frames are handed to the file; −1: none. Any thread. */
usec pipeline_written(const struct pipeline *p);

#endif
