/* SPDX-License-Identifier: Apache-2.0
 * Decides who stands in the record and in which order, and the words for what was found. Leaves the
 * finding to presence.c and the form to its writers. */
#include "signaling/attendance/record.h"

#include "sfu/base/mem.h"
#include "signaling/attendance/build.h"
#include "signaling/attendance/fold.h"

#include <stdio.h>

/* U+202F before the semicolon. */
const char record_sentence[] =
    "Ce relevé constate des connexions et des présences déclarées\u202f; "
    "il ne vaut pas signature.";

static struct bytes text_of(const char *s)
{
    return s != NULL ? bytes_of(s, strlen(s)) : bytes_of(NULL, 0);
}

static int by_name(const void *a, const void *b)
{
    const struct record_row *x = a, *y = b;
    int c = (int)y->known - (int)x->known; /* the nameless last */
    if (c == 0)
        c = fold_compare(text_of(x->words.family), text_of(y->words.family));
    if (c == 0)
        c = fold_compare(text_of(x->words.given), text_of(y->words.given));
    return c != 0 ? c : x->person < y->person ? -1 : 1;
}

static bool taught(const struct presence_person *p)
{
    return p->merged_into == 0 && p->role == LOG_ROLE_TRAINER && p->joins > 0;
}

static void row_add(struct record *r, struct record_row *rows, size_t *n, uint32_t person)
{
    struct record_row *row = &rows[(*n)++];
    row->person = person;
    row->known = r->ports.words(r->ports.ctx, r->presence->people[person].number, &row->words);
}

enum err record_new(struct record **out, const struct presence *p, const struct record_head *head,
                    const struct record_ports *ports)
{
    *out = NULL;
    struct record *r = mem_alloc(sizeof *r);
    if (r == NULL)
        return E_NOMEM;
    r->presence = p;
    r->ports = *ports;
    r->head = *head;
    r->rows = mem_alloc_array(p->n_people + 1, sizeof *r->rows);
    r->trainers = mem_alloc_array(p->n_people + 1, sizeof *r->trainers);
    if (r->rows == NULL || r->trainers == NULL) {
        record_free(r);
        return E_NOMEM;
    }
    for (uint32_t i = 0; i < p->n_people; i++) {
        if (presence_is_row(&p->people[i]))
            row_add(r, r->rows, &r->n_rows, i);
        else if (taught(&p->people[i]))
            row_add(r, r->trainers, &r->n_trainers, i);
    }
    order(r->rows, r->n_rows, sizeof *r->rows, by_name);
    order(r->trainers, r->n_trainers, sizeof *r->trainers, by_name);
    *out = r;
    return E_OK;
}

void record_free(struct record *r)
{
    if (r == NULL)
        return;
    mem_free(r->rows);
    mem_free(r->trainers);
    mem_free(r);
}

enum record_modality record_modality(const struct presence_cell *c)
{
    return (enum record_modality)((c->remote_ms > 0 ? MODALITY_REMOTE : 0) |
                                  (c->site_ms > 0 ? MODALITY_SITE : 0));
}

const char *record_modality_text(enum record_modality m)
{
    static const char *const texts[] = {[MODALITY_NONE] = "",
                                        [MODALITY_REMOTE] = "à distance",
                                        [MODALITY_SITE] = "en salle",
                                        [MODALITY_BOTH] = "en salle et à distance"};
    return texts[m];
}

struct presence_cell record_total(const struct record *r, size_t row)
{
    struct presence_cell sum = {0};
    for (size_t i = 0; i < r->presence->periods.n; i++) {
        const struct presence_cell *c = presence_cell_of(r->presence, r->rows[row].person, i);
        sum.present_ms += c->present_ms;
        sum.site_ms += c->site_ms;
        sum.remote_ms += c->remote_ms;
        sum.away_ms += c->away_ms;
        sum.n_away += c->n_away;
        sum.n_cuts += c->n_cuts;
    }
    return sum;
}

int64_t record_tenths_of_minute(int64_t ms)
{
    return ms / (PERIOD_MINUTE_MS / 10);
}

int64_t record_permille(int64_t present_ms, int64_t planned_ms)
{
    return planned_ms > 0 ? present_ms * 1000 / planned_ms : 0;
}

static enum err put(struct writer *w, const char *text)
{
    return writer_put(w, bytes_of(text, strlen(text)));
}

enum err record_name_text(const struct record *r, uint32_t person, struct writer *w)
{
    struct person_words words = {0};
    if (!r->ports.words(r->ports.ctx, person, &words)) {
        char text[32];
        snprintf(text, sizeof text, "personne %u", (unsigned)person);
        return put(w, text);
    }
    enum err e = words.given != NULL ? put(w, words.given) : E_OK;
    if (e == E_OK && words.given != NULL && words.given[0] != '\0' && words.family != NULL)
        e = put(w, " ");
    return e == E_OK && words.family != NULL ? put(w, words.family) : e;
}

/* ", " between what is said; `by` 0 ends with the words themselves. */
static enum err say(const struct record *r, struct writer *w, size_t from, const char *text,
                    uint32_t by)
{
    enum err e = w->len > from ? put(w, ", ") : E_OK;
    if (e == E_OK)
        e = put(w, text);
    return e == E_OK && by != 0 ? record_name_text(r, by, w) : e;
}

enum err record_how_text(const struct record *r, const struct presence_cell *c, struct writer *w)
{
    size_t from = w->len;
    enum err e = c->linked ? say(r, w, from, "connexion", 0) : E_OK;
    if (e == E_OK && (c->how & 1U << LOG_HOW_CODE) != 0)
        e = say(r, w, from, "code", 0);
    if (e == E_OK && (c->how & 1U << LOG_HOW_TICKED) != 0)
        e = say(r, w, from, c->ticked_by != 0 ? "coché par " : "coché", c->ticked_by);
    if (e == E_OK && c->how != 0)
        e = say(r, w, from, c->confirmed_by != 0 ? "confirmé par " : "non confirmé",
                c->confirmed_by);
    return e;
}

static enum err say_cuts(const struct record *r, const struct presence_cell *c, struct writer *w,
                         size_t from)
{
    char text[64];
    snprintf(text, sizeof text, c->n_cuts == 1 ? "%u coupure courte" : "%u coupures courtes",
             (unsigned)c->n_cuts);
    return say(r, w, from, text, 0);
}

enum err record_note_text(const struct record *r, const struct presence_cell *c, struct writer *w)
{
    static const struct {
        unsigned note;
        const char *text;
    } notes[] = {
        {NOTED_NETWORK, "réseau"},
        {NOTED_STOP, "arrêt du serveur"},
        {NOTED_RESTART, "durée à l’heure murale"},
        {NOTED_REMOVED, "exclusion"},
        {NOTED_PAUSE, "pause"},
        {NOTED_CLOCK, "horloge non synchronisée"},
    };
    size_t from = w->len;
    enum err e = (c->notes & NOTED_CUT) != 0 ? say_cuts(r, c, w, from) : E_OK;
    for (size_t i = 0; i < sizeof notes / sizeof notes[0] && e == E_OK; i++)
        if ((c->notes & notes[i].note) != 0)
            e = say(r, w, from, notes[i].text, 0);
    if (e == E_OK && (c->notes & NOTED_CORRECTED) != 0)
        e = say(r, w, from, c->corrected_by != 0 ? "corrigé par " : "corrigé", c->corrected_by);
    return e;
}
