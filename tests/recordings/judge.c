/* SPDX-License-Identifier: Apache-2.0
 * Asks ffmpeg and ffprobe. */
#include "testing.h"

#include "judge.h"

#include <math.h>

static FILE *run(const char *before, const char *file, const char *after)
{
    char command[512];
    (void)snprintf(command, sizeof(command), "%s '%s' %s", before, file, after);
    FILE *f = popen(command, "r");
    assert_non_null(f);
    return f;
}

bool judge_decodes(const char *file)
{
    FILE *f = run("ffmpeg -v error -xerror -i", file, "-f null - 2>&1");
    char line[256];
    bool silent = true;
    while (fgets(line, sizeof(line), f) != NULL) {
        silent = false;
        print_message("%s", line);
    }
    return pclose(f) == 0 && silent;
}

double judge_duration(const char *file)
{
    char line[64] = "";
    FILE *f = run("ffprobe -v error -show_entries format=duration -of csv=p=0", file, "");
    bool got = fgets(line, sizeof(line), f) != NULL;
    (void)pclose(f);
    return got && line[0] != 'N' ? strtod(line, NULL) : -1;
}

void judge_pictures(const char *file, struct judge_pictures *out)
{
    char line[256];
    unsigned char yuv[6]; /* 2 × 2 of luma, 1 + 1 of colour */
    size_t lumas = 0;
    out->n = 0;
    FILE *f = run("ffprobe -v error -select_streams v -show_entries frame=pts_time -of csv=p=0",
                  file, "");
    while (fgets(line, sizeof(line), f) != NULL && out->n < JUDGE_MAX)
        out->at[out->n++] = strtod(line, NULL);
    (void)pclose(f);
    f = run("ffmpeg -v error -i", file,
            "-vf scale=2:2:flags=area,format=yuv420p -fps_mode passthrough -f rawvideo -");
    while (lumas < JUDGE_MAX && fread(yuv, sizeof(yuv), 1, f) == 1)
        out->luma[lumas++] = yuv[0];
    (void)pclose(f);
    assert_int_equal(lumas, out->n);
}

double judge_first_seek(const char *file, double at, unsigned *luma)
{
    char before[64];
    char line[256];
    double found = -1;
    (void)snprintf(before, sizeof(before), "ffmpeg -v info -copyts -ss %.3f -i", at);
    FILE *f = run(before, file, "-frames:v 1 -vf showinfo -f null - 2>&1");
    while (fgets(line, sizeof(line), f) != NULL) {
        const char *pts = strstr(line, "pts_time:");
        const char *mean = strstr(line, "mean:[");
        if (pts != NULL && mean != NULL && found < 0) {
            found = strtod(pts + 9, NULL);
            *luma = (unsigned)strtoul(mean + 6, NULL, 10);
        }
    }
    (void)pclose(f);
    return found;
}

size_t judge_beeps(const char *file, double *at, size_t max, double *pitch)
{
    enum { LOUD = 4000, QUIET_SAMPLES = 9600 /* 200 ms without make the next a beep of its own */ };
    static short s[4800];
    size_t n = 0, found = 0, crossings = 0, got;
    long last_loud = -QUIET_SAMPLES;
    short before = 0;
    FILE *f = run("ffmpeg -v error -i", file, "-ac 1 -ar 48000 -f s16le -");
    while ((got = fread(s, sizeof(s[0]), 4800, f)) > 0) {
        for (size_t i = 0; i < got; i++, n++) {
            bool loud = s[i] > LOUD || s[i] < -LOUD;
            if (loud && (long)n - last_loud >= QUIET_SAMPLES && found < max)
                at[found++] = (double)n / 48000;
            last_loud = loud ? (long)n : last_loud;
            if (found == 1 && n < (size_t)(at[0] * 48000) + 3840 && (before < 0) != (s[i] < 0))
                crossings++;
            before = s[i];
        }
    }
    (void)pclose(f);
    *pitch = (double)crossings / 2 / 0.08;
    return found;
}

size_t judge_flashes(const struct judge_pictures *p, double *at, size_t max)
{
    enum { BRIGHT = 190 };
    size_t found = 0;
    for (size_t i = 0; i < p->n && found < max; i++)
        if (p->luma[i] > BRIGHT && (i == 0 || p->luma[i - 1] <= BRIGHT))
            at[found++] = p->at[i];
    return found;
}
