/* SPDX-License-Identifier: Apache-2.0
 * Log lines as topic + constant message + key=value fields, through a sink that the shell gives. No
 * I/O here. Thread: that of the sink. A NULL sink, or one without a function, drops everything.
 *   log_info(sink, LOG_PEER, "state", "peer=%u from=%s to=%s", id, a, b); */
#ifndef SFU_BASE_LOG_H
#define SFU_BASE_LOG_H

#include <stdbool.h>
#include <stddef.h>

/* error: someone must act; warn: recovered oddity; info: one per lifecycle step; debug: decisions.
 */
enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARN, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG, N_LOG_LEVEL };

enum log_topic {
    LOG_SERVER,
    LOG_ROOM,
    LOG_PEER,
    LOG_TRANSPORT,
    LOG_ICE,
    LOG_DTLS,
    LOG_MEDIA,
    LOG_BWE,
    LOG_IO,
    LOG_HTTP,
    LOG_CLASS,
    LOG_STORE,
    LOG_RECORDING,
    LOG_LOAD,
    N_LOG_TOPIC
};

enum { LOG_FIELDS_MAX = 512 }; /* bytes of formatted fields with the final 0; longer ones are cut */

struct log_line {
    enum log_level level;
    enum log_topic topic;
    const char *message; /* constant text */
    const char *fields;  /* key=value …, printable bytes and spaces only; borrowed until return */
};

struct log_sink {
    void (*write)(void *ctx, const struct log_line *line);
    void *ctx;
    enum log_level level; /* lines above this level are not even formatted */
};

void log_write(const struct log_sink *sink, enum log_level level, enum log_topic topic,
               const char *message, const char *format, ...) __attribute__((format(printf, 5, 6)));

#define log_error(sink, topic, message, ...)                                                       \
    log_write((sink), LOG_LEVEL_ERROR, (topic), (message), __VA_ARGS__)
#define log_warn(sink, topic, message, ...)                                                        \
    log_write((sink), LOG_LEVEL_WARN, (topic), (message), __VA_ARGS__)
#define log_info(sink, topic, message, ...)                                                        \
    log_write((sink), LOG_LEVEL_INFO, (topic), (message), __VA_ARGS__)
#define log_debug(sink, topic, message, ...)                                                       \
    log_write((sink), LOG_LEVEL_DEBUG, (topic), (message), __VA_ARGS__)

/* Lower-case words for sinks; never NULL. */
const char *log_level_name(enum log_level level);
const char *log_topic_name(enum log_topic topic);

/* What stands in a log instead of a name, an address or a token: stars and its length, "***(5)", so
 * that an empty one is still told from a present one. Lives as long as the enclosing block. */
struct pii_text {
    char text[32];
};
const char *pii_mask(struct pii_text *out, const char *secret);
#define pii(secret) pii_mask(&(struct pii_text){{0}}, (secret))

#endif
