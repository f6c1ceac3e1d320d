/* SPDX-License-Identifier: Apache-2.0
 * Prints what recording costs: CPU of a real amphi-recorder as a share of one core, and of the
 * sender, while 5 people send camera (600 kbit/s, 30 pictures a second) and sound (50 packets a
 * second) for some seconds. One JSON line. record_bench [SECONDS] */
#include "recordings/feed.h"
#include "recordings/launch.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PEOPLE = 5, TICK_MS = 10, PICTURE_BYTES = 2500, KEY_BYTES = 25000, SOUND_BYTES = 80 };

static usec clock_now(clockid_t id)
{
    struct timespec t;
    (void)clock_gettime(id, &t);
    return USEC_S(t.tv_sec) + t.tv_nsec / 1000;
}

static void must(bool ok, const char *what)
{
    if (ok)
        return;
    (void)fprintf(stderr, "record_bench: %s\n", what);
    exit(1);
}

static void send_frame(struct feed *f, uint32_t track, usec at, bool key, struct bytes b)
{
    struct frame_msg m = {.type = FRAME_FRAME,
                          .track = track,
                          .at = at,
                          .flags = key ? FRAME_FLAG_KEY : 0,
                          .frame = {.bytes = b}};
    must(feed_frame(f, &m) != E_IO, "the recorder is gone");
}

static void send_tick(struct feed *f, usec now, int tick)
{
    static uint8_t picture[KEY_BYTES] = {0x11}, key[KEY_BYTES];
    static const uint8_t vp8_key[] = {0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01};
    static uint8_t sound[SOUND_BYTES] = {0xf8}; /* 20 ms, RFC 6716 §3.1 */
    for (size_t i = 0; i < sizeof(vp8_key); i++)
        key[i] = vp8_key[i];
    for (uint32_t person = 0; person < PEOPLE; person++) {
        if (tick % 2 == 0)
            send_frame(f, 2 * person + 1, now, true, bytes_of(sound, sizeof(sound)));
        if (tick % 3 == 0 && tick % 300 == 0)
            send_frame(f, 2 * person + 2, now, true, bytes_of(key, sizeof(key)));
        else if (tick % 3 == 0)
            send_frame(f, 2 * person + 2, now, false, bytes_of(picture, PICTURE_BYTES));
    }
}

static void begin(struct feed *f, const char *folder)
{
    usec now = clock_now(CLOCK_BOOTTIME);
    struct frame_msg start = {.type = FRAME_START,
                              .at = now,
                              .start = {.wall_ms = clock_now(CLOCK_REALTIME) / 1000,
                                        .id = bytes_of("bench", 5),
                                        .class_id = bytes_of("bench", 5),
                                        .directory = bytes_of(folder, strlen(folder))}};
    must(feed_send(f, &start) == E_OK, "cannot start");
    for (uint32_t track = 1; track <= 2 * PEOPLE; track++) {
        bool sound = track % 2 == 1;
        struct frame_msg open = {.type = FRAME_OPEN,
                                 .track = track,
                                 .at = now,
                                 .open = {.person = track,
                                          .publication = track,
                                          .kind = sound ? FRAME_AUDIO : FRAME_CAMERA,
                                          .codec = sound ? FRAME_OPUS : FRAME_VP8}};
        must(feed_send(f, &open) == E_OK, "cannot open");
    }
}

static void play(struct feed *f, int seconds)
{
    usec from = clock_now(CLOCK_BOOTTIME);
    struct frame_msg answer;
    for (int tick = 0; tick < seconds * 1000 / TICK_MS; tick++) {
        usec due = from + USEC_MS(TICK_MS) * tick;
        usec left = due - clock_now(CLOCK_BOOTTIME);
        struct timespec pause = {.tv_nsec = left > 0 ? left * 1000 : 0};
        (void)nanosleep(&pause, NULL);
        send_tick(f, due, tick);
        while (feed_answer(f, &answer) == E_OK)
            must(answer.type != FRAME_FAILED, "a track failed");
    }
}

static double seconds_of(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

int main(int argc, char **argv)
{
    int seconds = argc > 1 ? atoi(argv[1]) : 20; // NOLINT(cert-err34-c): 0 is refused below
    char root[] = "/tmp/amphi-bench-XXXXXX";
    char folder[64], command[96];
    struct launch child;
    struct rusage cost;
    int status = 0;
    must(seconds > 0 && mkdtemp(root) != NULL, "no seconds, or no folder");
    (void)snprintf(folder, sizeof(folder), "%s/bench", root);
    must(launch_recorder(&child, AMPHI_RECORDER) == E_OK, "no recorder");
    struct feed *f = feed_new(child.fd);
    must(f != NULL, "no memory");
    usec cpu = clock_now(CLOCK_PROCESS_CPUTIME_ID);
    begin(f, folder);
    play(f, seconds);
    cpu = clock_now(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    struct feed_figures figures = feed_figures(f);
    feed_free(f);
    must(wait4(child.pid, &status, 0, &cost) == child.pid && status == 0, "the recorder failed");
    double recorder = seconds_of(cost.ru_utime) + seconds_of(cost.ru_stime);
    (void)printf(
        "{\"bench\":\"record\",\"tracks\":%d,\"seconds\":%d,\"recorder_core_percent\":%.2f,"
        "\"user\":%.2f,\"system\":%.2f,\"bench_sender_core_percent\":%.2f,\"frames\":%llu,"
        "\"dropped\":%llu,\"megabytes\":%.1f,\"recorder_rss_mb\":%.1f}\n",
        2 * PEOPLE, seconds, 100 * recorder / seconds, 100 * seconds_of(cost.ru_utime) / seconds,
        100 * seconds_of(cost.ru_stime) / seconds, (double)cpu / 1e4 / seconds,
        (unsigned long long)figures.frames, (unsigned long long)figures.dropped,
        (double)figures.bytes / 1e6, (double)cost.ru_maxrss / 1024);
    (void)snprintf(command, sizeof(command), "rm -rf '%s'", root);
    return system(command) == 0 ? 0 : 1; // NOLINT(cert-env33-c): a path of our own
}
