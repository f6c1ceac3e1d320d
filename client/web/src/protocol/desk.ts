// SPDX-License-Identifier: Apache-2.0
// What is asked outside a class (PROTOCOL.md §2): the notice and "I am here"; reading their answers.
import { maybe, object, text, whole } from './read.ts';
import type { Reader } from './read.ts';

export interface Notice {
  readonly organisation: string;
  readonly contact: string;
  readonly purpose: string;
  readonly years: number;
  readonly messages_months: number;
  readonly journal_years: number;
}
/** The answer to a code that was right. */
export interface Checked {
  readonly class: string;
  readonly site: string;
  readonly personToken: string | null;
}
/** Of somebody whom the browser does not know yet. */
export interface Declared {
  readonly family_name: string;
  readonly given_name: string;
  readonly organisation: string;
}

export const readNoticeBody: Reader<Notice> = object({
  organisation: text,
  contact: text,
  purpose: text,
  years: whole,
  messages_months: whole,
  journal_years: whole,
});

export const readCheckedBody: Reader<Checked> = (value, at) => {
  const got = object({ class: object({ title: text }), site: object({ name: text }) })(value, at);
  return {
    class: got.class.title,
    site: got.site.name,
    personToken: maybe({ person_token: text })(value, at).person_token ?? null,
  };
};
