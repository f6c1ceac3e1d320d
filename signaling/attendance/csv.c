/* SPDX-License-Identifier: Apache-2.0
 * Decides how a cell is written so that a spreadsheet shows it and never runs it, and where a cell
 * ends when one is read. Leaves the meaning of columns to roster.c and record_csv.c. */
#include "signaling/attendance/csv.h"

static void put(struct csv *c, const char *p, size_t n)
{
    if (!c->full && writer_put(c->w, bytes_of(p, n)) != E_OK)
        c->full = true;
}

static void begin(struct csv *c)
{
    if (c->in_line)
        put(c, ";", 1);
    c->in_line = true;
}

void csv_raw(struct csv *c, const char *text)
{
    begin(c);
    put(c, text, strlen(text));
}

void csv_text(struct csv *c, const char *text)
{
    begin(c);
    if (text == NULL || text[0] == '\0')
        return;
    bool formula = strchr("=+-@\t\r", text[0]) != NULL;
    size_t len = strlen(text);
    bool quoted = strcspn(text, ";\"\r\n\t") < len || text[0] == ' ' || text[len - 1] == ' ';
    if (quoted)
        put(c, "\"", 1);
    if (formula)
        put(c, "'", 1);
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '"')
            put(c, "\"", 1);
        put(c, p, 1);
    }
    if (quoted)
        put(c, "\"", 1);
}

void csv_line(struct csv *c)
{
    put(c, "\r\n", 2);
    c->in_line = false;
}

struct reading {
    struct csv_cell cell;
    char *out;
    size_t cap;
};

static void keep(struct reading *r, uint8_t byte)
{
    if (r->cell.len < r->cap)
        r->out[r->cell.len++] = (char)byte;
    else
        r->cell.too_long = true;
}

/* After the opening quote; leaves *rest behind the closing one. */
static void read_quoted(struct bytes *rest, struct reading *r)
{
    while (rest->len > 0) {
        uint8_t byte = rest->p[0];
        *rest = bytes_skip(*rest, 1);
        if (byte != '"') {
            keep(r, byte);
        } else if (rest->len > 0 && rest->p[0] == '"') {
            keep(r, byte);
            *rest = bytes_skip(*rest, 1);
        } else {
            return;
        }
    }
    r->cell.broken = true;
}

struct csv_cell csv_read(struct bytes *rest, char separator, char *out, size_t cap)
{
    struct reading r = {.cap = cap};
    r.out = out;
    bool quoted = rest->len > 0 && rest->p[0] == '"';
    if (quoted) {
        *rest = bytes_skip(*rest, 1);
        read_quoted(rest, &r);
    }
    while (rest->len > 0) {
        uint8_t byte = rest->p[0];
        *rest = bytes_skip(*rest, 1);
        if (byte == (uint8_t)separator) {
            r.cell.end = CSV_CELL;
            return r.cell;
        }
        if (byte == '\n' || byte == '\r') {
            if (byte == '\r' && rest->len > 0 && rest->p[0] == '\n')
                *rest = bytes_skip(*rest, 1);
            r.cell.end = CSV_LINE;
            return r.cell;
        }
        if (quoted && byte != ' ')
            r.cell.broken = true;
        if (!quoted)
            keep(&r, byte);
    }
    r.cell.end = CSV_FILE;
    return r.cell;
}
