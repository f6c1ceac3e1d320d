/* SPDX-License-Identifier: Apache-2.0
 * What every simulated lesson expects, and the roles they use. */
#ifndef TESTS_SIM_EXPECT_H
#define TESTS_SIM_EXPECT_H

#include "tests/testing.h"

#include "tests/sim/lesson.h"

enum {
    BOTH = SFU_MAY_MICROPHONE | SFU_MAY_CAMERA,
    SHARING = SFU_MAY_SCREEN | SFU_MAY_SCREEN_AUDIO,
    TRAINER = BOTH | SHARING | SFU_IS_STAGE
};

/* Content, identity and numbers of everything that arrived were right. */
static inline void expect_no_mistakes(const struct lesson *l)
{
    for (unsigned i = 0; i < l->n_people; i++) {
        const struct person *p = l->people[i];
        if (p->mistakes > 0)
            fail_msg("person %u: %u mistakes, last: %s", p->id, p->mistakes, p->mistake);
    }
    assert_int_equal(0, l->datagrams_to_strangers);
}

static inline uint32_t camera_of(const struct person *p)
{
    return p->sources[SFU_CAMERA].publication;
}

static inline uint32_t microphone_of(const struct person *p)
{
    return p->sources[SFU_MICROPHONE].publication;
}

/* Pictures of that publication decoded in the slot it fills; fails when it fills none. */
static inline uint64_t pictures(struct person *p, uint32_t publication)
{
    const struct sight *s = person_sight(p, publication);
    if (!s)
        fail_msg("person %u does not see %u", p->id, publication);
    return s && s->publication == publication ? s->decoded_of : 0;
}

#endif
