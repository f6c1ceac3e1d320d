/* SPDX-License-Identifier: Apache-2.0
 * Formats a log line and hands it to the sink. Decides what a line may hold (printable bytes, a
 * bounded length); where it goes and when it happened is the sink's. */
#include "sfu/base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *log_level_name(enum log_level level)
{
    static const char *const names[N_LOG_LEVEL] = {"error", "warn", "info", "debug"};
    return (unsigned)level < N_LOG_LEVEL ? names[level] : "unknown";
}

const char *log_topic_name(enum log_topic topic)
{
    static const char *const names[N_LOG_TOPIC] = {
        [LOG_SERVER] = "server",       [LOG_ROOM] = "room",   [LOG_PEER] = "peer",
        [LOG_TRANSPORT] = "transport", [LOG_ICE] = "ice",     [LOG_DTLS] = "dtls",
        [LOG_MEDIA] = "media",         [LOG_BWE] = "bwe",     [LOG_IO] = "io",
        [LOG_HTTP] = "http",           [LOG_CLASS] = "class", [LOG_STORE] = "store",
        [LOG_RECORDING] = "recording", [LOG_LOAD] = "load",
    };
    return (unsigned)topic < N_LOG_TOPIC ? names[topic] : "unknown";
}

/* A field that came from outside must not be able to forge a second line or colour a terminal. */
static void neutralise(char *text)
{
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (c < 0x20 || c == 0x7F)
            *text = '?';
    }
}

void log_write(const struct log_sink *sink, enum log_level level, enum log_topic topic,
               const char *message, const char *format, ...)
{
    if (sink == NULL || sink->write == NULL || level > sink->level)
        return;
    char fields[LOG_FIELDS_MAX];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(fields, sizeof(fields), format, args);
    va_end(args);
    if (n < 0)
        fields[0] = '\0';
    neutralise(fields);
    struct log_line line = {.level = level, .topic = topic, .message = message, .fields = fields};
    sink->write(sink->ctx, &line);
}

const char *pii_mask(struct pii_text *out, const char *secret)
{
    if (secret == NULL)
        snprintf(out->text, sizeof(out->text), "none");
    else
        snprintf(out->text, sizeof(out->text), "***(%zu)", strlen(secret));
    return out->text;
}
