/* SPDX-License-Identifier: Apache-2.0
 * Decides the lines of the record for a French spreadsheet: a head, one line for each person and
 * period and one for the person's sum, a foot. Leaves quoting to csv.c and words to record.c. */
#include "signaling/attendance/csv.h"
#include "signaling/attendance/record.h"

#include <stdio.h>

enum { CELL_BYTES = 2048, FIGURE_BYTES = 32 };

static const char *const columns[] = {
    "Nom",
    "Prénom",
    "Organisation",
    "Identifiant",
    "Identité",
    "Période",
    "Début prévu",
    "Fin prévue",
    "Minutes prévues",
    "Modalité",
    "Établie par",
    "Première arrivée",
    "Dernier départ",
    "Minutes de présence",
    "Minutes à distance",
    "Minutes en salle",
    "Taux de présence (%)",
    "Retard",
    "Départ anticipé",
    "Absence",
    "Interruptions",
    "Minutes d’interruption",
    "Note",
};

static void put_tenths(struct csv *c, int64_t tenths)
{
    char text[FIGURE_BYTES];
    if (tenths % 10 == 0)
        snprintf(text, sizeof text, "%lld", (long long)(tenths / 10));
    else
        snprintf(text, sizeof text, "%lld,%lld", (long long)(tenths / 10),
                 (long long)(tenths % 10));
    csv_raw(c, text);
}

static void put_number(struct csv *c, uint64_t n)
{
    put_tenths(c, (int64_t)n * 10);
}

static void date_text(const struct record *r, int64_t ms, char out[FIGURE_BYTES], bool with_time)
{
    struct civil t = r->ports.local(r->ports.ctx, ms);
    if (with_time)
        snprintf(out, FIGURE_BYTES, "%02u/%02u/%04d %02u:%02u", t.day, t.month, t.year, t.hour,
                 t.minute);
    else
        snprintf(out, FIGURE_BYTES, "%02u/%02u/%04d", t.day, t.month, t.year);
}

static void put_instant(struct csv *c, const struct record *r, int64_t ms)
{
    char text[FIGURE_BYTES] = "";
    if (ms != 0)
        date_text(r, ms, text, true);
    csv_raw(c, text);
}

static void put_yes(struct csv *c, bool yes)
{
    csv_raw(c, yes ? "oui" : "");
}

static void put_line(struct csv *c, const char *label, const char *text)
{
    csv_text(c, label);
    csv_text(c, text);
    csv_line(c);
}

static void put_dates(struct csv *c, const struct record *r)
{
    const struct periods *plan = &r->presence->periods;
    struct span all = {0, 0};
    for (int i = 0; i < plan->n; i++) {
        if (span_is_empty(plan->at[i]))
            continue;
        if (all.to_ms == 0 || plan->at[i].from_ms < all.from_ms)
            all.from_ms = plan->at[i].from_ms;
        if (plan->at[i].to_ms > all.to_ms)
            all.to_ms = plan->at[i].to_ms;
    }
    char from[FIGURE_BYTES] = "", to[FIGURE_BYTES] = "", text[3 * FIGURE_BYTES];
    if (all.to_ms != 0) {
        date_text(r, all.from_ms, from, false);
        date_text(r, all.to_ms - 1, to, false);
    }
    if (strcmp(from, to) == 0)
        snprintf(text, sizeof text, "%s", from);
    else
        snprintf(text, sizeof text, "du %s au %s", from, to);
    put_line(c, "Dates", text);
}

/* Each place once, in order of its first use in the list. */
static void put_places(struct csv *c, const struct record *r)
{
    const struct presence *p = r->presence;
    char text[CELL_BYTES];
    struct writer w = writer_over(text, sizeof text - 1);
    bool full = false, remote = false;
    for (size_t i = 0; i < p->n_segments && !full; i++) {
        const struct presence_segment *s = &p->segments[i];
        remote = remote || s->kind == SEGMENT_LINK;
        bool again = s->kind != SEGMENT_SITE;
        for (size_t k = 0; k < i && !again; k++)
            again = p->segments[k].kind == SEGMENT_SITE && p->segments[k].site == s->site;
        const char *name = again ? NULL : r->ports.site(r->ports.ctx, s->site);
        if (name == NULL)
            continue;
        full = (w.len > 0 && writer_put(&w, bytes_of(", ", 2)) != E_OK) ||
               writer_put(&w, bytes_of(name, strlen(name))) != E_OK;
    }
    if (remote && !full && w.len > 0)
        full = writer_put(&w, bytes_of(", ", 2)) != E_OK;
    if (remote && !full)
        full = writer_put(&w, bytes_of("à distance", strlen("à distance"))) != E_OK;
    text[w.len] = '\0';
    c->full = c->full || full;
    put_line(c, "Lieux", text);
}

static void put_trainers(struct csv *c, const struct record *r)
{
    char text[CELL_BYTES];
    struct writer w = writer_over(text, sizeof text - 1);
    enum err e = E_OK;
    for (size_t i = 0; i < r->n_trainers && e == E_OK; i++) {
        if (i > 0)
            e = writer_put(&w, bytes_of(", ", 2));
        if (e == E_OK)
            e = record_name_text(r, r->presence->people[r->trainers[i].person].number, &w);
    }
    text[w.len] = '\0';
    c->full = c->full || e != E_OK;
    put_line(c, "Formation", text);
}

static void put_minutes_line(struct csv *c, const char *label, int64_t ms)
{
    csv_text(c, label);
    put_tenths(c, record_tenths_of_minute(ms));
    csv_line(c);
}

static void put_head(struct csv *c, const struct record *r)
{
    const struct presence *p = r->presence;
    char at[FIGURE_BYTES];
    date_text(r, p->as_of_ms, at, true);
    csv_text(c, "Relevé de présence");
    csv_line(c);
    put_line(c, "Organisme", r->head.organisation);
    put_line(c, "Numéro de l’organisme", r->head.organisation_number);
    put_line(c, "Intitulé", r->head.title);
    put_dates(c, r);
    csv_text(c, "Heures prévues");
    put_tenths(c, periods_ms(&p->periods) / (6 * PERIOD_MINUTE_MS));
    csv_line(c);
    put_minutes_line(c, "Minutes prévues", periods_ms(&p->periods));
    put_line(c, "Fuseau horaire", r->head.zone);
    put_places(c, r);
    put_trainers(c, r);
    put_minutes_line(c, "Retard au-delà de (minutes)", p->limits.late_ms);
    put_minutes_line(c, "Départ anticipé au-delà de (minutes)", p->limits.early_ms);
    csv_text(c, "Version");
    put_number(c, p->version);
    csv_line(c);
    csv_text(c, "Édité le");
    csv_raw(c, at);
    csv_line(c);
    csv_line(c);
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
        csv_text(c, columns[i]);
    csv_line(c);
}

static void put_person(struct csv *c, const struct record *r, const struct record_row *row)
{
    const struct presence_person *who = &r->presence->people[row->person];
    char number[FIGURE_BYTES];
    snprintf(number, sizeof number, "personne %u", (unsigned)who->number);
    csv_text(c, row->known ? row->words.family : number);
    csv_text(c, row->known ? row->words.given : NULL);
    csv_text(c, row->known ? row->words.organisation : NULL);
    csv_text(c, row->known ? row->words.external_id : NULL);
    csv_raw(c, who->expected ? "liste" : "identité déclarée");
}

static void put_text_of(struct csv *c, const struct record *r, const struct presence_cell *cell,
                        enum err (*write)(const struct record *, const struct presence_cell *,
                                          struct writer *))
{
    char text[CELL_BYTES];
    struct writer w = writer_over(text, sizeof text - 1);
    if (write(r, cell, &w) != E_OK)
        c->full = true;
    text[w.len] = '\0';
    csv_text(c, text);
}

/* Rounded down each, and the parts so that they add up to the whole. */
static void put_sums(struct csv *c, const struct presence_cell *cell, int64_t planned_ms)
{
    int64_t all = record_tenths_of_minute(cell->present_ms);
    int64_t site = record_tenths_of_minute(cell->site_ms);
    put_tenths(c, all);
    put_tenths(c, all - site);
    put_tenths(c, site);
    put_tenths(c, record_permille(cell->present_ms, planned_ms));
}

static void put_period(struct csv *c, const struct record *r, const struct record_row *row,
                       size_t period)
{
    const struct presence_cell *cell = presence_cell_of(r->presence, row->person, period);
    struct span plan = r->presence->periods.at[period];
    put_person(c, r, row);
    put_number(c, period + 1);
    put_instant(c, r, plan.from_ms);
    put_instant(c, r, plan.to_ms);
    put_tenths(c, record_tenths_of_minute(span_ms(plan)));
    csv_raw(c, record_modality_text(record_modality(cell)));
    put_text_of(c, r, cell, record_how_text);
    put_instant(c, r, cell->first_ms);
    put_instant(c, r, cell->last_ms);
    put_sums(c, cell, span_ms(plan));
    put_yes(c, cell->late);
    put_yes(c, cell->early);
    put_yes(c, cell->absent);
    put_number(c, cell->n_away);
    put_tenths(c, record_tenths_of_minute(cell->away_ms));
    put_text_of(c, r, cell, record_note_text);
    csv_line(c);
}

static void put_total(struct csv *c, const struct record *r, size_t row)
{
    struct presence_cell sum = record_total(r, row);
    int64_t planned_ms = periods_ms(&r->presence->periods);
    put_person(c, r, &r->rows[row]);
    csv_raw(c, "Total");
    csv_raw(c, "");
    csv_raw(c, "");
    put_tenths(c, record_tenths_of_minute(planned_ms));
    csv_raw(c, record_modality_text(record_modality(&sum)));
    csv_raw(c, "");
    csv_raw(c, "");
    csv_raw(c, "");
    put_sums(c, &sum, planned_ms);
    csv_raw(c, "");
    csv_raw(c, "");
    csv_raw(c, "");
    put_number(c, sum.n_away);
    put_tenths(c, record_tenths_of_minute(sum.away_ms));
    csv_raw(c, "");
    csv_line(c);
}

static void put_foot(struct csv *c, const struct record *r)
{
    char head[2 * CHAIN_HASH + 1];
    for (size_t i = 0; i < CHAIN_HASH; i++)
        snprintf(head + 2 * i, 3, "%02x", r->head.chain_head[i]);
    csv_line(c);
    put_line(c, "Empreinte de la chaîne", head);
    csv_text(c, "Numéro du dernier événement");
    put_number(c, r->presence->number);
    csv_line(c);
    csv_text(c, record_sentence);
    csv_line(c);
}

enum err record_csv(const struct record *r, struct writer *w)
{
    size_t before = w->len;
    struct csv c = {.w = w};
    if (writer_put(w, bytes_of("\xEF\xBB\xBF", 3)) != E_OK)
        return E_FULL;
    put_head(&c, r);
    for (size_t i = 0; i < r->n_rows; i++) {
        for (size_t k = 0; k < r->presence->periods.n; k++)
            if (!span_is_empty(r->presence->periods.at[k]))
                put_period(&c, r, &r->rows[i], k);
        put_total(&c, r, i);
    }
    put_foot(&c, r);
    if (!c.full)
        return E_OK;
    w->len = before;
    return E_FULL;
}
