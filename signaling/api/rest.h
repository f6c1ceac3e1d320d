/* SPDX-License-Identifier: Apache-2.0
 * What the files of the REST interface share: who asks, how an answer leaves, now or after the
 * commit. Thread: signaling. */
#ifndef SIGNALING_API_REST_H
#define SIGNALING_API_REST_H

#include "signaling/api/body.h"
#include "signaling/service_state.h"

/* One request on its way. */
struct call_in {
    struct service *v;
    const struct http_request *r;
    struct school_class *c; /* that the path or the token names */
    const struct store_trainer
        *trainer; /* who asks by a home link; NULL: the admin key, or a link */
};

/* A problem document. */
void rest_refuse(const struct call_in *in, unsigned status, const char *code, const char *detail);
void rest_refuse_problem(const struct call_in *in, const struct problem *p);

/* No valid key or token: charged to the address; 401, or 429 beyond the ceiling. */
void rest_refuse_stranger(const struct call_in *in);

/* 429 with the seconds to wait. */
void rest_refuse_for(const struct call_in *in, unsigned wait_s, const char *detail);

/* Takes body (from malloc; NULL: out of memory, 503). */
void rest_answer(const struct call_in *in, unsigned status, char *body);

/* The answer leaves when the store has committed what is put with *cookie. Takes body. False:
 * refused already. */
struct pending *rest_wait(const struct call_in *in, unsigned status, char *body);

/* classes.c */
void classes_create(struct call_in *in);
void classes_get(struct call_in *in);
void classes_change(struct call_in *in);
void classes_delete(struct call_in *in);
void classes_end(struct call_in *in);

void classes_erase_attendance(struct call_in *in);
void classes_reopen(struct call_in *in);
void classes_merge(struct call_in *in);

char *classes_view(const struct service *v, const struct school_class *c); /* owned, free() */

/* home.c */
void home_get(struct call_in *in);
const struct store_trainer *home_trainer(const struct service *v, const char *bearer); /* NULL */
bool home_owns(const struct store_trainer *trainer, const struct school_class *c);

/* here.c */
void here_post(struct call_in *in);

/* notice.c */
void notice_get(struct call_in *in);

/* attendance.c */
void attendance_get(struct call_in *in);
void attendance_csv(struct call_in *in);
void attendance_correct(struct call_in *in);

/* people.c */
void people_list(struct call_in *in);
void people_add(struct call_in *in);
MUST_USE enum err rest_person_token(const struct service *v, const struct store_person *p,
                                    char out[TOKEN_TEXT]);
void people_full_name(char out[PERSON_NAME_BYTES], const char *family, const char *given);

/* events.c */
void events_list(struct call_in *in);

/* entrance.c: with a link or a person token */
void entrance_link(struct call_in *in);
void entrance_ticket(struct call_in *in);

#endif
