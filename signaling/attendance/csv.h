/* SPDX-License-Identifier: Apache-2.0
 * Lines of a spreadsheet file: ';' between cells, CRLF after lines, quotes where needed (RFC 4180
 * §2, but for the separator, which is that of French spreadsheets). Thread: any. */
#ifndef SIGNALING_ATTENDANCE_CSV_H
#define SIGNALING_ATTENDANCE_CSV_H

#include "sfu/base/bytes.h"

/* Writes; full stays true once something did not fit. */
struct csv {
    struct writer *w;
    bool full, in_line;
};

/* Words of people: a cell that a spreadsheet would take for a formula (first character = + - @, tab
 * or CR) gets an apostrophe before it. */
void csv_text(struct csv *c, const char *text);
void csv_raw(struct csv *c, const char *text); /* our own figures and dates */
void csv_line(struct csv *c);                  /* ends the line */

/* Reads one cell from *rest, cut at cap bytes of out (unquoted). */
enum csv_end { CSV_CELL, CSV_LINE, CSV_FILE };
struct csv_cell {
    size_t len;
    bool too_long;
    bool broken; /* a quote without its end, or text after it */
    uint8_t end; /* enum csv_end: what follows the cell */
};
struct csv_cell csv_read(struct bytes *rest, char separator, char *out, size_t cap);

#endif
