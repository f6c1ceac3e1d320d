// SPDX-License-Identifier: Apache-2.0
// Whether this machine can follow: said only after it has lasted, taken back only after a long rest.

/** Figures come about every 1.6 s: 4 are six seconds. */
const OVERLOADED_AFTER = 4;
/** 40 are one minute; a machine just relieved must not be loaded again at once. */
const RESTED_AFTER = 40;

export class Load {
  private limited = false;
  private run = 0;

  constructor(private readonly changed: (limited: boolean) => void) {}

  take(limited: boolean): void {
    this.run = limited === this.limited ? 0 : this.run + 1;
    if (this.run < (this.limited ? RESTED_AFTER : OVERLOADED_AFTER)) return;
    this.limited = limited;
    this.run = 0;
    this.changed(limited);
  }
}
