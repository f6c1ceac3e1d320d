/* SPDX-License-Identifier: Apache-2.0
 * Are lists read as people keep them, and wrong lines told by their number. */
#include "tests/testing.h"

#include "signaling/attendance/roster.h"

static struct roster *read_text(const char *text)
{
    struct roster *r = NULL;
    assert_int_equal(roster_new(&r, bytes_of(text, strlen(text))), E_OK);
    return r;
}

static void is(const struct roster_person *p, const char *family, const char *given,
               const char *organisation, const char *email)
{
    assert_string_equal(p->family, family);
    assert_string_equal(p->given, given);
    assert_string_equal(p->organisation, organisation);
    assert_string_equal(p->email, email);
}

static void headers_are_known_however_they_are_spelt(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "\xEF\xBB\xBFNom;Pr\xc3\xa9nom;Organisation;Courriel;Identifiant\r\n"
        "MARTIN;Anne;DRH;anne@example.org;A1\r\n",
        "PRENOM;\"E-mail\";Ville; nom "
        ";Service;MATRICULE\nAnne;anne@example.org;Nantes;MARTIN;DRH;A1",
        "Pr\xc3\xa9nom(s);NOM DE FAMILLE;Adresse \xc3\xa9lectronique;organisme;id\n"
        "\"Anne\";MARTIN ;anne@example.org;\"DRH\";A1\n\n",
        "nom\tpr\xc3\xa9nom\torganisation\tmail\tidentifiant\nMARTIN\tAnne\tDRH\tanne@example."
        "org\tA1",
        "MARTIN;Anne;DRH;anne@example.org;A1", /* no headers: the usual order */
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct roster *r = read_text(texts[i]);
        assert_int_equal(r->n, 1);
        assert_int_equal(r->n_faults, 0);
        is(&r->people[0], "MARTIN", "Anne", "DRH", "anne@example.org");
        assert_string_equal(r->people[0].external_id, "A1");
        roster_free(r);
    }
}

static void pasted_lines_are_split_at_the_capitals(void **state)
{
    (void)state;
    struct roster *r =
        read_text("Nom Pr\xc3\xa9nom\n\nMARTIN Anne\nDE LA TOUR Jean Marc <jm@example.org>\n"
                  "Dupont Lucie\nL\xc3\x89"
                  "GER Zo\xc3\xa9\nMARTIN ANNE\n");
    assert_int_equal(r->n_faults, 0);
    assert_int_equal(r->n, 5);
    is(&r->people[0], "MARTIN", "Anne", "", "");
    assert_int_equal(r->people[0].line, 3);
    is(&r->people[1], "DE LA TOUR", "Jean Marc", "", "jm@example.org");
    is(&r->people[2], "Dupont", "Lucie", "", "");
    is(&r->people[3], "L\xc3\x89GER", "Zo\xc3\xa9", "", "");
    is(&r->people[4], "MARTIN", "ANNE", "", "");
    roster_free(r);
}

static void quoted_cells_may_hold_anything_but_control_characters(void **state)
{
    (void)state;
    struct roster *r = read_text("nom;pr\xc3\xa9nom;organisation\n"
                                 "\"O\"\"NEIL\";Anne;\"DRH; paie\"\n"
                                 "MARTIN;\"An\nne\";x\n"
                                 "PETIT;Lucie;\"open");
    assert_int_equal(r->n, 1);
    is(&r->people[0], "O\"NEIL", "Anne", "DRH; paie", "");
    assert_int_equal(r->n_faults, 2);
    assert_int_equal(r->faults[0].line, 3);
    assert_int_equal(r->faults[0].kind, ROSTER_BAD_TEXT);
    assert_int_equal(r->faults[1].line, 5); /* the line before it had two */
    assert_int_equal(r->faults[1].kind, ROSTER_BAD_TEXT);
    roster_free(r);
}

static void wrong_lines_are_told_and_the_others_kept(void **state)
{
    (void)state;
    struct roster *r = read_text("nom;pr\xc3\xa9nom;courriel;identifiant\n"
                                 ";Anne;;\n"              /* 2 */
                                 "MARTIN;;;\n"            /* 3 */
                                 "MARTIN;Anne;anne;\n"    /* 4 */
                                 "MARTIN;Anne;a@b.fr;1\n" /* 5 */
                                 "MARTIN;Anne;;\n"        /* 6: of the same name, not the same */
                                 "PETIT;Lucie;a@b.fr;\n"  /* 7 */
                                 "PETIT;Lucie;;1\n"       /* 8 */
                                 "\xff;Lucie;;\n"         /* 9 */
                                 ";;;\n");
    static const struct roster_fault wanted[] = {
        {2, ROSTER_NO_FAMILY, ROSTER_FAMILY},      {3, ROSTER_NO_GIVEN, ROSTER_GIVEN},
        {4, ROSTER_BAD_EMAIL, ROSTER_EMAIL_FIELD}, {7, ROSTER_TWICE, ROSTER_EMAIL_FIELD},
        {8, ROSTER_TWICE, ROSTER_ID_FIELD},        {9, ROSTER_BAD_TEXT, ROSTER_FAMILY},
    };
    assert_int_equal(r->n, 2);
    assert_int_equal(r->n_faults, sizeof wanted / sizeof wanted[0]);
    for (size_t i = 0; i < r->n_faults; i++) {
        assert_int_equal(r->faults[i].line, wanted[i].line);
        assert_int_equal(r->faults[i].kind, wanted[i].kind);
        assert_int_equal(r->faults[i].field, wanted[i].field);
    }
    roster_free(r);
}

static void list_has_a_ceiling_in_people_text_and_fields(void **state)
{
    (void)state;
    static char text[ROSTER_TEXT_MAX + 1];
    size_t len = 0;
    for (unsigned i = 0; i < ROSTER_MAX + 5; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "MARTIN Anne%u\n", i);
    struct roster *r = read_text(text);
    assert_int_equal(r->n, ROSTER_MAX);
    assert_int_equal(r->n_faults, 1);
    assert_int_equal(r->faults[0].kind, ROSTER_TOO_MANY);
    roster_free(r);
    assert_int_equal(roster_new(&r, bytes_of(text, ROSTER_TEXT_MAX + 1)), E_RANGE);
    memset(text, 'A', 101);
    strcpy(text + 101, " Anne");
    r = read_text(text);
    assert_int_equal(r->n, 0);
    assert_int_equal(r->faults[0].kind, ROSTER_TOO_LONG);
    roster_free(r);
}

static void headers_without_both_names_are_refused(void **state)
{
    (void)state;
    struct roster *r = NULL;
    static const char text[] = "nom;courriel\nMARTIN;a@b.fr\n";
    assert_int_equal(roster_new(&r, bytes_of(text, strlen(text))), E_MALFORMED);
    assert_null(r);
    r = read_text("");
    assert_int_equal(r->n + r->n_faults, 0);
    roster_free(r);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(headers_are_known_however_they_are_spelt),
    cmocka_unit_test(pasted_lines_are_split_at_the_capitals),
    cmocka_unit_test(quoted_cells_may_hold_anything_but_control_characters),
    cmocka_unit_test(wrong_lines_are_told_and_the_others_kept),
    cmocka_unit_test(list_has_a_ceiling_in_people_text_and_fields),
    cmocka_unit_test(headers_without_both_names_are_refused),
};

TEST_MAIN(tests)
