/* SPDX-License-Identifier: Apache-2.0
 * The record ("Relevé de présence"): the projection with the words that make it readable, in the
 * order in which it is printed, and its CSV for a French spreadsheet. Thread: any. new/free pair;
 * borrows the projection, the ports and the words behind them for its whole life. */
#ifndef SIGNALING_ATTENDANCE_RECORD_H
#define SIGNALING_ATTENDANCE_RECORD_H

#include "signaling/attendance/chain.h"
#include "signaling/attendance/presence.h"

/* Local civil time in the class's zone. */
struct civil {
    int16_t year;
    uint8_t month, day, hour, minute; /* from 1, from 1 */
};

struct person_words {
    const char *family, *given, *organisation, *external_id; /* NULL: not known */
};

struct record_ports {
    void *ctx;
    struct civil (*local)(void *ctx, int64_t utc_ms);
    /* false: never known, or erased. Texts live as long as the record. */
    bool (*words)(void *ctx, uint32_t person, struct person_words *out);
    const char *(*site)(void *ctx, uint16_t site); /* name of the place; NULL: erased */
};

struct record_head {
    const char *organisation, *organisation_number, *title, *zone; /* NULL: empty */
    uint8_t chain_head[CHAIN_HASH];
};

enum record_modality {
    MODALITY_NONE,
    MODALITY_REMOTE,
    MODALITY_SITE,
    MODALITY_BOTH,
};

struct record_row {
    uint32_t person; /* index into presence->people */
    struct person_words words;
    bool known; /* has words; else it is shown by its number */
};

struct record {
    const struct presence *presence;
    struct record_ports ports;
    struct record_head head;
    size_t n_rows, n_trainers;
    struct record_row *rows;     /* learners by name */
    struct record_row *trainers; /* those who were in the class */
};

MUST_USE enum err record_new(struct record **out, const struct presence *p,
                             const struct record_head *head, const struct record_ports *ports);
void record_free(struct record *r); /* NULL is nothing */

/* For every writer, so that CSV, JSON and page say the same. */
extern const char record_sentence[]; /* that it is no signature */
enum record_modality record_modality(const struct presence_cell *c);
const char *record_modality_text(enum record_modality m);              /* "à distance" */
struct presence_cell record_total(const struct record *r, size_t row); /* over all periods */
/* Tenths, rounded down, so that 100 % is never said of less. */
int64_t record_tenths_of_minute(int64_t ms);
int64_t record_permille(int64_t present_ms, int64_t planned_ms);
/* Append French text, nothing when there is nothing to say. E_FULL. */
MUST_USE enum err record_how_text(const struct record *r, const struct presence_cell *c,
                                  struct writer *w);
MUST_USE enum err record_note_text(const struct record *r, const struct presence_cell *c,
                                   struct writer *w);
MUST_USE enum err record_name_text(const struct record *r, uint32_t person,
                                   struct writer *w); /* "Anne MARTIN" */

/* UTF-8 with BOM, ';', CRLF, decimal comma. E_FULL: give more (nothing is kept). */
MUST_USE enum err record_csv(const struct record *r, struct writer *w);

#endif
