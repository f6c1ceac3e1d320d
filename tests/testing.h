/* SPDX-License-Identifier: Apache-2.0
 * The one header a cmocka test includes: cmocka's own prerequisites, and a main that runs one case
 * by name
 * (`NAME -t case`) and fails when the name matches nothing. */
#ifndef TESTS_TESTING_H
#define TESTS_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Of sfu/base/mem.h, where the layer under test has it. */
extern void mem_fail_at(uint64_t n) __attribute__((weak));
extern uint64_t mem_count(void) __attribute__((weak));

/* tests/lint/oom.sh: AMPHI_MEM_FAIL_AT=n refuses the n-th allocation of the whole run; the number
 * of requests is said at the end. A case may fail then, it may not crash. */
static inline int testing_run_starved(int (*run)(void))
{
    const char *n = getenv("AMPHI_MEM_FAIL_AT");
    if (n == NULL || mem_fail_at == NULL || mem_count == NULL)
        return run();
    mem_fail_at(strtoull(n, NULL, 10));
    int result = run();
    printf("allocations %llu\n", (unsigned long long)mem_count());
    return result;
}

/* Runs the group, or with `-t PATTERN` only the cases that match; a pattern without a case is a
 * failure. */
static inline int testing_run(int argc, char **argv, const struct CMUnitTest *tests, size_t count,
                              int (*run)(void))
{
    if (argc == 3 && strcmp(argv[1], "-t") == 0) {
        size_t found = 0;
        for (size_t i = 0; i < count; i++)
            found += strcmp(tests[i].name, argv[2]) == 0 ? 1U : 0U;
        if (found == 0) {
            fprintf(stderr, "no case named %s\n", argv[2]);
            return 1;
        }
        cmocka_set_test_filter(argv[2]);
    }
    return testing_run_starved(run);
}

/* TEST_MAIN(tests): for a file with `static const struct CMUnitTest tests[]`. */
#define TEST_MAIN(tests)                                                                           \
    static int testing_group(void)                                                                 \
    {                                                                                              \
        return cmocka_run_group_tests(tests, NULL, NULL);                                          \
    }                                                                                              \
    int main(int argc, char **argv)                                                                \
    {                                                                                              \
        return testing_run(argc, argv, tests, sizeof(tests) / sizeof((tests)[0]), testing_group);  \
    }

#endif
