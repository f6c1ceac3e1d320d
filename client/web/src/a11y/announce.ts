// SPDX-License-Identifier: Apache-2.0
// The queue before the live regions: says one thing after the other, joins what comes in a burst.
// What is worth saying is decided by lesson/spoken.ts; the words come from outside.

export interface Said {
  readonly text: string;
  readonly batch: string | null;
}
export interface Voice {
  readonly polite: (text: string) => void;
  readonly urgent: (text: string) => void;
  /** The one sentence for several of a batch. */
  readonly many: (batch: string, count: number) => string;
  readonly after: (ms: number, run: () => void) => void;
}

/** Long enough for a burst of arrivals to become one sentence, short enough to stay news. */
const GATHER_MS = 1_000;
/** The queue never holds more: what is older than that is no news. */
const MOST_WAITING = 20;

export class Announcer {
  private waiting: Said[] = [];
  private running = false;

  constructor(private readonly voice: Voice) {}

  urgent(text: string): void {
    this.voice.urgent(text);
  }

  polite(said: Said): void {
    this.waiting = [...this.waiting, said].slice(-MOST_WAITING);
    if (this.running) return;
    this.running = true;
    this.voice.after(GATHER_MS, () => this.next());
  }

  private next(): void {
    const first = this.waiting[0];
    if (first === undefined) {
      this.running = false;
      return;
    }
    const same = first.batch === null ? [first] : this.waiting.filter((said) => said.batch === first.batch);
    this.waiting = this.waiting.filter((said) => !same.includes(said));
    this.voice.polite(same.length > 1 && first.batch !== null ? this.voice.many(first.batch, same.length) : first.text);
    this.voice.after(GATHER_MS, () => this.next());
  }
}
