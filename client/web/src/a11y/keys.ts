// SPDX-License-Identifier: Apache-2.0
// Single-key shortcuts: can be switched off, are silent in text fields, dialogs and menus, and with modifiers.

export type Shortcut = 'microphone' | 'hand';
const TABLE: Readonly<Record<string, Shortcut>> = { m: 'microphone', h: 'hand' };

export interface Pressed {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  readonly repeat: boolean;
  readonly defaultPrevented: boolean;
}

export const shortcutOf = (pressed: Pressed, enabled: boolean, writing: boolean): Shortcut | null => {
  if (!enabled || writing || pressed.repeat || pressed.defaultPrevented) return null;
  if (pressed.ctrlKey || pressed.altKey || pressed.metaKey) return null;
  return TABLE[pressed.key.toLowerCase()] ?? null;
};

const WRITING = 'input, textarea, select, [contenteditable], [role="textbox"], [role="menu"], [role="dialog"], [role="alertdialog"]';

export const watchKeys = (enabled: () => boolean, run: (shortcut: Shortcut) => void): (() => void) => {
  const onKeyDown = (event: KeyboardEvent): void => {
    const writing = event.target instanceof Element && event.target.closest(WRITING) !== null;
    const shortcut = shortcutOf(event, enabled(), writing);
    if (shortcut !== null) run(shortcut);
  };
  document.addEventListener('keydown', onKeyDown);
  return () => document.removeEventListener('keydown', onKeyDown);
};
