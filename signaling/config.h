/* SPDX-License-Identifier: Apache-2.0
 * What the operator may set: one file (GKeyFile), then the command line over it. An unknown key is
 * an error with its line. Thread: any; read once at start. init/fini pair. */
#ifndef SIGNALING_CONFIG_H
#define SIGNALING_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "sfu/base/addr.h"
#include "sfu/base/err.h"
#include "sfu/base/log.h"

enum {
    CONFIG_TEXT = 512,  /* longest value */
    CONFIG_ERROR = 768, /* longest sentence about a mistake */
    CONFIG_MAX_BYTES = 65536,
    CONFIG_ADDRESSES = 8, /* media addresses announced beside the host's own */
};

struct config {
    char listen_text[CONFIG_TEXT];
    char media_text[CONFIG_TEXT];
    char announce_text[CONFIG_TEXT];
    char public_url[CONFIG_TEXT]; /* no final slash; empty until config_finish */
    char data_dir[CONFIG_TEXT];
    char client_dir[CONFIG_TEXT];
    char certificate[CONFIG_TEXT], key[CONFIG_TEXT];
    char log_text[CONFIG_TEXT];
    /* Who teaches, as records and the notice name it; may be empty. */
    char organisation_name[CONFIG_TEXT], organisation_number[CONFIG_TEXT];
    char organisation_contact[CONFIG_TEXT], organisation_purpose[CONFIG_TEXT];
    bool self_signed;
    unsigned grace_s;                                          /* a lost person is kept this long */
    unsigned workers;                                          /* media threads */
    unsigned bad_tokens_a_minute;                              /* an address */
    unsigned sockets_an_address;                               /* unauthenticated */
    unsigned attendance_years, messages_months, journal_years; /* how long each is kept */
    /* Made by config_finish. */
    struct addr listen, media;
    struct addr announce[CONFIG_ADDRESSES];
    size_t n_announce;
    enum log_level log;
};

void config_init(struct config *c); /* the defaults */

/* text is the file's whole content. On failure error is a sentence with the line ("line 7: …").
 * E_MALFORMED. */
MUST_USE enum err config_parse(struct config *c, const char *text, size_t len,
                               char error[CONFIG_ERROR]);
MUST_USE enum err config_load(struct config *c, const char *path,
                              char error[CONFIG_ERROR]); /* E_IO as well */

/* Reads addresses, fills what is derived, and refuses combinations that are not safe (plain HTTP
 * beyond loopback). */
MUST_USE enum err config_finish(struct config *c, char error[CONFIG_ERROR]);

bool config_uses_tls(const struct config *c);

const char *config_library_version(void); /* of GLib, as built */

/* The defaults as a commented file that config_parse accepts. */
const char *config_defaults(void);

/* "192.0.2.1:80", "[::1]:80", ":80" (all addresses). E_MALFORMED. */
MUST_USE enum err config_parse_addr(struct addr *out, const char *text);

#endif
