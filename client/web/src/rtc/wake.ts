// SPDX-License-Identifier: Apache-2.0
// Keeps the screen awake during a lesson; the lock is lost with a hidden page and taken again when it comes back.

interface Lock {
  release(): Promise<void>;
}
interface WakeNavigator {
  readonly wakeLock?: { request(type: 'screen'): Promise<Lock> };
}

export const keepAwake = (): (() => void) => {
  let lock: Lock | null = null;
  const take = (): void => {
    if (document.visibilityState !== 'visible') return;
    // Refused on a low battery: the lesson goes on, the screen may go dark.
    (navigator as WakeNavigator).wakeLock?.request('screen').then(
      (got) => (lock = got),
      () => undefined,
    );
  };
  take();
  document.addEventListener('visibilitychange', take);
  return () => {
    document.removeEventListener('visibilitychange', take);
    void lock?.release();
  };
};
