// SPDX-License-Identifier: Apache-2.0
// The two live regions of the page: one polite, one assertive. They exist before anything is said in them.

const CLEAR_MS = 8_000;

const region = (id: string, live: 'polite' | 'assertive'): HTMLElement => {
  const element = document.createElement('div');
  element.id = id;
  element.className = 'only-heard';
  // React Aria hides all else while a dialog is open.
  element.dataset.liveAnnouncer = 'true';
  element.setAttribute('role', live === 'polite' ? 'status' : 'alert');
  element.setAttribute('aria-live', live);
  document.body.append(element);
  return element;
};

const sayIn = (element: HTMLElement) => (text: string): void => {
  const line = document.createElement('p');
  line.textContent = text;
  element.append(line);
  setTimeout(() => line.remove(), CLEAR_MS);
};

export const createRegions = (): { polite: (text: string) => void; urgent: (text: string) => void } => ({
  polite: sayIn(region('live-polite', 'polite')),
  urgent: sayIn(region('live-urgent', 'assertive')),
});
