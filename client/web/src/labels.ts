// SPDX-License-Identifier: Apache-2.0
// Asks the packets of each slot who they are and keeps the answer in the state; rtc/identity.ts decides what it is.
import type { Store } from './lesson/store.ts';
import { confirm } from './rtc/identity.ts';
import type { Observation } from './rtc/identity.ts';

/** A label is at most this late. */
const ASK_MS = 250;

const ask = (store: Store, observe: (mid: string) => Observation | null): void => {
  for (const slot of store.get().slots) {
    const seen = slot.publication === null ? null : observe(slot.mid);
    if (seen === null) continue;
    const confirmed = confirm(slot, slot.confirmed, seen) === null ? null : slot.publication;
    if (confirmed !== slot.confirmed) store.take({ type: 'slot-confirmed', mid: slot.mid, publication: confirmed });
  }
};

export const keepLabels = (store: Store, observe: (mid: string) => Observation | null): (() => void) => {
  const timer = setInterval(() => ask(store, observe), ASK_MS);
  return () => clearInterval(timer);
};
