/* SPDX-License-Identifier: Apache-2.0
 * Decides which settings exist, their defaults, and which combinations are refused. What they do is
 * decided where they are used. */
#include "signaling/config.h"

#include <glib.h>

#include <stdio.h>
#include <string.h>

enum kind { TEXT, NUMBER, YES_NO };

struct setting {
    const char *group, *key;
    enum kind kind;
    size_t offset;
    unsigned least, most; /* NUMBER */
};

#define AT(field) offsetof(struct config, field)

static const struct setting settings[] = {
    {"server", "listen", TEXT, AT(listen_text), 0, 0},
    {"server", "public_url", TEXT, AT(public_url), 0, 0},
    {"server", "data", TEXT, AT(data_dir), 0, 0},
    {"server", "client_dir", TEXT, AT(client_dir), 0, 0},
    {"server", "grace_s", NUMBER, AT(grace_s), 5, 3600},
    {"tls", "certificate", TEXT, AT(certificate), 0, 0},
    {"tls", "key", TEXT, AT(key), 0, 0},
    {"tls", "self_signed", YES_NO, AT(self_signed), 0, 0},
    {"media", "listen", TEXT, AT(media_text), 0, 0},
    {"media", "announce", TEXT, AT(announce_text), 0, 0},
    {"media", "workers", NUMBER, AT(workers), 1, 32},
    {"limits", "bad_tokens_a_minute", NUMBER, AT(bad_tokens_a_minute), 1, 10000},
    {"limits", "sockets_an_address", NUMBER, AT(sockets_an_address), 1, 10000},
    {"organisation", "name", TEXT, AT(organisation_name), 0, 0},
    {"organisation", "number", TEXT, AT(organisation_number), 0, 0},
    {"organisation", "contact", TEXT, AT(organisation_contact), 0, 0},
    {"organisation", "purpose", TEXT, AT(organisation_purpose), 0, 0},
    {"organisation", "attendance_years", NUMBER, AT(attendance_years), 1, 50},
    {"organisation", "messages_months", NUMBER, AT(messages_months), 1, 600},
    {"organisation", "journal_years", NUMBER, AT(journal_years), 1, 50},
    {"log", "level", TEXT, AT(log_text), 0, 0},
};

static const char defaults[] =
    "# Every setting of Amphi with its default. An unknown key is an error.\n"
    "\n"
    "[server]\n"
    "# Where pages and messages are served. Plain HTTP is accepted on a loopback address only.\n"
    "listen=127.0.0.1:8080\n"
    "# What stands in links; empty: made from listen.\n"
    "public_url=\n"
    "# Classes, keys and everything that must survive; made with mode 0700.\n"
    "data=./data\n"
    "# The built pages; empty: the ones found at build time.\n"
    "client_dir=\n"
    "# How long a person whose connection is lost is kept in the class, in seconds.\n"
    "grace_s=60\n"
    "\n"
    "[tls]\n"
    "# Files in PEM form.\n"
    "certificate=\n"
    "key=\n"
    "# yes: a certificate is made at start, to try; browsers warn about it.\n"
    "self_signed=no\n"
    "\n"
    "[media]\n"
    "# The one UDP port of sound and picture.\n"
    "listen=:8443\n"
    "# Addresses offered besides those of this machine, with commas (behind address translation).\n"
    "announce=\n"
    "workers=1\n"
    "\n"
    "[limits]\n"
    "# Requests without a valid link, a minute and an address. Requests with one are never "
    "limited.\n"
    "bad_tokens_a_minute=10\n"
    "sockets_an_address=20\n"
    "\n"
    "[organisation]\n"
    "# Stands on records of attendance and in the notice before people join.\n"
    "name=\n"
    "# Number of the declaration of activity of a training organisation.\n"
    "number=\n"
    "# Whom people ask about their personal data.\n"
    "contact=\n"
    "purpose=justifier cette formation\n"
    "# How long each is kept.\n"
    "attendance_years=6\n"
    "messages_months=3\n"
    "journal_years=1\n"
    "\n"
    "[log]\n"
    "# error, warn, info or debug\n"
    "level=info\n";

const char *config_defaults(void)
{
    return defaults;
}

void config_init(struct config *c)
{
    memset(c, 0, sizeof *c);
    char error[CONFIG_ERROR];
    enum err e = config_parse(c, defaults, sizeof defaults - 1, error);
    g_assert(e == E_OK);
}

/* The line, from 1, of a key in a group (NULL: of the group's header); 0 when it is not found. */
static unsigned line_of(const char *text, const char *group, const char *key)
{
    char **lines = g_strsplit(text, "\n", -1);
    bool inside = false;
    unsigned found = 0;
    for (unsigned i = 0; lines[i] != NULL && found == 0; i++) {
        char *line = g_strstrip(lines[i]);
        size_t len = strlen(line);
        if (line[0] == '[' && len > 1 && line[len - 1] == ']') {
            inside = strlen(group) == len - 2 && strncmp(line + 1, group, len - 2) == 0;
            found = inside && key == NULL ? i + 1 : 0;
        } else if (inside && key != NULL && g_str_has_prefix(line, key)) {
            const char *after = line + strlen(key);
            after += strspn(after, " \t");
            found = *after == '=' ? i + 1 : 0;
        }
    }
    g_strfreev(lines);
    return found;
}

static const struct setting *setting_find(const char *group, const char *key)
{
    for (size_t i = 0; i < G_N_ELEMENTS(settings); i++)
        if (strcmp(settings[i].group, group) == 0 &&
            (key == NULL || strcmp(settings[i].key, key) == 0))
            return &settings[i];
    return NULL;
}

/* What is wrong with the value, NULL when it was taken. */
static const char *apply(struct config *c, const struct setting *s, const char *value)
{
    char *field = (char *)c + s->offset;
    if (s->kind == TEXT) {
        if (strlen(value) >= CONFIG_TEXT)
            return "is too long";
        memcpy(field, value, strlen(value) + 1);
        return NULL;
    }
    if (s->kind == YES_NO) {
        bool yes = strcmp(value, "yes") == 0;
        if (!yes && strcmp(value, "no") != 0)
            return "must be yes or no";
        memcpy(field, &yes, sizeof yes);
        return NULL;
    }
    guint64 n = 0;
    if (!g_ascii_string_to_unsigned(value, 10, s->least, s->most, &n, NULL))
        return "is not a number within its limits";
    unsigned number = (unsigned)n;
    memcpy(field, &number, sizeof number);
    return NULL;
}

static enum err parse_group(struct config *c, GKeyFile *file, const char *group, const char *text,
                            char error[CONFIG_ERROR])
{
    if (setting_find(group, NULL) == NULL) {
        snprintf(error, CONFIG_ERROR, "line %u: unknown section [%.100s]",
                 line_of(text, group, NULL), group);
        return E_MALFORMED;
    }
    char **keys = g_key_file_get_keys(file, group, NULL, NULL);
    enum err e = E_OK;
    for (size_t i = 0; keys != NULL && keys[i] != NULL && e == E_OK; i++) {
        const struct setting *s = setting_find(group, keys[i]);
        char *value = s == NULL ? NULL : g_key_file_get_string(file, group, keys[i], NULL);
        const char *wrong = s == NULL       ? "is unknown"
                            : value == NULL ? "is not text"
                                            : apply(c, s, g_strstrip(value));
        if (wrong != NULL) {
            snprintf(error, CONFIG_ERROR, "line %u: %.100s in [%s] %s",
                     line_of(text, group, keys[i]), keys[i], group, wrong);
            e = E_MALFORMED;
        }
        g_free(value);
    }
    g_strfreev(keys);
    return e;
}

/* GKeyFile names no line; the first one that is no comment, section or key=value is the reason it
 * refused. */
static unsigned bad_line(const char *text)
{
    char **lines = g_strsplit(text, "\n", -1);
    unsigned found = 0;
    bool inside = false;
    for (unsigned i = 0; lines[i] != NULL && found == 0; i++) {
        const char *line = g_strstrip(lines[i]);
        bool group = line[0] == '[' && line[strlen(line) - 1] == ']';
        bool pair = inside && line[0] != '=' && strchr(line, '=') != NULL;
        inside = inside || group;
        if (line[0] != '\0' && line[0] != '#' && !group && !pair)
            found = i + 1;
    }
    g_strfreev(lines);
    return found;
}

enum err config_parse(struct config *c, const char *text, size_t len, char error[CONFIG_ERROR])
{
    error[0] = '\0';
    if (len > CONFIG_MAX_BYTES || memchr(text, 0, len) != NULL ||
        !g_utf8_validate(text, (gssize)len, NULL)) {
        snprintf(error, CONFIG_ERROR, "line 1: not a text file of at most %d bytes in UTF-8",
                 CONFIG_MAX_BYTES);
        return E_MALFORMED;
    }
    char *whole = g_strndup(text, len);
    GKeyFile *file = g_key_file_new();
    GError *wrong = NULL;
    char **groups = NULL;
    enum err e = E_OK;
    if (len > 0 && !g_key_file_load_from_data(file, whole, len, G_KEY_FILE_NONE, &wrong)) {
        snprintf(error, CONFIG_ERROR, "line %u: %.500s", bad_line(whole), wrong->message);
        g_error_free(wrong);
        e = E_MALFORMED;
        goto out;
    }
    groups = g_key_file_get_groups(file, NULL);
    for (size_t i = 0; groups[i] != NULL && e == E_OK; i++)
        e = parse_group(c, file, groups[i], whole, error);
out:
    g_strfreev(groups);
    g_key_file_free(file);
    g_free(whole);
    return e;
}

enum err config_load(struct config *c, const char *path, char error[CONFIG_ERROR])
{
    char *text = NULL;
    gsize len = 0;
    GError *wrong = NULL;
    if (!g_file_get_contents(path, &text, &len, &wrong)) {
        snprintf(error, CONFIG_ERROR, "%.500s", wrong->message);
        g_error_free(wrong);
        return E_IO;
    }
    enum err e = config_parse(c, text, len, error);
    g_free(text);
    return e;
}

const char *config_library_version(void)
{
    return G_STRINGIFY(GLIB_MAJOR_VERSION) "." G_STRINGIFY(GLIB_MINOR_VERSION) "." G_STRINGIFY(
        GLIB_MICRO_VERSION) " (build)";
}
