// SPDX-License-Identifier: Apache-2.0
// What is asked outside a class (PROTOCOL.md §2): the notice and "I am here"; reading their answers.
import { both, listOf, maybe, object, text, whole } from './read.ts';
import type { Reader } from './read.ts';

export interface Notice {
  readonly organisation: string;
  readonly contact: string;
  readonly years: number;
}
/** The answer to a code that was right. */
export interface Checked {
  readonly class: string;
  /** Its name, where the answer says it. */
  readonly site: string;
  readonly personToken: string | null;
}
/** Of somebody whom the browser does not know yet. */
export interface Declared {
  readonly family_name: string;
  readonly given_name: string;
  readonly organisation: string;
}

export const readNoticeBody: Reader<Notice> = object({ organisation: text, contact: text, years: whole });

const lesson = both(object({ title: text }), maybe({ sites: listOf(object({ site: whole, name: text })) }));

export const readCheckedBody: Reader<Checked> = (value, at) => {
  const got = object({ class: lesson, site: whole })(value, at);
  return {
    class: got.class.title,
    site: got.class.sites?.find(({ site }) => site === got.site)?.name ?? '',
    personToken: maybe({ person_token: text })(value, at).person_token ?? null,
  };
};
