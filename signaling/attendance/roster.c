/* SPDX-License-Identifier: Apache-2.0
 * Decides who is meant by a list as people keep it: which column is which, which half of a line is
 * the family name, and which lines cannot be right. Leaves cells to csv.c and numbers of people to
 * the class. */
#include "signaling/attendance/roster.h"

#include "sfu/base/mem.h"
#include "signaling/attendance/csv.h"
#include "signaling/attendance/fold.h"

enum { COLUMNS_MAX = 64, CELL_MAX = 1024 };

/* The limits of each field; characters are counted beside bytes. */
static const struct {
    size_t bytes, characters;
} limits[N_ROSTER_FIELD] = {
    [ROSTER_FAMILY] = {ROSTER_NAME, 100},
    [ROSTER_GIVEN] = {ROSTER_NAME, 100},
    [ROSTER_ORGANISATION_FIELD] = {ROSTER_ORGANISATION, 200},
    [ROSTER_EMAIL_FIELD] = {ROSTER_EMAIL, 254},
    [ROSTER_ID_FIELD] = {ROSTER_ID, 64},
};

struct parsing {
    struct roster *r;
    char separator;               /* 0: a line is one cell, "NOM Prénom <courriel>" */
    uint8_t meaning[COLUMNS_MAX]; /* of each column; N_ROSTER_FIELD: not ours */
    uint32_t line;
    bool stopped;
};

static char *field_of(struct roster_person *p, unsigned field)
{
    char *const texts[N_ROSTER_FIELD] = {p->family, p->given, p->organisation, p->email,
                                         p->external_id};
    return texts[field];
}

/* Which field a header names; N_ROSTER_FIELD: none. */
static unsigned header_field(struct bytes header)
{
    static const struct {
        const char *folded;
        uint8_t field;
    } known[] = {
        {"nom", ROSTER_FAMILY},
        {"noms", ROSTER_FAMILY},
        {"nomdefamille", ROSTER_FAMILY},
        {"nomdusage", ROSTER_FAMILY},
        {"lastname", ROSTER_FAMILY},
        {"familyname", ROSTER_FAMILY},
        {"prenom", ROSTER_GIVEN},
        {"prenoms", ROSTER_GIVEN},
        {"firstname", ROSTER_GIVEN},
        {"givenname", ROSTER_GIVEN},
        {"organisation", ROSTER_ORGANISATION_FIELD},
        {"organization", ROSTER_ORGANISATION_FIELD},
        {"organisme", ROSTER_ORGANISATION_FIELD},
        {"service", ROSTER_ORGANISATION_FIELD},
        {"structure", ROSTER_ORGANISATION_FIELD},
        {"employeur", ROSTER_ORGANISATION_FIELD},
        {"entreprise", ROSTER_ORGANISATION_FIELD},
        {"courriel", ROSTER_EMAIL_FIELD},
        {"email", ROSTER_EMAIL_FIELD},
        {"mail", ROSTER_EMAIL_FIELD},
        {"mel", ROSTER_EMAIL_FIELD},
        {"adresseemail", ROSTER_EMAIL_FIELD},
        {"adressemail", ROSTER_EMAIL_FIELD},
        {"adresseelectronique", ROSTER_EMAIL_FIELD},
        {"adressecourriel", ROSTER_EMAIL_FIELD},
        {"identifiant", ROSTER_ID_FIELD},
        {"id", ROSTER_ID_FIELD},
        {"externalid", ROSTER_ID_FIELD},
        {"matricule", ROSTER_ID_FIELD},
        {"numero", ROSTER_ID_FIELD},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (fold_equal(header, known[i].folded))
            return known[i].field;
    return N_ROSTER_FIELD;
}

static void tell(struct parsing *p, enum roster_fault_kind kind, unsigned field)
{
    if (p->r->n_faults < ROSTER_FAULTS_MAX)
        p->r->faults[p->r->n_faults] =
            (struct roster_fault){.line = p->line, .kind = (uint8_t)kind, .field = (uint8_t)field};
    p->r->n_faults++;
}

/* Length of the UTF-8 character at b (RFC 3629 §4); 0: none. */
static size_t character(struct bytes b)
{
    uint8_t c = b.p[0];
    size_t n = c < 0x80 ? 1 : c >= 0xC2 && c < 0xE0 ? 2 : c >= 0xE0 && c < 0xF0 ? 3 : 4;
    if ((c >= 0x80 && c < 0xC2) || c > 0xF4 || n > b.len)
        return 0;
    for (size_t i = 1; i < n; i++)
        if ((b.p[i] & 0xC0) != 0x80)
            return 0;
    bool overlong = (c == 0xE0 && b.p[1] < 0xA0) || (c == 0xF0 && b.p[1] < 0x90);
    bool beyond = (c == 0xED && b.p[1] > 0x9F) || (c == 0xF4 && b.p[1] > 0x8F);
    return overlong || beyond ? 0 : n;
}

/* Characters, or SIZE_MAX: not UTF-8, or control characters in it. */
static size_t characters(struct bytes b)
{
    size_t count = 0;
    while (b.len > 0) {
        size_t n = character(b);
        bool control =
            b.p[0] < 0x20 || b.p[0] == 0x7F || (b.p[0] == 0xC2 && n == 2 && b.p[1] < 0xA0);
        if (n == 0 || control)
            return SIZE_MAX;
        b = bytes_skip(b, n);
        count++;
    }
    return count;
}

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t';
}

/* Without blanks and no-break spaces (U+00A0) around it. */
static struct bytes trim(struct bytes b)
{
    for (bool more = true; more && b.len > 0;) {
        more = true;
        if (is_blank(b.p[0]))
            b = bytes_skip(b, 1);
        else if (b.len > 1 && b.p[0] == 0xC2 && b.p[1] == 0xA0)
            b = bytes_skip(b, 2);
        else
            more = false;
    }
    for (bool more = true; more && b.len > 0;) {
        more = true;
        if (is_blank(b.p[b.len - 1]))
            b.len--;
        else if (b.len > 1 && b.p[b.len - 2] == 0xC2 && b.p[b.len - 1] == 0xA0)
            b.len -= 2;
        else
            more = false;
    }
    return b;
}

static bool put_field(struct parsing *p, struct roster_person *who, unsigned field,
                      struct bytes text)
{
    text = trim(text);
    size_t count = characters(text);
    if (count == SIZE_MAX) {
        tell(p, ROSTER_BAD_TEXT, field);
        return false;
    }
    if (text.len >= limits[field].bytes || count > limits[field].characters) {
        tell(p, ROSTER_TOO_LONG, field);
        return false;
    }
    char *out = field_of(who, field);
    if (text.len > 0)
        memcpy(out, text.p, text.len);
    out[text.len] = '\0';
    return true;
}

/* One '@' with something on both sides and no blank: whether it can be reached only a message
 * tells. */
static bool is_email(const char *text)
{
    const char *at = strchr(text, '@');
    return at != NULL && at != text && at[1] != '\0' && strchr(at + 1, '@') == NULL &&
           strcspn(text, " \t<>,;\"") == strlen(text);
}

static bool is_twice(struct parsing *p, const struct roster_person *who)
{
    for (size_t i = 0; i < p->r->n; i++) {
        const struct roster_person *other = &p->r->people[i];
        if (who->external_id[0] != '\0' && strcmp(who->external_id, other->external_id) == 0) {
            tell(p, ROSTER_TWICE, ROSTER_ID_FIELD);
            return true;
        }
        if (who->email[0] != '\0' && strcmp(who->email, other->email) == 0) {
            tell(p, ROSTER_TWICE, ROSTER_EMAIL_FIELD);
            return true;
        }
    }
    return false;
}

/* The person stands behind the last one until it is found right. */
static void accept(struct parsing *p, struct roster_person *who)
{
    who->line = p->line;
    if (who->family[0] == '\0')
        tell(p, ROSTER_NO_FAMILY, ROSTER_FAMILY);
    else if (who->given[0] == '\0')
        tell(p, ROSTER_NO_GIVEN, ROSTER_GIVEN);
    else if (who->email[0] != '\0' && !is_email(who->email))
        tell(p, ROSTER_BAD_EMAIL, ROSTER_EMAIL_FIELD);
    else if (!is_twice(p, who))
        p->r->n++;
}

/* Words in capitals, as lists write family names: no small letter, at least one letter. */
static bool is_capital(struct bytes word)
{
    bool letter = false;
    for (size_t i = 0; i < word.len; i++) {
        uint8_t c = word.p[i], before = i > 0 ? word.p[i - 1] : 0;
        if ((c >= 'a' && c <= 'z') || (before == 0xC3 && c >= 0x9F) ||
            (before == 0xC5 && c == 0x93))
            return false;
        letter = letter || (c >= 'A' && c <= 'Z') || before == 0xC3;
    }
    return letter;
}

static struct bytes first_word(struct bytes text)
{
    size_t n = 0;
    while (n < text.len && !is_blank(text.p[n]))
        n++;
    return bytes_of(text.p, n);
}

/* "NOM DE FAMILLE Prénom": the words in capitals, else the first one. */
static size_t family_length(struct bytes text)
{
    size_t end = 0;
    for (struct bytes rest = text; rest.len > 0;) {
        struct bytes word = first_word(rest);
        bool last = word.len == trim(rest).len;
        if (end > 0 && (last || !is_capital(word)))
            break;
        end = (size_t)(word.p - text.p) + word.len;
        if (!is_capital(word))
            break;
        rest = trim(bytes_skip(rest, word.len));
    }
    return end;
}

/* Takes "<courriel>" from the end of the line, when it is there. */
static struct bytes take_email(struct bytes *line)
{
    struct bytes none = {.p = NULL, .len = 0};
    const uint8_t *open = line->len > 0 ? memchr(line->p, '<', line->len) : NULL;
    if (open == NULL || line->p[line->len - 1] != '>')
        return none;
    size_t before = (size_t)(open - line->p);
    struct bytes email = bytes_of(open + 1, line->len - before - 2);
    *line = trim(bytes_of(line->p, before));
    return email;
}

static void read_plain(struct parsing *p, struct bytes line)
{
    struct roster_person *who = &p->r->people[p->r->n];
    struct bytes email = take_email(&line);
    size_t family = family_length(line);
    if (put_field(p, who, ROSTER_FAMILY, bytes_of(line.p, family)) &&
        put_field(p, who, ROSTER_GIVEN, bytes_skip(line, family)) &&
        put_field(p, who, ROSTER_EMAIL_FIELD, email))
        accept(p, who);
}

/* Every cell of a line, even when one is wrong: the next line begins behind it. */
static void read_cells(struct parsing *p, struct bytes *rest)
{
    struct roster_person *who = &p->r->people[p->r->n];
    char text[CELL_MAX];
    bool right = true, empty = true;
    uint32_t lines = 0;
    struct csv_cell cell = {.end = CSV_CELL};
    for (unsigned column = 0; cell.end == CSV_CELL; column++) {
        struct bytes before = *rest;
        cell = csv_read(rest, p->separator, text, sizeof text);
        for (size_t i = 0; cell.len > 0 && i + 1 < before.len - rest->len; i++)
            lines += before.p[i] == '\n' ? 1U : 0U;
        unsigned field = column < COLUMNS_MAX ? p->meaning[column] : N_ROSTER_FIELD;
        empty = empty && trim(bytes_of(text, cell.len)).len == 0;
        if (field == N_ROSTER_FIELD || !right)
            continue;
        right = !cell.too_long && !cell.broken;
        if (!right)
            tell(p, cell.too_long ? ROSTER_TOO_LONG : ROSTER_BAD_TEXT, field);
        else
            right = put_field(p, who, field, bytes_of(text, cell.len));
    }
    if (right && !empty)
        accept(p, who);
    p->line += lines;
}

static struct bytes first_line(struct bytes text)
{
    size_t n = 0;
    while (n < text.len && text.p[n] != '\n' && text.p[n] != '\r')
        n++;
    return bytes_of(text.p, n);
}

static void skip_line(struct bytes *rest)
{
    *rest = bytes_skip(*rest, first_line(*rest).len);
    if (rest->len > 1 && rest->p[0] == '\r' && rest->p[1] == '\n')
        *rest = bytes_skip(*rest, 1);
    *rest = bytes_skip(*rest, 1);
}

static bool has(struct bytes line, char c)
{
    return line.len > 0 && memchr(line.p, c, line.len) != NULL;
}

/* A first line in which a cell is the header of the family name names the columns. */
static enum err read_headers(struct parsing *p, struct bytes *rest)
{
    char text[CELL_MAX];
    struct bytes after = *rest;
    struct csv_cell cell = {.end = CSV_CELL};
    uint8_t meaning[COLUMNS_MAX];
    bool found[N_ROSTER_FIELD + 1] = {false};
    memset(meaning, N_ROSTER_FIELD, sizeof meaning);
    for (unsigned column = 0; cell.end == CSV_CELL; column++) {
        cell = csv_read(&after, p->separator, text, sizeof text);
        unsigned field = header_field(bytes_of(text, cell.len));
        if (column < COLUMNS_MAX && !found[field])
            meaning[column] = (uint8_t)field;
        found[field] = true;
    }
    bool any = found[ROSTER_FAMILY] || found[ROSTER_GIVEN];
    if (!any)
        return E_OK; /* no headers: the columns stand in the usual order */
    if (!found[ROSTER_FAMILY] || !found[ROSTER_GIVEN])
        return E_MALFORMED;
    memcpy(p->meaning, meaning, sizeof meaning);
    *rest = after;
    p->line++;
    return E_OK;
}

static void read_line(struct parsing *p, struct bytes *rest)
{
    struct bytes line = trim(first_line(*rest));
    if (line.len == 0) {
        skip_line(rest);
        return;
    }
    if (p->r->n == ROSTER_MAX) {
        tell(p, ROSTER_TOO_MANY, ROSTER_FAMILY);
        p->stopped = true;
        return;
    }
    memset(&p->r->people[p->r->n], 0, sizeof p->r->people[0]);
    if (p->separator != '\0') {
        read_cells(p, rest);
        return;
    }
    read_plain(p, line);
    skip_line(rest);
}

static enum err parse(struct roster *r, struct bytes text)
{
    struct parsing p = {.r = r, .line = 1};
    if (text.len >= 3 && memcmp(text.p, "\xEF\xBB\xBF", 3) == 0)
        text = bytes_skip(text, 3);
    while (text.len > 0 && trim(first_line(text)).len == 0) {
        skip_line(&text);
        p.line++;
    }
    struct bytes line = first_line(text);
    if (has(line, ';'))
        p.separator = ';';
    else if (has(line, '\t'))
        p.separator = '\t';
    for (unsigned i = 0; i < COLUMNS_MAX; i++)
        p.meaning[i] = (uint8_t)(i < N_ROSTER_FIELD ? i : N_ROSTER_FIELD);
    enum err e = p.separator != '\0' ? read_headers(&p, &text) : E_OK;
    if (e != E_OK)
        return e;
    if (p.separator == '\0' && (fold_equal(line, "nomprenom") || fold_equal(line, "nometprenom"))) {
        skip_line(&text);
        p.line++;
    }
    for (; text.len > 0 && !p.stopped; p.line++)
        read_line(&p, &text);
    return E_OK;
}

enum err roster_new(struct roster **out, struct bytes text)
{
    *out = NULL;
    if (text.len > ROSTER_TEXT_MAX)
        return E_RANGE;
    struct roster *r = mem_alloc(sizeof *r);
    if (r == NULL)
        return E_NOMEM;
    r->people = mem_alloc_array(ROSTER_MAX + 1, sizeof *r->people);
    enum err e = r->people != NULL ? parse(r, text) : E_NOMEM;
    if (e != E_OK) {
        roster_free(r);
        return e;
    }
    *out = r;
    return E_OK;
}

void roster_free(struct roster *r)
{
    if (r == NULL)
        return;
    mem_free(r->people);
    mem_free(r);
}
