// SPDX-License-Identifier: Apache-2.0
// The HTTP side of entering: what a link gives, and the one-time ticket for the WebSocket.
// It decides which failures are final and which are worth another try.
import { decodeChecked, decodeLink, decodeNotice, decodeProblem, decodeTicket } from '../protocol/decode.ts';
import type { Decoded } from '../protocol/decode.ts';
import type { Checked, Declared, LinkGives, Notice, Ticket } from '../protocol/messages.ts';

export type Entered<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly final: boolean; readonly code: string; readonly waitMs: number };

export type Fetch = (path: string, init: RequestInit) => Promise<Response>;

const again = (code: string, waitMs = 0): Entered<never> => ({ ok: false, final: false, code, waitMs });

const bodyOf = async (answer: Response): Promise<unknown> => {
  try {
    return (await answer.json()) as unknown;
  } catch {
    return null;
  }
};

export const ask = async <T>(
  fetcher: Fetch,
  path: string,
  init: RequestInit,
  read: (raw: unknown) => Decoded<T>,
): Promise<Entered<T>> => {
  let answer: Response;
  try {
    answer = await fetcher(path, { ...init, cache: 'no-store', credentials: 'omit', referrerPolicy: 'no-referrer' });
  } catch {
    return again('network');
  }
  const body = await bodyOf(answer);
  if (answer.ok) {
    const got = read(body);
    return got.ok ? { ok: true, value: got.event } : again('bad-answer');
  }
  const code = decodeProblem(body);
  if (answer.status === 429) return again(code, 1000 * (Number(answer.headers.get('Retry-After')) || 5));
  if (answer.status >= 500) return again('server');
  return { ok: false, final: true, code, waitMs: 0 };
};

export const readLink = (fetcher: Fetch, token: string): Promise<Entered<LinkGives>> =>
  ask(fetcher, '/api/v1/link', { headers: { Authorization: `Bearer ${token}` } }, decodeLink);

export interface Entry {
  readonly token: string;
  readonly who: Readonly<Record<string, string>> | null;
  readonly personToken: string | null;
}

export const takeTicket = (fetcher: Fetch, entry: Entry): Promise<Entered<Ticket>> =>
  ask(
    fetcher,
    '/api/v1/tickets',
    {
      method: 'POST',
      headers: { Authorization: `Bearer ${entry.token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({
        ...entry.who,
        ...(entry.personToken === null ? {} : { person_token: entry.personToken }),
      }),
    },
    decodeTicket,
  );

export const readNotice = (fetcher: Fetch): Promise<Entered<Notice>> => ask(fetcher, '/api/v1/notice', {}, decodeNotice);

/** "I am here", by the code of the room; the token says who this browser is already. */
export const checkIn = (
  fetcher: Fetch,
  code: string,
  who: Declared | null,
  personToken: string | null,
): Promise<Entered<Checked>> =>
  ask(
    fetcher,
    '/api/v1/here',
    {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        ...(personToken === null ? {} : { Authorization: `Bearer ${personToken}` }),
      },
      body: JSON.stringify({ code, ...who }),
    },
    decodeChecked,
  );
