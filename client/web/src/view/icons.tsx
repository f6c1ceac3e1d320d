// SPDX-License-Identifier: Apache-2.0
// The drawings beside words; never alone, never read aloud.

const PATHS = {
  microphone: 'M12 3a3 3 0 0 0-3 3v6a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3ZM6 11v1a6 6 0 0 0 12 0v-1M12 18v3',
  camera: 'M4 7h10a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1ZM15 11l6-3v8l-6-3',
  screen: 'M4 5h16a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1ZM9 20h6M12 16v4M12 8v5M9.5 10.5 12 8l2.5 2.5',
  hand: 'M8 12V6a1.5 1.5 0 0 1 3 0v5M11 10V4.500a1.500 1.500 0 0 1 3 0V11M14 6.500a1.500 1.500 0 0 1 3 0V14a7 7 0 0 1-7 7c-3 0-4.500-2-6-5l-1-2a1.500 1.500 0 0 1 2.600-1.400L8 15',
  more: 'M4.500 12a1 1 0 1 0 2 0 1 1 0 1 0-2 0M11 12a1 1 0 1 0 2 0 1 1 0 1 0-2 0M17.500 12a1 1 0 1 0 2 0 1 1 0 1 0-2 0',
  leave: 'M14 4H6a1 1 0 0 0-1 1v14a1 1 0 0 0 1 1h8M10 12h11M17 8l4 4-4 4',
  people: 'M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7ZM2.500 20a6.500 6.500 0 0 1 13 0M16 4.500a3.500 3.500 0 0 1 0 6.500M18 14a6.500 6.500 0 0 1 3.500 6',
  panel: 'M4 4h16a1 1 0 0 1 1 1v14a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1ZM15 4v16',
  pin: 'M9 3h6l-1 7 4 4H6l4-4-1-7ZM12 14v7',
  alert: 'M12 4 2.500 20h19L12 4ZM12 10v4M12 17h.01',
  ok: 'M4 12l5 5L20 6',
  wave: 'M4 10v4M8 7v10M12 4v16M16 7v10M20 10v4',
} as const;

export type IconName = keyof typeof PATHS;

export const Icon = ({ name, crossed = false }: { name: IconName; crossed?: boolean }) => (
  <svg className="icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">
    <path d={PATHS[name]} />
    {crossed && <path className="cross" d="M4 4l16 16" />}
  </svg>
);
