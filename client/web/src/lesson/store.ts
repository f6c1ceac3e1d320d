// SPDX-License-Identifier: Apache-2.0
// The one store: holds the state, changes it only through reduce, tells who watches.
import { seeing } from './here.ts';
import { reduce } from './reduce.ts';
import type { LessonEvent } from './reduce.ts';
import type { State } from './state.ts';

export type Watcher = (event: LessonEvent, before: State, after: State) => void;
export interface Store {
  readonly get: () => State;
  readonly take: (event: LessonEvent) => void;
  /** Called after each event that was taken, in order. Returns the way to stop. */
  readonly watch: (watcher: Watcher) => () => void;
}

export const createStore = (first: State): Store => {
  let state = first;
  const watchers = new Set<Watcher>();
  return {
    get: () => state,
    take: (event) => {
      const before = state;
      state = seeing(reduce(before, event));
      for (const watcher of watchers) watcher(event, before, state);
    },
    watch: (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
  };
};
