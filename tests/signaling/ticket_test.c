/* SPDX-License-Identifier: Apache-2.0
 * A ticket works once, for 60 s, for the one it was made for. */
#include "tests/testing.h"

#include "signaling/ticket.h"

static struct tickets tickets;

static int set_up(void **state)
{
    (void)state;
    return tickets_init(&tickets) == E_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    tickets_fini(&tickets);
    return 0;
}

static const struct ticket_for anne = {.class_slot = 5, .person = 7};

static void ticket_works_once(void **state)
{
    (void)state;
    char text[TICKET_TEXT];
    struct ticket_for who;
    assert_int_equal(ticket_make(&tickets, USEC_S(1), anne, text), E_OK);
    assert_int_equal(ticket_take(&tickets, USEC_S(2), text, &who), E_OK);
    assert_int_equal(who.class_slot, 5);
    assert_int_equal(who.person, 7);
    assert_int_equal(ticket_take(&tickets, USEC_S(2), text, &who), E_NOTFOUND);
}

static void ticket_ends_after_sixty_seconds(void **state)
{
    (void)state;
    char early[TICKET_TEXT], late[TICKET_TEXT];
    struct ticket_for who;
    assert_int_equal(ticket_make(&tickets, USEC_S(1), anne, early), E_OK);
    assert_int_equal(ticket_make(&tickets, USEC_S(1), anne, late), E_OK);
    assert_int_equal(ticket_take(&tickets, USEC_S(61) - 1, early, &who), E_OK);
    assert_int_equal(ticket_take(&tickets, USEC_S(61), late, &who), E_NOTFOUND);
}

static void changed_ticket_is_refused_and_harms_nobody(void **state)
{
    (void)state;
    char text[TICKET_TEXT], wrong[TICKET_TEXT];
    struct ticket_for who;
    assert_int_equal(ticket_make(&tickets, USEC_S(1), anne, text), E_OK);
    for (size_t i = 0; i < TICKET_TEXT - 2; i++) {
        memcpy(wrong, text, sizeof wrong);
        wrong[i] = wrong[i] == 'A' ? 'B' : 'A';
        assert_int_not_equal(ticket_take(&tickets, USEC_S(2), wrong, &who), E_OK);
    }
    assert_int_equal(ticket_take(&tickets, USEC_S(2), text, &who), E_OK);
}

static void full_table_refuses_until_tickets_expire(void **state)
{
    (void)state;
    char text[TICKET_TEXT];
    for (unsigned i = 0; i < TICKETS_MAX; i++)
        assert_int_equal(ticket_make(&tickets, USEC_S(1), anne, text), E_OK);
    assert_int_equal(ticket_make(&tickets, USEC_S(60), anne, text), E_FULL);
    assert_int_equal(ticket_make(&tickets, USEC_S(62), anne, text), E_OK);
}

static void removed_person_loses_the_ticket(void **state)
{
    (void)state;
    char hers[TICKET_TEXT], his[TICKET_TEXT];
    struct ticket_for who;
    assert_int_equal(ticket_make(&tickets, USEC_S(1), anne, hers), E_OK);
    assert_int_equal(ticket_make(&tickets, USEC_S(1), (struct ticket_for){5, 8}, his), E_OK);
    ticket_revoke(&tickets, 5, 7);
    assert_int_equal(ticket_take(&tickets, USEC_S(2), hers, &who), E_NOTFOUND);
    assert_int_equal(ticket_take(&tickets, USEC_S(2), his, &who), E_OK);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
static const struct CMUnitTest tests[] = {
    CASE(ticket_works_once),
    CASE(ticket_ends_after_sixty_seconds),
    CASE(changed_ticket_is_refused_and_harms_nobody),
    CASE(full_table_refuses_until_tickets_expire),
    CASE(removed_person_loses_the_ticket),
};
TEST_MAIN(tests)
