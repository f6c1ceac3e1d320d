/* SPDX-License-Identifier: Apache-2.0
 * Time as the store sees it: classes that were made long ago. Only while no server runs. */
#ifndef TESTS_SIGNALING_STORE_YEARS_H
#define TESTS_SIGNALING_STORE_YEARS_H

void years_pass(const char *data_dir); /* every class was made in 1970; fails the test */

#endif
