/* SPDX-License-Identifier: Apache-2.0
 * What is said to everybody before they join: who keeps what, for how long, whom to ask
 * (PROTOCOL.md §2). The words around it are the page's. */
#include "signaling/api/rest.h"

void notice_get(struct call_in *in)
{
    const struct config *c = in->v->config;
    const struct notice_view view = {.organisation = c->organisation_name,
                                     .number = c->organisation_number,
                                     .contact = c->organisation_contact,
                                     .purpose = c->organisation_purpose,
                                     .attendance_years = c->attendance_years,
                                     .messages_months = c->messages_months,
                                     .journal_years = c->journal_years};
    rest_answer(in, 200, notice_view_write(&view));
}
