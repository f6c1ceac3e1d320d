// SPDX-License-Identifier: Apache-2.0
// The requests of a trainer's home, under the home token. What they mean is the page's.
import { decodeAdded, decodeHome, decodeOwnClass, decodePeople, decodeRecord } from '../protocol/decode_home.ts';
import type { Added, AttendanceRecord, Home, Listed, NewClass, OwnClass } from '../protocol/home.ts';
import { ask } from './door.ts';
import type { Entered, Fetch } from './door.ts';

const classPath = (id: string, rest = ''): string => `/api/v1/classes/${encodeURIComponent(id)}${rest}`;

export class Office {
  constructor(
    private readonly fetcher: Fetch,
    private readonly token: string,
  ) {}

  home(): Promise<Entered<Home>> {
    return ask(this.fetcher, '/api/v1/home', this.init('GET'), decodeHome);
  }
  create(wanted: NewClass): Promise<Entered<OwnClass>> {
    return ask(this.fetcher, '/api/v1/classes', this.init('POST', 'application/json', JSON.stringify(wanted)), decodeOwnClass);
  }
  end(id: string): Promise<Entered<unknown>> {
    return ask(this.fetcher, classPath(id, '/end'), this.init('POST'), (event) => ({ ok: true, event }));
  }
  reopen(id: string): Promise<Entered<unknown>> {
    return ask(this.fetcher, classPath(id, '/reopen'), this.init('POST'), (event) => ({ ok: true, event }));
  }
  people(id: string): Promise<Entered<{ readonly people: readonly Listed[] }>> {
    return ask(this.fetcher, classPath(id, '/people'), this.init('GET'), decodePeople);
  }
  /** Pasted lines or a spreadsheet's: the server reads both. */
  addPeople(id: string, lines: string): Promise<Entered<Added>> {
    return ask(this.fetcher, classPath(id, '/people'), this.init('POST', 'text/csv; charset=utf-8', lines), decodeAdded);
  }
  record(id: string): Promise<Entered<AttendanceRecord>> {
    return ask(this.fetcher, classPath(id, '/attendance'), this.init('GET'), decodeRecord);
  }
  /** The file as the server made it, byte by byte; null: not now. */
  async recordFile(id: string): Promise<Blob | null> {
    try {
      const answer = await this.fetcher(classPath(id, '/attendance.csv'), { ...this.init('GET'), cache: 'no-store' });
      return answer.ok ? await answer.blob() : null;
    } catch {
      return null;
    }
  }

  private init(method: string, type?: string, body?: string): RequestInit {
    return {
      method,
      headers: { Authorization: `Bearer ${this.token}`, ...(type === undefined ? {} : { 'Content-Type': type }) },
      ...(body === undefined ? {} : { body }),
    };
  }
}
