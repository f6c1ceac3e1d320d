// SPDX-License-Identifier: Apache-2.0
// The live tracks, outside the printable state, by key: 'slot:MID' for what comes in, 'own:DEVICE' for what is ours.

export class Tracks {
  private readonly tracks = new Map<string, MediaStreamTrack>();
  private readonly watchers = new Set<() => void>();

  get(key: string): MediaStreamTrack | null {
    return this.tracks.get(key) ?? null;
  }

  set(key: string, track: MediaStreamTrack | null): void {
    if (this.get(key) === track) return;
    if (track === null) this.tracks.delete(key);
    else this.tracks.set(key, track);
    for (const watcher of this.watchers) watcher();
  }

  clear(prefix: string): void {
    for (const key of [...this.tracks.keys()]) if (key.startsWith(prefix)) this.set(key, null);
  }

  watch(watcher: () => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }
}
