/* SPDX-License-Identifier: Apache-2.0
 * What ffmpeg and ffprobe say about a recorded file; they share no code with the recorder. */
#ifndef TESTS_RECORDINGS_JUDGE_H
#define TESTS_RECORDINGS_JUDGE_H

#include <stdbool.h>
#include <stddef.h>

enum { JUDGE_MAX = 4096 };

struct judge_pictures {
    size_t n;
    double at[JUDGE_MAX];          /* seconds in the file */
    unsigned char luma[JUDGE_MAX]; /* mean of the picture */
};

bool judge_decodes(const char *file);    /* without one message of ffmpeg */
double judge_duration(const char *file); /* seconds, as the header says; −1: none */
void judge_pictures(const char *file, struct judge_pictures *out);
double judge_first_seek(const char *file, double at, unsigned *luma); /* time of the picture after
                                                                         seeking; −1: none */

/* Begins of beeps in seconds of the file's clock, at most max; Hz of the first in *pitch. */
size_t judge_beeps(const char *file, double *at, size_t max, double *pitch);

/* Begins of flashes: the first bright picture of each row. */
size_t judge_flashes(const struct judge_pictures *p, double *at, size_t max);

#endif
